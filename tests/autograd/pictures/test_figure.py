import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.figure
import matplotlib.style
import PIL.Image
import pytest

import nn
from autograd import Value, nudge, plot_derivatives, pulls, tanh
from autograd.pictures import figure as module
from autograd.pictures.figure import Figure, styled
from autograd.pictures.plotting import AXIS, GRID
from nn import pictures
from nn.data import DataSet
from nn.training import Epoch
from tests.autograd.svg import SPACE, marks, texts

LABEL = "<script>alert('$1$')</script> & id=\"x\" 'DejaVu Sans' <b\x1b[31m\x00\x9b\u202e\ud800"
SEEN = "<script>alert('$1$')</script> & id=\"x\" 'DejaVu Sans' <b�[31m����"


def nudged() -> Figure:
    x = Value(2.0, "w1_00")
    return nudge((x * x).named("C"), x).plot()


def pulled() -> Figure:
    w = Value(0.5, "w1_00")
    return pulls([w * 2, w * -3], w).plot()


def example() -> tuple[nn.MLP, DataSet]:
    data = DataSet([[0.0, 1.0, 2.0, 3.0], [1.0, 0.0, 1.0, 0.0]] * 2, [0, 1, 1, 1], ["a", LABEL], (2, 2))
    return nn.MLP(4, [3, 2], "tanh", seed=1), data


PLOTS: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plot_derivatives(tanh, order=4),
    "nudge": nudged,
    "pulls": pulled,
    "learning": lambda: pictures.learning_curve([Epoch(1, 0.5, 0.75, 0.6, 0.5), Epoch(2, 0.25, 1.0, 0.5, 0.5)]),
    "confusion": lambda: pictures.confusion_picture([[8, 2], [5, 9]], ["a", "b"]),
    "answers": lambda: pictures.answers(*example(), are_logits=True),
    "neuron": lambda: pictures.neuron(*example()),
}
each_plot = pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS)


@each_plot
def test_a_notebook_gets_an_svg_of_real_text_and_no_other_picture(draw: Callable[[], Figure]) -> None:
    figure = draw()
    shown = figure._repr_mimebundle_()
    assert shown.keys() == {"image/svg+xml", "text/plain"}
    assert not any(hasattr(figure, name) for name in ("_repr_png_", "_repr_svg_"))
    root = ElementTree.fromstring(shown["image/svg+xml"])
    assert [root.tag, root.get("role"), root[0].tag] == [f"{SPACE}svg", "img", f"{SPACE}title"]
    title, description = root.findtext(f"{SPACE}title", ""), root.findtext(f"{SPACE}desc", "")
    assert title not in ("", "a plot")
    assert description.endswith(".")
    assert "$" not in title + description.replace(SEEN, "")
    assert "max-width:100%" in root.get("style", "")
    for drawn in figure.findobj(matplotlib.text.Text):
        if drawn.get_text() and drawn.get_visible() and "$" not in drawn.get_text() and "axes" in repr(drawn.axes):
            assert set(drawn.get_text().split("\n")) <= set(texts(shown["image/svg+xml"].encode()))


@each_plot
def test_no_frames(draw: Callable[[], Figure]) -> None:
    figure = draw()
    for axes in figure.axes:
        if not hasattr(axes, "_colorbar"):
            assert not axes.axison or not any(axes.spines[side].get_visible() for side in ("top", "right"))
        legend = axes.get_legend()
        assert not legend or not legend.get_frame_on()
        assert axes.patch.get_facecolor() == (0, 0, 0, 0)
    look = [element.get("style", "") for element in ElementTree.fromstring(figure.to_svg()).iter(f"{SPACE}path")]
    assert look[0] == "fill: none"  # the ground, which is transparent


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@each_plot
def test_what_stands_on_the_ground_can_be_read_on_white_and_on_dark(draw: Callable[[], Figure]) -> None:
    svg = draw().to_svg()
    (rules,) = re.findall(r"<style>@media \(prefers-color-scheme:dark\)\{(.*)\}</style>", svg)
    styled_path = f".//{SPACE}defs//{SPACE}path[@style]"
    assert not ElementTree.fromstring(svg).findall(styled_path), "no rule reaches what others refer to"
    dark = dict(re.findall(r'\[style\*="((?:fill|stroke): #\w+)"\]\{(?:fill|stroke):(#\w+)!important\}', rules))
    quiet = {AXIS, GRID}
    looks = {look.partition(" '")[0] for look, _ in marks(svg.encode()) if not look.startswith("image")}
    assert "text " not in looks  # black, on a black ground
    found = {(look.split(" ")[0], *paint) for look in looks for paint in re.findall(r"(fill|stroke)=(#\w+)", look)}
    for kind, name, color in found:
        if color in quiet or (kind, color) == ("text", "#ffffff"):  # on a dark cell
            continue
        on_dark = dark.get(f"{name}: {color}", color)
        if color != "#ffffff":  # rings, filled with the ground
            assert contrast(color, "#ffffff") >= (4.5 if kind == "text" else 3), color
            assert contrast(on_dark, "#111827") >= (4.5 if kind == "text" else 3), color
        else:
            assert on_dark == "#111827"


@each_plot
def test_a_plot_is_the_same_each_time_and_whatever_the_user_has_set(draw: Callable[[], Figure]) -> None:
    svg, png = draw().to_svg(), draw().to_png(dpi=50)
    with matplotlib.style.context(["dark_background", "ggplot", {"font.size": 30, "savefig.bbox": "tight"}]):
        before = dict(matplotlib.rcParams)
        figure = draw()
        assert figure.to_svg() == svg
        assert draw().to_png(dpi=50) == png
        assert dict(matplotlib.rcParams) == before
    assert not [
        trace for trace in ("atplotlib.org", "<dc:", "<metadata", "<?xml", "<!", "'DejaVu Sans';") if trace in svg
    ]


