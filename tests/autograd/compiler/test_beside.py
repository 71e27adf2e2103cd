"""A program beside the scalars that became it: index formulas, members with their numbers, nodes of the graph."""

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

import autograd
import nn
from autograd import Value, ops
from autograd.compiler import Program
from autograd.compiler.beside import ADJOINT, DERIVATIVE, VALUE, Row
from autograd.compiler.choices import row_of
from autograd.compiler.formulas import with_numbers
from autograd.compiler.places import places
from autograd.compiler.side_by_side import SideBySide
from autograd.notation import Expression, to_latex, to_text
from autograd.table import floats
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_writing import PROGRAMS, generated, network

SHARE = {("n",): 1.0}


def network_of(widths: Sequence[int], activation: str = "sigmoid") -> tuple[Program, nn.MLP]:
    """A network of two layers, with no two numbers alike, and its program."""
    model = nn.MLP(widths[0], widths[1:], activation, "sigmoid", seed=1)
    x = [0.1 + math.sin(k) ** 2 for k in range(widths[0])]
    y = [1.0] + [0.0] * (widths[-1] - 1)
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, (x, y)), model


@pytest.fixture(scope="module")
def beside() -> SideBySide:
    return network_of([64, 30, 10])[0].beside(neuron=3)


def test_a_line_has_its_scalars_its_formula_its_code_and_its_equation(beside: SideBySide) -> None:
    (row,) = beside["delta1"].rows
    assert row.equation.startswith("BP2")
    assert str(beside["delta1"]).splitlines()[1:] == [
        "line",
        "  24  line      delta1 = (delta2 @ W2) * (a1 * (1 - a1))",
        f"      equation  {row.equation}",
        "      formula   δ⁽¹⁾ⱼ = (Σₖ w⁽²⁾ₖⱼ*δ⁽²⁾ₖ)*a⁽¹⁾ⱼ*(1 - a⁽¹⁾ⱼ)",
        "      member    δ⁽¹⁾₃ = (w⁽²⁾₀₃*δ⁽²⁾₀ + w⁽²⁾₁₃*δ⁽²⁾₁ + … + w⁽²⁾₉₃*δ⁽²⁾₉)*a⁽¹⁾₃*(1 - a⁽¹⁾₃)",
        *str(beside["delta1"]).splitlines()[6:-1],  # with numbers
        "      from      30 sums of 10 products: 300 products; the adjoints of 30 nodes",
    ]


def test_each_line_of_a_network_is_there_with_its_number(beside: SideBySide) -> None:
    program, _ = network_of([64, 30, 10])
    names = "W1 b1 z1 a1 W2 b2 z2 a2 t1 cost delta2 delta1 grad_W1 grad_b1 grad_W2 grad_b2"
    assert [row.name for row in beside.rows] == names.split()
    lines = program.source.splitlines()
    for row in beside.rows:
        assert lines[row.place.number - 1].strip().startswith(row.place.code)
    assert [f"{row.index.left} = {to_text(row.index.right)}" for row in beside.rows][:4] == [
        "w1_jk = theta_64j+k",
        "b1_j = theta_j+1920",
        "z1_j = Σₖ w1_jk*x_k + b1_j",
        "a1_j = sigmoid(z1_j)",
    ]
    assert beside["z1"].rows[0].counts == "30 sums of 64 products: 1,920 products"
    assert beside["grad_W1"].rows[0].counts == "1,920 products, for each example, and added up"


def test_it_fits_a_terminal(beside: SideBySide) -> None:
    assert max(map(len, str(beside).splitlines())) <= 100
    assert re.search(r"member    w⁽¹⁾₃₃ = θ₁₉₅ = -?\d\.\d+\n", str(beside))
    assert len(str(beside).splitlines()) <= 100


def recorded_adjoints(order: Any) -> dict[Value, float]:
    """The gradient of the graph, by its own backward pass."""
    order[-1].backward()
    return {node: node.grad for node in order}


# What index formulas say, worked out anew: letters become numbers, and names the numbers of the graph.

Place = tuple[Any, ...]


