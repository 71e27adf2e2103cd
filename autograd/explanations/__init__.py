"""Why is this gradient what it is? The chain rule written out, step by step, nudged, pulled, and checked."""

from autograd.explanations.chains import Explanation, explain
from autograd.explanations.curves import plot_derivatives
from autograd.explanations.factors import Chain, Factor
from autograd.explanations.formula import evaluate, variables
from autograd.explanations.formula_check import FormulaCheck, check_formula
from autograd.explanations.formula_tokens import FormulaError
from autograd.explanations.gradient import Gradient, GradientEntry
from autograd.explanations.ledger import Part, Pull, Pulls, pulls
from autograd.explanations.nudged import NudgeStep
from autograd.explanations.nudges import Nudge, nudge
from autograd.explanations.steps import BackwardSteps, backward_steps

__all__ = [
    "BackwardSteps",
    "Chain",
    "Explanation",
    "Factor",
    "FormulaCheck",
    "FormulaError",
    "Gradient",
    "GradientEntry",
    "Nudge",
    "NudgeStep",
    "Part",
    "Pull",
    "Pulls",
    "backward_steps",
    "check_formula",
    "evaluate",
    "explain",
    "nudge",
    "plot_derivatives",
    "pulls",
    "variables",
]
