"""What the page writes is what the notation writes, and its slopes have the number that Python computes."""

import itertools
import json
import math
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest

from autograd import Value, explain, op
from autograd.engine import local_derivatives
from autograd.explanations import evaluate, factors
from autograd.explorer.cases import cases
from autograd.explorer.formulas import formulas
from autograd.explorer.javascript import script
from autograd.explorer.names import name_data
from autograd.explorer.recording import rows_of
from autograd.explorer.templates import hole, template
from autograd.graph import Recorded
from autograd.notation import (
    LEAVES,
    Element,
    Expression,
    computed,
    derivative,
    has_constant_slope,
    latex_name,
    read_latex,
    shown_names,
    to_latex,
    to_text,
    typeset,
)
from autograd.table import TABLE, CannotBeWrittenError, Op
from tests import gallery
from tests.autograd.explorer import graphs
from tests.autograd.programs import Step, run
from tests.imports import ROOT
from tests.node import node_says

ROWS = [row for name, row in TABLE.items() if name in TABLE.built_in]
GRAPHS: dict[str, Callable[[], Value]] = {**graphs.GRAPHS, "4-6-3": lambda: gallery.network(4, 6, 3)}
LABELS = [
    "u",
    "w1_02",
    "x^2",
    "∂C/∂w",
    "∂²C/∂w1_00∂b",
    "a-b",
    "theta_3",
    "a_prev",
    "z^(L)_j",
    "z^(L)_q",
    "50% of it",
    "",
]
LABELS += ["price2", "a^b<c>", "w1_10,2", "q" * 500, "x_1^2", "θ", "C1²", "</script>", "__proto__", "∂x/∂y", "−1"]
LONGEST = 150  # letters of a formula

Answer = dict[str, Any]


def task(graph: Recorded, products: Iterable[Sequence[tuple[Value, int]]] = ()) -> dict[str, object]:
    """A graph for `tests/explorer/formulas.js`, with the paths whose products are asked for."""
    at, rows = {node: place for place, node in enumerate(graph.order)}, rows_of(graph)
    return {
        "data": formulas(graph),
        "parents": [[at[parent] for parent in node.parents] for node in graph.order],
        "values": [node.data if math.isfinite(node.data) else repr(node.data) for node in graph.order],
        "shown": [f"{node.data:g}" for node in graph.order],
        "ops": [rows.index(node.op) if node.op in rows else -1 for node in graph.order],
        "script": script(rows),
        "products": [[[at[upper], place] for upper, place in path] for path in products],
    }


def answers(tasks: list[dict[str, object]]) -> list[Answer]:
    """What the page writes for some graphs."""
    found: list[Answer] = node_says(tasks, "tests/explorer/formulas.js")
    return found


def edges(graph: Recorded) -> list[tuple[Value, int]]:
    return [(node, place) for node in graph.order for place in range(len(node.parents))]


def written(formula: Expression) -> list[str]:
    """A formula as text and in LaTeX."""
    text = to_text(formula)
    return [text, as_page(to_latex(formula))] if len(text) <= LONGEST else ["…", r"\ldots"]


def as_page(latex: str) -> str:
    """The LaTeX of the page, which has names for Greek letters, and one sign for what is left out."""
    return latex.replace(r"\text{…}", r"\ldots").replace("θ", r"\theta")


def plain(tree: Any) -> Any:
    """MathML without rows that do nothing."""
    if isinstance(tree, Element):
        return plain([tree.tag, *tree.parts] if tree.parts or not tree.text else tree.tag + tree.text)
    if not isinstance(tree, list):
        return tree
    parts: list[Any] = []
    for part in map(plain, tree[1:]):
        is_row = isinstance(part, list) and part[0] == "mrow" and not re.match(r"o[(\[|⌊⌈⟨]", str(part[1:2])[2:])
        parts += part[1:] if is_row and tree[0] in ("mrow", "msqrt") else [part]
    base = parts[0] if parts else ""
    if tree[0] == "msup" and base[0] == "msub":
        return ["msubsup", *base[1:], *parts[1:]]
    is_enclosed = str(base[1:2]).startswith("['o(")
    if tree[0] in ("msup", "msub") and base[0] == "mrow" and not is_enclosed:  # LaTeX has it at the end of f(x)
        return ["mrow", *base[1:-1], [tree[0], base[-1], *parts[1:]]]
    return parts[0] if tree[0] == "mrow" and len(parts) == 1 else [tree[0], *parts]


def check_mathml(answer: Answer) -> None:
    """The MathML of each formula is what its LaTeX reads as."""
    for kind in ("names", "values", "numbers", "slopes", "products"):
        for _, latex, tree in answer[kind]:
            assert plain(tree) == plain(read_latex(latex)), latex


