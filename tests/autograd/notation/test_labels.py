import html
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, backward_steps, draw, explain, grad, nudge, pulls
from autograd.notation.labels import GREEK, ROLES, WEIGHTS, Label, read_label, typeset
from autograd.notation.latex import latex_name
from autograd.table import printable


@pytest.mark.parametrize(
    ("text", "label", "neuron"),
    [
        ("w1_02", Label("w", "1", "02"), "0"),
        ("w1_10,2", Label("w", "1", "10,2"), "10"),
        ("a1_10", Label("a", "1", "10"), "10"),
        ("b2_3", Label("b", "2", "3"), "3"),
        ("z^(L)_j", Label("z", "L", "j"), "j"),
        ("w^(L)_jk", Label("w", "L", "jk"), "j"),
        ("a^(L-1)", Label("a", "L-1", ""), ""),
        ("a_prev", Label("a", "", "prev"), ""),
        ("w5", Label("w", "", "5"), "5"),  # the fifth weight, of no layer
        ("θ₁", Label("θ", "", "1"), "1"),
        ("theta_3", Label("theta", "", "3"), "3"),
        ("C", Label("C"), ""),
        ("x^2", Label("x", power="2"), ""),
        ("x^{-1}", Label("x", power="-1"), ""),
        ("theta_1^2", Label("theta", "", "1", "2"), "1"),
        ("w^(2)", Label("w", "2"), ""),
        ("w^{(2)}", Label("w", "2"), ""),
        ("w^1_jk", Label("w", "1", "jk"), "j"),
        ("w^{1}_{jk}", Label("w", "1", "jk"), "j"),
        ("w^L", Label("w", "L"), ""),
        ("z_j^l", Label("z", "l", "j"), "j"),
    ],
)
def test_labels_are_letters_with_a_layer_and_an_index(text: str, label: Label, neuron: str) -> None:
    assert read_label(text) == label
    assert label.neuron == neuron


@pytest.mark.parametrize(
    "text", ["", "50% of it", "x^2^3", "w1_02^2", "w^(1)^2", "a b", "1x", "w1_", "_x", "x^", "a1b", "x_<b>", "w1_0\n"]
)
def test_what_is_no_letter_with_indices_is_no_label(text: str) -> None:
    assert read_label(text) is None


DIGITS = "7" * 5000  # more than Python turns into a number


@pytest.mark.parametrize(
    "label",
    [
        *(f"z{DIGITS}_1", f"a^({DIGITS})_1", f"w1_{DIGITS}", f"x^{DIGITS}", f"x_{DIGITS}", f"x[{DIGITS}]", DIGITS),
        *(
            f"neuron {DIGITS}",
            f"{DIGITS}a",
            f"x{'^1' * 5000}",
            f"x_{'1,' * 5000}",
            f"∂C/{'∂x' * 5000}",
            "w" + "₁" * 5000,
        ),
    ],
    ids=lambda label: label[:9],
)
def test_a_label_may_be_of_any_length(label: str) -> None:
    x = Value(2.0, label)
    cost = x * x * Value(1.0, f"{label}0")
    assert explain(cost).vector == [4.0, 4.0] == [explain(cost, node).derivative for node in (x, f"{label}0")]
    texts = [repr(cost), cost.to_latex(), explain(cost).to_latex(), str(explain(cost)), str(explain(cost, x))]
    texts += [str(backward_steps(cost)), str(nudge(cost, x)), str(pulls([cost], x)), str(grad(cost, [x])[0])]
    texts += [draw(cost, collapse=level).to_dot() for level in ("nothing", "neurons", "layers")]
    assert all(texts)


def test_greek_letters_have_their_names() -> None:
    assert (GREEK["alpha"], GREEK["theta"], GREEK["omega"], GREEK["Gamma"], GREEK["Omega"]) == tuple("αθωΓΩ")


NETWORK_WEIGHTS = ["w", "W", "theta", "Theta", "θ", "Θ", "weight"]
NETWORK_ROLES = dict.fromkeys([*NETWORK_WEIGHTS, "b", "bias"], "parameter")
NETWORK_ROLES |= {"x": "input", "a": "input", "input": "input", "y": "target", "t": "target", "target": "target"}


