"""The documents are true: the files and names that they mention exist, and their pictures and tables match the code."""

import ast
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import ACCELERATED, check_op, ops
from tests.architecture import PICTURES, direct
from tests.autograd.svg import boxes_and_arrows
from tests.imports import ROOT, modules

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "notebooks/README.md", "notebooks/coverage.md")),
    *sorted(path for folder in ("docs", "autograd", "nn") for path in (ROOT / folder).rglob("*.md")),
]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
MADE_LATER = ["digits/"]  # by `python -m nn`

_LINK = re.compile(r"\]\(([^()\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"(?P<path>[\w./-]*(?:/|\.(?:py|pyx|pxi|md|toml|svg|ipynb)))(?::(?P<name>[\w.]+))?")
_MODULE = re.compile(r"(?:autograd|nn|tests|benchmarks)(?:\.\w+)+")


def spans(page: Path) -> Iterator[str]:
    """What a page writes as code in its sentences and tables."""
    return (
        match[1] for match in _SPAN.finditer(re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S))
    )


def defines(path: Path, name: str) -> bool:
    """Whether a file defines a name at its top, or `Class.method`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return bool(re.search(rf"^(?:cdef|def|class)\b[^#\n(=]*\b{name}\b", text, re.MULTILINE))
    body: list[ast.stmt] = ast.parse(text).body
    for part in name.split("."):
        found = [node for node in body if part in _names(node)]
        body = found[0].body if found and isinstance(found[0], ast.ClassDef) else []
    return bool(found)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_and_names_is_there(page: Path) -> None:
    links = [match[1].partition("#")[0] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    wrong = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    for span in spans(page):
        if _MODULE.fullmatch(span) and not span.endswith(".py"):
            try:
                pkgutil.resolve_name(span)
            except (AttributeError, ImportError):
                if ACCELERATED or not span.startswith("autograd.engine.native"):
                    wrong.append(span)
        elif (match := _FILE.fullmatch(span)) and span not in MADE_LATER:
            path = next((path for path in (page.parent / match["path"], ROOT / match["path"]) if path.exists()), None)
            if path is None or (match["name"] and not defines(path, match["name"])):
                wrong.append(span)
    assert not wrong, f"{page.name} names what is not there"


def test_a_name_is_found_where_it_is_defined() -> None:
    engine = ROOT / "autograd" / "engine"
    assert defines(engine / "pure.py", "Value.data")
    assert defines(ROOT / "nn" / "optimizers.py", "OPTIMIZERS")
    assert defines(engine / "nodes.pxi", "free_node")
    assert not defines(engine / "pure.py", "Value.tada")
    assert not defines(engine / "pure.py", "data")
    assert not defines(engine / "nodes.pxi", "PyMem_Free")  # used there, but not defined


def test_every_file_stands_in_the_row_of_its_room() -> None:
    listed: dict[str, set[str]] = {}
    for line in ARCHITECTURE.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| `((?:autograd|nn)/(?:\w+/)?)` \|", line):
            listed[match[1]] = {each for each in _SPAN.findall(line.split("|")[3]) if "." not in each}
    there: dict[str, set[str]] = {}
    for path in modules().values():
        folder = there.setdefault(f"{path.parent.relative_to(ROOT).as_posix()}/", set())
        if path.name != "__init__.py":
            folder.add(path.stem)
    assert listed == there


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_that_of_the_imports(name: str) -> None:
    drawn = boxes_and_arrows(PICTURES[name]().render("svg"))
    committed = boxes_and_arrows((ROOT / "docs" / name).read_bytes())
    assert sorted(drawn) == sorted(committed), "python -m tests.architecture draws it anew; look at it"


def test_arrows_that_follow_from_others_are_left_out() -> None:
    assert direct({"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set()}) == {
        "a": {"b"},
        "b": {"c"},
        "c": {"d"},
        "d": set(),
    }


def test_the_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = set(_LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert linked == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_the_citation_names_this_version_and_license() -> None:
    citation = dict(re.findall(r"^([\w-]+): (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == autograd.__version__
    assert citation["title"] == project["name"]
    assert citation["license"] == project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_row_that_contributing_shows_is_right() -> None:
    (code,) = re.findall(r"```python\n(square = .*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    scope: dict[str, Any] = dict(vars(ops))
    exec(code, scope)
    assert check_op(scope["square"])
    assert scope["square"](3.0) == 9.0


def test_what_coming_from_says_to_write_here_runs() -> None:
    text = (ROOT / "docs" / "coming-from.md").read_text(encoding="utf-8")
    scope: dict[str, Any] = {}
    first, *others = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(first, scope)
    here = [line.split(" | ")[1] for line in text.splitlines() if line.startswith("| `")]
    assert len(here) > 40
    for code in (*(span for cell in here for span in _SPAN.findall(cell)), *others):
        exec(code, scope)
