"""What can be taken along from the page of a graph: a link, its state, the page as it is, its picture, its formulas."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from autograd import Value
from autograd.explorer.page import unpacked
from tests import gallery
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored
from tests.browser.test_explorer import neuron
from tests.browser.test_explorer_modes import several

if TYPE_CHECKING:
    from playwright.sync_api import Page


def left(opened: Opened) -> Explored:
    """A page as somebody has left it."""
    explored = Explored(opened, several([1.0, 0.0], [0.0, 1.0], [0.5, 0.5]))
    explored.page.get_by_label("example").select_option("1")
    explored.page.get_by_label("what a box stands for").select_option("sums")
    explored.find("w1_20")
    explored.type("0.75")
    explored.find("b2_1")
    explored.type("-1e-7")
    explored.find("z2_0")
    return explored


def seen(page: "Page") -> list[object]:
    """What a reader sees of a page."""
    seen: list[object] = page.evaluate(
        """() => [explorerApp.mode, explorerApp.example, explorerApp.selected, [...explorerApp.model.values],
            document.querySelector(".graph").textContent, document.querySelector(".panel").innerText,
            document.querySelectorAll(".lit").length,
            [...document.querySelectorAll("select")].map((each) => each.value)]"""
    )
    return seen


def copied(explored: Explored) -> str:
    return explored.page.get_by_label("to copy").input_value()


def downloaded(explored: Explored, name: str, folder: Path) -> Path:
    with explored.page.expect_download() as download:
        explored.press(name)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.mark.parametrize("mode", ["Explore", "Steps", "Exercise"])
def test_a_link_opens_as_it_was_left(opened: Opened, mode: str) -> None:
    explored = left(opened)
    explored.page.locator(".nudge").evaluate("() => explorerApp.inspector.nudge.root.replaceChildren()")
    explored.press(mode)
    if mode == "Steps":
        explored.press("next", "next", "next")
    before = seen(explored.page)
    explored.press("share", "copy a link")
    link = copied(explored)
    path, _, state = link.partition("#")
    assert path == explored.page.url.partition("#")[0]
    assert ("v=" in state, "example=1" in state, "level=sums" in state) == (True, True, True)
    explored.press("copy the state for explore(…, state=…)")
    assert copied(explored) == state
    other = Explored(opened, several([1.0, 0.0], [0.0, 1.0], [0.5, 0.5]), at=state)
    assert seen(other.page) == before
    third = Explored(opened, several([1.0, 0.0], [0.0, 1.0], [0.5, 0.5]), state=state)
    assert seen(third.page) == before


def test_a_link_has_no_level_that_nobody_chose(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    explored.find("w1_20")
    assert explored.state == f"lit={explored.number('w1_20')}"
    explored.page.keyboard.press("Escape")
    explored.page.get_by_label("what a box stands for").select_option("sums")
    assert "level=sums" in explored.state
    explored.press("share", "copy a link")
    expected = "The link is copied. This link works on this computer only; to hand the page on, save it."
    assert explored.read(".menu [role=status]").removeprefix("Copy the link from here. ") in expected


def test_what_a_reader_has_unlit_is_unlit_in_the_link(opened: Opened) -> None:
    explored = Explored(opened, neuron(), state="lit=0")
    explored.press("fit")
    explored.do("app.select(-1)")
    explored.page.reload()
    until(explored.page, "Boolean(window.explorerApp)")
    assert explored.do("app.selected") == -1


def test_the_nudge_is_there_again_in_a_link(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("b")
    explored.type("0.25")
    explored.click("w")
    explored.type("0.5")
    table = explored.rows(".nudge tbody")
    other = Explored(opened, neuron(), at=explored.state)
    assert other.page.locator(".nudge").is_visible()
    assert other.rows(".nudge tbody") == table
    other.press("undo")
    assert not other.page.locator(".nudge").is_visible()
    other.is_as(other.graph)


def test_files_are_called_after_the_output(opened: Opened, tmp_path: Path) -> None:
    output = (Value(0.5, "w") * 2.0).named("C_0")
    explored = Explored(opened, output)
    explored.press("share")
    assert downloaded(explored, "save this page as it is", tmp_path).name == "C0.html"
    assert downloaded(explored, "save the picture (SVG)", tmp_path).name == "C0.svg"
    other = Explored(opened, (Value(0.5, "w") * 2.0).named('../<"|?*:>'))
    other.press("share")
    assert downloaded(other, "save this page as it is", tmp_path).name == "graph.html"


def test_a_link_that_is_followed_while_the_page_is_open_is_obeyed(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("b")
    explored.type("3")
    explored.page.evaluate("location.hash = '#lit=0&v=0:0.25'")
    until(explored.page, "explorerApp.selected === 0")
    explored.is_as(explored.at({explored.value("w"): 0.25}))
    assert explored.read(".head").startswith("w ")


def test_the_page_is_saved_as_it_is(opened: Opened, tmp_path: Path) -> None:
    explored = left(opened)
    explored.page.locator(".nudge").evaluate("() => explorerApp.inspector.nudge.root.replaceChildren()")
    before = seen(explored.page)
    explored.press("share")
    path = downloaded(explored, "save this page as it is", tmp_path)
    assert path.suffix == ".html"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    page = opened(path)
    until(page, "Boolean(window.explorerApp)")
    assert seen(page) == before
    # and that one can be saved, too
    again = Explored.same(explored, explored.graph.output)
    again.page = page
    again.press("reset", "share")
    second = downloaded(again, "save this page as it is", tmp_path).read_text(encoding="utf-8")
    assert unpacked(second) == unpacked(text)
    assert re.sub(' data-state="[^"]*"', "", second) == re.sub(' data-state="[^"]*"', "", text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_saved_as_svg(opened: Opened, tmp_path: Path, scheme: str) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1), color_scheme=scheme)
    explored.find("w1_20")
    explored.type("2.5")
    explored.press("share")
    path = downloaded(explored, "save the picture (SVG)", tmp_path)
    assert path.suffix == ".svg"
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    shown = explored.do("[...app.stage.querySelectorAll('text')].map((each) => each.textContent)")
    name = "{http://www.w3.org/2000/svg}"
    assert ["".join(each.itertext()) for each in root.iter(f"{name}text")] == shown
    assert "2.5" in shown
    assert not list(root.iter(f"{name}script"))
    assert "on" not in {attribute[:2] for each in root.iter() for attribute in each.attrib}
    assert "lit" in text
    picture = opened(path)
    whole = picture.evaluate("[innerWidth, document.documentElement.getBoundingClientRect().width]")
    assert whole[1] > 100
    fills = [
        page.locator(".graph .node > rect").first.evaluate("(box) => getComputedStyle(box).fill")
        for page in (explored.page, picture)
    ]
    assert fills[0] == fills[1]


def test_the_chain_rule_is_copied(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("w")
    explored.press("share", "copy the chain rule (LaTeX)")
    assert copied(explored) == (
        r"\begin{aligned}" + "\n"
        r"\frac{\partial C}{\partial w} &= a \cdot \sigma(z) \, \left(1 - \sigma(z)\right) \cdot 1 \cdot 2 \, e"
        " = 0.5 \\cdot 0.2498 \\cdot 1 \\cdot (-0.975) = -0.1218\n"
        r"\end{aligned}"
    ).replace("−", "-")
    explored.press("copy the chain rule (Markdown)")
    assert copied(explored).startswith(r"$$\frac{\partial C}{\partial w} = a \cdot ")
    assert copied(explored).endswith(" = -0.1218$$")


def test_the_sum_over_paths_is_copied(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths())
    explored.click("b")
    explored.press("share", "copy the chain rule (LaTeX)")
    assert copied(explored).splitlines() == [
        r"\begin{aligned}",
        r"\text{path 1} &= 1 \cdot c = 1 \cdot 3 = 3 \\",
        r"\text{path 2} &= 1 \cdot d = 1 \cdot 2 = 2 \\",
        r"\frac{\partial e}{\partial b} &= 5",
        r"\end{aligned}",
    ]
    explored.press("copy the chain rule (Markdown)")
    assert copied(explored).splitlines() == [
        r"$\frac{\partial e}{\partial b} = 5$, the sum over these paths:",
        "",
        r"1. $1 \cdot c = 1 \cdot 3 = 3$",
        r"2. $1 \cdot d = 1 \cdot 2 = 2$",
    ]


def test_edges_from_one_node_to_another_are_told_apart_in_what_is_copied(opened: Opened) -> None:
    x = Value(3.0, "x")
    explored = Explored(opened, (x * x).named("y"))
    explored.click("x")
    explored.press("share", "copy the chain rule (LaTeX)")
    assert copied(explored).splitlines()[1:3] == [
        r"\text{path 1, through the first }x &= x = 3 \\",
        r"\text{path 2, through the second }x &= x = 3 \\",
    ]
    explored.press("copy the chain rule (Markdown)")
    assert copied(explored).splitlines()[2:] == [
        r"1. $\text{through the first }x$: $x = 3$",
        r"2. $\text{through the second }x$: $x = 3$",
    ]


def test_what_is_copied_while_nothing_is_chosen_says_so(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("share", "copy the chain rule (LaTeX)")
    assert explored.read(".menu [role=status]") == "Choose a box first: this is the chain rule of what is lit."
