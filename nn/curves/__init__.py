"""Formulas fitted to data, by least squares."""

from nn.curves.curve_fitting import least_squares
from nn.curves.regression import Regression

__all__ = ["Regression", "least_squares"]
