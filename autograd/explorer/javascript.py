"""JavaScript from the rows of the table, so that a page computes what Python computes.

`script` gives the text of a function of `m`, the namespace that `browser/mathematics.js` is. Called with it, it gives a
list with an object for each row:

- `value(x, y)`: the value z;
- `slopes`: for each argument a function `(z, x, y)`, the partial derivative;
- `cases`: for each argument a function `(z, x, y)` that tells which case of the partial's formula applies, or `null` if
  there is one only; missing if that is so for all. It gives a list of true and false: see
  `autograd.explorer.runs.Notation`.

Arguments at the end that a function does not use are not named. For a row that cannot be written there is `null`. No
name of a row stands in the text, so nothing that a row is called can do any harm.

JavaScript must do what Python does. Where Python raises an error, a `Failure` is thrown, the first one that Python
would have raised. A partial that dual numbers find fails, as in Python, only where it depends on what has failed.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.explorer.runs import Notation, Run
from autograd.explorer.statements import Tree, function
from autograd.table import Op

# A row is a formula, not a program: so many operations on all ways through it together.
MOST_OPERATIONS = 2000


def script(rows: Sequence[Op]) -> str:
    """The text of a function of `m` that gives a list with an object for each row; see above.

    Example:
        >>> from autograd import mul, neg
        >>> script([mul, neg])
        'm=>[{value:(x,y)=>x*y,slopes:[(z,x,y)=>y,(z,x)=>x]},{value:x=>-x,slopes:[()=>-1]}]'
    """
    return script_of(map(written, rows))


def script_of(texts: Iterable[str | None]) -> str:
    """The text that `script` gives, from what `written` gives for its rows."""
    return f"m=>[{','.join(text or 'null' for text in texts)}]"


def written(row: Op) -> str | None:
    """The text of the object for a row; `None` if it cannot be written in JavaScript.

    Example:
        >>> from autograd import relu, truediv
        >>> print(written(truediv))
        {value:(x,y)=>m.div(x,y),slopes:[(z,x,y)=>m.div(1,y),(z,x,y)=>m.div(-z,y)]}
        >>> print(written(relu))
        {value:x=>x<=0?0:x,slopes:[(z,x)=>x>0?1:0],cases:[(z,x)=>[x>0]]}
    """
    arguments = row.names
    try:
        value = function(_tree(row.forward, arguments, Run), arguments)
        slopes = [
            function(_tree(partial, f"z{arguments}", Run), f"z{arguments}", is_lazy=_finds_itself(partial))
            for partial in row.partials
        ]
    except Exception:  # whatever a formula does with a number that is none
        return None
    cases = [_cases(partial, f"z{arguments}") for partial in row.partials]
    more = f",cases:[{','.join(case or 'null' for case in cases)}]" if any(cases) else ""
    return f"{{value:{value},slopes:[{','.join(slopes)}]{more}}}"


def _finds_itself(partial: Callable[..., Any]) -> bool:
    """Whether dual numbers find a partial derivative from the row's formula."""
    return getattr(partial, "__module__", "") == "autograd.derivatives.dual"


def _cases(partial: Callable[..., Any], arguments: str) -> str | None:
    """The function that tells the case of a partial derivative; `None` if there is one only."""
    try:
        text = function(_tree(partial, arguments, Notation), arguments, is_lazy=True)
    except Exception:  # it works with numbers, but not with formulas
        return None
    return None if text == "()=>[]" else text


def _tree(formula: Callable[..., Any], arguments: str, run: type[Run]) -> Tree:
    """A formula as a tree: it runs once for every way through its conditions."""
    room = MOST_OPERATIONS

    def below(known: tuple[bool, ...]) -> Tree:
        nonlocal room
        body = run(known, room)
        end = body.result(formula, arguments)
        room = body.room
        starts = [0, *(place for place, _ in body.forks), len(body.statements)]
        pieces = [tuple(body.statements[start:stop]) for start, stop in itertools.pairwise(starts)]
        tree = Tree(pieces[-1], end)
        for place in reversed(range(len(known), len(body.forks))):
            other = below((*body.outcomes[:place], False))
            tree = Tree(pieces[place], body.forks[place][1], (tree, other))
        return tree

    return below(())
