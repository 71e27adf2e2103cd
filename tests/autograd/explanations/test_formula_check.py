import math
from typing import Any

import pytest

from autograd import Value, check_formula, explain, grad, log, sigmoid
from autograd.explanations import FormulaError


def neuron() -> tuple[Value, dict[str, Value]]:
    leaves = {name: Value(x, name) for name, x in (("w", 0.7), ("a_prev", 0.5), ("b", -0.3), ("y", 1.0))}
    z = leaves["w"] * leaves["a_prev"] + leaves["b"]
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    cost = (a - leaves["y"]) ** 2
    cost.label = "C"
    return cost, leaves


@pytest.mark.parametrize(
    "text",
    [
        "a_prev * dsigma(z) * 2*(a - y)",
        "2*(a - y) · dσ(z) · a_prev",
        "a_prev * a*(1 - a) * 2*(a - y)",
        "-a_prev * sigmoid(z) * (1 - sigmoid(w*a_prev + b)) * (y - a) * 2",
        "a_prev*(2*a - 2*y)*(a - a**2)",
        "2*(a - y)*dsigmoid(z)/(1/a_prev)",
    ],
)
def test_every_way_to_write_the_chain_is_right(text: str) -> None:
    cost, leaves = neuron()
    check = check_formula(text, cost, leaves["w"])
    assert check
    assert repr(check) == "right: that is ∂C/∂w = -0.1218"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("dsigma(z) * 2*(a - y)", "missing: ∂z/∂w = a_prev"),
        ("a_prev * 2*(a - y)", "missing: ∂a/∂z = sigmoid(z)*(1 - sigmoid(z))"),
        ("a_prev * dsigma(z)", "missing: ∂C/∂a = 2*(a - y)"),
        ("a_prev * w * dsigma(z) * 2*(a - y)", "extra: w"),
        ("a_prev * dsigma(z) * 2*(a - y) / y", "extra: 1/y"),
        ("w * dsigma(z) * 2*(a - y)", "wrong: ∂z/∂w = a_prev; yours there is w"),
        ("a_prev * dsigma(a) * 2*(a - y)", "wrong: ∂a/∂z = sigmoid(z)*(1 - sigmoid(z)); yours there is dsigmoid(a)"),
        ("a_prev * dsigma(z) * (a - y)", "wrong: ∂C/∂a = 2*(a - y); yours, (a - y), is 0.5 times that"),
        ("a_prev * dsigma(z) * 2*(y - a)", "is -1 times that"),
    ],
)
def test_the_factor_that_is_missing_extra_or_wrong_is_named(text: str, finding: str) -> None:
    cost, leaves = neuron()
    check = check_formula(text, cost, leaves["w"])
    assert not check
    assert finding in repr(check)
    assert repr(check).startswith("not ∂C/∂w: ")


def test_right_by_chance_is_not_right() -> None:
    cost, leaves = neuron()
    check = check_formula("a_prev * dsigma(z) * 2*(a - 1)", cost, leaves["w"])  # y happens to be 1
    assert not check
    assert "it agrees here, at -0.1218, but not at other numbers" in repr(check)
    assert check.yours == check.expected


@pytest.mark.parametrize("text", ["2+2", "2*(3-2)", "2*(1-1)", "sqrt(16)", "2**2", "log(2)", "max(2,3)", "2**w", "-2"])
def test_factors_of_numbers_alone(text: str) -> None:
    cost, leaves = neuron()
    assert "missing: ∂C/∂a = 2*(a - y)" in repr(check_formula(f"a_prev * dsigma(z) * ({text})", cost, leaves["w"])) or (
        "wrong: ∂C/∂a = 2*(a - y)" in repr(check_formula(f"a_prev * dsigma(z) * ({text})", cost, leaves["w"]))
    )


