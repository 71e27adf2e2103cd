"""Which processes train together, and where."""

import re
from dataclasses import dataclass

AGAIN = "See what the others say, and start all again, to resume the last checkpoint."


@dataclass(frozen=True)
class Cluster:
    """Which processes there are.

    Attributes:
        n_processes: How many, on all hosts.
        n_devices: How many devices each makes of its processor; `None` for those that JAX finds, such as GPUs.
        coordinator: The address of process 0, "host:port"; `None` if all are on this machine.
        rank: Which of them is started here, counted from 0; `None` for all.
        timeout: How many seconds they wait for each other at the start, more than 5.

    Raises:
        ValueError: if there can be no such processes.
    """

    n_processes: int = 1
    n_devices: int | None = None
    coordinator: str | None = None
    rank: int | None = None
    timeout: int = 30

    def __post_init__(self) -> None:
        n = self.n_processes
        if n < 1 or (self.n_devices is not None and self.n_devices < 1):
            raise ValueError("there must be at least one process, and one device in each.")
        if (self.rank is None) != (self.coordinator is None):
            raise ValueError(
                "a rank and a coordinator go together: each host says which process it starts, and where process 0 is. "
                "Without both, all processes are started here."
            )
        if self.rank is not None and not 0 <= self.rank < n:
            raise ValueError(f"the rank of a process is a number from 0 to {n - 1}, of {n}, but got {self.rank}.")
        address = re.fullmatch(r"\S+:(\d{1,5})", self.coordinator or "host:1")
        if address is None or not 0 < int(address[1]) < 2**16:
            raise ValueError(f"the coordinator is an address such as 10.0.0.1:5000, but got {self.coordinator!r}.")

    @property
    def ranks(self) -> range:
        """The processes that are started here."""
        return range(self.n_processes) if self.rank is None else range(self.rank, self.rank + 1)
