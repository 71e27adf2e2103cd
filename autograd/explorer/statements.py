"""Statements as a short JavaScript function: what is used once stands where it is used, and nothing else is left out.

A function is a tree: statements, and then a result, or a condition on which it goes on in one of two ways. The order in
which things are computed matters only where they may fail; the first failure is the one that Python would have raised.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# How tightly the outermost operator of a text binds.
_CHOICE, _SUM, _PRODUCT, _ATOM = range(4)
_LEVELS = {"?": _CHOICE, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}

_NAME = re.compile(r"\bt\d+\b")
_NEGATIVE = re.compile(r"(?<![-+\w)\]])\((-[\d.]+(?:e[-+]?\d+)?)\)")  # whose parentheses are not needed
_COMPARISON = re.compile(r"\(([\w.]+(?:[<>]=?|[=!]=)(?:[\w.]+(?:(?<=e)-\d+)?|\(-[^()]*\)))\)")
_LETTERS = "abcdefghijklnopqrstuvw"  # without those of m and of the arguments


@dataclass(frozen=True)
class Statement:
    """The computation of one number.

    Attributes:
        name: What other statements call it: t0, t1 and so on.
        text: What is computed, with these names in it.
        operation: The operator, or the name of the function.
        may_fail: Whether it throws an error for some numbers.
    """

    name: str
    text: str
    operation: str
    may_fail: bool = False

    @property
    def level(self) -> int:
        """How tightly it binds."""
        return _PRODUCT if self.text.startswith("-") else _LEVELS.get(self.operation, _ATOM)


@dataclass(frozen=True)
class Tree:
    """Statements, and what follows on them.

    Attributes:
        statements: The statements, in order.
        end: The text of the result; or of the condition, where there are two ways.
        ways: How it goes on where the condition holds, and where it does not.
    """

    statements: tuple[Statement, ...]
    end: str
    ways: "tuple[Tree, Tree] | tuple[()]" = ()


def function(tree: Tree, arguments: str, *, is_lazy: bool = False) -> str:
    """An arrow function.

    Args:
        tree: What it computes.
        arguments: The names of its arguments, a letter each.
        is_lazy: Whether only what the result depends on is computed, so that nothing else can fail.

    Example:
        >>> half = Statement("t0", "m.exp(x)", "exp", may_fail=True)
        >>> function(Tree((half, Statement("t1", "t0+1", "+"), Statement("t2", "2*t1", "*")), "t2"), "zx")
        '(z,x)=>2*(m.exp(x)+1)'
    """
    lines = _Block(_needed(tree, is_lazy), {}, {}, is_lazy).lines
    text = ";".join(_joined(lines)).replace("};", "}")
    used = max((place for place, name in enumerate(arguments) if re.search(rf"\b{name}\b", text)), default=-1)
    names = ",".join(arguments[: used + 1])
    head = names if used == 0 else f"({names})"
    only = text.removeprefix("return ")
    return _NEGATIVE.sub(r"\1", f"{head}=>{only}" if len(lines) == 1 else f"{head}=>{{{text}}}")


def _needed(tree: Tree, is_lazy: bool) -> Tree:
    """A tree without what nothing depends on: statements, and conditions after which all is the same."""
    statements, end, ways = tree.statements, tree.end, tree.ways
    if ways:
        yes, no = (_needed(way, is_lazy) for way in ways)
        if yes == no:
            statements, end, ways = statements + yes.statements, yes.end, yes.ways
        else:
            ways = (yes, no)
    used = _free(end, ways)
    kept = []
    for statement in reversed(statements):
        if statement.name in used or (statement.may_fail and not is_lazy):
            kept.append(statement)
            used.update(_names(statement.text))
    return Tree((*reversed(kept),), end, ways)


def _free(end: str, ways: "tuple[Tree, ...]") -> "Counter[str]":
    """How often the end of a tree uses what is computed before it; what it computes itself is not told apart."""
    used = Counter(_names(end))
    for way in ways:
        used += _free(way.end, way.ways)
        for statement in way.statements:
            used.update(_names(statement.text))
    return used


def _joined(lines: list[str]) -> Iterator[str]:
    """The lines, with declarations that follow each other as one."""
    declared: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("const "):
            declared.append(line.removeprefix("const "))
            continue
        if declared:
            yield "const " + ",".join(declared)
            declared = []
        if line:
            yield line


class _Block:
    """The lines of a tree.

    Args:
        tree: The tree.
        open_: Statements further up that no line has computed yet.
        declared: The variables of those that a line has.
        is_lazy: See `function`.
    """

    def __init__(self, tree: Tree, open_: Mapping[str, Statement], declared: Mapping[str, str], is_lazy: bool) -> None:
        self.open = {**open_, **{statement.name: statement for statement in tree.statements}}
        self.declared = dict(declared)
        self.uses = _free(tree.end, tree.ways)
        for statement in reversed(self.open.values()):
            if statement.name not in declared and (self.uses[statement.name] or statement in tree.statements):
                self.uses.update(_names(statement.text))
        self.lines: list[str] = []
        fallible = [] if is_lazy else [statement for statement in tree.statements if statement.may_fail]
        for place, statement in enumerate(fallible):
            following = fallible[place + 1].name if place + 1 < len(fallible) else ""
            if not self._waits(statement, tree, following):
                self._declare(statement)
        if tree.ways:
            condition = self._condition(tree.end)
            yes, no = (_Block(way, self.open, self.declared, is_lazy).lines for way in tree.ways)
            self.lines += _fork(condition, yes, no)
        else:
            self.lines.append(f"return {self._filled(tree.end, _CHOICE, _CHOICE)}")

    def _waits(self, statement: Statement, tree: Tree, following: str) -> bool:
        """Whether it can stand where it is used, since that is the next thing that may fail, or the result."""
        name = statement.name
        while self.uses[name] == 1:
            users = [other for other in tree.statements if name in _names(other.text)]
            if not users:
                return not following and not tree.ways
            if users[0].name == following:
                return True
            if users[0].operation == "?" or users[0].may_fail:
                return False
            name = users[0].name
        return False

    def _declare(self, statement: Statement) -> str:
        text = self._text(statement)
        if not self.uses[statement.name]:
            self.lines.append(text)  # it may fail, and nothing depends on it
            return ""
        rest, place = divmod(len(self.declared), len(_LETTERS))
        variable = f"{_LETTERS[place]}{rest or ''}"
        self.lines.append(f"const {variable}={text}")
        self.declared[statement.name] = variable
        return variable

    def _text(self, statement: Statement) -> str:
        if statement.operation == "?":
            condition, rest = statement.text.split("?", 1)
            return f"{self._condition(condition)}?{self._filled(rest, _SUM, _SUM)}"
        if statement.level == _ATOM:
            return self._filled(statement.text, _CHOICE, _CHOICE)
        return self._filled(statement.text, statement.level, statement.level + 1)

    def _filled(self, text: str, left: int, right: int) -> str:
        """A text with each name replaced by what it stands for: in parentheses, if that binds more loosely."""

        def fill(match: re.Match[str]) -> str:
            name = match[0]
            if name in self.declared:
                return self.declared[name]
            statement = self.open[name]
            if self.uses[name] > 1:
                return self._declare(statement)
            inner = self._text(statement)
            before = text[: match.start()]
            is_open = inner.startswith("-") and before.endswith(("-", "+"))  # -- would be an operator of its own
            needed = left if before in ("", "-") else right
            return f"({inner})" if statement.level < needed or is_open else inner

        return _NAME.sub(fill, text)

    def _condition(self, text: str) -> str:
        found = _COMPARISON.sub(r"\1", text)
        while found.startswith("(") and _closes(found) == len(found) - 1:
            found = found[1:-1]
        return self._filled(found, _SUM, _SUM)


def _names(text: str) -> list[str]:
    return _NAME.findall(text)


def _closes(text: str) -> int:
    """Where the parenthesis that opens a text is closed."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place
    return -1


def _fork(condition: str, yes: list[str], no: list[str]) -> list[str]:
    """The lines for two ways; none for the condition if they are the same."""
    if yes == no:
        return yes
    if len(yes) > 1:
        return [f"if({condition}){{{';'.join(_joined(yes))}}}", *no]
    if len(no) > 1:
        return [f"if({condition}){yes[0]}", *no]
    return [f"return {condition}?{yes[0].removeprefix('return ')}:{no[0].removeprefix('return ')}"]
