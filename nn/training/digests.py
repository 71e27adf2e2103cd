"""Digests of what a run is made of, by which a resumed run notices that something has changed."""

import dis
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from autograd import Op
from autograd.table import flows, is_list
from nn.module import Module

PLAIN = (type(None), bool, int, float, complex, str, bytes)


def fingerprint(data: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> str:
    """A digest of all numbers in some data sets, to recognize them by.

    Args:
        data: The inputs and the targets of each data set.
    """
    digest = hashlib.sha256()
    for inputs, targets in data:
        for item in (*inputs, *targets):
            digest.update(repr([float(x) for x in item] if is_list(item) else float(item)).encode())
    return digest.hexdigest()[:16]


def text_digest(text: str) -> str:
    """A digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_digests(**things: Any) -> dict[str, str]:
    """A digest of the functions in each thing, and which Python wrote their code: another one writes it otherwise.

    A function is known by its code, its defaults, and the numbers and functions that it takes from around it. What it
    changes itself is left out, such as a count of its calls; so are lists that it may change, and parameters.

    Example:
        >>> one, same, other = (code_digests(f=partial(max, number))["f"] for number in (1, 1, 2))
        >>> one == same, one == other
        (True, False)
    """
    digests = {name: _digest(thing, {}) for name, thing in things.items()}
    return {"python": str(sys.implementation.cache_tag), **digests}


def _digest(thing: Any, known: dict[int, tuple[Any, str]]) -> str:
    """The digest of a thing, from those of its parts, which are the same in every process."""
    if isinstance(thing, PLAIN):
        return repr(thing)
    if id(thing) not in known:
        kind = type(thing).__qualname__
        known[id(thing)] = thing, kind  # for a circle, as of a function that calls itself
        text = f"{kind}({', '.join(_digest(part, known) for part in _parts(thing))})"
        known[id(thing)] = thing, text_digest(text)  # with the thing, which keeps its id
    return known[id(thing)][1]


def _parts(thing: Any) -> Iterator[Any]:
    """What the work of a thing depends on."""
    if isinstance(thing, FunctionType):
        yield from _parts_of_function(thing)
    elif isinstance(thing, CodeType):
        yield thing.co_code.hex()
        yield repr(thing.co_names)
        yield thing.co_consts
    elif isinstance(thing, partial):
        yield from (thing.func, thing.args, thing.keywords)
    elif isinstance(thing, MethodType):
        yield from (thing.__func__, thing.__self__)
    elif isinstance(thing, Op):
        yield from (thing.name, thing.forward, thing.partials)
    elif isinstance(thing, Module):  # its functions; the rest may change with each call
        yield from (
            part for part in thing._searched().values() if callable(part) or isinstance(part, (list, tuple, dict))
        )
    elif isinstance(thing, Mapping):
        yield from (part for item in thing.items() for part in item)
    elif isinstance(thing, (list, tuple)):
        yield from thing
    elif isinstance(thing, (set, frozenset)):
        yield from sorted(map(repr, thing))
    elif isinstance(thing, (type, BuiltinFunctionType)):
        yield thing.__qualname__
    elif not flows(thing):
        yield vars(type(thing)).get("__call__")
        yield from (part for item in getattr(thing, "__dict__", {}).items() for part in item)


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    code, ours = function.__code__, str(function.__module__).partition(".")[0] in ("autograd", "nn")
    around = _around(function)
    if ours:  # known by its name, since a later version may write it in another way
        yield function.__qualname__
    else:
        changed = {step.argval for step in dis.get_instructions(code) if step.opname in ("STORE_DEREF", "STORE_GLOBAL")}
        around = {name: part for name, part in around.items() if name not in changed and not _may_be_a_log(part)}
        yield from (code, function.__defaults__, function.__kwdefaults__)
    yield around


def _around(function: FunctionType) -> dict[str, Any]:
    """The variables that a function takes from the functions around it, and the numbers and functions of its module."""
    code = function.__code__
    found: dict[str, Any] = {}
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not set yet
            continue
    for name in code.co_names:
        part = function.__globals__.get(name)
        if isinstance(part, PLAIN[1:]) or (isinstance(part, FunctionType) and part.__module__ == function.__module__):
            found[name] = part
    return found


def _may_be_a_log(part: Any) -> bool:
    return isinstance(part, (list, dict, set))
