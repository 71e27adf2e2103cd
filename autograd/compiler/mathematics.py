"""The rows of the table on arrays: a row's formula, run once on expressions, gives the expression of an array.

What the array API has a function for is that function. The other rows are written out, and what their formula uses more
than once has a name.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import ops
from autograd.compiler.arrays import Array, named, plain, text
from autograd.compiler.terms import COMPARISONS, PARAMETER, SHARE
from autograd.table import TABLE, Namespace, Op

# The rows that are functions of the array API, and what they are called there.
_ALIKE = """exp expm1 log log1p log2 log10 sqrt sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh abs floor
ceil round hypot atan2 maximum minimum"""
FUNCTIONS = {name: name for name in _ALIKE.split()} | {"mod": "remainder", "floordiv": "floor_divide"}


class Flowing:
    """An expression that flows through a row."""

    __hash__ = None  # type: ignore[assignment]  # == compares numbers

    def __init__(self, array: Array) -> None:
        self.array = array

    def __neg__(self) -> "Flowing":
        return Flowing(-self.array)

    def __or__(self, other: Any) -> Any:
        return (other or self) if isinstance(other, bool) else Flowing(Array("|", (self.array, other.array)))

    def __and__(self, other: Any) -> Any:
        return (other and self) if isinstance(other, bool) else Flowing(Array("&", (self.array, other.array)))

    __ror__, __rand__ = __or__, __and__

    def __bool__(self) -> bool:
        raise TypeError("a row must choose with m.where, not with if, for it to run on arrays.")


def _array(thing: Any) -> Array:
    return thing.array if isinstance(thing, Flowing) else plain(thing)


def _infix(symbol: str, *, reflected: bool = False) -> Callable[[Flowing, Any], Flowing]:
    def method(self: Flowing, other: Any) -> Flowing:
        pair = (_array(other), self.array) if reflected else (self.array, _array(other))
        if symbol == "-":
            return Flowing(pair[0] + -pair[1])
        return Flowing(Array(symbol, pair))

    return method


for _name, _symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items():
    setattr(Flowing, f"__{_name}__", _infix(_symbol))
    setattr(Flowing, f"__r{_name}__", _infix(_symbol, reflected=True))
for _name, _symbol in COMPARISONS.items():
    setattr(Flowing, f"__{_name}__", _infix(_symbol))


def _function(name: str) -> Callable[..., Flowing]:
    def function(*arguments: Any) -> Flowing:
        arrays = [_array(each) for each in arguments]
        if name in ("maximum", "minimum"):  # where a plain number takes the precision of the array, as in `where`
            x, y = sorted(arrays, key=is_plain)
            return Flowing(x.call(name, y))
        like = next(each for each in arrays if each.kind != "number")
        first, *others = [filled_like(like, each) if each.kind == "number" else each for each in arrays]
        return Flowing(first.call(name, *others))

    return function


def filled_like(array: Array, number: Array) -> Array:
    """A number as an array, of the kind that another one has."""
    return array.call("full_like", number)


def is_plain(array: Array) -> bool:
    """Whether an expression is a plain number in Python: one that is written down, or the share of an example."""
    return {"n", SHARE}.issuperset(array.names())


def chosen(condition: Array, x: Array, y: Array) -> Array:
    """The one where a condition holds, else the other: never between two plain numbers, which have no precision."""
    if condition == Array(">", (y, plain(0.0))) and x == -y:
        return -y.call("abs")
    if is_plain(x) and is_plain(y):
        x = filled_like(_compared(condition), x)
    function = _extreme(condition, x, y)
    if function:  # many times as quick, for a choice is a branch
        x, y = sorted((x, y), key=is_plain)
        return x.call(function, y)
    return condition.call("where", x, y)


def _extreme(condition: Array, x: Array, y: Array) -> str:
    """The function that chooses the larger of two, or the smaller, and keeps nan; `""` if it is neither."""
    if condition.kind == "|" and condition.arguments[1] == Array("!=", (x, x)):
        condition = condition.arguments[0]
    if condition.kind not in ("<", "<=", ">", ">=") or {*condition.arguments} != {x, y}:
        return ""
    return "maximum" if condition.kind.startswith(">") == (x == condition.arguments[0]) else "minimum"


def _compared(condition: Array) -> Array:
    """An array that a condition is about; of a condition that has a name, any that is no condition."""
    if condition.kind in ("&", "|"):
        return _compared(condition.arguments[0])
    compared = condition.arguments if condition.kind in COMPARISONS.values() else ()
    return next((each for each in compared if each.kind != "number"), Array("part", (named(PARAMETER),), "0"))


def _where(condition: Any, x: Any, y: Any) -> Any:
    if not isinstance(condition, Flowing):
        return x if condition else y
    return Flowing(chosen(condition.array, _array(x), _array(y)))


def _erfc(x: Any) -> Any:
    return Flowing(Array("row", (_array(x),), "erfc"))


_ARRAYS = Namespace(
    **{name: _function(function) for name, function in FUNCTIONS.items()},
    where=_where,
    pow=lambda x, y: Flowing(Array("**", (_array(x), _array(y)))),
    exp2=lambda x: Flowing(Array("**", (plain(2.0), _array(x)))),
    erfc=_erfc,
    erf=lambda x: 1.0 - _erfc(x),
    textbook=lambda form, _is_accurate, _otherwise: form(),
)


def applied(op: Op, arguments: list[Array]) -> Array:
    """A row applied to expressions: a function of the array API, an operator, or a function that the text defines."""
    is_one_word = op in (ops.mul, ops.truediv, ops.pow, ops.exp2) or op.name in FUNCTIONS
    return _formula(op, arguments) if is_one_word else Array("row", tuple(arguments), op.name)


def _formula(op: Op, arguments: Sequence[Array]) -> Array:
    """What a row's formula says of expressions."""
    return _array(op.forward(_ARRAYS, *map(Flowing, arguments)))