def products_of(output: Value, variables: Iterable[Value]) -> Iterator[tuple[list[tuple[Value, int]], Expression]]:
    """The edges of each factor that an explanation writes, and its formula."""
    for variable in variables:
        for factor in (factor for chain in explain(output, variable).chains for factor in chain.factors):
            part = slice(factor.start, factor.stop)
            yield list(zip(factor.path.nodes[1:][part], factor.path.places[part], strict=True)), factor.formula


@pytest.mark.parametrize("name", GRAPHS)
def test_a_page_writes_what_an_explanation_writes(name: str) -> None:
    output = GRAPHS[name]()
    graph = Recorded.of(output)
    products = list(products_of(output, [node for node in graph.order if not node.is_constant][:12]))
    (answer,) = answers([task(graph, [path for path, _ in products])])
    names = shown_names(graph.order)
    assert products
    for node, name_, value, number in zip(
        graph.order, answer["names"], answer["values"], answer["numbers"], strict=True
    ):
        if name_[0] not in ("(… + …)", "(…*…)"):  # there explain writes (…+…)
            assert name_[:2] == [factors.short_name(node, names), as_page(factors._latex_name(node, names))]
        assert value[:2] == written(computed(node, names=names))
        with_numbers = computed(node, names={each: f"{each.data:g}" for each in graph.order})
        assert value[0] == "…" or number[0] == to_text(with_numbers)
    for (upper, place), slope in zip(edges(graph), answer["slopes"], strict=True):
        if not upper.parents[place].is_constant and not has_constant_slope(upper.op, place):
            assert slope[:2] == written(derivative(upper, place, names))
    for (_, formula), product in zip(products, answer["products"], strict=True):
        assert product[:2] == written(formula)
    check_mathml(answer)


def graphs_of_programs(seed: int, count: int) -> Iterator[Recorded]:
    """Graphs of all rows, some of their nodes with labels."""
    draw = random.Random(seed)
    for _ in range(count):
        program = [
            Step(draw.choice(ROWS), (draw.randrange(4), draw.randrange(6)), draw.randrange(6))
            for _ in range(draw.randrange(2, 9))
        ]
        inputs = [Value(round(draw.uniform(-2.0, 2.0), 3), draw.choice(LABELS)) for _ in range(3)]
        try:
            nodes = run(program, inputs)
        except (ValueError, ArithmeticError):
            continue
        for node in nodes[:-1]:
            node.label = node.label or (draw.choice(LABELS) if draw.random() < 0.4 else "")
        if nodes[-1].parents and all(math.isfinite(node.data) for node in nodes):
            yield Recorded.of(nodes[-1])


def test_random_programs() -> None:
    graphs = list(graphs_of_programs(1, 80))
    tasks = [task(graph, [[edge] for edge in edges(graph)]) for graph in graphs]
    compared = different = 0
    for graph, answer in zip(graphs, answers(tasks), strict=True):
        check_mathml(answer)
        names = shown_names(graph.order)
        for node, value in zip(graph.order, answer["values"], strict=True):
            if all(len(name) <= 60 for name in names.values()):
                text, latex = written(computed(node, names=names))
                assert value[0] == text
                if r"\bmod" not in latex and "]" not in latex:  # more parentheses; ∂C/∂w[1]
                    assert value[1] == latex
        for node, (text, *_), found in zip(graph.order, answer["names"], answer["found"], strict=True):
            if node.label and len(node.label) <= 60 and text == names[node]:
                assert graph.order[found] is node
        for (upper, place), slope in zip(edges(graph), answer["slopes"], strict=True):
            parents = upper.parents
            if parents[place].is_constant or has_constant_slope(upper.op, place):
                continue
            compared += 1
            different += slope[0] != to_text(derivative(upper, place, names)) and slope[0] != "…"
    # Numbers among the arguments are kept apart, and multiplied in front: 1/2 in place of 0.5, 2*(-u) in place of -2*u.
    assert compared > 100
    assert different < compared / 10


def points(row: Op) -> list[tuple[float, ...]]:
    """Points in the domain of a row, and its kinks."""
    draw = random.Random(row.name)
    found = [point for point, _ in row.kinks]
    for _ in range(20):
        sample = [draw.choice(domain.samples) * draw.choice([1.0, -1.0, 0.5, 1.75]) for domain in row.domain]
        found.append((*sample[:-1], draw.choice([sample[0], 0.0, sample[-1], sample[-1]])))
    return found


def graphs_of(row: Op) -> Iterator[Recorded]:
    for point in points(row):
        try:
            node = row(*(Value(number, name) for number, name in zip(point, row.names, strict=True)))
            local_derivatives(node)
        except (ValueError, ArithmeticError):
            continue
        yield Recorded.of(node)


