"""Buffers: what runs a text on NumPy again and again, for a number of examples, without new arrays.

The calls that the text makes are noted once. From them a function is written that makes the same ones, each into a
buffer that is kept: one whose last use is over, or, for a piece of the gradient, its part of the whole. Some calls
become quicker ones on the way: a sum over examples is a product with ones, and a choice is made bit by bit.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.compiler.calls import PART, TURNED, Call, Calls, Noted, Place

Function = Callable[..., Any]
Shapes = tuple[tuple[int, ...], ...]
MOST_SIZES = 4  # numbers of examples that functions are kept for
MOST_BYTES = 1 << 26  # of the buffers of one function
_FLOAT64 = np.dtype(np.float64)
_DOT = "vecdot"
_REDUCED = {"sum": "add", "max": "maximum"}
_COPIED = 4096  # so many numbers are copied sooner than their parts are looked up
_FILLED = {"maximum", "minimum"}  # NumPy's loops for one number beside an array take twice as long, or more
_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@"}


class Buffered:
    """A text on NumPy, which has buffers from the second time on that it is called with a number of examples.

    A function that runs is out of the list until it is done, so that no other thread, nor a handler of a signal, writes
    to its buffers; they get another one. What it returns is new each time.

    Args:
        bound: Gives the text as a function, with a namespace.
    """

    def __init__(self, bound: Callable[[Any], Function]) -> None:
        self._bound = bound
        self._free: dict[Shapes, list[Function]] = {}  # by the shapes of what is given

    def knows(self, given: Sequence[Any]) -> bool:
        """Whether these are arrays of float64 of shapes that it was called with before."""
        shapes = tuple([each.shape for each in given if type(each) is np.ndarray and each.dtype is _FLOAT64])
        return shapes in self._free and len(shapes) == len(given)

    def __call__(self, *given: Any) -> Any:
        """What the text gives, to rounding."""
        shapes = tuple([each.shape for each in given])
        free = self._free.get(shapes)
        if free is None:
            self._free[shapes] = []
            for old in [*self._free][:-MOST_SIZES]:
                self._free.pop(old, None)
            return self._text(*given)
        try:
            run = free.pop()
        except IndexError:
            run = self._with_buffers(given)
        result = run(*given)
        free.append(run)
        return result

    @cached_property
    def _text(self) -> Function:
        return self._bound(np)

    def _with_buffers(self, given: Sequence[Any]) -> Function:
        try:
            return with_buffers(self._bound, given)
        except MemoryError:
            return self._text


def with_buffers(
    bound: Callable[[Any], Function], given: Sequence[Any], needed: Sequence[int] | None = None
) -> Function:
    """A text as a function with buffers. It must not be called again before it is done.

    Args:
        bound: Gives the text as a function, with a namespace.
        given: Arrays of the shapes that it will be called with.
        needed: Which of its results are needed, by their places: these stand in buffers, which the next call writes to.
            By default all are, and are new.

    Raises:
        MemoryError: if the buffers would be larger than `MOST_BYTES`.
    """
    calls = Calls()
    with np.errstate(all="ignore"):  # what there is to warn of, the function itself will
        found = bound(calls)(*calls.given(given))
    results = found if isinstance(found, tuple) else (found,)
    are_new = needed is None
    writing = _Writing(calls.made, results if needed is None else [results[place] for place in needed], are_new)
    exec(writing.text(len(given)), writing.scope)
    run: Function = writing.scope["run"]
    return run


class _Held(NamedTuple):
    """Where the result of a call is.

    Attributes:
        name: What it is called in the function.
        array: The array, if it is the same each time.
        is_constant: Whether what is in it is the same each time, too.
    """

    name: str
    array: Any = None
    is_constant: bool = False


class _Writing:
    """The function as it is written."""

    def __init__(self, made: Sequence[Call], results: Sequence[Any], are_new: bool = True) -> None:
        self.are_new = are_new
        self.results = [each.place if isinstance(each, Noted) else each for each in results]
        self.asked = {each for each in self.results if isinstance(each, Place)}
        self.calls = [_quicker(call, made) for call in made]
        self.scope: dict[str, Any] = {}
        self.lines: list[str] = []
        self.held: dict[int, _Held] = {}
        self.constants: dict[str, _Held] = {}
        self.n_bytes = 0
        self.owned: dict[int, Any] = {}  # buffers that may be used again, by the place of what is in them
        self.free = defaultdict[tuple[int, Any], list[Any]](list)
        self.last: dict[int, float] = {}  # the last use of each array
        self.needed = self._look_ahead()
        self.parts: dict[int, list[tuple[Any, str]]] = {}  # of joined arrays: what belongs where
        self.regions: dict[int, tuple[int, str]] = {}  # what is computed there at once: of which array, and where
        for place in reversed(self.needed):
            if self.calls[place].function == "concat":
                self._join(place)

    def _look_ahead(self) -> list[int]:
        """The calls that the results need."""
        needed = {*self.asked}
        self.last = {self.calls[place].base: math.inf for place in needed}
        for place in reversed(range(len(self.calls))):
            if place in needed:
                needed.update(self.calls[place].places())
                for each in self.calls[place].places():
                    self.last.setdefault(self.calls[each].base, place)
        return sorted(needed)

    def _join(self, place: int) -> None:
        """Find what belongs where in a joined array."""
        pieces, start = self.calls[place].arguments[0], 0
        self.parts[place] = []
        for each in pieces:
            shape = (self.calls[each].shape if isinstance(each, Place) else np.shape(each)) or (1,)
            if self.calls[place].options["axis"] is None:
                stop = start + math.prod(shape)
                part = f"{{}}[{start}:{stop}]" + (f".reshape({shape})" if len(shape) > 1 else "")
            else:
                stop = start + shape[1]
                part = f"{{}}[:, {start}:{stop}]"
            self.parts[place].append((each, part))
            if isinstance(each, Place) and self._writer(each):
                self.regions[each] = place, part
            start = stop

    def _writer(self, place: int) -> Callable[[int, Call], None] | None:
        """What writes a call's result to where there is room; `None` if only NumPy itself makes room for it."""
        call = self.calls[place]
        if call.base != place or not call.shape:
            return None
        if isinstance(getattr(np, call.function, None), np.ufunc):
            return self._ufunc
        if call.function in _REDUCED:
            return self._reduced if [*call.options] == ["axis"] else None
        if call.function == "where":
            types = [self.calls[each].dtype if self._is_array(each) else None for each in call.arguments]
            return self._where if types[0] == np.bool_ and {*types[1:]} <= {None, _FLOAT64} else None
        return {"take": self._take, "concat": self._concat}.get(call.function)

    def _is_array(self, argument: Any) -> bool:
        return isinstance(argument, Place) and bool(self.calls[argument].shape)

    def text(self, n_given: int) -> str:
        """The function."""
        given = [f"x{place}" for place in range(n_given)]
        viewed = {self.calls[place].base for place in self.needed if self.calls[place].base != place}
        for place, name in enumerate(given):
            shape = self.calls[place].shape
            self.held[place] = _Held(name)
            if place in viewed and shape and math.prod(shape) <= _COPIED:
                self.held[place] = self._bound(self._buffer(math.prod(shape), np.float64).reshape(shape))
                self.lines.append(f"{self._function('copyto')}({self.held[place].name}, {name})")
        for place in self.needed:
            if place >= n_given:
                self._write(place)
        returned = [self._result(each) for each in self.results]
        head = f"def run({', '.join(given)}):"
        given_back = ", ".join(returned) if self.are_new else f"({', '.join(returned)},)"
        return "\n    ".join([head, *self.lines, f"return {given_back}"])

    def _write(self, place: int) -> None:
        call, write = self.calls[place], self._writer(place)
        if call.base != place:
            self.held[place] = self._viewed(f"v{place}", self.held[call.arguments[0]], self._expression(call))
        elif call.function == "full_like" and call.shape and not isinstance(call.arguments[1], Place):
            self.held[place] = self._bound(np.full(call.shape, call.arguments[1], call.dtype))._replace(
                is_constant=True
            )
        elif call.function == _DOT:
            pair = [self._viewed(f"d{len(self.lines)}", self.held[each], "{}.reshape(-1)") for each in call.arguments]
            self.held[place] = _Held(f"v{place}")
            self.lines.append(f"v{place} = {self._function(_DOT)}({pair[0].name}, {pair[1].name})")
        elif write:
            write(place, call)
        else:
            self.held[place] = _Held(f"v{place}")
            first = self._text(call.arguments[0])
            self.lines.append(f"v{place} = {self._expression(call).format(first)}")
        for each in {self.calls[each].base for each in call.places()}:
            if self.last[each] == place and each in self.owned:
                self._release(self.owned.pop(each))

    def _expression(self, call: Call) -> str:
        """A call as it stands in the text, with {} for its first argument."""
        rest = call.arguments[1:]
        if call.function == TURNED:
            return "{}.T"
        if call.function == PART:
            return f"{{}}[{_index(rest[0])}]"
        if call.function == "reshape":
            return f"{{}}.reshape({rest[0]})"
        if call.function in _INFIX:
            return f"{{}} {_INFIX[call.function]} {self._text(rest[0])}"
        options = [f"{key}={value!r}" for key, value in call.options.items()]
        return f"{self._function(call.function)}({', '.join(['{}', *map(self._text, rest), *options])})"

    def _ufunc(self, place: int, call: Call) -> None:
        is_by_entry = getattr(np, call.function).signature is None  # a matrix product cannot write over its factors
        out = self._room(place, call.arguments if is_by_entry else ())
        is_filled = call.function in _FILLED
        held = [self._filled(each, call.shape) if is_filled else self._argument(each) for each in call.arguments]
        arguments = ", ".join(each.name for each in held)
        self.lines.append(f"{self._function(call.function)}({arguments}, out={out.name})")

    def _where(self, place: int, call: Call) -> None:
        """A choice, bit by bit: a branch for each number takes several times as long, if nobody can foresee it."""
        condition, x, y = call.arguments
        shape = self.calls[condition].shape or ()
        mask = self._buffer(math.prod(shape), np.int8)
        chosen = self._bound(mask.reshape(shape)).name
        self._function("int8")
        first = self._viewed(f"c{place}", self.held[condition], "{}.view(int8)").name
        self.lines.append(f"{self._function('negative')}({first}, out={chosen})")  # all bits, or none
        bits = [self._bits(self._argument(each), f"{name}{place}") for each, name in ((x, "p"), (y, "q"))]
        are_apart = not (self._is_array(x) and self._is_array(y) and self.calls[x].base == self.calls[y].base)
        out = self._bits(self._room(place, (x,) if are_apart else ()), f"o{place}")
        self._function("bitwise_and")
        if not isinstance(y, int | float) or y:
            self._function("bitwise_xor")
            self.lines.append(f"bitwise_xor({bits[0]}, {bits[1]}, out={out})")
            self.lines.append(f"bitwise_and({out}, {chosen}, out={out})")
            self.lines.append(f"bitwise_xor({out}, {bits[1]}, out={out})")
        else:
            self.lines.append(f"bitwise_and({bits[0]}, {chosen}, out={out})")
        self._release(mask)

    def _bits(self, held: _Held, name: str) -> str:
        self._function("int64")
        return self._viewed(name, held, "{}.view(int64)").name

    def _reduced(self, place: int, call: Call) -> None:
        """A sum, or the largest, along some axes."""
        array, axis = call.arguments[0], call.options["axis"]
        shape, is_turned = self.calls[array].shape or (), self.calls[array].function == TURNED
        out, x = self._room(place).name, self._text(array)
        if call.function == "sum" and len(shape) == 2 and (self.calls[array].base == array or is_turned):
            ones = self._constant(f"ones {shape[axis]}", lambda: np.ones(shape[axis])).name
            pair = f"{ones}, {x}" if axis == 0 else f"{x}, {ones}"
            self.lines.append(f"{self._function('matmul')}({pair}, out={out})")  # which is quicker
        else:
            self.lines.append(f"{self._function(_REDUCED[call.function])}.reduce({x}, {axis}, None, {out})")

    def _take(self, place: int, call: Call) -> None:
        array, index = (self._text(each) for each in call.arguments)
        out = self._room(place)  # the places are right: they were, when the calls were noted
        self.lines.append(f'{array}.take({index}, {call.options["axis"]}, {out.name}, "wrap")')

    def _concat(self, place: int, _call: Call) -> None:
        whole = self._room(place)
        for piece, part in self.parts[place]:
            if isinstance(piece, Place) and self.regions.get(piece) == (place, part):
                continue
            held, region = self._argument(piece), self._viewed(f"r{len(self.lines)}", whole, part)
            if held.is_constant and region.array is not None:
                region.array[...] = held.array
            else:
                self.lines.append(f"{region.name}[...] = {held.name}")

    def _room(self, place: int, arguments: Sequence[Any] = ()) -> _Held:
        """Where a result is written to: a part of a joined array, one of the arguments in its last use, or a buffer."""
        if place in self.held:
            return self.held[place]
        call = self.calls[place]
        assert call.shape
        if place in self.regions:
            whole, part = self.regions[place]
            found = self._viewed(f"v{place}", self._room(whole), part)
        elif self.are_new and call.function == "concat" and place in self.asked and math.prod(call.shape) > _COPIED:
            found = _Held(f"v{place}")
            self.lines.append(f"v{place} = {self._function('empty')}({call.shape})")
        else:
            for each in arguments:
                if isinstance(each, Place) and each in self.owned and self.last[each] == place:
                    other = self.calls[each]
                    if (other.shape, other.dtype) == (call.shape, call.dtype):
                        self.owned[place] = self.owned.pop(each)
                        self.held[place] = self.held[each]
                        return self.held[place]
            is_joined = call.function == "concat"  # whose pieces come one by one, or stay there
            buffer = self._buffer(math.prod(call.shape), call.dtype, is_new=is_joined)
            if not is_joined:
                self.owned[place] = buffer
            found = self._bound(buffer.reshape(call.shape))
        self.held[place] = found
        return found

    def _buffer(self, size: int, dtype: Any, *, is_new: bool = False) -> Any:
        free = self.free[size, np.dtype(dtype)]
        if free and not is_new:
            return free.pop()
        self.n_bytes += size * np.dtype(dtype).itemsize
        if self.n_bytes > MOST_BYTES:
            raise MemoryError
        return np.empty(size, dtype)

    def _release(self, buffer: Any) -> None:
        self.free[buffer.size, buffer.dtype].append(buffer)

    def _viewed(self, name: str, held: _Held, expression: str) -> _Held:
        """A part of an array: found once, if the array is always the same."""
        if held.array is not None:
            part = eval(expression.format("array"), self.scope, {"array": held.array})
            if isinstance(part, np.ndarray) and np.may_share_memory(part, held.array):
                return self._bound(part)._replace(is_constant=held.is_constant)
        self.lines.append(f"{name} = {expression.format(held.name)}")
        return _Held(name)

    def _bound(self, array: Any) -> _Held:
        name = f"k{len(self.scope)}"
        self.scope[name] = array
        return _Held(name, array)

    def _constant(self, key: str, make: Callable[[], Any]) -> _Held:
        if key not in self.constants:
            self.constants[key] = self._bound(make())
        return self.constants[key]

    def _filled(self, argument: Any, shape: Any) -> _Held:
        """An argument of a function that is slow with one number: that number, as often as there are others."""
        if isinstance(argument, Place | np.ndarray | np.generic):
            return self._argument(argument)

        def made() -> Any:
            room = self._buffer(math.prod(shape), np.float64, is_new=True)
            room.fill(argument)
            return room.reshape(shape)

        return self._constant(f"{argument!r} {shape}", made)

    def _argument(self, argument: Any) -> _Held:
        """An argument of a function of arrays, where NumPy takes an array more quickly than a plain number."""
        if isinstance(argument, Place):
            return self.held[argument]
        if isinstance(argument, np.ndarray | np.generic):
            return self._bound(np.asarray(argument))
        return self._constant(repr(argument), lambda: np.array(float(argument)))

    def _function(self, name: str) -> str:
        self.scope[name] = getattr(np, name)
        return name

    def _text(self, argument: Any) -> str:
        """An argument of any function."""
        if isinstance(argument, list):
            return f"[{', '.join(map(self._text, argument))}]"
        is_plain = not isinstance(argument, Place | np.ndarray | np.generic)
        if is_plain and not (isinstance(argument, float) and not math.isfinite(argument)):
            return repr(argument)
        return self._argument(argument).name

    def _result(self, result: Any) -> str:
        """What is returned: no buffer, if it is to be new."""
        text = self._text(result)
        if not isinstance(result, Place) or self.calls[result].shape is None:
            return text
        is_new = self.held[result].array is None and self.calls[self.calls[result].base].function
        return text if is_new or not self.are_new else f"{text}.copy()"


def _quicker(call: Call, calls: Sequence[Call]) -> Call:
    """The sum of all products of two arrays as a product of vectors."""
    if call.function != "sum" or call.options:
        return call
    inner = calls[call.arguments[0]]
    shapes = {calls[each].shape if isinstance(each, Place) else None for each in inner.arguments}
    is_product = inner.function == "multiply" and shapes == {inner.shape}
    return replace(call, function=_DOT, arguments=inner.arguments) if is_product and inner.shape else call


def _index(key: Any) -> str:
    """What is taken of an array, as it is written in brackets."""
    if isinstance(key, tuple):
        return ", ".join(map(_index, key))
    if isinstance(key, slice):
        return ":".join("" if each is None else str(each) for each in (key.start, key.stop, key.step)).removesuffix(":")
    return str(key)