def test_near_and_at_kinks_and_where_only_the_formula_has_no_value() -> None:
    for number in (0.1, 0.0, -0.1):
        x, y = Value(number, "x"), Value(2.0, "y")
        assert check_formula("y" if number > 0 else "0", x.relu() * y, x)
    x = Value(0.1, "x")
    assert check_formula("2*exp(log(x))", x * x, x)
    assert check_formula("2*x*x/x", x * x, x)
    zero = Value(0.0, "x")
    assert check_formula("3*x/x", zero * 3, zero)
    with pytest.raises(FormulaError, match="it needs an input > 0"):
        check_formula("log(-1-x)", x * x, x)


@pytest.mark.parametrize(
    ("numbers", "formula", "wrong"), [((1e9, 1e9), "y", "x"), ((1e-9, 3e-9), "y", "x"), ((2.0, 1e-13), "y", "0")]
)
def test_large_and_small_numbers(numbers: tuple[float, float], formula: str, wrong: str) -> None:
    x, y = Value(numbers[0], "x"), Value(numbers[1], "y")
    assert check_formula(formula, x * y, x)
    assert not check_formula(wrong, x * y, x)


def test_labels_that_two_nodes_share() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "x")
    with pytest.raises(
        ValueError,
        match=r'^several nodes are labelled "x", so a formula could mean either\. Rename one: node.label = "x_1"\.$',
    ):
        check_formula("x", x * y, x)
    with pytest.raises(ValueError, match='are labelled "x1"'):
        check_formula("x1", Value(2.0, "x₁") * (other := Value(2.0, "x1")), other)


def test_labels_with_small_digits_are_names() -> None:
    w, x, square = Value(2.0, "w₁"), Value(3.0, "x"), Value(9.0, "x²")
    assert check_formula("w₁*dtanh(w₁*x)", (w * x).tanh(), x)
    assert check_formula("w1*dtanh(w1*x)", (w * x).tanh(), x)
    (finding,) = check_formula("dtanh(w₁*x)", (w * x).tanh(), x).findings
    assert finding.startswith("wrong: ∂(tanh(w₁*x))/∂x = w₁*(1")
    assert check_formula("x2", square * Value(4.0, "x2"), square)  # x² is another one, which no formula can name
    with pytest.raises(FormulaError, match="'₁' cannot be part of a name"):
        check_formula("₁w", w * x, x)


def test_several_paths() -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    c, d = a + b, b + 1
    c.label, d.label = "c", "d"
    e = c * d
    e.label = "e"
    assert check_formula("1*d + 1*c", e, b)
    assert "that is path 1 alone" in repr(check_formula("c", e, b))
    assert "neither the sum of its 2 paths nor one of them" in repr(check_formula("c*d", e, b))
    assert check_formula("d", e, a)


@pytest.mark.parametrize(
    "formula",
    [
        "2(a - y) σ'(z) x",
        "2*(a - y)*sigmoid'(z)*x",
        "2x(a - y)dσ(z)",
        "2(a-y)(1-a)a·x",
        "x^2/x*2(a - y)*σ′(z)",
        "(a-y)x²/x * dσ(z) + ln(e)x (a-y)a(1-a)",
    ],
)
def test_what_a_textbook_writes_is_right(formula: str) -> None:
    w, x, y = Value(0.5, "w"), Value(1.5, "x"), Value(1.0, "y")
    z = w * x
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    C = (a - y) ** 2
    assert check_formula(formula, C, w)


def test_a_node_called_e_is_no_constant() -> None:
    w, e = Value(0.5, "w"), Value(1.5, "e")
    assert check_formula("2e^2*w", w * w * e * e, w)
    assert check_formula("π*e", w * e * math.pi, w)


@pytest.mark.parametrize(
    ("number", "digits"), [("-0.1218", "4 digits"), ("-0.12", "2 digits"), ("-1218/10000", "4 digits")]
)
def test_a_number_is_right_to_its_digits(number: str, digits: str) -> None:
    w, x = Value(0.4, "w"), Value(-0.1217995 / 0.8, "x")
    check = check_formula(number, w * w * x, w)
    assert not check
    assert check.findings == (f"right to {digits}; now as a formula",)


