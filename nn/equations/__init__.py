"""The four equations of backpropagation, with the numbers of a network and of one example."""

from nn.equations.four import FourEquations, four_equations
from nn.equations.layer import LayerEquations, Names

__all__ = ["FourEquations", "LayerEquations", "Names", "four_equations"]
