"""The gallery of pictures, docs/gallery.md: `python -m tests.gallery` draws it anew, and the pictures of README.

`python -m tests.gallery FOLDER` writes every picture there in all its forms: as SVG and PNG, light and dark, the PNG by
each Graphviz that there is, and a page with all of them.
"""

import contextlib
import html
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nn
from autograd import Value, backward_steps, draw, grad, logsumexp, paths, sigmoid
from autograd.graph import LEVELS
from autograd.pictures import Diagram, rendering
from tests.test_readme import drawn

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "gallery"


def backward(output: Value) -> Value:
    output.backward()
    return output


def neuron() -> Value:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = (w * a + b).named("z")
    cost = ((sigmoid(z).named("a") - 1) ** 2).named("C")
    return backward(cost)


def chain() -> Value:
    a, y = Value(0.5, "a_0"), Value(1.0, "y")
    for i, (w, b) in enumerate([(0.8, 0.1), (-1.2, 0.4), (1.5, -0.2)], start=1):
        z = (Value(w, f"w_{i}") * a + Value(b, f"b_{i}")).named(f"z_{i}")
        a = sigmoid(z).named(f"a_{i}")
    cost = ((a - y) ** 2).named("C")
    return backward(cost)


def network(*sizes: int) -> Value:
    model = nn.MLP(sizes[0], list(sizes[1:]), "tanh", "sigmoid", seed=1)
    inputs = [0.5, -1.0, 0.3, 0.8][: sizes[0]] if sizes[0] <= 4 else [k / sizes[0] for k in range(sizes[0])]
    targets = [1.0, *[0.0] * (sizes[-1] - 1)]
    cost = nn.losses.squared_error(model(inputs), targets).named("C")
    return backward(cost)


