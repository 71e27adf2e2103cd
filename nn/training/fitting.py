"""The training loop: mini-batches, validation, early stopping, and runs that can be stopped and resumed."""

import warnings
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

from autograd import Value, no_grad, sigmoid, tanh
from autograd.table import is_list, whole
from nn.choices import choose, name_of, require
from nn.examples import check_examples, check_lengths, weights_of
from nn.losses import Loss, LossFunction, check_cost, loss_row
from nn.metrics import class_reader, listed_outputs, plain
from nn.module import Module
from nn.optimizers import OPTIMIZERS, Optimizer, require_optimizer
from nn.schedules import Schedule
from nn.settings import check, check_together
from nn.training.checkpoint import Run, engine_of, settings_of
from nn.training.digests import fingerprint
from nn.training.engines import engine_for
from nn.training.history import Epoch, History
from nn.training.loop import Plan, train
from nn.training.task import Task, located
from nn.training.watching import watched


def fit(
    model: Any,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: str | LossFunction = "squared_error",
    optimizer: str | Optimizer = "sgd",
    learning_rate: float | Schedule | None = None,
    epochs: int = 10,
    batch_size: int = 10,
    shuffle: bool = True,
    seed: int = 0,
    penalty: Callable[[Any], Value] | None = None,
    sample_weight: Sequence[float] | None = None,
    validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
    patience: int | None = None,
    threshold: float | None = None,
    checkpoint: str | PathLike[str] | None = None,
    resume: bool = False,
    progress: bool = True,
    on_epoch: Callable[[Epoch], object] | None = None,
    engine: str | None = None,
) -> History:
    r"""Train a model in mini-batches: for each, compute the mean gradient over its examples, then update once.

    .. math::
        g = \frac{\sum_t w_t \nabla_\theta C_t}{\sum_t w_t} + \nabla_\theta R, \qquad \theta \leftarrow \theta + u(g)

    The sums run over the examples t of a batch, and their weights w are 1 unless `sample_weight` gives others. It is a
    weighted mean, as in scikit-learn's networks and PyTorch's losses with class weights, so that only the ratios of the
    weights matter, and a learning rate suits whatever they sum to.

    A run that is stopped and then resumed ends with the same parameters, to the last bit, as one that was not.

    Args:
        model: A Module that is called with one input.
        inputs: The input of each example: a list of numbers. All may be an array or a data frame, with a row for each.
        targets: What the loss compares the outputs of each example with: numbers, a one-hot list, or a class.
        loss: A name from `nn.losses.LOSSES`, or a function like those.
        optimizer: One of `nn.optimizers`, such as `adam(0.01)`, or the name of one, for its default settings.
        learning_rate: The learning rate of an optimizer that is given by its name.
        epochs: How many passes over the examples, including those before a resumption.
        batch_size: How many examples make one update; the last batch of an epoch may be smaller.
        shuffle: Whether to take the examples in a new random order in each epoch.
        seed: Seeds the orders.
        penalty: Computes R from the model, such as `lambda model: nn.losses.l2(model, 0.01)`.
        sample_weight: w, a number of at least 0 for each example. One of weight 2 counts as two in its batch, and in
            the training loss and accuracy; one of weight 0 is left out. For large and small classes to count alike:
            `[1 / targets.count(y) for y in targets]`, which has the ratios of scikit-learn's "balanced".
        validation: Inputs and targets to evaluate after each epoch, and not to train on. They have no weights.
        patience: Stop after this many epochs without a better validation loss. Whether stopped or not, the model ends
            with the parameters of its best epoch.
        threshold: A single output above it means class 1; the default suits the loss.
        checkpoint: A file to save the run in after each epoch. A file that exists is replaced after the first epoch.
        resume: Whether to continue from the checkpoint if it exists. All settings but `epochs` must be the same.
            Functions are compared by their code and its numbers; what other modules do for them is not noticed.
        progress: Whether to show a progress bar.
        on_epoch: Is called after each epoch with what was measured in it, to watch the training; or an `nn.Recorder`.
        engine: "scalar" computes example by example, as the graph does it; "compiled" with a program of arrays, which
            gives the same to rounding and takes a fraction of the time. By default the compiled one, if NumPy is there,
            the model does the same operations for all examples, in rows and columns, and there are at least 1,000
            examples in all epochs; a resumed run keeps the engine that it had. `history.engine` says which it was.
            A hundred examples are compared: a model with an `if` that fewer than one in a hundred reach needs "scalar".

    Returns:
        What was measured in each epoch. The gradients of the parameters are cleared afterwards.

    Raises:
        ValueError: if the data are empty, differ in length, or hold text, infinity, nan or a class that there is not, a
            setting is impossible, or the checkpoint is damaged or of another run. Nothing has been trained then.
        OSError: if the checkpoint cannot be written. Nothing has been trained then.
        FloatingPointError: if the loss is infinite or nan, an update would be, or the validation loss is nan or -∞. The
            parameters are those after the last full update, as they are after Ctrl-C.

    Example:
        >>> import nn
        >>> xor = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
        >>> model = nn.MLP(2, [4, 1], "tanh", "sigmoid", seed=1)
        >>> history = fit(model, *xor, optimizer=nn.optimizers.adam(0.05), epochs=200, batch_size=4, progress=False)
        >>> history.epochs[-1].accuracy
        1.0
    """
    check(shuffle=shuffle, resume=resume, progress=progress)
    check(penalty=penalty, threshold=threshold, checkpoint=checkpoint, on_epoch=on_epoch, engine=engine)
    require("fit(model, inputs, targets)", "model", model, Module)
    row, optimizer, seed = loss_row(loss), optimizer_of(optimizer, learning_rate), whole("seed", seed, None)
    epochs, batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
    patience = None if patience is None else whole("patience", patience)
    check_together(validation=validation, patience=patience, checkpoint=checkpoint, resume=resume)
    parameters = parameters_of(model)
    given = {"": (inputs, targets)} if validation is None else {"": (inputs, targets), "validation ": validation}
    data = [_checked(model, row.function, pair, which) for which, pair in given.items()]
    (inputs, targets), validation = data[0], None if validation is None else data[1]
    weights = weights_of(sample_weight, len(inputs))
    if penalty is not None:
        with no_grad(), located("the penalty", "training cannot begin", "Try smaller initial weights."):
            check_cost("a penalty", penalty(model))
    first = model(inputs[0])
    _warn_of_a_second_activation(first, row)
    read = class_reader(targets, len(plain(first)), row.threshold if threshold is None else threshold)

    # What a resumed run must have in common takes longer to find than some runs: a digest of all numbers among it.
    settings = (
        {}
        if checkpoint is None
        else settings_of(
            model,
            row.function,
            optimizer,
            penalty,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            sample_weight=None if sample_weight is None else fingerprint([(weights, [])]),
            patience=patience,
            data=fingerprint(data),
        )
    )
    counted = [i for i, weight in enumerate(weights) if weight]
    task = Task(model, parameters, inputs, targets, weights, row, read, penalty, validation, optimizer)
    before = engine_of(checkpoint) if resume and checkpoint is not None else None
    trainer, why = engine_for(engine or before, task, len(counted) * epochs, batch_size)
    run = Run(settings, trainer.state, History(engine=trainer.name))
    run.begin(checkpoint, model, resume=resume)
    return train(
        trainer,
        task,
        run,
        Plan(counted, epochs, batch_size, shuffle, seed, patience, progress),
        watching=watched(on_epoch, model, run.history, row, threshold),
        on_epoch=on_epoch,
        save=None if checkpoint is None else lambda: run.write(checkpoint, model),
        note=f"scalar engine: {why}" if why else "",
    )


