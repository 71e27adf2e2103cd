"""The page of a recorded run, as data: frames, activations as steps of the table, and the examples that it shows.

The page computes what every neuron says by itself, from the parameters of a frame and the rows of the table. So what
travels is small: parameters to a few digits, and an activation as the list of rows that it takes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import Op, Value, topological_order
from autograd.notation import shortened
from autograd.table import is_list
from nn.activations import ACTIVATIONS
from nn.choices import name_of
from nn.metrics import class_reader
from nn.mlp import MLP
from nn.recorder.frames import Frame, Frames

MOST_NUMBERS = 150_000  # of all frames of a page: a megabyte
FINE = 20_000  # up to so many numbers, a fifth and a sixth digit cost little
FOR_GRADIENTS = 50  # examples
NAME = 24  # letters of a class, and twice as many of a run
_REACH, _PER_UNIT, _FLAT = 40.0, 20, 1e-6
_SMALL = 0.05  # a slope below this share of the largest lets little of a gradient pass


def spread(count: int, most: int) -> list[int]:
    """At most so many places from the first to the last of `count`, at even distances.

    Example:
        >>> spread(10, 4), spread(2, 4)
        ([0, 3, 6, 9], [0, 1])
    """
    if count <= most:
        return list(range(count))
    return [round(i * (count - 1) / (most - 1)) for i in range(most)]


def run_data(
    model: MLP,
    name: str,
    frames: Frames,
    measured: Callable[[Frame], tuple[float, float | None, list[float]]],
    examples: tuple[Sequence[Any], Sequence[Any]],
    total: int,
    classes: Sequence[str] | None,
    threshold: float | None,
    rows: list[Op],
) -> dict[str, Any]:
    """What the page shows of one run, which JSON can hold.

    Args:
        model: The network.
        name: What the run is called.
        frames: The frames.
        measured: The loss and the accuracy at a frame without an epoch, and each layer's size of the gradient.
        examples: The inputs and the targets of the examples that are shown.
        total: Of how many they are taken.
        classes: The names of the classes.
        threshold: A single output above it means class 1; `None` for the default.
        rows: Gets the rows of the table that the activations take.

    `activations` has for each layer its name, its `steps` (`None` if they cannot be told), its `bounds` and the `edges`
    beyond which it is flat. `frames` has the number of the epoch, its loss and accuracy, and those of the validation;
    `parameters` for each frame one text, and `gradients` the size in each layer.
    """
    inputs, targets = examples
    sizes = [len(model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in model.layers)]
    kept = spread(len(frames), max(2, MOST_NUMBERS // len(frames[0].parameters)))
    shown = [frames[i] for i in kept]
    digits = 6 if len(shown) * len(frames[0].parameters) <= FINE else 4
    numbers = [measured(frame) for frame in shown]
    read = class_reader(targets, sizes[-1], threshold)
    names = None if classes is None else [shortened(each, NAME) for each in classes]
    return {
        "name": shortened(name, 2 * NAME),
        "model": shortened(repr(model), 100),
        "sizes": sizes,
        "activations": [activation_data(layer.neurons[0].activation, rows) for layer in model.layers],
        "frames": [_measures(frame, numbers[i]) for i, frame in enumerate(shown)],
        "parameters": [" ".join(digits_of(x, digits) for x in frame.parameters) for frame in shown],
        "gradients": [[rounded(size, 4) for size in sizes] for *_, sizes in numbers],
        "inputs": [[rounded(x, 5) for x in each] for each in inputs],
        "targets": [[rounded(x, 5) for x in each] if is_list(each) else rounded(each, 5) for each in targets],
        "classes": None if read is None else [read.true(target) for target in targets],
        "names": names,
        "cut": None if read is None else read.cut,
        "digits": digits,
        "every": frames.every if len(shown) == len(frames) else 0,
        "recorded": len(frames),
        "total": total,
        "measured": min(FOR_GRADIENTS, len(inputs)),
    }


def _measures(frame: Frame, measured: tuple[float, float | None, list[float]]) -> list[float | None]:
    if frame.epoch is None:
        loss, accuracy, _ = measured
        return [frame.number, rounded(loss, 6), accuracy, None, None]
    epoch = frame.epoch
    numbers = (epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy)
    return [frame.number, *(None if number is None else rounded(number, 6) for number in numbers)]


def rounded(number: float, digits: int) -> float:
    """A number with as many significant digits as a page needs.

    Example:
        >>> rounded(2 / 3, 4)
        0.6667
    """
    return float(f"{float(number):.{digits}g}")


def digits_of(number: float, digits: int) -> str:
    """A number in as few letters as JavaScript can read.

    Example:
        >>> [digits_of(number, 4) for number in (-2 / 3, 1e-5, 12.0, float("-inf"))]
        ['-.6667', '1e-5', '12', '-Infinity']
    """
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    text = f"{number + 0.0:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def activation_data(activation: Callable[[Value], Any], rows: list[Op]) -> dict[str, Any]:
    """What the page needs of an activation; its rows are added to `rows`."""
    return {
        "name": shortened(name_of(activation, ACTIVATIONS), NAME),
        "steps": steps(activation, rows),
        "bounds": bounds(activation),
        "edges": edges(activation),
    }


def steps(activation: Callable[[Value], Any], rows: list[Op]) -> list[list[float]] | None:
    """An activation as steps: each the number of a row in `rows`, and the places of its arguments, of which z is 0.

    A constant is -1 and its number. The last step is the activation; without one, it is z. `None` stands for what takes
    other steps for other numbers, as a function with an `if` does.

    Example:
        >>> from autograd import tanh
        >>> rows = []
        >>> steps(lambda z: 1.5 * tanh(z), rows), rows
        ([[-1, 1.5], [0, 0], [1, 1, 2]], [<Op tanh>, <Op mul>])
    """
    found: list[Op] = []
    try:
        first, *others = [_steps_at(activation, at, found) for at in (-2.0, -0.5, 0.5, 2.0)]
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return None
    if any(other != first for other in others):
        return None
    places = {-1: -1}
    for place, row in enumerate(found):
        if row not in rows:
            rows.append(row)
        places[place] = rows.index(row)
    return [[places[int(step[0])], *step[1:]] for step in first]


def _steps_at(activation: Callable[[Value], Any], at: float, rows: list[Op]) -> list[list[float]]:
    z = Value(at)
    output = activation(z)
    if not isinstance(output, Value):
        return [[-1, float(output)]]
    places, found = {z: 0}, list[list[float]]()
    for node in topological_order(output):
        if node is z:
            continue
        places[node] = len(places)
        if node.op is None or node.is_constant:
            found.append([-1, node.data])
            continue
        if node.op not in rows:
            rows.append(node.op)
        found.append([rows.index(node.op), *(places[parent] for parent in node.parents)])
    return found


def bounds(activation: Callable[[Value], Any]) -> list[float | None]:
    """The numbers that an activation tends to far down and far up; `None` where it goes on and on.

    Example:
        >>> from autograd import relu, tanh
        >>> bounds(tanh), bounds(relu)
        ([-1.0, 1.0], [0.0, None])
    """
    ends: list[float | None] = []
    for sign in (-1.0, 1.0):
        near, far = (_number(activation, sign * share * _REACH) for share in (0.75, 1.0))
        flat = near is not None and far is not None and abs(far - near) < _FLAT
        ends.append(round(far, 5) + 0.0 if flat and far is not None else None)
    return ends


def edges(activation: Callable[[Value], Any]) -> list[float | None]:
    """Where an activation becomes flat: its slope is below a twentieth of the largest beyond; `None` if nowhere.

    Example:
        >>> from autograd import relu, tanh
        >>> edges(tanh), edges(relu), edges(lambda z: z)
        ([-2.2, 2.2], [0.0, None], [None, None])
    """
    grid = [place / _PER_UNIT for place in range(-10 * _PER_UNIT, 10 * _PER_UNIT + 1)]
    slopes = [abs(slope) for slope in (_slope(activation, z) for z in grid)]
    largest = max((slope for slope in slopes if math.isfinite(slope)), default=0.0)
    steep = [place for place, slope in enumerate(slopes) if not slope < _SMALL * largest]
    if largest == 0.0 or not steep:
        return [None, None]
    low, high = steep[0] - 1, steep[-1] + 1
    return [grid[low] if low >= 0 else None, grid[high] if high < len(grid) else None]


def _number(activation: Callable[[Value], Any], at: float) -> float | None:
    try:
        output = activation(Value(at))
    except (ArithmeticError, ValueError):
        return None
    return output.data if isinstance(output, Value) else float(output)


def _slope(activation: Callable[[Value], Any], at: float) -> float:
    z = Value(at)
    try:
        output = activation(z)
        if isinstance(output, Value):
            output.backward()
    except (ArithmeticError, ValueError):
        return math.nan
    return z.grad


def page_of(runs: Sequence[Mapping[str, Any]], rows: Sequence[Op], title: str) -> str:
    """The page of one run, or of two side by side."""
    from autograd.explorer import page_of, script

    return page_of("training", title, {"runs": list(runs)}, rows=script(rows))
