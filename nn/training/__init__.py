"""Training: `fit`, the loop over epochs, who computes them, and what is kept of a run."""

from nn.training.checkpoint import FORMAT, Run, settings_of
from nn.training.digests import text_digest
from nn.training.fitting import fit, optimizer_of, parameters_of
from nn.training.history import Epoch, History, show_loss
from nn.training.loop import Plan, train
from nn.training.progress import CellOutput, in_notebook
from nn.training.task import Task, reason
from nn.training.watching import Watcher, watched

__all__ = [
    "FORMAT",
    "CellOutput",
    "Epoch",
    "History",
    "Plan",
    "Run",
    "Task",
    "Watcher",
    "fit",
    "in_notebook",
    "optimizer_of",
    "parameters_of",
    "reason",
    "settings_of",
    "show_loss",
    "text_digest",
    "train",
    "watched",
]
