"""Labeled examples: the digits of scikit-learn, CSV files, how they are split and scaled."""

from nn.data.data_set import DataSet, Scaling, scaling, split
from nn.data.sources import load_csv, load_digits, read_csv

__all__ = ["DataSet", "Scaling", "load_csv", "load_digits", "read_csv", "scaling", "split"]
