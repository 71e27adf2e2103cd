import sys

import pytest

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
