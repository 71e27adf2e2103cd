"""Value: a number that remembers how it was computed."""

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd import ops as _ops  # noqa: F401 - fills the table
from autograd import reverse
from autograd.graph import topological_order
from autograd.latex import to_latex
from autograd.notation import expression, failure
from autograd.operation import BUILT_IN, CONSTANT, Op, as_float, as_label, as_operand, carry, floats
from autograd.recording import open_blocks, recording_off
from autograd.symbols import computed, simplified


def is_recording() -> bool:
    """Whether arithmetic on Values records a graph here: not inside of `no_grad()`."""
    return not recording_off.get()


class Value:
    """A scalar node of a computation graph.

    Arithmetic on Values records a graph; `backward()` then leaves ∂output/∂v in the `grad` of every node v.

    Comparisons (`<`, `<=`, `>`, `>=`) compare the numbers and give a plain `bool`, so that programs can branch.
    `==` does not: it asks whether two names mean the same node, which keeps Values hashable. Compare `.data` instead.

    Args:
        data: One real number.
        label: A name, for diagrams, error messages and explanations.

    Attributes:
        op: The row of the table that computed it; `None` for a leaf, which is what gradients are collected in.
        label: The name, or `""`.

    Raises:
        TypeError: if `data` is not one real number.

    Example:
        >>> w, a, b = Value(0.7, "w"), Value(0.5, "a"), Value(-0.3, "b")
        >>> z = w * a + b
        >>> z.backward()
        >>> w.grad, a.grad, b.grad
        (0.5, 0.7, 1.0)
    """

    # Parents are stored inline. A tuple a node would be one more object for the garbage collector to visit, again and
    # again while a graph grows: it would nearly double the time of a training step.
    __slots__ = ("_data", "_grad", "_label", "_op", "_x", "_y")
    __array_ufunc__ = None  # NumPy then leaves `array * value` to Value, which says what to do instead

    _data: float
    _grad: float | None  # None until a backward pass has reached the node
    _x: "Value | None"
    _y: "Value | None"
    _label: str
    _op: Op | None

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = as_float(data)
        self._grad = None
        self._x = self._y = None
        self._label = label if type(label) is str else as_label(label)
        self._op = None

    def __init_subclass__(cls) -> None:
        raise TypeError("type 'Value' is not an acceptable base type")

    @property
    def op(self) -> Op | None:
        """The row of the table that computed it; `None` for a leaf, which is what gradients are collected in."""
        return self._op

    @property
    def label(self) -> str:
        """The name, or `""`."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        self._label = label if type(label) is str else as_label(label)

    @property
    def parents(self) -> tuple["Value", ...]:
        """The nodes that it was computed from, in order and with repeats: `x * x` has two edges to x."""
        if self._x is None:
            return ()
        if self._y is None:
            return (self._x,)
        return (self._x, self._y)

    @property
    def data(self) -> float:
        """The number, always a plain `float`.

        It may be assigned, to update a parameter, say. What was computed from it does not follow: compute that anew
        before the next `backward()`.
        """
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        self._data = as_float(number)

    @property
    def grad(self) -> float:
        """∂output/∂self from the last backward pass; leaves sum it up over passes. 0.0 before the first."""
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, number: Any) -> None:
        self._grad = as_float(number, "grad") or None  # assigning 0 clears it

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached this node since it was made or its gradient was cleared."""
        return self._grad is not None and self._op is not CONSTANT

    @property
    def is_constant(self) -> bool:
        """Whether this is a plain number of an expression, or computed from nothing else: it gets no gradient."""
        return self._op is CONSTANT

    def backward(self, on_step: reverse.OnStep | None = None) -> None:
        """Compute ∂self/∂v for every node v that this one depends on, and leave it in `v.grad`.

        Inner nodes get this pass's derivative; leaves add it to what they have, so a second pass doubles theirs and
        `zero_grad()` starts afresh. If a derivative does not exist, no leaf's gradient changes.

        Args:
            on_step: Called with a :class:`autograd.reverse.Step` for each edge, as the pass goes along it.

        Raises:
            ValueError: if this node is a constant, or a derivative does not exist at these numbers.
            ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.

        Example:
            >>> x = Value(3.0)
            >>> (x * x).backward()
            >>> x.grad
            6.0
        """
        reverse.backward(self, on_step)

    def zero_grad(self) -> None:
        """Clear the gradients of this node and of every node that it depends on."""
        if hasattr(self, "_zero_grad"):  # the compiled Value does the same in C
            self._zero_grad()
            return
        with reverse.turn:
            for node in topological_order(self):
                node._grad = None

    def to_latex(self, depth: int = 8) -> str:
        r"""How it was computed, in LaTeX, written as a textbook would.

        Args:
            depth: How many operations deep to go, down to nodes with a label; what lies below becomes dots.

        Example:
            >>> x = Value(3.0, "x")
            >>> print((x * x + 1.0).to_latex())
            {x}^{2} + 1
        """
        return to_latex(simplified(computed(self, depth)))

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        """Apply an operation to Values and numbers: what `op(...)` does when there is a Value among them."""
        for argument in arguments:
            if not isinstance(argument, Value) and hasattr(argument, "_record"):
                return argument._record(op, arguments)  # to what else flows through the table, Values are numbers
        what = f"an argument of {op.name}"
        values = [x if isinstance(x, Value) else constant(as_float(x, what)) for x in arguments]
        node: Value = _recorder(op)(*values)
        return node

    def __pos__(self) -> "Value":
        return self

    def __abs__(self) -> "Value":
        return self.abs()

    def __lt__(self, other: Any) -> bool:
        return self._data < _number_to_compare(other)

    def __le__(self, other: Any) -> bool:
        return self._data <= _number_to_compare(other)

    def __gt__(self, other: Any) -> bool:
        return self._data > _number_to_compare(other)

    def __ge__(self, other: Any) -> bool:
        return self._data >= _number_to_compare(other)

    def __format__(self, specification: str) -> str:
        return format(self._data, specification) if specification else repr(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._data, self.label, self._grad, self.op, self._x, self._y)

    @staticmethod
    def _restored(
        data: float, label: str, grad: float | None, op: Op | None, x: "Value | None", y: "Value | None"
    ) -> "Value":
        node = Value(data, label)
        given = (x is not None) + (y is not None)
        if given != (len(op.domain) if op is not None else 0) or (x is None and y is not None):
            raise ValueError(f"{op!r} does not take {given} arguments.")
        node._grad, node._op, node._x, node._y = grad, op, x, y
        return node

    def __repr__(self) -> str:
        grad = f", grad={self._grad}" if self.has_grad else ""
        label = f", label={self.label!r}" if self.label else ""
        formula = f", expression={expression(self)!r}" if self.parents else ""
        return f"{'constant' if self.is_constant else 'Value'}(data={self._data}{grad}{label}{formula})"

    if TYPE_CHECKING:  # what the table adds below; a test compares the names

        def __add__(self, other: "Value | float") -> "Value": ...
        def __radd__(self, other: float) -> "Value": ...
        def __sub__(self, other: "Value | float") -> "Value": ...
        def __rsub__(self, other: float) -> "Value": ...
        def __mul__(self, other: "Value | float") -> "Value": ...
        def __rmul__(self, other: float) -> "Value": ...
        def __truediv__(self, other: "Value | float") -> "Value": ...
        def __rtruediv__(self, other: float) -> "Value": ...
        def __pow__(self, other: "Value | float") -> "Value": ...
        def __rpow__(self, other: float) -> "Value": ...
        def __neg__(self) -> "Value": ...

        maximum: Callable[["Value | float"], "Value"]
        minimum: Callable[["Value | float"], "Value"]
        abs: Callable[[], "Value"]
        exp: Callable[[], "Value"]
        expm1: Callable[[], "Value"]
        log: Callable[[], "Value"]
        log1p: Callable[[], "Value"]
        sqrt: Callable[[], "Value"]
        erfc: Callable[[], "Value"]
        sin: Callable[[], "Value"]
        cos: Callable[[], "Value"]
        tan: Callable[[], "Value"]
        asin: Callable[[], "Value"]
        acos: Callable[[], "Value"]
        atan: Callable[[], "Value"]
        sinh: Callable[[], "Value"]
        cosh: Callable[[], "Value"]
        tanh: Callable[[], "Value"]
        sigmoid: Callable[[], "Value"]
        softplus: Callable[[], "Value"]
        relu: Callable[[], "Value"]
        gelu: Callable[[], "Value"]
        leaky_relu: Callable[..., "Value"]
        elu: Callable[..., "Value"]


