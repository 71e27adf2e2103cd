"""Each derivative inside of each other one: the right value, or an error that says what to write."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import nn
from autograd import (
    Value,
    check_grads,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    tanh,
    taylor,
    value_and_grad,
)


class Derivative(NamedTuple):
    """A derivative of a function of one number: which order, and how to take it."""

    order: int
    take: Callable[[Callable[[Any], Any], Any], Any]


def by_grad(f: Callable[[Any], Any], at: Any) -> Any:
    u = Value(at) if isinstance(at, float) else at * 1.0
    return grad(f(u), u, create_graph=True)


def by_default_grad(f: Callable[[Any], Any], at: Any) -> Any:
    u = Value(at) if isinstance(at, float) else at * 1.0
    return grad(f(u), [u])[0]


def of_list(f: Callable[[Any], Any]) -> Callable[[list[Any]], Any]:
    return lambda v: f(v[0])


def tall(f: Callable[[Any], Any]) -> Callable[[list[Any]], Any]:
    return lambda v: [f(v[0]), v[0] + v[1]]


DERIVATIVES = {
    "grad": Derivative(1, by_grad),
    "grad of a default graph": Derivative(1, by_default_grad),
    "value_and_grad": Derivative(1, lambda f, at: value_and_grad(of_list(f), [at])[1][0]),
    "value_and_grad of one": Derivative(1, lambda f, at: value_and_grad(f, at)[1]),
    "value_and_grad with a graph": Derivative(1, lambda f, at: value_and_grad(f, at, create_graph=True)[1]),
    "jacobian": Derivative(1, lambda f, at: jacobian(tall(f), [at, 1.0])[0][0]),
    "jacobian, wide": Derivative(1, lambda f, at: jacobian(of_list(f), [at, 1.0, 2.0])[0][0]),
    "jacobian of one": Derivative(1, lambda f, at: jacobian(f, at)),
    "jvp": Derivative(1, lambda f, at: jvp(of_list(f), [at], [1.0])[1]),
    "jvp of one": Derivative(1, lambda f, at: jvp(f, at, 1.0)[1]),
    "taylor": Derivative(1, lambda f, at: taylor(f, at, 2)[1]),
    "hessian": Derivative(2, lambda f, at: hessian(of_list(f), [at])[0][0]),
    "hessian of one": Derivative(2, lambda f, at: hessian(f, at)),
    "hessian_vector_product": Derivative(2, lambda f, at: hessian_vector_product(of_list(f), [at], [1.0])[0]),
    "second coefficient of taylor": Derivative(2, lambda f, at: 2.0 * taylor(f, at, 2)[2]),
}
# What grad differentiates is recorded by hand. Inside of it nothing knows of an outer derivative: a graph has to be
# asked for, and for an input that is a leaf, the derivative is with respect to that leaf, wherever f has it from.
NO_FUNCTION = {"grad", "grad of a default graph"}
BY_HAND = {"grad", "jvp", "jvp of one"}

# The inner function u ↦ u³ x², or u ↦ u³; where it is differentiated, 1.5 or x; the coefficient and power of x that its
# first and its second derivative have.
POINTS: dict[
    str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any], tuple[tuple[float, int], tuple[float, int]]]
] = {
    "a closure": (lambda u, x: u**3 * x**2, lambda _: 1.5, ((6.75, 2), (9.0, 2))),
    "a closure on the left": (lambda u, x: x**2 * u**3, lambda _: 1.5, ((6.75, 2), (9.0, 2))),
    "at an outer point": (lambda u, _: u**3, lambda x: x, ((3.0, 2), (6.0, 1))),
    "at a computed point": (lambda u, _: u**3, lambda x: 2.0 * x, ((12.0, 2), (12.0, 1))),
    "both": (lambda u, x: u**3 * x**2, lambda x: x, ((3.0, 4), (6.0, 3))),
    "both, computed": (lambda u, x: u**3 * x**2, lambda x: x + 0.0, ((3.0, 4), (6.0, 3))),
    "neither": (lambda u, _: u**3, lambda _: 1.5, ((6.75, 0), (9.0, 0))),
}
AT = 1.3


def number(thing: Any) -> float:
    return float(getattr(thing, "data", thing))


def power(coefficient: float, exponent: int, order: int) -> float:
    """The derivative of coefficient · xⁿ at AT."""
    for _ in range(order):
        coefficient, exponent = coefficient * exponent, exponent - 1
    return coefficient * AT**exponent


def attempt(call: Callable[[], Any]) -> tuple[float, str]:
    """The number that a call gives, or what its error says."""
    try:
        return number(call()), ""
    except (TypeError, ValueError) as error:
        return 0.0, str(error)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("inner", DERIVATIVES)
@pytest.mark.parametrize("outer", DERIVATIVES)
def test_each_derivative_in_each_other_one(outer: str, inner: str, point: str) -> None:
    f, at, forms = POINTS[point]
    if outer in NO_FUNCTION and inner not in BY_HAND and point != "neither":
        computed = point == "at a computed point" and "taylor" not in inner and inner not in NO_FUNCTION
        if not computed:
            return
    take = DERIVATIVES[inner]
    coefficient, exponent = forms[take.order - 1]

    def g(x: Any) -> Any:
        return x * take.take(lambda u: f(u, x), at(x))

    found, refused = attempt(lambda: DERIVATIVES[outer].take(g, AT))
    if refused:
        assert "jvp" in refused
        assert "taylor" in str((outer, inner)) or (outer.startswith("jvp") and inner in NO_FUNCTION)
    else:
        assert found == pytest.approx(power(coefficient, exponent + 1, DERIVATIVES[outer].order), rel=1e-13)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("inner", [name for name in DERIVATIVES if "taylor" not in name])
def test_a_check_of_a_function_that_takes_a_derivative(inner: str, point: str) -> None:
    f, at, _ = POINTS[point]
    take = DERIVATIVES[inner].take
    report = check_grads(lambda x: x * take(lambda u: f(u, x), at(x)), AT, order=2, modes=("reverse", "forward"))
    assert report, report


@pytest.mark.parametrize("inner", [name for name in DERIVATIVES if "taylor" not in name])
@pytest.mark.parametrize("middle", [name for name in DERIVATIVES if "taylor" not in name])
@pytest.mark.parametrize("outer", [name for name in DERIVATIVES if "taylor" not in name and name not in NO_FUNCTION])
def test_three_deep(outer: str, middle: str, inner: str) -> None:
    """Of x · D_y (y² · D_z (x² y z³) at z = y) at y = 2."""
    if middle in NO_FUNCTION and inner not in BY_HAND:
        return
    one, two, three = (DERIVATIVES[name] for name in (outer, middle, inner))

    def innermost(y: Any, x: Any) -> Any:
        return y**2 * three.take(lambda z: x**2 * y * z**3, y)

    found, refused = attempt(lambda: one.take(lambda x: x * two.take(lambda y: innermost(y, x), 2.0), AT))
    if refused:  # of a dual number, grad has no node
        assert "take the inner derivative by jvp" in refused
        assert NO_FUNCTION & {middle, inner}
        assert "jvp" in outer + middle
        return
    coefficient, exponent = (3.0, 5) if three.order == 1 else (6.0, 4)
    for _ in range(two.order):
        coefficient, exponent = coefficient * exponent, exponent - 1
    assert found == pytest.approx(power(coefficient * 2.0**exponent, 3, one.order), rel=1e-13)


def test_the_inner_derivative_of_what_is_independent_is_a_number() -> None:
    kinds: list[type] = []

    def f(x: Any) -> Any:
        value, slope = value_and_grad(lambda u: u * u, 3.0)
        kinds.extend([type(value), type(slope), type(hessian(lambda u: u * u, 3.0))])
        return x * slope

    assert value_and_grad(f, 2.0) == (12.0, 6.0)
    assert jvp(f, 2.0, 1.0) == (12.0, 6.0)
    assert set(kinds) == {float}


def test_a_graph_is_made_where_it_is_asked_for() -> None:
    x = Value(4.0, "x")
    for f in (
        lambda: value_and_grad(lambda u: u * x, 1.0, create_graph=True)[1],
        lambda: jacobian(lambda v: [v[0] * x, v[1]], [1.0, 2.0], create_graph=True)[0][0],
        lambda: hessian(lambda u: u * u * x / 2.0, 1.0, create_graph=True),
        lambda: hessian_vector_product(lambda u: u * u * x / 2.0, 1.0, 1.0, create_graph=True),
    ):
        assert grad(x * f(), x).data == 8.0
    assert value_and_grad(lambda v: value_and_grad(lambda u: u * v, 1.0, create_graph=False)[1] * v, 4.0) == (16.0, 4.0)


def test_a_direction_belongs_to_the_outer_derivative() -> None:
    def f(x: Any) -> Any:  # H = 2, so 2 x · x
        return x * hessian_vector_product(lambda v: v[0] ** 2, [1.0], [x])[0]

    assert value_and_grad(f, 3.0) == (18.0, 12.0)
    assert jvp(f, 3.0, 1.0) == (18.0, 12.0)


def test_parameters_of_a_model_are_inner_and_outer_variables_at_once() -> None:
    """A penalty on the gradient of a cost, with respect to parameters that the cost finds by itself."""
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    parameters = model.parameters()

    def penalty(_: list[Value]) -> Value:
        gradient = value_and_grad(lambda _: nn.losses.squared_error(model([0.4, -0.7]), 1.0), parameters)[1]
        return sum((g * g for g in gradient), Value(0.0))  # type: ignore[return-value]

    assert check_grads(penalty, parameters, modes=("reverse", "forward"))


@pytest.mark.parametrize("how", ["used", "returned", "returned in a list"])
def test_a_dual_number_that_escapes_from_its_sweep_is_an_error(how: str) -> None:
    kept: list[Any] = []

    def inner(y: Any) -> Any:
        kept.append(y * 2.0)
        return y

    def outer(x: Any) -> Any:
        jvp(inner, x, 1.0)
        if how == "used":
            return tanh(kept[0])
        return kept[0] if how == "returned" else [x, kept[0]]

    with pytest.raises(TypeError, match=r"a dual number is used after the jvp that made it is over.*nonlocal"):
        jvp(outer, 1.0, 1.0)


def test_an_outer_variable_that_is_overwritten_is_an_error() -> None:
    def outer(v: list[Any]) -> Any:
        x = v[0]

        def inner(y: list[Any]) -> Any:
            nonlocal x
            x = x * y[0]
            return x

        jvp(inner, [1.0], [1.0])
        return jvp(inner, [1.0], [1.0])[1]

    with pytest.raises(TypeError, match="a dual number is used after the jvp that made it is over"):
        jvp(outer, [1.0], [1.0])
