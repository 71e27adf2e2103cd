"""The error of an operation that failed, with a message that says more."""


def reworded(error: Exception, message: str) -> Exception:
    """The error to raise in place of another one: of the same type, with a message that says more.

    An exception of a type of someone's own may need more than a message; it stays what it is, and gets a note.

    Example:
        >>> reworded(ZeroDivisionError("division by zero"), "/ got 1 and 0")
        ZeroDivisionError('/ got 1 and 0')
    """
    if type(error) in (ValueError, ArithmeticError, ZeroDivisionError, OverflowError, FloatingPointError):
        return type(error)(message)
    error.add_note(message)
    return error