def constant(number: Any, label: str = "") -> Value:
    """A node for a plain number in an expression, which gets no gradient.

    Args:
        number: One real number.
        label: A name.

    Raises:
        TypeError: if `number` is not one real number.

    Example:
        >>> (Value(3.0) ** 2).parents[1]
        constant(data=2.0)
    """
    node = Value(number, label)
    node._op = CONSTANT
    return node


def require_values(who: str, *things: object) -> None:
    """Raise a TypeError if something is no Value.

    Args:
        who: The function that takes Values, for the message.
        things: What it got.
    """
    for thing in things:
        if not isinstance(thing, Value):
            raise TypeError(f"{who} takes Values, but got {thing!r:.60} of type {type(thing).__name__}.")


def _number_to_compare(other: Any) -> float:
    return other._data if isinstance(other, Value) else as_float(other, "what a Value is compared with")


def _named(op: Op, method: Callable[..., Any]) -> Callable[..., Any]:
    method.__name__, method.__qualname__, method.__doc__ = op.name, f"Value.{op.name}", op.__doc__
    return method


def _unary(op: Op) -> Callable[[Value], Value]:
    """The method for `value.op()`."""
    forward = op.forward

    def method(self: Value) -> Value:
        try:
            node = Value(forward(floats, self._data))
        except (ValueError, ArithmeticError) as error:
            raise type(error)(failure(op, (self,), error)) from None
        if (open_blocks and recording_off.get()) or self._op is CONSTANT:
            node._op = CONSTANT
        else:
            node._op = op
            node._x = self
        return node

    return _named(op, method)


