"""`python -m nn`: train a network on handwritten digits, or on the examples in a CSV file, and draw how it went."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nn.activations import ACTIVATIONS
from nn.distributed.cluster import Cluster
from nn.distributed.starting import start
from nn.initializers import INITIALIZERS
from nn.job import CHECKPOINT, output_folder, run, run_together
from nn.losses import LOSSES
from nn.optimizers import OPTIMIZERS
from nn.settings import ENGINES
from nn.training import fit

RESUME = "To continue from the last full epoch, add --resume."


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
    add("--epochs", "passes over the training examples", type=int, default=30, metavar="N")
    add("--batch-size", "examples for each update", type=int, default=10, metavar="N")
    add("--patience", "stop after N epochs without a better held-out loss (default: never)", type=int, metavar="N")
    add("--seed", "seed of the weights, the order and the split", type=int, default=0, metavar="N")
    add("--output", "where to save (default: digits, or the name of the CSV file)", type=Path, metavar="FOLDER")
    options.add_argument("--resume", help="continue a run that was stopped, with the same options", action="store_true")
    engine = "what trains: compiled, a program of arrays, or scalar, the graph (default: compiled, if it can be)"
    options.add_argument("--engine", help=engine, choices=ENGINES, metavar="NAME")
    options.add_argument("--distributed", help="share the examples among devices, by JAX", action="store_true")
    add("--processes", "how many of them share the examples, on all hosts", type=int, default=1, metavar="N")
    add("--devices", "how many each makes of its CPU (default: what JAX finds)", type=int, metavar="N")
    place = "where process 0 is (default: all processes are started here)"
    add("--coordinator", place, metavar="HOST:PORT")
    add("--rank", "which process is started here, from 0 (default: all)", type=int, metavar="N")
    return options


def _column(text: str) -> str | int:
    return int(text) if text.removeprefix("-").isdecimal() else text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        cluster = _cluster(options)
        if not options.rank:
            options.output = output_folder(options.output, options.data)
        if cluster:
            start(run_together, options, cluster)
        else:
            run(options, fit)
    except KeyboardInterrupt:
        where = f" Saved in: {options.output}" if options.output else ""
        print(f"\nStopped. {RESUME}{where}", file=sys.stderr)
        return 130
    except ChildProcessError as error:
        print(f"python -m nn: {error}", file=sys.stderr)
        if not options.rank and (options.output / CHECKPOINT).exists():
            print(RESUME, file=sys.stderr)
        return 2
    except (ImportError, OSError, ValueError, ArithmeticError) as error:
        print(f"python -m nn: {error}", file=sys.stderr)
        return 2
    return 0


def _cluster(options: argparse.Namespace) -> Cluster | None:
    """The processes of a distributed run; `None` for one without."""
    cluster = Cluster(options.processes, options.devices, options.coordinator, options.rank)
    if not options.distributed and cluster != Cluster():
        raise ValueError("--processes, --devices, --coordinator and --rank are for --distributed: add it.")
    if options.distributed and options.engine:
        raise ValueError("--engine is for a run of one process, without --distributed: leave it out.")
    return cluster if options.distributed else None


if __name__ == "__main__":
    sys.exit(main())
