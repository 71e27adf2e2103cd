import re
from html.parser import HTMLParser

import pytest

import nn
from autograd import Value, explain, sin
from autograd.engine import local_derivatives
from autograd.notation.expressions import Expression
from autograd.notation.latex import latex_name, latex_number, to_latex
from autograd.notation.symbols import computed, derivative
from autograd.notation.text import to_text
from autograd.table.operation import Op
from autograd.table.registry import TABLE


def chain() -> tuple[nn.MLP, Value]:
    model = nn.MLP(1, [1, 1], "sigmoid", "sigmoid", seed=2)
    cost = (model([0.5]) - Value(1.0, "y")) ** 2  # type: ignore[operator]
    cost.label = "C"
    return model, cost


def test_the_five_factor_product_factor_by_factor() -> None:
    model, cost = chain()
    first, last = model.layers[0].neurons[0], model.layers[1].neurons[0]
    explanation = explain(cost, first.w[0])
    (only,) = explanation.chains
    assert [factor.symbol for factor in only.factors] == [
        "∂z⁽¹⁾₀/∂w⁽¹⁾₀₀", "∂a⁽¹⁾₀/∂z⁽¹⁾₀", "∂z⁽²⁾₀/∂a⁽¹⁾₀", "∂a⁽²⁾₀/∂z⁽²⁾₀", "∂C/∂a⁽²⁾₀",
    ]  # fmt: skip
    assert [to_text(factor.formula) for factor in only.factors] == [
        "a⁽⁰⁾₀",
        "sigmoid(z⁽¹⁾₀)*(1 - sigmoid(z⁽¹⁾₀))",
        "w⁽²⁾₀₀",
        "sigmoid(z⁽²⁾₀)*(1 - sigmoid(z⁽²⁾₀))",
        "2*(a⁽²⁾₀ - y)",
    ]
    assert first.a is not None
    assert last.a is not None
    a1, a2 = first.a.data, last.a.data
    numbers = [0.5, a1 * (1 - a1), last.w[0].data, a2 * (1 - a2), 2 * (a2 - 1)]
    assert [factor.number for factor in only.factors] == pytest.approx(numbers, rel=1e-14)
    cost.backward()
    assert explanation.derivative == pytest.approx(first.w[0].grad, rel=1e-14)
    lines = str(explanation).splitlines()
    assert lines[0] == "∂C/∂w⁽¹⁾₀₀ = ∂z⁽¹⁾₀/∂w⁽¹⁾₀₀ · ∂a⁽¹⁾₀/∂z⁽¹⁾₀ · ∂z⁽²⁾₀/∂a⁽¹⁾₀ · ∂a⁽²⁾₀/∂z⁽²⁾₀ · ∂C/∂a⁽²⁾₀"
    assert len(lines) == 4
    assert lines[3].strip() == f"= {first.w[0].grad:.6g}"


def test_the_sum_over_a_layer() -> None:
    model = nn.MLP(1, [2, 2], "sigmoid", "sigmoid", seed=2)
    cost = nn.losses.squared_error(model([0.5]), [1.0, 0.0])
    cost.label = "C"
    cost.backward()
    neuron = model.layers[0].neurons[1]
    assert neuron.a is not None
    explanation = explain(cost, neuron.a)
    assert explanation.n_paths == 2
    assert explanation.derivative == pytest.approx(neuron.a.grad, rel=1e-14)
    for path in explanation.chains:
        j = "₀₁"[int(path.factors[0].upper.label[-1])]
        assert [factor.symbol for factor in path.factors] == [f"∂z⁽²⁾{j}/∂a⁽¹⁾₁", f"∂a⁽²⁾{j}/∂z⁽²⁾{j}", f"∂C/∂a⁽²⁾{j}"]
        assert to_text(path.factors[0].formula) == f"w⁽²⁾{j}₁"


