"""The training loop: mini-batches, validation, early stopping, and runs that can be stopped and resumed."""

import contextlib
import gc
import hashlib
import math
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from random import Random
from typing import Any

from autograd import Value, find_nonfinite, no_grad
from autograd.files import check_writable
from nn.choices import choose, name_of, whole
from nn.losses import LossFunction, loss_row
from nn.metrics import ReadClasses, check_examples, class_reader, is_right, measure, outputs_of
from nn.module import Module
from nn.optimizers import OPTIMIZERS, Optimizer, step
from nn.serialization import read_json, write_json

FORMAT = "scalar-autograd checkpoint, version 1"


@dataclass(frozen=True)
class Epoch:
    """What was measured in one pass over the training examples.

    Attributes:
        number: Counted from 1.
        loss: The mean loss of the training examples, each as it was met, before its update.
        accuracy: The share of them whose class was named, or `None` if targets are no classes.
        validation_loss: The mean loss of the validation examples after the epoch, or `None` without any.
        validation_accuracy: Their share whose class is named, or `None`.
    """

    number: int
    loss: float
    accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None


@dataclass
class History:
    """What was measured in each epoch, and why training ended. Prints as a table; `history[-1]` is the last epoch.

    Attributes:
        epochs: One entry for each epoch.
        stopped: Why training ended before the last epoch; empty if it did not.
    """

    epochs: list[Epoch] = field(default_factory=list)
    stopped: str = ""

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, position: int) -> Epoch:
        return self.epochs[position]

    def __repr__(self) -> str:
        lines = ["epoch        loss  accuracy  validation loss  accuracy"]
        for epoch in self.epochs:
            lines.append(
                f"{epoch.number:>5}  {epoch.loss:>10.6f}  {_percent(epoch.accuracy):>8}"
                f"  {'' if epoch.validation_loss is None else format(epoch.validation_loss, '.6f'):>15}"
                f"  {_percent(epoch.validation_accuracy):>8}".rstrip()
            )
        return "\n".join([*lines, *([self.stopped] if self.stopped else [])])


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def fit(
    model: Any,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: str | LossFunction = "squared_error",
    optimizer: str | Optimizer = "sgd",
    epochs: int = 10,
    batch_size: int = 10,
    shuffle: bool = True,
    seed: int = 0,
    penalty: Callable[[Any], Value] | None = None,
    validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
    patience: int | None = None,
    threshold: float | None = None,
    checkpoint: str | PathLike[str] | None = None,
    resume: bool = False,
    progress: bool = True,
) -> History:
    r"""Train a model by mini-batches: for each, the mean gradient over its examples, then one update.

    .. math:: g = \frac 1 m \sum_{t=1}^m \nabla_\theta C_t + \nabla_\theta R, \qquad \theta \leftarrow \theta + u(g)

    A run that is killed and then resumed ends with the same parameters, to the last bit, as one that was not.

    Args:
        model: A Module that can be called on one input.
        inputs: For each example what the model is called on: a list of numbers.
        targets: For each example what the loss compares the outputs with: numbers, a one-hot list, or a class.
        loss: A name from `nn.losses.LOSSES`, or such a function.
        optimizer: From `nn.optimizers`, such as `adam(0.01)`; or the name of one, with its default settings.
        epochs: How many passes over the examples, those before a resumption included.
        batch_size: How many examples make one update; the last batch of an epoch may be smaller.
        shuffle: Take the examples in another random order in each epoch.
        seed: Seeds the orders.
        penalty: Computes R from the model, such as `lambda model: nn.losses.l2(model, 0.01)`.
        validation: Inputs and targets that are evaluated after each epoch and not trained on.
        patience: Stop after so many epochs without a better validation loss. The model then ends with the parameters of
            its best epoch, whether it was stopped or not.
        threshold: For a single output: above it is class 1; by default what suits the loss.
        checkpoint: A file that holds the run after each epoch. One that is there is replaced after the first epoch.
        resume: Go on from the checkpoint if it exists. Everything but `epochs` must be as it was.
        progress: Show a progress bar.

    Returns:
        What was measured in each epoch. The gradients of the parameters are cleared.

    Raises:
        ValueError: if the data are empty or of unequal lengths, a setting is impossible, or the checkpoint is damaged
            or of another run. Nothing was trained then.
        OSError: if the checkpoint cannot be written. Nothing was trained then.
        FloatingPointError: if the loss is infinite or nan, or an update would be. The parameters are those of the last
            whole update, as they are after Ctrl-C.

    Example:
        >>> import nn
        >>> xor = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
        >>> model = nn.MLP(2, [4, 1], "tanh", "sigmoid", seed=1)
        >>> history = fit(model, *xor, optimizer=nn.optimizers.adam(0.05), epochs=200, batch_size=4, progress=False)
        >>> history.epochs[-1].accuracy
        1.0
    """
    row = loss_row(loss)
    function = row.function
    if isinstance(optimizer, str):
        optimizer = choose("optimizer", optimizer, OPTIMIZERS)()
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"optimizer must be a name, or made by nn.optimizers as in sgd(0.1), but got {optimizer!r:.60}."
        )
    epochs, batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
    patience = None if patience is None else whole("patience", patience)
    if patience is not None and validation is None:
        raise ValueError("patience compares validation losses: pass validation=(inputs, targets) too.")
    if resume and checkpoint is None:
        raise ValueError("resume needs a checkpoint: the file to go on from.")
    parameters = model.parameters()
    if not parameters:
        raise ValueError(f"there is nothing to train: {model!r} has no parameters.")
    data = [(inputs, targets)] if validation is None else [(inputs, targets), validation]
    for examples in data:
        if not isinstance(examples, tuple) or len(examples) != 2:
            raise ValueError("validation must be a pair (inputs, targets).")
        _check_data(model, function, *examples)
    read = class_reader(targets, len(outputs_of(model, inputs[0])), row.threshold if threshold is None else threshold)
    run = _Run(
        settings={
            "model": repr(model),
            "loss": name_of(function, {}),
            "optimizer": optimizer.name,
            "batch_size": batch_size,
            "shuffle": shuffle,
            "seed": seed,
            "penalty": penalty is not None,
            "patience": patience,
            "data": _fingerprint(data),
        },
        state=optimizer.init([parameter.data for parameter in parameters]),
    )
    if checkpoint is not None and resume and Path(checkpoint).exists():
        run.read(checkpoint, model)
    elif checkpoint is not None:
        check_writable(checkpoint)  # better to learn now than after an epoch that it cannot be written

    history = run.history
    with _progress_bar(len(inputs), len(history.epochs), epochs, progress) as bar:
        while len(history.epochs) < epochs and not history.stopped:
            number = len(history.epochs) + 1
            order = list(range(len(inputs)))
            if shuffle:
                Random(f"epoch {number} of seed {seed}").shuffle(order)
            total, right = 0.0, 0
            for start in range(0, len(order), batch_size):
                batch = order[start : start + batch_size]
                members = [(f"example {i} in epoch {number}", inputs[i], targets[i]) for i in batch]
                with _collector_paused():
                    gradient, costs, n_right = _batch_gradient(model, parameters, members, function, read)
                    if penalty is not None:
                        model.zero_grad()
                        with _located(f"the penalty in epoch {number}"):
                            _finite(penalty(model)).backward()
                        gradient = [g + parameter.grad for g, parameter in zip(gradient, parameters, strict=True)]
                    run.state = step(optimizer, run.state, parameters, gradient)
                total, right = sum(costs, total), right + n_right
                bar.update(len(batch))
            with _located(f"the validation after epoch {number}"):
                validated = measure(model, *validation, function, read) if validation else (None, None)
            share = None if read is None else right / len(inputs)
            history.epochs.append(Epoch(number, total / len(inputs), share, *validated))
            run.judge(model, patience)
            bar.set_postfix_str(_last_figures(history))
            if checkpoint is not None:
                run.write(checkpoint, model)
    if patience is not None:
        model.load_state_dict(run.best["parameters"])
    model.zero_grad()
    return history


