"""What a box or an arrow says when somebody points at it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd.engine import Value
from autograd.graph import Recorded
from autograd.notation import (
    GREEK,
    Names,
    computed,
    minus,
    name,
    read_label,
    shortened,
    show_number,
    shown_names,
    to_text,
)

_LEAVES = 20  # whose gradients are checked
_SHORT = 16  # letters of a formula that stands in a box


@dataclass(frozen=True)
class Titles:
    """What there is to say of the nodes of a graph.

    Attributes:
        graph: The graph.
        gradients: The gradients to show, if not those that the nodes hold.
    """

    graph: Recorded
    gradients: Mapping[Value, float] | None = None

    @cached_property
    def names(self) -> Names:
        """What the nodes with labels are called."""
        return shown_names(self.graph.order)

    def gradient(self, node: Value) -> float | None:
        """∂output/∂node; `None` if there is none, or it has not been computed."""
        if node.is_constant:
            return None
        if self.gradients is not None:
            return self.gradients.get(node)
        return node.grad if node.has_grad else None

    @cached_property
    def are_of_output(self) -> bool:
        """Whether the gradients are those of the output, by one backward pass; or there are none yet.

        A leaf sums over passes, so what is shown of some leaves is compared with what one pass would have left there.
        """
        output = self.graph.output
        if self.gradient(output) != 1.0:
            return all(self.gradient(node) is None for node in self.graph.order)
        if self.gradients is not None:
            return True
        leaves = [node for node in self.graph.order if not node.parents and self.gradient(node) is not None][:_LEAVES]
        expected = dict.fromkeys(leaves, 0.0)
        try:
            for node in self.graph.order:
                if not expected.keys().isdisjoint(node.parents):
                    for parent, slope in zip(node.parents, self.graph.slopes(node), strict=True):
                        if parent in expected and slope is not None:
                            expected[parent] += slope * (self.gradient(node) or 0.0)
        except (ValueError, ArithmeticError):  # of numbers that were assigned since; the picture says so
            return True
        shown = ((self.gradient(leaf) or 0.0, number) for leaf, number in expected.items())
        return all(math.isclose(*pair, rel_tol=1e-6, abs_tol=1e-300) for pair in shown)  # in whatever order of terms

    def letter(self, outputs: Sequence[Value]) -> str:
        """What the gradients are derivatives of, if that is one node with a letter: C for C_0, too."""
        symbol = read_label(outputs[0].label)
        if len(outputs) > 1 or symbol is None or (len(symbol.letter) > 1 and symbol.letter not in GREEK):
            return ""
        return GREEK.get(symbol.letter, symbol.letter) if self.are_of_output else ""

    def of(self, node: Value) -> str:
        """How a node was computed, its number, and its gradient."""
        parts = [self._name(node)] if node.label or not node.parents else []
        parts += [shortened(to_text(computed(node, names=self.names)), 120)] if node.parents else []
        parts += [show_number(node.data)] if node.parents or node.label else []
        return "\n".join([" = ".join(parts), *self._of_gradient(node)])

    def formula(self, node: Value) -> str:
        """How a node was computed, as a textbook writes it, if that is short."""
        text = re.sub(r"\*\*([23])(?![.\w])", lambda power: "²³"[int(power[1]) - 2], to_text(computed(node)))
        is_short = len(text) <= _SHORT and "…" not in text and "**" not in text
        return minus(text).replace("*", "·") if is_short else ""

    def of_weight(self, weight: Value) -> str:
        """The name of a weight, its number, and its gradient."""
        name = f"{self._name(weight)} = " if weight.label else "× "
        return "\n".join([f"{name}{show_number(weight.data)}", *self._of_gradient(weight)])

    def _name(self, node: Value) -> str:
        return shortened(name(node, self.names), 60)

    def _of_gradient(self, node: Value) -> list[str]:
        gradient = self.gradient(node)
        if gradient is None:
            return []
        if not self.are_of_output:
            return [f"grad {show_number(gradient)}"]
        output, below = shortened(self.names.get(self.graph.output, "output"), 60), self._name(node)
        return [f"∂{output}/∂{below if node.label else f'({below})'} = {show_number(gradient)}"]
