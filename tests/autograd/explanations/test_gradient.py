import pytest

import nn
from autograd import Value, constant, count_paths, explain
from autograd.explanations.gradient import SHOWN


def test_the_whole_gradient_comes_layer_by_layer_weights_first() -> None:
    model = nn.MLP(1, [1, 1, 1], "sigmoid", "sigmoid", seed=2)  # 1-1-1-1: six entries
    cost = nn.losses.squared_error(model([0.5]), 1.0)
    cost.label = "C"
    gradient = explain(cost)
    labels = [entry.variable.label for entry in gradient.entries]
    assert labels == ["w1_00", "b1_0", "w2_00", "b2_0", "w3_00", "b3_0"]
    assert not any(parameter.has_grad for parameter in model.parameters())
    cost.backward()
    assert gradient.vector == nn.unroll(model, gradient=True)
    assert [entry.n_paths for entry in gradient.entries] == [1] * 6
    lines = repr(gradient).splitlines()
    assert lines[0] == "the gradient of C, 6 derivatives"
    assert lines[2].split() == ["1", "w⁽¹⁾₀₀", f"{model.parameters()[0].data:.6g}", f"{gradient.vector[0]:.6g}", "1"]


def test_neurons_come_in_the_order_of_their_numbers_and_variables_without_a_layer_last() -> None:
    model = nn.MLP(1, [11, 1], "tanh", seed=2)
    x = Value(2.0, "x")
    cost = model([x * 1.5])
    assert isinstance(cost, Value)
    labels = [entry.variable.label for entry in explain(cost).entries]
    assert labels == [p.label for p in model.parameters()] + ["x"]
    assert [entry.n_paths for entry in explain(cost, [x]).entries] == [11] == [count_paths(cost, x)]


def test_the_order_given_is_kept_also_of_repeated_and_inner_nodes() -> None:
    x = Value(3.0, "x")
    y = x * x
    z = y * 2
    assert explain(z, [y, x, y, Value(1.0)]).vector == [2.0, 12.0, 2.0, 0.0]


def test_a_variable_outside_the_graph_keeps_its_earlier_gradient_to_itself() -> None:
    x, other = Value(3.0, "x"), Value(2.0, "other")
    (other * 5).backward()
    assert explain(x * x, [x, other]).vector == [6.0, 0.0]
    assert (other.grad, x.has_grad) == (5.0, False)


def test_what_has_no_gradient_is_an_error() -> None:
    x = Value(3.0, "x")
    with pytest.raises(ValueError, match="a constant has no derivative, but among the variables is constant"):
        explain(x * x, [x, constant(2.0)])
    with pytest.raises(TypeError, match="a gradient takes a Value or a label, but got 3"):
        explain(x * x, [3])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="a gradient takes Values, but got 3"):
        explain(3)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="explain takes a Value or a label, but got 3"):
        explain(x * x, 3)  # type: ignore[call-overload]


def test_latex_has_the_vector_in_symbols_and_numbers() -> None:
    w, b = Value(2.0, "w1_00"), Value(1.0, "b1_0")
    cost = w * 3 + b
    cost.label = "C"
    symbols = r"\frac{\partial C}{\partial w^{(1)}_{00}} \\[1ex] \frac{\partial C}{\partial b^{(1)}_{0}}"
    columns = [rf"\begin{{pmatrix}} {column} \end{{pmatrix}}" for column in (symbols, r"3 \\[1ex] 1")]
    assert explain(cost).to_latex() == rf"\nabla C = {' = '.join(columns)}"


def test_a_long_gradient_is_shown_in_part() -> None:
    model = nn.MLP(20, [10, 1], "tanh", seed=1)
    cost = model([0.1] * 20)
    assert isinstance(cost, Value)
    gradient = explain(cost)
    assert len(gradient.vector) == 221
    lines = repr(gradient).splitlines()
    assert len(lines) == 2 + SHOWN + 1
    assert lines[-1].split() == ["…", "and", "161", "more"]
    assert gradient.to_latex().count(r"\vdots") == 2