def _batch_gradient(
    model: Any,
    parameters: Sequence[Value],
    examples: Sequence[tuple[str, Any, Any]],
    loss: LossFunction,
    read: ReadClasses | None,
) -> tuple[list[float], list[float], int]:
    """The mean gradient over the examples of a batch, each with its place; their losses; how many were right."""
    for parameter in parameters:  # `model.zero_grad()` would look all of them up by name each time
        parameter.grad = 0.0
    costs, n_right = [], 0
    for where, x, target in examples:
        with _located(where):
            outputs = model(x)
            cost = _finite(loss(outputs, target))
            cost.backward()
        costs.append(cost.data)
        n_right += is_right(read, outputs, target)
    return [parameter.grad / len(examples) for parameter in parameters], costs, n_right


@dataclass
class _Run:
    """All that a run needs to go on: with the model's parameters, what a checkpoint holds."""

    settings: dict[str, Any]
    state: dict[str, Any]
    history: History = field(default_factory=History)
    best: dict[str, Any] = field(default_factory=dict)

    def judge(self, model: Module, patience: int | None) -> None:
        """Remember the model if its validation loss is the best so far; stop if it has not been for too long."""
        if patience is None:
            return
        number, loss = len(self.history.epochs), self.history.epochs[-1].validation_loss
        if not self.best or loss < self.best["loss"]:
            self.best = {"epoch": number, "loss": loss, "parameters": model.state_dict()}
        elif number - self.best["epoch"] >= patience:
            self.history.stopped = (
                f"stopped: no better validation loss for {patience} epochs; the best was epoch {self.best['epoch']}"
            )

    def write(self, path: str | PathLike[str], model: Module) -> None:
        write_json(path, {"format": FORMAT, **asdict(self), "parameters": model.state_dict()})

    def read(self, path: str | PathLike[str], model: Module) -> None:
        document = read_json(path, FORMAT)
        try:
            for name, value in self.settings.items():
                if document["settings"][name] != value:
                    raise ValueError(f"its {name} was {document['settings'][name]!r:.60}, but now is {value!r}")
            if not _alike(document["state"], self.state):
                raise ValueError("its optimizer's state does not fit")
            epochs = [Epoch(**epoch) for epoch in document["history"]["epochs"]]
            history = History(epochs, str(document["history"]["stopped"]))
            best = document["best"]
            if best and not (_alike(best, {"epoch": 0, "loss": 0.0, "parameters": model.state_dict()})):
                raise ValueError("its best parameters do not fit")
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the checkpoint {path} is of another run or damaged: {error}.") from None
        model.load_state_dict(document.get("parameters"), source=path)
        self.state, self.history, self.best = document["state"], history, best


