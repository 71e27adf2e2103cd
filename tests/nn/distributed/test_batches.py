"""Who computes what of a batch."""

from random import Random

import numpy as np
import pytest

from nn.distributed.batches import Batch, batches, usual_share
from nn.distributed.rows import Rows, own_rows, read_rows


def shares(n: int, size: int, n_processes: int, n_devices: int, weights: list[float]) -> list[list[Batch]]:
    """What each process computes of each batch of an epoch, in which those without a weight are left out."""
    order = [place for place in range(n) if weights[place]]
    Random(n).shuffle(order)
    bounds = [*(own_rows(n, rank, n_processes).start for rank in range(n_processes)), n]
    return [
        [*batches(np.array(order), size, np.array(weights), bounds, rank, n_devices)] for rank in range(n_processes)
    ]


@pytest.mark.parametrize("n_processes", [1, 2, 3, 7])
@pytest.mark.parametrize("n_devices", [1, 2, 3])
@pytest.mark.parametrize(("n", "size"), [(7, 1), (50, 8), (50, 50), (50, 1000), (1000, 64)])
def test_each_example_counts_once_with_its_weight(n: int, size: int, n_processes: int, n_devices: int) -> None:
    weights = [float(place % 3) for place in range(n)] if n > 7 else [1.0] * n
    found = shares(n, size, n_processes, n_devices, weights)
    starts = [own_rows(n, rank, n_processes).start for rank in range(n_processes)]
    counted: dict[int, float] = {}
    for parts in zip(*found, strict=True):
        assert len({len(part.rows) for part in parts}) == 1
        assert len(parts[0].rows) % n_devices == 0
        assert sum(part.weights.sum() for part in parts) == pytest.approx(1.0)
        assert sum(int((part.weights > 0).sum()) for part in parts) == parts[0].n <= size
        for start, part in zip(starts, parts, strict=True):
            for row, weight in zip(part.rows, part.weights, strict=True):
                assert 0 <= row < len(own_rows(n, starts.index(start), n_processes))
                if weight:
                    assert start + row not in counted
                    counted[start + row] = weight * part.weight
    assert counted == pytest.approx({place: weight for place, weight in enumerate(weights) if weight})


def test_batches_have_as_many_rows_in_nearly_all_epochs() -> None:
    n, size, n_processes = 4000, 100, 4
    bounds = [0, 1000, 2000, 3000, 4000]
    numbers = []
    for seed in range(300):
        order = [*range(n)]
        Random(seed).shuffle(order)
        numbers.append(len(next(batches(np.array(order), size, np.ones(n), bounds, 0, 1)).rows))
    usual = usual_share(size, n, 1000, n_processes * n // size)
    assert size / n_processes < usual < size
    assert sum(number == usual for number in numbers) >= 297  # one in a hundred may have more


def test_one_process_fills_nothing_up() -> None:
    for batch in shares(60, 12, 1, 2, [1.0] * 60)[0]:
        assert len(batch.rows) == 12


def test_rows_are_read_by_their_function() -> None:
    rows = Rows(100, lambda start, stop: [[float(i)] for i in range(start, stop)])
    assert read_rows("input", rows, range(97, 100)).tolist() == [[97.0], [98.0], [99.0]]
    with pytest.raises(ValueError, match="rows are read one after the other"):
        rows[::2]
    with pytest.raises(TypeError, match="n must be the number of rows"):
        Rows("many", print)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda start, stop: [[0.0]] * (stop - start - 1), "inputs 5 to 8 were asked for, which is 4, but 3 came"),
        (lambda start, stop: [["0"]] * (stop - start), "inputs 5 to 8 must be numbers, as many in each, but are not"),
        (lambda start, stop: [[0.0]] * (stop - start - 1) + [[]], "inputs 5 to 8 must be numbers, as many in each"),
        (
            lambda start, stop: [[0.0, i == 6 and float("inf")] for i in range(start, stop)],
            "input 6 holds a number that",
        ),
    ],
)
def test_rows_that_are_none(read: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_rows("input", Rows(9, read), range(5, 9))  # type: ignore[arg-type]
