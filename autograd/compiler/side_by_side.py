"""The scalar graph, the index formula and the matrix line, side by side: as text, and as HTML with formulas."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from autograd.compiler.beside import ROLES, Row, rows_beside
from autograd.compiler.formulas import LISTS, lists_in, typeset_names, with_numbers
from autograd.compiler.lifting import Lifted
from autograd.compiler.recording import Recording
from autograd.compiler.terms import INPUT
from autograd.compiler.writing import EQUATIONS
from autograd.engine import Value
from autograd.notation import (
    Expression,
    Report,
    Table,
    as_mathml,
    latex_name,
    latex_number,
    minus,
    plural,
    printable,
    read_latex,
    show_number,
    to_latex,
    to_text,
    typeset,
)

_WIDTH = 82  # of the last column, so that the table fits a terminal of 100
_STYLE = """
.beside { font: 14px/1.5 system-ui, sans-serif; overflow-x: auto; text-align: left; }
.beside section { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27em), 1fr));
  gap: .2em 2em; padding: .5em 0; border-top: 1px solid #8886; }
.beside section > :first-child { padding-left: 42px; text-indent: -42px; }
.beside section > :first-child > :not(:first-child) { text-indent: 0; }
.beside code { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; background: none; color: inherit; }
.beside b { display: inline-block; width: 42px; font-weight: normal; text-indent: 0; opacity: .75; }
.beside i { opacity: .75; font-style: normal; }
.beside math { font-size: 1.1em; }
"""

# Of a formula, between which a line may break: a sign, and what follows it, as text and in LaTeX.
Piece = tuple[str, str, str]


class Line(NamedTuple):
    """A line as a page of the graph shows it.

    Attributes:
        number: Its number in the text.
        code: What it says.
        notes: What else there is to say.
        formulas: Its index formula, then the member: each in pieces.
        nodes: The nodes that it is about.
    """

    number: int
    code: str
    notes: Sequence[str]
    formulas: Sequence[Sequence[Piece]]
    nodes: Sequence[Value]


@dataclass(frozen=True, repr=False)
class SideBySide(Report):
    """Each line of a program beside the scalars that became it. It prints as text; a notebook shows formulas.

    `autograd.explore(found.output, beside=found)` is a page of the graph, where a line lights its nodes.

    Attributes:
        rows: The lines.
        order: The graph of the example, or of a cost without one, parents before children.
        is_example: Whether there is an example.
    """

    rows: Sequence[Row]
    order: Sequence[Value] = field(repr=False)
    is_example: bool

    @property
    def output(self) -> Value:
        """The cost, as it was recorded."""
        return self.order[-1]

    @property
    def lines(self) -> Sequence[Line]:
        """The lines for a page of the graph."""
        return [_line(row) for row in self.rows]

    @property
    def caption(self) -> str:
        """What there is to see."""
        nodes = plural(len(self.order), "node")
        if not self.is_example:
            return f"{nodes} became this program"
        return f"{nodes} of one example became this program; the numbers are those of the example, where n = 1"

    def __getitem__(self, name: str) -> "SideBySide":
        """The line of an array alone."""
        found = [row for row in self.rows if row.name == name]
        if not found:
            raise KeyError(
                f"there is no line {name!r:.60} here; the lines are {', '.join(row.name for row in self.rows)}"
            )
        return replace(self, rows=found)

    def table(self) -> Table:
        """For each line: its code, its equation, its index formula, one member, and what it is made of."""
        rows = list[tuple[str, str, str]]()
        for row in self.rows:
            parts = [("line", row.place.code), ("equation", row.equation), ("in a loop", row.place.loop)]
            labels = ("formula", "member", "")
            parts += [(label, _text(formula)) for label, formula in zip(labels, _formulas(row), strict=False)]
            parts.append(("from", _origin(row)))
            number = f"{row.place.number:4}"
            for label, text in parts:
                for line in textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False):
                    rows.append((number, label, line))
                    number, label = "", ""
        return Table(("line", "", ""), rows, left=3, caption=self.caption)

    def to_html(self) -> str:
        """The same as HTML, with formulas in MathML."""
        rows = "".join(map(_section, self.rows))
        return (
            f'<div class="beside" tabindex="0" role="region" aria-label="side by side"><style>{_STYLE}</style>'
            f"<p>{html.escape(self.caption)}</p>{rows}</div>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()


def side_by_side(recording: Recording, lifted: Lifted, source: str, model: Any, neuron: int) -> SideBySide:
    """Put a program beside the graph of its example.

    Args:
        recording: The recorded cost.
        lifted: What the passes have made of it.
        source: The text of the program.
        model: Gives names to parameters that have no labels, by its `named_parameters()`; or `None`.
        neuron: Which member of each line is written out; of fewer, the last.

    Raises:
        TypeError: if the model has no names for its parameters.
        ValueError: if there is no such neuron.
    """
    if isinstance(neuron, bool) or not isinstance(neuron, int) or neuron < 0:
        raise ValueError(f"a neuron is a number from 0 on, but got {neuron!r:.60}.")
    if model is not None and not callable(getattr(model, "named_parameters", None)):
        raise TypeError(f"a model has named_parameters(), as those of nn have, but got {model!r:.60}.")
    names = {} if model is None else {value: name for name, value in model.named_parameters().items()}
    return SideBySide(rows_beside(recording, lifted, source, names, neuron), recording.order, INPUT in recording.sizes)


def _formulas(row: Row) -> list[list[Piece]]:
    """The index formula, a member, and the member with numbers in place of names."""
    right, number = row.member.right, show_number(row.member.right.number, 4)
    result = ("=", number, latex_number(float(number)))
    found = [
        [("", printable(typeset(left)), latex_name(left)), *_pieces("=", formula)]
        for left, formula in (row.index, row.member)
    ]
    if right.op is not None:
        found.append([*_pieces("=", with_numbers(right)), result])
    elif right.name:
        found[1].append(result)
    return found


def _pieces(sign: str, formula: Expression) -> list[Piece]:
    """A formula after a sign: the terms of a sum, each after its own."""
    if formula.op is not None and formula.is_sum and len(formula.arguments) == 2:
        first, second = formula.arguments
        if not (second.is_sum or to_text(second).startswith("-")):
            return [*_pieces(sign, first), *_pieces(formula.op.symbol, second)]
    return [(sign, to_text(typeset_names(formula)), to_latex(formula))]


def _text(formula: Sequence[Piece]) -> str:
    return " ".join(f"{sign} {text}".strip() for sign, text, _ in formula)


def _origin(row: Row) -> str:
    nodes = ROLES[row.role].format(plural(len(row.nodes), "node")) if row.nodes else ""
    lists = ", ".join(sorted(lists_in(row.index.right), key=LISTS.index))
    places = f"{lists} from {'lists' if len(lists) > 1 else 'a list'}" if lists else ""
    counts = f"{row.counts} in each layer" if row.place.loop else row.counts
    return "; ".join(part for part in (counts, nodes, places) if part)


def _line(row: Row) -> Line:
    notes = [row.equation, row.place.loop, _origin(row)]
    return Line(row.place.number, row.place.code, [note for note in notes if note], _formulas(row), row.nodes)


def _section(row: Row) -> str:
    """A row: on the left what stands in the program, on the right the formulas."""
    name, _, said = row.equation.partition(": ")
    text, latex = EQUATIONS.get(name, ("", ""))
    equation = f"{name}: {_math(latex)}{html.escape(said.removeprefix(text))}" if name else ""
    left = [f"<code><b>{row.place.number}</b>{html.escape(row.place.code)}</code>"]
    left += [f"<i>{html.escape(row.place.loop)}</i>"] * bool(row.place.loop) + [equation] * bool(equation)
    left.append(f"<i>{html.escape(_origin(row))}</i>")
    right = [" ".join(f"{minus(sign)} {_math(latex)}" for sign, _, latex in formula) for formula in _formulas(row)]
    sides = ("".join(f"<div>{each}</div>" for each in side) for side in (left, right))
    return f"<section>{''.join(f'<div>{side}</div>' for side in sides)}</section>"


def _math(latex: str) -> str:
    return f"<math>{as_mathml(read_latex(latex))}</math>"
