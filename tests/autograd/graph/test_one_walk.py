"""One call of the library walks a graph once, and evaluates no local derivative twice at the same numbers.

The derivatives are counted by operations of the test's own, which nothing can evaluate unseen. Not counted are walks of
the engine: that of `backward()`, and of the sweeps behind `grad`, Jacobians and Hessians.
"""

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import (
    Op,
    Value,
    backward_steps,
    check_formula,
    check_grads,
    compare_modes,
    count_paths,
    draw,
    explain,
    find_nonfinite,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    mul,
    nudge,
    op,
    paths,
    pulls,
    step_size_sweep,
    tanh,
    topological_order,
)
from autograd.engine import local_derivatives

pytestmark = pytest.mark.usefixtures("own_operations")


class Counts:
    """What the library does: walks over graphs, and for each edge and numbers the evaluations of its derivative."""

    def __init__(self) -> None:
        self.walks = 0
        self.derivatives: Counter[tuple[Any, ...]] = Counter()
        self.product = self.copy(mul, lambda _, x, y: x * y)
        self.bend = self.copy(tanh, lambda m, x: m.tanh(x))

    def copy(self, row: Op, formula: Callable[..., Any]) -> Op:
        """An operation that counts how often its derivatives are evaluated on numbers."""

        def counted(place: int) -> Callable[..., Any]:
            def partial(m: Any, z: Any, *arguments: Any) -> Any:
                if isinstance(z, float):
                    self.derivatives[row.name, place, z, *arguments] += 1
                return row.partials[place](m, z, *arguments)

            return partial

        formula.__name__ = f"counted_{row.name}"
        return op(partials=[counted(place) for place in range(len(row.partials))])(formula)

    def cost(self, w: Value, x: float = 0.5) -> Value:
        """A cost to which two paths lead from w, with another number in each node: that tells the edges apart."""
        z = self.product(w, Value(x, "x"))
        h = self.bend(z)
        u = self.product(self.product(h, Value(-0.3, "b")), w)
        cost = self.product(self.bend(u), Value(0.9, "y"))
        z.label, h.label, u.label, cost.label = "z", "h", "u", "C"
        return cost

    def f(self, v: list[Value]) -> Value:
        """A function of three inputs."""
        return self.product(self.bend(self.product(self.bend(self.product(v[0], v[1])), v[2])), v[0])


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    found = Counts()

    def walk(*outputs: Value) -> list[Value]:
        found.walks += 1
        return topological_order(*outputs)

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("autograd", "nn") and not name.startswith("autograd.engine."):
            for attribute, thing in list(vars(module).items()):
                if thing is topological_order:
                    monkeypatch.setattr(module, attribute, walk)
    return found


def on_cost(call: Callable[[Value, Value], object]) -> Callable[[Counts], Callable[[], object]]:
    """A call that takes the cost and w."""

    def prepared(counts: Counts) -> Callable[[], object]:
        w = Value(0.7, "w")
        cost = counts.cost(w)
        return lambda: call(cost, w)

    return prepared


def on_f(call: Callable[[Callable[[list[Value]], Value], list[float]], object]) -> Callable[..., Callable[[], object]]:
    """A call that takes a function and three numbers."""
    return lambda counts: lambda: call(counts.f, [0.7, 0.5, -0.3])


def of_several(counts: Counts) -> Callable[[], object]:
    w = Value(0.7, "w")
    costs = [counts.cost(w, x) for x in (0.5, 0.6, 0.8)]
    return lambda: pulls(costs, w)


def of_steps(call: Callable[[Any], object]) -> Callable[[Counts], Callable[[], object]]:
    def prepared(counts: Counts) -> Callable[[], object]:
        steps = backward_steps(counts.cost(Value(0.7, "w")))
        return lambda: call(steps)

    return prepared


def of_network(counts: Counts) -> Callable[[], object]:
    model = nn.MLP(2, [3, 2], counts.bend, counts.bend, seed=1)
    cost = nn.losses.squared_error(model([0.3, -0.8]), [1.0, 0.0])
    return lambda: nn.four_equations(model, cost)