@pytest.fixture(scope="module")
def at_points() -> dict[Op, list[tuple[Value, Answer]]]:
    """What the page writes for each row at many points."""
    graphs = [graph for row in ROWS for graph in graphs_of(row)]
    found: dict[Op, list[tuple[Value, Answer]]] = {}
    for graph, answer in zip(graphs, answers([task(graph) for graph in graphs]), strict=True):
        found.setdefault(graph.output.op, []).append((graph.output, answer))  # type: ignore[arg-type]  # a row
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_slope_has_its_number_in_every_case(row: Op, at_points: dict[Op, list[tuple[Value, Answer]]]) -> None:
    value = Expression(0.5, op=row, arguments=tuple(Expression(0.25, name) for name in row.names))
    known = [cases(partial, value, *value.arguments) for partial in row.partials]
    compared = 0
    for node, answer in at_points[row]:
        names = {leaf.label: leaf.data for leaf in node.parents}
        slopes = local_derivatives(node)
        for place, ((text, *_), key) in enumerate(zip(answer["slopes"], answer["keys"], strict=True)):
            assert key in known[place], (row, key)
            if not all(1e-3 < abs(argument) < 30 for argument in names.values()):
                continue  # the textbook's form may have no number there, or lose its digits
            number = evaluate(text, names)[""]
            assert number == pytest.approx(slopes[place], rel=1e-4, abs=1e-9), (row, names, text)
            compared += 1
    assert compared > 5


def test_cases() -> None:
    x, y, z = (Expression(0.5, name) for name in "xyz")

    def found(row: str, place: int = 0) -> dict[str, str]:
        value = Expression(0.5, op=TABLE[row], arguments=(x, y)[: TABLE[row].arity])
        return {key: to_text(each) for key, each in cases(TABLE[row].partials[place], value, *value.arguments).items()}

    assert found("relu") == {"1": "1", "0": "0"}
    assert found("maximum") == {"10": "1", "01": "0", "00": "0.5"}
    assert found("abs") == {"10": "1", "01": "-1", "00": "0"}
    assert found("sigmoid") == {"": "sigmoid(x)*(1 - sigmoid(x))"}
    assert found("elu") == {"11": "1", "00": "y*exp(x)"}
    assert found("hypot") == {"": "x/hypot(x, y)"}
    square = cases(TABLE["pow"].partials[0], z, x, Expression(2.0))
    assert {key: to_text(each) for key, each in square.items()} == dict.fromkeys(["1010", "0110", "0010"], "2*x")
    for limit in (math.inf, -math.inf, -1e300, 5e-324):  # on the far side of which there is little room
        keys = cases(lambda m, _z, x, limit=limit: m.where(x < limit, x, 2.0), z, x)
        assert {*keys} == ({"0"} if limit == -math.inf else {"0", "1"})


