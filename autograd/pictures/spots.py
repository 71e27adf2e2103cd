"""A picture in layers, before its boxes have places: spots for boxes and for the lanes of long arrows, and links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autograd.pictures.layers import Arrow, feedback_arrows, layers

LANE = 9.0  # points: how wide a lane is
ONLY = 50.0  # the pull of a link that is the only one of both its ends, against 1
STRAIGHT = 1e9  # the weight of what must be straight, against 1


@dataclass(frozen=True)
class Item:
    """A box to lay out.

    Attributes:
        length: Its size along the arrows.
        before: How far it reaches across the arrows on the side of smaller numbers, from where its arrows leave.
        after: How far it reaches on the other side.
        ports: Where each of its arrows arrives, across the arrows, counted from where its own arrows leave.
        in_order: Whether its arrows arrive in the order of `ports`, or in whichever order crosses least.
        movable: Whether its ports may all be shifted, so that the main path arrives where it leaves.
        column: Boxes with the same one stand in one layer.
        place: The place among those of its column.
    """

    length: float
    before: float
    after: float
    ports: tuple[float, ...] = ()
    in_order: bool = True
    movable: bool = False
    column: str = ""
    place: tuple[str, int] = ("", 0)


@dataclass(eq=False)
class Spot:
    """What takes up room in a layer: a box, or the lane of a long arrow."""

    layer: int
    before: float
    after: float
    box: str = ""
    is_lane: bool = False
    column: str = ""
    place: tuple[str, int] = ("", 0)
    rank: int = 0  # its place in the order of its layer
    across: float = 0.0
    weight: float = 1.0
    sources: "list[Link]" = field(default_factory=list)
    targets: "list[Link]" = field(default_factory=list)


@dataclass(eq=False)
class Link:
    """A piece of an arrow, from one layer to the next."""

    source: Spot
    target: Spot
    arrow: int
    port: float  # where it arrives, counted from its target's place
    is_main: bool
    pull: float


class Spots:
    """The spots of a picture, layer by layer.

    Args:
        items: The boxes.
        arrows: The arrows.
        main: The boxes of a path that runs straight.
    """

    def __init__(self, items: Mapping[str, Item], arrows: Sequence[Arrow], main: Sequence[str]) -> None:
        self.feedback = feedback_arrows(items, arrows)
        # An arrow that points back is laid out the other way round, and takes no port.
        arrows = [
            (target, source, -1) if number in self.feedback else (source, target, port)
            for number, (source, target, port) in enumerate(arrows)
        ]
        self.items = items
        self.ports = [port for _, _, port in arrows]
        layer_of = layers({key: item.column for key, item in items.items()}, arrows)
        self.of = {
            key: Spot(layer_of[key], item.before, item.after, key, column=item.column, place=item.place)
            for key, item in items.items()
        }
        self.layers: list[list[Spot]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
        for key, spot in self.of.items():
            self.layers[spot.layer].append(spot)
            if key in main:
                spot.weight = STRAIGHT
        self.chains: list[list[Link]] = []
        steps = set(pairwise(main))
        for number, (source, target, port) in enumerate(arrows):
            is_main = (source, target) in steps
            steps.discard((source, target))  # of x * x, one arrow is straight
            self.chains.append(self._chain(number, self.of[source], self.of[target], port, is_main))
        for link in (link for chain in self.chains for link in chain):
            if len(link.source.targets) == 1 == len(link.target.sources):
                link.pull = max(link.pull, ONLY)  # a stands level with its z

    def _chain(self, number: int, source: Spot, target: Spot, port: int, is_main: bool) -> list[Link]:
        lanes = [Spot(layer, LANE / 2, LANE / 2, is_lane=True) for layer in range(source.layer + 1, target.layer)]
        for lane in lanes:
            self.layers[lane.layer].append(lane)
            lane.weight = STRAIGHT if is_main else 1.0
        stops = [source, *lanes, target]
        offset = self.items[target.box].ports[port] if port >= 0 else 0.0
        chain = []
        for here, there in pairwise(stops):
            # Long arrows are straight before short ones: Gansner, Koutsofios, North & Vo 1993, section 4.
            pull = (1.0, 2.0, 8.0)[here.is_lane + there.is_lane]
            link = Link(here, there, number, offset if there is target else 0.0, is_main, pull)
            here.targets.append(link)
            there.sources.append(link)
            chain.append(link)
        return chain


def renumber(layer: Iterable[Spot]) -> None:
    """Give the spots of a layer their ranks."""
    for rank, spot in enumerate(layer):
        spot.rank = rank
