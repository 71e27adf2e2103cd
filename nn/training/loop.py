"""The loop over the epochs of a training run, whoever computes them and wherever."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from nn.training.checkpoint import Run
from nn.training.engines import Engine
from nn.training.history import Epoch, History
from nn.training.orders import shuffled
from nn.training.progress import figures, progress_bar
from nn.training.task import Task, located


@dataclass(frozen=True)
class Plan:
    """How a run goes through its examples.

    Attributes:
        counted: The places of those that have a weight.
        epochs: How many passes over them, including those before a resumption.
        batch_size: How many make one update.
        shuffle: Whether to take them in a new random order in each epoch.
        seed: Seeds the orders.
        patience: How many epochs without a better validation loss end the run; `None` for any number.
        progress: Whether to show a progress bar.
    """

    counted: Sequence[int]
    epochs: int
    batch_size: int
    shuffle: bool
    seed: int
    patience: int | None
    progress: bool


def train(
    engine: Engine,
    task: Task,
    run: Run,
    plan: Plan,
    *,
    watching: AbstractContextManager[Any],
    on_epoch: Callable[[Epoch], object] | None,
    save: Callable[[], object] | None,
    note: str = "",
) -> History:
    """Train until the last epoch, or until `plan.patience` ends.

    Args:
        engine: Computes the epochs.
        task: What is minimized and measured.
        run: The run, which may have been resumed.
        plan: How it goes through its examples.
        watching: The context in which the epochs run.
        on_epoch: Is called after each.
        save: Writes the checkpoint after each.
        note: Is shown with the progress at first.
    """
    history, model, counted = run.history, task.model, engine.places(plan.counted)
    n_done = len(counted) * len(history)
    with watching, progress_bar(total=len(counted) * plan.epochs, done=n_done, shown=plan.progress) as bar:
        if note:
            bar.set_postfix_str(note)
        engine.read_model()
        engine.state = run.state
        try:
            while len(history) < plan.epochs and not history.stopped:
                number = len(history) + 1
                order = shuffled(counted, f"epoch {number} of seed {plan.seed}") if plan.shuffle else counted
                loss, share = engine.epoch(number, order, plan.batch_size, bar.update)
                if not math.isfinite(loss):  # each is finite, but the sum is not
                    with located(f"epoch {number}"):
                        raise FloatingPointError(f"the mean loss is {loss}")
                with located(f"the validation after epoch {number}"):
                    validated = engine.validated()
                    found = validated[0]
                    if found is not None and not found > -math.inf:  # no loss is less than nan, or than -∞
                        raise FloatingPointError(f"the validation loss is {found}")
                history.epochs.append(Epoch(number, loss, None if task.read is None else share, *validated))
                if plan.patience is not None or save is not None or on_epoch is not None:
                    engine.write_model()
                run.judge(model, plan.patience)
                if save is not None:
                    run.state = engine.state
                    save()
                bar.set_postfix_str(figures(history[-1]))
                if on_epoch is not None:
                    on_epoch(history[-1])
                    engine.read_model()
        finally:
            engine.write_model()

    if plan.patience is not None:
        model.load_state_dict(run.best["parameters"])
    model.zero_grad()
    return history
