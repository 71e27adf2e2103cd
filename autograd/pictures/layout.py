"""Where the boxes of a picture stand, and how its arrows run: positions as data, by layers as in a network.

An arrow leads from one layer to the next. One that is longer passes the layers between in lanes of their own, so that
no arrow runs through a box, whatever the graph. The steps are those of Sugiyama, Tagawa & Toda 1981, "Methods for
visual understanding of hierarchical system structures":

1. each box gets a layer, as late as the arrows allow, so that what is needed late stands near to where it is needed;
2. each layer gets an order, in which few arrows cross;
3. each box gets a place across the arrows: near the middle of those it is joined to, the main path straight;
4. each layer gets a place along the arrows.

Everything is said along the arrows and across them, so that one layout serves pictures to the right and downwards.
Nothing depends on fonts, programs or the machine: the same graph is laid out the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd.pictures.crossings import order_layers
from autograd.pictures.layers import Arrow
from autograd.pictures.spots import Item, Spots
from autograd.pictures.straightening import place_across

Point = tuple[float, float]  # along the arrows, and across them

_SHORTEST, _LONGEST, _SLANT = 18.0, 90.0, 0.42  # of an arrow's gap, and how much of it an arrow takes that slants
_STUB = 9.0  # how far an arrow to a box that begins after its layer runs straight, at least


@dataclass(frozen=True)
class Placed:
    """A layout.

    Attributes:
        boxes: For each box where it begins along the arrows, and where its arrows leave across them.
        arrows: For each arrow the corners of its way, from box to box.
        ends: How far the layers reach along the arrows: where each begins and ends.
    """

    boxes: Mapping[str, Point]
    arrows: Sequence[Sequence[Point]]
    ends: Sequence[Point]


def lay_out(items: Mapping[str, Item], arrows: Sequence[Arrow], main: Sequence[str] = ()) -> Placed:
    """Lay out a graph. Where its arrows make a circle, as between collapsed boxes they may, some point back.

    Args:
        items: The boxes.
        arrows: The arrows.
        main: The boxes of a path that runs straight.

    Example:
        >>> box = Item(40.0, 10.0, 10.0, ports=(0.0,))
        >>> placed = lay_out({"x": box, "y": box}, [("x", "y", 0)], main=["x", "y"])
        >>> placed.boxes
        {'x': (0.0, 0.0), 'y': (58.0, 0.0)}
    """
    spots = Spots(items, arrows, main)
    order_layers(spots)
    place_across(spots)
    return _along(spots)


def _along(spots: Spots) -> Placed:
    """The places along the arrows too, and the ways of the arrows."""
    lengths = [
        max((spots.items[spot.box].length for spot in layer if not spot.is_lane), default=0.0) for layer in spots.layers
    ]
    ends: list[Point] = []
    along = 0.0
    for number, length in enumerate(lengths):
        if number:
            slants = [
                abs(link.target.across + link.port - link.source.across)
                for spot in spots.layers[number]
                for link in spot.sources
            ]
            along += min(_LONGEST, max(_SHORTEST, _SLANT * max(slants, default=0.0)))
        ends.append((along, along + length))
        along += length
    boxes = {key: (ends[spot.layer][1] - spots.items[key].length, spot.across) for key, spot in spots.of.items()}
    ways = []
    for chain in spots.chains:
        first, last = chain[0].source, chain[-1].target
        way = [(boxes[first.box][0] + spots.items[first.box].length, first.across)]
        for link in chain[:-1]:
            start, end = ends[link.target.layer]
            if len(way) > 1 and abs(way[-1][1] - link.target.across) < 0.05:
                way.pop()  # a corner that is none
            else:
                way.append((start, link.target.across))
            way.append((end, link.target.across))
        arrival = last.across + chain[-1].port
        if boxes[last.box][0] > ends[last.layer][0] + 0.5:
            way.append((min(ends[last.layer][0], boxes[last.box][0] - _STUB), arrival))
        way.append((boxes[last.box][0], arrival))
        ways.append(way[::-1] if chain[0].arrow in spots.feedback else way)
    return Placed(boxes, ways, ends)
