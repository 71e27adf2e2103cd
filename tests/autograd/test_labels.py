import pytest

from autograd.labels import GREEK, Label, read_label


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
    ],
)
def test_labels_are_letters_with_a_layer_and_an_index(text: str, label: Label, neuron: str) -> None:
    assert read_label(text) == label
    assert label.neuron == neuron


@pytest.mark.parametrize("text", ["", "50% of it", "a b", "1x", "w1_", "_x", "x^", "a1b", "x_<b>", "w1_0\n"])
def test_what_is_no_letter_with_indices_is_no_label(text: str) -> None:
    assert read_label(text) is None


def test_greek_letters_have_their_names() -> None:
    assert (GREEK["alpha"], GREEK["theta"], GREEK["omega"], GREEK["Gamma"], GREEK["Omega"]) == tuple("αθωΓΩ")
