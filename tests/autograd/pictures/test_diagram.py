import io
import re
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from autograd import Value, draw, paths
from autograd.pictures import rendering
from autograd.pictures.parts import STYLES
from autograd.pictures.rendering import RenderingError, use_renderer
from autograd.pictures.shapes import Curve
from tests.autograd.svg import texts
from tests.autograd.threads import at_once


def neuron() -> Value:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = w * a + b
    z.label = "z"
    return (z.sigmoid() - 1) ** 2


def test_a_diagram_is_data() -> None:
    diagram = draw(neuron(), level="operations")
    assert [node.kind for node in diagram.nodes if node.label and not node.symbol] == [
        "parameter",
        "input",
        "parameter",
    ]
    z = diagram.nodes[4]
    assert (z.label, z.symbol, z.grad) == ("z", "+", None)
    assert z.data == pytest.approx(0.05)
    assert [node.symbol for node in diagram.nodes if node.symbol] == ["×", "+", "σ", "−", "x^2"]
    assert [node.data for node in diagram.nodes if node.kind == "constant"] == [1.0]  # the 2 is written in x²
    assert len(diagram.edges) == 8
    x = Value(3.0)
    assert [(edge.source, edge.target) for edge in draw(x * x).edges] == [("node0", "node1")] * 2
    assert len(draw(x).nodes) == 1


def test_operands_arrive_in_order_where_the_order_matters() -> None:
    x, y, w = Value(3.0, "x"), Value(2.0, "y"), Value(1.0, "w")
    assert [edge.ordered for edge in draw((x - y) * w).edges] == [True, True, False, False]
    for direction in ("right", "down"):
        scene = draw(y / x, direction=direction).scene  # x is drawn after y, whichever was made first
        tips = [shape.tip for piece in scene.pieces if piece.ends for shape in piece.shapes if isinstance(shape, Curve)]
        across = [tip[direction == "right"] for tip in tips if tip]
        assert across == sorted(set(across))
        assert len(across) == 2


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
    with pytest.raises(ValueError, match="unknown theme 'pink'; choose one of auto, light, dark"):
        draw(neuron()).render("svg", theme="pink")
    for dpi in (0, 2401, float("nan")):
        with pytest.raises(ValueError, match="dpi must be a number from 1 to 2400"):
            draw(neuron()).render("png", dpi=dpi)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        draw(neuron()).save(tmp_path / "file" / "neuron.svg")


HOSTILE = ["<b>", "<", "a|b", "{x}", '"', "\\", "\\N", "&amp;", "</TABLE>>", "<script>alert(1)</script>", "]", "; a->b"]
HOSTILE += ["%s", "\\G", "//", "-->", "\u202e", "\x00", "\n", "\ud800", "θ₁", "∂C/∂w", "日本", "a" * 60]


def shown(label: str) -> str:
    """A label as a picture shows it."""
    letters = "".join(letter if letter.isprintable() else "�" for letter in label)
    return letters.translate({ord("₁"): "1"})  # a small 1, by the size of its letters


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_shown_as_they_are_written(label: str) -> None:
    svg = draw(Value(1.0, label) * 2).render("svg")
    assert shown(label) in texts(svg)
    assert b"<script" not in svg
    assert len(re.findall(rb'class="node"', svg)) == 3
    assert len(re.findall(rb'class="edge"', svg)) == 2


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("label", HOSTILE)
def test_graphviz_shows_hostile_labels_as_they_are_written(label: str) -> None:
    diagram = draw(Value(1.0, label) * 2, style="values")
    svg = rendering.render(diagram.to_dot(), "svg")  # in which each run of letters is a text
    assert "".join(texts(svg)).replace("\N{NO-BREAK SPACE}", " ").startswith(shown(label))
    assert len(re.findall(rb'class="edge"', svg)) == 2
    assert diagram.render("png").startswith(b"\x89PNG")


def test_long_labels_are_cut() -> None:
    assert "a" * 59 + "…" in texts(draw(Value(1.0, "a" * 100_000)).render("svg"))


def test_styles_say_what_is_shown() -> None:
    out = neuron()
    out.backward()
    written = {style: texts(draw(out, style=style, level="operations").render("svg")) for style in STYLES}
    for style in ("gradients", "everything", "weights", "steps"):
        assert "grad 1" in written[style]
    assert not [text for style in ("values", "derivatives") for text in written[style] if text.startswith("grad")]
    slope = f"{2 * (out.parents[0].data):.3g}".replace("-", "−")
    assert slope.startswith("−")
    for style, lines in written.items():
        assert (f"∂ {slope}" in lines) == (style in ("derivatives", "everything", "steps"))
    with pytest.raises(ValueError, match="unknown style 'pretty'; choose one of values, gradients"):
        draw(out, style="pretty")


