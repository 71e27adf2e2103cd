import dataclasses
import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, constant, exp, log, relu, sigmoid, sin, sqrt, topological_order
from autograd.explanations.nudged import NudgeStep
from autograd.explanations.nudges import Nudge, nudge


def named(node: Value, label: str) -> Value:
    node.label = label
    return node


def neuron() -> tuple[Value, dict[str, Value]]:
    """C = (σ(w·a_prev + b) − y)² and its nodes by name."""
    nodes = {name: Value(x, name) for name, x in (("w", 0.7), ("a_prev", 0.5), ("b", -0.3), ("y", 1.0))}
    nodes["z"] = named(nodes["w"] * nodes["a_prev"] + nodes["b"], "z")
    nodes["a"] = named(sigmoid(nodes["z"]), "a")
    nodes["C"] = named((nodes["a"] - nodes["y"]) ** 2, "C")
    return nodes["C"], nodes


def cost(w: float = 0.7, a_prev: float = 0.5, b: float = -0.3, y: float = 1.0) -> float:
    return (1 / (1 + math.exp(-(w * a_prev + b))) - y) ** 2


def last(output: Value, variable: Value, h: float = 0.01) -> NudgeStep:
    return nudge(output, variable, h).steps[-1]


@pytest.mark.parametrize("h", [0.01, -0.02, 1e-5])
@pytest.mark.parametrize(
    ("name", "way"), [("w", "w z a C"), ("a_prev", "a_prev z a C"), ("b", "b z a C"), ("y", "y C")]
)
def test_a_neuron_moves_as_its_formula_says(name: str, way: str, h: float) -> None:
    C, nodes = neuron()
    steps = nudge(C, nodes[name], h).steps
    assert [step.name for step in steps] == way.split()
    assert [step.value for step in steps] == [nodes[step.name].data for step in steps]
    assert steps[-1].actual == pytest.approx(cost(**{name: nodes[name].data + h}) - cost(), rel=1e-9)
    C.backward()
    assert steps[0].derivative == 1.0
    assert steps[-1].derivative == pytest.approx(nodes[name].grad)
    assert all(step.predicted == step.derivative * h for step in steps)
    assert all(step.ratio == step.actual / h for step in steps)


def test_the_step_ratios_of_a_chain_multiply_to_the_measured_derivative() -> None:
    C, nodes = neuron()
    first, *others = nudge(C, nodes["w"]).steps
    assert first.step_ratio is None
    assert [step.step_ratio for step in others] == pytest.approx([0.5, 0.25, 2 * (nodes["a"].data - 1)], rel=2e-3)
    assert math.prod(step.step_ratio or 0.0 for step in others) == pytest.approx(others[-1].ratio)


def test_two_paths_add_and_have_no_step_ratio_where_they_meet_or_part() -> None:
    x = Value(2.0, "x")
    p, q = named(x * 3, "p"), named(x * x, "q")
    steps = {step.name: step for step in nudge(named(p + q, "s"), x).steps}
    assert steps["s"].derivative == 7.0
    assert steps["s"].actual == pytest.approx(3 * 0.01 + 2.01**2 - 4)
    assert {name: step.step_ratio is None for name, step in steps.items()} == {"x": True, "p": False, "q": True} | {
        "s": True
    }
    assert steps["p"].step_ratio == pytest.approx(3.0)


@pytest.mark.parametrize("h", [0.01, -3.0, 1000.0])
def test_the_prediction_of_a_linear_function_is_exact(h: float) -> None:
    x, y = Value(2.0), Value(-1.5)
    found = nudge((3 * x - y) / 4 + x, x, h)
    assert found.steps[-1].derivative == 1.75
    assert len(found.growth) == 8
    for step, predicted, actual in found.growth:
        assert actual == pytest.approx(1.75 * step) == predicted


@pytest.mark.parametrize(
    ("f", "x"), [(lambda x: x * x, 3.0), (exp, 0.5), (sin, 1.0), (lambda x: 1 / x, 2.0), (log, 4.0)]
)
def test_the_error_grows_fourfold_when_the_nudge_doubles(f: Callable[[Value], Value], x: float) -> None:
    variable = Value(x)
    growth = nudge(f(variable), variable, 1e-4).growth
    assert [row[0] for row in growth] == [1e-4 * 2**k for k in range(8)]
    errors = [abs(actual - predicted) for _, predicted, actual in growth]
    assert [large / small for small, large in itertools.pairwise(errors)] == pytest.approx([4] * 7, rel=0.02)


