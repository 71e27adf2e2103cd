"""C from the rows of the table: pieces of C flow through a row, and a C function comes out.

An operation is still one row. When the package is built, `header` writes C functions for all rows that can be written
in C; when the engine runs, `digest` tells whether a row is still the one that was built. A row that cannot be written
in C, or has changed since, goes through the table.

C must do what Python does. Where Python raises an error, the C function returns something that is not finite, and the
engine then asks the table. So every quotient, and every result of a function, is checked as it is computed.
"""

import importlib.util
import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from autograd.engine.built import source
from autograd.table import LIBRARY, TABLE, Body, CannotBeWrittenError, Condition, Number, Op, mathematics_of

# What a formula raises that no number flows through but those of Python.
_CANNOT = (CannotBeWrittenError, AttributeError, TypeError, ValueError, ArithmeticError, RecursionError)

# The slope of a square is a first power, which is x itself: no other power is as frequent, nor this one as quick.
_POWER = "static inline double power(double x, double y) { return y == 1.0 ? x : pow(x, y); }"


class CFunction(Body):
    """The statements of a C function."""

    type = "double"
    names = {"abs": "fabs", "round": "rint", "pow": "power"}  # noqa: RUF012 - it is never changed

    def __init__(self) -> None:
        self.lines: list[str] = []

    def name(self) -> str:
        """A name that no statement has yet."""
        return f"t{len(self.lines)}"

    def add(self, text: str, operation: str) -> Number:
        """Add the statement that computes something, and return the variable with the result."""
        name = self.name()
        test = "" if operation in ("+", "-", "*", "?", "abs") else f" if (!isfinite({name})) return NAN;"
        self.lines.append(f"const double {name} = {text};{test}")
        return Number(self, name)

    def branches(self, condition: Condition, yes: Callable[[], Any], no: Callable[[], Any]) -> Number:
        """Write a block for each outcome; only one of them runs."""
        name = self.name()
        self.lines += [f"{self.type} {name};", f"if {condition.text} {{"]
        self.lines += [f"{name} = {self.written(yes())};", "} else {"]
        self.lines += [f"{name} = {self.written(no())};", "}"]
        return Number(self, name)

    def plain(self, number: float) -> str:
        """A plain number, in hexadecimal."""
        if not math.isfinite(number):
            raise CannotBeWrittenError(f"{number!r} is not a finite number")
        return f"({number.hex()})"


class CRecording(CFunction):
    """The statements of a C function that records what Values record as they flow through a formula.

    What flows is a node or a plain number. Conditions compare the numbers.
    """

    type = "Flowing"

    def add(self, text: str, operation: str) -> Number:  # noqa: ARG002 - the engine checks what it records
        """Add the statement that records something, and return the variable with the result."""
        name = self.name()
        self.lines.append(f"const Flowing {name} = {text};")
        return Number(self, name)

    def plain(self, number: float) -> str:
        """A plain number, in hexadecimal."""
        return f"NUMBER{super().plain(number)}"

    def infix(self, symbol: str, x: str, y: str) -> Number:
        """Record the row that is written so between two numbers."""
        return self.call(next(row.name for row in TABLE.values() if row.symbol == symbol and row.arity == 2), [x, y])

    def negative(self, x: str) -> Number:
        """Record the row that is written so before a number."""
        return self.call(next(row.name for row in TABLE.values() if row.symbol == "-" and row.arity == 1), [x])

    def comparison(self, symbol: str, x: str, y: str) -> str:
        """A comparison of the numbers; Values are never compared by `==`."""
        if symbol in ("==", "!="):
            raise CannotBeWrittenError("for Values, == asks whether both are the same node")
        return f"({x}.number {symbol} {y}.number)"

    def call(self, name: str, arguments: Iterable[str]) -> Number:
        """Record a row; a first power is none, as `Rows.pow` has it."""
        x, *others = arguments
        if not functions(TABLE[name]):
            raise CannotBeWrittenError(f"{name} has no kernel")
        if name == "pow":
            return self.add(f"kernel_power(s, {x}, {others[0]})", name)
        return self.add(f"kernel_record(s, ROW_{name}, {1 + len(others)}, {x}, {[x, *others][-1]})", name)


