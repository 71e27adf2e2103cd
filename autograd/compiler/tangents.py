"""Tangents of terms: how each changes along a direction v of the parameters, by the partials of the table's rows.

Along v, the gradient changes by the Hessian times v. So this pass turns the program of a gradient into that of a
Hessian-vector product, in which every array has its tangent beside it. (Pearlmutter 1994, "Fast exact multiplication by
the Hessian", calls it R{·}.)
"""

from collections.abc import Sequence

from autograd.compiler.terms import DIRECTION, PARAMETER, SCALE, WHERE, Terms, term_rows
from autograd.table import Op


def tangents(terms: Terms) -> Sequence[int]:
    """The tangent of each term.

    Args:
        terms: The terms, to which the tangents are added.
    """
    found: list[int] = []
    n_terms, zero = len(terms), terms.constant(0.0)
    for term in range(n_terms):
        head, arguments = terms.heads[term], terms.arguments[term]
        moved = [found[each] for each in arguments]
        if head == PARAMETER:
            tangent = terms.leaf(DIRECTION, int(terms.numbers[term]))
        elif head == SCALE:
            tangent = terms.scaled(terms.numbers[term], moved[0])
        elif head == WHERE and moved[1:] != [zero, zero]:
            tangent = terms.make(WHERE, 0.0, (arguments[0], *moved[1:]))
        else:
            tangent = zero
            value, flowing = terms.flowing(term), [terms.flowing(each) for each in arguments]
            for partial, part in zip(head.partials if isinstance(head, Op) else (), moved, strict=False):
                if part != zero:
                    slope = terms.of(partial(term_rows, value, *flowing))
                    tangent = terms.sum(tangent, terms.product(slope, part))
        found.append(tangent)
    return found
