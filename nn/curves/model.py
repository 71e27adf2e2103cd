"""A model on all examples: its numbers and their derivatives, at a time or one by one."""

import contextlib
from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from autograd import Value, grad
from autograd.notation import shortened
from autograd.table import number_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Model = Callable[..., Value]
LARGEST = 1e100  # of all numbers in a fit, so that sums of their squares are finite
_MOST = 10_000  # examples that are computed once more


def numbers_in(thing: Any, what: str) -> "Numbers":
    """Numbers of examples, or lists of them, as an array.

    Args:
        thing: A list, an array, or what NumPy makes one of, with an entry for each example.
        what: What it is, for the messages.

    Raises:
        TypeError: if it is anything else.
        ValueError: if a number is missing, infinite, or not below 1e100.

    Example:
        >>> numbers_in(range(3), "x")
        array([0., 1., 2.])
    """
    import numpy as np

    try:
        found = np.asarray(thing)
    except ValueError:  # rows of several lengths
        found = np.asarray(None)
    if found.dtype.kind not in "biuf" or not found.ndim:
        raise TypeError(
            f"{what} must be a list of numbers, with an entry for each example, but got "
            f"{shortened(repr(thing), 60)} of type {type(thing).__name__}."
        )
    if np.ma.is_masked(thing):
        raise ValueError(f"{what} is masked at some examples. Leave them out.")
    found = found.astype(np.float64)
    is_good = (np.abs(found) < LARGEST).all(axis=tuple(range(1, found.ndim)))
    for i in np.flatnonzero(~is_good):
        raise ValueError(
            f"{what} of example {i} is {found[i].tolist()!r:.60}; examples are finite numbers below 1e100. Leave the "
            "example out, or choose another unit."
        )
    return found


class Curve:
    """A model, to be evaluated on many examples.

    It is recorded once, for all of them. Where its operations depend on the numbers, as with an if, one recording does
    not stand for all, and each example is computed by itself.

    Args:
        model: `model(x, b1, b2, ...)`, the number for one example.
        names: What the parameters are called.
        theta: Numbers of the parameters to record with.
        inputs: Inputs of examples, one in each row. It is recorded with the first, and compared at a few others.

    Attributes:
        shape: Of the input of one example: `()` if it is a number.
        remark: Why each example is computed by itself; `""` if it is not.

    Raises:
        TypeError: if the model gives something other than a Value.
    """

    def __init__(self, model: Model, names: Sequence[str], theta: Sequence[float], inputs: "Numbers") -> None:
        from autograd.compiler import Jacobian  # only now, because it needs NumPy

        self.model, self.names, self.shape, self.remark = model, names, inputs.shape[1:], ""
        self._jacobian: Jacobian | None = None
        parameters = [*map(Value, theta, names)]
        first, *others = inputs[:: max(1, len(inputs) // 4)].tolist()
        try:
            self.example(theta, first)
            self._jacobian = Jacobian(lambda x: model(x, *parameters), parameters, first, others)
        except (ValueError, ArithmeticError) as error:
            self.remark = str(error)
        except Exception as error:
            if self.shape:
                error.add_note(
                    f"The model got a list for each example, x = {shortened(repr(first), 60)}, and must take its "
                    "numbers out of it, as in x[0]."
                )
            raise

    def one_by_one(self, why: str) -> "Curve":
        """The same model, of which each example is computed by itself.

        Args:
            why: Why.
        """
        found = copy(self)
        found._jacobian, found.remark = None, why
        return found

    def __call__(self, theta: Sequence[float], inputs: "Numbers") -> "tuple[Numbers, Numbers]":
        """The numbers of some examples, (n,), and their derivatives, (n, p); not finite where there are none.

        Args:
            theta: The p parameters.
            inputs: The inputs, an example in each row.
        """
        import numpy as np

        n = len(inputs)
        if self._jacobian:
            numbers, derivatives = self._jacobian(theta, inputs.reshape(n, -1))
            missing = np.isfinite(numbers) & ~np.isfinite(derivatives).all(axis=1)
        else:
            numbers, derivatives = np.full(n, np.nan), np.full((n, len(theta)), np.nan)
            missing = np.ones(n, bool)
        for i in np.flatnonzero(missing):  # those of x**b at x = 0, say, of which the table knows more
            try:
                numbers[i], derivatives[i] = self.example(theta, inputs[i].tolist())
            except (ValueError, ArithmeticError):
                continue
        return numbers, derivatives

    def example(self, theta: Sequence[float], x: Any) -> tuple[float, list[float]]:
        """The number of one example, and its derivatives.

        Args:
            theta: The parameters.
            x: The input, a number or a list.

        Raises:
            TypeError: if the model gives something other than a Value.
            ValueError, ArithmeticError: if the model has no value there, or no derivative.
        """
        parameters = [*map(Value, theta, self.names)]
        found = self.model(_values(x), *parameters)
        if not isinstance(found, Value):
            raise TypeError(
                f"the model must give one Value for one example, but gives {found!r:.60} of type "
                f"{type(found).__name__}. Is it computed from its arguments, by functions of autograd?"
            )
        return found.data, [each.data for each in grad(found, parameters)]

    def numbers(self, theta: Sequence[float], inputs: "Numbers") -> "Numbers":
        """The numbers that the model itself gives, (n,), one by one; nan where it gives none.

        Args:
            theta: The parameters.
            inputs: The inputs, an example in each row.
        """
        import numpy as np

        parameters = [*map(Value, theta, self.names)]
        found = np.full(len(inputs), np.nan)
        for i, x in enumerate(inputs.tolist()):  # not under no_grad(): the model may take derivatives itself
            with contextlib.suppress(ValueError, ArithmeticError):  # where an exponential overflows, say
                found[i] = number_of(self.model(_values(x), *parameters))
        return found

    def agrees(self, theta: Sequence[float], inputs: "Numbers") -> bool:
        """Whether examples have the numbers that the model itself gives, as far as it gives one; of many, some.

        Args:
            theta: The parameters.
            inputs: The inputs, an example in each row.
        """
        import numpy as np

        some = inputs[:: 1 + len(inputs) // _MOST]
        own = self.numbers(theta, some)
        known = np.isfinite(own)
        numbers, own = self(theta, some)[0][known], own[known]
        return np.allclose(numbers, own, rtol=1e-6, atol=1e-9 * np.abs(own).max(initial=0.0))


def _values(x: Any, label: str = "x") -> Any:
    """An input as Values, in lists as its numbers are."""
    if isinstance(x, list):
        return [_values(each, f"{label}_{place}") for place, each in enumerate(x)]
    return Value(x, label)