def _function(formula: Callable[..., Any], arguments: str) -> str:
    body = CFunction()
    m = mathematics_of(body, [*LIBRARY, "abs", "floor", "ceil", "round"])
    result = formula(m, *(Number(body, name) for name in arguments))
    return "\n    ".join([*body.lines, f"return {body.written(result)};"])


def _recording(formula: Callable[..., Any], arguments: str) -> str:
    body = CRecording()
    result = body.written(formula(mathematics_of(body, TABLE), *(Number(body, name) for name in arguments)))
    # A plain number in the place of an operand becomes a node, unless only its number is asked for.
    used = {name for line in [*body.lines, f"{result};"] for name in re.findall(r"\b[xy]\b(?!\.)", line)}
    nodes = [f"if (!{name}.node) {name} = kernel_operand(s, z, {'xy'.index(name)});" for name in sorted(used)]
    return "\n    ".join([*nodes, *body.lines, f"return {result};"])


def functions(row: Op) -> list[str] | None:
    """The bodies of a row's C functions, its value and each partial; `None` if it cannot be written in C.

    Example:
        >>> from autograd import truediv
        >>> for body in functions(truediv):
        ...     print(body)
        const double t0 = x / y; if (!isfinite(t0)) return NAN;
            return t0;
        const double t0 = (0x1.0000000000000p+0) / y; if (!isfinite(t0)) return NAN;
            return t0;
        const double t0 = -z;
            const double t1 = t0 / y; if (!isfinite(t1)) return NAN;
            return t1;
    """
    try:
        return [_function(row.forward, row.names), *(_function(partial, "z" + row.names) for partial in row.partials)]
    except _CANNOT:
        return None


def recordings(row: Op) -> list[str]:
    """The bodies of the C functions that record each partial of a row; empty for one that they cannot record.

    Example:
        >>> from autograd import sqrt
        >>> print(*recordings(sqrt))
        const Flowing t0 = kernel_record(s, ROW_truediv, 2, NUMBER(0x1.0000000000000p-1), z);
            return t0;
    """
    return [_recording_or_nothing(partial, "z" + row.names) for partial in row.partials]


def _recording_or_nothing(partial: Callable[..., Any], arguments: str) -> str:
    try:
        return _recording(partial, arguments)
    except _CANNOT:
        return ""


def digest(row: Op) -> str:
    """A digest that tells whether a row is still the one that was built; empty if it cannot be written in C."""
    bodies = functions(row)
    return importlib.util.source_hash("\n".join([row.name, *bodies]).encode()).hex() if bodies else ""


def formulas(rows: Iterable[Op]) -> str:
    """The numbers of rows that can be written in C, and the functions of their formulas: `value_mul`, `partial_mul_0`.

    Args:
        rows: The rows; the others are left out.
    """
    built = [row for row in rows if functions(row)]
    # 0 and 1 mark nodes without a row: leaves and constants.
    names = ", ".join(f"ROW_{row.name}{' = 2' * (i == 0)}" for i, row in enumerate(built))
    parts = [f"#include <math.h>\n{_POWER}", f"enum {{ {names}, ROW_END }};"]
    for row in built:
        value, *slopes = functions(row) or []
        signature = ", ".join(f"double {name}" for name in row.names)
        parts.append(f"static inline double value_{row.name}({signature}) {{\n    {value}\n}}")
        for place, slope in enumerate(slopes):
            name = f"partial_{row.name}_{place}"
            parts.append(f"static inline double {name}(double z, {signature}) {{\n    {slope}\n}}")
    return "\n\n".join(parts)


_FLOWING = """typedef struct { PyObject *node; double number; } Flowing;
#define NUMBER(number) ((Flowing){NULL, (number)})
typedef struct { int failed, n; PyObject *made[MOST_MADE]; } Scratch;
static Flowing kernel_record(Scratch *s, int row, int arity, Flowing x, Flowing y);
static Flowing kernel_power(Scratch *s, Flowing x, Flowing y);
static Flowing kernel_operand(Scratch *s, Flowing z, int place);"""


