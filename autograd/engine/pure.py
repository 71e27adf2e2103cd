"""The pure engine, the one to read: a Value is a number that remembers how it was computed."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd import ops as _ops  # noqa: F401 - declares the rows
from autograd.engine import habits, shared, sweep
from autograd.engine.copying import reduced
from autograd.engine.methods import methods, named
from autograd.engine.order import topological_order
from autograd.engine.recording import open_blocks, recording_off
from autograd.engine.sweep import ASSIGNED
from autograd.engine.turns import turn
from autograd.notation import failed
from autograd.table import CONSTANT, TABLE, Op, as_float, as_label, as_operand, floats, flows


class Value:
    """A scalar node of a computation graph.

    Arithmetic on Values records a graph; `backward()` then leaves ∂output/∂v in the `grad` of every node v.

    Comparisons (`<`, `<=`, `>`, `>=`) compare the numbers and give a plain `bool`, so that programs can branch.
    `==` does not: it asks whether both are the same node, which keeps Values hashable. Compare `.data` instead.

    Args:
        data: One real number.
        label: A name, for diagrams, error messages and explanations.

    Attributes:
        op: The row of the table that computed it; `None` for a leaf, where gradients add up.
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

    # Parents are stored inline. A tuple for each node would be one more object for the garbage collector to visit,
    # again and again as a graph grows: it would nearly double the time of a training step.
    __slots__ = ("_data", "_grad", "_label", "_row", "_x", "_y")
    __module__ = "autograd.engine"  # the class has one name, whichever engine runs

    _data: float
    _grad: float | None  # None until a backward pass has reached the node
    _x: "Value | None"
    _y: "Value | None"
    _label: str
    _row: Op | None  # None for a leaf, ASSIGNED for one whose data has been assigned

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = as_float(data)
        self._grad = None
        self._x = self._y = None
        self._label = label if type(label) is str else as_label(label)
        self._row = None

    def __init_subclass__(cls) -> None:
        raise TypeError("type 'Value' is not an acceptable base type")

    @property
    def op(self) -> Op | None:
        """The row of the table that computed it; `None` for a leaf, where gradients add up."""
        return self._row if self._row is not ASSIGNED else None

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

        Assign to it to update a parameter, say. Nodes computed from it do not follow: compute the output again before
        the next `backward()`, which refuses to mix old numbers with new ones.
        """
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        self._data = as_float(number)
        if self._row is None:
            self._row = ASSIGNED

    @property
    def _assigned(self) -> bool:
        return self._row is ASSIGNED

    @property
    def grad(self) -> float:
        """∂output/∂self from the last backward pass; leaves add it up over passes. 0.0 before the first."""
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, number: Any) -> None:
        self._grad = as_float(number, "grad") or None  # assigning 0 clears it

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached this node since it was made or its gradient last cleared."""
        return self._grad is not None and self._row is not CONSTANT

    @property
    def is_constant(self) -> bool:
        """Whether it is a plain number, computed from plain numbers only, or under `no_grad()`: it gets no gradient."""
        return self._row is CONSTANT

    backward = shared.backward
    zero_grad = shared.zero_grad
    to_latex = shared.to_latex
    named = habits.named
    __array_ufunc__ = habits.of_numpy
    __array_function__ = habits.unknown_to_numpy
    __round__ = habits.no_plain_number
    _op = property(lambda self: self.op.symbol if self.op else "")  # micrograd's names, for its draw_dot
    _prev = property(lambda self: set(self.parents))
    __bool__ = habits.truth
    __float__ = habits.no_plain_number
    __int__ = habits.no_plain_number
    __eq__ = habits.same
    __hash__ = object.__hash__
    __format__ = shared.formatted
    __repr__ = shared.represented
    _backward = sweep.backward

    def _zero_grad(self) -> None:
        with turn:
            for node in topological_order(self):
                node._grad = None

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        """Apply an operation to Values and numbers: what `op(...)` does when there is a Value among them."""
        for argument in arguments:
            if isinstance(argument, Value):
                continue
            if isinstance(argument, shared.AnyValue):
                raise shared.mixed(op)
            if flows(argument):
                return argument._record(op, arguments)  # to anything else that flows, a Value is a number
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

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, topological_order, restored, restored_after)

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

        def __mod__(self, other: "Value | float") -> "Value": ...
        def __rmod__(self, other: float) -> "Value": ...
        def __floordiv__(self, other: "Value | float") -> "Value": ...
        def __rfloordiv__(self, other: float) -> "Value": ...

        atan2: Callable[["Value | float"], "Value"]
        hypot: Callable[["Value | float"], "Value"]
        maximum: Callable[["Value | float"], "Value"]
        minimum: Callable[["Value | float"], "Value"]
        abs: Callable[[], "Value"]
        exp: Callable[[], "Value"]
        expm1: Callable[[], "Value"]
        log: Callable[[], "Value"]
        log1p: Callable[[], "Value"]
        sqrt: Callable[[], "Value"]
        erf: Callable[[], "Value"]
        exp2: Callable[[], "Value"]
        log2: Callable[[], "Value"]
        log10: Callable[[], "Value"]
        floor: Callable[[], "Value"]
        ceil: Callable[[], "Value"]
        round: Callable[[], "Value"]
        sign: Callable[[], "Value"]
        erfc: Callable[[], "Value"]
        sin: Callable[[], "Value"]
        cos: Callable[[], "Value"]
        tan: Callable[[], "Value"]
        asin: Callable[[], "Value"]
        acos: Callable[[], "Value"]
        atan: Callable[[], "Value"]
        sinh: Callable[[], "Value"]
        cosh: Callable[[], "Value"]
        asinh: Callable[[], "Value"]
        acosh: Callable[[], "Value"]
        atanh: Callable[[], "Value"]
        sech2: Callable[[], "Value"]
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
    node._row = CONSTANT
    return node


