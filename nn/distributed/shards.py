"""The shards of the examples: who holds which, and what all processes must know of them."""

import hashlib
from typing import Any

import jax
import numpy as np

from nn.distributed.agreement import from_the_first, gathered, leads, require_same, together
from nn.distributed.rows import own_rows, read_rows

Pair = tuple[Any, Any]


class Shard:
    """The examples that this process holds.

    Args:
        inputs: Their inputs, in an array, an example in each row.
        targets: Their targets.
        n: How many examples all processes have.

    Attributes:
        inputs: As they came, and as a model takes them.
        targets: Likewise.
        X: The inputs as a matrix.
        Y: The targets as a matrix.
        bounds: Where the examples of each process begin, and where those of the last one end.
    """

    def __init__(self, inputs: Any, targets: Any, n: int) -> None:
        self.inputs, self.targets = inputs, targets
        self.X, self.Y = (np.asarray(each, np.float64).reshape(len(each), -1) for each in (inputs, targets))
        n_processes = jax.process_count()
        self.bounds = [*(own_rows(n, rank, n_processes).start for rank in range(n_processes)), n]

    def kinds(self, most: int) -> tuple[list[Any], list[int]]:
        """Some targets, all different, and where each comes first: all that there are, or `most` of them."""
        kinds, places = np.unique(self.targets, axis=0, return_index=True)
        return kinds[:most].tolist(), places[:most].tolist()

    def one_hot(self, n_classes: int) -> None:
        """Write the classes as one-hot rows, if they are numbers."""
        if n_classes != self.Y.shape[1]:
            self.Y = np.eye(n_classes)[self.Y[:, 0].astype(int)]

    def digest(self) -> int:
        """A number of 64 bits: the sum of the digests of its rows, so that it does not matter who holds which."""
        first, total = self.bounds[jax.process_index()], 0
        for place, (x, y) in enumerate(zip(self.X, self.Y, strict=True), first):
            row = hashlib.blake2b(x.tobytes() + y.tobytes(), digest_size=8, salt=str(place).encode())
            total += int.from_bytes(row.digest(), "big")
        return total % 2**64


def shards_of(pairs: dict[str, Pair]) -> list[Shard]:
    """The shards of this process, of several data sets. Each process reads its own rows, and no others.

    Args:
        pairs: What each data set is called in messages, and its inputs and targets.

    Raises:
        ValueError: if there are fewer examples than processes, they are unsuitable, or the processes differ in them.
        OSError: if they cannot be read.
    """
    rank, n_processes = jax.process_index(), jax.process_count()
    require_same({f"the number of {name}examples": (len(x), len(y)) for name, (x, y) in pairs.items()})
    for name, (x, y) in pairs.items():
        if len(x) != len(y):
            raise ValueError(
                f"each {name}input needs its target, but there are {len(x)} {name}inputs and {len(y)} {name}targets."
            )
        if len(x) < n_processes:
            raise ValueError(
                f"each process needs one {name}example at least, but {n_processes} have {len(x)}. Start fewer."
            )

    def read() -> list[Shard]:
        shards = []
        for name, (x, y) in pairs.items():
            rows = own_rows(len(x), rank, n_processes)
            shards.append(Shard(read_rows(f"{name}input", x, rows), read_rows(f"{name}target", y, rows), len(x)))
        return shards

    shards = together(read)
    shapes = [[[*each.shape[1:]] for each in (shard.inputs, shard.targets)] for shard in shards]
    require_same({"the shape of an example": shapes})
    if shapes[1:] not in ([], [shapes[0]]):
        raise ValueError(f"validation examples must have the shape of the others, {shapes[0]}, but have {shapes[1]}.")
    return shards


def kinds_of_all(shard: Shard, most: int) -> list[Any]:
    """The different targets of all processes, up to `most` of each."""
    return [kind for kinds in gathered(shard.kinds(most)[0]) for kind in kinds]


def samples_of(shard: Shard, most: int) -> Pair:
    """Inputs and targets of process 0, for all processes: its first example, and one for each kind of target."""
    found = None
    if leads():
        places = [0, *sorted(place for place in shard.kinds(most)[1] if place)]
        found = shard.inputs[places].tolist(), shard.targets[places].tolist()
    inputs, targets = from_the_first(found)
    return inputs, targets


def digest_of(shards: list[Shard]) -> str:
    """A digest of all examples of all processes, whatever their number."""
    own = [str(shard.digest()) for shard in shards]
    return " ".join(f"{sum(map(int, each)) % 2**64:016x}" for each in zip(*gathered(own), strict=True))
