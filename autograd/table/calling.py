"""How a row is called.

Programs do this all the time, so where there is a C compiler this file is compiled unchanged (`calling.pxd` has the
types), and a call takes less than half the time.
"""

from typing import Any


class Called:
    """Base class of a row, which makes it callable.

    Attributes:
        arity: How many arguments it takes.
    """

    arity: int

    def __call__(self, *arguments: Any) -> Any:
        """Apply the operation to numbers, giving a `float`, or to Values and numbers, giving a Value.

        Raises:
            TypeError: if the number of arguments is wrong, or one is neither a Value nor a real number.
            ValueError, ZeroDivisionError, OverflowError: if a number is outside the domain or the result is too large;
                a sum, a product or a quotient is then inf, as Python's are: 1e200 * 1e200 is inf, 1e200**2 an error.
        """
        if len(arguments) != self.arity:
            arguments = self.completed(arguments)
        for argument in arguments:
            record = getattr(type(argument), "_record", None)  # not of the argument: it may be a class
            if record is not None:
                return record(self, arguments)
        return self.of_numbers(arguments)

    def completed(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, with defaults for those left out.

        Raises:
            TypeError: if there are too many or too few.
        """
        raise NotImplementedError

    def of_numbers(self, arguments: tuple[Any, ...]) -> float:
        """The value at plain numbers.

        Raises:
            TypeError: if one of them is not a real number.
            ValueError, ZeroDivisionError, OverflowError: if one is outside the domain or the result is too large.
        """
        raise NotImplementedError