def parameters_of(model: Module) -> list[Value]:
    """The parameters that `fit` trains, of which there must be one at least."""
    parameters = model.parameters()
    if not parameters:
        raise ValueError(f"there is nothing to train: {model!r} has no parameters.")
    return parameters


def optimizer_of(optimizer: str | Optimizer, learning_rate: float | Schedule | None) -> Optimizer:
    """The optimizer that `fit` is given, by itself or by its name and a learning rate."""
    settings = {} if learning_rate is None else {"learning_rate": learning_rate}
    if settings and not isinstance(optimizer, str):
        raise ValueError(
            "learning_rate is for an optimizer that is given by its name; give yours its own: nn.optimizers.sgd(0.1)."
        )
    if not isinstance(optimizer, str):
        return require_optimizer(optimizer)
    return choose("optimizer", optimizer, OPTIMIZERS, "one of nn.optimizers, such as sgd(0.1)")(**settings)


def _checked(model: Any, loss: LossFunction, examples: Any, which: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Find unsuitable examples before anything is trained: one of each class by trying, the others by their lengths."""
    if not is_list(examples) or len(examples) != 2:
        kind = type(examples).__name__
        raise ValueError(f"validation must be a pair (inputs, targets), but got {examples!r:.60} of type {kind}.")
    inputs, targets = check_examples(examples[0], examples[1], which)
    for i in _first_of_each(targets):
        with no_grad(), located(f"{which}example {i}", "training cannot begin", _SCALE):
            check_cost("a loss", loss(model(inputs[i]), targets[i]))
    check_lengths(inputs, targets, which)
    return inputs, targets


def _first_of_each(targets: Sequence[Any]) -> list[int]:
    """The first example, and the first of each other number if there are few, as there are of classes."""
    first: dict[str, int] = {}
    for i, target in enumerate(targets):
        if not is_list(target):
            first.setdefault(str(target), i)
            if len(first) > MOST_CLASSES:
                return [0]
    return [*first.values()] or [0]


def _warn_of_a_second_activation(outputs: Any, row: Loss) -> None:
    """Warn if the outputs are squashed before a loss that squashes them itself: its cost cannot come near 0 then."""
    first = listed_outputs(outputs)[0]
    if row.applies and first.op in (sigmoid, tanh):
        warnings.warn(
            f"{name_of(row.function, {})} applies {row.applies} itself, to outputs that are a {first.op.name} already. "
            "Give the last layer the activation 'linear'.",
            stacklevel=3,
        )


MOST_CLASSES = 100  # more different targets than that are numbers to approximate
_SCALE = "Scale the inputs and targets to about 1, as nn.data.scaling does, or take smaller initial weights."
