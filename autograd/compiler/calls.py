"""The calls that a text makes of NumPy: it is run once, on arrays that note what is done with them."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_OPERATORS = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power"}
_OPERATORS |= {"matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or"}
_COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
_POWERS = {0.5: "sqrt", 2.0: "square", -1.0: "reciprocal"}  # what arrays take for these exponents
TURNED, PART = "T", "part"  # what is no function of NumPy: `x.T` and `x[1:3]`


class Place(int):
    """Which of the calls an argument comes from."""


@dataclass(frozen=True, eq=False)
class Call:
    """A call, and what came of it.

    Attributes:
        function: The name of NumPy's function, `T` or `part`; empty for an array that is given.
        arguments: Its arguments: places of other calls, alone or in a list; anything else is a constant.
        options: Its named arguments, which are constants.
        shape: The shape of the result; `None` if it is no array.
        dtype: Its type.
        base: The place of the array that the result is a view of; its own, if it is none.
    """

    function: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    shape: tuple[int, ...] | None
    dtype: Any
    base: int

    def places(self) -> list[Place]:
        """The calls that its arguments come from."""
        flat = [each for it in self.arguments for each in (it if isinstance(it, list) else [it])]
        return [each for each in flat if isinstance(each, Place)]


class Noted:
    """An array, or a number, that notes what is done with it."""

    __array_ufunc__ = None  # so that NumPy leaves operators to it
    __hash__ = None  # type: ignore[assignment]  # == compares numbers

    def __init__(self, calls: "Calls", place: Place, value: Any) -> None:
        self.calls, self.place, self.value = calls, place, value

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        return tuple(self.value.shape)

    @property
    def T(self) -> Any:  # noqa: N802 - what it is called
        """With its axes in the opposite order."""
        return self.calls.noted(TURNED, lambda x: x.T, self)

    def __getitem__(self, key: Any) -> Any:
        return self.calls.noted(PART, operator.getitem, self, key)

    def __neg__(self) -> Any:
        return self.calls.noted("negative", operator.neg, self)


def _method(name: str, function: str, *, reflected: bool = False) -> Callable[[Noted, Any], Any]:
    run = getattr(operator, f"__{name}__")

    def method(self: Noted, other: Any) -> Any:
        if name == "pow" and not reflected and isinstance(other, int | float) and other in _POWERS:
            return self.calls.noted(_POWERS[other], lambda x: run(x, other), self)
        return self.calls.noted(function, run, *((other, self) if reflected else (self, other)))

    return method


for _name, _function in _OPERATORS.items():
    setattr(Noted, f"__{_name}__", _method(_name, _function))
    setattr(Noted, f"__r{_name}__", _method(_name, _function, reflected=True))
for _name, _function in _COMPARISONS.items():
    setattr(Noted, f"__{_name}__", _method(_name, _function))


class Calls:
    """NumPy as the namespace of a text, with notes of what is called.

    Attributes:
        made: The calls, in their order, after the arrays that are given.
    """

    def __init__(self) -> None:
        self.made: list[Call] = []

    asarray = staticmethod(np.asarray)  # what is bound beside a text is constant

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(np, name)
        return lambda *arguments, **options: self.noted(name, function, *arguments, **options)

    def given(self, arrays: Sequence[Any]) -> list[Noted]:
        """The arrays that a text is called with."""
        return [self._added("", (), {}, np.ascontiguousarray(array), len(self.made)) for array in arrays]

    def noted(self, name: str, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """A call's result: as it is, if it is computed from constants alone."""
        values = [_each(argument, lambda noted: noted.value) for argument in arguments]
        places = tuple(_each(argument, lambda noted: noted.place) for argument in arguments)
        result = function(*values, **options)
        if not any(isinstance(each, Noted) for it in arguments for each in (it if isinstance(it, list) else [it])):
            return result
        base = len(self.made)
        if isinstance(result, np.ndarray) and isinstance(values[0], np.ndarray) and isinstance(places[0], Place):
            base = self.made[places[0]].base if np.may_share_memory(result, values[0]) else base
        return self._added(name, places, options, result, base)

    def _added(self, name: str, arguments: tuple[Any, ...], options: dict[str, Any], value: Any, base: int) -> Noted:
        shape, dtype = (value.shape, value.dtype) if isinstance(value, np.ndarray) else (None, None)
        self.made.append(Call(name, arguments, options, shape, dtype, base))
        return Noted(self, Place(len(self.made) - 1), value)


def _each(argument: Any, of: Callable[[Noted], Any]) -> Any:
    if isinstance(argument, list):
        return [of(each) if isinstance(each, Noted) else each for each in argument]
    return of(argument) if isinstance(argument, Noted) else argument
