import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, draw, paths
from autograd.pictures import rendering
from autograd.pictures.parts import STYLES
from autograd.pictures.rendering import RenderingError
from tests.autograd.svg import texts
from tests.autograd.threads import at_once


def neuron() -> Value:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = w * a + b
    z.label = "z"
    return (z.sigmoid() - 1) ** 2


def test_a_diagram_is_data() -> None:
    diagram = draw(neuron())
    assert [node.kind for node in diagram.nodes if node.label and not node.symbol] == [
        "parameter",
        "input",
        "parameter",
    ]
    z = diagram.nodes[4]
    assert (z.label, z.symbol, z.grad) == ("z", "+", None)
    assert z.data == pytest.approx(0.05)
    assert [node.data for node in diagram.nodes if node.kind == "constant"] == [1.0, 2.0]
    assert len(diagram.edges) == 9
    numbers = [edge.operand for edge in diagram.edges if edge.target in ("node7", "node9")]
    assert numbers == ["1st", "2nd", "1st", "2nd"]  # of the subtraction and the power
    x = Value(3.0)
    assert [(edge.source, edge.target) for edge in draw(x * x).edges] == [("node0", "node1")] * 2
    assert len(draw(x).nodes) == 1


@pytest.mark.usefixtures("each_graphviz")
def test_a_dash_stands_for_a_gradient_that_was_not_computed() -> None:
    out = neuron()
    before = texts(draw(out).render("svg"))
    assert "grad –" in before
    assert not [text for text in before if re.match(r"grad .*\d", text)]
    out.backward()
    after = texts(draw(out).render("svg"))
    assert "grad –" not in after
    assert "grad 1" in after


@pytest.mark.usefixtures("each_graphviz")
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
    with pytest.raises(TypeError, match="draw takes Values, but got 3 of type int"):
        draw(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        draw(neuron(), max_nodes=0)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        draw(neuron()).save(tmp_path / "file" / "neuron.svg")


HOSTILE = ["<b>", "<", "a|b", "{x}", '"', "\\", "\\N", "&amp;", "</TABLE>>", "<script>alert(1)</script>", "]", "; a->b"]
HOSTILE += ["%s", "\\G", "//", "-->", "\u202e", "\x00", "\n", "\ud800", "θ₁", "∂C/∂w", "日本", "a" * 60]


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_shown_as_they_are_written(label: str) -> None:
    svg = draw(Value(1.0, label) * 2).render("svg")
    shown = "".join(letter if letter.isprintable() else "�" for letter in label)
    shown = shown.translate({ord("₁"): "1"})  # a small 1, by the size of its letters
    assert shown in texts(svg)
    assert b"<script" not in svg
    assert len(re.findall(rb'class="node"', svg)) == 3
    assert len(re.findall(rb'class="edge"', svg)) == 2


@pytest.mark.usefixtures("each_graphviz")
def test_long_labels_are_cut() -> None:
    assert "a" * 59 + "…" in texts(draw(Value(1.0, "a" * 100_000)).render("svg"))


@pytest.mark.usefixtures("each_graphviz")
def test_styles_say_what_is_shown() -> None:
    out = neuron()
    out.backward()
    shown = {style: texts(draw(out, style=style).render("svg")) for style in STYLES}
    assert "grad 1" in shown["gradients"]
    assert "grad 1" in shown["everything"]
    assert not [text for style in ("values", "derivatives") for text in shown[style] if text.startswith("grad")]
    slope = f"{2 * (out.parents[0].data):.4g}"
    shown = {style: [text.split()[0] for text in lines if text] for style, lines in shown.items()}
    assert slope in shown["derivatives"]
    assert slope in shown["everything"]
    assert slope not in shown["values"] + shown["gradients"]
    with pytest.raises(ValueError, match="unknown style 'pretty'; choose one of values, gradients"):
        draw(out, style="pretty")


@pytest.mark.usefixtures("each_graphviz")
def test_all_paths_from_a_node_are_lit() -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    e = (a + b) * (b + 1)
    diagram = draw(e, style="derivatives", lit=b)
    assert [node.label for node in diagram.nodes if not node.lit] == ["a", ""]
    assert sorted(edge.derivative or 0 for edge in diagram.edges if edge.lit) == [1.0, 1.0, 2.0, 3.0]
    assert diagram.note == "2 paths from b, together 5."
    assert diagram.render("svg").count(b'stroke="#dc2626"') >= 4 + 4
    assert not any(edge.lit for edge in draw(e, lit=Value(1.0)).edges)
    with pytest.raises(ValueError, match="a constant has no derivative"):
        draw(e, lit=e.parents[1].parents[1])


@pytest.mark.usefixtures("each_graphviz")
def test_what_can_be_lit() -> None:
    with pytest.raises(TypeError, match="lit takes a Value or a label, but got 3 of type int"):
        draw(neuron(), lit=3)  # type: ignore[arg-type]
    x = Value(1.0, "\x1b[31mred\x00")
    assert "1 path from �[31mred�, together 2." in texts(draw(x * 2, lit=x).render("svg"))


def test_one_path_is_lit_with_its_product() -> None:
    x = Value(3.0, "x")
    y = x * x
    first, second = paths(y, x)
    for path in (first, second):
        diagram = draw(y, lit=path)
        assert [edge.lit for edge in diagram.edges].count(True) == 1
        assert diagram.note == "Along this path: 3 = 3."
    assert {path.places for path in (first, second)} == {(0,), (1,)}


def test_a_derivative_that_does_not_exist_leaves_its_arrow_bare() -> None:
    diagram = draw(Value(0.0).sqrt(), style="derivatives")
    assert [edge.derivative for edge in diagram.edges] == [None]


@pytest.mark.usefixtures("each_graphviz")
def test_a_large_graph_is_drawn_in_part_and_says_so() -> None:
    x = y = Value(1.0, "x")
    for _ in range(50_000):
        y = y * x + 1
    diagram = draw(y, max_nodes=40)
    kinds = [node.kind for node in diagram.nodes]
    assert (len(kinds), kinds.count("omitted")) == (42, 2)  # before the oldest node shown, and after x, which all use
    assert diagram.note == "The 40 nodes nearest to the output; 149,961 more are left out."
    assert diagram.note in texts(diagram.render("svg"))


@pytest.mark.usefixtures("each_graphviz")
def test_a_notebook_gets_a_picture_or_an_explanation_never_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = draw(neuron())
    assert diagram._repr_mimebundle_(include=None, exclude=None)["image/svg+xml"].startswith("<?xml")

    def refuse(*_: Any) -> bytes:
        raise RenderingError("no Graphviz here")

    monkeypatch.setattr("autograd.pictures.diagram.render", refuse)
    bundle = diagram._repr_mimebundle_()
    assert bundle == {"text/plain": "no Graphviz here"}


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


@pytest.mark.usefixtures("each_graphviz")
def test_text_that_graphviz_refuses_is_an_error_and_stays_off_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RenderingError):
        rendering.render("digraph {", "svg")
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("each_graphviz")
def test_four_threads_draw_at_once() -> None:
    pictures: list[bytes] = []

    def work() -> None:
        pictures.extend(draw(neuron()).render("svg") for _ in range(5))

    at_once(*[work] * 4)
    assert len(pictures) == 20
    assert len(set(pictures)) == 1
