r"""The coefficients of power series, once it is known which of them are multiplied.

The derivative of each series is a sum of products: of the derivatives of other series, and of slopes, which are series,
too, or numbers. So the coefficients follow one after another:

.. math:: z'(t) = \sum_i s_i(t) \, x_i'(t), \qquad (k + 1) \, z_{k+1} = \sum_i \sum_{j=0}^k x'_{i,j} \, s_{i,k-j}

The native engine has the same in `series.pxi`.

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., chapter 13.
"""

from collections.abc import Sequence

Terms = Sequence[tuple[int, int | float]]


def coefficients(
    numbers: Sequence[float], degrees: Sequence[int], terms: Sequence[Terms | None], place: int
) -> tuple[list[float], int]:
    """The coefficients of one of some power series.

    Args:
        numbers: The constant coefficients of all. The first series is the variable itself, a number plus t.
        degrees: How many more coefficients of each are wanted: no more than of the one before, and of a slope at least
            one less than of what it is a slope of.
        terms: For each series the x and s of its derivative: the place of an earlier series, and a float or the place
            of any series. `None` if there is no derivative.
        place: Which series is asked for.

    Returns:
        Its coefficients, as far as they exist, and the place of the series that has no derivative where they end too
        early; else -1.

    Example:
        >>> coefficients([0.0, 1.0], [3, 3], [[], [(0, 1)]], 1)  # exp is its own derivative
        ([1.0, 1.0, 0.5, 0.16666666666666666], -1)
    """
    series = [[number] for number in numbers]
    derivatives: list[list[float]] = [[] for _ in numbers]
    ended_by = [-1 if each is not None else z for z, each in enumerate(terms)]
    for k in range(degrees[0]):
        for z in range(len(numbers)):
            if k >= degrees[z]:
                break
            if ended_by[z] >= 0:
                continue
            total = float(z == k == 0)  # that of the variable is 1
            for x, slope in terms[z] or ():
                if len(derivatives[x]) <= k:
                    ended_by[z] = ended_by[x]
                    break
                if isinstance(slope, float):
                    total += derivatives[x][k] * slope
                elif len(series[slope]) <= k:
                    ended_by[z] = ended_by[slope]
                    break
                else:
                    # Not sum(), whose rounding depends on the release of Python.
                    for dx, s in zip(derivatives[x], series[slope][k::-1], strict=True):
                        total += dx * s
            else:
                derivatives[z].append(total)
                series[z].append(total / (k + 1))
    return series[place], ended_by[place]
