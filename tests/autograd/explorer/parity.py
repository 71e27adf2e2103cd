"""Points for every row of the table, and what Python computes there, to compare with what JavaScript computes.

The same harness runs in node and in a browser. In a test of the latter, on a page without a policy for scripts:

    found = page.evaluate(parity.PROGRAM, json.dumps(parity.task([*TABLE.values()])))
    assert found["wrong"] == []

`found["compared"]` has how many numbers of each row were compared, `found["worst"]` the largest relative error.
"""

import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

from autograd.explorer.javascript import script
from autograd.table import Op, as_float, floats
from tests.imports import ROOT
from tests.node import node_says

Held = float | str | None
Point = tuple[float, ...]

# A JavaScript function of what `task` gives, as JSON. Modules come as text, since a page from disk cannot load any.
PROGRAM = """async (task) => {
  const {mathematics, parity, script, cases, call} = JSON.parse(task);
  const load = (text) => import("data:text/javascript," + encodeURIComponent(text));
  return (await load(parity))[call]((0, eval)(script)(await load(mathematics)), cases);
}"""

SIZES = [5e-324, 1e-310, 2.3e-308, 1e-200, 1e-100, 1e-20, 1e-8, 1e-3, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 7.0]
SIZES += [30.0, 100.0, 345.0, 700.0, 800.0, 1e5, 2.0**52 + 1, 1e20, 1e100, 1e200, 1.7976931348623157e308, math.inf]
SPECIAL = (0.0, -0.0, math.nan, *SIZES, *(-size for size in SIZES))
CANCELS = {"gelu": (-0.8, -0.7), "swish": (-1.4, -1.2)}  # where a slope is 0, as the sum of two numbers


def points(row: Op, count: int, special: Sequence[float]) -> list[Point]:
    """Numbers of the row's domain, the same each time; its kinks; and special numbers, each with each."""
    draw = random.Random(row.name)
    inside = [tuple(_number(draw, domain.samples, domain.contains) for domain in row.domain) for _ in range(count)]
    kinks = [point for point, _ in row.kinks]
    return [*inside, *kinks, *itertools.product(special, repeat=row.arity)]


def _number(draw: random.Random, samples: Sequence[float], contains: Any) -> float:
    while True:
        sample = draw.choice(samples)
        number: float = draw.choice(
            [
                sample,
                sample * draw.uniform(0.9, 1.1),
                draw.uniform(-5.0, 5.0),
                draw.uniform(-30.0, 30.0),
                round(sample) + draw.choice((0.0, 0.5)),
                draw.choice((-1.0, 1.0)) * 10.0 ** draw.uniform(-12.0, 3.0),
                draw.choice((-1.0, 1.0)) * 10.0 ** draw.uniform(-300.0, 300.0),
            ]
        )
        if contains(number):
            return number


def expected(row: Op, at: Sequence[Point]) -> dict[str, Any]:
    """What Python computes at points: the values, and the slopes where there is a value."""
    values: list[Held] = []
    slopes: list[list[Held]] = [[] for _ in row.partials]
    for point in at:
        z = _held(lambda point=point: row.forward(floats, *point))
        values.append(z)
        for partial, found in zip(row.partials, slopes, strict=True):
            has_value = isinstance(z, float)
            slope = _held(lambda p=partial, z=z, point=point: p(floats, z, *point)) if has_value else None
            found.append(_as_json(slope))
    low, high = CANCELS.get(row.name, (0.0, 0.0))
    cancels = [place for place, (x, *_) in enumerate(at) if low < x < high]
    points = [[_as_json(number) for number in point] for point in at]
    return {
        "name": row.name,
        "points": points,
        "values": [_as_json(z) for z in values],
        "slopes": slopes,
        "cancels": cancels,
    }


def _as_json(number: Held) -> Held:
    """JSON has no infinities and no nan; they become texts, of which JavaScript's `Number` makes numbers again."""
    if not isinstance(number, float) or math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _held(compute: Any) -> Held:
    try:
        number = compute()
    except ZeroDivisionError:
        return "division"
    except OverflowError:
        return "range"
    except ValueError:
        return "domain"
    return as_float(number) if not isinstance(number, complex) else "domain"


def task(
    rows: Sequence[Op], count: int = 1000, special: Sequence[float] = SPECIAL, call: str = "compare"
) -> dict[str, Any]:
    """What `PROGRAM` takes.

    Args:
        rows: The rows.
        count: At how many numbers of its domain each is computed.
        special: Other numbers, in the domain or not.
        call: The function of `parity.js`: "compare", or "keysMet".
    """
    cases = [expected(row, points(row, count, special)) for row in rows]
    browser = ROOT / "autograd" / "explorer" / "browser"
    return {
        "mathematics": (browser / "mathematics.js").read_text(encoding="utf-8"),
        "parity": (ROOT / "tests" / "explorer" / "parity.js").read_text(encoding="utf-8"),
        "script": script(rows),
        "cases": cases,
        "call": call,
    }


def in_node(task: dict[str, Any]) -> Any:
    """The result of `PROGRAM` in node; the test is skipped where there is none that is new enough."""
    program = f"""import {{ readFileSync }} from "node:fs";
    process.stdout.write(JSON.stringify(await ({PROGRAM})(readFileSync(0, "utf8"))));"""
    return node_says(task, "--input-type=module", "-e", program)