def kind_of(label: str, weight: str) -> str:
    """What a picture takes a leaf for, next to one that is a weight if the label says so."""
    (leaf,) = [node for node in draw(Value(1.0, label) * Value(2.0, weight)).nodes if node.label == label]
    return leaf.kind


def test_the_letters_with_a_role_are_these() -> None:
    assert {*WEIGHTS} == {*NETWORK_WEIGHTS}
    assert ROLES == NETWORK_ROLES


@pytest.mark.parametrize("letter", NETWORK_ROLES)
def test_a_letter_has_its_role_in_a_network_and_none_elsewhere(letter: str) -> None:
    for label in (letter, f"{letter}_1", f"{letter}^(2)_1", f"{letter}1_0"):
        assert kind_of(label, "w_0") == NETWORK_ROLES[letter]
    assert kind_of("q", "w_0") == "variable"
    if letter not in NETWORK_WEIGHTS:
        assert kind_of(letter, "q") == "variable"


@pytest.mark.parametrize("letter", NETWORK_WEIGHTS)
def test_a_weight_makes_a_network(letter: str) -> None:
    assert kind_of("b", f"{letter}_0") == "parameter"
    assert kind_of("x", f"{letter}_0") == "input"


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("category", ["Zs", "Cf"])
def test_spaces_and_joiners_are_shown(category: str) -> None:
    letters = [letter for letter in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(letter) == category]
    assert len(letters) > 10
    for letter in letters:
        assert printable(f"a{letter}b") == (f"a{letter}b" if letter not in TURNING else "a�b"), hex(ord(letter))


@pytest.mark.parametrize("letter", [*TURNING, "\0", "\x1b", "\n", "\t", "\x7f", "\x9b", "\u2028", "\u2029", "\ud800"])
def test_what_a_terminal_would_obey_is_not_shown(letter: str) -> None:
    assert printable(f"a{letter}b") == "a�b"
    assert latex_name(f"a {letter}b") == r"\text{a �b}"


def test_a_wide_space_is_shown_in_a_picture() -> None:
    page = draw(Value(1.5, "学習\u3000率") * 2).render("svg").decode()
    assert "学習\u3000率" in html.unescape(page)


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("w1_02", "w⁽¹⁾₀₂"), ("z^(L)_j", "z⁽ᴸ⁾ⱼ"), ("a_k^(L-1)", "a⁽ᴸ⁻¹⁾ₖ"), ("theta_3", "θ₃"),
        ("x1", "x₁"), ("x^2", "x²"), ("x_1^2", "x₁²"), ("C1²", "C₁²"),
        ("w1_10,2", "w⁽¹⁾₁₀,₂"), ("C_0", "C₀"), ("∂²C/∂w1_00²", "∂²C/∂w⁽¹⁾₀₀²"), ("a_prev", "a_prev"), ("x_q", "x_q"),
        ("price2", "price2"), ("50% of it", "50% of it"), ("", ""),
    ],
)  # fmt: skip
def test_labels_are_typeset(label: str, shown: str) -> None:
    assert typeset(label) == shown
    assert typeset(shown) == shown


@given(st.text("wxCθ∂12_^()L-jk,²₁⁽⁾/ .", max_size=8))
def test_what_is_typeset_reads_the_same(label: str) -> None:
    assert typeset(typeset(label)) == typeset(label)
    before, after = read_label(label), read_label(typeset(label))
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        letter = GREEK.get(before.letter, before.letter)
        assert before._replace(letter=letter) == after._replace(letter=GREEK.get(after.letter, after.letter))


def test_a_node_is_found_by_its_typeset_label() -> None:
    w = Value(2.0, "w1_02")
    assert explain(w * 3, "w⁽¹⁾₀₂").derivative == 3.0
    assert explain(w * 3, w).to_latex().startswith(r"\begin{aligned} \frac{\partial \left(w^{(1)}_{02} \cdot 3")
