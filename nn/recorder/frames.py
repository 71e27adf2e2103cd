"""The frames of a recorded run: as many as may be, spread evenly over its epochs."""

from array import array
from dataclasses import dataclass

from nn.training import Epoch


@dataclass(frozen=True, eq=False)
class Frame:
    """The state of a network after an epoch.

    Attributes:
        number: The number of the epoch; 0 before the first.
        epoch: What was measured in it; `None` before the first.
        parameters: Of each layer the weights, neuron by neuron, then the biases.
    """

    number: int
    epoch: Epoch | None
    parameters: "array[float]"


class Frames(list[Frame]):
    """Frames in the order of their epochs. When there are too many, every second one goes, and does so from then on.

    The first one stays, and so does the last, whether its turn has come or not.

    Args:
        most: How many there may be besides the first.

    Attributes:
        every: Of how many epochs one is kept.

    Example:
        >>> frames = Frames(most=4)
        >>> for number in range(10):
        ...     frames.add(Frame(number, None, array("d")))
        >>> [frame.number for frame in frames], frames.every
        ([0, 4, 8, 9], 4)
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.every = most, 1

    def add(self, frame: Frame) -> None:
        """Add the frame of the newest epoch."""
        if self and not self._has_its_turn(self[-1]):
            self.pop()
        self.append(frame)
        while len(self) > self.most + 1:
            self.every *= 2
            self[:] = [each for each in self if each is frame or self._has_its_turn(each)]

    def back_to(self, number: int) -> None:
        """Forget all frames after an epoch, as when a run is resumed before its end, or starts again."""
        self[:] = [frame for frame in self if frame.number <= number]
        if not self:
            self.every = 1

    def _has_its_turn(self, frame: Frame) -> bool:
        return (frame.number - self[0].number) % self.every == 0