def _recorders(rows: Iterable[Op]) -> str:
    """The function that records a partial of a row, where it can: `kernel_recording`.

    It returns a node or a plain number. The engine has the functions that record, which keep what they have made in a
    Scratch, and note there if something has failed: what is recorded then means nothing.
    """
    parts, cases, most = [], [], 0
    for row in rows:
        for place, body in enumerate(recordings(row)):
            if body:
                name = f"recording_{row.name}_{place}"
                flowing = ", ".join(f"Flowing {operand}" for operand in "z" + row.names)
                parts.append(f"static Flowing {name}(Scratch *s, {flowing}) {{\n    {body}\n}}")
                cases.append(f"    case 2 * ROW_{row.name} + {place}: return {name}(s, z, {', '.join(row.names)});")
                most = max(most, body.count("kernel_"))
    most += 2  # the product with an adjoint, and the sum with another one
    signature = "static Flowing kernel_recording(Scratch *s, int row, int place, Flowing z, Flowing x, Flowing y)"
    cases.append("    default: s->failed = 1; return NUMBER(NAN);")
    switch = "\n".join([f"{signature} {{", "    switch (2 * row + place) {", *cases, "    }", "}"])
    return "\n\n".join([f"enum {{ MOST_MADE = {most} }};", _FLOWING, *parts, switch])


def header(rows: Iterable[Op]) -> str:
    """The C header with the functions of rows.

    `kernel_value(row, x, y)` and `kernel_slopes(row, wanted, z, x, y, slopes)` are switches over the numbers that rows
    get here; where the number is known, the compiler reduces the switch to the formula itself. Only the partials that
    are wanted are computed: 1 stands for ∂z/∂x, 2 for ∂z/∂y. `kernel_methods` has the methods for rows of one argument.
    """
    built = [row for row in rows if functions(row)]
    parts = ["/* Written by autograd/engine/kernels.py from the rows of autograd/ops.py. */", formulas(built)]
    parts.append("static const char *const kernel_names[] = {" + ", ".join(f'"{row.name}"' for row in built) + "};")
    parts.append("static const char *const kernel_digests[] = {" + ", ".join(f'"{digest(r)}"' for r in built) + "};")
    parts.append(f'static const char *const kernel_source = "{source()}";')
    # This records the node for a method; the engine sets it.
    parts.append("static PyObject *(*kernel_method)(PyObject *self, int row, Py_ssize_t n);")
    values, partials, methods = [], [], []
    for row in built:
        call = ", ".join(row.names)
        values.append(f"    case ROW_{row.name}: return value_{row.name}({call});")
        slopes = [f"slopes[{place}] = partial_{row.name}_{place}(z, {call});" for place in range(row.arity)]
        wanted = [f"if (wanted & {place}) {slope}" for place, slope in enumerate(slopes, 1)]
        partials.append(f"    case ROW_{row.name}: {' '.join(wanted)} return;")
        if row.arity == 1 and not row.is_infix:
            parts.append(
                f"static PyObject *method_{row.name}(PyObject *self, PyObject *const *arguments, Py_ssize_t n) "
                f"{{ return kernel_method(self, ROW_{row.name}, n); }}"
            )
            function = f"(PyCFunction)(void (*)(void))method_{row.name}"
            document = json.dumps(row.describe(), ensure_ascii=False)
            methods.append(f'    {{"{row.name}", {function}, METH_FASTCALL, {document}}},')
    switch = "static inline {0}({1}) {{\n    switch (row) {{\n{2}\n    default: {3}\n    }}\n}}"
    parts.append(switch.format("double kernel_value", "int row, double x, double y", "\n".join(values), "return NAN;"))
    signature = "int row, int wanted, double z, double x, double y, double *slopes"
    parts.append(switch.format("void kernel_slopes", signature, "\n".join(partials), "slopes[0] = slopes[1] = NAN;"))
    parts.append(_recorders(built))
    parts.append("static PyMethodDef kernel_methods[] = {\n" + "\n".join(methods) + "\n    {NULL}\n};")
    return "\n\n".join(parts) + "\n"
