"""Where the modules of version 0.1 are now, for pickles and programs that name them."""

import importlib
import pkgutil
import sys
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_ROOMS = {
    "autograd.table": "autograd.operation autograd.flowing",
    "autograd.notation": "autograd.labels autograd.latex autograd.symbols autograd.tables",
    "autograd.engine": "autograd.value autograd.reverse autograd.recording autograd.tally autograd.neuron",
    "autograd.graph": "autograd.forward autograd.groups autograd.paths",
    "autograd.derivatives": "autograd.complex_step autograd.custom autograd.dual autograd.series",
    "autograd.checks": "autograd.check autograd.counting autograd.oracles autograd.step_size",
    "autograd.pictures": "autograd.animation autograd.diagram autograd.dot autograd.draw autograd.drawing "
    "autograd.figure autograd.plotting autograd.rendering",
    "autograd.explanations": "autograd.explain autograd.formula autograd.formula_check autograd.formula_findings "
    "autograd.gradient autograd.nudge autograd.pulls autograd.steps",
    "nn.equations": "nn.written_equations",
}
MOVED = {old: room for room, modules in _ROOMS.items() for old in modules.split()}
RENAMED = {"_restored": "restored"}


class _Finder:
    """Finds a module that has moved, as a module that passes on what its room has."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in MOVED:
            return None
        package, _, last = name.rpartition(".")
        if last in sys.modules[package].__all__:  # a module of that name would take the function's place
            raise ImportError(f"{name} is now a function, not a module; what the module had is in {MOVED[name]}.")
        return ModuleSpec(name, _Finder)  # type: ignore[arg-type]  # it is a loader, too

    @staticmethod
    def create_module(_: ModuleSpec) -> None:
        return None

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        room = MOVED[module.__name__]
        warnings.warn(f"{module.__name__} has moved: import from {room}.", DeprecationWarning, stacklevel=2)
        module.__getattr__ = lambda name: _found(module.__name__, room, name)  # type: ignore[method-assign]


def _found(old: str, room: str, name: str) -> Any:
    """What a room, or one of its modules, has under a name."""
    door = importlib.import_module(room)
    name = RENAMED.get(name, name)
    if hasattr(door, name):
        return getattr(door, name)
    for info in pkgutil.iter_modules(door.__path__, f"{room}."):
        module = sys.modules.get(info.name)
        if module is not None and hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"{old} has moved to {room}, which has no {name!r}.")


sys.meta_path.append(_Finder)  # like the import system's own finders, it needs no instance
