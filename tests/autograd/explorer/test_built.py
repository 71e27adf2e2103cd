"""The programs that pages consist of are those that their source makes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from autograd.explorer.page import built, page_of, unpacked
from tests.imports import ROOT

FILES = [*(f"{name}.{end}" for name in ("explorer", "lines", "training") for end in ("css", "js")), "widget.js"]
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None or not (ROOT / "node_modules" / "esbuild").exists(), reason="needs node and npm ci")
def test_building_anew_gives_what_is_committed(tmp_path: Path) -> None:
    subprocess.run([str(NODE), "autograd/explorer/build.mjs", str(tmp_path)], cwd=ROOT, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    for name in FILES:
        text = (tmp_path / name).read_text(encoding="utf-8").strip()
        if text != built(name):  # an assertion would show both, on lines of 60,000 letters
            pytest.fail(f"{name} is not what its source makes; npm run build", pytrace=False)


def test_a_built_file_says_where_its_source_is() -> None:
    for name in FILES:
        first, _, rest = built(name).partition("\n")
        assert first.startswith("/* ")
        assert f" autograd/explorer/browser/{name} " in first
        assert (ROOT / "autograd" / "explorer" / "browser" / name).exists()
        assert rest


@pytest.mark.parametrize("name", ["explorer", "training"])
def test_a_page_holds_its_program(name: str) -> None:
    style, program, data = unpacked(page_of(name, "Title", {"some": 1}, styles=["p{color:red}"]))
    assert style == built(f"{name}.css") + "p{color:red}"
    assert built(f"{name}.js") in program
    assert data == {"some": 1}


def test_a_page_holds_a_program_that_starts_after_another() -> None:
    style, program, _ = unpacked(page_of("explorer", "Title", {"lines": []}, others=["lines"]))
    assert style == built("explorer.css") + built("lines.css")
    assert built("explorer.js") in program
    assert built("lines.js") in program
    assert program.endswith("=>(explorer.start(data,()=>[],source),lines.start(data.lines,explorerApp))")
