"""The pictures of a graph at each level, as far as somebody can read them."""

import pytest

from autograd.graph import Recorded
from autograd.pictures import Style, Traced, traced_levels
from tests.gallery import network


def levels_of(most: int, most_arrows: int) -> list[Traced]:
    return list(traced_levels(Recorded.of(network(2, 4, 3, 1)), {}, lambda _: Style(), most, most_arrows))


def test_a_level_has_fewer_boxes_than_a_finer_one() -> None:
    found = levels_of(1000, 1000)
    assert [each.level for each in found] == ["operations", "sums", "neurons", "layers"]
    sizes = [len(each.boxes) for each in found]
    assert sizes == sorted(set(sizes), reverse=True)


@pytest.mark.parametrize("finest", [1, 2, 3])
def test_a_level_with_too_many_boxes_or_arrows_is_left_out(finest: int) -> None:
    found = levels_of(1000, 1000)
    coarser = [each.level for each in found[finest:]]
    assert [each.level for each in levels_of(len(found[finest].boxes), 1000)] == coarser
    assert [each.level for each in levels_of(1000, len(found[finest].arrows))] == coarser


def test_where_no_level_is_small_enough_a_part_is_drawn() -> None:
    (only,) = levels_of(1000, 1)
    assert only.level == "sums"
    (only,) = levels_of(2, 1000)
    assert len(only.boxes) == 2
    assert "left out" in only.diagram.note
