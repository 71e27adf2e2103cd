"""What the text of a program may say: a text from a file runs only if the compiler could have written it.

It is read as a tree, and each part of it must be one of those that are named here. Nothing that is called, taken or
bound can leave the arrays that the program is given. A plain whole number is watched for how many bits it may have, so
that no short text computes one that fills the memory; anything else that a program computes has a fixed precision.
"""

import ast
import re
from collections.abc import Collection, Sequence

from autograd.compiler.fitting import NAMESPACE, shown

LONGEST = 10_000_000  # characters of a text
MOST_STEPS = 10_000  # of a loop
MOST_BITS = 1000  # of a whole number
_WORD = 63  # bits of a number that is written down, and of a size
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_NUMBERS = {"inf", "-inf", "nan"}  # those that Python has no word for
_TAKEN = {"xp", "program", "float", "range"}

_Kind = int  # how many bits a plain whole number may have; 0 of an array, or of a number with a point


class _RefusedError(Exception):
    def __init__(self, node: ast.AST, why: str) -> None:
        super().__init__(why)
        self.line = getattr(node, "lineno", 1)


def require_program(source: str, given: Sequence[str], bound: Collection[str]) -> None:
    r"""Raise a ValueError unless a text is a program as the compiler writes them.

    Args:
        source: The text, of which nothing is run.
        given: What the program is called with after the namespace, in this order.
        bound: The names of the arrays that are bound beside it.

    Example:
        >>> text = "def program(xp, theta):\n    cost = xp.sum(theta)\n    return cost, xp.full_like(theta, 1)\n"
        >>> require_program(text, ["theta"], [])
        >>> require_program(text.replace("xp.sum(theta)", "xp.save(theta)"), ["theta"], [])
        Traceback (most recent call last):
            ...
        ValueError: line 2, `cost = xp.save(theta)`: programs do not call xp.save.
    """
    if len(source) > LONGEST:
        raise ValueError(f"a text of {len(source):,} characters: it may have {LONGEST:,}.")
    try:
        _Text(given, bound).read(ast.parse(source))
    except _RefusedError as refused:
        raise ValueError(f"{shown(source, refused.line)}: {refused}.") from None
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 1}: it is not Python: {error.msg}.") from None
    except (RecursionError, MemoryError):
        raise ValueError("its expressions are nested too deeply.") from None


class _Text:
    """A text, and the functions in it that have been read."""

    def __init__(self, given: Sequence[str], bound: Collection[str]) -> None:
        self.given, self.bound = given, bound
        self.lists = set[str]()
        self.rows: dict[str, ast.FunctionDef] = {}
        self.known: dict[tuple[str, tuple[_Kind, ...], int], _Kind] = {}

    def read(self, tree: ast.Module) -> None:
        for statement in tree.body[:-1]:
            match statement:
                case ast.Assign(targets=[ast.Name(name)], value=ast.List(numbers)):
                    self._require_new(statement, name)
                    if len(numbers) > MOST_STEPS:
                        raise _RefusedError(statement, f"a list has {MOST_STEPS:,} numbers at most")
                    for number in numbers:
                        _literal(number)
                    self.lists.add(name)
                case ast.FunctionDef(name):
                    self._require_new(statement, name)
                    _, *arguments = _arguments(statement)
                    self.rows[name] = statement
                    self.result(statement, name, (0,) * len(arguments), 1)
                case _:
                    raise _RefusedError(statement, "before the program there are functions and lists of numbers alone")
        match tree.body[-1:]:
            case [ast.FunctionDef("program") as program] if _arguments(program) == ["xp", *self.given]:
                _Body(self, dict.fromkeys([*self.given, *self.bound], 0), 0).read(program)
            case _:
                last = tree.body[-1] if tree.body else tree
                raise _RefusedError(last, f"the last function must be program({', '.join(['xp', *self.given])})")

    def result(self, node: ast.AST, name: str, kinds: tuple[_Kind, ...], depth: int) -> _Kind:
        """What a row gives for such arguments."""
        key = (name, kinds, depth)
        if key not in self.known:
            _, *arguments = _arguments(self.rows[name])
            if len(arguments) != len(kinds):
                raise _RefusedError(node, f"{name} takes other arguments")
            if depth > 2:
                raise _RefusedError(node, "functions that call functions are called by the program alone")
            self.known[key] = _Body(self, dict(zip(arguments, kinds, strict=True)), depth).read(self.rows[name])
        return self.known[key]

    def _require_new(self, node: ast.AST, name: str) -> None:
        _require_plain(node, name)
        if name in self.rows or name in self.lists or name in self.bound:
            raise _RefusedError(node, f"{name} is there already")


