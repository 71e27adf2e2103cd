import re
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nn
from autograd import Value, draw
from autograd.pictures.shapes import COLORS, FULL, KINDS, LOOKS, Color
from autograd.pictures.svg import stylesheet, tint_of
from tests.autograd.pictures.test_diagram import HOSTILE
from tests.autograd.svg import texts

SVG = "{http://www.w3.org/2000/svg}"
GROUND = Color("#ffffff", "#111111")  # of a page
THEMES = (0, 1)  # light and dark


def neuron(label: str = "w") -> Value:
    w, a, b = Value(0.7, label), Value(0.5, "a_prev"), Value(-0.3, "b")
    z: Value = (w * a + b).named("z")
    return (z.sigmoid() - 1) ** 2


# Words


@pytest.mark.parametrize("label", HOSTILE)
def test_every_picture_is_xml_whatever_stands_in_its_labels(label: str) -> None:
    cost = neuron(label)
    cost.label = label
    picture = replace(draw(cost, level="operations"), note=label)
    tree = ElementTree.fromstring(picture.to_svg())
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {
        "svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text", "tspan",
    }  # fmt: skip
    assert {name for element in tree.iter() for name in element.attrib if name.startswith("on")} == set()
    assert ElementTree.fromstring(picture.render("svg")).tag == f"{SVG}svg"  # as the bytes of a file, too


@given(st.text(st.characters(), max_size=12))  # surrogates, too
@example("x-")
def test_every_text_is_xml(label: str) -> None:
    picture = replace(draw(Value(1.0, label) * 2.0), note=label)
    tree = ElementTree.fromstring(picture.render("svg"))
    assert len(list(tree.iter(f"{SVG}rect"))) >= 3


