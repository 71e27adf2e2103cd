"""Is a derivative right, and what does it cost?"""

from autograd.checks.comparisons import Comparison, GradientReport
from autograd.checks.gradients import check_grads
from autograd.checks.modes import Mode, ModeComparison, compare_modes
from autograd.checks.operations import OpReport, check_op
from autograd.checks.oracles import Expectation
from autograd.checks.step_size import StepSizeSweep, step_size_sweep

__all__ = [
    "Comparison",
    "Expectation",
    "GradientReport",
    "Mode",
    "ModeComparison",
    "OpReport",
    "StepSizeSweep",
    "check_grads",
    "check_op",
    "compare_modes",
    "step_size_sweep",
]
