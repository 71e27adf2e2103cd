"""The rooms: which may import from which, and no import circle anywhere, type-only imports included."""

import re
import subprocess
import sys

import pytest

from tests.imports import ROOT, circles, imports, modules, room

ROOMS = {  # each with the rooms that it rests on; it may use what those rest on, too
    "autograd.table": [],
    "autograd.ops": ["autograd.table"],
    "autograd.notation": ["autograd.ops"],
    "autograd.engine": ["autograd.notation"],
    "autograd.graph": ["autograd.engine"],
    "autograd.derivatives": ["autograd.graph", "autograd.optional"],
    "autograd.checks": ["autograd.derivatives"],
    "autograd.files": [],
    "autograd.optional": [],
    "autograd.pictures": ["autograd.graph", "autograd.files", "autograd.optional"],
    "autograd.explanations": ["autograd.pictures", "autograd.derivatives"],
    "autograd.teaching": ["autograd.explanations"],
    "autograd.compiler": ["autograd.graph", "autograd.functions", "autograd.files", "autograd.optional"],
    "autograd.explorer": ["autograd.explanations"],
    "autograd.functions": ["autograd.engine"],
    "autograd.moved": [],
    "autograd": ["autograd.moved", "autograd.checks", "autograd.compiler", "autograd.explorer", "autograd.functions"],
    "autograd.__main__": ["autograd", "autograd.teaching"],
}
BESIDE_THE_DOOR = {  # what needs a library that the room does not, or runs before JAX is loaded
    "autograd.pictures.figure",
    "nn.distributed.cluster",
    "nn.distributed.starting",
    "nn.training.array_updates",
    "nn.training.compiled_task",
}
KNOWN = modules()
ARROWS = {module: imports(module, path, KNOWN) for module, path in KNOWN.items()}


def below(name: str) -> set[str]:
    """The rooms that a room may use."""
    return set(ROOMS[name]).union(*map(below, ROOMS[name]))


def test_every_module_is_in_a_room_that_is_named_here() -> None:
    assert {room(module) for module in KNOWN if module.startswith("autograd")} == ROOMS.keys()


@pytest.mark.parametrize("module", [module for module in KNOWN if module.startswith("autograd")])
def test_a_room_uses_the_rooms_below_it_only(module: str) -> None:
    others = {imported for imported in ARROWS[module] if room(imported) != room(module)}
    wrong = [imported for imported in sorted(others) if room(imported) not in below(room(module))]
    assert not wrong, f"{module} is in {room(module)}, which does not rest on {', '.join(map(room, wrong))}"


def test_no_module_imports_itself_round_a_circle() -> None:
    assert circles(ARROWS) == []


def test_a_circle_is_found() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}) == [["b", "c"]]


def test_rooms_are_entered_by_their_doors() -> None:
    inside = {other for module in KNOWN for other in ARROWS[module] if room(other) not in (room(module), other)}
    assert inside == BESIDE_THE_DOOR


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_one_module_chooses_the_engine(package: str) -> None:
    chooses = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"^\s*(from|import) [\w., ]*\bnative\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert chooses == (["autograd/engine/__init__.py"] if package == "autograd" else [])


def test_importing_needs_the_standard_library_only() -> None:
    script = "import sys, autograd; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    plain = "import sys, dataclasses, inspect; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded, known = (
        set(
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout.split()
        )
        for code in (script, plain)
    )
    assert loaded - known - sys.stdlib_module_names <= {"autograd"} | {each for each in loaded if "cython" in each}


def test_no_public_function_has_the_name_of_its_module() -> None:
    import autograd
    import nn

    for package in (autograd, nn):
        for name in package.__all__:
            thing = getattr(package, name)
            home = getattr(thing, "__module__", None) or ""
            assert callable(thing) is False or isinstance(thing, type) or home.rpartition(".")[2] != name, home
