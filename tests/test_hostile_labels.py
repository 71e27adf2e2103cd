"""Whatever stands in a label, no text of the library makes a terminal obey it."""

from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from autograd import Value, log
from autograd.table import TABLE, printable

LABEL = "x\x1b[31m\0\n\x9b\u202e\ud800y"
OTHER = LABEL.replace("y", "z")


def leaf(number: float = 0.5, label: str = LABEL) -> Value:
    return Value(number, label)


def squared() -> Value:
    doubled = leaf() * 2.0
    doubled.label = OTHER
    cost = doubled**2
    cost.label = f"C{LABEL}"
    return cost


def network() -> tuple[nn.MLP, Value]:
    model = nn.MLP(1, [1, 1], seed=0)
    for parameter in model.parameters():
        parameter.label = LABEL
    for layer in model.layers:
        layer.neurons[0]._z_label = layer.neurons[0]._a_label = LABEL
    return model, nn.losses.squared_error(model([leaf()]), 1.0)


def four_equations_of_a_penalty() -> Any:
    model, cost = network()
    return nn.four_equations(model, cost + nn.losses.l2(model, 0.1))


def several_derivatives() -> Any:
    x, z = leaf(), leaf(2.0, OTHER)
    return autograd.grad((x * z).named("C"), [x, z], create_graph=True)


