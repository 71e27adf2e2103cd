"""Builds the native engine and compiles the call of a row, if there is a C compiler; pyproject.toml says the rest."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

FOLDER = Path("autograd/engine")
# Everything must be rounded as Python rounds it: no fused operations, and no power turned into a product. The last flag
# is for nodes, which the code reads both as Python objects and as structs of its own.
EXACT = ["-O3", "-ffp-contract=off", "-fno-builtin-pow", "-fno-strict-aliasing"]


def write_kernels() -> None:
    """Write the rows of the table as C, in processes that hold none of the files that are built next."""
    environment = os.environ | {"AUTOGRAD_PURE": "1", "PYTHONIOENCODING": "utf-8"}
    for module, function, name in (("kernels", "header", "kernels.h"), ("passes", "passes", "passes.c")):
        program = f"from autograd.engine.{module} import {function}; from autograd.table import TABLE; "
        program += f"print({function}(TABLE.values()))"
        done = subprocess.run([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, check=True)
        (FOLDER / name).write_bytes(done.stdout)


class BuildNative(build_ext):
    """Reports in one line whether the native engine has been built."""

    why_not = "it could not be compiled here"

    def run(self) -> None:
        """Build, and say so: the extension is optional, so an error in it shows only as a warning."""
        super().run()
        state = "is built" if not self.why_not else f"is not built, since {self.why_not}. The pure one does the same"
        print(f"scalar-autograd: the native engine {state}.", file=sys.stderr)

    def build_extension(self, extension: Extension) -> None:
        """Build with the flags for exact arithmetic; not at all without a GIL, where threads could race on a node."""
        if sysconfig.get_config_var("Py_GIL_DISABLED"):
            self.why_not = "this Python has no global interpreter lock"
            return
        if self.compiler.compiler_type != "msvc":
            extension.extra_compile_args = EXACT
        super().build_extension(extension)
        if extension.name.endswith("native"):
            self.why_not = ""


write_kernels()
sources = [str(FOLDER / "native.pyx"), str(FOLDER / "passes.c")]
depends = [str(path) for path in (*FOLDER.glob("*.pxi"), FOLDER / "kernels.h", FOLDER / "tape.h", FOLDER / "linear.h")]
extensions = cythonize(
    [
        Extension("autograd.engine.native", sources, depends=depends),
        Extension("autograd.table.calling", ["autograd/table/calling.py"]),
    ],
    language_level=3,
)
for extension in extensions:
    extension.define_macros = [("CYTHON_USE_TYPE_SPECS", "1")]  # so that the type can take methods of new rows
    extension.optional = True  # after cythonize, which drops it
setup(ext_modules=extensions, cmdclass={"build_ext": BuildNative})