class _Body:
    """The lines of a function, and what is known at each.

    Args:
        text: The text.
        names: What there is before the first line.
        depth: How many functions are being called: 0 for the program itself.
    """

    def __init__(self, text: _Text, names: dict[str, _Kind], depth: int) -> None:
        self.text, self.names, self.depth = text, names, depth
        self.layers = set[str]()  # names that stand for an array of each layer
        self.in_loop = False

    def read(self, function: ast.FunctionDef) -> _Kind:
        """Read the lines, and find what is given back."""
        lines = function.body
        if isinstance(lines[0], ast.Expr) and ast.get_docstring(function) is not None:
            lines = lines[1:]
        for line in lines[:-1]:
            self.line(line)
        match lines[-1:]:
            case [ast.Return(ast.Tuple([_, _] | [_, _, _] as results))] if self.depth == 0:
                return max(map(self.kind, results))
            case [ast.Return(ast.expr() as value)] if self.depth:
                return self.kind(value)
        raise _RefusedError(function.body[-1], "a program ends with return cost, gradient, and a row with its value")

    def line(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign([ast.Subscript(ast.Name(stem), layer)], value) if stem in self.layers:
                self.require_whole(layer)
                if self.kind(value):
                    raise _RefusedError(node, "it is no array")
            case ast.Assign([target], value):
                targets, values = _several(target), _several(value)
                if len(targets) != len(values):
                    raise _RefusedError(node, "each name gets one thing")
                kinds = [None if _is_empty(each) else self.kind(each) for each in values]
                for name, kind in zip(targets, kinds, strict=True):
                    self.bind(name, kind)
            case ast.For(target, iterator, body, []) if not self.in_loop:
                self.bind(target, self.steps(iterator))
                self.in_loop = True
                for line in body:
                    self.line(line)
                self.in_loop = False
            case _:
                raise _RefusedError(node, f"programs have no such line ({type(node).__name__})")

    def bind(self, target: ast.expr, kind: _Kind | None) -> None:
        """A name becomes something; what it was before had the same kind, so that a loop may be read once."""
        if not isinstance(target, ast.Name):
            raise _RefusedError(target, "what is assigned to is no plain name")
        name = target.id
        _require_plain(target, name)
        text = self.text
        if name in text.rows or name in text.lists or name in self.layers or self.names.get(name, kind) != kind:
            raise _RefusedError(target, f"{name} is something else already")
        if kind is None:
            self.layers.add(name)
        else:
            self.names[name] = kind

    def steps(self, node: ast.expr) -> _Kind:
        """What a loop goes over."""
        match node:
            case ast.Call(ast.Name("range"), [_, *_] as ends, []) if len(ends) <= 3:
                numbers = [_literal(each) for each in ends]
                if all(isinstance(each, int) for each in numbers) and 0 not in numbers[2:]:
                    steps = range(*map(int, numbers))
                    if len(steps) <= MOST_STEPS:
                        return _WORD
                    raise _RefusedError(node, f"a loop has {MOST_STEPS:,} steps at most")
            case ast.Subscript(ast.Name(name), ast.Slice() as part) if name in self.text.lists:
                self.place(part)
                return 0
        raise _RefusedError(node, "loops go over range(...) of whole numbers, or over a list of numbers")

    def kind(self, node: ast.expr) -> _Kind:
        """What an expression is."""
        match node:
            case ast.Constant():
                number = _literal(node)
                return max(1, number.bit_length()) if isinstance(number, int) else 0
            case ast.Name(name):
                if name not in self.names:
                    raise _RefusedError(node, f"{name} is not known here")
                return self.names[name]
            case ast.UnaryOp(ast.USub(), operand):
                return self.kind(operand)
            case ast.BinOp(left, operator, right):
                return self.combined(node, self.kind(left), operator, self.kind(right))
            case ast.Compare(left, [ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE() | ast.Eq() | ast.NotEq()], [right]):
                self.kind(left)
                self.kind(right)
                return 1
            case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), ast.Constant(0)) if name in self.text.given:
                return _WORD
            case ast.Subscript(ast.Name(stem), layer) if stem in self.layers or stem in self.text.lists:
                self.require_whole(layer)
                return 0
            case ast.Subscript(array, places):
                self.kind(array)
                for each in _several(places):
                    self.place(each)
                return 0
            case ast.Attribute(array, "T"):
                return self.kind(array)
            case ast.Call(function, arguments, options):
                return self.called(node, function, arguments, options)
        raise _RefusedError(node, f"programs have no such expression ({type(node).__name__})")

    def combined(self, node: ast.BinOp, left: _Kind, operator: ast.operator, right: _Kind) -> _Kind:
        is_whole = left > 0 < right
        match operator:
            case ast.Add() | ast.Sub() | ast.BitAnd() | ast.BitOr():
                bits = max(left, right) + 1
            case ast.Mult():
                bits = left + right
            case ast.Pow():
                exponent = _literal(node.right) if isinstance(node.right, ast.Constant) else MOST_BITS
                bits = left * int(exponent) + 1 if is_whole else 0
            case ast.Div() | ast.MatMult():
                return 0
            case _:
                raise _RefusedError(node, f"programs do not compute so ({type(operator).__name__})")
        if is_whole and bits > MOST_BITS:
            raise _RefusedError(node, "whole numbers become too large there")
        return bits if is_whole else 0

    def called(
        self, node: ast.Call, function: ast.expr, arguments: Sequence[ast.expr], options: Sequence[ast.keyword]
    ) -> _Kind:
        match function, arguments:
            case ast.Name("float"), [ast.Constant(str(text))] if text in _NUMBERS and not options:
                return 0
            case ast.Name(row), [ast.Name("xp"), *rest] if row in self.text.rows and not options:
                if self.in_loop and self.depth:
                    raise _RefusedError(node, "a function calls no other one in a loop")
                return self.text.result(node, row, tuple(map(self.kind, rest)), self.depth + 1)
            case ast.Attribute(ast.Name("xp"), name), _ if name in NAMESPACE:
                if name == "concat" and arguments and isinstance(arguments[0], ast.List):
                    arguments = [*arguments[0].elts, *arguments[1:]]
                for argument in arguments:
                    if isinstance(argument, ast.Tuple):
                        for size in argument.elts:
                            self.require_whole(size)
                    else:
                        self.kind(argument)
                for option in options:
                    if option.arg not in ("axis", "axes"):
                        raise _RefusedError(node, f"the functions are not called with {option.arg or '**'}")
                    _require_axes(option.value)
                return 0
        raise _RefusedError(node, f"programs do not call {ast.unparse(function):.60}")

    def place(self, node: ast.expr) -> None:
        """A place along an axis: a whole number, a range, or a new axis."""
        match node:
            case ast.Slice(start, stop, step):
                for end in (start, stop, step):
                    if end is not None:
                        self.require_whole(end)
            case ast.Constant(None):
                pass
            case _:
                self.require_whole(node)

    def require_whole(self, node: ast.expr) -> None:
        if not self.kind(node):
            raise _RefusedError(node, "what stands there must be a whole number")


