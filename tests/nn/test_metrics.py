from typing import Any

import pytest

import nn
from autograd import Value


def test_classes_with_one_output_and_several() -> None:
    def score(x: float) -> Value:
        return Value(x)

    assert nn.confusion_matrix(score, [-2.0, 0.2, 3.0], [-1, -1, 1]) == [[1, 1], [0, 1]]
    assert nn.confusion_matrix(score, [0.2, 0.7, 0.9], [0, 0, 1]) == [[1, 1], [0, 1]]
    assert nn.accuracy(score, [-0.2, 0.2], [0, 1], threshold=0.0) == 1.0
    assert nn.accuracy(score, [0.7, 0.9], [[1], [1]]) == 1.0
    assert nn.evaluate(score, [-0.2, 0.2], [0, 1], "binary_cross_entropy_with_logits")[1] == 1.0
    assert nn.evaluate(score, [1.0, 4.0, 9.0], [1, 4, 9])[1] is None
    assert nn.accuracy(lambda x: [Value(v) for v in x], [[3.0, -1.0], [0.1, 0.2]], [[1, -1], [-1, 1]]) == 1.0
    three = nn.confusion_matrix(lambda x: [Value(v) for v in x], [[1, 2, 0], [0, 1, 2]], [[0, 1, 0], [1, 0, 0]])
    assert three == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]
    assert nn.evaluate(score, [0.5, 2.0], [0.25, 1.5])[1] is None
    with pytest.raises(ValueError, match="not classes: with 1 output"):
        nn.accuracy(score, [0.5], [0.25])
    with pytest.raises(ValueError, match="empty"):
        nn.accuracy(score, [], [])


@pytest.mark.parametrize(
    ("n_outputs", "targets", "message"),
    [
        (1, [1, 2, 0], "not classes: with 1 output, each must be 0 or 1, or each -1 or 1, but target 1 is 2"),
        (1, [1, 0, -1], "but target 2 is -1"),
        (
            2,
            [1, 0, 2],
            "with 2 outputs, each must be from 0 to 1, or each a one-hot list, but target 2 is 2",
        ),
        (2, [[1, 0], [0, 1], [1, 1]], r"but target 2 is \[1, 1\]"),
        (2, [1, [0, 1], 0], r"but target 1 is \[0, 1\]"),
    ],
)
def test_the_target_that_is_no_class_is_named(n_outputs: int, targets: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.accuracy(lambda _: [Value(0.5)] * n_outputs, [[0.0]] * 3, targets)
