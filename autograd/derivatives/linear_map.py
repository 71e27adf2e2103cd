"""A linear map that has been computed once, to be applied to one vector after another."""

from collections.abc import Sequence
from typing import Any

from autograd.derivatives.calling import are_floats
from autograd.engine import Linearization
from autograd.table import as_float, as_list, is_list


class LinearMap:
    """What a function does to small changes, at one place: the matrix J of its derivatives, as far as it is asked for.

    `linearize` and `linearize_grad` give it. It has `shape`, `matvec` and `rmatvec`, which is what the solvers in
    `scipy.sparse.linalg` ask of a matrix.

    Args:
        linear: The map, as the engine has it.
        takes_one: Whether J is applied to one number in place of a list.
        gives_one: Whether it gives one number.
        is_transposed: Whether it is applied to vectors as Jᵀ.

    Attributes:
        shape: How many numbers it gives, and how many it takes.

    Example:
        >>> from autograd import linearize
        >>> (product, total), push = linearize(lambda v: [v[0] * v[1], v[0] + v[1]], [3.0, 4.0])
        >>> push([1.0, 0.0]), push([[1.0, 0.0], [0.0, 1.0]])
        ([4.0, 1.0], [[4.0, 1.0], [3.0, 1.0]])
        >>> push.T([1.0, 0.0]), push.matrix()
        ([4.0, 3.0], [[4.0, 3.0], [1.0, 1.0]])
    """

    def __init__(
        self, linear: Linearization, *, takes_one: bool = False, gives_one: bool = False, is_transposed: bool = False
    ) -> None:
        self._linear, self._is_transposed = linear, is_transposed
        self._takes_one, self._gives_one = takes_one, gives_one
        self._sweep = linear.pull if is_transposed else linear.push

    @property
    def shape(self) -> tuple[int, int]:
        """How many numbers it gives, and how many it takes."""
        m, n = self._linear.shape
        return (n, m) if self._is_transposed else (m, n)

    @property
    def T(self) -> "LinearMap":  # noqa: N802 - what it is called
        """The transposed map: `push.T(w)` is wᵀ J, the gradient of the outputs' sum with weights w."""
        return LinearMap(
            self._linear, takes_one=self._gives_one, gives_one=self._takes_one, is_transposed=not self._is_transposed
        )

    def __call__(self, vector: Any) -> Any:
        """J v, by one sweep along the edges of the recorded graph.

        Args:
            vector: A number for each input; one number if there is one input that is no list; or a list of such
                vectors, which takes less time than one after the other.

        Raises:
            TypeError: if it is something else.
            ValueError: if it has another length.
        """
        if type(vector) is list and not self._takes_one and are_floats(vector):  # the quick way
            (found,) = self._sweep([vector])
            return found[0] if self._gives_one else found
        if self._takes_one and not is_list(vector):
            return self._swept([[as_float(vector, "the vector")]])[0]
        entries = as_list(vector, "the vector")
        if self._takes_one:
            return self._swept([[as_float(each, "a vector of one number")] for each in entries])
        if entries and is_list(entries[0]):
            return self._swept([_numbers(each) for each in entries])
        return self._swept([_numbers(entries)])[0]

    def matvec(self, vector: Any) -> Any:
        """J v, under SciPy's name."""
        return self(vector)

    def rmatvec(self, vector: Any) -> Any:
        """Jᵀ w, under SciPy's name."""
        return self.T(vector)

    def matrix(self) -> list[list[float]]:
        """All of J, a row for each number that it gives: by whichever sweeps meet fewer edges, as `jacobian` takes."""
        found = self._linear.matrix()
        return [*map(list, zip(*found, strict=True))] if self._is_transposed else found

    def _swept(self, vectors: Sequence[Sequence[float]]) -> list[Any]:
        found = self._sweep(vectors)
        return [number for (number,) in found] if self._gives_one else found

    def __repr__(self) -> str:
        m, n = self.shape
        return f"LinearMap from {n} to {m} numbers, by {self._linear.n_edges:,} edges"


def _numbers(vector: Any) -> list[float]:
    return [as_float(x, f"entry {i} of a vector") for i, x in enumerate(as_list(vector, "a vector"))]
