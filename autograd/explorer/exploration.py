"""`explore(C)`: a page of the graph that C was computed with, to click, drag and step."""

import os
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autograd.engine import Value, require_values
from autograd.explorer.formulas import formulas
from autograd.explorer.javascript import script_of, written
from autograd.explorer.levels import level
from autograd.explorer.lines import Line, Lines, lines_data
from autograd.explorer.naming import numbered, with_names
from autograd.explorer.page import framed, page_of
from autograd.explorer.recording import recording, rows_of, structure
from autograd.files import write_atomically
from autograd.graph import LEVELS, Recorded, chosen, require_in
from autograd.notation import name, plural, shortened, typeset
from autograd.optional import needed
from autograd.pictures import DIRECTIONS, Style, draw, roles_of, room_for, stylesheet, traced_levels
from autograd.table import Op, is_list

if TYPE_CHECKING:
    from autograd.explorer.widget import ExplorerWidget

MOST_BOXES, MOST_ARROWS = 1200, 3000  # of a level; more are folded
_BOTH_WAYS = 100  # boxes: a smaller picture is laid out to the right and downwards, for wide and narrow screens
_NAME = 40  # letters of the name of an example
_MOST_WIDTHS = 400  # arrows: the page draws more as one line, which has one width
PAGE_LEVELS = (*LEVELS[:3], "errors", *LEVELS[3:])
MODES = ("explore", "steps", "exercise")  # what a page can be opened for
HEIGHT = 720  # pixels of a frame in a notebook
_STYLE = Style(gradients=True, steady=room_for([-0.000888]), live=True)
_ERRORS = replace(_STYLE, errors=True)
_STYLES = {each: replace(_STYLE, derivatives=True) for each in ("operations", "sums")}

_Named = tuple[Recorded, dict[Value, str]]