@pytest.mark.parametrize("number", ["-0.126", "-0.13", "5"])
def test_a_wrong_number_is_wrong(number: str) -> None:
    w, x = Value(0.4, "w"), Value(-0.1217995 / 0.8, "x")
    assert "digit" not in str(check_formula(number, w * w * x, w))


def test_inner_nodes_and_places_outside_a_domain() -> None:
    cost, _ = neuron()
    a = cost.parents[0].parents[0]
    assert check_formula("2*(a - y)", cost, a)
    x = Value(0.01, "x")
    assert check_formula("1/x", x.log(), x)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("q * 2", FormulaError, "unknown name 'q'; known are C, a, a_prev, b, w, y, z"),
        ("a_prev *", FormulaError, r"\^"),
        ("z = 2", FormulaError, "one formula alone"),
        ("z; a", FormulaError, "only the last formula may go without a name"),
        ("__import__('os')", FormulaError, r"\^"),
    ],
)
def test_what_is_no_formula_is_an_error_with_its_place(text: str, error: type[Exception], message: str) -> None:
    cost, leaves = neuron()
    with pytest.raises(error, match=message):
        check_formula(text, cost, leaves["w"])


def test_where_there_is_no_chain() -> None:
    cost, _ = neuron()
    other: Any = Value(1.0, "other")
    with pytest.raises(ValueError, match="∂C/∂other is 0"):
        check_formula("1", cost, other)


def test_a_factor_too_many_is_named_where_there_are_several_paths_too() -> None:
    z, y = Value(0.3, "z"), Value(0.8, "y")
    a = sigmoid(z)
    a.label = "a"
    cost = -(y * log(a) + (1 - y) * log(1 - a))
    assert check_formula("a - y", cost, z)
    assert check_formula("(a - y) * dsigmoid(z)", cost, z).findings == ("extra: dsigmoid(z)",)


def test_a_wrong_sum_with_derivatives_in_it_is_marked() -> None:
    w, x = Value(0.4, "w"), Value(0.3, "x")
    cost = (w * x).tanh() + x.tanh()
    assert check_formula("w*dtanh(w*x) + dtanh(x)", cost, x)
    assert not check_formula("w*dtanh(x) + dtanh(x)", cost, x)
    assert check_formula("2*(dtanh(x) + w*dtanh(w*x))", cost, x).findings == ("extra: 2",)
    (finding,) = check_formula("(1 + dtanh(x)) * x", (w * x).tanh(), w).findings
    assert finding.endswith("yours there is (1 + dtanh(x)) * x")