def entry(label: str, letters: Mapping[str, int]) -> Place:
    """What a label with letters is about: w1_jk, at j=2 and k=0, is ("w1", 2, 0)."""
    stem, _, index = label.partition("_")
    several = [*index] if stem.startswith("w") and "," not in index else index.split(",")
    spelled = [re.sub(r"(\d)([a-z])", r"\1*\2", part) for part in several if part]
    return (stem, *(eval(part, {"__builtins__": {}}, dict(letters)) for part in spelled))


def worked_out(formula: Expression, numbers: Mapping[Place, float], letters: Mapping[str, int]) -> float:
    if formula.op is None:
        return numbers[entry(formula.name, letters)] if formula.name else formula.number
    if formula.op.name == "summand":
        return worked_out(formula.arguments[0], numbers, letters)
    if formula.op.name != "sum":
        arguments = [worked_out(each, numbers, letters) for each in formula.arguments]
        return float(formula.op.forward(floats, *arguments))
    (inner,) = formula.arguments
    (letter,) = re.findall(r"_\{+(\w)\}", formula.op.latex)
    total = 0.0
    for k in itertools.count():
        try:
            total += worked_out(inner, numbers, {**letters, letter: k})
        except KeyError:  # there are no more
            return total
    raise AssertionError


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softplus"])
def test_index_formulas_are_what_the_graph_computes(activation: str) -> None:
    program, model = network_of([8, 6, 4], activation)
    beside = program.beside()
    adjoints = recorded_adjoints(beside.order)
    numbers: dict[Place, float] = dict(SHARE)
    for node in beside.order:
        if node.label:
            place = entry(node.label, {})
            numbers[place] = node.data
            if place[0].startswith("z"):
                numbers[f"delta{place[0][1:]}", *place[1:]] = adjoints[node]
    numbers |= {("t", 1, j): numbers["a2", j] - numbers["y", j] for j in range(4)}
    numbers |= {("theta", place): node.data for place, node in enumerate(model.parameters())}
    checked = set()
    for row in beside.rows:
        shape = {"1": (6, 8), "2": (4, 6)}.get(row.name[-1], ())
        for j, k in [(0, 0), (3, 5), (1, 2)]:
            found = worked_out(row.index.right, numbers, {"j": j, "k": k} if shape else {})
            if row.role == DERIVATIVE:
                label = row.index.left.removeprefix("∂C/∂")
                at = entry(label, {"j": j, "k": k})
                node = next(node for node in model.parameters() if entry(node.label, {}) == at)
                expected = adjoints[node]
            elif row.name == "cost":
                expected = beside.order[-1].data
            else:
                expected = numbers[entry(row.index.left, {"j": j, "k": k})]
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-15), row.name
        checked.add(row.name)
    assert {"W1", "z1", "delta1", "delta2", "grad_W1", "grad_b1", "grad_W2", "cost"} <= checked


@pytest.mark.parametrize("name", PROGRAMS)
def test_members_have_the_numbers_of_the_graph(name: str) -> None:
    beside = PROGRAMS[name]().beside(neuron=1)
    adjoints = recorded_adjoints(beside.order)
    labelled = {node.label: node for node in beside.order if node.label}
    gradients = {place: adjoints[node] for place, node in labelled.items()}
    for row in beside.rows:
        number = row.member.right.number
        if row.name == "cost":
            assert number == pytest.approx(beside.order[-1].data, rel=1e-12)
        elif row.role == VALUE and row.member.left in labelled:
            assert number == pytest.approx(labelled[row.member.left].data, rel=1e-12)
        elif row.role == DERIVATIVE and row.member.left.removeprefix("∂C/∂") in gradients:
            assert number == pytest.approx(gradients[row.member.left.removeprefix("∂C/∂")], rel=1e-12, abs=1e-15)
        elif row.role == ADJOINT and row.nodes:
            assert any(number == pytest.approx(adjoints[node], rel=1e-12) for node in row.nodes)


@pytest.mark.parametrize("seed", range(12))
def test_generated_programs_have_the_numbers_of_their_graphs(seed: int) -> None:
    beside = generated(seed).beside()
    adjoints = recorded_adjoints(beside.order)
    for row in beside.rows:
        if row.role == DERIVATIVE:
            expected = adjoints.get(row.nodes[0], 0.0)
            assert row.member.right.number == pytest.approx(expected, rel=1e-9, abs=1e-12), row.name
    ElementTree.fromstring(beside.to_html())
    assert max(map(len, str(beside).splitlines())) <= 100


