"""The places of boxes across the arrows of a picture: near what they are joined to, and the main path level."""

import math
from collections.abc import Sequence
from itertools import pairwise

from autograd.pictures.spots import LANE, ONLY, Spot, Spots

_APART = 10.0  # points: between boxes of a layer
_SWEEPS, _FEW, _MANY = 12, 5, 3_000  # sweeps, and fewer of them where there are many spots


def place_across(spots: Spots) -> None:
    """Place each layer as near as it can be to the middle of what it is joined to.

    Args:
        spots: The spots in their order, which get their places.
    """
    for layer in spots.layers:
        across = 0.0
        for spot, other in pairwise(layer):
            other.across = across = across + _distance(spot, other)
        middle = next((spot.across for spot in layer if spot.weight > 1), across / 2)
        for spot in layer:
            spot.across -= middle
    n_sweeps = _SWEEPS if sum(map(len, spots.layers)) < _MANY else _FEW
    for sweep in range(n_sweeps):
        is_last = sweep >= n_sweeps - 4  # then both sides count
        for layer in spots.layers if sweep % 2 else reversed(spots.layers):
            _settle(layer, both=is_last, to_the_left=not sweep % 2)
    for layer in reversed(spots.layers):
        _level(layer, to_the_left=True)
    for layer in spots.layers:
        _level(layer, to_the_left=False)


def _settle(layer: list[Spot], both: bool, to_the_left: bool) -> None:
    wanted, weights = [], []
    for spot in layer:
        pulls = []
        if both or not to_the_left or not spot.targets:
            pulls += [(link.source.across - link.port, link.pull) for link in spot.sources]
        if both or to_the_left or not spot.sources:
            pulls += [(link.target.across + link.port, link.pull) for link in spot.targets]
        weight = math.fsum(pull for _, pull in pulls)
        if spot.weight > 1:
            wanted.append(0.0)
            weights.append(spot.weight)
        elif weight:
            wanted.append(math.fsum(place * pull for place, pull in pulls) / weight)
            weights.append(weight)
        else:
            wanted.append(spot.across)
            weights.append(1.0)
    _place(layer, wanted, weights)


def _level(layer: list[Spot], *, to_the_left: bool) -> None:
    """Put what has one source, of which it is the one target, level with it; or the source level with its target."""
    wanted, weights = [], []
    for spot in layer:
        links = spot.targets if to_the_left else spot.sources
        link = (
            links[0] if len(links) == 1 and len(links[0].source.targets) == len(links[0].target.sources) == 1 else None
        )
        if spot.weight > 1 or link is None:
            wanted.append(spot.across)
            weights.append(spot.weight)
        else:
            wanted.append(link.target.across + link.port if to_the_left else link.source.across - link.port)
            weights.append(ONLY)
    _place(layer, wanted, weights)


def _distance(spot: Spot, other: Spot) -> float:
    """How far two neighbors are apart at least."""
    between = 0.0 if spot.is_lane and other.is_lane else LANE / 2 if spot.is_lane or other.is_lane else _APART
    return spot.after + between + other.before


def _place(layer: Sequence[Spot], wanted: Sequence[float], weights: Sequence[float]) -> None:
    """Place a layer as near as possible to where each wants to be, without overlaps."""
    offsets = [0.0]
    for spot, other in pairwise(layer):
        offsets.append(offsets[-1] + _distance(spot, other))
    free = isotonic([place - offset for place, offset in zip(wanted, offsets, strict=True)], weights)
    for spot, place, offset in zip(layer, free, offsets, strict=True):
        spot.across = place + offset


def isotonic(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The non-decreasing numbers nearest to the wanted ones, in weighted least squares: pool adjacent violators.

    Args:
        wanted: The numbers.
        weights: How much each counts.

    Example:
        >>> isotonic([1.0, 3.0, 2.0], [1.0, 1.0, 1.0])
        [1.0, 2.5, 2.5]

    Reference: Barlow, Bartholomew, Bremner & Brunk 1972, "Statistical inference under order restrictions".
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for number, weight in zip(wanted, weights, strict=True):
        mean, total, count = number, weight, 1
        while pools and pools[-1][0] > mean:
            other, more, members = pools.pop()
            mean = (mean * total + other * more) / (total + more)
            total, count = total + more, count + members
        pools.append((mean, total, count))
    return [mean for mean, _, count in pools for _ in range(count)]
