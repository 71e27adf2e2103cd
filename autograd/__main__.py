"""`python -m autograd "C = (sigmoid(w*a + b) - y)**2" w=0.7 a=0.5 b=-0.3 y=1 --wrt w --draw chain.svg`."""

import argparse
import io
import math
import os
import sys
from collections.abc import Sequence

from autograd.engine import Value
from autograd.explanations import FormulaError, evaluate, explain
from autograd.explorer import explore
from autograd.graph import find_nonfinite
from autograd.notation import describe
from autograd.pictures import RenderingError, draw
from autograd.teaching import COMMANDS

MOST_NONFINITE = 3  # nodes that are named


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    options = argparse.ArgumentParser(
        prog="python -m autograd",
        description="Compute a formula and its gradient, and write out the chain rule.",
        epilog="""example: python -m autograd "z = w*a + b; C = (sigmoid(z) - y)**2" w=0.7 a=0.5 b=-0.3 y=1 --wrt w
for learners and teachers: python -m autograd quiz --help, python -m autograd worksheet --help""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = options.add_argument
    add("formula", help="statements name = formula, separated by semicolons; the last one is differentiated")
    add("numbers", nargs="*", metavar="NAME=NUMBER", help="a number for every name in the formula")
    add(
        "--wrt",
        action="append",
        metavar="NAME",
        help="explain the derivative with respect to this name (default: the first)",
    )
    add("--explore", metavar="FILE", help="write a page of the graph to an .html file: click, drag and step")
    add("--draw", metavar="FILE", help="draw the graph to a .svg, .png, .pdf or .dot file, lighting --wrt's paths")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has a ∂
    try:
        if arguments and arguments[0] in COMMANDS:
            COMMANDS[arguments[0]](arguments[1:])
        else:
            run(parser().parse_intermixed_args(arguments))
        print(end="", flush=True)  # there may be no sys.stdout
    except BrokenPipeError:  # whoever read has seen enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python's last flush does not fail, too
    except (FormulaError, ValueError, ArithmeticError, OSError, RenderingError) as error:
        print(f"python -m autograd: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Compute, differentiate, explain and draw."""
    variables: dict[str, Value] = {}
    for name, value in map(_variable, options.numbers):
        if name in variables:
            raise ValueError(f"{name} has two numbers, {variables[name].data:g} and {value.data:g}; give it one.")
        variables[name] = value
    results = evaluate(options.formula, variables)
    name, output = list(results.items())[-1]
    if not isinstance(output, Value):
        print(f"{name or 'value'} = {output:.10g}")
        return
    output.backward()
    print(f"{name or 'value'} = {output.data:.10g}")
    for variable in variables.values():
        print(f"∂{name or 'value'}/∂{variable.label} = {variable.grad:.10g}")
    for node in find_nonfinite(output)[:MOST_NONFINITE]:
        print(f"{node.data} begins at {describe(node)}, which is too large for a float.")
    nodes = variables | {key: node for key, node in results.items() if key and isinstance(node, Value)}
    chosen = [_chosen(key, nodes) for key in options.wrt or list(variables)[:1]]
    for node in chosen:
        print(f"\n{explain(output, node)}")
    if options.explore:
        print(f"\nA page of it is in {explore(output).save(options.explore)}")
    if options.draw:
        lit = chosen[0] if options.wrt else None
        print(f"\nDrawn to {draw(output, style='everything', lit=lit).save(options.draw)}")


def _variable(text: str) -> tuple[str, Value]:
    name, sign, number = text.partition("=")
    name = name.strip()
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not sign or not name.isidentifier() or not math.isfinite(value):
        raise ValueError(f"numbers are given as name=number, as in w=0.7, but got {text[:60]!r}.")
    return name, Value(value, name)


def _chosen(name: str, nodes: dict[str, Value]) -> Value:
    if name not in nodes:
        raise ValueError(f"--wrt must be one of {', '.join(nodes)}, but got {name[:60]!r}.")
    return nodes[name]


if __name__ == "__main__":
    sys.exit(main())
