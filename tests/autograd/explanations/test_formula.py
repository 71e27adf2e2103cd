"""Formulas: the right ones mean what they mean to Python; the wrong ones are one kind of error, and run nothing."""

import math
import sys
import time
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, no_grad
from autograd.explanations import FormulaError, evaluate
from autograd.explanations.formula_parser import (
    ALIASES,
    MAX_DEPTH,
    MAX_LENGTH,
    Apply,
    Derivative,
    Name,
    Number,
    Statement,
    parse,
)
from autograd.table.mathematics import floats
from autograd.table.registry import TABLE

NUMBERS = {"a": 0.5, "b": -2.0, "c": 3.0, "x": 1.25, "y": 0.75}
FUNCTIONS = [row for row in TABLE.values() if not row.is_infix]


UNCLEAR = "what this multiplies is unclear; write *, and parentheses around the rest"


def caret(error: FormulaError) -> tuple[str, int]:
    """The rule, and how far the caret stands from the start of the line above it."""
    rule, line, mark = str(error).split("\n")
    assert line.startswith("  ")
    assert mark == " " * mark.index("^") + "^"
    return rule, mark.index("^") - 2


# Each is a formula with something around it that Python would run, or that a parser could choke on.
HOSTILE = [
    "",
    " ",
    "\n\n",
    ";",
    ";;;;",
    "a.__class__",
    "a.real",
    "().__class__.__bases__",
    "a[0]",
    "a[0:1]",
    "[a]",
    "[a for a in b]",
    "{a}",
    "{a: b}",
    "(a for a in b)",
    "lambda: a",
    "lambda x: x",
    "(lambda: a)()",
    "f'{a}'",
    'f"{__import__("os")}"',
    "'a'",
    '"a"',
    '"""a"""',
    "b'a'",
    "rb'a'",
    "a + 'b'",
    "__import__('os')",
    "__import__('os').system('true')",
    "__import__(os)",
    "__builtins__",
    "__class__",
    "__name__",
    "import os",
    "from os import system",
    "(a := 1)",
    "a := 1",
    "a < b",
    "a > b",
    "a <= b",
    "a == b",
    "a != b",
    "a is b",
    "a in b",
    "a and b",
    "a or b",
    "not a",
    "a if b else c",
    "a & b",
    "a | b",
    "~a",
    "a << 2",
    "a >> 2",
    "a @ b",
    "a ** * b",
    "a * / b",
    "a -> b",
    "(tanh)(a)",
    "tanh()(a)",
    "a 2",
    "a 2",
    "tanh",
    "tanh + 1",
    "dtanh",
    "tanh()",
    "tanh(,)",
    "tanh(a,)",
    "tanh(a 2)",
    "tanh(a, b)",
    "tanh(x=a)",
    "tanh(*a)",
    "tanh(**a)",
    "tanh(...)",
    "maximum(a)",
    "atan2(a, b, c)",
    "leaky_relu()",
    "dmaximum(a, b)",
    "dleaky_relu(a)",
    "dadd(a, b)",
    "add(a, b)",
    "ddtanh(a)",
    "eval(a)",
    "exec(a)",
    "compile(a)",
    "open(a)",
    "print(a)",
    "getattr(a, b)",
    "constant(a)",
    "(",
    ")",
    "()",
    "(a",
    "a)",
    "((a)",
    "(a, b)",
    "(a\n+ b)",
    "a, b",
    "a,",
    "+",
    "-",
    "a +",
    "* a",
    "=",
    "= a",
    "d =",
    "d = = a",
    "d = e = a",
    "d += a",
    "d, e = a",
    "a + b = c",
    "(d) = a",
    "1 = a",
    "tanh = a",
    "sigma = a",
    "σ = a",
    "dσ = a",
    "dtanh = a",
    "max = a",
    "add = a",
    "neg = a",
    "a = 1",
    "d = 1; d = 2",
    "d = 1\nd = 2",
    "µ = 1; μ = 2",  # the micro sign and the letter are one name in Python
    "a; b",
    "a\nb",
    "a\rb",
    "d = a; b; c",
    "del a",
    "assert a",
    "return a",
    "yield a",
    "await a",
    "a # b",
    "# a",
    "a \\\n + b",
    "\\",
    "$a",
    "a!",
    "a?",
    "`a`",
    "a:",
    "@a",
    "...",
    ".",
    "1..2",
    "1.2.3",
    "1__0",
    "_1__0",
    "1_",
    "0x10",
    "0b1",
    "0o7",
    "1j",
    "1e999",
    "-1e999",
    "9" * 400,
    "9" * MAX_LENGTH,
    "9**9**9**9",
    "9**9**9**9**9**9**9**9",
    "1e308**2",
    "exp(1000)",
    "log(0)",
    "log(-1)",
    "sqrt(-1)",
    "asin(2)",
    "dsqrt(0)",
    "dlog(0)",
    "dasin(1)",
    "dsinh(1000)",
    "0**-1",
    "(-8)**(1/3)",
    "1/0",
    "1/(a - a)",
    "\0",
    "a\0b",
    "a + \0",
    "\ud800",
    "a\udfff",
    "a + '\udc80'",
    "\u202ea",
    "a\u200bb",
    "\ufeffa",
    "\x1b[31ma",
    "а",
    "tаnh(a)",
    "a\u2215b",  # division slash
    "a\u2217b",  # asterisk operator
    "\uff08a\uff09",  # fullwidth parentheses
    "a\uff0bb",
    "√a",
    "٣",
    "1٣",
    "½",
    "∞",
    "😀",
    "nan",
    "inf",
    "None",
    "True",
    "a" * (MAX_LENGTH + 1),
    "a+" * MAX_LENGTH + "a",
    "a" * MAX_LENGTH,
    "а" * MAX_LENGTH,
    "\u0301" * MAX_LENGTH,
    "a" + "\u0301\u0316" * (MAX_LENGTH // 2 - 1),
    "\ufdfa" * MAX_LENGTH,
    "(" * 101 + "a" + ")" * 101,
    "(" * MAX_LENGTH,
    "(" * 10**6,
    "-" * 5000 + "1",
    "+" * 5000 + "1",
    "-+" * 4999 + "1",
    "a" + "**a" * 3000,
    "a" + "**-a" * 2400,
    "tanh(" * 1900 + "a" + ")" * 100,
    "1+2*abs(" * 1200,
    "tanh(a" * 1600,
    "[" * 5000,
    "{" * 5000,
    "atan2(" + "a," * 4000 + "a)",
    ";" * MAX_LENGTH,
    "=" * MAX_LENGTH,
    "a = " * 2000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_a_formula_error(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        evaluate(text, NUMBERS)
    message = str(error.value)
    caret(error.value)
    assert len(message) < 1000
    assert all(character.isprintable() or character == "\n" for character in message), "what a terminal would obey"
    message.encode()


def test_hostile_text_is_quick_and_runs_nothing() -> None:
    events = []
    listening = True

    def listen(event: str, arguments: Any) -> None:  # noqa: ARG001 - what Python calls it with
        if listening and event in ("compile", "exec", "import", "open", "os.system", "subprocess.Popen"):
            events.append(event)

    sys.addaudithook(listen)  # it stays for good, but falls silent below
    start = time.perf_counter()
    for text in HOSTILE:
        with pytest.raises(FormulaError):
            evaluate(text, NUMBERS)
    listening = False
    assert time.perf_counter() - start < 30.0  # no text takes a time that grows exponentially
    assert not events


@given(st.text(st.sampled_from("ab1.e+-*/()=;, \n^σ·\0\ud800") | st.characters(), max_size=40))
def test_any_text_has_a_result_or_is_a_formula_error(text: str) -> None:
    try:
        results = evaluate(text, NUMBERS)
    except FormulaError as error:
        caret(error)
    else:
        assert all(type(result) is float for result in results.values())


@pytest.mark.parametrize(
    ("text", "rule", "position"),
    [
        ("C = (sigmoid(w*q + b) - y)**2", "unknown name 'w'; known are a, b, c, x, y", 13),
        ("σ(a·q)", "unknown name 'q'; known are a, b, c, x, y", 4),
        ("δ = a; ω = δ + θ", "unknown name 'θ'; known are a, b, c, x, y, δ", 15),
        ("d = a\ne = q", "unknown name 'q'; known are a, b, c, d, x, y", 4),
        ("d = a\r\n  e = q\r\nf = 1", "unknown name 'q'; known are a, b, c, d, x, y", 6),
        ("\ta + q", "unknown name 'q'; known are a, b, c, x, y", 5),
        ("層 = a + q", "unknown name 'q'; known are a, b, c, x, y", 9),  # a wide letter takes two columns
        ("x\u0302 = a + q", "unknown name 'q'; known are a, b, c, x, y", 8),  # a circumflex over x takes none
        ("a + qa", "unknown name 'qa'; known are a, b, c, x, y; did you mean a?", 4),
        ("a.real", "'.' cannot be part of a formula", 1),
        ("a\u200b", r"'\u200b' cannot be part of a name", 1),
        ("a + ", "a number, a name or a ( is missing here", 4),
        ("d =\ne = 1", "a number, a name or a ( is missing here", 3),
        ("a * (b + (c)", "this ( is never closed", 4),
        ("a + tanh(b", "this ( is never closed", 8),
        ("a + b)", "this ) closes nothing", 5),
        ("a, b", "a comma stands only between the arguments of an operation", 1),
        ("a + b = c", "= stands only after a single name, at the start; of an equation, write the right-hand side", 6),
        ("a 2 b", "an operator is missing here; to multiply, write *", 2),
        ("a 2", "an operator is missing here; to multiply, write *", 2),
        ("q (b)", "unknown function 'q'; to multiply, write * before the (", 0),
        *(
            (text, UNCLEAR, text.rindex(" ") + 1)
            for text in ("1/2 a", "1/x (a)", "x**2 (a)", "x^2 a", "2b**2 y", "a%2 y")
        ),
        ("C = __import__('os')", '"\'" cannot be part of a formula', 15),
        ("open('a')", '"\'" cannot be part of a formula', 5),
        ("'a'*x", '"\'" cannot be part of a formula', 0),
        ("a ’ b", "'’' cannot be part of a formula", 2),
        ("2' + a", '"\'" cannot be part of a formula', 1),
        ("a + σ'", "a ' marks the derivative of an operation, as in σ'(z), which can also be written dsigmoid(z)", 5),
        ("1 + foo'(a)", "unknown function 'dfoo'; did you mean dfloor or floor?", 4),
        ("1 + sigmoit(a)", "unknown function 'sigmoit'; did you mean sigmoid or dsigmoid or sigma?", 4),
        ("1 + tanh(a, b)", "tanh takes 1 argument(s), but got 2", 4),
        ("1 + tanh", "'tanh' is an operation; write tanh(...)", 4),
        ("a + 1e999", "this number is too large for a float", 4),
        ("d = 1; tanh = 2", "'tanh' is an operation; choose another name", 7),
        ("d = 1; d = 2", "'d' is already defined", 7),
        ("d = 1; a = 2", "'a' is already defined", 7),
        ("d = 1; a; b", "only the last formula may go without a name =", 7),
        (" ; ", "there is no formula", 0),
        ("a / (b - b)", "/ got 0.5 and 0.0; it needs an input other than 0.", 2),
        ("a + log(b)", "log got -2.0; it needs an input > 0. " + TABLE["log"].advice, 4),
        ("b ** a", f"** got -2.0 and 0.5; it needs an input {TABLE['pow'].domain[0].rule}. {TABLE['pow'].advice}", 2),
        ("1 + dsqrt(0)", "the derivative of sqrt got 0.0; its derivative needs an input > 0. Try sqrt(x + 1e-12).", 4),
        ("1 + " + "(" * 101, f"this is nested more than {MAX_DEPTH} deep", 60),
        ("1" + " " * 9999 + "1", f"a text has at most {MAX_LENGTH} characters, but this one has 10001", 60),
    ],
)
def test_the_caret_stands_under_the_place(text: str, rule: str, position: int) -> None:
    with pytest.raises(FormulaError) as error:
        evaluate(text, NUMBERS)
    assert caret(error.value) == (rule, position)


def test_the_message_shows_the_line() -> None:
    with pytest.raises(FormulaError) as error:
        evaluate("z = 1\nC = (sigmoid(w*q + b) - y)**2", dict.fromkeys("waby", 1.0))
    assert str(error.value) == (
        "unknown name 'q'; known are a, b, w, y, z\n  C = (sigmoid(w*q + b) - y)**2\n                 ^"
    )


# A formula, written without a parenthesis more than it happens to get, and what Python makes of the same text.
OPERANDS = st.sampled_from(["2.0", "3.0", ".5", "1e-3", "1_0.", "2.5E+1", "a", "b", "c", "x", "y"])
TEXTS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", " - ", " * ", " ** "]), inner).map("".join),
        st.tuples(st.sampled_from(["-", "+", "- "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("abs({})".format),
        inner.map("tanh( {} )".format),
        st.tuples(inner, inner).map(lambda pair: "max({}, {})".format(*pair)),
    ),
    max_leaves=12,
)


@given(TEXTS)
def test_a_formula_means_what_it_means_to_python(text: str) -> None:
    functions = {"abs": math.fabs, "max": TABLE["maximum"], "tanh": math.tanh}  # none takes a complex number
    try:
        expected = eval(text, {"__builtins__": {}, **functions}, NUMBERS)
    except (ArithmeticError, TypeError):
        expected = 1j
    if isinstance(expected, complex):
        with pytest.raises(FormulaError):
            evaluate(text, NUMBERS)
        return
    result = evaluate(text, NUMBERS)[""]
    assert type(result) is float
    assert result == expected or (math.isnan(result) and math.isnan(expected))
    assert math.copysign(1, result) == math.copysign(1, expected) or math.isnan(result)


@given(TEXTS)
def test_values_compute_what_numbers_do(text: str) -> None:
    try:
        expected = evaluate(text, NUMBERS)[""]
    except FormulaError:
        return
    result = evaluate(text, {name: Value(number, name) for name, number in NUMBERS.items()})[""]
    assert getattr(result, "data", result) == pytest.approx(expected, rel=1e-15, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("a ** b ** c", "a ** (b ** c)"),
        ("-a ** b", "-(a ** b)"),
        ("a ** -b", "a ** (-b)"),
        ("a ** -b ** c", "a ** (-(b ** c))"),
        ("a ** -b * c", "(a ** (-b)) * c"),
        ("-a * b", "(-a) * b"),
        ("a * -b", "a * (-b)"),
        ("a - -b", "a - (-b)"),
        ("--a", "-(-a)"),
        ("+a", "a"),
        ("-+a", "-a"),
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("a * b / c * x", "((a * b) / c) * x"),
        ("a * b ** c", "a * (b ** c)"),
        ("a·b×c", "a * b * c"),
        ("a − b", "a - b"),
        ("−a", "-a"),
        ("σ(a)", "sigmoid(a)"),
        ("sigma(a)", "sigmoid(a)"),
        ("𝜎(𝑥)", "sigmoid(x)"),
        ("dσ(a)", "dsigmoid(a)"),
        ("dsigma(a)", "dsigmoid(a)"),
        ("max(a, b)", "maximum(a, b)"),
        ("ln(c)", "log(c)"),
        ("dln(c)", "dlog(c)"),
        *((f"{word}{prime}(a)", "dsigmoid(a)") for word in ("σ", "sigma", "sigmoid") for prime in "'’′"),
        ("tanh' (a)", "dtanh(a)"),
        ("x^2", "x**2"),
        ("x^-a", "x**-a"),
        ("-x^2", "-(x**2)"),
        ("x^(a+1)", "x**(a + 1)"),
        ("x^(2)", "x**2"),
        ("2^x^2", "2**(x**2)"),
        ("x²", "x**2"),
        ("(a + x)²y", "(a + x)**2 * y"),
        ("x²**y", "(x**2)**y"),
        ("2**x²", "2**(x**2)"),
        ("-x²", "-(x**2)"),
        ("2a", "2*a"),
        ("-2a", "(-2)*a"),
        ("2a**2", "2*(a**2)"),
        ("2a(a - y)", "2*a*(a - y)"),
        ("(a)(b)", "a*b"),
        ("2(3)", "2*3"),
        ("(1/2)a", "(1/2)*a"),
        ("2π", "2*π"),
        ("e^x", "exp(x)"),
        ("2e^(-x)/(1 + e^-x)²", "2*exp(-x)/(1 + exp(-x))**2"),
        ("e²", "exp(2)"),
        ("(e)**x", "exp(x)"),
        ("2sin(x)", "2*sin(x)"),
        ("tanh(a)(b)", "tanh(a)*b"),
        ("3·2a", "3*2*a"),
        ("1_000", "1e3"),
        ("012", "12."),
        ("a\u00a0+ b", "a + b"),
        ("\n d = a ;; d \r\n;", "d = a\nd"),
    ],
)
def test_two_ways_to_write_the_same(text: str, grouped: str) -> None:
    assert parse(text, NUMBERS) == parse(grouped, NUMBERS)
    results = evaluate(text, NUMBERS)
    assert results == evaluate(grouped, NUMBERS)


def test_a_raised_number_may_be_negative() -> None:
    assert evaluate("2⁻¹² + 2⁺³x", {"x": 1.0}) == {"": 2**-12 + 8}


@pytest.mark.parametrize(("name", "number"), [("pi", math.pi), ("π", math.pi), ("e", math.e)])
def test_constants_are_known_unless_something_has_their_name(name: str, number: float) -> None:
    assert evaluate(name, {}) == {"": number}
    assert evaluate(f"2{name}*a", {"a": 1.0}) == {"": 2 * number}
    assert evaluate(f"{name} + {name}^2", {name: 7.0}) == {"": 56.0}
    assert evaluate(f"{name} = 3; {name}", {}) == {name: 3.0, "": 3.0}


@pytest.mark.parametrize(
    ("name", "instead"),
    [("x^2", 1.25**2), ("x^(2)", 1.25**2), ("x^L", 1.25**3), ("σ", None), ("max", None), ("ln", None), ("z'", None)],
)
def test_a_name_that_is_known_wins(name: str, instead: float | None) -> None:
    names = {"x": 1.25, "L": 3.0}
    assert evaluate(f"2*{name}", names | {name: 7.0}) == {"": 14.0}
    if instead is None:
        with pytest.raises(FormulaError):
            evaluate(f"2*{name}", names)
    else:
        assert evaluate(f"2*{name}", names) == {"": 2 * instead}
    assert evaluate("σ(0) + max(1, 2) + ln(1)", names | {name: 7.0}) == {"": 2.5}


def test_the_tree_has_rows_and_positions() -> None:
    (statement,) = parse("z = w*dtanh(2)")
    assert statement == Statement(
        "z",
        Apply(
            TABLE["mul"],
            (Name("w", position=4), Derivative(TABLE["tanh"], (Number(2.0, position=12),), position=6)),
            position=5,
        ),
        position=0,
    )
    product = statement.term
    assert isinstance(product, Apply)
    assert [part.position for part in (product, *product.arguments)] == [5, 4, 6]
    assert parse("w*2")[0].name is None


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_every_row_has_its_function_and_derivative(row: Any) -> None:
    point = tuple(domain.samples[0] for domain in row.domain)
    names = dict(zip("xy", point, strict=False))
    arguments = ", ".join(names)
    for word in {row.name, row.symbol, *(alias for alias, name in ALIASES.items() if name == row.name)}:
        assert evaluate(f"{word}({arguments})", names) == {"": row(*point)}
        if len(row.domain) == 1:
            derivative = row.partials[0](floats, row(*point), *point)
            assert evaluate(f"d{word}(x)", names) == {"": derivative}
            with pytest.raises(FormulaError, match=rf"^d{row.name}\(\) takes numbers"):
                evaluate(f"d{word}(x)", {"x": Value(point[0])})


def test_defaults_may_be_left_out() -> None:
    assert evaluate("leaky_relu(b) + leaky_relu(b, 0.25)", NUMBERS) == {"": -0.52}


@pytest.mark.parametrize("row", [row for row in FUNCTIONS if len(row.domain) == 1 and row.kinks], ids=str)
def test_derivatives_at_kinks_follow_the_convention(row: Any) -> None:
    for (x,), (slope,) in row.kinks:
        assert evaluate(f"d{row.name}(x)", {"x": x}) == {"": slope}


def test_a_neuron_of_values_has_its_closed_form_gradient() -> None:
    w, a, b, y = Value(0.7, "w"), Value(0.5, "a"), Value(-0.3, "b"), Value(1.0, "y")
    results = evaluate("C = (sigmoid(w*a + b) - y)**2", {"w": w, "a": a, "b": b, "y": y})
    assert list(results) == ["C"]
    cost = results["C"]
    s = 1 / (1 + math.exp(-(0.7 * 0.5 - 0.3)))
    assert cost.data == pytest.approx((s - 1) ** 2, rel=1e-15)
    assert cost.label == "C"
    cost.backward()
    delta = 2 * (s - 1) * s * (1 - s)
    assert [v.grad for v in (w, a, b, y)] == pytest.approx([delta * 0.5, delta * 0.7, delta, -2 * (s - 1)], rel=1e-14)


def test_backpropagation_by_formulas_agrees_with_the_graph() -> None:
    numbers = {"w": 0.7, "a": 0.5, "b": -0.3, "y": 1.0}
    by_hand = evaluate("z = w·a + b; δ = 2·(σ(z) − y)·dσ(z); dw = δ·a", numbers)
    assert list(by_hand) == ["z", "δ", "dw"]
    values = {name: Value(number, name) for name, number in numbers.items()}
    evaluate("(σ(w·a + b) − y)**2", values)[""].backward()
    assert values["w"].grad == pytest.approx(by_hand["dw"], rel=1e-14)


def test_nodes_get_the_names_of_statements_but_keep_a_label_that_they_have() -> None:
    x = Value(2.0, "input")
    results = evaluate("z = x*3\nu = z + 1\nsame = x\nk = 3\nz*u", {"x": x})
    assert list(results) == ["z", "u", "same", "k", ""]
    assert [results[name].label for name in ("z", "u", "same", "")] == ["z", "u", "input", ""]
    assert results["same"] is x
    assert type(results["k"]) is float
    assert results["u"].parents[0] is results["z"]
    assert repr(results["u"]) == "Value(data=7.0, label='u', expression='z + 1')"


def test_an_error_of_a_value_names_its_node() -> None:
    with pytest.raises(FormulaError) as error:
        evaluate("u = x - 2; v = log(u)", {"x": Value(1.5, "x")})
    rule, position = caret(error.value)
    assert position == 15
    assert rule.startswith('log at node "u" got -0.5; it needs an input > 0.')


def test_other_arithmetic_flows_through_operators() -> None:
    with mpmath.workdps(40):
        third = evaluate("-a/3 + a**2", {"a": mpmath.mpf(1)})[""]
        assert abs(third - mpmath.mpf(2) / 3) < 1e-39
    with no_grad():
        assert evaluate("x*2", {"x": Value(1.0)})[""].is_constant


def test_integers_that_are_given_do_not_grow_without_bound() -> None:
    assert evaluate("n*n", {"n": 3}) == {"": 9.0}
    with pytest.raises(FormulaError, match="too large"):
        evaluate("n**n", {"n": 10**6})


def test_names_are_those_of_python() -> None:
    names = {"µ": 2.0, "_x1": 3.0, "w_σ": 5.0, "層": 7.0}  # the micro sign: Python takes it for the letter μ
    assert evaluate("p = μ*_x1*w_σ*層; µ*p", names) == {"p": 210.0, "": 420.0}


def test_long_is_not_deep() -> None:
    terms = MAX_LENGTH // 2
    text = "+".join("1" * terms)
    assert evaluate(text, {}) == {"": terms}
    total = evaluate(text.replace("1", "x"), {"x": (x := Value(1.0))})[""]
    total.backward()
    assert x.grad == terms


@pytest.mark.parametrize(
    "text",
    [
        "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
        "+" * MAX_DEPTH + "1",
        "1" + "**1" * MAX_DEPTH,
        "1+0*2**" + "abs(1+0*2**" * (MAX_DEPTH // 2 - 1) + "1" + ")" * (MAX_DEPTH // 2 - 1),
        "1+0*abs(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
    ],
)
def test_as_deep_as_the_limit_says(text: str) -> None:
    assert evaluate(text, {}) == {"": 1.0}


def test_a_notebook_shows_the_message_alone() -> None:
    with pytest.raises(FormulaError) as error:
        evaluate("1 +* 2", {})
    lines = error.value._render_traceback_()  # IPython asks for it
    assert lines == ["FormulaError: a number, a name or a ( is missing here", "  1 +* 2", "     ^"]
