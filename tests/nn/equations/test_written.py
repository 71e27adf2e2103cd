import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value
from nn.equations import FourEquations
from tests.nn.equations.networks import deep, flat, squared, step

Array = Any  # NumPy's own type says no more here


def shown_as_true(equations: FourEquations) -> bool:
    """Whether each line of the text comes out when its numbers are multiplied and added."""
    lines = re.sub(r"\n +=", " =", str(equations)).splitlines()
    for *_, numbers, result in (line.split(" = ") for line in lines if line.count(" = ") > 2):
        product = eval(numbers.replace("·", "*"))
        terms = eval(re.sub("(?<!e)-", "", numbers.replace("·", "*")))
        if abs(product - float(result)) > 2e-5 * terms:
            return False
    return True


def test_what_rounding_leaves_is_no_other_way_to_the_cost() -> None:
    model = nn.MLP(1, [1, 3], "tanh", seed=1)
    for neuron, weight in zip(model.layers[1].neurons, (0.1, 0.2, -0.3), strict=True):
        neuron.w[0].data = weight
    for order in itertools.permutations(range(3)):  # in which the graph adds up 0.1, 0.2 and -0.3
        outputs = model([0.5])
        assert isinstance(outputs, list)
        targets = [output.data - 0.75 for output in outputs]
        cost = nn.losses.half_squared_error([outputs[j] for j in order], [targets[j] for j in order])
        equations = nn.four_equations(model, cost)
        assert equations.layers[0].delta == pytest.approx((0.0,), abs=1e-16)
        assert shown_as_true(equations)


@pytest.mark.parametrize("hidden", [deep, flat, step, "tanh", "relu"])
@pytest.mark.parametrize("output", [flat, "sigmoid"])
def test_equations_are_true_as_they_are_shown(hidden: Any, output: Any) -> None:
    for seed in range(5):
        model = nn.MLP(2, [3, 3, 2], hidden, output, seed=seed)
        assert shown_as_true(nn.four_equations(model, squared(model)))


def test_inputs_keep_their_names_or_get_those_of_their_places() -> None:
    model = nn.MLP(2, [1], seed=1)
    text = str(nn.four_equations(model, nn.losses.squared_error(model([Value(0.5, "x1"), Value(2.0)]), 1.0)))
    assert "∂C/∂w⁽¹⁾₀₀ = x₁ · δ⁽¹⁾₀" in text
    assert "∂C/∂w⁽¹⁾₀₁ = a⁽⁰⁾₁ · δ⁽¹⁾₀" in text


def test_parameters_without_a_label_are_named_by_their_place() -> None:
    model = nn.MLP(1, [1], seed=1)
    model.layers[0].neurons[0].w, model.layers[0].neurons[0].b = [Value(1.0)], Value(2.0)
    text = str(nn.four_equations(model, nn.losses.squared_error(model([2.0]), 1.0)))
    assert "∂C/∂w⁽¹⁾₀,₀ = a⁽⁰⁾₀ · δ⁽¹⁾₀ = 2 · 6 = 12" in text
    assert "∂C/∂b⁽¹⁾₀ = δ⁽¹⁾₀ = 6" in text


def test_of_many_layers_the_first_and_the_last_are_written() -> None:
    for depth, shown in ((7, [7, 6, 5, 4, 3, 2, 1]), (8, [8, 7, 6, 3, 2, 1]), (40, [40, 39, 38, 3, 2, 1])):
        model = nn.MLP(1, [1] * depth, "tanh", seed=1)
        equations = nn.four_equations(model, nn.losses.squared_error(model([0.5]), 1.0))
        text, latex, tables = str(equations), equations.to_latex(), equations.tables()
        assert len(equations.layers) == depth
        assert [int(number) for number in re.findall(r"layer (\d+), BP3", text)] == shown
        assert [int(number) for number in re.findall(r"layer (\d+), BP3", latex)] == shown
        assert [int(re.findall(r"layer (\d+)", table.caption)[0]) for table in tables] == shown
        more = f"… and {depth - 6} more layers"
        assert text.count(more) == latex.count(more) == [table.note for table in tables].count(more) == (depth > 7)


def small() -> FourEquations:
    model = nn.MLP(2, [2, 2], activation="relu", output_activation="linear")
    nn.roll(model, [1.0, 2.0, -0.5, -0.25, 0.0, 1.5, -2.0, 0.5, 1.0, 4.0, 1.0, -1.0])
    return nn.four_equations(model, nn.losses.half_squared_error(model([1.0, 2.0]), [-10.0, 9.0]))