def test_nodes_belong_to_one_line_which_computes_them(beside: SideBySide) -> None:
    values = [node for row in beside.rows if row.role == VALUE for node in row.nodes]
    assert len(values) == len(set(values))
    assert {node for node in values if node.parents} == {node for node in beside.order if node.parents}
    (z1,), (delta1,), (grad_b1,) = (beside[name].rows for name in ("z1", "delta1", "grad_b1"))
    assert len(z1.nodes) == 30 * 2 * 64
    assert {node.label for node in z1.nodes if node.label} == {f"z1_{j}" for j in range(30)}
    assert {node.label for node in delta1.nodes} == {f"z1_{j}" for j in range(30)}
    assert {node.label for node in grad_b1.nodes} == {f"b1_{j}" for j in range(30)}


def test_layers_in_a_loop_have_one_row() -> None:
    beside = PROGRAMS["ten layers"]().beside()
    rows = {row.name: row for row in beside.rows}
    assert "z2" in rows
    assert "z3" not in rows
    assert rows["z2"].place.code == "z[l] = a[l - 1] @ W[l].T + b[l]"
    assert rows["z2"].place.loop == "for l in range(2, 10):"
    assert {node.label for node in rows["z2"].nodes if node.label} == {
        f"z{layer}_{j}" for layer in range(2, 10) for j in range(5)
    }
    assert "in each layer" in str(beside["z2"])


def test_places_of_a_loop_may_be_shifted() -> None:
    found = places(
        "def program(xp, theta):\n    for l in range(5, 1, -2):\n        W[l + 1] = theta\n        b[l - 1] = theta\n"
    )
    assert {name: place.number for name, place in found.items()} == {"W6": 3, "W4": 3, "b4": 4, "b2": 4}


def test_parameters_whose_derivatives_are_computed_in_another_way_are_counted() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(4)]
    cost = lambda x: total([(v * v) * a for v, a in zip(w, x, strict=True)]) + w[0] * w[1]  # noqa: E731 - short
    rows = [autograd.compile(cost, w, ([1.0, 2.0, 3.0, 4.0],)).beside(neuron=k)["grad_w"].rows[0] for k in (0, 3)]
    assert [row.member.right.number for row in rows] == pytest.approx([0.1, 2.4])
    assert [row.counts.rpartition("; ")[2] for row in rows] == ["2 others are computed in another way"] * 2


def test_a_penalty_over_all_weights_is_a_sum_over_places_of_a_list() -> None:
    beside = PROGRAMS["L2"]().beside()
    assert to_text(beside["cost"].rows[0].index.right) == "Σⱼ t_1,j**2 + 0.01*(Σⱼ theta_p**2)"
    assert "p from a list" in str(beside["cost"])
    assert "0.02*w1_jk" in to_text(beside["grad_W1"].rows[0].index.right)


def test_lists_of_places_that_differ_have_different_letters() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(9)]
    picked = [(0, 3), (4, 1), (1, 7), (8, 2), (5, 6)]
    beside = autograd.compile(lambda: total([w[j] * w[k] for j, k in picked]), w).beside()
    assert to_text(beside["cost"].rows[0].index.right) == "Σⱼ theta_p*theta_s"
    assert "p, s from lists" in str(beside["cost"])
    assert str(beside).startswith("18 nodes became this program\n")


def test_labels_that_several_nodes_have_are_told_apart_by_places() -> None:
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    batch = [([0.1 * k, 0.3], 0.2 * k) for k in range(4)]
    beside = autograd.compile(lambda: total([nn.losses.squared_error(model(x), y) for x, y in batch]), model).beside(
        neuron=1
    )
    z1 = beside["z1"].rows[0]
    assert z1.member.left in ("z1_11", "z1_1,1")  # example 1, neuron 1: all four are labelled z1_1
    assert to_text(beside["a1"].rows[0].member.right) == f"tanh({z1.member.left})"


def test_a_long_line_is_shown_as_one() -> None:
    rows = PROGRAMS["recurrence"]().beside().rows
    assert all("#" not in row.place.code and "\n" not in row.place.code for row in rows)
    found = {row.name: row.place.code for row in rows}
    assert found["grad_b1"].startswith("grad_b1 = xp.sum(")


