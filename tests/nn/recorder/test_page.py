"""What the page computes from a frame is what the network says: its modules, run by node, against Python."""

import json
import shutil
import subprocess
from random import Random
from typing import Any

import pytest

import nn
from autograd import Op, op
from autograd.explorer import script
from autograd.table import TABLE
from nn.activations import ACTIVATIONS
from nn.recorder.page import activation_data
from tests.imports import ROOT

BROWSER = ROOT / "autograd" / "explorer" / "browser"
PROGRAM = """
import * as m from {mathematics};
import {{ Network }} from {network};
import {{ readFileSync }} from "node:fs";
const {{ sizes, activations, parameters, inputs }} = JSON.parse(readFileSync(0, "utf8"));
const network = new Network(sizes, activations, ({rows})(m));
const layers = network.forward(Float64Array.from(parameters), Float64Array.from(inputs));
console.log(JSON.stringify(layers.map(({{ z, a }}) => [[...z], [...a]])));
"""


def swish(m, x):  # type: ignore[no-untyped-def]
    return x * m.sigmoid(x)


def lecun(z):  # type: ignore[no-untyped-def]
    return 1.7159 * (2 / 3 * z).tanh()


@pytest.mark.parametrize("activation", [*ACTIVATIONS, swish, lecun], ids=lambda each: getattr(each, "__name__", each))
def test_the_page_computes_what_the_network_says(activation: Any, request: pytest.FixtureRequest) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    chosen = activation
    if activation is swish:
        chosen = op(swish)
        request.addfinalizer(lambda: TABLE.forget("swish"))
    random = Random(7)
    model = nn.MLP(3, [4, 4, 2], chosen, seed=2)
    inputs = [[random.gauss(0, 3) for _ in range(3)] for _ in range(20)]
    rows: list[Op] = []
    activations = [activation_data(layer.neurons[0].activation, rows) for layer in model.layers]
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.b.data = random.uniform(-1, 1)
    data = {
        "sizes": [3, 4, 4, 2],
        "activations": activations,
        "parameters": nn.unroll(model),
        "inputs": [x for each in inputs for x in each],
    }
    program = PROGRAM.format(
        mathematics=json.dumps((BROWSER / "mathematics.js").as_uri()),
        network=json.dumps((BROWSER / "training" / "network.js").as_uri()),
        rows=script(rows),
    )
    command = [node, "--input-type=module", "-e", program]
    done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, check=True, encoding="utf-8")
    expected: list[tuple[list[float], list[float]]] = [([], []) for _ in model.layers]
    for x in inputs:
        model(x)
        for (z, a), layer in zip(expected, model.layers, strict=True):
            for neuron in layer.neurons:
                assert neuron.z is not None
                assert neuron.a is not None
                z.append(neuron.z.data)
                a.append(neuron.a.data)
    for (z, a), found in zip(expected, json.loads(done.stdout), strict=True):
        assert found[0] == pytest.approx(z, rel=1e-11, abs=1e-12)
        assert found[1] == pytest.approx(a, rel=1e-11, abs=1e-12)