@pytest.mark.parametrize(
    "partial",
    [
        lambda _m, _z, x: x if float(x) > 0 else -x,
        lambda _m, _z, x: [x for _ in itertools.takewhile(lambda _: x * x > x or True, itertools.count())],
        lambda _m, _z, _x: "nothing",
        lambda _m, _z, x: math.exp(x),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(partial: Any) -> None:
    with pytest.raises(CannotBeWrittenError):
        cases(partial, Expression(0.5, "z"), Expression(0.5, "x"))


@pytest.mark.usefixtures("own_operations")
def test_rows_of_ones_own() -> None:
    @op(latex=r"\mathrm{{swish}}_{{\beta}}\left({x}\right)")
    def swish(m: Any, x: Any) -> Any:
        return x * m.sigmoid(x)

    @op(symbol="⊕", latex=r"{x} \oplus {y}")
    def length(m: Any, x: Any, y: Any) -> Any:
        return m.sqrt(x * x + y * y)

    @op(partials=[lambda _m, _z, x: 1.0 if float(x) > 0 else 0.0])
    def odd(_m: Any, x: Any) -> Any:
        return x

    x, y = Value(0.5, "x"), Value(0.75, "y")
    graph = Recorded.of(length(swish(x), swish(y) * odd(x)))
    (answer,) = answers([task(graph)])
    check_mathml(answer)
    assert answer["values"][-1][:2] == [
        "swish(x) ⊕ swish(y)*odd(x)",
        r"\mathrm{swish}_{\beta}\left(x\right) \oplus "
        r"\mathrm{swish}_{\beta}\left(y\right) \, \mathrm{odd}(x)",
    ]
    slopes = dict(zip([(node.op, place) for node, place in edges(graph)], answer["slopes"], strict=True))
    assert slopes[odd, 0][0] == "…"
    assert evaluate(slopes[swish, 0][0], {"x": 0.5, "y": 0.75})[""] == pytest.approx(local_derivatives(swish(y))[0])


def test_sizes() -> None:
    sizes = {"neuron": 1500, "2-4-3-1": 3000, "Rosenbrock": 1500, "derivative": 1500}
    for name, most in sizes.items():
        assert len(json.dumps(formulas(Recorded.of(GRAPHS[name]())), ensure_ascii=False).encode()) < most
    large = formulas(Recorded.of(gallery.network(64, 30, 10)))
    assert len(json.dumps(large, ensure_ascii=False, separators=(",", ":")).encode()) < 50_000


def test_many_nodes_are_of_few_kinds() -> None:
    data = formulas(Recorded.of(gallery.network(4, 6, 3)))
    assert len(set(str(data["kinds"]))) == len(list(data["values"])) < 10  # type: ignore[call-overload]
    x = Value(0.5, "x")
    total = sum([(x + k) ** (k + 2.0) for k in range(60)], x)
    graph = Recorded.of(total)  # more kinds than there are plain letters
    (answer,) = answers([task(graph)])
    powers = [slope[0] for (node, place), slope in zip(edges(graph), answer["slopes"], strict=True)
              if node.op is TABLE["pow"] and place == 0]  # fmt: skip
    assert powers[:2] == ["2*(x + 0)", "3*(x + 1)**2"]
    assert powers[-1] == "61*(x + 59)**60"


def test_numbers_of_constants_are_multiplied_in_front() -> None:
    x, y = Value(3.0, "x"), Value(-2.0, "y")
    graph = Recorded.of((0.5 * (x - y) ** 2).named("C"))
    path = [(node, 1 if node.op is TABLE["mul"] else 0) for node in reversed(graph.order) if node.parents]
    up = list(reversed(path))
    (answer,) = answers([task(graph, [up, up[:1], [(up[0][0], 1)]])])
    assert [product[0] for product in answer["products"]] == ["x - y", "1", "-1"]
    quotient = Recorded.of(x / 4 * -y)
    (answer,) = answers([task(quotient)])
    assert answer["coefficients"][0] == "0.25"
    assert [slope[0] for slope in answer["slopes"]][-2:] == ["-y", "x/4"]


def test_names() -> None:
    nodes = [Value(float(k), label) for k, label in enumerate([*LABELS, "x", "x", "w1_02", "∂C/∂w"]) if label]
    total = nodes[0]
    for node in nodes[1:]:
        total = total + node
    graph = Recorded.of(total)
    (answer,) = answers([task(graph)])
    check_mathml(answer)
    leaves = {node: name for node, name in zip(graph.order, answer["names"], strict=True) if node in nodes}
    for node in nodes:
        text, latex, _ = leaves[node]
        if [each.label for each in nodes].count(node.label) == 1 and len(node.label) < 60:
            is_atom = factors._is_atom(node)
            assert text == (typeset(node.label) if is_atom else f"({typeset(node.label)})")
            shown = as_page(latex_name(typeset(node.label)))
            assert latex == (shown if is_atom else rf"\left({shown}\right)")
    same = [leaves[node][0] for node in nodes if node.label in ("x", "w1_02")]
    assert same == ["w⁽¹⁾₀₂[1]", "x[1]", "x[2]", "w⁽¹⁾₀₂[2]"]
    assert [answer["found"][graph.order.index(node)] for node in nodes if node.label == "x"] == [
        graph.order.index(node) for node in nodes if node.label == "x"
    ]
    assert all(len(text) <= 62 for text, *_ in leaves.values())


@pytest.mark.parametrize("label", LABELS)
def test_names_are_data(label: str) -> None:
    assert json.loads(json.dumps(name_data(label))) == name_data(label)


def test_holes_know_what_needs_parentheses() -> None:
    made = template(hole(0) - hole(1) ** 2.0)
    minus, power, product, total = 1, 2, 4, 8
    first, second = (ord(letter) - 0xE000 for letter in re.findall("[\ue000-\uefff]", made.text))
    assert (first % 32, second % 32) == (0, 1)
    assert not first >> 5 & (minus | power | product | total)
    assert (second >> 5) & (minus | power | product | total) == minus | power | product | total
    assert (made.text_kind, template(hole(0)).text_kind, template(hole(0) * hole(1)).text_kind) == (total, 0, product)


def test_the_page_knows_the_letters_of_tags() -> None:
    source = (ROOT / "autograd" / "explorer" / "browser" / "name.js").read_text(encoding="utf-8")
    (table,) = re.findall(r"const LEAVES = \{(.*?)\n\};", source, re.DOTALL)
    rows = [f"{letter}: {json.dumps([tag, *map(list, given.items())])}" for letter, (tag, given) in LEAVES.items()]
    assert [line.strip().rstrip(",") for line in table.split("\n") if line] == rows
