"""The page of `explore`: the work in a frame while a number is dragged, how soon it opens, and how large it is.

The goals: 16 ms of work at 100 nodes, and 25 ms at 1,000, in 95 of 100 frames; 20,000 nodes open within 1 s, in 1 MB;
the neuron of README takes 60 kB, a network 2-4-3-1 takes 100 kB, and a notebook with both grows by 250 kB.

Work is what Chromium's trace says that the page's main thread has computed, by the clock of the thread, which stands
still while other programs run: input, recomputation, style, layout and paint. It needs playwright and chromium.
"""

import json
import math
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nn
from autograd import Value, explore, sigmoid, sin, tanh, topological_order
from autograd.notation import plural
from tests.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ElementHandle, Page

_MOVES = 200
_OPENINGS = 5
_CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
# When the page has been drawn for the first time with its numbers, in milliseconds since the navigation.
_WATCH = """
window.drawnAt = new Promise((resolve) => {
  const look = () => {
    if (!window.explorerApp) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  };
  look();
});
"""
_LEAF = "explorerApp.model.graph.leaves.find((leaf) => explorerApp.model.graph.isMovable(leaf))"
_WEIGHT = "explorerApp.model.graph.leaves.find((leaf) => explorerApp.model.graph.roles.get(leaf) === 'parameter')"
_COME_CLOSE = """(place) => {
  const { zoom, picture } = explorerApp;
  const [x, y, width, height] = picture.data.boxes[place];
  zoom.by(1 / zoom.pixels, { x: x + width / 2, y: y + height / 2 });
}"""
_ACTIONS = {
    "light a weight": f"explorerApp.select({_WEIGHT})",
    "write its paths, with their exact count": f"explorerApp.inspector.chain.show({_WEIGHT})",
    "go to the last step": "explorerApp.setMode('steps'); explorerApp.stepper.go(explorerApp.stepper.steps.length)",
}


def neuron() -> Value:
    """The neuron of README."""
    w, x, b = Value(0.7, "w"), Value(0.5, "x"), Value(-0.3, "b")
    z = (w * x + b).named("z")
    cost: Value = ((sigmoid(z) - 1) ** 2).named("C")
    return cost


def network() -> Value:
    """A network 2-4-3-1, with its cost."""
    model = nn.MLP(2, [4, 3, 1], "tanh", "sigmoid", seed=1)
    cost: Value = nn.losses.squared_error(model([0.5, -1.0]), [1.0]).named("C")
    return cost


def irregular(size: int) -> Value:
    """Sums, products, tanh and sin of earlier nodes, at random, some with labels; all lead to the output."""
    pick = random.Random(1)
    nodes = [Value(pick.uniform(-1.0, 1.0), f"x_{k}") for k in range(10)]
    unused = dict.fromkeys(nodes)
    while len(nodes) + len(unused) - 1 < size:
        one, other = pick.choices(nodes[-60:], k=2)
        parents, node = pick.choice(
            [((one, other), one + other), ((one, other), one * other), ((one,), tanh(one)), ((one,), sin(one))]
        )
        if pick.random() < 0.15:
            node.label = f"h_{len(nodes)}"
        nodes.append(node)
        unused = {each: None for each in unused if all(each is not parent for parent in parents)} | {node: None}
    first, *others = unused
    output: Value = sum(others, start=first).named("C")
    return output


def digits(n_examples: int) -> list[Value]:
    """The costs of some examples of a network 64-30-10 with cross-entropy, each of another digit."""
    model = nn.MLP(64, [30, 10], seed=1)
    pick = random.Random(1)
    examples = [([pick.random() for _ in range(64)], digit) for digit in range(n_examples)]
    costs: list[Value] = [nn.losses.cross_entropy(model(inputs), digit).named("C") for inputs, digit in examples]
    return costs


def digits_in_one(n_examples: int) -> Value:
    """The mean of such costs, in one graph."""
    cost: Value = nn.losses.mean(digits(n_examples)).named("C")
    return cost


