import pytest

import nn
from autograd import Value, backward_steps, topological_order
from autograd.reverse import Step, local_derivatives


def test_every_edge_is_one_step_and_the_sums_are_the_gradients() -> None:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)
    cost = nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0])
    steps = backward_steps(cost)
    edges = [(node, parent) for node in topological_order(cost) for parent in node.parents if not parent.is_constant]
    assert len(steps) == len(edges)
    cost.backward()
    last = {step.parent: step.after for step in steps.steps}
    for node, adjoint in last.items():
        assert adjoint == node.grad
    for step in steps.steps:
        assert step.after == step.before + step.adjoint * step.local_derivative
        assert step.adjoint == step.node.grad
        assert step.local_derivative in local_derivatives(step.node)


def test_no_gradient_is_changed_even_after_an_error() -> None:
    x = Value(4.0, "x")
    (x * 3).backward()
    y = x * x
    backward_steps(y)
    assert (x.grad, y.has_grad) == (3.0, False)
    with pytest.raises(ZeroDivisionError, match="derivative of sqrt"):
        backward_steps((x - 4).sqrt())
    assert x.grad == 3.0


def test_a_hook_that_fails_changes_no_leaf_and_its_error_comes_through() -> None:
    x = Value(4.0, "x")
    (x * 3).backward()
    y = (x * x).tanh() * x

    def fail(step: Step) -> None:
        if step.parent is x:
            raise ValueError("enough")

    with pytest.raises(ValueError, match=r"^enough$"):
        y.backward(fail)
    assert x.grad == 3.0
    y.backward()
    assert x.grad == pytest.approx(3.0 + 1.0, rel=1e-5)


def test_the_hook_sees_the_real_pass() -> None:
    x = Value(3.0)
    seen: list[float] = []
    (x * x).backward(lambda step: seen.append(step.after))
    assert seen == [3.0, 6.0]
    assert x.grad == 6.0


def test_rows_are_ready_for_a_table() -> None:
    a = Value(2.0, "a")
    (row,) = backward_steps(a**2).rows()
    assert row == {
        "step": 1, "node": "a**2", "parent": "a", "adjoint": 1.0, "local derivative": 4.0, "contribution": 4.0,
        "before": 0.0, "after": 4.0,
    }  # fmt: skip
    assert len(repr(backward_steps(a**2)).splitlines()) == 2