def test_two_plots_in_one_page_do_not_mix() -> None:
    plots = [draw().to_svg() for draw in PLOTS.values()]
    ids = [re.findall(r'\bid="([^"]*)"', svg) for svg in plots]
    assert len({each for own in ids for each in own}) == sum(map(len, ids))
    for svg, own in zip(plots, ids, strict=True):
        assert own[0].startswith("plot-")
        refers = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', svg)
        assert {a or b for a, b in refers} <= set(own)
        (style,) = re.findall("<style[^>]*>.*?{(.*)}</style>", svg)
        assert all(rule.startswith(f"#{own[0]} ") for rule in style.split("}") if rule)
    assert sum("href" in svg for svg in plots) > 3


def test_what_is_in_a_label_is_text() -> None:
    figure = plot_derivatives(tanh, name=LABEL, order=1)
    root = ElementTree.fromstring(figure.to_svg())
    assert texts(figure.to_svg().encode())[-3:] == [SEEN, SEEN, f"{SEEN}'"]
    assert root.findtext(f"{SPACE}title") == SEEN
    assert not list(root.iter(f"{SPACE}script"))
    for title in ("$C_0$ <b> & \x1b[31m\u202e]]>", "<b> & \x1b[31m\u202e]]>"):  # a user's own, not by the library
        with styled():
            figure = Figure(figsize=(5, 2))
            figure.subplots().set_title(title)
        shown = figure.to_svg()
        assert "\x1b" not in shown
        ElementTree.fromstring(shown)


def test_letters_without_a_glyph_are_for_the_font_of_the_reader() -> None:
    figure = plot_derivatives(tanh, name="学習")
    assert "学習'" in texts(figure.to_svg().encode())


def test_the_words_in_a_formula_are_words() -> None:
    shown = [
        [(span.text, "end" in span.get("style", "")) for span in text]
        for text in ElementTree.fromstring(pulled().to_svg()).iter(f"{SPACE}text")
        if len(text)
    ]
    ((first, *symbols, last),) = shown
    assert (first, last) == (("pull\xa0−", True), ("\xa0of\xa0each\xa0example", False))
    assert {letter for letter, _ in symbols} >= {"∂", "C", "w"}


@pytest.mark.parametrize(
    "tspans",
    [
        "".join(f'<tspan x="{x}" y="-1" style="a">{letter}</tspan>' for x, letter in ((0, "n"), (9, "&lt;"), (20, "p")))
        + '<tspan x="30" y="-1" style="b">C</tspan>',
        '<tspan style="a" x="0 9 20" y="-1">n&lt;p</tspan><tspan style="b" x="30" y="-1">C</tspan>',
    ],
)
def test_the_words_are_found_in_what_each_release_of_matplotlib_writes(tspans: str) -> None:
    found: Any = re.fullmatch(".*", f"<text>{tspans}</text>")
    word = '<tspan x="30" y="-1" style="a; text-anchor: end">n&lt;p</tspan>'
    assert module._in_words(found) == f'<text>{word}<tspan x="30" y="-1" style="b">C</tspan></text>'


def test_black_is_light_on_a_dark_screen_but_for_letters() -> None:
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.plot([1], [1], "o", color="black")
    axes.text(1, 1, "on a painted ground", color="black")
    svg = figure.to_svg()
    assert {"use stroke=#000000", "text  'on a painted ground'"} <= {mark.look for mark in marks(svg.encode())}
    rules = re.findall(r"#plot-\w+ ([^{]*)\{(\w+):#e2e8f0!important\}", svg)
    assert (':is(path,use)[style*="stroke: #000000"]', "stroke") in rules
    assert (':is(path,use)[style*="stroke: #000000"]:not([style*=fill])', "fill") in rules


def test_the_letters_are_those_of_the_graphs() -> None:
    fonts = re.findall(r"(?:font-family:|font: [^;\"]*px) ([^;\"]*)", nudged().to_svg())
    assert set(fonts) == {"Helvetica, Arial, Liberation Sans, sans-serif"}


def test_an_image_has_its_own_pixels_and_its_full_size() -> None:
    with styled():
        figure = Figure(figsize=(4, 4))
        axes = figure.subplots()
        axes.imshow([[i * j for i in range(300)] for j in range(300)])
    (image,) = ElementTree.fromstring(figure.to_svg()).iter(f"{SPACE}image")
    scale = float(image.get("transform", "").removeprefix("matrix(").split()[0].strip(","))
    assert image.get("width") == "300"
    assert scale * 300 == pytest.approx(axes.get_window_extent().width * 72 / figure.dpi, abs=0.1)


@pytest.mark.parametrize("dpi", [50, 100])
def test_a_png_has_as_many_pixels_as_are_asked_for_and_a_white_ground(dpi: int) -> None:
    with PIL.Image.open(io.BytesIO(pulled().to_png(dpi=dpi))) as image:
        assert image.size[0] == 7 * dpi
        assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_savefig_is_that_of_matplotlib() -> None:
    for picture_format, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        file = io.BytesIO()
        nudged().savefig(file, format=picture_format)
        assert file.getvalue().startswith(start)


def test_pyplot_does_not_show_a_figure_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.pylabtools import select_figure_formats

    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    module._only_as_svg()
    select_figure_formats(shell, {"png"})  # as pyplot does when a notebook imports it
    other = matplotlib.figure.Figure()
    other.subplots()
    kinds = [shell.display_formatter.format(figure)[0].keys() - {"text/plain"} for figure in (nudged(), other)]
    assert kinds == [{"image/svg+xml"}, {"image/png"}]