SAYS: dict[str, list[Callable[[], Any]]] = {  # what makes each public function show a label, or an error that has one
    "Value": [leaf, squared, lambda: str(squared()), lambda: squared().to_latex()],
    "constant": [lambda: autograd.constant(1.0, LABEL)],
    "find_nonfinite": [lambda: autograd.find_nonfinite(leaf(float("nan")) * 2)],
    "topological_order": [lambda: autograd.topological_order(squared())],
    "backward_steps": [
        lambda: autograd.backward_steps(squared()),
        lambda: autograd.backward_steps(log(leaf(0.0) ** 2 + 0.0)),
    ],
    "check_formula": [
        lambda: autograd.check_formula("3", squared(), LABEL),
        lambda: autograd.check_formula("q*2", squared(), LABEL),
        lambda: autograd.check_formula("x", leaf() * leaf(), "x"),
        lambda: autograd.check_formula("2", leaf() * leaf(), leaf()),
    ],
    "check_grads": [
        lambda: autograd.check_grads(lambda v: v[0] * v[0], [leaf()], received=[7.0]),
        lambda: autograd.check_grads(lambda v: v[0] * v[1], [leaf(), leaf()], order=2),
        lambda: autograd.check_grads(lambda v: log(v[0]), [leaf(-1.0)]),
        lambda: autograd.check_grads(lambda v: v[0] * v[0], [leaf()], received=[]),
        lambda: autograd.check_grads(lambda v: v[0] * v[0], [squared()]),
    ],
    "compare_modes": [lambda: autograd.compare_modes(leaf(0.0).sqrt())],
    "count_passes": [lambda: log(leaf(-1.0))],
    "count_paths": [lambda: autograd.count_paths(squared(), LABEL + "?"), lambda: autograd.count_paths(1, LABEL)],  # type: ignore[arg-type]
    "draw": [lambda: autograd.draw(squared(), lit=LABEL + "?")],
    "explore": [
        lambda: autograd.explore(squared(), lit=LABEL),
        lambda: autograd.explore(squared(), lit=LABEL).title,
        lambda: autograd.explore(squared(), lit=LABEL + "?"),
        lambda: autograd.explore(squared(), lit=leaf()),
    ],
    "explain": [
        lambda: autograd.explain(squared(), LABEL),
        lambda: autograd.explain(squared(), LABEL).to_latex(),
        lambda: autograd.explain(squared()),
        lambda: autograd.explain(squared(), LABEL + "?"),
        lambda: autograd.explain(squared(), leaf()),
        lambda: autograd.explain(leaf() * leaf(), LABEL),
        lambda: autograd.explain(leaf(0.0).sqrt(), LABEL),
        lambda: autograd.explain(leaf() * leaf()),
    ],
    "grad": [several_derivatives, lambda: autograd.grad(leaf(0.0).sqrt() * 2, [leaf()])],
    "hessian": [
        lambda: autograd.hessian(lambda v: log(v[0]), [leaf(-1.0)]),
        lambda: autograd.hessian(lambda v: log(v[0]), [leaf(-1.0)], sparse=True),
    ],
    "hessian_vector_product": [lambda: autograd.hessian_vector_product(lambda v: log(v[0]), [leaf(-1.0)], [1.0])],
    "jacobian": [lambda: autograd.jacobian(lambda v: [log(v[0])], [leaf(-1.0)])],
    "jvp": [
        lambda: autograd.jvp(lambda v: log(v[0]), [leaf(-1.0)], [1.0]),
        lambda: autograd.jvp(lambda v: autograd.sqrt(v[0]), [leaf(0.0)], [1.0]),
    ],
    "linearize": [lambda: autograd.linearize(lambda v: log(v[0]), [leaf(-1.0)])],
    "linearize_grad": [lambda: autograd.linearize_grad(lambda v: log(v[0]), [leaf(-1.0)])],
    "nudge": [
        lambda: autograd.nudge(squared(), LABEL),
        lambda: autograd.nudge(squared(), LABEL + "?"),
        lambda: autograd.nudge(log(leaf()), LABEL, h=-1.0),
        lambda: autograd.nudge(squared(), leaf()),
        lambda: autograd.nudge((leaf(float("nan")) * 2).named(OTHER), LABEL),
    ],
    "optimizers": [lambda: nn.optimizers.step(nn.optimizers.sgd(), {"t": 0}, [leaf()], [float("nan")])],
    "paths": [
        lambda: autograd.paths(squared(), LABEL),
        lambda: list(autograd.paths(squared(), LABEL)),
        lambda: list(autograd.paths(squared(), LABEL + "?")),
    ],
    "pulls": [
        lambda: autograd.pulls([squared()], LABEL),
        lambda: autograd.pulls([squared()], LABEL + "?"),
        lambda: autograd.pulls([squared()], leaf()),
        lambda: autograd.pulls([leaf(0.0).sqrt()], LABEL),
        lambda: autograd.pulls([squared()], autograd.constant(1.0, LABEL)),
        lambda: autograd.pulls([leaf() * leaf()], LABEL),
    ],
    "step_size_sweep": [lambda: autograd.step_size_sweep(lambda v: log(v[0]), [leaf(-1.0)])],
    "taylor": [lambda: autograd.taylor(lambda x: log(x * leaf(-1.0)), 1.0, 2)],
    "value_and_grad": [lambda: autograd.value_and_grad(lambda v: log(v[0]), [leaf(-1.0)])],
    "logsumexp": [lambda: autograd.logsumexp([leaf(), leaf()])],
    "softmax": [lambda: autograd.softmax([leaf(float("-inf"))])],
    "weighted_sum": [lambda: autograd.weighted_sum([leaf()], [leaf()], leaf())],
    "fit": [lambda: nn.fit(nn.MLP(1, [1]), [[1.0]], [1.0], loss=lambda *_: log(leaf(-1.0)), progress=False)],
    "evaluate": [lambda: nn.evaluate(lambda _: log(leaf(-1.0)), [[1.0]], [1.0])],
    "accuracy": [lambda: nn.accuracy(lambda _: log(leaf(-1.0)), [[1.0]], [1.0])],
    "confusion_matrix": [lambda: nn.confusion_matrix(lambda _: log(leaf(-1.0)), [[1.0]], [1.0])],
    "Recorder": [
        lambda: nn.Recorder(nn.MLP(1, [1]), [[1.0]], [1.0], name=LABEL),
        lambda: nn.Recorder(nn.MLP(1, [1]), [[1.0]], [1.0], name=LABEL).to_html(),
    ],
    "MLP": [lambda: network()[0].named_parameters(), lambda: network()[0].summary()],
    "four_equations": [
        lambda: nn.four_equations(*network()),
        lambda: nn.four_equations(*network()).to_latex(),
        lambda: nn.four_equations(*network()).to_html(),
        four_equations_of_a_penalty,
        lambda: nn.four_equations(network()[0], squared()),
    ],
    "minimize": [lambda: nn.minimize(network()[0], lambda: log(leaf(-1.0)))],
    "least_squares": [lambda: nn.least_squares(lambda x, a: a * log(leaf(-1.0)) * x, [1.0], [1.0], [1.0])],
    "Regression": [lambda: nn.least_squares(lambda x, a: a * (leaf() if x > 1 else x), [1.0, 2.0], [1.0, 2.0], [1.0])],
    "losses": [lambda: nn.losses.hinge(leaf(), leaf()), lambda: nn.losses.binary_cross_entropy(leaf(7.0), 1.0)],
}
SAYS |= {  # an operation fails, or its derivative does
    row.name: [lambda row=row: row(*[leaf(-1.0, label) for label in (LABEL, OTHER)[: row.arity]])]
    for row in TABLE.values()
}
NOTHING = {  # these know no labels
    "ACCELERATED", "Op", "check_op", "no_grad", "op", "plot_derivatives", "Layer", "Module",
    "Neuron", "activations", "initializers", "load", "load_csv", "save", "schedules", "roll", "unroll",
    "from_torch", "to_torch", "distributed",
}  # fmt: skip


def test_every_public_name_is_tried() -> None:
    assert SAYS.keys() | NOTHING >= {*autograd.__all__, *nn.__all__}


def text_of(say: Callable[[], Any]) -> str:
    try:
        said = say()
    except (ValueError, ArithmeticError, TypeError) as error:
        return "\n".join([str(error), *getattr(error, "__notes__", [])])
    return said if isinstance(said, str) else repr(said)


@pytest.mark.parametrize("name", SAYS)
def test_what_is_in_a_label_is_not_obeyed(name: str) -> None:
    for say in SAYS[name]:
        text = text_of(say)
        for line in text.split("\n"):
            assert printable(line) == line
        assert "[31m\n" not in text, "a line of a text ends where the label says"


def test_the_derivative_that_fails_is_named() -> None:
    errors = []
    for row in TABLE.values():
        for number in (0.0, 1.0, -1.0):
            operands = [leaf(number, label) for label in (LABEL, OTHER)[: row.arity]]
            errors.append(text_of(lambda row=row, operands=operands: row(*operands).backward() or "fine"))  # type: ignore[misc]
    failed = [text for text in errors if text != "fine"]
    assert len(failed) > 5
    for text in failed:
        assert printable(text) == text
        assert "[31m" in text