def restored(data: float, label: str, grad: float | None, op: Op | None, x: "Value | None", y: "Value | None") -> Value:
    """A node from a pickle or a copy."""
    shared.check_parts(op, x, y)
    node = Value(data, label)
    node._grad, node._row, node._x, node._y = grad, op, x, y
    return node


def restored_after(_: Any, *parts: Any) -> Value:
    """A node from a pickle or a copy, which has what the node was computed from before it."""
    return restored(*parts)


restored.__module__ = restored_after.__module__ = "autograd.engine"  # the engine that runs there reads a pickle


def _number_to_compare(other: Any) -> float:
    return other._data if isinstance(other, Value) else as_float(other, "what a Value is compared with")


def _unary(op: Op) -> Callable[[Value], Value]:
    """The method for `value.op()`."""
    forward = op.forward

    def method(self: Value) -> Value:
        try:
            node = Value(forward(floats, self._data))
        except (ValueError, ArithmeticError) as error:
            raise failed(op, (self,), error) from None
        if (open_blocks and recording_off.get()) or self._row is CONSTANT:
            node._row = CONSTANT
        else:
            node._row = op
            node._x = self
        return node

    return named(op, method)


def _binary(op: Op) -> Callable[[Value, Any], Any]:
    """The method for `value ∘ other`, where the other operand may be a plain number."""
    forward, new = op.forward, Value.__new__
    if op.name not in TABLE.built_in:  # the library's own rows give a float, which need not be checked each time

        def forward(m: Any, *numbers: float) -> float:
            return as_float(op.forward(m, *numbers), f"the result of {op.name}")

    def operator(self: Value, other: Any) -> Any:
        if not isinstance(other, Value):
            number = as_operand(op.symbol, other)
            if number is NotImplemented:
                if isinstance(other, shared.AnyValue):
                    raise shared.mixed(op)
                return number
            other = constant(number)
        try:
            data = forward(floats, self._data, other._data)
        except (ValueError, ArithmeticError) as error:
            raise failed(op, (self, other), error) from None
        node = new(Value)
        node._data = data
        node._grad = None
        node._label = ""
        if (open_blocks and recording_off.get()) or (self._row is CONSTANT and other._row is CONSTANT):
            node._row = CONSTANT
            node._x = node._y = None
        else:
            node._row = op
            node._x = self
            node._y = other
        return node

    return named(op, operator)


@functools.cache
def _recorder(op: Op) -> Callable[..., Any]:
    """The function that computes an operation and records the node."""
    return _unary(op) if op.arity == 1 else _binary(op)


def _methods(row: Op) -> dict[str, Callable[..., Any]]:
    return methods(row, _recorder, constant)


shared.AnyValue.register(Value)
TABLE.carry(Value, _methods, reserved=dir(Value))