def _arguments(function: ast.FunctionDef) -> list[str]:
    """The names of what a function takes, which begin with xp: no defaults, stars, annotations or decorators."""
    names = [each.arg for each in function.args.args]
    for name in names[1:]:
        _require_plain(function, name)
    others = [*function.decorator_list, *getattr(function, "type_params", [])]
    is_plain = names[:1] == ["xp"] and len({*names}) == len(names) and not others and function.returns is None
    if not is_plain or ast.unparse(function.args) != ", ".join(names):
        raise _RefusedError(function, "a function takes xp and plain names alone")
    return names


def _require_plain(node: ast.AST, name: str) -> None:
    if not _NAME.fullmatch(name) or "__" in name or name in _TAKEN:
        raise _RefusedError(node, f"{name:.60} is no name that programs give")


def _several(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) and not node.keys


def _literal(node: ast.expr) -> int | float:
    """A number that is written down."""
    match node:
        case ast.UnaryOp(ast.USub(), operand):
            return -_literal(operand)
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            if isinstance(number, float) or number.bit_length() <= _WORD:
                return number
            raise _RefusedError(node, "the number is too large")
    raise _RefusedError(node, "there must be a number")


def _require_axes(node: ast.expr) -> None:
    """The value of an option: a number, none, or some of these in parentheses."""
    match node:
        case ast.Tuple(elements):
            for each in elements:
                _require_axes(each)
        case ast.Constant(None):
            pass
        case _:
            _literal(node)