def _binary(op: Op) -> Callable[[Value, Any], Any]:
    """The method for `value ∘ other`, where the other one may be a plain number."""
    forward, new = op.forward, Value.__new__
    if op.name not in BUILT_IN:  # what comes with the library gives a float, and need not be looked at each time

        def forward(m: Any, *numbers: float) -> float:
            return as_float(op.forward(m, *numbers), f"the result of {op.name}")

    def operator(self: Value, other: Any) -> Any:
        if not isinstance(other, Value):
            other = as_operand(op, other)
            if other is NotImplemented:
                return other
            other = constant(other)
        try:
            data = forward(floats, self._data, other._data)
        except (ValueError, ArithmeticError) as error:
            raise type(error)(failure(op, (self, other), error)) from None
        node = new(Value)
        node._data = data
        node._grad = None
        node._label = ""
        if (open_blocks and recording_off.get()) or (self._op is CONSTANT and other._op is CONSTANT):
            node._op = CONSTANT
            node._x = node._y = None
        else:
            node._op = op
            node._x = self
            node._y = other
        return node

    return _named(op, operator)


@functools.cache
def _recorder(op: Op) -> Callable[..., Any]:
    """The function that computes an operation and records the node."""
    return _unary(op) if len(op.domain) == 1 else _binary(op)


def _reflected(op: Op) -> Callable[[Value, Any], Any]:
    """The method for `other ∘ value`, where the other one is a plain number."""

    def method(self: Value, other: Any) -> Any:
        left = as_operand(op, other)
        return left if left is NotImplemented else _recorder(op)(constant(left), self)

    return method


def _method(op: Op) -> Callable[..., Any]:
    """The method for `value.op(other)`, where the other one may be left out if it has a default."""

    def method(self: Value, *others: Any) -> Any:
        return op(self, *others)

    return _named(op, method)


def _restored(*parts: Any) -> Value:
    """What pickles and copies of both engines call: a node of the engine that runs here."""
    node: Value = Value._restored(*parts)
    return node


def _compiled_recorder(op: Op) -> Callable[..., Any]:
    """The same for the compiled engine, for rows without a compiled method."""

    def method(self: Value) -> Any:
        return _engine.record(op, self)

    def operator(self: Value, other: Any) -> Any:
        return _engine.record(op, self, other)

    return _named(op, method if len(op.domain) == 1 else operator)


_OWN = frozenset(dir(Value))

# The compiled twin does the same; what it lacks, it has from here.
_SHARED = ("__abs__", "__array_ufunc__", "__doc__", "__format__", "__pos__", "__reduce__", "__repr__",
           "backward", "to_latex", "zero_grad")  # fmt: skip
ACCELERATED = False
_COMPILED: frozenset[str] = frozenset()  # the operators that it has
_engine: Any = None
if not TYPE_CHECKING and os.environ.get("AUTOGRAD_PURE", "0") in ("", "0"):
    try:
        from autograd._accelerator import engine as _engine

        if _engine.open_blocks is not open_blocks:
            raise ImportError("the engine belongs to an earlier import of this package")
    except ImportError:
        pass  # or it was not built: there was no C compiler
    else:
        _engine.Value.__module__, _engine.initialize = __name__, Value.__init__
        for _name in (*_SHARED, "__firstlineno__"):  # by which newer Pythons find the source of a class
            if _name in vars(Value):
                setattr(_engine.Value, _name, vars(Value)[_name])
        _engine.any_call = Op.__call__
        Op.__call__ = functools.wraps(Op.__call__, assigned=("__doc__",))(_engine.call)
        Value, constant, _recorder = _engine.Value, _engine.constant, _compiled_recorder
        ACCELERATED, _COMPILED = True, frozenset(vars(Value))


def _adopt(row: Op) -> None:
    """Give Value the operator or method of a row."""
    is_operator = row.method != row.name
    ready = _engine.adopt(row) if ACCELERATED else None
    if row.method in _COMPILED:
        return
    setattr(Value, row.method, ready or (_recorder(row) if is_operator or len(row.domain) == 1 else _method(row)))
    if is_operator and len(row.domain) == 2:
        setattr(Value, f"__r{row.name}__", _reflected(row))


carry(_adopt, reserved=_OWN)
