"""What a neuron computes."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from autograd.table import as_list


def weighted_sum(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    r"""The weighted input of a neuron, to which it applies its activation.

    .. math:: z = b + \sum_k w_k x_k

    It equals `sum(map(operator.mul, weights, inputs), bias)` to the last bit, with the same products and sums in the
    graph. The native engine records these only when something asks for them; until then a backward pass goes straight
    to the weights and inputs, several times as fast.

    Args:
        weights: The weights.
        inputs: As many inputs: Values, numbers, or anything that can be multiplied by the weights.
        bias: The bias, with which the sum starts.

    Raises:
        TypeError: if the weights or the inputs are no list.
        ValueError: if there are not as many inputs as weights.

    Example:
        >>> from autograd import Value
        >>> z = weighted_sum([Value(2.0), Value(-1.0)], [Value(0.5), Value(3.0)], Value(4.0))
        >>> z.data
        2.0
        >>> z.parents
        (Value(data=5.0, expression='4 + 2*0.5'), Value(data=-3.0, expression='-1*3'))
    """
    if type(weights) is not list or type(inputs) is not list:
        weights = as_list(weights, "the weights of a weighted sum", "Values or numbers")
        inputs = as_list(inputs, "the inputs of a weighted sum", "Values or numbers")
    if len(weights) != len(inputs):
        raise ValueError(f"a weighted sum needs an input for each weight, but got {len(inputs)} for {len(weights)}.")
    return sum(map(operator.mul, weights, inputs), bias)


def activate(
    weights: Sequence[Any],
    inputs: Sequence[Any],
    bias: Any,
    activation: Callable[[Any], Any],
    z_label: str = "",
    a_label: str = "",
) -> tuple[Any, Any]:
    """The weighted input z of a neuron, and its activation a = σ(z), both labeled.

    Args:
        weights: The weights.
        inputs: As many inputs.
        bias: The bias.
        activation: σ, a row of the table or any function. If it returns z itself, that keeps the label of z.
        z_label: The label of z.
        a_label: The label of a.

    Raises:
        ValueError: if there are not as many inputs as weights.

    Example:
        >>> from autograd import Value, relu
        >>> z, a = activate([Value(2.0)], [Value(0.5)], Value(-4.0), relu, "z", "a")
        >>> a
        Value(data=0.0, label='a', expression='relu(z)')
    """
    z = weighted_sum(weights, inputs, bias)
    z.label = z_label
    a = activation(z)
    if a is not z:
        a.label = a_label
    return z, a
