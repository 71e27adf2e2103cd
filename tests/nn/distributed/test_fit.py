"""Training in several processes, each with several devices: real ones, on this machine."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.distributed.cluster import Cluster
from nn.distributed.starting import start
from tests.nn.distributed import work
from tests.nn.runs import INSIDE, POINTS, network

pytest.importorskip("jax")


def found(function: Callable[[str, int], None], folder: Path, n_processes: int = 2, n_devices: int = 2) -> list[Any]:
    """What each process tells."""
    start(function, str(folder), Cluster(n_processes, n_devices))
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(n_processes)]


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2), (3, 1)], ids=lambda sizes: f"{sizes[0]} processes of {sizes[1]}")
def test_the_parameters_are_those_of_one_process(sizes: tuple[int, int], tmp_path: Path) -> None:
    first, *others = found(work.every_case, tmp_path, *sizes)
    assert others == [first] * (sizes[0] - 1)  # to the last bit
    for name, (model, inputs, targets, settings) in work.cases().items():
        history = nn.fit(model, inputs, targets, engine="scalar", **(work.SETTINGS | settings))
        numbers, rows, stopped = first[name]
        assert np.abs(np.array(nn.unroll(model)) - numbers).max() < 1e-10, name
        assert stopped == history.stopped
        assert len(rows) == len(history)
        for row, epoch in zip(rows, history.epochs, strict=True):
            expected = [epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy]
            assert row == pytest.approx(expected, abs=1e-10), name


def test_each_process_reads_its_own_rows_and_no_others(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array(POINTS))
    np.save(tmp_path / "y.npy", np.array(INSIDE))
    model = network()
    nn.fit(model, POINTS, INSIDE, **work.SETTINGS)
    for rank, (read, numbers) in enumerate(found(work.rows_read, tmp_path, 3, 2)):
        assert read == [[20 * rank, 20 * rank + 20]]
        assert np.abs(np.array(nn.unroll(model)) - numbers).max() < 1e-10


def test_an_update_needs_one_all_reduce(tmp_path: Path) -> None:
    for each in found(work.all_reduces, tmp_path):
        assert each.pop("all-reduce") == 1
        assert set(each.values()) == {0}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What came of a run that nobody killed, in two processes of two devices."""
    return found(work.until_killed, tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize(
    ("victim", "sizes"), [(0, (2, 2)), (1, (2, 2)), (1, (1, 3))], ids=["the first", "the second", "by fewer"]
)
def test_a_run_whose_process_is_killed_can_be_resumed(
    victim: int, sizes: tuple[int, int], whole: list[Any], tmp_path: Path
) -> None:
    name = "SIGKILL" if sizes == (2, 2) else "SIGTERM"  # for which JAX has a handler
    (tmp_path / f"{victim}.victim").write_text(name)
    with pytest.raises(ChildProcessError, match=f"process {victim} of 2 was ended from outside .{name}."):
        start(work.until_killed, str(tmp_path), Cluster(2, 2))
    assert len(json.loads((tmp_path / "run.json").read_text())["history"]["epochs"]) == 2
    (tmp_path / f"{victim}.victim").unlink()
    resumed = found(work.until_killed, tmp_path, *sizes)
    if sizes == (2, 2):
        assert resumed == whole  # to the last bit
    for part, expected in zip(resumed[0], whole[0], strict=True):
        assert part == pytest.approx(expected, abs=1e-10)


def test_what_a_watcher_does_to_the_model_is_done_in_all(tmp_path: Path) -> None:
    model = network()

    def watch(_: Any) -> None:
        model.parameters()[0].data = 0.5

    nn.fit(model, POINTS, INSIDE, on_epoch=watch, **work.SETTINGS | {"shuffle": False})
    (seen, first), (not_seen, second) = found(work.moved_by_hand, tmp_path)
    assert (seen, not_seen) == ([1, 2], [])
    assert first == pytest.approx(nn.unroll(model), abs=1e-10)
    assert second[1:] == first[1:]


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("settings", "but batch_size is 9 in process 0 and 10 in process 1"),
        ("model", "but the parameters at the start is '.*' in process 0"),
        ("data", r"the number of examples is \[60, 60\] in process 0 and \[59, 59\] in process 1"),
        ("code", "but the code of the loss is '.*' in process 0 and '.*' in process 1"),
        ("kind", "inputs must be a list, an array or nn.distributed.Rows, but got <generator"),
        ("nan", "process 1: input 45 holds a number that is infinite or nan"),
        ("file", "No such file or directory: '/no/such/file.npy'"),
        ("cost", "the cost is another one than when training began"),
        ("few", "each process needs one example at least, but 2 have 1. Start fewer"),
        ("branches", "this cost cannot be compiled: the cost does other operations at other numbers"),
        ("outputs", "binary_cross_entropy takes outputs from 0.* to 1.*, but those of . examples are beyond, in batch"),
        ("diverges", "training diverged at batch .* in epoch 1"),
    ],
)
def test_what_is_wrong_in_one_process_is_said_by_all(what: str, message: str) -> None:
    with pytest.raises(ChildProcessError, match=message):
        start(work.different, what, Cluster(2, 1))
