from random import Random

import pytest

from nn.orders import shuffled


@pytest.mark.parametrize("size", [*range(40), 63, 64, 65, 127, 128, 1000, 1797, 4096])
def test_the_order_is_that_of_pythons_shuffle(size: int) -> None:
    positions = [3 * place for place in range(size)]
    expected = list(positions)
    Random(f"epoch {size} of seed 0").shuffle(expected)
    assert shuffled(positions, f"epoch {size} of seed 0") == expected
    assert positions == [3 * place for place in range(size)]
