"""A page of a graph, as its reader meets it: boxes to click, numbers to drag, and what is then written there."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd import Value, explore
from autograd.graph import Recorded
from autograd.notation import minus, show_number
from tests.browser.conftest import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# What is written in an element; a formula is written as whoever does not see it hears it.
READ = """(root) => {
  const read = (node) =>
    node.nodeType === Node.TEXT_NODE ? node.data
    : node.hidden ? ""
    : node.localName === "math" ? node.getAttribute("aria-label")
    : [...node.childNodes].map(read).join("");
  return read(root);
}"""


def written(number: float) -> str:
    """A number as the panel writes it."""
    return minus(show_number(number, 4))


def factor(number: float) -> str:
    """A number as the panel writes it between two dots."""
    return f"({written(number)})" if number < 0 else written(number)


class Explored:
    """The page of a graph, open in a browser.

    Attributes:
        graph: What Python recorded.
        page: The page.
    """

    def __init__(
        self,
        opened: Callable[..., "Page"],
        output: Value | Sequence[Value] | Mapping[str, Value],
        *,
        at: str = "",
        state: str = "",
        **options: Any,
    ) -> None:
        """Open it.

        Args:
            opened: The fixture.
            output: What is explored.
            at: What stands in its address after #.
            state: How Python says that it opens.
            options: Those of `opened`.
        """
        several = list(output.values()) if isinstance(output, Mapping) else output
        self.graph = Recorded.of(several if isinstance(several, Value) else several[0])
        self.page = opened(explore(output, state=state).to_html(), state=at, **options)
        until(self.page, "Boolean(window.explorerApp)")

    @classmethod
    def same(cls, other: "Explored", output: Value) -> "Explored":
        """The same page, for when it shows another example."""
        explored = cls.__new__(cls)
        explored.page, explored.graph = other.page, Recorded.of(output)
        return explored

    def number(self, node: Value | str) -> int:
        """The number that a node has in the page."""
        return self.graph.order.index(self.value(node))

    def value(self, node: Value | str) -> Value:
        """The node with this label."""
        if isinstance(node, Value):
            return node
        (found,) = (each for each in self.graph.order if each.label == node)
        return found

    def box_number(self, node: Value | str) -> str:
        """The number, as the document has it, of the box that a node is in."""
        return str(self.do("app.picture.boxOf[given]", self.number(node)))

    def box(self, node: Value | str) -> "Locator":
        """The box that a node is in."""
        return self.page.locator(f'[data-box="{self.box_number(node)}"]')

    def place(self, node: Value | str) -> tuple[float, float]:
        """Where on the screen the number of a node stands, as far as it has a place of its own; else its box."""
        own = self.page.locator(f'[data-leaf="{self.number(node)}"]')
        area = (own if own.count() else self.box(node)).first.bounding_box()
        assert area is not None
        return area["x"] + area["width"] / 2, area["y"] + area["height"] * (0.5 if own.count() else 0.12)

    def click(self, node: Value | str) -> None:
        """Click it, with the mouse."""
        self.page.mouse.click(*self.place(node))

    def drag(self, node: Value | str, *by: float) -> None:
        """Drag it sideways with the mouse, so many pixels, then so many, and let it go."""
        x, y = self.place(node)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in by:
            x += step
            self.page.mouse.move(x, y, steps=4)
        self.page.mouse.up()

    def press(self, *names: str) -> None:
        """Press buttons."""
        for name in names:
            self.page.get_by_role("button", name=name, exact=True).click()

    def find(self, name: str) -> None:
        """Look for a node by its name."""
        field = self.page.get_by_label("find a node by its name")
        field.fill(name)
        field.press("Enter")

    def type(self, text: str) -> None:
        """Type a number for the selected leaf."""
        self.field.fill(text)
        self.field.press("Enter")

    def rows(self, where: str) -> list[list[str]]:
        """What is written in the cells of a table's rows."""
        texts: list[list[str]] = self.page.locator(where).evaluate(
            f"(body) => [...body.rows].map((row) => [...row.cells].map({READ}))"
        )
        return texts

    def do(self, script: str, argument: Any = None) -> Any:
        """What an expression of JavaScript gives, in which `app` is the page's own object."""
        return self.page.evaluate(f"(given) => {{ const app = explorerApp; return {script}; }}", argument)

    def read(self, where: str) -> str:
        """What is written in a part of the page, which is there once."""
        text: str = self.page.locator(where).evaluate(READ)
        return " ".join(text.split())

    def lines(self, where: str) -> list[str]:
        """What is written in each of some parts of the page."""
        texts = self.page.locator(where).evaluate_all(f"(all) => all.map({READ})")
        return [" ".join(text.split()) for text in texts]

    def shown(self, node: Value | str) -> str:
        """What stands in the box of a node."""
        return self.read(f'[data-box="{self.box_number(node)}"]')

    @property
    def field(self) -> "Locator":
        """Where the number of the selected leaf is typed."""
        return self.page.locator(".number-line input[type=text]")

    @property
    def part(self) -> list[float]:
        """What part of the picture is shown: its left, top, width and height."""
        return [float(number) for number in (self.page.locator(".graph-stage").get_attribute("viewBox") or "").split()]

    @property
    def said(self) -> str:
        """What a screen reader has just been told."""
        return self.read(".live")

    @property
    def state(self) -> str:
        """What stands in the address."""
        state: str = self.page.evaluate("location.hash.slice(1)")
        return state

    def at(self, changed: Mapping[Value, float]) -> Recorded:
        """The graph at other numbers of some leaves."""
        return self.graph.at(self.graph.recompute(changed))

    def is_as(self, graph: Recorded) -> None:
        """The page has the numbers of a graph, in its arithmetic and in the picture."""
        adjoints = graph.adjoints({graph.output: 1.0})
        values, gradients, shown = self.do(
            """[[...app.model.values], [...app.model.adjoints],
                app.picture.data.boxes.map((box, place) => [box[4], app.picture.boxes[place].textContent])]"""
        )
        for place, node in enumerate(graph.order):
            assert is_near(values[place], graph.number(node)), (node, values[place])
            if not node.is_constant:
                assert is_near(gradients[place], adjoints.get(node, 0.0)), (node, gradients[place])
        for place, text in shown:
            if place >= 0:
                assert minus(show_number(graph.number(graph.order[place]), 3)) in text, (graph.order[place], text)


def is_near(one: float, other: float) -> bool:
    """Whether two numbers are the same, but for the last digits."""
    return one == other or abs(one - other) <= 1e-11 * max(abs(one), abs(other), 1e-9)
