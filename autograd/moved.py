"""Where the modules of version 0.1 are now, for pickles and programs that name them."""

import importlib
import sys
import warnings
from types import ModuleType
from typing import Any

OLD = """animation check complex_step counting custom diagram dot draw drawing dual explain figure flowing formula
formula_check formula_findings gradient groups labels latex neuron nudge operation oracles paths plotting pulls
recording rendering reverse series step_size steps symbols tables tally value"""
ROOMS = ("table", "notation", "engine", "graph", "derivatives", "checks", "pictures", "explanations")
RENAMED = {"_restored": "restored"}


class _Moved(ModuleType):
    """A module that hands on what has moved from it; no attribute of `autograd`, where a function may have its name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        for room in ROOMS:
            importlib.import_module(f"autograd.{room}")
        doors_first = sorted(
            (each for each in sys.modules if each.startswith("autograd.")), key=lambda each: each.count(".")
        )
        for home in doors_first:
            thing = vars(sys.modules[home]).get(RENAMED.get(name, name))
            if thing is not None and not isinstance(sys.modules[home], _Moved):
                warnings.warn(f"{self.__name__}.{name} has moved to {home}.", DeprecationWarning, stacklevel=2)
                return thing
        raise AttributeError(
            f"{self.__name__} is no longer a module, and {name!r} is in none of the rooms of autograd."
        )


class _OfHips:
    """A finder that says whose `autograd.numpy` is: the import name of this package is that of another one."""

    @staticmethod
    def find_spec(name: str, _path: Any = None, _target: Any = None) -> None:
        if name in ("autograd.numpy", "autograd.scipy"):
            raise ModuleNotFoundError(
                f"{name} belongs to HIPS autograd, but this is scalar-autograd. It has the same import name, and works "
                "on Values, one number each: from autograd import Value, sin, value_and_grad. For arrays, install HIPS "
                "autograd in an environment of its own.",
                name=name,
            )


sys.meta_path.append(_OfHips)  # the last one that is asked
for _name in OLD.split():
    sys.modules[f"autograd.{_name}"] = _Moved(f"autograd.{_name}")
