"""The error of a failed operation, with a message that says more."""


def reworded(error: Exception, message: str) -> Exception:
    """The error to raise in place of another: of the same type, with a message that says more.

    A user-defined exception may need more than a message to construct: it is kept, and gets the message as a note.

    Example:
        >>> reworded(ZeroDivisionError("division by zero"), "/ got 1 and 0")
        ZeroDivisionError('/ got 1 and 0')
    """
    if type(error) in (ValueError, ArithmeticError, ZeroDivisionError, OverflowError, FloatingPointError):
        return type(error)(message)
    error.add_note(message)
    return error