def test_the_text_of_a_small_network() -> None:
    assert str(small()) == "\n".join(
        [
            "layer 2, BP1: δ = ∇a C ⊙ σ'(z)",
            "  δ⁽²⁾₀ = ∂C/∂a⁽²⁾₀ · σ'(z⁽²⁾₀) = 1.25 · 1 = 1.25",
            "  δ⁽²⁾₁ = ∂C/∂a⁽²⁾₁ · σ'(z⁽²⁾₁) = -3 · 1   = -3",
            "layer 2, BP3: ∂C/∂b = δ",
            "  ∂C/∂b⁽²⁾₀ = δ⁽²⁾₀ = 1.25",
            "  ∂C/∂b⁽²⁾₁ = δ⁽²⁾₁ = -3",
            "layer 2, BP4: ∂C/∂wⱼₖ = aₖ δⱼ",
            "  ∂C/∂w⁽²⁾₀₀ = a⁽¹⁾₀ · δ⁽²⁾₀ = 5 · 1.25   = 6.25",
            "  ∂C/∂w⁽²⁾₀₁ = a⁽¹⁾₁ · δ⁽²⁾₀ = 0.5 · 1.25 = 0.625",
            "  ∂C/∂w⁽²⁾₁₀ = a⁽¹⁾₀ · δ⁽²⁾₁ = 5 · (-3)   = -15",
            "  ∂C/∂w⁽²⁾₁₁ = a⁽¹⁾₁ · δ⁽²⁾₁ = 0.5 · (-3) = -1.5",
            "",
            "layer 1, BP2: δ = (Wᵀ δ) ⊙ σ'(z), with W and δ of layer 2",
            "  δ⁽¹⁾₀ = (w⁽²⁾₀₀ · δ⁽²⁾₀ + w⁽²⁾₁₀ · δ⁽²⁾₁) · σ'(z⁽¹⁾₀)",
            "        = (-2 · 1.25 + 1 · (-3)) · 1",
            "        = -5.5",
            "  δ⁽¹⁾₁ = (w⁽²⁾₀₁ · δ⁽²⁾₀ + w⁽²⁾₁₁ · δ⁽²⁾₁) · σ'(z⁽¹⁾₁)",
            "        = (0.5 · 1.25 + 4 · (-3)) · 1",
            "        = -11.375",
            "layer 1, BP3: ∂C/∂b = δ",
            "  ∂C/∂b⁽¹⁾₀ = δ⁽¹⁾₀ = -5.5",
            "  ∂C/∂b⁽¹⁾₁ = δ⁽¹⁾₁ = -11.375",
            "layer 1, BP4: ∂C/∂wⱼₖ = aₖ δⱼ",
            "  ∂C/∂w⁽¹⁾₀₀ = a⁽⁰⁾₀ · δ⁽¹⁾₀ = 1 · (-5.5)    = -5.5",
            "  ∂C/∂w⁽¹⁾₀₁ = a⁽⁰⁾₁ · δ⁽¹⁾₀ = 2 · (-5.5)    = -11",
            "  ∂C/∂w⁽¹⁾₁₀ = a⁽⁰⁾₀ · δ⁽¹⁾₁ = 1 · (-11.375) = -11.375",
            "  ∂C/∂w⁽¹⁾₁₁ = a⁽⁰⁾₁ · δ⁽¹⁾₁ = 2 · (-11.375) = -22.75",
        ]
    )


def test_the_text_of_a_chain_of_neurons() -> None:
    model = nn.MLP(1, [1, 1])
    nn.roll(model, [1.0, 0.25, -2.0, 0.5])
    assert str(nn.four_equations(model, nn.losses.half_squared_error(model([3.0]), -2.0))) == "\n".join(
        [
            "layer 2, BP1: δ = ∇a C ⊙ σ'(z)",
            "  δ⁽²⁾₀ = ∂C/∂a⁽²⁾₀ · σ'(z⁽²⁾₀) = -4 · 1 = -4",
            "layer 2, BP3: ∂C/∂b = δ",
            "  ∂C/∂b⁽²⁾₀ = δ⁽²⁾₀ = -4",
            "layer 2, BP4: ∂C/∂wⱼₖ = aₖ δⱼ",
            "  ∂C/∂w⁽²⁾₀₀ = a⁽¹⁾₀ · δ⁽²⁾₀ = 3.25 · (-4) = -13",
            "",
            "layer 1, BP2: δ = (Wᵀ δ) ⊙ σ'(z), with W and δ of layer 2",
            "  δ⁽¹⁾₀ = w⁽²⁾₀₀ · δ⁽²⁾₀ · σ'(z⁽¹⁾₀) = -2 · (-4) · 1 = 8",
            "layer 1, BP3: ∂C/∂b = δ",
            "  ∂C/∂b⁽¹⁾₀ = δ⁽¹⁾₀ = 8",
            "layer 1, BP4: ∂C/∂wⱼₖ = aₖ δⱼ",
            "  ∂C/∂w⁽¹⁾₀₀ = a⁽⁰⁾₀ · δ⁽¹⁾₀ = 3 · 8 = 24",
        ]
    )