DRAGGED: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "network 2-4-3-1": network,
    "irregular, 524": lambda: irregular(524),
    "irregular, 1,000": lambda: irregular(1000),
}
OPENED: dict[str, Callable[[], Value | list[Value]]] = {
    "neuron": neuron,
    "network 2-4-3-1": network,
    "irregular, 1,000": lambda: irregular(1000),
    "64-30-10, 1 example": lambda: digits_in_one(1),
    "4 examples in a graph": lambda: digits_in_one(4),
    "3 examples, 3 graphs": lambda: digits(3),
}


class Trace:
    """What the main thread of a page did.

    Attributes:
        moves: When the moves of the pointer arrived, in microseconds.
        tasks: When each task began, and how many milliseconds the thread worked at it.
    """

    def __init__(self, recorded: bytes) -> None:
        events = json.loads(recorded)["traceEvents"]
        threads = defaultdict[object, list[dict[str, Any]]](list)
        for event in events:
            if event["name"] == "RunTask" and event["ph"] == "X":
                threads[event["pid"], event["tid"]].append(event)
        mains = [(event["pid"], event["tid"]) for event in events if event.get("args") == {"name": "CrRendererMain"}]
        main = max(mains, key=lambda thread: sum(event.get("tdur", 0) for event in threads[thread]))
        self.tasks = [(event["ts"], event.get("tdur", 0) / 1000) for event in threads[main]]
        self.moves = [
            event["ts"]
            for event in events
            if event["name"] == "EventDispatch" and event["args"]["data"]["type"] == "pointermove"
        ]

    @property
    def work(self) -> float:
        """All work, in milliseconds."""
        return math.fsum(work for _, work in self.tasks)

    def frames(self) -> list[float]:
        """The work from each move, which Chromium hands on once a frame, to the next."""
        starts = sorted(self.moves)
        found = [0.0] * len(starts)
        for begin, work in self.tasks:
            place = sum(start <= begin + 1000 * work for start in starts) - 1
            if place >= 0:
                found[place] += work
        return found[1:-1]


def traced(browser: "Browser", page: "Page", act: Callable[[], object]) -> Trace:
    """The trace of something."""
    browser.start_tracing(page=page, categories=_CATEGORIES)
    act()
    return Trace(browser.stop_tracing())


