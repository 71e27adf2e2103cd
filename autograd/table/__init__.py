"""What an operation is, and the table of them all. Modules here import only each other and the standard library."""

from autograd.table.domains import (
    ABOVE_MINUS_ONE,
    AT_LEAST_ONE,
    BASE,
    BETWEEN_STEPS,
    DIVISOR,
    FINITE,
    NONNEGATIVE,
    NONZERO,
    OPEN_UNIT,
    OTHER_REAL,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
)
from autograd.table.errors import reworded
from autograd.table.flowing import Flowing, failure, flows, number_of, product
from autograd.table.mathematics import Namespace, Rows, floats, rows
from autograd.table.node import Node
from autograd.table.operands import as_float, as_label, as_list, as_operand, is_list, whole
from autograd.table.operation import ATOM, CONSTANT, POWER, PREFIX, PRODUCT, SUM, Formula, Op, Point
from autograd.table.registry import TABLE, Table

__all__ = [
    "ABOVE_MINUS_ONE",
    "ATOM",
    "AT_LEAST_ONE",
    "BASE",
    "BETWEEN_STEPS",
    "CONSTANT",
    "DIVISOR",
    "FINITE",
    "NONNEGATIVE",
    "NONZERO",
    "OPEN_UNIT",
    "OTHER_REAL",
    "POSITIVE",
    "POWER",
    "PREFIX",
    "PRODUCT",
    "REAL",
    "SUM",
    "TABLE",
    "UNIT",
    "Domain",
    "Flowing",
    "Formula",
    "Namespace",
    "Node",
    "Op",
    "Point",
    "Rows",
    "Table",
    "as_float",
    "as_label",
    "as_list",
    "as_operand",
    "failure",
    "floats",
    "flows",
    "is_list",
    "number_of",
    "product",
    "reworded",
    "rows",
    "whole",
]
