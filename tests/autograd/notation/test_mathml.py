"""MathML says what LaTeX says: the same letters, in elements that have the arguments that they need."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, op
from autograd.notation import (
    GREEK,
    Expression,
    as_mathml,
    derivative,
    latex_name,
    latex_number,
    mathml_name,
    mathml_number,
    read_latex,
    to_latex,
    to_mathml,
)
from autograd.table import TABLE, Op, printable
from tests.autograd.notation.test_parentheses import ROWS, all_of

ARGUMENTS = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mroot": 2}
VISIBLE = st.characters(exclude_categories=["C"])
INVISIBLE = "\u2061\u2062"
SPELLED = {"cdot": "·", "partial": "∂", "infty": "∞", "ldots": "…", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈"}
SPELLED |= {"rceil": "⌉", "bmod": "mod", "frac": "", "sqrt": "", "left": "", "right": "", "mathrm": "", "text": ""}
SPELLED |= {"wedge": "^", "sim": "~", "lt": "<", "gt": ">", "backslash": "\\", **GREEK}


def read(mathml: str) -> ElementTree.Element:
    """The elements, which a reader of XML takes, and each of which has as many parts as it needs."""
    root = ElementTree.fromstring(f"<math>{mathml}</math>")
    for element in root.iter():
        assert element.tag in {"math", "mi", "mn", "mo", "mrow", "msqrt", *ARGUMENTS}
        assert len(element) == ARGUMENTS.get(element.tag, len(element)), mathml
        assert (element.tag in ("mi", "mn", "mo")) == bool(element.text), mathml
    return root


def letters(mathml: str) -> str:
    """What is to be seen, without blanks; an index and an exponent in either order."""
    return "".join(sorted("".join(read(mathml).itertext()).translate(dict.fromkeys(map(ord, INVISIBLE + " \t")))))


def letters_of_latex(latex: str) -> str:
    """The same of LaTeX, by taking out what is not to be seen."""
    seen = re.sub(r"\\([A-Za-z]+)", lambda command: SPELLED.get(command[1], command[1]), re.sub(r"\\,", "", latex))
    seen = re.sub(r"(?<!\\)[{}^_]|\s", "", re.sub(r"\\text\{(.*?)(?<!\\)\}", lambda text: text[0], seen))
    return "".join(sorted(re.sub(r"\\(?=.)", "", seen).replace("-", "−")))


@pytest.mark.parametrize("outer", ROWS, ids=lambda row: row.name)
def test_mathml_has_the_letters_of_latex(outer: Op) -> None:
    for formula in all_of([outer], ROWS):
        assert letters(to_mathml(formula)) == letters_of_latex(to_latex(formula)), to_latex(formula)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_derivatives_are_elements(row: Op) -> None:
    labels = ["w1_02", "a^(L-1)_prev"]
    node = row(*(Value(domain.samples[0], label) for domain, label in zip(row.domain, labels, strict=False)))
    for place in range(row.arity):
        formula = derivative(node, place)
        assert letters(to_mathml(formula)) == letters_of_latex(to_latex(formula))


@pytest.mark.parametrize(
    ("latex", "mathml"),
    [
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        ("-x", "<mrow><mo>−</mo><mi>x</mi></mrow>"),
        (r"\log_{2}y", "<mrow><msub><mi>log</mi><mn>2</mn></msub><mo>\u2061</mo><mi>y</mi></mrow>"),
        (r"\left|x\right|", "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
        (r"a \, b \cdot 2", "<mrow><mi>a</mi><mo>\u2062</mo><mi>b</mi><mo>·</mo><mn>2</mn></mrow>"),
        (r"\sigma(x)^2", "<mrow><mi>σ</mi><msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mn>2</mn></msup></mrow>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        (r"\lfloor x \rfloor", "<mrow><mo>⌊</mo><mi>x</mi><mo>⌋</mo></mrow>"),
        (r"(\left(x\right))", "<mrow><mo>(</mo><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mo>)</mo></mrow>"),
        (r"a \left(b\right)", "<mrow><mi>a</mi><mrow><mo>(</mo><mi>b</mi><mo>)</mo></mrow></mrow>"),
        (r"{a b} {{c}}", "<mrow><mi>a</mi><mi>b</mi><mi>c</mi></mrow>"),
        (r"x \parallel y", "<mrow><mi>x</mi><mo>∥</mo><mi>y</mi></mrow>"),
        (r"\mystery{x}", "<mrow><mi>mystery</mi><mi>x</mi></mrow>"),
        (r"[0, 1)", "<mrow><mo>[</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo>)</mo></mrow>"),
        ("x_{}", "<msub><mi>x</mi><mrow></mrow></msub>"),
    ],
)  # fmt: skip
def test_latex_is_read(latex: str, mathml: str) -> None:
    assert re.sub(r' \w+="[^"]*"', "", as_mathml(read_latex(latex))) == mathml
    read(as_mathml(read_latex(latex)))


@given(st.text(r"\{}()[]^_|+-, xy12", max_size=14) | st.text(VISIBLE, max_size=8))
def test_whatever_is_wrong_in_a_template_comes_out_as_elements(latex: str) -> None:
    read(as_mathml(read_latex(latex)))


@pytest.mark.parametrize(
    ("label", "tags"),
    [
        ("w1_02", "msubsup mi mn mrow mo mn mo"),
        ("a_prev", "msub mi mi"),
        ("theta_3", "msub mi mn"),
        ("x^2", "msup mi mn"),
        ("z^(L-1)_jk", "msubsup mi mrow mi mi mrow mo mi mo mn mo"),
        ("100 % of <b>it</b> & \\ ^ ~", "mi"),
        ("∂²C/∂w²", "mfrac mrow msup mi mn mi mrow mi msup mi mn"),
    ],
)
def test_names(label: str, tags: str) -> None:
    root = read(mathml_name(label))
    assert [element.tag for element in root.iter()] == ["math", *tags.split()]


HOSTILE = [
    "<script>alert(1)</script>",
    "</math><img src=x onerror=1>",
    "&amp;",
    "\"'",
    "$x$",
    "\\",
    "a^b^c",
    "~",
    "}{",
    "学習",
]
HOSTILE += [" ", "co", "\\frac", "\\text{a}", "x" * 500, "∂</math>/∂w", "%\\", "^", "<", ">}", "_", "#1"]  # fmt: skip


@pytest.mark.parametrize("label", HOSTILE)
def test_what_is_in_a_label_is_text(label: str) -> None:
    if not label.startswith("∂"):
        assert "".join(read(mathml_name(label)).itertext()) == label
    assert "<script" not in mathml_name(label)
    read(to_mathml(Expression(2.0, label) * Expression(3.0, label) ** 2.0))


@given(st.text(VISIBLE, max_size=12))
def test_any_label_is_shown_as_it_is_in_latex(label: str) -> None:
    if latex_name(label).startswith(r"\text{"):
        shown = printable(label)
        found = "".join(read(mathml_name(label)).itertext())
        assert found == shown


@pytest.mark.parametrize("number", [0.0, 0.25, -1.0, 1.5e-9, -2e300, float("inf"), float("-inf"), float("nan")])
def test_numbers(number: float) -> None:
    assert letters(mathml_number(number)) == letters_of_latex(latex_number(number))


def test_a_row_of_ones_own_is_readable_whatever_its_template() -> None:
    @op(latex=r"\mathbb{{S}}_{{\text{{own}}}}\left[{x} \oplus \whatever{{{y}}}\right]")
    def odd(_m: object, x: Value, y: Value) -> Value:
        return x + y

    try:
        text = to_mathml(derivative(Value(1.0, "u") * odd(Value(1.0, "x"), Value(2.0, "y")), 0))
        assert "".join(read(text).itertext()) == "Sown[x⊕whatevery]"
    finally:
        TABLE.forget("odd")
