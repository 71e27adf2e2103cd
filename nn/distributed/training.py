"""`fit`: a training run that several processes share."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from os import PathLike
from typing import Any

from autograd import Value, no_grad
from autograd.optional import needed
from autograd.table import whole
from nn.choices import require
from nn.examples import weights_of
from nn.losses import Loss, LossFunction, check_cost, loss_row
from nn.metrics import class_reader, plain
from nn.module import Module
from nn.optimizers import Optimizer
from nn.schedules import Schedule
from nn.settings import check, check_together
from nn.training import (
    Epoch,
    History,
    Plan,
    Run,
    Task,
    optimizer_of,
    parameters_of,
    reason,
    settings_of,
    text_digest,
    train,
    watched,
)
from nn.vector import unroll


def fit(
    model: Any,
    inputs: Any,
    targets: Any,
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
    validation: tuple[Any, Any] | None = None,
    patience: int | None = None,
    threshold: float | None = None,
    checkpoint: str | PathLike[str] | None = None,
    resume: bool = False,
    progress: bool = True,
    on_epoch: Callable[[Epoch], object] | None = None,
) -> History:
    r"""Train a model as `nn.fit` does, on all devices that JAX sees, those of other hosts included.

    Every process calls it, with the same model, data and settings: `jax.distributed.initialize(address, n, rank)` has
    told JAX of the others before. Each of N processes reads its rows of the examples, about n/N, and no others. The
    batches are those of `nn.fit`, whatever N is: of each, a device computes the sums over the rows that it has, and one
    all-reduce adds up the cost and the gradient,

    .. math:: g = \sum_d \sum_{t \in d} \frac{w_t}{\sum_s w_s} \nabla_\theta C_t + \nabla_\theta R

    so the parameters are those of `nn.fit`, to rounding, and those of all processes are the same. A run that is stopped
    and then resumed ends with the same parameters, to the last bit, if as many processes and devices resume it, and to
    rounding if there are more or fewer.

    Args:
        model: A Module that is called with one input. Its cost must have the same operations for all examples.
        inputs: The input of each example: a list, an array, also one of `numpy.load(path, mmap_mode="r")`, or
            `nn.distributed.Rows`, which calls a function for the rows from start to stop.
        targets: What the loss compares the outputs of each example with, likewise.
        loss: As for `nn.fit`, which also says more of all that follows.
        optimizer: One of `nn.optimizers`, or the name of one, for its default settings.
        learning_rate: The learning rate of an optimizer that is given by its name.
        epochs: How many passes over the examples, including those before a resumption.
        batch_size: How many examples, of all processes together, make one update.
        shuffle: Whether to take the examples in a new random order in each epoch. Without it, a batch has examples of
            one process, or two, and the others wait.
        seed: Seeds the orders.
        penalty: Computes R from the model.
        sample_weight: w, a number of at least 0 for each example of all processes.
        validation: Inputs and targets to evaluate after each epoch, of which each process reads its part, too.
        patience: Stop after this many epochs without a better validation loss.
        threshold: A single output above it means class 1; the default suits the loss.
        checkpoint: A file, which process 0 reads and writes; the others need no disk in common with it. Any number of
            processes can resume it.
        resume: Whether to continue from the checkpoint if it exists. All settings but `epochs` must be the same.
        progress: Whether process 0 shows a progress bar.
        on_epoch: Is called in process 0 after each epoch, to watch the training; or an `nn.Recorder`.

    Returns:
        What was measured in each epoch, the same in all processes. `history.engine` is "distributed".

    Raises:
        ImportError: if JAX is missing.
        TypeError: if its 64-bit floats are off.
        ValueError: if the processes differ in their program, data or settings, there are fewer examples than
            processes, the data are unsuitable, the cost cannot be compiled, or the checkpoint is damaged or of another
            run. Nothing has been trained then. What is wrong in one process is raised in all.
        OSError: if examples cannot be read, or the checkpoint cannot be written.
        FloatingPointError: if training diverges. The parameters are those after the last full update.
        ConnectionError: if another process has ended. The last checkpoint can be resumed.

    Example:
        >>> import nn, jax  # doctest: +SKIP
        >>> jax.config.update("jax_enable_x64", True)  # doctest: +SKIP
        >>> jax.distributed.initialize("10.0.0.1:5000", num_processes=2, process_id=0)  # doctest: +SKIP
        >>> X, y = (numpy.load(name, mmap_mode="r") for name in ("X.npy", "y.npy"))  # doctest: +SKIP
        >>> nn.distributed.fit(model, X, y, batch_size=1000, checkpoint="run.json")  # doctest: +SKIP

    Reference: https://docs.jax.dev/en/latest/multi_process.html
    """
    check(shuffle=shuffle, resume=resume, progress=progress)
    check(penalty=penalty, threshold=threshold, checkpoint=checkpoint, on_epoch=on_epoch)
    require("nn.distributed.fit(model, inputs, targets)", "model", model, Module)
    row, optimizer, seed = loss_row(loss), optimizer_of(optimizer, learning_rate), whole("seed", seed, None)
    epochs, batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
    patience = None if patience is None else whole("patience", patience)
    check_together(validation=validation, patience=patience, checkpoint=checkpoint, resume=resume)
    parameters = parameters_of(model)
    _require_jax()
    from nn.distributed.agreement import from_the_first, leads, require_same, together, within_reach
    from nn.distributed.engine import DistributedEngine
    from nn.distributed.shards import digest_of, kinds_of_all, samples_of, shards_of

    pairs = _pairs(inputs, targets, validation)
    weights = weights_of(sample_weight, len(inputs))
    settings = settings_of(
        model,
        row.function,
        optimizer,
        penalty,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        sample_weight=None if sample_weight is None else text_digest(repr(weights)),
        patience=patience,
    )
    with within_reach("the start"):
        require_same(
            {
                **{name: setting for name, setting in settings.items() if name != "code"},
                **{f"the code of the {name}": digest for name, digest in settings["code"].items()},
                "epochs": epochs,
                "threshold": threshold,
                "checkpoint": checkpoint is not None,
                "resume": resume,
                "validation": validation is not None,
                "the parameters at the start": text_digest(repr(unroll(model))),
                **_machine(),
            }
        )
        shards = shards_of(pairs)
        outputs = together(lambda: _outputs(model, row, penalty, shards))
        most = 2 * len(outputs) + 2  # more kinds of targets than there are of classes
        cut = row.threshold if threshold is None else threshold
        read = class_reader(kinds_of_all(shards[0], most), len(outputs), cut)
        task = Task(model, parameters, *samples_of(shards[0], most), [], row, read, penalty, None, optimizer)
        engine = together(lambda: _compiled(DistributedEngine, task, shards, weights))
        require_same({"the program": text_digest(engine.program.source)})
        if checkpoint is not None:
            settings["data"] = digest_of(shards)
        run = Run(settings, engine.state, History(engine=engine.name))
        together(lambda: run.begin(checkpoint, model, resume=resume) if leads() else None)
        _go_on(run, from_the_first({"state": run.state, "history": asdict(run.history), "best": run.best}))

    counted = [i for i, weight in enumerate(weights) if weight]
    return train(
        engine,
        task,
        run,
        Plan(counted, epochs, batch_size, shuffle, seed, patience, progress and leads()),
        watching=watched(on_epoch if leads() else None, model, run.history, row, threshold),
        on_epoch=on_epoch if on_epoch is None or leads() else lambda _: None,
        save=None if checkpoint is None else partial(_save, run, checkpoint, model),
    )


def _pairs(inputs: Any, targets: Any, validation: Any) -> dict[str, tuple[Any, Any]]:
    """Inputs and targets of each data set, which have a length, and parts."""
    pairs = {"": (inputs, targets)}
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise ValueError(f"validation must be a pair (inputs, targets), but got {validation!r:.60}.")
        pairs["validation "] = (validation[0], validation[1])
    for name, pair in pairs.items():
        for what, source in zip(("inputs", "targets"), pair, strict=True):
            if isinstance(source, str | bytes) or not (hasattr(source, "__len__") and hasattr(source, "__getitem__")):
                raise TypeError(
                    f"{name}{what} must be a list, an array or nn.distributed.Rows, but got {source!r:.60} of type "
                    f"{type(source).__name__}."
                )
    return pairs


def _require_jax() -> None:
    """Raise an error unless JAX is there, and computes with 64 bits."""
    with needed("jax", "nn.distributed.fit needs JAX: pip install jax"):
        import jax
    if not hasattr(jax, "shard_map"):
        raise ImportError(f"nn.distributed.fit needs JAX 0.8 or later, but this is {jax.__version__}.")
    if not jax.config.jax_enable_x64:
        raise TypeError(
            "nn.distributed.fit computes in float64, which JAX has after "
            'jax.config.update("jax_enable_x64", True), before anything is computed.'
        )


def _machine() -> dict[str, Any]:
    """What must be the same on all hosts, for sums to be of equal parts, and computed alike."""
    import jax

    return {"the release of JAX": jax.__version__, "the number of devices": jax.local_device_count()}


def _outputs(model: Any, row: Loss, penalty: Callable[[Any], Value] | None, shards: Sequence[Any]) -> list[float]:
    """The outputs for the first example. What the model, the loss and the penalty refuse is found here."""
    with no_grad():
        if penalty is not None:
            check_cost("a penalty", penalty(model))
        outputs = model(shards[0].inputs[0].tolist())
        for shard in shards:
            for target in shard.kinds(2 * len(plain(outputs)) + 2)[0]:
                check_cost("a loss", row.function(outputs, target))
    return plain(outputs)


def _compiled(engine: Callable[..., Any], task: Task, shards: Sequence[Any], weights: Sequence[float]) -> Any:
    try:
        return engine(task, shards[0], weights, shards[1] if shards[1:] else None)
    except Exception as error:  # whatever the model does with numbers that are not its own
        raise ValueError(
            f"this cost cannot be compiled: {reason(error)} nn.fit(engine='scalar') trains the model."
        ) from error


def _save(run: Run, path: str | PathLike[str], model: Module) -> None:
    """Write the checkpoint in process 0; no other goes on before."""
    from nn.distributed.agreement import leads, together, within_reach

    with within_reach(f"writing {path}"):
        together(lambda: run.write(path, model) if leads() else None)


def _go_on(run: Run, found: dict[str, Any]) -> None:
    """Have a run where process 0 has it; the engine takes the parameters from there itself."""
    history = found["history"]
    run.history = History([Epoch(**epoch) for epoch in history["epochs"]], history["stopped"], history["engine"])
    run.state, run.best = found["state"], found["best"]