def test_all_paths_from_a_node_are_lit() -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    e = (a + b) * (b + 1)
    diagram = draw(e, style="derivatives", lit=b)
    assert [node.label for node in diagram.nodes if not node.lit] == ["a", ""]
    assert sorted(edge.derivative or 0 for edge in diagram.edges if edge.lit) == [1.0, 1.0, 2.0, 3.0]
    assert diagram.note == "2 paths from b, together 5."
    assert not any(edge.lit for edge in draw(e, lit=Value(1.0)).edges)
    with pytest.raises(ValueError, match="a constant has no derivative"):
        draw(e, lit=e.parents[1].parents[1])


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
        assert diagram.note == "Along this path: 3 = 3, a part of 6."
    assert {path.places for path in (first, second)} == {(0,), (1,)}


def test_a_derivative_that_does_not_exist_leaves_its_arrow_bare() -> None:
    diagram = draw(Value(0.0).sqrt(), style="derivatives")
    assert [edge.derivative for edge in diagram.edges] == [None]


def test_a_large_graph_is_drawn_in_part_and_says_so() -> None:
    x = y = Value(1.0, "x")
    for _ in range(50_000):
        y = y * x + 1
    diagram = draw(y, max_nodes=40)
    kinds = [node.kind for node in diagram.nodes]
    assert (len(kinds), kinds.count("omitted")) == (42, 2)  # before the oldest node shown, and after x, which all use
    assert diagram.note == "The 40 nodes nearest to the output; 149,961 more left out."
    assert diagram.note in " ".join(texts(diagram.render("svg")))  # in several lines


def test_a_notebook_gets_a_picture_or_an_explanation_never_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = draw(neuron())
    assert diagram._repr_mimebundle_(include=None, exclude=None)["image/svg+xml"].startswith("<?xml")

    def refuse(*_: Any, **__: Any) -> str:
        raise ValueError("no picture today")

    monkeypatch.setattr("autograd.pictures.diagram.to_svg", refuse)
    assert diagram._repr_mimebundle_() == {"text/plain": "no picture today"}


def without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setitem(sys.modules, "graphviz", None)


def test_without_graphviz_the_error_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    without_graphviz(monkeypatch)
    for picture_format in ("png", "pdf"):
        with pytest.raises(RenderingError, match="pip install pygraphviz"):
            draw(neuron()).render(picture_format)


@pytest.mark.parametrize("suffix", ["svg", "dot"])
def test_svg_and_dot_need_no_graphviz(suffix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = draw(neuron()).save(tmp_path / f"with.{suffix}").read_bytes()
    without_graphviz(monkeypatch)
    assert draw(neuron()).save(tmp_path / f"without.{suffix}").read_bytes() == expected
    assert "image/svg+xml" in draw(neuron())._repr_mimebundle_()


def test_a_dot_program_on_the_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat > /dev/null\nprintf 'drawn by dot'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert draw(neuron()).render("png") == b"drawn by dot"
    program.write_text("#!/bin/sh\ncat > /dev/null\necho broken >&2\nexit 1\n")
    with pytest.raises(RenderingError, match="broken"):
        draw(neuron()).render("pdf")


def test_a_dot_program_that_fails_before_it_has_read_everything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    y = Value(0.5, "x")
    for _ in range(99):
        y = y.tanh()
    with pytest.raises(RenderingError, match="broken"):
        draw(y, max_nodes=100).render("pdf")


def test_another_renderer_makes_what_graphviz_would_make() -> None:
    diagram = draw(neuron())
    use_renderer(lambda dot, picture_format: f"{picture_format} of {dot}".encode())
    try:
        assert diagram.render("pdf") == f"pdf of {diagram.to_dot()}".encode()
        assert diagram.render("svg").startswith(b"<?xml")
    finally:
        use_renderer(None)
    assert diagram.render("pdf").startswith(b"%PDF")


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("dpi", [72, 96, 300])
@pytest.mark.parametrize("type_size", [9, 14])
def test_a_png_has_as_many_pixels_as_its_size_and_its_resolution_say(dpi: int, type_size: int) -> None:
    diagram = draw(neuron(), type_size=type_size)
    png = diagram.render("png", dpi=dpi)
    pixels = struct.unpack(">II", png[16:24])  # of the header
    # Graphviz adds a pixel on either side.
    assert pixels == pytest.approx([side * dpi / 72 for side in diagram.size], abs=2 + 2 * dpi / 72)


@pytest.mark.usefixtures("each_graphviz")
def test_a_theme_is_the_color_of_the_ground() -> None:
    light, dark = (draw(neuron()).render("png", theme=theme) for theme in ("light", "dark"))
    assert light == draw(neuron()).render("png")
    corners = [PIL.Image.open(io.BytesIO(png)).convert("L").getpixel((0, 0)) for png in (light, dark)]
    assert corners[0] == 255
    assert corners[1] < 64  # type: ignore[operator]


@pytest.mark.usefixtures("each_graphviz")
def test_text_that_graphviz_refuses_is_an_error_and_stays_off_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RenderingError):
        rendering.render("digraph {", "png")
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("picture_format", ["svg", "png"])
def test_four_threads_draw_at_once(picture_format: str) -> None:
    pictures: list[bytes] = []

    def work() -> None:
        pictures.extend(draw(neuron()).render(picture_format) for _ in range(5))

    at_once(*[work] * 4)
    assert len(pictures) == 20
    assert len(set(pictures)) == 1