def test_the_first_row_of_growth_is_the_last_step() -> None:
    C, nodes = neuron()
    found = nudge(C, nodes["b"])
    assert found.growth[0] == (0.01, found.steps[-1].predicted, found.steps[-1].actual)


@pytest.mark.parametrize(("x", "h", "slope", "actual"), [(-0.5, 1.0, 0.0, 0.5), (0.5, -2.0, 1.0, -0.5)])
def test_a_nudge_across_a_kink_is_not_predicted(x: float, h: float, slope: float, actual: float) -> None:
    variable = Value(x, "x")
    step = last(relu(variable), variable, h)
    assert (step.derivative, step.predicted, step.actual) == (slope, slope * h, actual)


def test_nothing_comes_through_a_dead_relu() -> None:
    x = Value(-2.0, "x")
    dead = named(relu(x), "dead")
    found = nudge(named(dead * 3 + 1, "out"), x)
    assert [(step.predicted, step.actual, step.step_ratio) for step in found.steps[1:]] == [(0, 0, 0), (0, 0, None)]
    assert repr(found).splitlines()[3].split() == ["dead", "0", "0", "0", "0", "0"]


def test_an_inner_node_is_moved_itself() -> None:
    C, nodes = neuron()
    steps = nudge(C, nodes["z"], 0.1).steps
    assert [step.name for step in steps] == ["z", "a", "C"]
    assert steps[0].actual == pytest.approx(0.1)
    assert steps[-1].actual == pytest.approx((1 / (1 + math.exp(-0.15)) - 1) ** 2 - cost(), rel=1e-9)


def test_only_the_way_from_the_variable_counts_for_an_inner_node() -> None:
    x = Value(2.0, "x")
    u = named(x * x, "u")
    assert last(u * x, u).derivative == 2.0
    assert last(u * x, u).actual == pytest.approx(0.02)


def test_the_output_itself() -> None:
    x = Value(2.0, "x")
    (step,) = nudge(x, x).steps
    assert step.derivative == 1.0
    assert step.ratio == pytest.approx(1.0)


def test_all_nodes_on_the_way_are_shown_on_request() -> None:
    C, nodes = neuron()
    names = [step.name for step in nudge(C, nodes["w"], labels_only=False).steps]
    assert names == ["w", "w*a_prev", "z", "a", "a - y", "C"]


def test_the_variable_and_the_output_need_no_label() -> None:
    x = Value(2.0)
    assert [step.name for step in nudge((x + 1) * 3, x).steps] == ["2", "(2 + 1)*3"]


@pytest.mark.parametrize(
    ("f", "x", "h", "rows"),
    [(sqrt, 0.02, -0.01, 2), (exp, 700.0, 1.0, 4), (lambda x: x * 1e308, 1.0, 0.1, 3), (lambda x: 1 / x, 1.0, -0.5, 1)],
)
def test_growth_ends_where_the_graph_has_no_value(f: Callable[[Value], Value], x: float, h: float, rows: int) -> None:
    variable = Value(x)
    assert len(nudge(f(variable), variable, h).growth) == rows


def state(output: Value) -> list[tuple[Any, ...]]:
    return [(node, node.data, node.grad, node.has_grad, node.label, node.op) for node in topological_order(output)]


def test_the_graph_stays_as_it_is() -> None:
    C, nodes = neuron()
    C.backward()
    before = state(C)
    nudge(C, nodes["w"], labels_only=False).plot()
    assert state(C) == before
    low = log(nodes["w"]) + C
    before = state(low)
    with pytest.raises(ValueError, match="smaller h"):
        nudge(low, nodes["w"], -0.7)
    assert state(low) == before


def test_a_chain_of_100_000_operations() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    step = last(y, x)
    assert step.derivative == pytest.approx(1.00001**100_000)
    assert step.step_ratio == pytest.approx(step.derivative)


def stale() -> tuple[Value, Value]:
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    return y, x


