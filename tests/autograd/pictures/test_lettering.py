import itertools
import pathlib
import re

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.notation import printable
from autograd.pictures.lettering import (
    LONGEST,
    ROOM,
    SMALLEST,
    Run,
    index_size,
    label,
    lines,
    number,
    places,
    sentence,
    shown,
    width,
    width_of,
)

FONTS = pathlib.Path(matplotlib.get_data_path()) / "fonts" / "pdfcorefonts"  # Adobe's metrics


def metrics(bold: bool) -> dict[str, float]:
    """How wide each letter of ASCII is, for a size of 1, as the foundry says."""
    text = (FONTS / f"Helvetica{'-Bold' if bold else ''}.afm").read_text()
    return {chr(int(code)): int(wide) / 1000 for code, wide in re.findall(r"^C (\d+) ; WX (\d+) ;", text, re.MULTILINE)}


# Widths


@pytest.mark.parametrize("bold", [False, True])
def test_letters_are_as_wide_as_in_helvetica(bold: bool) -> None:
    wide = metrics(bold)
    for letter in map(chr, range(32, 127)):
        assert width(letter, 1.0, bold) == wide[letter]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    ("letter", "name"), [("−", "minus"), ("×", "multiply"), ("÷", "divide"), ("–", "endash"), ("…", "ellipsis")]
)
def test_signs_are_as_wide_as_in_helvetica(letter: str, name: str, bold: bool) -> None:
    text = (FONTS / f"Helvetica{'-Bold' if bold else ''}.afm").read_text()
    (wide,) = re.findall(rf"WX (\d+) ; N {name} ;", text)
    assert width(letter, 1000.0, bold) == pytest.approx(int(wide))


@given(st.text(max_size=20), st.text(max_size=20), st.floats(1.0, 100.0))
def test_widths_add_up_and_grow_with_the_type(one: str, other: str, size: float) -> None:
    assert width(one + other, size) == pytest.approx(width(one, size) + width(other, size))
    assert width(one, size) == pytest.approx(size * width(one, 1.0))
    assert width(one + "x", size) > width(one, size)


def test_indices_above_each_other_take_up_the_room_of_the_longer_one() -> None:
    size = 13.0
    small = index_size(size)
    letter, above, below = Run("w"), Run("(1)", 1), Run("02", -1)
    longer = max(width("(1)", small), width("02", small))
    end = width("w", size) + longer
    assert places([letter, above, below], size) == pytest.approx([0.0, width("w", size), width("w", size), end])
    assert places([letter, above, below, Run("x")], size) == pytest.approx(
        [0.0, width("w", size), width("w", size), end, end + width("x", size)]
    )
    assert width_of([letter, above, below], size) == pytest.approx(ROOM * end)
    assert width_of([], size) == 0.0


@pytest.mark.parametrize("size", [SMALLEST, 10.0, 13.0, 20.0])
def test_an_index_is_smaller_than_its_letter_but_never_too_small_to_read(size: float) -> None:
    assert SMALLEST <= index_size(size) <= size
    assert index_size(30.0) > index_size(13.0)


# Letters


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("x", [("x", 0)]),
        ("w1_02", [("w", 0), ("(1)", 1), ("02", -1)]),
        ("w1_10,2", [("w", 0), ("(1)", 1), ("10,2", -1)]),
        ("z^(L)_j", [("z", 0), ("(L)", 1), ("j", -1)]),
        ("theta_3", [("θ", 0), ("3", -1)]),
        ("x^2", [("x", 0), ("2", 1)]),
        ("x_1^2", [("x", 0), ("2", 1), ("1", -1)]),
        ("a_prev", [("a", 0), ("prev", -1)]),
        ("Delta", [("Δ", 0)]),
        ("50% of it", [("50% of it", 0)]),
        ("∂C/∂w", [("∂C/∂w", 0)]),
        ("∂C/∂w1_02", [("∂C/∂w", 0), ("(1)", 1), ("02", -1)]),
        ("∂²C/∂w∂b_1", [("∂²C/∂w∂b", 0), ("1", -1)]),
        ("", []),
        ("a\x00b", [("a�b", 0)]),
    ],
)
def test_a_label_is_written_as_the_field_writes_it(text: str, runs: list[tuple[str, int]]) -> None:
    assert [(run.text, run.place) for run in label(text)] == runs


@given(st.text(max_size=80))
def test_every_label_has_letters_that_can_be_shown_and_no_empty_runs(text: str) -> None:
    runs = label(text)
    assert all(run.text and run.text == printable(run.text) for run in runs)
    assert all(run.place == 0 for run in runs[:1])
    for before, after in itertools.pairwise(runs):
        assert before.place or after.place  # what stands on the line is one run
    assert sum(len(run.text) for run in runs) <= LONGEST + 20


def test_what_is_too_long_is_cut() -> None:
    assert label("a" * LONGEST) == (Run("a" * LONGEST),)
    assert label("a" * (LONGEST + 1)) == (Run("a" * (LONGEST - 1) + "…"),)
    assert shown("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.12345, 3, "−0.123"),
        (1e-9, 3, "1e−09"),
        (-1e-9, 2, "−1e−09"),
        (1234567.0, 3, "1.23e+06"),
        (-0.0, 3, "0"),
        (2.0, 3, "2"),
        (float("-inf"), 3, "−inf"),
        (float("nan"), 3, "nan"),
    ],
)
def test_a_number_has_true_minus_signs(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("2 paths from a1_0, together 5.", [("2 paths from a", 0), ("(1)", 1), ("0", -1), (", together 5.", 0)]),
        ("x_1*x_2", [("x", 0), ("1", -1), ("*x", 0), ("2", -1)]),
        ("w⁽¹⁾₀₂ = 3", [("w", 0), ("(1)", 1), ("02", -1), (" = 3", 0)]),
        ("theta passes 1e-05 on", [("θ passes 1e-05 on", 0)]),
        ("nothing to typeset here: 12 <b>", [("nothing to typeset here: 12 <b>", 0)]),
    ],
)
def test_labels_in_a_sentence_are_written_as_in_the_boxes(text: str, runs: list[tuple[str, int]]) -> None:
    assert [(run.text, run.place) for run in sentence(text)] == runs


WORDS = st.lists(st.text("abcw_1 ", min_size=1, max_size=12), max_size=12).map(" ".join)


@given(WORDS, st.floats(20.0, 300.0))
def test_lines_have_all_words_in_their_order_and_are_no_wider_than_they_may(text: str, widest: float) -> None:
    found = lines(text, 9.0, widest)
    written = " ".join("".join(run.text for run in runs) for runs in found)
    assert written.split() == "".join(run.text for run in sentence(" ".join(text.split()))).split()
    for runs in found:
        n_words = len("".join(run.text for run in runs).split())
        assert n_words == 1 or width_of(runs, 9.0) <= widest
    for here, there in itertools.pairwise(found):  # nor broken earlier than needed
        first = "".join(run.text for run in there).split()[0]
        assert width_of([*here, Run(" "), Run(first)], 9.0) > 0.8 * widest


def test_a_word_that_is_too_long_has_a_line_of_its_own() -> None:
    found = lines("a Donaudampfschifffahrtsgesellschaft b", 9.0, 40.0)
    assert ["".join(run.text for run in runs) for runs in found] == ["a", "Donaudampfschifffahrtsgesellschaft", "b"]
    assert lines("", 9.0, 40.0) == []
