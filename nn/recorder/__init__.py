"""A training run as a page, to scrub through its epochs."""

from nn.recorder.recorder import Comparison, Recorder

__all__ = ["Comparison", "Recorder"]
