"""One HTML page, with everything in it: it opens from disk, needs no network, and several may stand in one notebook."""

import base64
import html
import json
import math
import re
import zlib
from collections.abc import Sequence
from importlib import resources
from typing import Any

# Nothing is loaded from anywhere, whatever a label says: only what stands in the page itself.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_PAGE = """<!DOCTYPE html>
<html lang="en" data-state="{state}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title></head>
<body><p>This page needs JavaScript, and a browser of 2023 or later. Nothing in it is loaded from elsewhere.</p>
<script type="text/plain" id="packed">{packed}</script>
<script>{opener}</script></body></html>
"""
# Packed, program and data take a third of the room; JavaScript has what is needed to unpack them. Of 85 letters, five
# hold four bytes; none of them ends a script or a quoted attribute.
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=>?@^_`{|}~"
_PACKED, _UNPACKED = str.maketrans("&<", ".,"), str.maketrans(".,", "&<")  # as Python has them, but for these two
_OPENER = """(async () => {
const text = document.getElementById("packed").textContent;
const more = (5 - text.length % 5) % 5;
const letters = text + "~".repeat(more);
const places = new Map(Array.from("LETTERS", (letter, place) => [letter, place]));
const bytes = new DataView(new ArrayBuffer(letters.length / 5 * 4));
for (let i = 0, number = 0; i < letters.length; i++) {
number = number * 85 + places.get(letters[i]);
if (i % 5 === 4) { bytes.setUint32((i - 4) / 5 * 4, number); number = 0; } }
const packed = bytes.buffer.slice(0, bytes.byteLength - more);
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
const [style, script, data] = JSON.parse(await new Response(stream).text());
const source = "<!DOCTYPE html>\\n" + document.documentElement.outerHTML;
for (const [tag, text] of [["style", style], ["script", script]]) {
document.head.append(Object.assign(document.createElement(tag), {textContent: text})); }
start(data, source);
})()""".replace("LETTERS", _LETTERS)


def page_of(
    name: str,
    title: str,
    data: object,
    *,
    rows: str = "()=>[]",
    styles: Sequence[str] = (),
    state: str = "",
    others: Sequence[str] = (),
) -> str:
    """A page of one of the programs in `built`.

    Args:
        name: The program: "explorer" or "training".
        title: The title of the page.
        data: What the program shows, which JSON can hold.
        rows: The rows of the table that it computes with, as JavaScript; see `autograd.explorer.javascript`.
        styles: More rules of style, such as those of a picture.
        state: How the program opens.
        others: More programs, "lines": each starts after it, with its own part of the data.
    """
    names = [name, *others]
    style = "".join([*(built(f"{each}.css") for each in names), *styles])
    starts = [f"{name}.start(data,{rows},source)", *(f"{each}.start(data.{each},{name}App)" for each in others)]
    start = f"({','.join(starts)})" if others else starts[0]
    program = "\n".join([*(built(f"{each}.js") for each in names), f"const start=(data,source)=>{start}"])
    return _PAGE.format(
        state=html.escape(state),
        policy=POLICY,
        title=html.escape(title),
        packed=packed([style, program, data]),
        opener=_OPENER,
    )


def packed(parts: object) -> str:
    """Parts of a page as text, compressed. Infinities and nan, which JSON lacks, become texts as JavaScript reads them.

    Example:
        >>> unpacked(packed(["</script>", 0.5, float("nan"), float("-inf")]))
        ['</script>', 0.5, 'NaN', '-Infinity']
    """
    try:
        text = _json(parts)
    except ValueError:  # there is an infinity or a nan, which few pages have
        text = _json(_readable(parts))
    pressing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return base64.b85encode(pressing.compress(text.encode()) + pressing.flush()).decode().translate(_PACKED)


def unpacked(text: str) -> Any:
    """What was packed; or, of a whole page, its style, its program and its data."""
    found = re.search('id="packed">([^<]*)<', text)
    letters = (found[1] if found else text).translate(_UNPACKED)
    return json.loads(zlib.decompress(base64.b85decode(letters), wbits=-zlib.MAX_WBITS))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _readable(data: object) -> object:
    if isinstance(data, float) and not math.isfinite(data):
        return "NaN" if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"
    if isinstance(data, dict):
        return {key: _readable(each) for key, each in data.items()}
    return [_readable(each) for each in data] if isinstance(data, list | tuple) else data


def built(file: str) -> str:
    """A file of the programs, as they are built from `browser`."""
    return resources.files("autograd.explorer").joinpath("built", file).read_text(encoding="utf-8").strip()


def framed(page: str, picture: str, height: float, title: str) -> str:
    """A page as a notebook's output: in a frame, over a still picture that shows where the frame is not allowed.

    Args:
        page: The page.
        picture: The picture, an SVG.
        height: How high the frame is, in pixels.
        title: What the frame is called for screen readers.

    An untrusted notebook, and most pages that show notebooks, cut the frame out, but leave an image.
    """
    still = base64.b64encode(picture.encode()).decode()
    inside = page.replace("&", "&amp;").replace("'", "&#39;")
    name = html.escape(title)
    return (
        '<div style="display:grid">'
        f'<img alt="{name}" src="data:image/svg+xml;base64,{still}" style="grid-area:1/1;max-width:100%">'
        f'<iframe title="{name}" style="grid-area:1/1;width:100%;height:{height:.0f}px;min-height:100%;border:0" '
        f"srcdoc='{inside}'></iframe></div>"
    )
