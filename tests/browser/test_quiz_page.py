"""The page of the quiz: marked by mouse and by keyboard, for everybody, and quiet."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from autograd.teaching import quiz
from autograd.teaching.question import LETTERS
from autograd.teaching.quiz_page import as_html
from tests.browser.conftest import Opened
from tests.browser.test_explorer_access import LOOKS

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

SEED = 7
QUESTIONS = quiz(SEED)


def answer(page: "Page", number: int, place: int) -> None:
    page.locator(f"input[name=q{number}]").nth(place).check()


def mark(page: "Page") -> None:
    page.get_by_role("button", name="Mark my answers").click()


def test_what_is_answered_is_marked_and_what_is_not_stays_closed(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    first, second = QUESTIONS[:2]
    wrong = (second.right + 1) % len(second.options)
    answer(page, 1, first.right)
    answer(page, 2, wrong)
    mark(page)
    assert page.locator("#report h2").inner_text() == "1 of 2 right, 18 not answered"
    verdicts = page.locator(".verdict").all_inner_texts()
    assert verdicts[0] == f"Right. {first.options[first.right].answer.reveals}"
    assert verdicts[1].startswith(f"{LETTERS[wrong]} is not right; {LETTERS[second.right]} is. ")
    assert second.options[wrong].answer.reveals in verdicts[1]
    assert verdicts[1].endswith("Read lesson 2, “One neuron: a derivative on every arrow”.")
    assert set(verdicts[2:]) == {""}
    assert page.locator("#report li").count() == 1
    answer(page, 3, QUESTIONS[2].right)
    mark(page)
    assert page.locator("#report h2").inner_text() == "2 of 3 right, 17 not answered"
    assert page.evaluate("document.activeElement.id") == "report"


def test_all_right(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    for number, drawn in enumerate(QUESTIONS, start=1):
        answer(page, number, drawn.right)
    mark(page)
    assert page.locator("#report").inner_text() == "20 of 20 right"


def test_nothing_is_revealed_before_it_is_marked_and_after_a_new_start(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    before = page.locator("main").inner_text()
    answer(page, 1, 0)
    mark(page)
    assert page.locator("main").inner_text() != before
    page.get_by_role("button", name="Start again").click()
    assert page.locator("main").inner_text() == before
    assert page.locator("input:checked").count() == 0


def test_by_keyboard_alone(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    for drawn in QUESTIONS:
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for _ in range(drawn.right):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#report").inner_text() == "20 of 20 right"


def test_a_screen_reader_hears_question_and_letter(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    group = page.get_by_role("group", name="Question 1", exact=True)
    choice = group.get_by_role("radiogroup", name="What is ∂C/∂w?")
    assert choice.get_by_role("radio").count() == 4
    assert choice.get_by_role("radio", name=LETTERS[0]).count() == 1


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_is_cut(
    opened: Opened, axe: "Callable[[Page | Frame], list[str]]", look: str, width: int
) -> None:
    options: dict[str, Any] = {**LOOKS[look], "viewport": {"width": width, "height": 800}}
    page = opened(as_html(QUESTIONS, SEED), **options)
    for stage in ("asked", "marked"):
        assert axe(page) == [], stage
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/quiz {look} {width} {stage}.png", full_page=True)
        answer(page, 1, QUESTIONS[0].right)
        answer(page, 2, QUESTIONS[1].right - 1)
        mark(page)
