"""The imports between the modules of this project, read from their source; type-only imports count too."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent

_PYTHON = re.compile(
    r"^(?:from (autograd[\w.]*) import ([\w, ]+?)(?: as \w+)?|import (autograd[\w.]*))(?:  #.*)?$", re.MULTILINE
)


def modules() -> dict[str, Path]:
    """Every module of the two packages, by its name; a room's `__init__` has the name of the room."""
    found = {}
    for package in ("autograd", "nn"):
        for path in sorted((ROOT / package).rglob("*.py*")):
            if path.suffix in (".py", ".pyx"):
                found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imports(name: str, path: Path, known: Mapping[str, Path]) -> set[str]:
    """The modules of this project that a module imports."""
    found: set[str] = set()
    for module, names in _statements(path):
        inner = {f"{module}.{each}" for each in names} & known.keys()
        # `from autograd.engine import pure` takes a module out of a room, and nothing else of it.
        found |= inner | ({module} if len(inner) < len(names) or not names else set())
    return {each for each in found if each.split(".")[0] in ("autograd", "nn")} - {name}


def _statements(path: Path) -> Iterator[tuple[str, list[str]]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".pyx":
        for match in _PYTHON.finditer(text):
            yield (match[3], []) if match[3] else (match[1], [each.strip() for each in match[2].split(",")])
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or "", [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)


def room(module: str) -> str:
    """The room that a module belongs to: its folder in `autograd` or `nn`, or the module itself where it has none."""
    return ".".join(module.split(".")[:2])


def circles(arrows: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Every group of modules that import each other in a circle.

    Reference: Tarjan 1972, "Depth-first search and linear graph algorithms".
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    found = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        open_nodes.append(node)
        for other in arrows.get(node, ()):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in open_nodes:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            place = open_nodes.index(node)
            group = sorted(open_nodes[place:])
            del open_nodes[place:]
            if len(group) > 1:
                found.append(group)

    for node in arrows:
        if node not in number:
            visit(node)
    return found
