import numpy

from autograd import Value
from nn.data import DataSet
from nn.pictures import answers


def test_wrong_answers_come_first_and_no_example_twice() -> None:
    data = DataSet([[i / 10] for i in range(6)], [0, 0, 0, 1, 0, 0], ["even", "odd"], image_shape=(1, 1))
    figure = answers(lambda _: [Value(0.0), Value(1.0)], data, are_logits=False, count=6)
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == [
        *["says odd, is even"] * 3,
        "says odd: right",
        *["says odd, is even"] * 2,
    ]
    pixels = [float(numpy.asarray(axes.images[0].get_array())[0, 0]) for axes in figure.axes if axes.images]
    assert sorted(pixels) == [row[0] for row in data.inputs]
