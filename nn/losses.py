r"""Losses of one example, their mean over examples, and penalties on weights.

A loss is a function of the network's outputs (a list of Values, or one Value) and the targets (a number for each
output). Textbooks scale the squared error differently, so each loss states its scaling. Sums run over the outputs j.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from autograd import Value, constant, log, maximum, minimum, relu, sign, softplus
from autograd.functions import is_plain, is_recorded_alike, surprise
from autograd.notation import plural
from autograd.table import Flowing, as_float, as_list, flows, is_list, number_of
from nn.choices import choose, require
from nn.module import Module
from nn.settings import check

Outputs = Value | Sequence[Value]
Targets = Value | float | Sequence[Value | float]
LossFunction = Callable[[Any, Any], Value]
ROUNDING = 1e-6  # how far the sum of probabilities may be from 1, which those in float32 are


def one_hot(label: int, n_classes: int) -> list[float]:
    """1 for the class, 0 for the others."""
    return [float(k == label) for k in range(n_classes)]


def plus_minus(label: int, n_classes: int) -> list[float]:
    """1 for the class, -1 for the others."""
    return [1.0 if k == label else -1.0 for k in range(n_classes)]


def class_number(label: int, _: int) -> int:
    """The class itself."""
    return label


@dataclass(frozen=True)
class Loss:
    """A row of the table of losses: the function, and what it needs when a network classifies.

    Attributes:
        function: The loss of one example.
        output_activation: The activation that the last layer needs.
        target: Makes the target from a class and the number of classes.
        threshold: A single output above it means class 1; `None` for halfway between the targets of both classes.
        applies: The function that the loss itself applies to the outputs, if there is one.
        outputs: What an output must be between.
    """

    function: LossFunction
    output_activation: str
    target: Callable[[int, int], Any]
    threshold: float | None = None
    applies: str = ""
    outputs: tuple[float, float] = (-math.inf, math.inf)


def squared_error(outputs: Outputs, targets: Targets) -> Value:
    r"""The sum of squares, :math:`\sum_j (a_j - y_j)^2`.

    Example:
        >>> squared_error([Value(1.0), Value(3.0)], [0.0, 1.0]).data
        5.0
    """
    return _sum([(a - y) ** 2 for a, y in _pairs(outputs, targets)])


def half_squared_error(outputs: Outputs, targets: Targets) -> Value:
    r"""Half the sum of squares, :math:`\frac 1 2 \sum_j (a_j - y_j)^2`, whose derivative is :math:`a_j - y_j`."""
    return 0.5 * squared_error(outputs, targets)


def mean_squared_error(outputs: Outputs, targets: Targets) -> Value:
    r"""The mean of squares over the J outputs, :math:`\frac 1 J \sum_j (a_j - y_j)^2`."""
    pairs = _pairs(outputs, targets)
    return _sum([(a - y) ** 2 for a, y in pairs]) / len(pairs)


def cross_entropy(logits: Outputs, target: int | Sequence[float]) -> Value:
    r"""Minus the log-probability of the correct class, from logits: :math:`-\log \mathrm{softmax}(z)_y`.

    Computed as :math:`(z_m - z_y) + \log (1 + \sum_{k \ne m} e^{z_k - z_m})` with the largest logit z_m, which never
    overflows and keeps its digits near 0. Its derivative is :math:`\delta = a - y`, where
    :math:`a = \mathrm{softmax}(z)`. Of probabilities y, the loss is :math:`-\sum_k y_k \log a_k`; a class with y = 0
    adds nothing, as 0 log 0 = 0.

    Args:
        logits: The outputs of a linear last layer, one for each class; -inf for a class that is masked.
        target: The correct class, counted from 0; or a probability for each class, as in a one-hot list.

    Raises:
        ValueError: if there is one logit for several classes, or no such class, the numbers of probabilities and
            logits differ, or the probabilities do not sum to 1.

    Example:
        >>> cross_entropy([Value(1000.0), Value(0.0)], 1).data
        1000.0
    """
    scores, label = _as_list(logits), cast(Any, target)
    if len(scores) < (1 if is_list(target) else 2):
        raise ValueError(
            f"cross_entropy needs an output for each class, but the network has {plural(len(scores), 'output')}. "
            "For two classes, give it 2; or keep 1, and take loss='binary_cross_entropy_with_logits'."
        )
    if is_list(target):
        shares = dict(enumerate(_probabilities(logits, target)))
    elif not flows(label) and label in range(len(scores)):
        shares = {int(label): None}
        if is_recorded_alike():  # for a program, which has all classes in an array
            shares = dict(enumerate(map(constant, one_hot(label, len(scores)))))
    else:
        raise ValueError(f"the target must be a class from 0 to {len(scores) - 1}, but got {target!r:.60}.")
    surprise_at = surprise(scores)

    def term(k: int, y: Any) -> Any:
        minus_log = surprise_at(k)
        if y is None:
            return minus_log
        if flows(y) and not flows(minus_log) and minus_log == math.inf:
            return -log(1.0 - sign(y))  # of a class that is masked: infinite, but 0 where y is 0
        return y * minus_log

    return _sum([term(k, y) for k, y in shares.items() if y is None or not _is(y, 0.0)])


def _probabilities(logits: Outputs, target: Any) -> list[Any]:
    """The targets of a cross-entropy that gives a probability for each class, as labeled nodes."""
    ys = [y for _, y in _pairs(logits, target)]
    _check("a probability", "from 0 to 1", ys, lambda y: 0 <= y <= 1)
    numbers = [number_of(y) for y in ys]
    if abs(math.fsum(numbers) - 1) > ROUNDING:
        raise ValueError(
            f"the probabilities of a target must sum to 1, but {numbers} sum to {math.fsum(numbers):g}. "
            "For several classes at once: binary_cross_entropy_with_logits."
        )
    return ys


def binary_cross_entropy(outputs: Outputs, targets: Targets) -> Value:
    r"""The cross-entropy of probabilities, :math:`-\sum_j y_j \log a_j + (1 - y_j) \log (1 - a_j)`.

    After a sigmoid, :math:`\delta = a - y`: the derivative :math:`\frac{1-y}{1-a} - \frac y a` cancels σ'. Where the
    sigmoid saturates at 0 or 1, a logarithm is cut off at log(1e-300), and there is no gradient.
    `binary_cross_entropy_with_logits` has neither problem.

    Args:
        outputs: Probabilities from 0 to 1.
        targets: 0 or 1, or a probability, for each.

    Raises:
        ValueError: if an output or a target is not a probability, or their numbers differ.
    """
    pairs = _pairs(outputs, targets)
    _check(
        "an output of binary_cross_entropy",
        "from 0 to 1 (logits: binary_cross_entropy_with_logits)",
        [a for a, _ in pairs],
        lambda a: not (a < 0 or a > 1),
    )
    _check("a target", "from 0 to 1", [y for _, y in pairs], lambda y: 0 <= y <= 1)

    def log_likelihood(a: Value, y: Any) -> Value:
        likelihood: Value = y * log(relu(a) + 1e-300) + (1 - y) * log(relu(1 - a) + 1e-300)
        return likelihood

    return -_sum([log_likelihood(a, y) for a, y in pairs])


def binary_cross_entropy_with_logits(logits: Outputs, targets: Targets) -> Value:
    r"""The cross-entropy of :math:`\sigma(z)`, which keeps all digits for every z.

    .. math:: \sum_j y_j \zeta(-z_j) + (1 - y_j) \zeta(z_j), \qquad \zeta = \mathrm{softplus}

    The usual :math:`\zeta(z) - y z` is the same, but loses all digits where y = 1 and z is large. A program has it, all
    the same, and its derivative as it is usually written: :math:`\delta = \sigma(z) - y`.

    Args:
        logits: The outputs of a linear last layer.
        targets: 0 or 1, or a probability, for each.

    Raises:
        ValueError: if a target is not a probability, or the numbers of logits and targets differ.

    Example:
        >>> z = Value(1000.0)
        >>> binary_cross_entropy_with_logits(z, 0.0).data
        1000.0
    """
    pairs = _pairs(logits, targets)
    _check("a target", "from 0 to 1", [y for _, y in pairs], lambda y: 0 <= y <= 1)

    def term(z: Value, y: Any) -> Value:
        if _is(y, 1.0):
            return softplus(-z)
        if _is(y, 0.0):
            return softplus(z)
        mixed: Value = softplus(z) - y * z if is_recorded_alike() else y * softplus(-z) + (1 - y) * softplus(z)
        return mixed

    return _sum([term(z, y) for z, y in pairs])


def hinge(outputs: Outputs, targets: Targets) -> Value:
    r"""The margin loss, :math:`\sum_j \max(0, 1 - y_j a_j)`.

    Args:
        outputs: Scores, whose signs are the classes.
        targets: -1 or 1 for each.

    Raises:
        ValueError: if a target is not -1 or 1, or the numbers of outputs and targets differ.

    Example:
        >>> hinge(Value(0.25), -1).data
        1.25
    """
    pairs = _pairs(outputs, targets)
    _check("a target of hinge", "-1 or 1", [y for _, y in pairs], lambda y: y * y == 1)
    return _sum([relu(1 - y * a) for a, y in pairs])


def huber(outputs: Outputs, targets: Targets, delta: float = 1.0) -> Value:
    r"""Half the square of small errors, linear in large ones.

    .. math:: \sum_j \begin{cases} \frac 1 2 r_j^2 & |r_j| \le \delta \\ \delta (|r_j| - \frac 1 2 \delta) & \text{else}
        \end{cases} \qquad r_j = a_j - y_j

    Args:
        outputs: The predictions.
        targets: What they should be.
        delta: The size of error, > 0, at which the square turns into a line.

    Raises:
        ValueError: if delta is not positive, or the numbers of outputs and targets differ.

    Example:
        >>> huber([Value(0.5), Value(3.0)], [0.0, 0.0]).data
        2.625

    Reference: Huber 1964, "Robust estimation of a location parameter".
    """
    check(delta=delta)
    terms = []
    for a, y in _pairs(outputs, targets):
        r = a - y
        inside = maximum(-delta, minimum(r, delta))  # with c = max(-δ, min(r, δ)), both cases are c (r - c/2)
        terms.append(inside * (r - 0.5 * inside))
    return _sum(terms)


def mean(losses: Iterable[Value]) -> Value:
    r"""The cost of several examples, :math:`C = \frac 1 n \sum_k C_k`. Its gradient is the mean of their gradients.

    Raises:
        TypeError: if something else than a list is given.
        ValueError: if there are no losses.

    Example:
        >>> mean([Value(1.0), Value(4.0)]).data
        2.5
    """
    losses = as_list(losses, "what mean takes", "losses")
    if not losses:
        raise ValueError("there is no mean of no losses: the list is empty.")
    return _sum(losses) / len(losses)


def l1(model: Module, strength: float) -> Value:
    r"""The penalty :math:`\lambda \sum |w|` over the weights, without the biases."""
    require("l1(model, strength)", "model", model, Module)
    check(strength=strength)
    return strength * sum([abs(w) for w in model.weights()], constant(0.0))


def l2(model: Module, strength: float) -> Value:
    r"""The penalty :math:`\lambda \sum w^2` over the weights, without the biases. Textbooks often write λ/2m for λ."""
    require("l2(model, strength)", "model", model, Module)
    check(strength=strength)
    return strength * sum([w * w for w in model.weights()], constant(0.0))


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(squared_error, "sigmoid", one_hot),
    "half_squared_error": Loss(half_squared_error, "sigmoid", one_hot),
    "mean_squared_error": Loss(mean_squared_error, "sigmoid", one_hot),
    "cross_entropy": Loss(cross_entropy, "linear", class_number, applies="softmax"),
    "binary_cross_entropy": Loss(binary_cross_entropy, "sigmoid", one_hot, outputs=(0.0, 1.0)),
    "binary_cross_entropy_with_logits": Loss(
        binary_cross_entropy_with_logits, "linear", one_hot, threshold=0.0, applies="sigmoid"
    ),
    "hinge": Loss(hinge, "linear", plus_minus, threshold=0.0),
    "huber": Loss(huber, "sigmoid", one_hot),
}


def loss_row(loss: str | LossFunction) -> Loss:
    """The row of a loss, given by its name or as a function; for a function that is not in the table a new row.

    Raises:
        ValueError: if there is no loss with that name.
        TypeError: if `loss` is neither a name nor a function.
    """
    function = choose("loss", loss, {name: row.function for name, row in LOSSES.items()})
    return next((row for row in LOSSES.values() if row.function is function), Loss(function, "linear", one_hot))


def check_cost(what: str, cost: Any) -> Any:
    """Return a cost, or raise a TypeError if it is not one Value.

    Args:
        what: What computed it, for the message.
        cost: What it returned.
    """
    if not isinstance(cost, Value):
        raise TypeError(f"{what} must return one Value, but it returned {cost!r:.60} of type {type(cost).__name__}.")
    return cost


def _pairs(outputs: Any, targets: Any) -> list[tuple[Value, Any]]:
    outputs = _as_list(outputs)
    targets = targets if is_list(targets) else [targets]
    if len(outputs) != len(targets) or len(outputs) == 0:
        for y in targets:
            _target(None, y, "")  # text is none
        hint = " For class numbers, take loss='cross_entropy'." if len(targets) == 1 < len(outputs) else ""
        raise ValueError(
            "a loss compares each output with a number of the target, but the network has "
            f"{plural(len(outputs), 'output')} and the target {plural(len(targets), 'number')}.{hint}"
        )
    return [
        (a, _target(a, y, f"y_{j}" if len(outputs) > 1 else "y"))
        for j, (a, y) in enumerate(zip(outputs, targets, strict=True))
    ]


def _as_list(outputs: Any) -> list[Any]:
    what = "a loss takes the outputs, then the targets: the outputs"
    return [outputs] if flows(outputs) else as_list(outputs, what, "Values (or one Value)")


def _target(a: Any, y: Any, label: str) -> Any:
    """A target as a labeled node, for pictures and explanations; as a number where what flows is not a Value."""
    if flows(y):
        return y
    number = as_float(y, "a target")
    return number if isinstance(a, Flowing) else constant(number, label)


def _check(what: str, rule: str, numbers: Sequence[Any], is_right: Callable[[Any], bool]) -> None:
    """Raise a ValueError if a number, or the number of a Value, breaks a rule."""
    for number in numbers:
        plain = number_of(number)
        if not is_right(plain):
            raise ValueError(f"{what} must be {rule}, but got {plain}.")


def _is(y: Any, number: float) -> bool:
    """Whether a target is plainly this number.

    For a program none is, so that all classes and examples do the same operations.
    """
    return not is_recorded_alike() and is_plain(y) and bool(number_of(y) == number)


def _sum(terms: Sequence[Value]) -> Value:
    return sum(terms[1:], terms[0])  # sum() starts from 0, which would record a needless addition
