import math

import pytest

import nn
from autograd.notation import Report
from nn.training.history import Epoch, History
from nn.training.progress import figures


def test_history_prints_as_a_table() -> None:
    history = History([Epoch(1, 0.5, 0.75, 0.25, 0.8), Epoch(2, 0.125)], "stopped: enough")
    assert repr(history).splitlines() == [
        "epoch        loss  accuracy  validation loss  accuracy",
        "    1    0.500000     75.0%         0.250000     80.0%",
        "    2    0.125000",
        "stopped: enough",
    ]


def test_a_notebook_shows_the_table_and_why_training_stopped() -> None:
    history = History([Epoch(1, 0.5, 0.75, 0.25, 0.8), Epoch(2, 12345.0)], "stopped: loss < 1")
    page = history._repr_html_()
    assert isinstance(history, Report)
    assert page.startswith("<table>")
    assert page.count("<tr>") == 3
    assert ">80.0%</td>" in page
    assert page.endswith("</table><p>stopped: loss &lt; 1</p>")
    assert History([Epoch(1, 0.5)])._repr_html_().endswith("</table>")
    assert str(history).splitlines()[2] == "    2  12345.000000"


def test_a_history_is_a_sequence_of_epochs() -> None:
    history = History([Epoch(1, 0.5), Epoch(2, 0.25)])
    assert len(history) == 2
    assert history[-1] == Epoch(2, 0.25)
    assert not History()
    assert repr(History()).split() == ["epoch", "loss"]


def test_columns_that_are_empty_are_left_out() -> None:
    heads = [str(History([epoch])).splitlines()[0].split() for epoch in (Epoch(1, 0.5), Epoch(1, 0.5, None, 0.25))]
    assert heads == [["epoch", "loss"], ["epoch", "loss", "validation", "loss"]]


@pytest.mark.parametrize(
    ("loss", "row", "bar"),
    [
        (2.1398583e50, "2.1e+50", "2.1e+50"),
        (999999.0, "999999.000000", "999999.0000"),
        (1e6, "1.0e+06", "1.0e+06"),
        (0.00012, "0.000120", "1.2e-04"),
        (-3.2e-7, "-3.2e-07", "-3.2e-07"),
        (0.0, "0.000000", "0.0000"),
        (math.inf, "inf", "inf"),
    ],
)
def test_a_loss_of_any_size_is_short(loss: float, row: str, bar: str) -> None:
    assert str(History([Epoch(1, loss, None, loss)])).splitlines()[1].split() == ["1", row, row]
    assert figures(Epoch(1, loss)) == f"epoch 1: loss {bar}"


def test_the_history_of_a_run_that_diverges_fits_on_a_page() -> None:
    model = nn.MLP(2, [4, 1], activation="relu", seed=1)
    inputs, targets = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
    history = nn.fit(model, inputs, targets, learning_rate=50, epochs=60, progress=False)
    assert history[-1].loss > 1e20
    assert all(len(line) < 80 for line in (*str(history).splitlines(), figures(history[-1])))
