"""What a report says as text it says in a notebook, too."""

import html
import math
import re
from collections.abc import Callable

import pytest

from autograd import Value, check_grads, check_op, compare_modes, op, step_size_sweep, tanh
from autograd.notation import Report

pytestmark = pytest.mark.usefixtures("own_operations")


def wrong_operation() -> Report:
    @op(partials=[lambda _m, _z, x: 2.1 * x])
    def nearly_square(_: object, x: float) -> float:
        return x * x

    return check_op(nearly_square)


def operation_on_numbers() -> Report:
    @op
    def only_numbers(_: object, x: float) -> float:
        return math.exp(x)

    return check_op(only_numbers)


REPORTS: dict[str, Callable[[], Report]] = {
    "agree": lambda: check_grads(lambda v: v[0] * v[1], [2.0, 3.0], modes=("reverse", "forward")),
    "differ": lambda: check_grads(lambda v: v[0] * v[1] + Value(v[0].data), [2.0, 3.0]),
    "many": lambda: check_grads(lambda v: sum(v[1:], v[0]), [1.0] * 50, received=[0.0] * 50),
    "right operation": lambda: check_op(tanh),
    "wrong operation": wrong_operation,
    "operation on numbers": operation_on_numbers,
    "step sizes": lambda: step_size_sweep(lambda v: v[0].log(), [0.05]),
    "modes": lambda: compare_modes(Value(0.5, "<b>") * 3.0),
}


def words(text: str) -> set[str]:
    return set(re.findall(r"\S+", text))


@pytest.mark.parametrize("make", REPORTS.values(), ids=REPORTS)
def test_a_notebook_shows_what_the_text_says(make: Callable[[], Report]) -> None:
    report = make()
    page = report._repr_html_()
    assert page.startswith("<table>")
    assert "<b>" not in page
    shown = html.unescape(re.sub(r"<[^>]*>", " ", page))
    text = re.sub(r"at ([-\d.]+):", r"at \1", repr(report))
    text = text.replace("... and at 4 more points", "")  # of which the first table has a row each
    assert words(text) <= words(shown)


def test_the_verdict_stands_below_the_table() -> None:
    page = REPORTS["differ"]()._repr_html_()
    assert re.search(r"</table><p>gradients DIFFER \(tolerance 1e-06\); worst: x0, \S+<br>x0 changes f in a way", page)
