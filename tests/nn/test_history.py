from autograd.notation import Report
from nn.history import Epoch, History


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
    assert repr(History()).split() == ["epoch", "loss", "accuracy", "validation", "loss", "accuracy"]