def test_labels_with_the_layer_above_are_names() -> None:
    w, a = Value(0.5, "w^(L)_jk"), Value(2.0, "a_k^(L-1)")
    assert check_formula("a_k^(L-1) * dtanh(w^(L)_jk * a_k^(L-1))", (w * a).tanh(), w)
    with pytest.raises(FormulaError, match=r"unknown name 'w'; known are a_k\^\(L-1\), w\^\(L\)_jk"):
        check_formula("w^(2)", w * a, a)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("v0 * ", "v1 * ", "in path 1, wrong: ∂z₀/∂a = v₀; yours there is v₁"),
        ("(a_1 - y_1)", "(y_1 - a_1)", "in path 2, wrong: ∂C/∂a₁ = 2*(a₁ - y₁); yours, 2 * (y₁ - a₁),"),
        (" * dtanh(z_1)", "", "in path 2, missing: ∂a₁/∂z₁ = 1 - tanh(z₁)**2"),
        ("2*(", "(", "yours is 0.5 times the derivative"),
        ("a_0 - y_0", "a_0 - y_0 + 0", ""),
        (" + v1", " + v0*v1 + v1", "extra: the term v₀ * v₁"),
        (" + v1 * dtanh(z_1) * 2*(a_1 - y_1)", "", "that is path 1 alone, of those that explain() shows"),
        ("dtanh(z_0) * ", "dtanh(z_1) * ", "in path 1, wrong: ∂a₀/∂z₀ = 1 - tanh(z₀)**2; yours there is dtanh(z₁)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_sum_over_paths_is_named(old: str, new: str, finding: str) -> None:
    a, v, y = Value(0.4, "a"), [Value(0.9, "v0"), Value(0.2, "v1")], [Value(0.1, "y_0"), Value(0.7, "y_1")]
    z = [v[0] * a, v[1] * a]
    outputs = [node.tanh() for node in z]
    cost = (outputs[0] - y[0]) ** 2 + (outputs[1] - y[1]) ** 2
    for j in (0, 1):
        z[j].label, outputs[j].label = f"z_{j}", f"a_{j}"
    cost.label = "C"
    right = "v0 * dtanh(z_0) * 2*(a_0 - y_0) + v1 * dtanh(z_1) * 2*(a_1 - y_1)"
    found = check_formula(right.replace(old, new), cost, a)
    assert bool(found) == (not finding)
    assert "\n".join(found.findings).startswith(finding)


def test_a_path_that_is_missing_is_named_and_a_factor_that_all_paths_lack() -> None:
    x = Value(0.4, "x")
    y = x.tanh()
    y.label = "y"
    cost = y * y + 3 * x + x.exp()
    assert check_formula("2*y*dtanh(x) + 3 + exp(x)", cost, x)
    (slope,) = grad(y, [x], create_graph=True)
    assert check_formula("-2*y", slope, x).findings == ("missing: ∂y/∂x = 1 - tanh(x)**2",)
    (finding,) = check_formula("cos(x) + exp(x)", x.sin() + x.exp() + y, x).findings
    assert finding.startswith("missing: path ")


def test_a_factor_is_said_to_be_wrong_only_where_it_stands() -> None:
    leaves = {
        name: Value(number, name) for name, number in (("x", 0.4), ("w", 0.9), ("v", 0.3), ("b", 0.2), ("y", 1.0))
    }
    z = leaves["w"] * leaves["x"] + leaves["b"]
    a = z.tanh()
    u = leaves["v"] * a
    for node, label in ((z, "z"), (a, "a"), (u, "u")):
        node.label = label
    cost = (u - leaves["y"]) ** 2
    found = check_formula("x * dtanh(z) * 2*(u - y)", cost, leaves["b"])
    assert found.findings == ("missing: ∂u/∂a = v", "extra: x")
    cost, leaves = neuron()
    for text in ("w * dsigma(z) * 2*(a - y)", "2*(a - y) * dsigma(z) * w"):
        assert check_formula(text, cost, leaves["w"]).findings == ("wrong: ∂z/∂w = a_prev; yours there is w",)


def test_the_derivative_of_a_variable_with_respect_to_itself_is_1() -> None:
    x = Value(1.0, "x")
    assert check_formula("1", x, x)
    assert "yours is 2, but it is 1" in repr(check_formula("2*x", x, x))


@pytest.mark.parametrize(
    "text",
    [
        "∂z/∂w · ∂a/∂z · ∂C/∂a",
        "∂z/∂w ∂a/∂z ∂C/∂a",
        "dC/da*da/dz*dz/dw",
        "∂C/∂z · x",
        "x · ∂C / ∂a · σ'(z)",
        "σ'(z) x 2(a - y)",
        "x sigmoid(z)(1 - sigmoid(z)) 2(a - y)",
        "2 x σ'(z) (a - y)",
    ],
)
def test_derivatives_along_the_way_and_products_without_a_sign(text: str) -> None:
    w, x, y = Value(0.7, "w"), Value(0.5, "x"), Value(1.0, "y")
    z = (w * x).named("z")
    a = sigmoid(z).named("a")
    C = ((a - y) ** 2).named("C")
    assert check_formula(text, C, w)
    wrong = check_formula("∂C/∂z", C, w)
    assert wrong.findings == ("missing: ∂z/∂w = x",)
    for asked in ("∂C/∂w", "dC/dw"):
        with pytest.raises(FormulaError, match="∂C/∂w is what is asked for; write it with derivatives along"):
            check_formula(asked, C, w)
    with pytest.raises(FormulaError, match=r"unknown name '∂C/∂q'; known are C, a, w, x, y, z"):
        check_formula("∂C/∂q", C, w)
    with pytest.raises(FormulaError, match=r"unknown name 'dC'.*did you mean C\?"):
        check_formula("dC", C, w)


@pytest.mark.parametrize("n", [600, 1500])
def test_very_many_summands(n: int) -> None:
    w, xs = Value(0.5, "w"), [Value(0.01 * i + 0.1, f"x{i}") for i in range(n)]
    cost = sum((w * x for x in xs[1:]), w * xs[0])
    cost.label = "C"
    assert check_formula("+".join(x.label for x in xs), cost, w)
    check = check_formula("+".join(x.label for x in xs[1:]), cost, w)
    assert not check
    assert f"neither the sum of its {n} paths nor one of them" in repr(check)


def chain_of_two() -> tuple[Value, Value]:
    w, b, v = Value(0.8, "w^(1)"), Value(-0.2, "b^(1)"), Value(-1.1, "w^(2)")
    x, y = Value(0.9, "a^(0)"), Value(1.0, "y")
    a = sigmoid((w * x + b).named("z^(1)")).named("a^(1)")
    return (((v * a).named("z^(2)") - y) ** 2).named("C_0"), w


def test_what_explain_shows_can_be_typed() -> None:
    C, w = chain_of_two()
    head, formulas, *_ = str(explain(C, w)).splitlines()
    assert "∂z⁽²⁾/∂a⁽¹⁾" in head
    for line in (head, formulas):
        assert check_formula(line.split("= ", 1)[1], C, w)
    assert check_formula("∂C_0/∂z^(2) * ∂z^(2)/∂a^(1) * ∂a^(1)/∂z^(1) * ∂z^(1)/∂w^(1)", C, w)
    assert check_formula("∂C₀/∂z⁽²⁾ w⁽²⁾ σ'(z⁽¹⁾) a⁽⁰⁾", C, w)
    penalty, decay = Value(0.5, "lambda"), Value(2.0, "w")
    assert check_formula("2λ w", penalty * decay**2, decay)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("z1", "did you mean z\\^\\(1\\)\\?"),
        ("Y", "did you mean y\\?"),
        ("q", "a node gets its name by node.label"),
        ("√y", "a root is sqrt\\(x\\)"),
        ("|y|", "a size is abs\\(x\\)"),
        ("[y]", "parentheses are \\( and \\)"),
        ("\\sigma(y)", "this is LaTeX"),
        ("∂C_0/∂y = 2", "write one formula alone"),
    ],
)
def test_what_to_write_instead(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        check_formula(text, *chain_of_two())


def test_one_path_of_a_quotient_is_recognized_also_by_chance() -> None:
    x = Value(2.0, "x")
    assert "path 1 alone" in str(check_formula("1/(x+1)", (x / (x + 1)).named("r"), x))


def test_numbers_keep_their_signs() -> None:
    C, w = chain_of_two()
    found = check_formula("a^(0) * (-1.1) * dsigmoid(z^(1)) * 2*(z^(2) - y)", C, w)
    assert found.findings == ("missing: ∂z⁽²⁾/∂a⁽¹⁾ = w⁽²⁾", "extra: -1.1")
    right = explain(C, w).derivative
    for number, finding in ((-right, "the sign is wrong; otherwise right to "), (right, "right to ")):
        assert check_formula(f"{number:.5g}", C, w).findings[0].startswith(finding)


def test_why_there_is_no_chain() -> None:
    C, w = chain_of_two()
    with pytest.raises(ValueError, match=r"C_0 was computed from w.*: give these two the other way round"):
        check_formula("2", w, C)
    with pytest.raises(ValueError, match=r'another node labelled "w\^\(1\)": give that one, or the label'):
        check_formula("2", C, chain_of_two()[1])
    with pytest.raises(ValueError, match="C_0 was not computed from q"):
        check_formula("2", C, Value(1.0, "q"))
