from typing import Any

import numpy
import pytest

import nn
from autograd import Value
from autograd.pictures import INK, LIT
from nn.data import DataSet
from nn.pictures import answers, neuron


def test_wrong_answers_come_first_and_no_example_twice() -> None:
    data = DataSet([[i / 10] for i in range(6)], [0, 0, 0, 1, 0, 0], ["even", "odd"], image_shape=(1, 1))
    figure = answers(lambda _: [Value(0.0), Value(1.0)], data, are_logits=False, count=6)
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == [
        *["says odd, is even"] * 3,
        "says odd: right",
        *["says odd, is even"] * 2,
    ]
    assert figure.title == "6 examples, 3 of them with wrong answers"
    assert [axes.title.get_color() for axes in figure.axes if axes.get_title()] == [*[LIT] * 3, INK, *[LIT] * 2]
    pixels = [float(numpy.asarray(axes.images[0].get_array())[0, 0]) for axes in figure.axes if axes.images]
    assert sorted(pixels) == [row[0] for row in data.inputs]


@pytest.mark.parametrize("widths", [[3], [2, 3], [4, 4, 3]])
@pytest.mark.parametrize("shape", [None, (2, 2)])
def test_a_neuron_and_what_it_says(widths: list[int], shape: tuple[int, int] | None) -> None:
    model = nn.MLP(4, widths, "tanh", seed=1)
    data = DataSet([[0.0, 1.0, 2.0, 3.0]] * 3, [0, 1, 2], ["a", "b", "a name that is far too long"], shape)
    figure = neuron(model, data)
    kind = "hidden" if len(widths) > 1 else "output"
    assert figure.axes[0].get_title().startswith(f"the 4 weights of {kind} neuron ")
    titles = [axes.get_title() for axes in figure.axes]
    assert ("what it says to the next layer" in titles) is (len(widths) > 1)
    if shape and len(widths) > 1:
        said = [[unit.w[j].data for unit in model.layers[1].neurons] for j in range(widths[0])]
        j = max(range(widths[0]), key=lambda j: sum(map(abs, said[j])))
        shown: Any = figure.axes[0].images[0].get_array()
        assert [float(number) for row in shown for number in row] == [w.data for w in model.layers[0].neurons[j].w]
    figure.to_png()


@pytest.mark.parametrize(("columns", "shown"), [(["age", "income"], ["age", "income"]), ([], ["0", "1"])])
def test_a_few_weights_have_the_names_of_their_inputs(columns: list[str], shown: list[str]) -> None:
    data = DataSet([[0.0, 1.0]] * 2, [0, 1], ["a", "b"], columns=columns)
    for widths, said in (([3, 2], ["a", "b"]), ([3, 2, 2], ["0", "1"])):
        left, right = neuron(nn.MLP(2, widths, seed=1), data).axes
        assert [text.get_text() for text in left.get_yticklabels()] == shown
        assert [text.get_text() for text in right.get_yticklabels()] == said
