"""A graph of a thousand nodes in the browser: what nobody can read costs nothing, and is there once somebody can."""

import re

import pytest

from autograd import Value
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored

LETTERS = "[...document.querySelectorAll('.graph text')].some((text) => text.getClientRects().length > 0)"
HINT = "getComputedStyle(document.querySelector('.picture > .aside'), '::after').content"


def long_chain(n: int) -> Value:
    """A chain without names, which is one level."""
    x = y = Value(0.5, "x")
    for _ in range(n // 3):
        y = (y * 0.9 + x).tanh()
    return y


@pytest.fixture
def explored(opened: Opened) -> Explored:
    """The whole chain, so small that nothing in it can be read."""
    explored = Explored(opened, long_chain(900), at="lit=0")
    explored.press("fit")
    return explored


def come_close(explored: Explored) -> None:
    explored.do("app.zoom.by(1000, { x: app.picture.data.boxes[0][0], y: app.picture.data.boxes[0][1] })")


def test_letters_are_drawn_once_they_can_be_read(explored: Explored) -> None:
    assert explored.do(LETTERS) is False
    assert "Press +" in explored.do(HINT)
    explored.press("larger")
    assert explored.do(LETTERS) is False
    come_close(explored)
    assert explored.do(LETTERS) is True
    assert "Press +" not in explored.do(HINT)
    size = explored.do("9 * app.stage.getScreenCTM().a")
    assert 12 < size < 30  # pixels: the smallest letters
    explored.press("fit")
    assert explored.do(LETTERS) is False


def test_a_small_picture_has_its_letters_at_once(opened: Opened) -> None:
    assert Explored(opened, long_chain(9)).do(LETTERS) is True


def test_a_narrow_window_leaves_letters_out_and_a_wide_one_has_them(opened: Opened) -> None:
    explored = Explored(opened, long_chain(20), viewport={"width": 2000, "height": 900})
    explored.press("fit")
    assert explored.do(LETTERS) is True
    explored.page.set_viewport_size({"width": 660, "height": 900})
    until(explored.page, f"!{LETTERS}")
    explored.page.set_viewport_size({"width": 2000, "height": 900})
    until(explored.page, LETTERS)


def test_the_saved_picture_has_all_its_letters(explored: Explored) -> None:
    explored.press("share")
    with explored.page.expect_download() as download:
        explored.press("save the picture (SVG)")
    text = download.value.path().read_text(encoding="utf-8")
    assert "display: none" not in re.sub(r"\s+", " ", text)
    assert "distant" not in text


@pytest.mark.parametrize("is_close", [True, False])
def test_while_a_number_is_dragged_only_what_is_in_view_is_written(explored: Explored, is_close: bool) -> None:
    x, last = explored.graph.order[0], explored.graph.output
    if is_close:
        come_close(explored)
    before = [explored.shown(x), explored.shown(last)]
    explored.do("app.nudge(0, 0.875)")
    assert ("0.875" in explored.shown(x)) is is_close
    assert explored.shown(last) == before[1]
    assert explored.field.input_value() == "0.875"
    explored.do("app.settle()")
    assert "0.875" in explored.shown(x)
    assert explored.shown(last) != before[1]


def test_all_boxes_of_a_small_picture_are_in_view(opened: Opened) -> None:
    explored = Explored(opened, long_chain(9), at="lit=0")
    before = explored.shown(explored.graph.output)
    explored.do("app.nudge(0, 0.875)")
    assert explored.shown(explored.graph.output) != before
    assert all(explored.do("app.picture.data.boxes.map((box) => app.zoom.shows(...box.slice(0, 4)))"))


def test_the_numbers_at_a_step_follow_a_drag(opened: Opened) -> None:
    explored = Explored(opened, long_chain(9))
    explored.press("Steps", "last")
    last = explored.graph.output
    before = explored.shown(last), explored.do("app.stepper.progress.adjoint(0)")
    explored.do("app.nudge(0, 0.875)")
    assert explored.shown(last) != before[0]
    assert explored.do("app.stepper.progress.adjoint(0)") == explored.do("app.model.adjoint(0)") != before[1]
    explored.press("back")
    assert explored.do("app.stepper.progress.adjoint(0)") != explored.do("app.model.adjoint(0)")