x = Value(0.5, "x")
u = named(x - 1, "u")
huge = named(Value(1e300, "h") * 1e300, "huge")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nudge(x * 2, Value(1.0, "t")), ValueError, r"x\*2 does not depend on t"),
        (lambda: nudge(constant(1.0) * 2, x), ValueError, "does not depend on x"),
        (lambda: nudge(x, x * 2), ValueError, r"x does not depend on x\*2"),
        (lambda: nudge(x**2, constant(2.0)), ValueError, "only variables"),
        (lambda: nudge(x**2, (x**2).parents[1]), ValueError, r"only variables.*constant\(data=2.0"),
        (lambda: nudge(x * 2, x, 0), ValueError, "large enough to move 0.5, but got 0.0"),
        (lambda: nudge(x * 2, x, 1e-20), ValueError, "large enough to move 0.5, but got 1e-20"),
        (lambda: nudge(x * 2, x, math.nan), ValueError, "finite .* got nan"),
        (lambda: nudge(x * 2, x, -math.inf), ValueError, "finite .* got -inf"),
        (lambda: nudge(x * 2, x, "much"), TypeError, "h must be one real number"),  # type: ignore
        (
            lambda: nudge(log(x) * 2, x, -1),
            ValueError,
            r'With x nudged by -1, log in "log\(x\)" got -0.5; it needs an input > 0. .* Or try a smaller h.',
        ),
        (lambda: nudge(1 / x, x, -0.5), ValueError, "got 1.0 and 0.0; it needs an input other than 0. .*smaller h"),
        (lambda: nudge(exp(x), x, 1000), ValueError, "exp.*1000.5; the result is too large.*smaller h"),
        (lambda: nudge(x * 1e300, x, 1e100), ValueError, "too large.*smaller h"),
        (lambda: nudge(sqrt(named(u * 0, "v")), u), ZeroDivisionError, 'derivative of sqrt at node "v"'),
        (lambda: nudge(huge + x, x), ValueError, r"huge \+ x is inf; find_nonfinite"),
        (lambda: nudge(*stale()), ValueError, "out of date"),
    ],
)
def test_wrong_use_is_explained(call: Callable[[], Nudge], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_it_prints_as_two_aligned_tables() -> None:
    C, nodes = neuron()
    title, header, *rows, blank, heading, growth_header, first, _, _, _, _, _, _, _ = repr(
        nudge(C, nodes["w"])
    ).splitlines()
    assert (title, blank, heading) == ("nudging w by 0.01", "", "the change of C as the nudge grows")
    assert header.split("  ")[0] == "variable"
    assert [row.split()[0] for row in rows] == ["w", "z", "a", "C"]
    assert rows[-1].split()[1:] == ["0.237659", "-0.1218", "-0.001218", "-0.001216", "-0.9738"]
    assert len({len(line) for line in (header, *rows[1:])}) == 1
    assert len(first) == len(growth_header)


def test_a_result_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        nudge(x * 2, x).steps = ()  # type: ignore[misc]


def chain(length: int) -> tuple[Value, Value]:
    start = Value(0.3, "start")
    node = start
    for i in range(length - 1):
        node = named(node.sin() if i % 2 else node * -1.3, f"n{i}")
    return node, start


def kinked() -> tuple[Value, Value]:
    """A name with mathematics for matplotlib, long names, a line that stays, and one that moves less than predicted."""
    price = Value(0.001, "$^1 to\n$^2 the price of something in $")
    near = named(relu(price - 0.0005), "near the kink")
    return named(named(near * 0, "nothing") + named(near * 1e9, "big") * price, "m" * 40), price


@pytest.mark.parametrize("graph", [*(lambda n=n: chain(n) for n in (1, 2, 5, 12, 40)), kinked])
def test_nothing_in_the_picture_is_cut_or_overlaps(graph: Callable[[], tuple[Value, Value]]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    found = nudge(*graph(), -0.005)
    figure = found.plot()
    renderer: Any = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw(renderer)
    lines, panel = figure.axes
    boxes: list[Any] = [text.get_window_extent(renderer) for text in lines.texts if text.get_text()]
    boxes.append(panel.get_tightbbox(renderer))
    for i, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_dollars_in_a_name_are_no_mathematics() -> None:
    x = Value(1.0, "$^$")
    figure = nudge(x * 2, x).plot()
    figure.canvas.draw()  # matplotlib would not find a formula here, but an error
    assert r"\$^\$" in [text.get_text() for text in figure.axes[0].texts]


def test_a_long_way_is_shortened_in_the_middle() -> None:
    found = nudge(*chain(40))
    assert len(found.steps) == 40
    assert repr(found).splitlines()[0] == "nudging start by 0.01 (16 variables in the middle are not shown)"
    assert [line.split()[0] for line in repr(found).splitlines()[13:15]] == ["n₁₀", "n₂₇"]


@pytest.mark.usefixtures("without_matplotlib")
def test_without_matplotlib_the_error_says_what_to_install() -> None:
    x = Value(2.0)
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        nudge(x * x, x).plot()
