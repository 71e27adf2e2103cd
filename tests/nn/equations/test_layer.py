"""What follows from the other numbers of a layer: the same numbers, to the last bit, as products written out."""

import dataclasses
import pickle

import nn
from autograd.notation import Report
from nn.equations import LayerEquations
from tests.nn.equations.networks import network, squared


def test_delta_and_the_gradients_follow_from_the_other_numbers() -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    cost = squared(model)
    equations = nn.four_equations(model, cost)
    cost.backward()
    for layer, numbers in zip(model.layers, equations.layers, strict=True):
        for j, neuron in enumerate(layer.neurons):
            assert numbers.delta[j] == numbers.activation_gradient[j] * numbers.slopes[j]
            assert numbers.bias_gradient[j] == numbers.delta[j]
            assert numbers.weight_gradient[j] == tuple(x * numbers.delta[j] for x in numbers.inputs)
            assert abs(numbers.weight_gradient[j][0] - neuron.w[0].grad) < 1e-15
    first = equations.layers[0]
    assert first.delta is first.delta is first.bias_gradient
    assert first.weight_gradient is first.weight_gradient


def test_a_layer_has_no_number_twice() -> None:
    stored = {field.name for field in dataclasses.fields(LayerEquations)}
    assert stored.isdisjoint({"delta", "bias_gradient", "weight_gradient"})
    numbers = nn.four_equations(model := network([2, 3, 2], "tanh", "sigmoid"), squared(model)).layers[1]
    changed = dataclasses.replace(numbers, slopes=(1.0, 1.0))
    assert changed.delta == numbers.activation_gradient
    assert pickle.loads(pickle.dumps(numbers)).weight_gradient == numbers.weight_gradient


def test_the_equations_are_a_report() -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    equations = nn.four_equations(model, squared(model))
    assert isinstance(equations, Report)
    assert equations.to_html() == "".join(table.to_html() for table in equations.tables())
