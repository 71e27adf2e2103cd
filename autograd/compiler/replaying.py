"""Whether a program runs the recorded graph again, as a tape of scalars, in place of its lines of arrays.

A line takes the better part of a microsecond, however few numbers there are; in that time a tape goes through hundreds
of nodes. So the tape is quicker for few examples of a small or irregular graph, and the lines are for many. How many
there are of each decides, and nothing that is measured: the same arguments give the same bits, in each call.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.compiler.arguments import Numbers, as_arrays, taken
from autograd.compiler.libraries import library
from autograd.compiler.recording import Recording
from autograd.compiler.terms import INPUT, PARAMETER, TARGET
from autograd.engine import ACCELERATED, Tape
from autograd.notation import plural

NODES = 400 if ACCELERATED else 0  # which a tape goes through while a line is called; that of the pure engine is slower
MOST = 64  # examples, above which the length of the arrays begins to count


def tape_of(recording: Recording, source: str) -> Tape | None:
    """The tape of a recorded cost, which takes as many examples as it is quicker for; `None` if that is no example.

    There is none of a cost that gives outputs besides, nor of one with an operation that has no kernel in C.

    Args:
        recording: The recorded cost.
        source: The text of its program.
    """
    n_nodes = len(recording.order)
    most = min(MOST, NODES * source.count("\n") // n_nodes)
    if most < 1 or recording.outputs:
        return None
    parts = {kind: list[object]() for kind in (PARAMETER, INPUT, TARGET) if kind in recording.sizes}
    for leaf, (kind, _) in recording.leaves.items():
        if kind in parts:
            parts[kind].append(leaf)
    try:
        fixed = [recording.order[place] for place in recording.largest]
        # Lines that take the largest number off exponents may have digits that the exponentials of the tape lose.
        least = sys.float_info.min if "xp.max(" in source else 0.0
        return Tape(recording.order[-1], *parts.values(), most=most, fixed=fixed, least=least)
    except ValueError:  # an operation without a kernel
        return None


def run_tape(tape: Tape, sizes: Mapping[str, int], gradient: Numbers, given: Sequence[Any]) -> float:
    """The mean cost by a tape, of arguments that it does not take as they are; nan if the lines have to give it.

    They do for more examples than the tape takes, for arrays of another library than NumPy, and where a result on the
    tape is not finite, or has lost digits: the lines may have them still, since their exponentials do not overflow.

    Args:
        tape: The tape.
        sizes: How many parameters, inputs and targets there are.
        gradient: Room for the gradient.
        given: The arguments of the program.

    Raises:
        TypeError, ValueError: if they do not fit.
    """
    if library(taken(sizes), given)[0] is not np:
        return math.nan
    value = tape.run(gradient, *map(np.ascontiguousarray, as_arrays(sizes, given)))
    assert value is not None  # such arrays fit
    return value


def which_runs(tape: Tape | None, sizes: Mapping[str, int]) -> str:
    """What a program runs, and for how many examples, in words.

    Args:
        tape: Its tape.
        sizes: How many parameters, inputs and targets there are.

    Example:
        >>> which_runs(None, {PARAMETER: 2})
        'the lines run'
    """
    if tape is None:
        return "the lines run"
    again = f"a tape of {plural(len(tape.steps), 'operation')} runs"
    if INPUT not in sizes:
        return f"{again} in place of the lines"
    return f"{again} in place of the lines, for at most {plural(tape.most, 'example')} at a time"
