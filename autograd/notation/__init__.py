"""How labels, numbers, nodes and formulas are written: as text, in LaTeX, in tables."""

from autograd.notation.documentation import documentation
from autograd.notation.expressions import Expression, arguments_first, as_expression, simplified
from autograd.notation.labels import (
    DIGITS,
    GREEK,
    ROLES,
    SMALL,
    WEIGHTS,
    Label,
    derivative_label,
    ordinal,
    read_derivative,
    read_label,
    typeset,
)
from autograd.notation.latex import latex_name, latex_number, mathtext, plain, to_latex
from autograd.notation.nodes import describe, expression, failed, name
from autograd.notation.symbols import (
    MOST_OPERATIONS,
    Names,
    computed,
    derivative,
    has_constant_slope,
    shown_names,
    written,
)
from autograd.notation.tables import Report, Table
from autograd.notation.text import to_text
from autograd.notation.words import (
    alike,
    excerpt,
    minus,
    plural,
    relative_error,
    shortened,
    show_change,
    show_count,
    show_error,
    show_number,
    signed,
)
from autograd.table import printable

__all__ = [
    "DIGITS",
    "GREEK",
    "MOST_OPERATIONS",
    "ROLES",
    "SMALL",
    "WEIGHTS",
    "Expression",
    "Label",
    "Names",
    "Report",
    "Table",
    "alike",
    "arguments_first",
    "as_expression",
    "computed",
    "derivative",
    "derivative_label",
    "describe",
    "documentation",
    "excerpt",
    "expression",
    "failed",
    "has_constant_slope",
    "latex_name",
    "latex_number",
    "mathtext",
    "minus",
    "name",
    "ordinal",
    "plain",
    "plural",
    "printable",
    "read_derivative",
    "read_label",
    "relative_error",
    "shortened",
    "show_change",
    "show_count",
    "show_error",
    "show_number",
    "shown_names",
    "signed",
    "simplified",
    "to_latex",
    "to_text",
    "typeset",
    "written",
]