def test_two_paths_are_explained_as_on_paper() -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    e = (a + b) * (b + 1)
    e.label = "e"
    text = str(explain(e, b))
    assert text.startswith("∂e/∂b is the sum over 2 paths; in each, ∂ is along that path alone:")
    assert text.endswith("∂e/∂b = 3 + 2 = 5")
    assert [to_text(path.factors[0].formula) for path in explain(e, b).chains] == ["a + b", "b + 1"]
    assert r"\frac{\partial e}{\partial b} &= 3 + 2 = 5" in explain(e, b).to_latex()


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_the_formula_shown_is_the_derivative_that_is_used(row: Op) -> None:
    for sample in range(3):
        inputs = [Value(domain.samples[sample], name) for domain, name in zip(row.domain, "uv", strict=False)]
        node = row(*inputs)
        for place, slope in enumerate(local_derivatives(node)):
            formula = derivative(node, place)
            assert formula.number == pytest.approx(slope, rel=1e-12, abs=1e-12)
            names = {name: value.data for name, value in zip("uv", inputs, strict=False)} | {"max": max, "min": min}
            functions = {other.symbol: other for other in TABLE.values() if not other.is_infix} | names
            assert float(eval(to_text(formula), functions)) == pytest.approx(slope, rel=1e-5, abs=1e-12)
            latex = to_latex(formula)
            assert latex.count("{") == latex.count("}")
            assert latex.count(r"\left(") == latex.count(r"\right)")


def test_formulas_look_like_the_textbook() -> None:
    a, b, z = Value(0.5, "a"), Value(0.25, "b"), Value(0.3, "z")
    for node, place, text in (
        (a * b, 0, "b"),
        (a / b, 1, "-a/b**2"),
        (1 / a, 1, "-1/a**2"),
        (a**2, 0, "2*a"),
        (a**3, 0, "3*a**2"),
        (z.tanh(), 0, "1 - tanh(z)**2"),
        (z.exp(), 0, "exp(z)"),
        (a - b, 1, "-1"),
        ((a - b) ** 2, 0, "2*(a - b)"),
        ((-z).relu(), 0, "0"),
        (z.relu(), 0, "1"),
        ((a * b).sin(), 0, "cos(a*b)"),
    ):
        assert to_text(derivative(node, place)) == text
    assert to_latex(derivative(a / b, 1)) == r"-\frac{a}{{b}^{2}}"
    assert to_latex(computed((a + b) / (a * b))) == r"\frac{a + b}{a \, b}"
    assert to_latex(computed((a + b) ** (a - b))) == r"{\left(a + b\right)}^{a - b}"


def test_one_symbol_among_many_ones_is_shown() -> None:
    model = nn.MLP(64, [2, 1], "tanh", seed=1)
    output = model([0.5] * 64)
    assert isinstance(output, Value)
    (only,) = explain(output, model.layers[0].neurons[0].w[0]).chains
    assert to_text(only.factors[0].formula) == "a⁽⁰⁾₀"
    (last,) = explain(output, model.layers[0].neurons[0].b).chains
    assert to_text(last.factors[0].formula) == "1"


def test_signs_are_not_doubled() -> None:
    x, p = Value(0.5, "x"), Value(2.0, "p")
    assert to_text(explain((-x).erfc(), x).chains[0].factors[0].formula).count("--") == 0
    h = p * 0.5
    h.label = "h"
    assert " · (-x/h**2)" in str(explain(x / h, p))
    assert r"0.693147 \cdot {2}^{x}" in explain(2**x, x).to_latex()
    assert [latex_number(number) for number in (float("inf"), float("-inf"), float("nan"), -0.0)] == [
        r"\infty", r"-\infty", r"\text{nan}", "0",
    ]  # fmt: skip
    with pytest.raises(TypeError, match="explain takes a Value or a label, but got 5 of type int"):
        explain(x * p, 5)  # type: ignore[call-overload]


def test_arithmetic_leaves_out_what_a_textbook_would() -> None:
    x, y = Expression(2.0, "x"), Expression(3.0, "y")
    for formula, text in (
        (1 * x, "x"), (x * 1, "x"), (x + 0, "x"), (0 + x, "x"), (0 * x, "0"), (x - 0, "x"), (0 - x, "-x"),
        (x / 1, "x"), (x**1, "x"), (x**0, "1"), (-1 * -x, "x"), (x * -1, "-x"), (x * 2, "2*x"), (x * x, "x**2"),
        (x + -y, "x - y"), ((-x) * y, "-x*y"), (x / y / y, "x/y**2"), ((-x) / y, "-x/y"), (0 / x, "0"),
    ):  # fmt: skip
        assert to_text(formula) == text
    assert (x < y, x <= 2, x > y, x >= 2) == (True, True, False, True)


