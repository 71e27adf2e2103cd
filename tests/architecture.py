"""The pictures of docs/architecture.md, drawn by the library from its imports: `python -m tests.architecture`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Set

from autograd.pictures import STYLES, Diagram, DiagramEdge, DiagramNode
from tests.imports import ROOT, imports, modules, room

Arrows = Mapping[str, Set[str]]

ROOMS = {  # what a picture says of each
    "autograd.table": "what a row is",
    "autograd.ops": "the rows",
    "autograd.notation": "how to write",
    "autograd.engine": "Value",
    "autograd.graph": "paths, groups",
    "autograd.derivatives": "every order",
    "autograd.checks": "is it right?",
    "autograd.files": "whole files",
    "autograd.optional": "extra packages",
    "autograd.pictures": "draw",
    "autograd.explanations": "why is it so?",
    "autograd.teaching": "quiz, worksheets",
    "autograd.compiler": "matrices",
    "autograd.explorer": "a page to touch",
    "autograd.functions": "softmax",
    "autograd.moved": "old names",
    "autograd": "front door",
    "autograd.__main__": "command",
    "nn": "networks",
}


def rooms() -> Diagram:
    """The rooms of `autograd`, and `nn` as one."""
    arrows = _arrows(lambda module: "nn" if module.startswith("nn") else room(module))
    return _diagram(arrows, ROOMS)


def files_of_nn() -> Diagram:
    """The files of `nn`, and its folders as one box each. All of them rest on `autograd`, which is not drawn."""
    arrows = _arrows(lambda module: ".".join(module.split(".")[:2]) if module.startswith("nn") else "")
    return _diagram({file: others - {""} for file, others in arrows.items() if file}, {})


PICTURES = {"architecture.svg": rooms, "nn.svg": files_of_nn}


def direct(arrows: Arrows) -> dict[str, set[str]]:
    """The arrows without those that follow from others: of a -> b, b -> c and a -> c the last one goes."""
    return {
        box: {other for other in others if not any(other in below(third, arrows) for third in others)}
        for box, others in arrows.items()
    }


def below(box: str, arrows: Arrows) -> set[str]:
    """Everything that arrows lead to from a box, in one step or several."""
    return {reached for other in arrows[box] for reached in {other} | below(other, arrows)}


def _arrows(box_of: Callable[[str], str]) -> dict[str, set[str]]:
    """Which box imports which others, where `box_of` says in which box a module is."""
    known = modules()
    arrows = defaultdict[str, set[str]](set)
    for module, path in known.items():
        box = box_of(module)
        arrows[box] |= {box_of(other) for other in imports(module, path, known)} - {box}
    return arrows


def _diagram(arrows: Arrows, words: Mapping[str, str]) -> Diagram:
    known = modules()

    def title(box: str) -> str:
        path = known[box].relative_to(ROOT)
        return f"{path.parent.name}/" if path.name == "__init__.py" else path.name

    drawn = direct(arrows)
    nodes = [DiagramNode(box, "layer", label=title(box), text=words[box] if words else "") for box in sorted(drawn)]
    edges = [DiagramEdge(box, other) for box, others in sorted(drawn.items()) for other in sorted(others)]
    return Diagram(tuple(nodes), tuple(edges), style=STYLES["values"])


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        print(draw().save(ROOT / "docs" / name))