_pauses = 0  # how many pauses are open, in whatever thread: the last one to end switches the collector on again
_was_enabled = False
_pauses_lock = threading.Lock()


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from searching each growing graph for cycles, of which graphs have none.

    It would take half of the time. In between it runs as usual, for whatever else the program leaves behind.
    """
    global _pauses, _was_enabled
    with _pauses_lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _pauses_lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()


def _alike(one: Any, other: Any) -> bool:
    """Whether two states have the same names, and numbers and lists of the same length in the same places."""
    if isinstance(other, dict):
        return isinstance(one, dict) and one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in other)
    if isinstance(other, list):
        return isinstance(one, list) and len(one) == len(other) and all(map(_alike, one, other))
    return type(one) in (int, float)


def _fingerprint(data: list[tuple[Sequence[Any], Sequence[Any]]]) -> str:
    """Tells data sets apart: a digest of all their numbers."""
    digest = hashlib.sha256()
    for inputs, targets in data:
        for item in (*inputs, *targets):
            digest.update(repr([float(x) for x in item] if hasattr(item, "__len__") else float(item)).encode())
    return digest.hexdigest()[:16]


def _check_data(model: Any, loss: LossFunction, inputs: Sequence[Any], targets: Sequence[Any]) -> None:
    """Find examples that do not fit before anything is trained: the first by trying, the others by their lengths."""
    check_examples(inputs, targets)
    with no_grad():
        first = loss(model(inputs[0]), targets[0])
    if not isinstance(first, Value):
        raise TypeError(f"a loss must return one Value, but it returned {first!r:.60} of type {type(first).__name__}.")
    for what, items in (("input", inputs), ("target", targets)):
        lengths = [len(item) if hasattr(item, "__len__") else None for item in items]
        for i, length in enumerate(lengths):
            if length != lengths[0]:
                raise ValueError(f"{what} {i} has length {length}, but {what} 0 has length {lengths[0]}.")


def _finite(cost: Value) -> Value:
    if not math.isfinite(cost.data):
        sources = ", ".join(map(repr, find_nonfinite(cost)[:3]))
        raise FloatingPointError(f"the loss is {cost.data}; that first appears at {sources}.")
    return cost


@contextlib.contextmanager
def _located(where: str) -> Iterator[None]:
    """Say in the message of an arithmetic error where it happened, and what may help."""
    try:
        yield
    except (OverflowError, FloatingPointError) as error:
        raise FloatingPointError(
            f"training diverged at {where}: {error} Try a smaller learning rate, or clip_by_norm."
        ) from None
    except (ValueError, ArithmeticError, TypeError) as error:
        error.add_note(f"This happened while training, at {where}.")
        raise


def _last_figures(history: History) -> str:
    last = history.epochs[-1]
    figures = f"epoch {last.number}: loss {last.loss:.4f}"
    if last.validation_accuracy is not None:
        return f"{figures}, validation accuracy {last.validation_accuracy:.1%}"
    return figures if last.accuracy is None else f"{figures}, accuracy {last.accuracy:.1%}"


def _progress_bar(examples: int, done: int, epochs: int, shown: bool) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return _ProgressLines(shown)
    pause = 0.1 if sys.stderr.isatty() or "ipykernel" in sys.modules else 10.0  # seconds; a log file needs few lines
    return tqdm(total=examples * epochs, initial=examples * done, unit="example", disable=not shown, mininterval=pause)


class _ProgressLines:
    """Progress without tqdm: a line after each epoch."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    def __enter__(self) -> "_ProgressLines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, _: int) -> None:
        pass

    def set_postfix_str(self, text: str) -> None:
        if self.shown:
            print(text, file=sys.stderr, flush=True)
