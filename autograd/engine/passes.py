"""The two passes over a tape in C, written from the same formulas as the kernels.

An operation of a tape is a number, `op`: the row, and for each operand how it is reached. What the operation before
has just computed, and nobody else uses, is never read from memory on the way there, nor is its adjoint added up in
memory on the way back: both stay in a register.

Each operation ends with the jump to the next one, so that the processor can foresee each of these jumps by itself;
where it cannot, it knows the one after it already, whose label is looked up a step ahead. Where the compiler cannot
take the address of a label, it is a switch in a loop.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from autograd.engine.kernels import formulas, functions
from autograd.table import Op

FIXED, STORED, FRESH = range(3)  # it has no adjoint; it is in memory; it has just been computed, for this alone
WAYS = 3
SUMS = ("sum_fixed", "sum_of_fixed", "sum")  # no adjoint at all; none for the inputs; for all

_GOTO = """#if defined(__GNUC__) && !defined(TAPE_SWITCH)
#define TAPE_GOTO
#endif"""

# What is finite is 0 less itself, and everything else nan. The sums do not wait for each other.
_SCANS = """int tape_finite(const double *v, size_t n) {
    double sums[8] = {0.0}, sum = 0.0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++) sums[k] += v[i + k] - v[i + k];
    for (; i < n; i++) sum += v[i] - v[i];
    for (int k = 0; k < 8; k++) sum += sums[k];
    return sum == 0.0;
}

int tape_at_least(const double *v, size_t n, double least) {
    int found = 0;
    for (size_t i = 0; i < n; i++) found |= fabs(v[i]) < least && v[i] != 0.0;
    return !found;
}"""

# The product is not kept: the partials of a product do not ask for it, and the compiler leaves it out.
_SUM_BACK = """const uint32_t *l = lists + at->x, *k = l + 2 * l[0];
    for (;;) {{
        const double w = v[k[0]], x = v[k[1]], p = value_mul(w, x);
        if (k == l + 2) d[l[1]] += a;
        d[k[0]] += a * partial_mul_0(p, w, x);
        {inputs}
        if (k == l + 2) break;
        k -= 2;
    }}"""
_SUM_INPUTS = "d[k[1]] += a * partial_mul_1(p, w, x);"
_SUM_FORWARD = """const uint32_t *l = lists + at->x, *end = l + 2 * l[0];
    double sum = v[l[1]];
    for (l += 2; l <= end; l += 2) sum = value_add(sum, value_mul(v[l[0]], v[l[1]]));
    r = sum;"""


class _Pass:
    """A function that goes through a tape, with a label for each body."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.ops: list[list[str]] = []

    def add(self, ops: Iterable[str], body: str) -> None:
        """Add what operations do."""
        self.ops.append([*ops])
        self.bodies.append(body)

    def written(self, signature: str, start: str, ahead: int) -> str:
        """The function; `ahead` is 1 if it goes forward, and -1 if it goes back."""
        labels = [f"[{op}] = &&l{number}" for number, ops in enumerate(self.ops) for op in ops]
        cases = [
            f"    LABEL(l{number}, {' '.join(f'case {op}:' for op in ops)}) {body}"
            for number, (ops, body) in enumerate(zip(self.ops, self.bodies, strict=True))
        ]
        return "\n".join(
            [
                f"void {signature} {{",
                start,
                "#ifdef TAPE_GOTO",
                f"    static const void *const labels[TAPE_OPS] = {{{', '.join(labels)}}};",
                "#define LABEL(label, cases) label:",
                f"#define NEXT {{ const void *const go = ahead; ahead = labels[at[{ahead}].op]; goto *go; }}",
                "    const void *ahead = labels[at->op];",
                "    NEXT",
                "#else",
                "#define LABEL(label, cases) cases",
                "#define NEXT continue;",
                "    for (;;) switch (at->op) {",
                "#endif",
                *cases,
                "#ifndef TAPE_GOTO",
                "    default: return;",
                "    }",
                "#endif",
                "#undef LABEL",
                "#undef NEXT",
                "}",
            ]
        )


def _ways(row: Op) -> Iterator[tuple[int, int]]:
    """How the operands of a row may be reached: one of them at most is fresh."""
    for x, y in product(range(WAYS), range(WAYS if row.arity == 2 else 1)):
        if (x, y) != (FRESH, FRESH):
            yield x, y


def _op(row: Op, x: int, y: int) -> str:
    return f"TAPE_ROW(ROW_{row.name}, {x}, {y})"


def _forward(rows: Iterable[Op]) -> str:
    found = _Pass()
    found.add(["TAPE_end"], "return;")
    after = "*out++ = r; at++; NEXT"
    for row in rows:
        alike: dict[tuple[bool, ...], list[str]] = {}
        for ways in _ways(row):
            alike.setdefault(tuple(way == FRESH for way in ways[: row.arity]), []).append(_op(row, *ways))
        for fresh, ops in alike.items():
            operands = ["r" if is_fresh else f"v[at->{name}]" for is_fresh, name in zip(fresh, "xy", strict=False)]
            found.add(ops, f"{{ r = value_{row.name}({', '.join(operands)}); }} {after}")
    found.add([f"TAPE_{name}" for name in SUMS], f"{{ {_SUM_FORWARD} }} {after}")
    signature = "tape_forward(const Operation *at, const uint32_t *lists, double *v, double *out)"
    return found.written(signature, "    double r = 0.0;", 1)


def _back(rows: Iterable[Op]) -> str:
    found = _Pass()
    found.add(["TAPE_end"], "return;")
    after = "at--; a = d[--i]; NEXT"
    fixed = [_op(row, *ways) for row in rows for ways in _ways(row) if not any(ways)]
    found.add([*fixed, f"TAPE_{SUMS[0]}"], after)
    for row in rows:
        names = "xy"[: row.arity]
        for ways in _ways(row):
            if not any(ways):
                continue
            lines = ["const double z = v[i];"]
            lines += [
                f"const double {name} = v[{'i - 1' if way == FRESH else f'at->{name}'}];"
                for name, way in zip(names, ways, strict=False)
            ]
            for place, (name, way) in enumerate(zip(names, ways, strict=False)):
                slope = f"a * partial_{row.name}_{place}({', '.join(['z', *names])});"
                if way == STORED:
                    lines.append(f"d[at->{name}] += {slope}")
                elif way == FRESH:
                    lines.append(f"const double next = {slope}")
            then = "a = next; at--; --i; NEXT" if FRESH in ways else after
            found.add([_op(row, *ways)], f"{{ {' '.join(lines)} {then} }}")
    for name, inputs in zip(SUMS[1:], ("", _SUM_INPUTS), strict=True):
        found.add([f"TAPE_{name}"], f"{{ {_SUM_BACK.format(inputs=inputs)} {after} }}")
    signature = "tape_back(const Operation *at, const uint32_t *lists, const double *v, double *d, size_t i)"
    return found.written(signature, "    double a = d[i];", -1)


def passes(rows: Iterable[Op]) -> str:
    """The C file with the two passes that `tape.h` declares.

    It is compiled apart from the engine: there the compiler would keep fewer formulas in place, now that each has more
    callers, and a backward pass would take a tenth longer.

    Args:
        rows: The rows; those that cannot be written in C are left out.
    """
    built = [row for row in rows if functions(row)]
    first = "/* Written by autograd/engine/passes.py from the rows of autograd/ops.py. */"
    parts = [first, formulas(built), '#include "tape.h"', _GOTO, _SCANS, _forward(built), _back(built)]
    return "\n\n".join(parts) + "\n"
