"""The page of the quiz: marked by mouse and by keyboard, for everybody, and quiet."""

import os
from collections.abc import Callable
from pathlib import Path
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


def start_again(page: "Page") -> None:
    page.get_by_text("Start again", exact=True).click()
    page.get_by_role("button", name="Clear all my answers").click()


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
    assert verdicts[1].splitlines() == [
        f"{LETTERS[wrong]} is not right; {LETTERS[second.right]} is.",
        f"{LETTERS[wrong]}: {second.options[wrong].answer.reveals}",
        f"{LETTERS[second.right]}: {second.options[second.right].answer.reveals}",
        "Read lesson 2, “One neuron: a derivative on every arrow”.",
    ]
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
    page.get_by_text("Start again", exact=True).click()
    assert page.locator("input:checked").count() == 1  # it asks first
    page.get_by_role("button", name="Clear all my answers").click()
    assert page.get_by_role("button", name="Clear all my answers").is_hidden()
    assert page.locator("main").inner_text() == before
    assert page.locator("input:checked").count() == 0


def test_a_verdict_goes_when_its_answer_does(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    for number in (1, 2):
        answer(page, number, 0)
    mark(page)
    answer(page, 1, 1)
    assert page.locator("#report").inner_text() == ""
    assert page.locator(".verdict:visible").count() == page.locator("fieldset:is(.right, .wrong)").count() == 1
    assert page.locator("fieldset").nth(1).locator(".verdict").is_visible()


def test_no_answer_is_no_score(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    mark(page)
    assert page.locator("#report").inner_text() == "No question is answered."


def test_answers_are_kept_for_their_seed_until_a_new_start(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "quiz.html"
    path.write_text(as_html(QUESTIONS, SEED), encoding="utf-8")
    page = opened(path)
    answer(page, 1, 2)
    answer(page, 20, 0)
    page.reload()
    assert page.get_by_text("This browser keeps your answers").is_visible()
    assert page.locator("input:checked").count() == 2
    assert page.locator("input[name=q1]").nth(2).is_checked()
    assert page.locator("input[name=q20]").nth(0).is_checked()
    path.write_text(as_html(quiz(SEED + 1), SEED + 1), encoding="utf-8")
    page.reload()
    assert page.locator("input:checked").count() == 0
    path.write_text(as_html(QUESTIONS, SEED), encoding="utf-8")
    page.reload()
    assert page.locator("input:checked").count() == 2
    start_again(page)
    page.reload()
    assert page.locator("input:checked").count() == 0


def test_a_browser_that_keeps_nothing_marks_all_the_same(opened: Opened) -> None:
    page = opened(as_html(QUESTIONS, SEED))
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page.reload()
    assert page.get_by_text("This browser keeps your answers").is_hidden()
    answer(page, 1, QUESTIONS[0].right)
    mark(page)
    assert page.locator("#report").inner_text() == "1 of 1 right, 19 not answered"
    start_again(page)
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