@dataclass(frozen=True)
class Exploration:
    """A page of a graph. A notebook shows it; `save` writes it, and `widget` makes it one that Python talks to.

    Attributes:
        graphs: The graphs of the examples.
        roles: What leaves are whose labels do not say it.
        state: How the page opens: what it says under "Share", or nothing.
        heading: The title of the page; if there is none, it says what the page is of.
        lines: The lines of the program that stands beside the graph, if there is one.
        names: What the examples are called; without names they are told apart by their numbers.
    """

    graphs: tuple[Recorded, ...]
    roles: Mapping[Value, str] = field(repr=False)
    state: str = ""
    heading: str = ""
    lines: Sequence[Line] = field(default=(), repr=False)
    names: Sequence[str] = field(default=(), repr=False)

    @cached_property
    def data(self) -> dict[str, object]:
        """What the page shows, as data: each structure once, with the numbers of its examples."""
        variants = list[list[_Named]]()
        examples = list[tuple[int, int]]()  # of which structure, and which of that
        known = dict[object, int]()
        for named in self._named:
            graph, _ = named
            place = known.setdefault(structure(graph), len(variants))
            if place == len(variants):
                variants.append([])
            examples.append((place, len(variants[place])))
            variants[place].append(named)
        found: dict[str, object] = {"variants": [self._variant(each) for each in variants], "examples": examples}
        if self.names:
            found["names"] = [shortened(each, _NAME) for each in self.names]
        if self.lines:
            found["lines"] = lines_data(self.lines, {node: place for place, node in enumerate(self.graphs[0].order)})
        return found

    @cached_property
    def _named(self) -> list[_Named]:
        """The graphs with names for all that the page speaks of, and what their leaves are."""
        found = list[_Named]()
        for graph in self.graphs:
            roles = self._roles_of(graph)
            named = with_names(graph, roles)
            places = zip(graph.order, named.order, strict=True)
            found.append((named, {other: roles[node] for node, other in places if node in roles}))
        return found

    def _variant(self, named: Sequence[_Named]) -> dict[str, object]:
        graph, roles = named[0]
        places = {node: place for place, node in enumerate(graph.order)}
        style, most = (lambda level: _STYLES.get(level, _STYLE)), (MOST_BOXES, MOST_ARROWS)
        pictures = traced_levels(graph, _gradients(graph), style, *most, roles, numbered(graph.order), _ERRORS)
        return {
            "graph": recording([each for each, _ in named], roles, self._rows),
            "formulas": formulas(graph),
            "levels": [
                level(picture, places, direction)
                for picture in pictures
                if picture.level != "errors"
                or (len(picture.boxes) <= _BOTH_WAYS and len(picture.arrows) <= _MOST_WIDTHS)
                for direction in (DIRECTIONS if len(picture.boxes) <= _BOTH_WAYS else DIRECTIONS[:1])
            ],
            "rows": [list(self._rows).index(row) for row in rows_of(graph)],
        }

    def _roles_of(self, graph: Recorded) -> dict[Value, str]:
        nodes = set(graph.order)
        return roles_of(graph.order, {leaf: role for leaf, role in self.roles.items() if leaf in nodes})

    @cached_property
    def _rows(self) -> dict[Op, str | None]:
        """The rows that the graphs use, and how each is written in JavaScript, which takes a while to find out."""
        return {row: written(row) for row in dict.fromkeys(row for graph in self.graphs for row in rows_of(graph))}

    @property
    def title(self) -> str:
        """The title of the page."""
        return (
            self.heading or f"How {typeset(name(self._named[0][0].output))[:60]} depends on what it was computed from"
        )

    def to_html(self) -> str:
        """The page, a whole HTML file."""
        rows, others = script_of(self._rows.values()), ["lines"] if self.lines else []
        return page_of(
            "explorer", self.title, self.data, rows=rows, styles=[self._styles], state=self.state, others=others
        )

    @property
    def _styles(self) -> str:
        dark = stylesheet("dark").replace(".graph ", ":root[data-theme=dark] .graph ")
        return stylesheet("light") + dark

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the page to a file, which a browser opens from disk, without a network.

        Args:
            path: The file; its suffix is .html.

        Raises:
            ValueError: if the suffix is another one.
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"a page is saved as .html, but the path is {str(path)!r}.")
        return write_atomically(path, self.to_html().encode())

    def widget(self) -> "ExplorerWidget":
        """The page as a widget, which Python talks to: dragging sets `Value.data`, and Python reads what is lit.

        A method, and no argument of `explore`, so that `explore` returns one type; and a page that is only looked at
        needs no widget, which stays alive only as long as Python does.

        Raises:
            ImportError: if anywidget is not there.

        Example:
            >>> w = Value(0.5, "w")
            >>> widget = explore((w * 3.0).named("C")).widget()  # doctest: +SKIP
            >>> widget.set(w, 2.0)  # doctest: +SKIP
            >>> widget.selected = w  # doctest: +SKIP
        """
        with needed("anywidget", 'the widget needs anywidget: pip install "scalar-autograd[widget]"'):
            from autograd.explorer.widget import ExplorerWidget
        now = replace(self, graphs=tuple(Recorded(graph.order) for graph in self.graphs))  # at the numbers of now
        return ExplorerWidget(
            now.graphs, now._movable, page=now.to_html(), title=now.title, height=HEIGHT, state=now.state
        )

    @property
    def _movable(self) -> list[dict[int, float]]:
        """The leaves of each example that the page can move, by their places, and their numbers."""
        found = list[dict[int, float]]()
        for graph in self.graphs:
            roles = self._roles_of(graph)
            found.append(
                {
                    place: node.data
                    for place, node in enumerate(graph.order)
                    if roles.get(node, "constant") != "constant"
                }
            )
        return found

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            graph, roles = self._named[0]
            picture = draw(graph, gradients=_gradients(graph), roles=roles)
            return {"text/html": framed(self.to_html(), picture.to_svg(), HEIGHT, self.title), "text/plain": repr(self)}
        except Exception as error:  # a notebook would show a traceback in place of a page
            return {"text/plain": f"{type(error).__name__}: {error}"}

    def __repr__(self) -> str:
        graph = self.graphs[0]
        examples = f", {plural(len(self.graphs), 'example')}" if len(self.graphs) > 1 else ""
        return f"<Exploration of {name(graph.output)[:60]}: {plural(len(graph.order), 'node')}{examples}>"


