r"""A Hessian with few entries: columns that share no row share a sweep.

Where no row has an entry in two columns j and k, :math:`H (e_j + e_k)` has the entries of both, each at its place. So
the columns get colors, the same color only where that holds, and a sweep for each color gives all of H. A column with
many entries would ask for as many colors: it has a sweep for itself, and by symmetry so has its row, which then counts
no more.

Reference: Curtis, Powell & Reid 1974, "On the estimation of sparse Jacobian matrices"; Coleman & Moré 1984, "Estimation
of sparse Hessian matrices and graph coloring problems"; Griewank & Walther, "Evaluating Derivatives", 2nd ed., ch. 8.
"""

from collections.abc import Collection, Sequence
from typing import Any

from autograd.engine import Linearization
from autograd.optional import needed


def sparse_hessian(linear: Linearization) -> Any:
    """The Hessian as a sparse matrix of SciPy's.

    Args:
        linear: The linear map of the gradient, by the inputs.

    Raises:
        ImportError: if SciPy is missing.
    """
    with needed("scipy", "hessian(sparse=True) needs SciPy: pip install 'scalar-autograd[demo]'"):
        from scipy.sparse import coo_array
    neighbors = _symmetric(linear.pattern())
    colors, n_colors, alone = colored(neighbors)
    directions = [[0.0] * len(colors) for _ in range(n_colors)]
    for column, color in enumerate(colors):
        directions[color][column] = 1.0
    swept = linear.push(directions)
    rows, columns, numbers = list[int](), list[int](), list[float]()
    for i, others in enumerate(neighbors):
        for j in others:
            row, column = (i, j) if (i in alone, j) < (j in alone, i) else (j, i)  # the same for i, j and for j, i
            rows.append(i)
            columns.append(j)
            numbers.append(swept[colors[column]][row])
    if any(number != number for number in numbers):  # 0 times what is not finite, it may be, of a column of its color
        dense = linear.matrix("forward")
        numbers = [dense[max(i, j)][min(i, j)] for i, j in zip(rows, columns, strict=True)]
    return coo_array((numbers, (rows, columns)), shape=linear.shape).tocsr()


def _symmetric(pattern: Sequence[Sequence[int]]) -> list[list[int]]:
    """A pattern together with its transpose."""
    found = [set(row) for row in pattern]
    for i, row in enumerate(pattern):
        for j in row:
            found[j].add(i)
    return [sorted(row) for row in found]


def colored(neighbors: Sequence[Collection[int]]) -> tuple[list[int], int, set[int]]:
    """Colors for the columns of a symmetric pattern, how many there are, and the columns that have one to themselves.

    Of the others, two have the same color only where no row but those of the first has an entry in both.

    Args:
        neighbors: For each column its rows.

    Example:
        >>> colored([[0, 1, 2, 3], [0, 1], [0, 2], [0, 3]])  # an arrow: the first column, then all others at once
        ([0, 1, 1, 1], 2, {0})
    """
    by_degree = sorted(range(len(neighbors)), key=lambda column: -len(neighbors[column]))
    # With the k largest columns alone, the rest needs at least as many colors as its largest column has entries.
    n_alone = min(range(len(by_degree)), key=lambda k: k + len(neighbors[by_degree[k]]), default=0)
    alone = set(by_degree[:n_alone])
    colors = [0] * len(neighbors)
    for color, column in enumerate(by_degree[:n_alone]):
        colors[column] = color
    used = [0] * len(neighbors)  # in each row: a bit for each color
    n_colors = n_alone
    for column, rows in enumerate(neighbors):
        if column in alone:
            continue
        met = [row for row in {column, *rows} if row not in alone]
        taken = 0
        for row in met:
            taken |= used[row]
        bit = ~taken & (taken + 1)  # the first that is free
        for row in met:
            used[row] |= bit
        colors[column] = n_alone + bit.bit_length() - 1
        n_colors = max(n_colors, colors[column] + 1)
    return colors, n_colors, alone