def _arguments(op: Op) -> list[Array]:
    return [named(name) for name in "xy"[: op.arity]]


def rows_in(arrays: Iterable[Array]) -> list[str]:
    """The rows that expressions use as functions, those first that others use."""
    used = dict.fromkeys(part.detail for array in arrays for part in array.parts() if part.kind == "row")
    formulas = [_formula(TABLE[row], _arguments(TABLE[row])) for row in used if row not in _WRITTEN]
    return [*dict.fromkeys([*(rows_in(formulas) if formulas else []), *used])]


# Where the array API has no function: erfc is a Chebyshev series in 2/(2 + |x|), after Press et al., Numerical Recipes.
# And where the row's formula chooses by sign, which takes three times as long.
_WRITTEN = {
    "sigmoid": """\
def sigmoid(xp, x):
    e = xp.exp(xp.minimum(x, 40.0))  # from 40 on, sigmoid is 1 to all digits
    return e / (1.0 + e)""",
    "erfc": """\
ERFC = [
    -1.3026537197817094, 6.4196979235649026e-1, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
    3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.303655835580e-6,
    1.5626441722e-8, -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10,
    9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15,
    -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
]


def erfc(xp, x):
    size = xp.abs(x)
    t = 2 / (2 + size)
    above, found = 0 * t, 0 * t
    for number in ERFC[:0:-1]:
        above, found = found, (4 * t - 2) * found - above + number
    found = t * xp.exp(-size * size + (ERFC[0] + (4 * t - 2) * found) / 2 - above)
    return xp.where(x > 0, found, 2 - found)""",
}


def definition(op: Op) -> list[str]:
    r"""A row as a function of arrays: its formula, what it uses more than once with a name.

    Example:
        >>> from autograd.ops import softplus
        >>> print(*definition(softplus), sep="\n")
        def softplus(xp, x):
            return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x)))
    """
    if op.name in _WRITTEN:
        return _WRITTEN[op.name].splitlines()
    arguments = _arguments(op)
    whole = _formula(op, arguments)
    body = list[str]()
    while repeated := _repeated(whole):
        name = f"t{len(body) + 1}"
        body.append(f"{name} = {text(repeated)}")
        whole = whole.replaced(repeated, named(name))
    head = ", ".join(["xp", *(argument.detail for argument in arguments)])
    return [f"def {op.name}({head}):", *(f"    {line}" for line in [*body, f"return {text(whole)}"])]


def _repeated(array: Array) -> Array | None:
    """The part that an expression has most often, if more than once; of several the longest."""
    parts = Counter(part for part in array.parts() if part.kind not in ("name", "number", "negative"))
    several = [part for part, count in parts.items() if count > 1]
    return max(several, key=lambda part: (parts[part], len(text(part))), default=None)