def both_modes(f: Callable[[list[Value]], Value], inputs: list[float]) -> object:
    return check_grads(f, inputs, modes=("reverse", "forward"))


def right_formula(cost: Value, w: Value) -> None:
    assert check_formula("y*dtanh(u)*b*(w*dtanh(z)*x + h)", cost, w)


def wrong_formula(cost: Value, _: Value) -> None:
    (x,) = (node for node in topological_order(cost) if node.label == "x")  # one path leads from it
    assert not check_formula("w*dtanh(z)*2", cost, x)


def wrong_gradient(f: Callable[[list[Value]], Value], inputs: list[float]) -> None:
    assert not check_grads(f, inputs, received=[1.0, 2.0, 3.0])  # so that it looks for the cause, too


ONE = {  # each walks once and evaluates each derivative at most once
    "explain": on_cost(explain),
    "explain all": on_cost(lambda cost, _: explain(cost)),
    "draw": on_cost(lambda cost, _: draw(cost)),
    "draw derivatives": on_cost(lambda cost, _: draw(cost, style="derivatives")),
    "draw lit": on_cost(lambda cost, w: draw(cost, lit=w)),
    "draw everything": on_cost(lambda cost, w: draw(cost, lit=w, style="everything", max_nodes=3)),
    "nudge": on_cost(nudge),
    "backward_steps": on_cost(lambda cost, _: backward_steps(cost)),
    "picture": of_steps(lambda steps: steps.picture(3)),
    "animate": of_steps(lambda steps: steps.animate()),
    "check_formula right": on_cost(right_formula),
    "check_formula of a path": on_cost(lambda cost, w: check_formula("y*dtanh(u)*b*h", cost, w)),
    "check_formula wrong": on_cost(wrong_formula),
    "paths": on_cost(lambda cost, w: list(paths(cost, w))),
    "count_paths": on_cost(count_paths),
    "find_nonfinite": on_cost(lambda cost, _: find_nonfinite(cost)),
}
MORE = {  # with how often, and why
    "pulls": (of_several, 3, 1),  # three graphs
    "grad": (on_cost(lambda cost, w: grad(cost, [w])), 0, 1),  # this walk, and those of the next ones, is the engine's
    "step_size_sweep": (on_f(step_size_sweep), 0, 1),
    "jacobian": (on_f(lambda f, v: jacobian(lambda x: [f(x), *x[:2]], v)), 0, 1),
    "hessian": (on_f(hessian), 0, 1),
    "hessian_vector_product": (on_f(lambda f, v: hessian_vector_product(f, v, [1.0, 0.0, 2.0])), 0, 1),
    "check_grads": (on_f(check_grads), 1, 2),  # the backward pass that is checked evaluates its own
    "check_grads in both modes": (on_f(both_modes), 1, 3),  # and so does the forward sweep
    "check_grads of a wrong gradient": (on_f(wrong_gradient), 1, 2),  # as does the one whose sizes bound the rounding
    "four_equations": (of_network, 1, 2),  # here, too: to evaluate in C is quicker than to remember
    "compare_modes": (on_cost(lambda cost, _: compare_modes(cost)), 1, 5),  # so does each pass: that is what is counted
}


@pytest.mark.parametrize(
    ("prepare", "walks", "evaluations"),
    [
        *(pytest.param(prepare, 1, 1, id=name) for name, prepare in ONE.items()),
        *(pytest.param(*row, id=name) for name, row in MORE.items()),
    ],
)
def test_a_call_walks_once(
    counts: Counts, prepare: Callable[[Counts], Callable[[], object]], walks: int, evaluations: int
) -> None:
    call = prepare(counts)
    counts.walks = 0
    counts.derivatives.clear()
    call()
    assert counts.walks == walks
    assert max(counts.derivatives.values(), default=0) <= evaluations, counts.derivatives


def test_what_is_done_twice_is_counted(counts: Counts) -> None:
    cost = counts.cost(Value(0.7))
    for _ in range(2):
        find_nonfinite(cost)
        local_derivatives(cost)
    cost.backward()
    assert counts.walks == 2
    assert set(counts.derivatives.values()) == {1, 3}
