"""The order of the boxes in each layer of a picture, in which few arrows cross."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from autograd.pictures.spots import Link, Spot, Spots, renumber

_SWEEPS = 12
_PATIENCE = 4  # sweeps without a better order
_EXCHANGES = 4  # of the neighbors in a layer, after each sweep
_INSIDE = 2.0  # points: between an arrow and the corner of its box


_Ends = tuple[list[float], list[float]]  # where arrows come from, and where they lead, in order


def order_layers(spots: Spots) -> None:
    """Order each layer by barycenters, from both sides in turn, and then choose where the arrows of a box arrive.

    Args:
        spots: The spots, which get their ranks.

    Reference: Sugiyama, Tagawa & Toda 1981, "Methods for visual understanding of hierarchical system structures".
    """
    _Order(spots).run()


class _Order:
    def __init__(self, spots: Spots) -> None:
        self.spots = spots

    def run(self) -> None:
        """Order each layer."""
        best: list[list[Spot]] = []
        fewest = math.inf
        for from_the_last in (False, True):
            self._first_order(from_the_last)
            patience = _PATIENCE
            for sweep in range(_SWEEPS):
                crossings = self._crossings()
                patience -= 1
                if crossings < fewest:
                    best, fewest, patience = [list(layer) for layer in self.spots.layers], crossings, _PATIENCE
                if not fewest or not patience:
                    break
                to_the_left = sweep % 2 == 0
                for layer in reversed(self.spots.layers[:-1]) if to_the_left else self.spots.layers[1:]:
                    self._sort(layer, to_the_left, turns_ties=sweep % 4 > 1)
                self._exchange()
        for layer, order in zip(self.spots.layers, best, strict=True):
            layer[:] = order
            renumber(layer)
        self._part_arrivals()
        self._choose_ports()

    def _first_order(self, from_the_last: bool) -> None:
        """Upwards from the last boxes, operand by operand, so that a tree has no crossings.

        Args:
            from_the_last: Whether to begin with the last operand where their order does not matter.
        """
        seen: set[Spot] = set()
        order: list[Spot] = []
        roots = [spot for spot in self.spots.of.values() if not spot.targets]
        todo = list(reversed(roots))
        while todo:
            spot = todo.pop()
            if spot in seen:
                continue
            seen.add(spot)
            order.append(spot)
            links = sorted(spot.sources, key=lambda link: (link.port, link.arrow))
            is_free = not spot.is_lane and not self.spots.items[spot.box].in_order
            todo += [link.source for link in (links if is_free and from_the_last else reversed(links))]
        for layer in self.spots.layers:
            layer.clear()
        for spot in order:
            self.spots.layers[spot.layer].append(spot)
        for layer in self.spots.layers:
            layer[:] = _with_columns_in_order(layer)
            renumber(layer)

    def _sort(self, layer: list[Spot], to_the_left: bool, turns_ties: bool) -> None:
        """Sort a layer by where its arrows lead; ties sometimes turn round, for their old order may be a bad one."""

        def center(spot: Spot) -> float:
            places = [*(map(self._end, spot.targets) if to_the_left else map(self._start, spot.sources))]
            return math.fsum(places) / len(places) if places else float(spot.rank)

        centers = {spot: center(spot) for spot in layer}
        layer.sort(key=lambda spot: (centers[spot], -spot.rank if turns_ties else spot.rank))
        layer[:] = _with_columns_in_order(layer)
        renumber(layer)

    def _fraction(self, link: Link) -> float:
        """Where an arrow arrives at its target, from 0 to 1 exclusive: arrows in order should not cross before it."""
        if link.target.is_lane or not self.spots.items[link.target.box].in_order:
            return 0.0
        return 0.9 * self.spots.ports[link.arrow] / len(self.spots.items[link.target.box].ports)

    def _exchange(self) -> None:
        """Exchange neighbors in a layer as long as that takes away crossings."""
        for layer in self.spots.layers:
            ends = {spot: self._ends(spot) for spot in layer}  # which do not change while this layer does
            for _ in range(_EXCHANGES):
                improved = False
                for left, right in pairwise(range(len(layer))):
                    one, other = layer[left], layer[right]
                    if one.column and one.column == other.column and one.place != other.place:
                        continue
                    if _crossed(ends[one], ends[other]) > _crossed(ends[other], ends[one]):
                        layer[left], layer[right] = other, one
                        one.rank, other.rank = right, left
                        improved = True
                if not improved:
                    break

    def _start(self, link: Link) -> float:
        return float(link.source.rank)

    def _end(self, link: Link) -> float:
        return link.target.rank + self._fraction(link)

    def _crossings(self) -> int:
        """How many pairs of arrows cross."""
        found = 0
        for layer in self.spots.layers[1:]:
            links = sorted((self._start(link), self._end(link)) for spot in layer for link in spot.sources)
            found += _inversions([end for _, end in links])
        return found

    def _part_arrivals(self) -> None:
        """Let two lanes that would cross below their heads, as q and p of q - p may, cross a layer before."""
        for layer in self.spots.layers:
            for left, right in pairwise(range(len(layer))):
                one, other = layer[left], layer[right]
                if not (one.is_lane and other.is_lane and one.targets[0].target is other.targets[0].target):
                    continue
                here, there = self._ends(one), self._ends(other)
                if here[1] > there[1] and _crossed(here, there) >= _crossed(there, here):
                    layer[left], layer[right] = other, one
                    one.rank, other.rank = right, left

    def _ends(self, spot: Spot) -> _Ends:
        return sorted(map(self._start, spot.sources)), sorted(map(self._end, spot.targets))

    def _choose_ports(self) -> None:
        """Where the order of operands does not matter, arrows arrive in the order of where they come from."""
        for key, spot in self.spots.of.items():
            item = self.spots.items[key]
            if not item.in_order and len(spot.sources) > 1:
                forward = [link for link in spot.sources if link.arrow not in self.spots.feedback]
                for place, link in enumerate(sorted(forward, key=lambda link: (link.source.rank, link.arrow))):
                    self.spots.ports[link.arrow], link.port = place, item.ports[place]
            if item.movable and (main := next((link.port for link in spot.sources if link.is_main), 0.0)):
                # As far as all arrows still lead to the box.
                least = max(item.ports) - item.after + _INSIDE
                most = min(item.ports) + item.before - _INSIDE
                shift = max(least, min(main, most)) if least <= most else 0.0
                for link in spot.sources:
                    link.port -= shift if link.arrow not in self.spots.feedback else 0.0


def _crossed(one: _Ends, other: _Ends) -> int:
    """How many arrows of two neighbors cross if the first stands before the other."""
    return sum(bisect_left(there, place) for here, there in zip(one, other, strict=True) for place in here)


def _with_columns_in_order(layer: list[Spot]) -> list[Spot]:
    """The layer with the boxes of each column in their order, in the places that they take up together."""
    columns = defaultdict[str, list[Spot]](list)
    for spot in layer:
        if spot.column:
            columns[spot.column].append(spot)
    following = {
        column: iter(sorted(spots, key=lambda spot: spot.place))
        for column, spots in columns.items()
        if len({spot.place for spot in spots}) == len(spots)  # not the same neuron for several examples
    }
    return [next(following[spot.column]) if spot.column in following else spot for spot in layer]


def _inversions(numbers: Sequence[float]) -> int:
    """How many pairs stand in the wrong order."""
    found = 0
    seen: list[float] = []
    for number in numbers:
        place = bisect_right(seen, number)
        found += len(seen) - place
        seen.insert(place, number)
    return found