def opened(browser: "Browser", path: Path) -> "Page":
    """A page, opened in a window of its own and drawn."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.add_init_script(_WATCH)
    page.goto(path.as_uri())
    page.evaluate("drawnAt")
    return page


def drag(page: "Page", handle: "ElementHandle") -> None:
    """Drag something to the right and to the left, in many moves."""
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(_MOVES):
        page.mouse.move(x + 5 + (step if step % 100 < 50 else 50 - step) % 50, y)
    page.mouse.up()


def frames_of(browser: "Browser", path: Path, how: str) -> list[float]:
    """The work in each frame while a leaf is dragged.

    Args:
        browser: The browser.
        path: The page.
        how: "whole", in the picture of all nodes; "close", with that so near that it can be read; "line", on its
            number line.
    """
    page = opened(browser, path)
    leaf = page.evaluate(_WEIGHT if how == "line" else _LEAF)
    if how != "line":
        page.evaluate("explorerApp.setLevel('operations')")
    page.evaluate("(leaf) => explorerApp.select(leaf)", leaf)
    if how == "whole":
        page.evaluate("explorerApp.fit()")
    place = page.evaluate("(leaf) => explorerApp.picture.boxOf[leaf]", leaf)
    if how == "close":
        page.evaluate(_COME_CLOSE, place)
    handle = page.query_selector(".number-line input[type=range]" if how == "line" else f"[data-box='{place}'] rect")
    assert handle is not None
    before = page.evaluate("(leaf) => explorerApp.model.value(leaf)", leaf)
    frames = traced(browser, page, lambda: drag(page, handle)).frames()
    assert page.evaluate("(leaf) => explorerApp.model.value(leaf)", leaf) != before, "nothing was dragged"
    page.close()
    return frames


def report_frames(browser: "Browser", folder: Path) -> None:
    """Print the work in a frame."""
    print(f"\nDragging a number, {_MOVES} moves: the work of a frame, milliseconds")
    print(f"{'graph':24}{'nodes':>8}{'median':>9}{'95 %':>9}{'worst':>9}")
    graphs = {name: (graph(), "whole") for name, graph in DRAGGED.items()}
    graphs["1,000, seen from near"] = irregular(1000), "close"
    graphs["4 examples, on its line"] = digits_in_one(4), "line"
    for name, (output, how) in graphs.items():
        frames = frames_of(browser, explore(output).save(folder / "dragged.html"), how)
        high = statistics.quantiles(frames, n=20)[-1]
        n_nodes = len(topological_order(output))
        print(f"{name:24}{n_nodes:8,}{statistics.median(frames):9.1f}{high:9.1f}{max(frames):9.1f}")


def report_openings(browser: "Browser", folder: Path) -> None:
    """Print how soon pages open, and how large they are."""
    print(f"\nOpening: from the navigation to the first picture with numbers; medians of {_OPENINGS}")
    print(f"{'graph':24}{'nodes':>8}{'bytes':>10}{'seconds':>9}{'work, ms':>10}")
    for name, graph in OPENED.items():
        outputs = graph()
        path = explore(outputs).save(folder / "opened.html")
        n_nodes = sum(len(topological_order(each)) for each in (outputs if isinstance(outputs, list) else [outputs]))
        moments, works = [], []
        for _ in range(_OPENINGS):
            page = opened(browser, path)
            moments.append(page.evaluate("drawnAt") / 1000)
            works.append(traced(browser, page, lambda page=page: _again(page)).work)  # type: ignore[misc]
            page.close()
        seconds, work = statistics.median(moments), statistics.median(works)
        print(f"{name:24}{n_nodes:8,}{path.stat().st_size:10,}{seconds:9.2f}{work:10.0f}")


def _again(page: "Page") -> None:
    page.reload()
    page.evaluate("drawnAt")


def report_actions(browser: "Browser", folder: Path) -> None:
    """Print what it takes to light, to count and to step."""
    output = digits_in_one(4)
    path = explore(output).save(folder / "large.html")
    print(f"\nAt {len(topological_order(output)):,} nodes: work, milliseconds")
    for name, action in _ACTIONS.items():
        page = opened(browser, path)
        script = f"() => {{ {action}; return new Promise((done) => requestAnimationFrame(() => setTimeout(done))); }}"
        work = traced(browser, page, lambda page=page, script=script: page.evaluate(script)).work  # type: ignore[misc]
        print(f"{name:40}{work:8.1f}")
        page.close()


def report_notebook() -> None:
    """Print by how much a notebook grows."""
    cells = {"neuron": neuron(), "network 2-4-3-1": network()}
    sizes = {name: len(json.dumps(explore(output)._repr_mimebundle_())) for name, output in cells.items()}
    print(
        f"\nA notebook with {' and '.join(sizes)} grows by {' + '.join(f'{size:,}' for size in sizes.values())} bytes"
    )


def report_python() -> None:
    """Print how long Python computes, by the clock of the process, which stands still while other programs run."""
    print("\nexplore(C).to_html(), seconds of work; medians of 5")
    for n_examples in (1, 3, 4):
        output = digits_in_one(n_examples)
        times = []
        for _ in range(5):
            start = time.process_time()
            explore(output).to_html()
            times.append(time.process_time() - start)
        n_nodes = len(topological_order(output))
        print(f"64-30-10, {plural(n_examples, 'example'):14}{n_nodes:8,}{statistics.median(times):9.2f}")


def main() -> None:
    """Measure and report."""
    print("The page of explore(C)")
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        report_frames(browser, Path(folder))
        report_openings(browser, Path(folder))
        report_actions(browser, Path(folder))
    report_notebook()
    report_python()


if __name__ == "__main__":
    main()
