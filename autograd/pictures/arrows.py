"""The arrows of a picture, from the edges of a graph between its boxes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograd.engine import Value
from autograd.graph import Edge, Group
from autograd.notation import plural
from autograd.pictures.boxes import Drawing
from autograd.pictures.diagram import Diagram
from autograd.pictures.levels import Box
from autograd.pictures.main_path import main_path
from autograd.pictures.parts import DiagramEdge, DiagramNode, Style

_LAST = ("\U0010ffff", 0)  # in a column


class Arrows:
    """The arrows between the boxes of a drawing.

    Args:
        drawing: The boxes.
        slopes: Whether arrows have local derivatives.
        missing: What they have in place of one that does not exist at these numbers.
    """

    def __init__(self, drawing: Drawing, slopes: bool, missing: float | None = None) -> None:
        self.drawing, self.slopes, self.missing = drawing, slopes, missing
        self.of = drawing.boxes.of
        self.bundles: list[list[Edge]] = []  # the edges that each arrow stands for, as far as they are drawn
        self.biases: list[Value] = []  # the weights of the arrows after those, if biases have arrows
        self.weights: dict[Edge, Value | None] = {}  # of each edge into a sum
        self.sum_of: dict[Edge, Value] = {}
        self.terms: set[Edge] = set()  # the edges into sums that are boxes
        for each in drawing.boxes.sums.values():
            self.weights |= zip(each.terms, each.weights, strict=True)
            self.sum_of |= dict.fromkeys(each.terms, each.node)
            if self.of[each.node] is each.node and not drawing.takes_in(each.node):
                self.terms.update(each.terms)
        # A weight that is lit is no box. Then the arrow is lit that it stands on.
        self.lit = set(drawing.lit) | {
            (product, place)
            for (product, place), weight in self.weights.items()
            if weight is not None and (product, 1 - place) in drawing.lit
        }

    def diagram(self, style: Style, note: str, outputs: Sequence[Value]) -> Diagram:
        """The picture of the boxes and their arrows.

        Args:
            style: What it shows.
            note: The text below it.
            outputs: What it is of.
        """
        edges, omitted = self.all()
        boxes = dict(zip(self.drawing.members, self.drawing.nodes(), strict=True))
        ones = list[DiagramNode]()
        if style.errors:
            ones = self._ones(boxes, edges)
        nodes = (*ones, *boxes.values(), *omitted)
        letter = self.drawing.titles.letter(outputs)
        return Diagram(nodes, tuple(edges), note, style, letter, main_path(nodes, edges))

    def all(self) -> tuple[list[DiagramEdge], list[DiagramNode]]:
        """The arrows, and a box wherever what comes before or after a box is left out."""
        shown, ids = self.drawing.shown, self.drawing.ids
        bundles = defaultdict[object, list[Edge]](list)
        cut: dict[tuple[Box, bool], None] = {}
        for node, place in self._edges():
            source, target = self.of[node.parents[place]], self.of[node]
            if source in shown and target in shown:
                bundles[self._bundle(node, place, source, target)].append((node, place))
            elif source in shown:
                cut[source, False] = None
            elif target in shown:
                cut[target, True] = None
        self.bundles = list(bundles.values())
        edges = [self._arrow(bundle) for bundle in self.bundles]
        omitted = []
        for number, (box, is_before) in enumerate(cut):
            ends = (f"omitted{number}", ids[box])
            omitted.append(DiagramNode(ends[0], "omitted", title="left out"))
            edges.append(DiagramEdge(*(ends if is_before else reversed(ends))))
        return edges, omitted

    def _ones(self, boxes: dict[Box, DiagramNode], edges: list[DiagramEdge]) -> list[DiagramNode]:
        """Make arrows of the biases, from neurons that are 1 and stand below those that a layer is computed from."""
        columns = {node.id: node.column for node in boxes.values()}
        sources = {edge.target: columns.get(edge.source, "") for edge in edges if edge.weight is not None}
        ones = dict[tuple[str, str], DiagramNode]()
        for box, node in boxes.items():
            added = self.drawing.numbers(box)[2] if node.biases else ()
            for bias in added:
                key = (sources.get(node.id, ""), node.column or node.id)
                text = "1: a neuron whose weights are the biases"
                one = DiagramNode(f"one{len(ones)}", "one", data=1.0, column=key[0], place=_LAST, title=text)
                one = ones.setdefault(key, one)
                grad, title = self.drawing.titles.gradient(bias), self.drawing.titles.of_weight(bias)
                edges.append(DiagramEdge(one.id, node.id, None, bias.data, grad, is_bias=True, title=title))
                self.biases.append(bias)
            boxes[box] = replace(node, biases=())
        return [*ones.values()]

    def _edges(self) -> Iterator[Edge]:
        """The edges between boxes; those of a sum in the order of its terms."""
        hidden, sums = self.drawing.boxes.hidden, self.drawing.boxes.sums
        inner = {member for each in sums.values() for member in (each.node, *each.members)}
        for node in self.drawing.graph.order:
            edges = [(node, place) for place in range(len(node.parents))] if node not in inner else ()
            for upper, place in sums[node].terms if node in sums else edges:
                parent = upper.parents[place]
                if parent not in hidden and self.of[parent] != self.of[upper]:
                    yield upper, place

    def _bundle(self, node: Value, place: int, source: Box, target: Box) -> object:
        """What edges have in common that are one arrow: their boxes, where a box stands for several operations."""
        is_own = target is node and not self.drawing.takes_in(node)
        is_single = not isinstance(source, Group) and (is_own or (node, place) in self.terms)
        return (node, place) if is_single else (source, target)

    def _arrow(self, bundle: list[Edge]) -> DiagramEdge:
        """One arrow for some edges between the same two boxes; it has a derivative if theirs are the same."""
        node, place = bundle[0]
        target, weight = self.of[node], self.weight(bundle)
        slopes = {self._slope(edge) for edge in bundle} if self.slopes else set()
        count = plural(len(bundle), "edge") if len(bundle) > 1 else ""
        return DiagramEdge(
            self.drawing.ids[self.of[node.parents[place]]],
            self.drawing.ids[target],
            slopes.pop() if len(slopes) == 1 else None,
            None if weight is None else weight.data,
            None if weight is None else self.drawing.titles.gradient(weight),
            not self.lit.isdisjoint(bundle),
            len(bundle),
            ordered=target is node and len(node.parents) == 2 and node.op is not None and not node.op.commutative,
            title="\n".join(filter(None, [count, "" if weight is None else self.drawing.titles.of_weight(weight)])),
        )

    def weight(self, bundle: list[Edge]) -> Value | None:
        """What multiplies all that comes along an arrow; `None` if there is not just one such weight."""
        weights = {self.weights.get(edge) for edge in bundle}
        is_one = len(weights) == 1 and len({self.sum_of.get(edge) for edge in bundle}) == len(bundle)  # not w·x + w·x
        return weights.pop() if is_one else None

    def _slope(self, edge: Edge) -> float | None:
        """The derivative along an edge, of what the box at its end shows."""
        node, place = edge
        parent, target = node.parents[place], self.of[node]
        graph = self.drawing.graph
        if parent.is_constant:
            return None
        try:
            if edge in self.terms or (target is node and not self.drawing.takes_in(node)):
                return graph.slopes(node)[place]
            results = self.drawing.results[target]
            if len(results) != 1:
                return None
            return graph.part(self.drawing.members[target]).tangents({parent: 1.0}).get(results[0])
        except (ValueError, ArithmeticError):  # the picture shows what there is
            return self.missing