def test_ends_without_a_way_without_a_label_and_without_end() -> None:
    x, other = Value(3.0), Value(1.0, "other")
    assert str(explain(x * x, other)) == "∂(3*3)/∂other = 0: (3*3) does not depend on other."
    assert str(explain(x, x)) == "∂3/∂3 = 1"
    assert explain(x * x, x).derivative == 6.0
    with pytest.raises(ValueError, match="a constant has no derivative"):
        explain(x**2, (x**2).parents[1])
    deep = start = Value(1.0, "x")
    for _ in range(20_000):
        deep = deep * 1.0
    assert explain(deep, start).derivative == 1.0
    y = start = Value(1.0, "x")
    for _ in range(40):
        y = y * y
    explanation = explain(y, start)
    assert explanation.n_paths == 2**40
    assert explanation.derivative == pytest.approx(2.0**40)
    assert "and 1,099,511,627,768 more paths" in str(explanation)
    assert max(map(len, str(explanation).splitlines())) < 200
    assert len(explanation.to_latex()) < 5000


def test_a_number_of_paths_with_thousands_of_digits_is_rounded_wherever_it_stands() -> None:
    y = x = Value(1.0, "x")
    for _ in range(20_000):
        y = y * y
    y.label = "y"
    explanation = explain(y, x)
    assert explanation.n_paths == 2**20_000
    assert "about 10^6021 paths" in str(explanation)
    assert "and about 10^6021 more paths" in str(explanation)
    assert "over about 10^6021 path" in explanation.to_html()
    assert str(explain(y)).splitlines()[-1].split()[-2:] == ["about", "10^6021"]


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("w1_02", "w^{(1)}_{02}"),
        ("z^(L)_j", "z^{(L)}_{j}"),
        ("w3_1,10", "w^{(3)}_{1,10}"),
        ("w5", "w_{5}"),
        ("w^(L)_jk", "w^{(L)}_{jk}"),
        ("theta", r"\theta"),
        ("Theta2_1", r"\Theta^{(2)}_{1}"),
        ("a_prev", r"a_{\mathrm{prev}}"),
        ("δ", "δ"),
        ("cost", r"\mathrm{cost}"),
        ("C₀", "C_{0}"),
        (r"a\b{c}$<&", r"\text{a}\backslash\text{b\{c\}\$}\lt\text{\&}"),
    ],
)
def test_labels_in_latex(label: str, latex: str) -> None:
    assert latex_name(label) == latex


def test_numbers_in_latex() -> None:
    assert [latex_number(x) for x in (0.5, -2.0, 1.5e-9, 1e300)] == [
        "0.5", "-2", r"1.5 \cdot 10^{-9}", r"1 \cdot 10^{300}",
    ]  # fmt: skip


def test_html_shows_labels_as_they_are_written() -> None:
    x = Value(2.0, "<script>alert(1)</script>")
    page = explain(x * x, x).to_html()
    tags = set()
    texts = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, _: object) -> None:
            tags.add(tag)

        def handle_data(self, data: str) -> None:
            texts.append(data)

    Reader().feed(page)
    assert tags == {"table", "caption", "tr", "th", "td"}
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert explain(x * x, x)._repr_latex_().startswith("$$")
    assert not re.search(r"<|>", explain(x * x, x).to_latex())


def test_precedence_of_a_named_number() -> None:
    assert to_text(computed(Value(-2.0) ** Value(2.0, "b"))) == "(-2)**b"


def test_each_symbol_names_its_own_edge() -> None:
    x, y = Value(3.0, "x"), Value(2.0, "y")
    told = [[factor.symbol for factor in chain.factors] for chain in explain(x**2 - sin(x), x).chains]
    assert told == [["∂(x**2)/∂x"], ["∂(sin(x))/∂x", "∂(x**2 - sin(x))/∂(sin(x))"]]
    a = (x * y).named("a")
    C = (a * 2 + sin(a)).named("C")
    told = [[factor.symbol for factor in chain.factors] for chain in explain(C, x).chains]
    assert told == [["∂a/∂x", "∂(a*2)/∂a"], ["∂a/∂x", "∂(sin(a))/∂a"]]
    assert [[f.symbol for f in chain.factors] for chain in explain((a - 1) ** 2, x).chains] == [
        ["∂a/∂x", "∂((a - 1)**2)/∂a"]
    ]
