import re
import shutil
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from autograd import Value, draw, rendering
from autograd.rendering import RenderingError


def neuron() -> Value:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = w * a + b
    z.label = "z"
    return (z.sigmoid() - 1) ** 2


def texts(svg: bytes) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_diagram_is_data() -> None:
    diagram = draw(neuron())
    assert [node.kind for node in diagram.nodes].count("variable") == 3
    z = diagram.nodes[4]
    assert (z.label, z.symbol, z.grad) == ("z", "+", None)
    assert z.data == pytest.approx(0.05)
    assert [node.data for node in diagram.nodes if node.kind == "constant"] == [1.0, 2.0]
    assert len(diagram.edges) == 9
    numbers = [edge.operand for edge in diagram.edges if edge.target in ("node7", "node9")]
    assert numbers == ["1", "2", "1", "2"]  # of the subtraction and the power
    x = Value(3.0)
    assert [(edge.source, edge.target) for edge in draw(x * x).edges] == [("node0", "node1")] * 2
    assert len(draw(x).nodes) == 1


def test_a_dash_stands_for_a_gradient_that_was_not_computed() -> None:
    out = neuron()
    before = texts(draw(out).render("svg"))
    assert "grad –" in before
    assert not [text for text in before if re.match(r"grad .*\d", text)]
    out.backward()
    after = texts(draw(out).render("svg"))
    assert "grad –" not in after
    assert "grad 1" in after


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot"])
def test_pictures_are_saved_by_suffix(suffix: str, tmp_path: Path) -> None:
    path = draw(neuron()).save(tmp_path / "new folder" / f"neuron.{suffix}")
    start = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}[suffix]
    assert path.read_bytes().startswith(start)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_unknown_formats_and_limits_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf or \.dot, but the path is"):
        draw(neuron()).save(tmp_path / "neuron.jpeg")
    with pytest.raises(ValueError, match="'bmp'"):
        draw(neuron()).render("bmp")
    with pytest.raises(TypeError, match="takes a Value, but got 3 of type int"):
        draw(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        draw(neuron(), max_nodes=0)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        draw(neuron()).save(tmp_path / "file" / "neuron.svg")


HOSTILE = ["<b>", "<", "a|b", "{x}", '"', "\\", "\\N", "&amp;", "</TABLE>>", "<script>alert(1)</script>", "]", "; a->b"]
HOSTILE += ["%s", "\\G", "//", "-->", "\u202e", "\x00", "\n", "\ud800", "θ₁", "∂C/∂w", "日本", "a" * 60]


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_shown_as_they_are_written(label: str) -> None:
    svg = draw(Value(1.0, label) * 2).render("svg")
    shown = "".join(letter if letter.isprintable() else "�" for letter in label)
    assert shown in texts(svg)
    assert b"<script" not in svg
    assert len(re.findall(rb'class="node"', svg)) == 3
    assert len(re.findall(rb'class="edge"', svg)) == 2


def test_long_labels_are_cut() -> None:
    assert "a" * 59 + "…" in texts(draw(Value(1.0, "a" * 100_000)).render("svg"))


def test_a_large_graph_is_drawn_in_part_and_says_so() -> None:
    x = y = Value(1.0, "x")
    for _ in range(50_000):
        y = y * x + 1
    diagram = draw(y, max_nodes=40)
    assert len(diagram.nodes) == 41
    assert diagram.note == "The 40 nodes nearest to the output; 149,961 more are left out."
    assert diagram.note in texts(diagram.render("svg"))


def test_a_notebook_gets_a_picture_or_an_explanation_never_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = draw(neuron())
    assert diagram._repr_mimebundle_(include=None, exclude=None)["image/svg+xml"].startswith("<?xml")

    def refuse(*_: Any) -> bytes:
        raise RenderingError("no Graphviz here")

    monkeypatch.setattr("autograd.diagram.render", refuse)
    bundle = diagram._repr_mimebundle_()
    assert "no Graphviz here" in bundle["text/plain"]
    assert "digraph" in bundle["text/plain"]


def test_without_graphviz_the_error_names_the_ways_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setitem(__import__("sys").modules, "pygraphviz", None)
    with pytest.raises(RenderingError, match="pip install pygraphviz"):
        draw(neuron()).render("svg")
    assert draw(neuron()).save(tmp_path / "neuron.dot").exists()


def test_a_dot_program_on_the_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat > /dev/null\nprintf '<svg>drawn by dot</svg>'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert draw(neuron()).render("svg") == b"<svg>drawn by dot</svg>"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    with pytest.raises(RenderingError, match="broken"):
        draw(neuron()).render("svg")


def test_text_that_graphviz_refuses_is_an_error_and_stays_off_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RenderingError):
        rendering.render("digraph {", "svg")
    assert capfd.readouterr().err == ""


def test_four_threads_draw_at_once() -> None:
    pictures: list[bytes] = []

    def work() -> None:
        pictures.extend(draw(neuron()).render("svg") for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pictures) == 20
    assert len(set(pictures)) == 1