def explore(
    output: Value | Sequence[Value] | Mapping[str, Value],
    *,
    lit: Value | str | None = None,
    level: str | None = None,
    mode: str = MODES[0],
    roles: Mapping[Value, str] | None = None,
    state: str = "",
    title: str = "",
    beside: Lines | None = None,
) -> Exploration:
    """Make a page of the graph that a Value was computed with: click, drag and step through the chain rule.

    Click a node, and every path from it to the output lights up, with its factors and their product. Drag a number, and
    all that depends on it follows. Step through the forward and the backward pass, or fill in the gradients yourself.

    Args:
        output: The node whose graph is shown; or the costs of several examples of one network, to switch between, in a
            list, or in a dictionary by their names.
        lit: The node that is selected when the page opens, or its label.
        level: What a box stands for when it opens, as for `draw`: "operations", "sums", "neurons", "layers" or
            "everything"; or "errors", the neurons with a and δ, w and a·δ; by default what can be read where it opens.
        mode: What it opens for: "explore", "steps" or "exercise".
        roles: For leaves whose labels do not say it: "parameter", "input", "target", "variable" or "constant".
        state: How the page opens in every respect: a text from its "Share", in place of `lit`, `level` and `mode`.
        title: The title of the page; by default "How C depends on what it was computed from".
        beside: A program whose lines stand beside the graph, from `program.beside()` of `autograd.compile`: a line
            lights the nodes that it is about, and a node its lines. What is explored is its `output`.

    Returns:
        An Exploration: a notebook shows it, `.save("graph.html")` writes it, one file that needs no network, and
        `.widget()` is the page in a running notebook that sets the numbers here, too.

    Raises:
        TypeError: if something other than Values is given.
        ValueError: if nothing is given, `lit` is not in the graph, a level, a mode or a role is unknown, or the lines
            are about another graph.

    Example:
        >>> w, a, b = Value(0.7, "w"), Value(0.5, "a"), Value(-0.3, "b")
        >>> explore((w * a + b).sigmoid().named("C"))
        <Exploration of C: 6 nodes>
    """
    given_output: Any = output
    names: tuple[str, ...] = ()
    if isinstance(given_output, Mapping):
        names, given_output = tuple(map(str, given_output)), list(given_output.values())
    outputs = list(given_output) if is_list(given_output) else [given_output]
    if not outputs:
        raise ValueError("there is nothing to explore: the list of outputs is empty.")
    require_values("explore", *outputs)
    if not isinstance(state, str):
        raise TypeError(f"state is a text that a page gives under Share, but got {state!r:.60}.")
    if not isinstance(title, str):
        raise TypeError(f"title is a text, but got {title!r:.60}.")
    graphs = tuple(Recorded.of(each) for each in outputs)
    given = {} if roles is None else roles
    roles_of([node for graph in graphs for node in graph.order], given)  # which raises what there is to raise
    lines = () if beside is None else beside.lines
    nodes = {node for line in lines for node in line.nodes}
    if nodes and (len(graphs) > 1 or not nodes <= {*graphs[0].order}):
        raise ValueError("the lines are about another graph: explore the cost that they were found in, beside.output.")
    return Exploration(graphs, given, state or _state(graphs[0], lit, level, mode), title, lines, names)


def _state(graph: Recorded, lit: Value | str | None, level: str | None, mode: str) -> str:
    """The state of a page, as `browser/state.js` reads it."""
    parts = []
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r:.60}; choose one of {', '.join(MODES)}.")
    if mode != MODES[0]:
        parts.append(f"mode={mode}")
    if level is not None:
        if level not in PAGE_LEVELS:
            raise ValueError(f"unknown level {level!r:.60}; choose one of {', '.join(PAGE_LEVELS)}.")
        parts.append(f"level={level}")
    if lit is not None:
        node = chosen("lit", lit, graph.order)
        require_in("lit", node, graph.order)
        parts.append(f"lit={graph.order.index(node)}")
    return "&".join(parts)


def _gradients(graph: Recorded) -> dict[Value, float]:
    try:
        return graph.adjoints({graph.output: 1.0})
    except (ValueError, ArithmeticError):  # the page says which derivative does not exist
        return {}
