import re
from xml.etree import ElementTree

import pytest

from autograd import Value, draw
from autograd.pictures.animation import Animation

SVG = "{http://www.w3.org/2000/svg}"


def of_several_widths(seconds: float) -> Animation:
    x = y = Value(0.5, "x")
    pictures = [draw(x)]
    for _ in range(3):
        y = y.tanh()
        pictures.append(draw(y))
    return Animation([pictures[i] for i in (1, 3, 0, 2)], seconds)


def frames_of(svg: str) -> list[ElementTree.Element]:
    return [group for group in ElementTree.fromstring(svg).iter(f"{SVG}g") if group.get("class") == "frame"]


def rules_of(svg: str) -> str:
    (style,) = ElementTree.fromstring(svg).iter(f"{SVG}style")
    return style.text or ""


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_each_picture_has_its_turn(seconds: float) -> None:
    svg = of_several_widths(seconds).to_svg()
    rules, frames = rules_of(svg), frames_of(svg)
    name, stops = re.findall(r"@keyframes ([\w-]+)\{((?:[^{}]*\{[^{}]*\})*)\}", rules)[0]
    changes: dict[float, bool] = {  # from which share of the time on, since nothing moves in between
        float(share): visibility == "visible"
        for shares, visibility in re.findall(r"([^{}]+)\{visibility:(\w+);?\}", stops)
        for share in shares.replace("%", "").split(",")
    }
    assert sorted(changes)[0] == 0

    def is_visible(frame: ElementTree.Element, time: float) -> bool:
        style = f"{frame.get('style')};{rules}"
        assert re.search(rf"animation:[^;}}]*\b{name}\b[^;}}]*\bstep-end\b[^;}}]*\binfinite\b", style)
        (duration,) = (float(number) for number in re.findall(rf"animation:[^;}}]*?\b{name} ([\d.]+)s", style))
        (delay,) = (float(number) for number in re.findall(r"(-[\d.]+)s", frame.get("style", "")))
        share = (time - delay) % duration / duration * 100
        return changes[max(stop for stop in changes if stop <= share)]

    for turn in range(3 * len(frames)):
        for time in (turn + 0.01, turn + 0.99):
            assert [i for i, frame in enumerate(frames) if is_visible(frame, time * seconds)] == [turn % len(frames)]


def test_the_pointer_halts_it_and_where_nothing_moves_the_last_picture_is_seen() -> None:
    svg = of_several_widths(1.0).to_svg()
    assert ElementTree.fromstring(svg)[-1].get("class") == "frame"
    rules = rules_of(svg)
    assert re.search(r"svg:hover \.frame\{animation-play-state:paused\b", rules)
    assert re.search(r"@media print,\(prefers-reduced-motion:reduce\)\{\.frame\{animation:none\b", rules)
    without_keyframes = re.sub(r"@keyframes [^{]*\{(?:[^{}]*\{[^{}]*\})*\}", "", rules)
    assert re.findall(r"(\.frame[^{}]*)\{visibility:(\w+)", without_keyframes) == [
        (".frame", "hidden"),
        (".frame:last-child", "visible"),
    ]


def test_those_who_do_not_see_it_hear_what_the_last_picture_shows() -> None:
    animation = of_several_widths(1.0)
    tree = ElementTree.fromstring(animation.to_svg())
    assert tree.get("role") == "img"
    assert tree.findtext(f"{SVG}desc") == f"4 pictures in turn. The last one: {animation.pictures[-1].description}"


def test_no_two_pictures_share_an_id() -> None:
    ids = re.findall(r' id="([^"]*)"', of_several_widths(1.0).to_svg())
    assert len(ids) == len(set(ids)) == sum(len(p.nodes) + len(p.edges) for p in of_several_widths(1.0).pictures)


def test_pictures_of_several_widths_have_their_middle_in_one_place() -> None:
    svg = of_several_widths(1.0).to_svg()
    _, _, width, height = (float(number) for number in ElementTree.fromstring(svg).get("viewBox", "").split())
    pictures = [frame.find(f"{SVG}svg") for frame in frames_of(svg)]
    sizes = [
        [float(picture.get(side, "")) for side in ("x", "width", "height")]
        for picture in pictures
        if picture is not None
    ]
    assert len(sizes) == 4
    assert (width, height) == pytest.approx((max(w for _, w, _ in sizes), max(h for _, _, h in sizes)), abs=0.1)
    for x, w, _ in sizes:
        assert x == pytest.approx((width - w) / 2, abs=0.1)
    assert len({w for _, w, _ in sizes}) == 4
