"""What do learners believe? A quiz whose wrong answers are known confusions, and worksheets with keys."""

from autograd.teaching.command import COMMANDS
from autograd.teaching.quiz import Marked, quiz
from autograd.teaching.worksheet import Worksheet, worksheet

__all__ = ["COMMANDS", "Marked", "Worksheet", "quiz", "worksheet"]
