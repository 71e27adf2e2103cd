"""`python -m nn`: train a network on handwritten digits, or on the examples in a CSV file, and draw how it went."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograd.files import located, write_atomically
from autograd.pictures import matplotlib_needed
from nn.activations import ACTIVATIONS
from nn.checkpoint import FORMAT
from nn.data import load_csv, load_digits, scaling, split
from nn.initializers import INITIALIZERS
from nn.losses import LOSSES, l2
from nn.metrics import confusion_matrix, share_right
from nn.mlp import MLP
from nn.optimizers import OPTIMIZERS
from nn.serialization import read_json, save, write_json
from nn.training import fit

# Learning rates that suit plain gradient descent: the smaller the scale of a loss, the larger its rate.
RATES = {
    "squared_error": 3.0,
    "half_squared_error": 6.0,
    "mean_squared_error": 30.0,
    "cross_entropy": 1.0,
    "binary_cross_entropy": 1.0,
    "binary_cross_entropy_with_logits": 1.0,
    "hinge": 0.3,
    "huber": 6.0,
}


CHECKPOINT = "checkpoint.json"  # is written first
FIGURES = ("learning_curve.png", "confusion_matrix.png", "examples.png", "neuron.png")
WRITTEN = (CHECKPOINT, "parameters.json", "data.json", *FIGURES)


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    options = argparse.ArgumentParser(
        prog="python -m nn",
        description="Train a network on scikit-learn's 1797 handwritten digits, or on a CSV file, and test it on a "
        "fifth of the examples, which are held out. The parameters and pictures are saved in a folder.",
    )

    def add(name: str, text: str, *, default: Any = None, **settings: Any) -> None:
        if default is not None:
            text += f" (default: {' '.join(map(str, default)) if isinstance(default, list) else default})"
        options.add_argument(name, help=text, default=default, **settings)

    def add_choice(name: str, text: str, table: Mapping[str, object], default: str) -> None:
        add(name, f"{text}: {', '.join(table)}", choices=table, default=default, metavar="NAME")

    add("--data", "columns of numbers and one of classes (default: the digits)", type=Path, metavar="CSV")
    place = "the column with the class: its name, or its position from 0"
    add("--target", place, type=_column, default=-1, metavar="COLUMN")
    add("--ignore", "columns to leave out (default: none)", type=_column, nargs="*", metavar="COLUMN")
    add("--layers", "widths of the hidden layers", type=int, nargs="*", default=[30], metavar="N")
    add_choice("--activation", "activation of the hidden layers", ACTIVATIONS, "sigmoid")
    add_choice("--initializer", "how the weights start", INITIALIZERS, "glorot")
    add_choice("--loss", "what training minimizes; it decides on the last activation", LOSSES, "binary_cross_entropy")
    add_choice("--optimizer", "how gradients change the parameters", OPTIMIZERS, "sgd")
    rate = "learning rate (default: the optimizer's own; for sgd one that suits the loss)"
    add("--learning-rate", rate, type=float, metavar="RATE")
    add("--l2", "strength of a penalty on the squares of the weights", type=float, default=0.0, metavar="STRENGTH")
    add("--epochs", "passes over the training examples", type=int, default=8, metavar="N")
    add("--batch-size", "examples for each update", type=int, default=10, metavar="N")
    add("--patience", "stop after N epochs without a better held-out loss (default: never)", type=int, metavar="N")
    add("--seed", "seed of the weights, the order and the split", type=int, default=0, metavar="N")
    add("--output", "where to save (default: digits, or the name of the CSV file)", type=Path, metavar="FOLDER")
    options.add_argument("--resume", help="continue a run that was stopped, with the same options", action="store_true")
    return options


def _column(text: str) -> str | int:
    return int(text) if text.removeprefix("-").isdecimal() else text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        options.output = output_folder(options.output, options.data)
        run(options)
    except KeyboardInterrupt:
        print(
            f"\nStopped. To continue from the last full epoch, add --resume. Saved in: {options.output}",
            file=sys.stderr,
        )
        return 130
    except (ImportError, OSError, ValueError, ArithmeticError) as error:
        print(f"python -m nn: {error}", file=sys.stderr)
        return 2
    return 0


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


def run(options: argparse.Namespace) -> None:
    """Train, test, and save everything in the output folder."""
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
    rate = (
        RATES[options.loss] if options.learning_rate is None and options.optimizer == "sgd" else options.learning_rate
    )
    optimizer = OPTIMIZERS[options.optimizer](**({} if rate is None else {"learning_rate": rate}))
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
        checkpoint=options.output / CHECKPOINT,
        resume=options.resume,
    )
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


if __name__ == "__main__":
    sys.exit(main())
