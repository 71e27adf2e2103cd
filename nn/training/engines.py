"""The two engines that train: a compiled program, which computes whole batches, and the graph, example by example.

They do the same updates, to rounding, in the same order. Below some number of examples, compiling takes longer than the
graph does.
"""

from typing import Any, Protocol

from nn.optimizers import State
from nn.training.scalar_engine import ScalarEngine
from nn.training.task import Task, reason

FEWEST = 1000  # examples, in all epochs together, that a program is made for
NODES = 8  # of a graph, which are computed while a line of a program is called


class Engine(Protocol):
    """What trains. `nn.training.scalar_engine` says what its methods do."""

    name: str
    state: State

    def places(self, places: Any) -> Any: ...  # noqa: D102
    def epoch(self, number: int, order: Any, size: int, done: Any) -> tuple[float, float]: ...  # noqa: D102
    def validated(self) -> tuple[float | None, float | None]: ...  # noqa: D102
    def write_model(self) -> None: ...  # noqa: D102
    def read_model(self) -> None: ...  # noqa: D102


def engine_for(name: str | None, task: Task, n_examples: int, batch_size: int) -> tuple[Engine, str]:
    """The engine for a training run, and why it is not the compiled one, if that would have been better.

    Args:
        name: Its name; by default the compiled one, if the run is long enough and that can be done.
        task: What is trained.
        n_examples: How many examples there are in all epochs.
        batch_size: How many make an update.

    Raises:
        ImportError: if the compiled one was asked for, and NumPy is missing.
        ValueError: if it was asked for, and the cost cannot be compiled.
    """
    if name == "scalar" or (name is None and n_examples < FEWEST):
        return ScalarEngine(task), ""
    try:
        from nn.training.compiled_engine import CompiledEngine

        engine = CompiledEngine(task)
        if name is None and engine.compiled.nodes_per_line() * batch_size < NODES:
            return ScalarEngine(task), "in batches of this size its graph is as quick as a program."
        return engine, ""
    except ImportError as error:
        if name:
            raise
        return ScalarEngine(task), str(error)
    except Exception as error:  # whatever the model does with numbers that are not its own
        if name:
            raise ValueError(
                f"the compiled engine cannot train this model: {reason(error)} engine='scalar' needs no program."
            ) from error
        return ScalarEngine(task), reason(error)
