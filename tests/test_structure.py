"""The shape of the code base: imports point downwards only."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent

LAYERS = [  # a module may import from the lines above its own
    {"autograd.figure", "autograd.files"},
    {"autograd.operation", "autograd.labels", "autograd.tables", "autograd.recording"},
    {"autograd._accelerator", "autograd._accelerator.kernels", "autograd.tally", "autograd.plotting"},
    {"autograd.rendering", "autograd.groups", "autograd.ops", "autograd.graph", "autograd.flowing"},
    {"autograd.derivative_picture"},
    {"autograd.symbols", "autograd.dual", "autograd.series"},
    {"autograd.notation", "autograd.latex"},
    {"autograd.nudge_picture", "autograd.pulls_picture", "autograd.reverse", "autograd.dot"},
    {"autograd.forward", "autograd._accelerator.engine", "autograd.diagram"},
    {"autograd.value", "autograd.complex_step", "autograd.animation"},
    {"autograd.functions", "autograd.derivatives", "autograd.paths", "autograd.counting", "autograd.oracles"},
    {"autograd.neuron"},
    {"autograd.check", "autograd.drawing", "autograd.gradient", "autograd.nudge", "autograd.pulls", "autograd.formula"},
    {"autograd.draw", "autograd.explain", "autograd.custom", "autograd.step_size"},
    {"autograd.formula_findings", "autograd.steps"},
    {"autograd.formula_check"},
    {"autograd.__main__", "autograd"},
    {"nn.choices", "nn.schedules", "nn.initializers", "nn.activations", "nn.module", "nn.data", "nn.written_equations"},
    {"nn.losses", "nn.optimizers", "nn.neuron"},
    {"nn.layer", "nn.metrics", "nn.vector"},
    {"nn.mlp", "nn.equations"},
    {"nn.serialization"},
    {"nn.training"},
    {"nn.pictures"},
    {"nn.__main__", "nn"},
]


def imports(path: Path) -> set[str]:
    """The modules of this project that a file imports when it runs."""
    tree = ast.parse(path.read_text())
    skipped: set[ast.AST] = set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped.update(inner for statement in node.body for inner in ast.walk(statement))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = {f"{node.module}.{alias.name}" for alias in node.names} & set().union(*LAYERS)
            found |= modules or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("autograd", "nn")}


def test_imports_point_downwards() -> None:
    level = {module: i for i, layer in enumerate(LAYERS) for module in layer}
    for package in ("autograd", "nn"):
        for path in (*(ROOT / package).glob("*.py"), *(ROOT / package).glob("_accelerator/*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            assert module in level, f"give {module} its place in LAYERS"
            for imported in imports(path):
                assert level[imported] < level[module], f"{module} imports {imported}"
