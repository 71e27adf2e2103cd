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
from collections.abc import Callable, Iterable
from typing import Any

from autograd.engine.built import source
from autograd.table import LIBRARY, Body, CannotBeWrittenError, Condition, Number, Op, mathematics_of

# The slope of a square is a first power, which is x itself: no other power is as frequent, nor this one as quick.
_POWER = "static inline double power(double x, double y) { return y == 1.0 ? x : pow(x, y); }"


class CFunction(Body):
    """The statements of a C function."""

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
        self.lines += [f"double {name};", f"if {condition.text} {{"]
        self.lines += [f"{name} = {self.written(yes())};", "} else {"]
        self.lines += [f"{name} = {self.written(no())};", "}"]
        return Number(self, name)

    def plain(self, number: float) -> str:
        """A plain number, in hexadecimal."""
        if not math.isfinite(number):
            raise CannotBeWrittenError(f"{number!r} is not a finite number")
        return f"({number.hex()})"


def _function(formula: Callable[..., Any], arguments: str) -> str:
    body = CFunction()
    m = mathematics_of(body, [*LIBRARY, "abs", "floor", "ceil", "round"])
    result = formula(m, *(Number(body, name) for name in arguments))
    return "\n    ".join([*body.lines, f"return {body.written(result)};"])


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
    names = "xy"[: row.arity]
    try:
        return [_function(row.forward, names), *(_function(partial, "z" + names) for partial in row.partials)]
    except (CannotBeWrittenError, AttributeError, TypeError, ValueError, ArithmeticError, RecursionError):
        return None


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
        signature = ", ".join(f"double {name}" for name in "xy"[: row.arity])
        parts.append(f"static inline double value_{row.name}({signature}) {{\n    {value}\n}}")
        for place, slope in enumerate(slopes):
            name = f"partial_{row.name}_{place}"
            parts.append(f"static inline double {name}(double z, {signature}) {{\n    {slope}\n}}")
    return "\n\n".join(parts)


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
        call = ", ".join("xy"[: row.arity])
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
    parts.append("static PyMethodDef kernel_methods[] = {\n" + "\n".join(methods) + "\n    {NULL}\n};")
    return "\n\n".join(parts) + "\n"
