"""What neurons compute."""

import operator
from collections.abc import Iterable, Sequence
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


def activations(neurons: Iterable[Any], inputs: Sequence[Any], cls: type[Any]) -> list[Any]:
    r"""The activations of neurons that take the same inputs, such as those of a layer.

    .. math:: a_j = \sigma_j(z_j), \qquad z_j = b_j + \sum_k w_{jk} x_k

    Each neuron keeps both, labeled, as its `z` and `a`. If an activation returns z itself, that keeps the label of z.
    The native engine is quickest with neurons whose attributes are slots.

    Args:
        neurons: Objects with weights `w`, a bias `b`, an `activation`, and the labels `_z_label` and `_a_label`.
        inputs: As many inputs as each neuron has weights.
        cls: The class of the neurons. One of another class is called instead: what it does is its own affair.

    Raises:
        TypeError: if the weights or the inputs are no list.
        ValueError: if there are not as many inputs as weights.

    Example:
        >>> from autograd import Value, relu
        >>> class Neuron:
        ...     w, b, activation, _z_label, _a_label = [Value(2.0)], Value(-4.0), relu, "z", "a"
        >>> neuron = Neuron()
        >>> activations([neuron], [Value(0.5)], Neuron)
        [Value(data=0.0, label='a', expression='relu(z)')]
        >>> neuron.z
        Value(data=-3.0, label='z', expression='-4 + 2*0.5')
    """
    found: list[Any] = []
    for neuron in neurons:
        if type(neuron) is not cls:
            found.append(neuron(inputs))
            continue
        z = weighted_sum(neuron.w, inputs, neuron.b)
        z.label = neuron._z_label
        a = neuron.activation(z)
        if a is not z:
            a.label = neuron._a_label
        neuron.z, neuron.a = z, a
        found.append(a)
    return found
