import sys
import time
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from nn.training import progress
from tests.lessons import ROOT, SECONDS
from tests.nn.runs import network, train


def test_progress_is_shown_with_tqdm_and_without(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(network(), progress=True, epochs=2)
    assert "epoch 2: loss 0." in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm", None)
    train(network(), progress=True, epochs=2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("epoch 2: loss 0.")
    train(network(), progress=False, epochs=2)
    assert capsys.readouterr().err == ""


RUN = """
import nn
model = nn.MLP(1, [1], "tanh", seed=1)
def fit(**options):
    nn.fit(model, [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1], epochs=4, batch_size=1, **options)
"""
INTERRUPTED = """
def stop(epoch):
    if epoch.number == 2:
        raise KeyboardInterrupt
fit(on_epoch=stop)
"""


def outputs_in_a_notebook(*sources: str) -> list[list[Any]]:
    """The outputs of the cells of a notebook, as it would be saved."""
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    client = NotebookClient(
        notebook, timeout=SECONDS, record_timing=False, allow_errors=True, resources={"metadata": {"path": str(ROOT)}}
    )
    with client.setup_kernel():
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
    nbformat.validate(notebook)
    return [cell.outputs for cell in notebook.cells]


def test_in_a_notebook_progress_is_one_bar_in_the_output_of_the_cell() -> None:
    first, (bar,), silent, (stopped, error) = outputs_in_a_notebook(RUN, "fit()", "fit(progress=False)", INTERRUPTED)
    assert first == silent == []
    assert bar.output_type == "display_data"  # no stream, which would be red
    assert bar.data["text/html"].startswith('<progress value="16" max="16"></progress> epoch 4: loss ')
    assert bar.data["text/plain"].startswith("100% epoch 4: loss ")
    assert len(str(bar)) < 400
    assert stopped.data["text/html"].startswith('<progress value="8" max="16"></progress> epoch 2: loss ')
    assert error.ename == "KeyboardInterrupt"


def test_a_bar_in_a_notebook_is_drawn_ten_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    class Handle:
        def __init__(self) -> None:
            self.drawn: list[str] = []

        def update(self, bar: Any) -> None:
            self.drawn.append(repr(bar))

    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    bar = progress._Cell(total=100, done=0)
    bar.handle = handle = Handle()
    for _ in range(100):
        bar.update(1)
        now += 0.03
    assert handle.drawn[:3] == ["1%", "5%", "9%"]
    assert len(handle.drawn) == 25
    bar.__exit__()
    assert handle.drawn[-1] == "100%"


def test_in_a_shell_of_ipython_in_a_terminal_progress_is_as_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell:
        pass

    monkeypatch.setitem(sys.modules, "IPython", type("IPython", (), {"get_ipython": Shell}))
    assert not progress.in_notebook()
    monkeypatch.setattr(Shell, "kernel", None, raising=False)
    assert progress.in_notebook()
