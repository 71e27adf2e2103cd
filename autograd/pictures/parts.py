"""A picture as data, which tests can read and a writer can draw: boxes, arrows, and what a style shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from autograd.pictures.lettering import SMALLEST, Run, number, width_of

DIGITS = 3  # of a number in a picture


@dataclass(frozen=True)
class DiagramNode:
    """A box of the picture.

    Attributes:
        id: The id that edges refer to, also in the SVG.
        kind: What it is, a key of `KINDS`, which says how it looks.
        symbol: The sign of the operation; empty for a leaf, and for a box that stands for several operations.
        label: The name; empty if there is none.
        data: The number; `None` if there is not just one.
        grad: ∂output/∂node; `None` before a backward pass, and where there is none.
        lit: Whether a highlighted path leads through it.
        text: Other text, such as what a collapsed layer consists of.
        inner: The name and the number of the weighted input z that a neuron takes in; `None` if it takes in none.
        delta: ∂output/∂z, the error δ of a neuron; `None` if it is not known.
        biases: What a sum adds to its products: names, numbers and gradients.
        column: Boxes with the same one stand in one column: the activations of a layer, say. Empty for none.
        place: The place in that column.
        title: What it says when pointed at.
    """

    id: str
    kind: str
    symbol: str = ""
    label: str = ""
    data: float | None = None
    grad: float | None = None
    lit: bool = False
    text: str = ""
    inner: tuple[str, float] | None = None
    delta: float | None = None
    biases: tuple[tuple[str, float, float | None], ...] = ()
    column: str = ""
    place: tuple[str, int] = ("", 0)
    title: str = ""

    @property
    def is_neuron(self) -> bool:
        """Whether it has a weighted input, which it takes in or is itself."""
        return self.inner is not None or self.delta is not None


@dataclass(frozen=True)
class DiagramEdge:
    """An arrow from a parent to the node that was computed from it; `x * x` has two.

    Attributes:
        source: The id of the parent.
        target: The id of the node.
        derivative: ∂target/∂source; `None` where there is none, as for a constant, and where the style has none.
        weight: The number that multiplies what comes along it, in a weighted sum; `None` if there is not just one.
        weight_grad: ∂output/∂weight.
        lit: Whether a highlighted path leads along it.
        count: How many edges of the graph it stands for, to or from a collapsed neuron or layer.
        is_bias: Whether its weight is a bias: it comes from a neuron that is 1.
        ordered: Whether it matters which operand the parent is, as in x - y: operands arrive in their order.
        title: What it says when pointed at.
    """

    source: str
    target: str
    derivative: float | None = None
    weight: float | None = None
    weight_grad: float | None = None
    lit: bool = False
    count: int = 1
    is_bias: bool = False
    ordered: bool = False
    title: str = ""


@dataclass(frozen=True)
class Style:
    """What a picture shows besides operations, labels and numbers.

    Attributes:
        gradients: Whether each box has the gradient ∂output/∂node.
        derivatives: Whether each arrow has the local derivative ∂target/∂source.
        signs: Whether parameters are colored by sign and size, larger gradients give thicker borders, and weights have
            their numbers and gradients however many there are.
        steady: The width, in points, that boxes keep free for their gradients, so that all steps look the same.
        live: Whether they keep it free for every number, since a page changes them; neurons then have their δ, too.
        errors: Whether a neuron is two halves, its activation a and its error δ, each as full as it is large, and
            biases are the weights of a neuron that is 1. Each arrow has its weight and the gradient of that, and is as
            thick as the gradient is large.
        direction: Where the arrows point: "right" or "down"; empty for whichever fits.
        digits: How many digits of a number are shown.
        type_size: The size of the smallest type, in points; everything grows with it.
    """

    gradients: bool = False
    derivatives: bool = False
    signs: bool = False
    steady: float = 0
    live: bool = False
    errors: bool = False
    direction: str = ""
    digits: int = DIGITS
    type_size: float = SMALLEST


def room_for(gradients: Iterable[float]) -> float:
    """The width, in points, into which each of some gradients fits, and the dash in its place.

    Example:
        >>> room_for([0.5, -2.0]) < room_for([0.12345])
        True
    """
    return max(
        width_of((Run(text),), SMALLEST) for text in ("–", *(number(gradient, DIGITS) for gradient in gradients))
    )


DIRECTIONS = ("right", "down")
STYLES = {
    "values": Style(),
    "gradients": Style(gradients=True),
    "derivatives": Style(derivatives=True),
    "everything": Style(gradients=True, derivatives=True),
    "weights": Style(gradients=True, signs=True),
    "errors": Style(gradients=True, errors=True, digits=2),
    "steps": Style(gradients=True, derivatives=True, steady=room_for([-8.88e-108])),
}


@dataclass(frozen=True)
class Parts:
    """All parts of a picture.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows, those to a box in the order of its operands.
        note: The text below the picture: what it leaves out, or what is lit.
        style: What it shows.
        of: The letter of what the gradients are derivatives of: C in ∂C; empty if it has none.
        main: The ids of the boxes on the path that runs straight through the picture.
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    note: str = ""
    style: Style = STYLES["gradients"]
    of: str = ""
    main: tuple[str, ...] = ()