def test_conditions_that_are_joined_have_numbers() -> None:
    assert (evaluated("&", 1.0, 0.0), evaluated("|", 1.0, 0.0), evaluated(">=", 2.0, 2.0)) == (0.0, 1.0, 1.0)
    assert (evaluated("where", 0.0, 1.0, 2.0), evaluated("largest", 1.0, 3.0, 2.0)) == (2.0, 3.0)
    choice = Expression(0.0, op=row_of("where", 3), arguments=tuple(Expression(0.0, each) for each in "abc"))
    assert to_latex(choice).replace("\N{NO-BREAK SPACE}", " ") == r"\left(b \text{ if } a \text{ else } c\right)"


def evaluated(head: str, *arguments: float) -> float:
    return float(row_of(head, len(arguments)).forward(floats, *arguments))


def test_parameters_that_share_a_letter_are_told_apart_by_their_arrays() -> None:
    z2 = PROGRAMS["recurrence"]().beside()["z2"].rows[0]
    assert to_text(z2.index.right) == "Σₖ w1_jk*x_k+3 + (Σₖ w2_jk*a1_k) + b1_j"


def test_a_model_gives_names_to_parameters_without_labels() -> None:
    class Line(nn.Module):
        def __init__(self) -> None:
            self.slope, self.offsets = Value(0.5), [Value(0.1)]

    model = Line()
    program = autograd.compile(lambda x, y: (model.slope * x + model.offsets[0] - y) ** 2, model, (1.0, 2.0))
    assert "slope*x + offsets.0 - y" in str(program.beside(model))
    assert "slope" not in str(program.beside())


def test_what_cannot_be_shown_is_named() -> None:
    program = network([2, 3, 1], ("tanh", "linear"))
    for neuron in (-1, True, 0.5):
        with pytest.raises(ValueError, match="a neuron is a number from 0 on"):
            program.beside(neuron=neuron)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a model has named_parameters\(\)"):
        program.beside([Value(1.0)])
    with pytest.raises(KeyError, match="no line 'z9' here; the lines are W1, b1"):
        program.beside()["z9"]
    assert "δ⁽¹⁾₂" in str(program.beside(neuron=9)["delta1"])  # the last one


class _Texts(HTMLParser):
    """The texts of a page by their tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.found = list[str](), list[tuple[str, str]]()

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.found.append((self.open[-1], data))


def test_a_notebook_shows_formulas_and_code(beside: SideBySide) -> None:
    page = beside["z1"]._repr_html_()
    ElementTree.fromstring(page)  # every element is closed
    texts = _Texts()
    texts.feed(page)
    assert ("code", "z1 = X @ W1.T + b1") in texts.found
    formula = "".join(text for tag, text in texts.found if tag.startswith("m"))
    assert formula.startswith("zj(1)∑kwjk(1)\u2062xkbj(1)")


@pytest.mark.parametrize(
    ("line", "equation"),
    [
        ("delta2", "BP1: δ=∂C∂z"),
        ("delta1", "BP2: δl=((Wl+1)Tδl+1)⊙σ'(zl)"),
        ("grad_b1", "BP3: ∂C∂b=δ"),
        ("grad_W1", "BP4: ∂C∂W=δaT, and the penalty"),
    ],
)
def test_the_equation_of_a_line_is_a_formula_in_a_notebook(line: str, equation: str) -> None:
    texts = _Texts()
    texts.feed(PROGRAMS["L2"]().beside()[line]._repr_html_())
    assert equation in "".join(text for _, text in texts.found).replace("\u2062", "")


def test_labels_are_no_markup() -> None:
    w = Value(0.5, "<script>alert(1)</script>")
    page = autograd.compile(lambda x: w * x[0] + w, [w], ([1.0],)).beside()._repr_html_()
    assert "<script" not in page
    ElementTree.fromstring(page)


def test_nothing_is_worked_out_in_a_formula_with_numbers() -> None:
    x, y = Expression(0.5, "x"), Expression(0.5, "y")
    assert to_text(with_numbers(x + y)) == "0.5 + 0.5"


def test_a_choice_is_written_as_one() -> None:
    row: Row = network_of([4, 3, 2], "relu")[0].beside()["delta1"].rows[0]
    assert "where(z1_j > 0, 1, 0)" in to_text(row.index.right)
    assert row.member.right.op is ops.mul
