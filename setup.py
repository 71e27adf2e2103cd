"""Builds the native engine, and the call of a row, where there is a C compiler. The rest is in pyproject.toml."""

import os
import sys
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

FOLDER = Path("autograd/engine")
# Nothing may be rounded otherwise than Python rounds it: no fused operations, and no power turned into a product. The
# last flag is for nodes, which are looked at both as Python's objects and as the engine's own.
EXACT = ["-O3", "-ffp-contract=off", "-fno-builtin-pow", "-fno-strict-aliasing"]


def write_kernels() -> None:
    """Write the rows of the table as C. The pure engine needs nothing that may be missing here."""
    os.environ["AUTOGRAD_PURE"] = "1"
    sys.path.insert(0, "")
    from autograd.engine.kernels import header
    from autograd.table import TABLE

    (FOLDER / "kernels.h").write_text(header(TABLE.values()), encoding="utf-8")


class BuildNative(build_ext):
    """Says in one line whether the native engine has been built."""

    why_not = "no C compiler works here"

    def run(self) -> None:
        """Build, and say so. Since the extension is optional, an error in it is only a warning."""
        super().run()
        state = "is built" if not self.why_not else f"is not built, since {self.why_not}. The pure one does the same"
        print(f"scalar-autograd: the native engine {state}.", file=sys.stderr)

    def build_extension(self, extension: Extension) -> None:
        """Build with the flags for exact arithmetic; without a GIL, where threads could meet in a node, not at all."""
        if sysconfig.get_config_var("Py_GIL_DISABLED"):
            self.why_not = "this Python has no global interpreter lock"
            return
        if self.compiler.compiler_type != "msvc":
            extension.extra_compile_args = EXACT
        super().build_extension(extension)
        if extension.name.endswith("native"):
            self.why_not = ""


write_kernels()
sources = [str(FOLDER / "native.pyx")]
depends = [str(path) for path in (*FOLDER.glob("*.pxi"), FOLDER / "kernels.h")]
extensions = cythonize(
    [
        Extension("autograd.engine.native", sources, depends=depends),
        Extension("autograd.table.calling", ["autograd/table/calling.py"]),
    ],
    language_level=3,
)
for extension in extensions:
    extension.define_macros = [("CYTHON_USE_TYPE_SPECS", "1")]  # a type that can take the methods of new rows
    extension.optional = True  # after cythonize, which forgets it
setup(ext_modules=extensions, cmdclass={"build_ext": BuildNative})
