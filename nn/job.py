"""The job of `python -m nn`: train a network on examples, test it, and save everything in a folder."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from autograd.files import located, write_atomically
from autograd.pictures import matplotlib_needed
from nn.data import load_csv, load_digits, scaling, split
from nn.distributed import fit as fit_together
from nn.exchange import read_json, save, write_json
from nn.losses import LOSSES, l2
from nn.metrics import confusion_matrix, share_right
from nn.mlp import MLP
from nn.training import FORMAT, History, optimizer_of

# Learning rates that suit plain gradient descent: the smaller the scale of a loss, the larger its rate.
RATES = {
    "squared_error": 3.0,
    "half_squared_error": 6.0,
    "mean_squared_error": 10.0,
    "cross_entropy": 1.0,
    "binary_cross_entropy": 1.0,
    "binary_cross_entropy_with_logits": 1.0,
    "hinge": 0.3,
    "huber": 6.0,
}


CHECKPOINT = "checkpoint.json"  # is written first
FIGURES = ("learning_curve.png", "confusion_matrix.png", "examples.png", "neuron.png")
WRITTEN = (CHECKPOINT, "parameters.json", "data.json", *FIGURES)


def output_folder(given: Path | None, data: Path | None) -> Path:
    """Where to save: what is given, or a folder named after the data.

    Raises:
        ValueError: if that is no folder of its own, or holds files that this command would replace and has not written.
    """
    output = given if given is not None else Path(data.stem if data else "digits")
    if given is None and output.name in ("", ".."):
        raise ValueError(f"no folder can be named after {data}. Name one with --output.")
    if located(output).exists() and not located(output).is_dir():
        raise ValueError(f"the results need a folder, but {output} is a file. Name another one with --output.")
    there = [name for name in WRITTEN if (located(output) / name).exists()]
    try:
        if there:
            read_json(output / CHECKPOINT, FORMAT)
    except (OSError, ValueError):
        raise ValueError(
            f"only files of an earlier run are replaced, but beside {output / there[0]} is no {CHECKPOINT} of one. "
            "Move what is there, or name another folder with --output."
        ) from None
    return output


def run(options: argparse.Namespace, fit: Callable[..., History], *, leads: bool = True) -> None:
    """Train, test, and save everything in the output folder.

    Args:
        options: The options of the command line.
        fit: What trains: `nn.fit` or `nn.distributed.fit`.
        leads: Whether this process has the output folder, and saves everything there.
    """
    with matplotlib_needed():  # before anything is trained
        from nn import pictures
    columns = {"target": options.target, "ignore": options.ignore or ()}
    train, test = split(load_csv(options.data, **columns) if options.data else load_digits(), options.seed)
    scale = scaling(train) if options.data else None
    if scale:
        train, test = scale(train), scale(test)
    n_classes, loss = len(train.classes), LOSSES[options.loss]
    model = MLP(
        len(train.inputs[0]),
        [*options.layers, n_classes],
        options.activation,
        loss.output_activation,
        initializer=options.initializer,
        seed=options.seed,
    )
    rate = options.learning_rate
    if rate is None and options.optimizer == "sgd":
        rate = RATES[options.loss]
    optimizer = optimizer_of(options.optimizer, rate)
    print(f"{model}, {len(model.parameters()):,} parameters; {options.loss}, {optimizer}")
    print(f"{len(train)} examples to train on, {len(test)} held out; {n_classes} classes", flush=True)
    history = fit(
        model,
        train.inputs,
        [loss.target(label, n_classes) for label in train.targets],
        loss=options.loss,
        optimizer=optimizer,
        epochs=options.epochs,
        batch_size=options.batch_size,
        seed=options.seed,
        penalty=(lambda model: l2(model, options.l2)) if options.l2 else None,
        validation=(test.inputs, [loss.target(label, n_classes) for label in test.targets]),
        patience=options.patience,
        checkpoint=(options.output or Path()) / CHECKPOINT,  # only the process that leads has a folder, and writes it
        resume=options.resume,
        **({"engine": options.engine} if options.engine else {}),
    )
    if not leads:
        return
    matrix = confusion_matrix(model, test.inputs, test.targets)
    print(history)
    print(f"\n{share_right(matrix):.1%} of the {len(test)} held-out examples are classified correctly.")

    save(model, options.output / "parameters.json")
    facts = {"classes": train.classes, "scaling": asdict(scale) if scale else None}
    write_json(options.output / "data.json", facts)
    figures = (
        history.plot(),
        pictures.confusion_picture(matrix, train.classes),
        pictures.answers(model, test, are_logits=loss.output_activation == "linear"),
        pictures.neuron(model, train),
    )
    for name, figure in zip(FIGURES, figures, strict=True):
        write_atomically(options.output / name, figure.to_png())
    print(f"In {options.output}: parameters.json, data.json (classes, scaling), {', '.join(FIGURES)}.")


def run_together(options: argparse.Namespace, rank: int) -> None:
    """What each process of a distributed run does. What it prints is seen of process 0 alone."""
    run(options, fit_together, leads=rank == 0)