def batch() -> Value:
    model = nn.MLP(2, [2, 1], "tanh", "sigmoid", seed=1)
    examples = [([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]
    cost = nn.losses.mean([nn.losses.squared_error(model(x), y) for x, y in examples]).named("C")
    return backward(cost)


def recurrence() -> Value:
    w, u, b, h = Value(0.8, "w_h"), Value(0.5, "w_x"), Value(0.1, "b"), Value(0.0, "h_0")
    for t, x in enumerate([1.0, -0.5, 0.3], start=1):
        h = (w * h + u * Value(x, f"x_{t}") + b).tanh().named(f"h_{t}")
    cost = ((h - Value(1.0, "y")) ** 2).named("C")
    return backward(cost)


def log_of_sum() -> Value:
    y = logsumexp([Value(x, f"x_{i}") for i, x in enumerate([1.0, 2.0, 0.5])]).named("y")
    return backward(y)


def derivative() -> Value:
    w = Value(0.7, "w")
    cost = ((sigmoid(w * 0.5 - 0.3) - 1) ** 2).named("C")
    return grad(cost, [w], create_graph=True)[0]


def rosenbrock() -> Value:
    x, y, z = Value(0.5, "x"), Value(-0.3, "y"), Value(0.8, "z")
    f = (100 * (y - x**2) ** 2 + (1 - x) ** 2 + (100 * (z - y**2) ** 2 + (1 - y) ** 2)).named("f")
    return backward(f)


def two_paths() -> Value:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    e = ((a + b).named("c") * (b + 1).named("d")).named("e")
    return backward(e)


def one_path() -> Diagram:
    e = two_paths()
    _, path = paths(e, "b")
    return draw(e, lit=path, style="everything")


def outputs() -> list[Value]:
    model = nn.MLP(2, [3, 2], "relu", "linear", seed=3)
    found = model([0.5, -1.0])
    assert isinstance(found, list)
    return found


@dataclass(frozen=True)
class Case:
    """A picture of the gallery.

    Attributes:
        title: What it shows.
        drawn: Draws it, with whatever arguments `draw` is given besides.
        at_levels: Whether it is shown at each level, too.
    """

    title: str
    drawn: Callable[..., Diagram]
    at_levels: bool = True
    is_chain: bool = False


def _of(graph: Callable[[], Any], **given: Any) -> Callable[..., Diagram]:
    return lambda **more: draw(graph(), **{**given, **more})


def errors_of(*sizes: int) -> Callable[..., Diagram]:
    return _of(lambda: network(*sizes), style="errors")


CASES = {
    "neuron": Case("One neuron", _of(neuron), is_chain=True),
    "chain": Case("A chain of neurons, 1-1-1-1", _of(chain), is_chain=True),
    "2-2-1": Case("A network, 2-2-1", _of(lambda: network(2, 2, 1))),
    "2-4-3-1": Case("A network, 2-4-3-1", _of(lambda: network(2, 4, 3, 1))),
    "4-6-3": Case("A network for irises, 4-6-3", _of(lambda: network(4, 6, 3))),
    "64-30-10": Case("A network for digits, 64-30-10", _of(lambda: network(64, 30, 10))),
    "batch": Case("A batch of three examples", _of(batch)),
    "recurrence": Case("A recurrence, unrolled over three steps", _of(recurrence), is_chain=True),
    "logsumexp": Case("logsumexp of three numbers", _of(log_of_sum)),
    "derivative": Case("A derivative as a graph of its own", _of(derivative)),
    "rosenbrock": Case("Rosenbrock's function of three variables", _of(rosenbrock)),
    "outputs": Case("Two outputs in one picture", _of(outputs)),
    "one-path": Case("One path lit", lambda **_: one_path(), False),
    "all-paths": Case("All paths from a weight lit", _of(lambda: network(2, 4, 3, 1), lit="w1_20")),
    "step": Case("A step of the backward pass", lambda **_: backward_steps(two_paths()).picture(3), False),
    "derivatives": Case("Local derivatives", _of(neuron, style="everything")),
    "weights": Case("Weights by sign and size", _of(neuron, style="weights")),
    "errors": Case("All four equations: errors in neurons, gradients on arrows", errors_of(2, 2, 2), False),
    "errors-chain": Case("All four equations of a chain", _of(chain, style="errors"), False),
    "errors-2-4-3-1": Case("All four equations of a network, 2-4-3-1", errors_of(2, 4, 3, 1), False),
    "down": Case("From top to bottom", _of(neuron, direction="down"), False),
    "projector": Case("Large type, for a projector", _of(neuron, type_size=14.0), False),
}  # fmt: skip


def pictures() -> Iterator[tuple[str, str, Diagram]]:
    """The name, the title and the picture: of each case as `draw` chooses, and at each level that differs."""
    for name, case in CASES.items():
        chosen = case.drawn()
        yield name, case.title, chosen
        sizes = {len(chosen.nodes)}
        for level in LEVELS if case.at_levels else ():
            picture = case.drawn(level=level)
            if len(picture.nodes) not in sizes and len(picture.nodes) <= 160:
                sizes.add(len(picture.nodes))
                yield f"{name}-{level}", f'{case.title}, level="{level}"', picture


def page() -> str:
    """The page, as Markdown."""
    lines = [
        "# Gallery",
        "",
        "What `draw` makes of some graphs: first as it chooses, then at the other levels that differ. Open a picture",
        "and point at a box or an arrow for more. `python -m tests.gallery` draws this page.",
    ]
    for name, title, picture in pictures():
        level = "" if "level=" in title else "## "
        lines += [
            "",
            f"{level}{title}" if level else f"**{title}**",
            "",
            f"![{picture.description}](gallery/{name}.svg)",
        ]
    return "\n".join(lines) + "\n"


def write() -> None:
    """Draw the page of the repository."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.svg"):
        file.unlink()
    for name, _, picture in pictures():
        print(picture.save(FOLDER / f"{name}.svg").relative_to(DOCS), *(round(side) for side in picture.size))
    (DOCS / "gallery.md").write_text(page(), encoding="utf-8")
    for name, picture in drawn().items():
        print(picture.save(DOCS / name).relative_to(DOCS))


def write_all(folder: Path) -> None:
    """Write every picture in all its forms, and a page with all of them."""
    renderers = {"pygraphviz": rendering.in_process}
    if shutil.which("dot"):
        renderers["dot"] = rendering.by_program
    body = []
    for name, title, picture in pictures():
        body.append(f"<h2>{html.escape(title)}</h2>")
        body.append(f'<p><img src="{picture.save(folder / f"{name}.svg").name}"></p>')
        for theme in ("light", "dark"):
            for by, renderer in renderers.items():
                with _rendered_by(renderer):
                    path = picture.save(folder / f"{name}-{theme}-{by}.png", theme=theme)
                body.append(f'<p>{theme}, by {by}<br><img src="{path.name}" width="{picture.size[0] / 0.75:.0f}"></p>')
        print(name)
    style = "<style>img{max-width:100%;height:auto}body{font-family:sans-serif}</style>"
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{style}{''.join(body)}", encoding="utf-8")


@contextlib.contextmanager
def _rendered_by(renderer: rendering.Renderer) -> Iterator[None]:
    rendering.use_renderer(renderer)
    try:
        yield
    finally:
        rendering.use_renderer(None)


if __name__ == "__main__":
    if sys.argv[1:]:
        write_all(Path(sys.argv[1]))
    else:
        write()