def test_those_who_do_not_see_a_picture_hear_what_it_shows() -> None:
    C = neuron()
    C.label = "C"
    picture = draw(C, level="operations", lit="w")
    tree = ElementTree.fromstring(picture.to_svg())
    assert tree.get("role") == "img"
    assert [child.tag for child in tree[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert tree.findtext(f"{SVG}title") == "Computation graph of C"
    words = tree.findtext(f"{SVG}desc", "")
    assert words == picture.description
    assert words.startswith("9 boxes and 8 arrows. From w through ×, z, σ, − to C.")
    assert "w = 0.7, " in words
    assert words.endswith(picture.note)


def test_one_box_is_a_box() -> None:
    assert draw(Value(1.0)).description.startswith("1 box and 0 arrows.")


def test_whatever_can_be_pointed_at_says_what_it_is() -> None:
    tree = ElementTree.fromstring(draw(neuron(), level="sums").to_svg())
    titles = {group.get("id"): group.findtext(f"{SVG}title") for group in tree.iter(f"{SVG}g")}
    assert {"a_prev = 0.5", "z = w*a_prev + b = 0.05", "(sigmoid(z) - 1)**2 = 0.237659", "w = 0.7"} <= set(
        titles.values()
    )


def test_a_picture_fits_its_column_and_ids_are_its_own() -> None:
    picture = draw(neuron())
    tree = ElementTree.fromstring(picture.to_svg())
    assert tree.get("style") == "max-width:100%;height:auto"
    width, height = picture.size
    assert (tree.get("width"), tree.get("height")) == (
        f"{width:.1f}".rstrip("0").rstrip(".") + "pt",
        f"{round(height, 1):g}pt",
    )
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


# Letters


def heights(svg: bytes, text: str) -> tuple[list[float], list[float]]:
    """For each part of a text after its letter: how far it stands above the line, and how far it has gone back."""
    element = next(e for e in ElementTree.fromstring(svg).iter(f"{SVG}text") if "".join(e.itertext()) == text)
    height, found, moves = 0.0, [], []
    for part in element:
        height -= float(part.get("dy", 0))
        found.append(height)
        moves.append(float(part.get("dx", 0)))
    return found, moves


@pytest.mark.parametrize(
    ("label", "shown", "places"),
    [
        ("w1_02", "w(1)02", ["above", "below"]),
        ("z^(L)_j", "z(L)j", ["above", "below"]),
        ("a^(L-1)", "a(L-1)", ["above"]),
        ("theta_3", "θ3", ["below"]),
        ("x^2", "x2", ["above"]),
        ("x_1^2", "x12", ["above", "below"]),
        ("∂C/∂w1_02", "∂C/∂w(1)02", ["above", "below"]),
        ("x", "x", []),
    ],
)
def test_indices_stand_above_and_below_the_line(label: str, shown: str, places: list[str]) -> None:
    svg = draw(Value(1.0, label), style="values").render("svg")
    written = shown if label != "x_1^2" else "x21"  # the power stands above the index
    found, moves = heights(svg, written)
    assert ["above" if height > 0 else "below" for height in found] == places
    assert all(1 < abs(height) < 6 for height in found)
    # What stands below goes back under what stands above it.
    assert [move < 0 for move in moves] == [place == "below" and "above" in places for place in places]


def test_what_follows_indices_stands_on_the_line_again_and_after_the_longer_one() -> None:
    svg = draw(Value(1.0, "∂³C/∂w1_02∂w^(L-1)_0∂b"), style="values").render("svg")
    found, moves = heights(svg, "∂³C/∂w(1)02∂w(L-1)0∂b")
    assert [found[2], found[5]] == pytest.approx([0.0, 0.0], abs=0.25)  # each move is rounded
    assert max(moves[1], moves[4]) < 0.0 <= moves[2] < moves[5]  # more of (L-1) than of (1) sticks out


def test_every_browser_knows_what_an_index_is_written_with() -> None:
    svg = draw(Value(1.0, "w1_02") * Value(2.0, "a0_2")).to_svg()
    assert "baseline-shift" not in svg
    assert [float(size) < 11 for size in re.findall(r'<tspan [^>]*font-size="([\d.]+)"', svg)] == [True] * 4


@pytest.mark.parametrize(("label", "shown"), [("-0.5", "−0.5"), ("x", "−0.5")])
def test_a_minus_sign_is_as_long_as_a_plus_sign(label: str, shown: str) -> None:
    assert shown in texts(draw(Value(-0.5, label)).render("svg"))


# Colors


def rules(css: str) -> dict[str, dict[str, str]]:
    """The declarations for each class; of several, the last ones."""
    found: dict[str, dict[str, str]] = {}
    for name, declarations in re.findall(r"\.([\w-]+)\{([^{}]*)\}", css):
        found.setdefault(name, {}).update(declaration.split(":") for declaration in declarations.split(";"))
    return found


def test_dark_colors_stand_only_where_the_system_is_dark() -> None:
    css = stylesheet("auto")
    start = css.index("@media(prefers-color-scheme:dark){")
    end = css.index("}}", start) + 2
    light, dark = rules(stylesheet("light")), rules(stylesheet("dark"))
    assert rules(css[:start] + css[end:]) == light
    assert rules(css[start:end]) == {name: dark[name] for name in rules(css[start:end])}
    assert rules(css) == dark  # where the system is dark, every color of the light theme is replaced
    assert "@media" not in stylesheet("light") + stylesheet("dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_look_has_its_colors(theme: str) -> None:
    found = rules(stylesheet(theme))
    for name, look in LOOKS.items():
        assert found[name] == {"fill": getattr(look.fill, theme), "stroke": getattr(look.border, theme)}
    for name, color in COLORS.items():
        assert found[f"{name}-line"] == {"stroke": getattr(color, theme)}


def test_every_class_of_a_picture_has_a_rule() -> None:
    model = nn.MLP(2, [3, 2], "tanh", seed=1)
    cost = nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0])
    cost.backward()
    known = set(rules(stylesheet()))
    for level, style in product(("operations", "sums", "neurons", "layers"), ("gradients", "weights", "errors")):
        svg = draw(cost, level=level, style=style, lit="w2_00").to_svg()
        used = {
            name for names in re.findall(r'<(?:rect|path|polygon|text) class="([^"]*)"', svg) for name in names.split()
        }
        assert used <= known | {"on"}
        assert "on" in used


def luminance(color: str) -> float:
    """The relative luminance of a color, as WCAG 2.2 defines it."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, ground: str) -> float:
    """The contrast ratio of two colors, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(color), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_of_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # known from its documentation
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


TEXTS = [(color, ground) for color in ("ink", "quiet", "gradient") for ground in KINDS]
TEXTS += [(color, ground) for color in ("positive", "negative") for ground in ("operation", "result", "neuron")]
TEXTS += [("sign", "disc"), ("quiet", "note")]
TEXTS += [(color, bar) for color in ("ink", "gradient") for bar in FULL]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("color", "ground"), TEXTS)
def test_every_text_can_be_read_on_what_it_stands_on(color: str, ground: str, theme: int) -> None:
    assert contrast(COLORS[color][theme], LOOKS[ground].fill[theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("color", ["ink", "gradient"])
def test_every_text_can_be_read_on_the_colors_of_parameters(color: str, theme: int) -> None:
    grounds = [tint_of(tint / 10, KINDS["parameter"].fill, theme) for tint in range(-10, 11)]
    assert min(contrast(COLORS[color][theme], ground) for ground in grounds) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_the_colors_of_parameters_in_its_theme(theme: str) -> None:
    place = ("light", "dark").index(theme)
    svg = draw(Value(2.0, "w_0") * Value(-2.0, "w_1"), style="weights").to_svg(theme=theme)
    signs = re.findall(r'class="(\w+)"[^>]* fill-opacity="1.00"', svg)
    found = [re.search(rf"\.{sign}{{fill:(#\w+);", svg) for sign in signs[:2]]
    assert [match and match[1] for match in found] == [
        tint_of(tint, KINDS["parameter"].fill, place) for tint in (1.0, -1.0)
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("color", ["line", "more", "less", "lit", "disc"])
def test_every_line_can_be_seen_on_a_page(color: str, theme: int) -> None:
    assert contrast(COLORS[color][theme], GROUND[theme]) >= 3.0


@pytest.mark.parametrize("color", ["line", "more", "less", "lit"])
def test_lines_on_the_bare_page_can_be_seen_whatever_its_color(color: str) -> None:
    assert COLORS[color].light == COLORS[color].dark  # a page may be light where the system is dark
    assert min(contrast(COLORS[color].light, ground) for ground in GROUND) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", [kind for kind, look in KINDS.items() if look.fill != look.border])
def test_every_border_can_be_seen_on_either_side(kind: str, theme: int) -> None:
    look = KINDS[kind]
    assert contrast(look.border[theme], look.fill[theme]) >= 3.0
    assert contrast(look.border[theme], GROUND[theme]) >= 3.0


def test_kinds_of_boxes_differ_by_more_than_their_color() -> None:
    shapes = [(look.corner, look.dashed, look.double) for look in KINDS.values() if look.name]
    names = {look.name for look in KINDS.values() if look.name}
    assert len(set(shapes)) == len(names - {"variable"})  # a variable is a parameter by another name