def test_negative_factors_stand_in_parentheses() -> None:
    model = nn.MLP(1, [1, 2], activation=lambda z: -0.5 * z)
    nn.roll(model, [2.0, 0.0, 3.0, -4.0, 1.0, 2.0])
    equations = nn.four_equations(model, nn.losses.half_squared_error(model([1.0]), [0.0, 0.0]))
    assert "        = (3 · (-2) + (-4) · 6) · (-0.5)\n        = 15\n" in str(equations)
    assert (
        r"&= \left(3 \cdot \left(-2\right) + \left(-4\right) \cdot 6\right) \cdot \left(-0.5\right) \\ &= 15"
        in equations.to_latex()
    )


def test_there_is_no_minus_zero() -> None:
    model = nn.MLP(1, [1], seed=1)
    text = str(nn.four_equations(model, nn.losses.squared_error(model([-0.0]), -1.0)))
    assert text.endswith("a⁽⁰⁾₀ · δ⁽¹⁾₀ = 0 · 2 = 0")


def wide() -> FourEquations:
    model = nn.MLP(64, [300, 32], "tanh", seed=1)
    return nn.four_equations(model, nn.losses.cross_entropy(model([k / 64 for k in range(64)]), 3))


def test_a_wide_network_is_written_shortly_and_held_as_a_whole() -> None:
    equations = wide()
    assert len(equations.layers[0].weight_gradient) == 300
    text = str(equations)
    assert len(text) < 8_000
    assert text.count("\n") < 80
    assert "w⁽²⁾₅₀ · δ⁽²⁾₅ + … (26 more)) · σ'(z⁽¹⁾₀)\n" in text
    assert "  δ⁽¹⁾₇ = " in text
    assert "  δ⁽¹⁾₈ = " not in text
    assert "  … and 292 more\n" in text
    assert text.endswith("  … and 19,192 more")
    assert len(equations.to_latex()) < 16_000
    assert len(equations.to_html()) < 8_000
    assert [len(table.rows) for table in equations.tables()] == [8, 8]
    assert str(equations.tables()[1]).endswith("… and 292 more")


@pytest.mark.parametrize("equations", [small, wide])
def test_latex_is_balanced(equations: Callable[[], FourEquations]) -> None:
    latex = equations().to_latex()
    assert latex.startswith(r"\begin{aligned}")
    assert latex.endswith(r"\end{aligned}")
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left(") == latex.count(r"\right)") > 0
    body = latex.removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}")
    assert all(line.count("&") == 1 for line in body.split(r" \\ "))


def test_the_matrix_forms_in_latex() -> None:
    latex = small().to_latex()
    for form in (
        r"\delta^{(2)} = \nabla_a C \odot \sigma'(z^{(2)})",
        r"\delta^{(1)} = \left((W^{(2)})^\top \delta^{(2)}\right) \odot \sigma'(z^{(1)})",
        r"\frac{\partial C}{\partial b^{(1)}} = \delta^{(1)}",
        r"\frac{\partial C}{\partial W^{(1)}} = \delta^{(1)} \, (a^{(0)})^\top",
    ):
        assert form in latex
    assert r"\delta^{(2)}_{1} &= \frac{\partial C}{\partial a^{(2)}_{1}} \cdot \sigma'\left(z^{(2)}_{1}\right)" in latex


def test_a_notebook_shows_mathematics_and_tables() -> None:
    equations = small()
    assert equations._repr_latex_() == f"$${equations.to_latex()}$$"
    last, first = equations.tables()
    assert last.head == ("neuron", "z", "a", "σ'(z)", "∇C", "δ")
    assert last.rows == [("0", "-8.75", "-8.75", "1", "1.25", "1.25"), ("1", "6", "6", "1", "-3", "-3")]
    assert first.head[4] == "Wᵀδ"
    assert first.rows[1] == ("1", "0.5", "0.5", "1", "-11.375", "-11.375")
    html = equations._repr_html_()
    assert html.endswith(equations.to_html())
    assert r"<div>$$\begin{aligned} &amp; \text{layer 2, BP1: }" in html
    assert equations.to_html().count("<table>") == 2


def test_labels_are_no_markup() -> None:
    model = nn.MLP(1, [1], seed=1)
    equations = nn.four_equations(model, nn.losses.squared_error(model([Value(1.0, "<b>x</b> & 50%")]), 0.0))
    assert "<b>" not in equations._repr_html_()
    assert r"\&" in equations.to_latex()
