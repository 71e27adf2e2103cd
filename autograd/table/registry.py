"""The table of operations: rows are declared here, and classes get an operator or a method for each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar


class Row(Protocol):
    """What the table needs of a row."""

    @property
    def name(self) -> str:
        """Its name in the table."""

    @property
    def method(self) -> str:
        """The name of its operator or method."""

    @property
    def reflected(self) -> str:
        """The name of the operator with its sides exchanged, or `""`."""


R = TypeVar("R", bound=Row)
Methods = Callable[[Any], Mapping[str, Callable[..., Any]]]


class _Carrier(NamedTuple):
    """A class that has an operator or a method for each row."""

    cls: type
    methods: Methods
    reserved: frozenset[str]


class Table(dict[str, Any]):
    """Every row, by its name.

    Attributes:
        built_in: The names of the library's own rows, which cannot be declared again.

    Example:
        >>> import autograd
        >>> TABLE["tanh"]
        <Op tanh>
    """

    def __init__(self) -> None:
        super().__init__()
        self.built_in: frozenset[str] = frozenset()
        self._carriers: list[_Carrier] = []

    def declare(self, row: R) -> R:
        """Add a row, and give every class that carries the table its operator or method.

        A row of the same name is replaced, as when a notebook runs a cell again.

        Raises:
            ValueError: if the library has an operation of that name, or a class has something else of that name.
        """
        if row.name in self.built_in:
            raise ValueError(f"there is an operation called {row.name!r} already.")
        equipment = [(carrier.cls, _methods(carrier, row)) for carrier in self._carriers]
        if row.name in self:
            self.forget(row.name)
        for cls, methods in equipment:
            for name, method in methods.items():
                setattr(cls, name, method)
        self[row.name] = row
        return row

    def close(self) -> None:
        """Mark the rows declared so far as the library's own."""
        self.built_in = frozenset(self)

    def forget(self, *names: str) -> None:
        """Remove rows that were declared later, with their operators and methods; existing nodes keep their row."""
        for row in [self.pop(name) for name in names]:
            for carrier in self._carriers:
                for attribute in (row.method, row.reflected):
                    if attribute in vars(carrier.cls):
                        delattr(carrier.cls, attribute)

    def carry(self, cls: type, methods: Methods, reserved: Iterable[str] = ()) -> None:
        """Give a class the operators and methods of all rows, including those declared later.

        Args:
            cls: The class.
            methods: What the class gets for a row, by attribute name.
            reserved: Names that the class uses for something else.
        """
        carrier = _Carrier(cls, methods, frozenset(reserved))
        for row in self.values():
            for name, method in _methods(carrier, row).items():
                setattr(cls, name, method)
        self._carriers.append(carrier)


def _methods(carrier: _Carrier, row: Row) -> Mapping[str, Callable[..., Any]]:
    """What a class gets for a row, if it may."""
    if row.method in carrier.reserved or row.name.startswith("_"):
        raise ValueError(
            f"an operation cannot be called {row.name!r}: a {carrier.cls.__name__} has something else of that name."
        )
    return carrier.methods(row)


TABLE = Table()
