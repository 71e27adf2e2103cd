"""Builds the compiled twin of the engine where there is a C compiler. Everything else is in pyproject.toml."""

import importlib
import sys
import types
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

PACKAGE = Path("autograd/_accelerator")
# Nothing may be rounded otherwise than Python rounds it: no fused operations, and no power made a product. The last one
# is for nodes, which are looked at as Python's objects and as the engine's own.
EXACT = ["-O3", "-ffp-contract=off", "-fno-builtin-pow", "-fno-strict-aliasing"]


def write_kernels() -> None:
    """Write the rows of the table as C. The package itself is not imported: what it depends on may be missing here."""
    package = types.ModuleType("autograd")
    package.__path__ = ["autograd"]
    sys.modules["autograd"] = package
    sys.path.insert(0, "")
    importlib.import_module("autograd.ops")  # fills the table
    table = importlib.import_module("autograd.operation").TABLE
    header = importlib.import_module("autograd._accelerator.kernels").header(table.values())
    (PACKAGE / "kernels.h").write_text(header, encoding="utf-8")


class BuildAccelerator(build_ext):
    """Says in one line whether the accelerator has been built."""

    built = False

    def run(self) -> None:
        """Build, and say so. That the extension is optional makes an error in it a warning."""
        super().run()
        without = "not built, since no C compiler works here. The pure Python engine, which does the same, runs instead"
        print(f"scalar-autograd: the accelerator is {'built' if self.built else without}.", file=sys.stderr)

    def build_extension(self, extension: Extension) -> None:
        """Build the accelerator with the flags for exact arithmetic."""
        if self.compiler.compiler_type != "msvc":
            extension.extra_compile_args = EXACT
        super().build_extension(extension)
        self.built = True


write_kernels()
extensions = cythonize([Extension("autograd._accelerator.engine", [str(PACKAGE / "engine.pyx")])])
for extension in extensions:
    extension.define_macros = [("CYTHON_USE_TYPE_SPECS", "1")]  # a type that can take the methods of new rows
    extension.optional = True  # after cythonize, which forgets it
setup(ext_modules=extensions, cmdclass={"build_ext": BuildAccelerator})
