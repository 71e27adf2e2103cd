"""One HTML page, with everything in it: it opens from disk, needs no network, and several may stand in one notebook."""

import base64
import html
import json
import math
from collections.abc import Sequence
from importlib import resources

# Nothing is loaded from anywhere, whatever a label says: only what stands in the page itself.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_PAGE = """<!DOCTYPE html>
<html lang="en" data-state="{state}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style></head>
<body><noscript><p>This page needs JavaScript. Nothing in it is loaded from elsewhere.</p></noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
<script>{name}.start(JSON.parse(document.getElementById("data").textContent),{rows})</script></body></html>
"""


def page(
    name: str, title: str, data: object, *, rows: str = "()=>[]", styles: Sequence[str] = (), state: str = ""
) -> str:
    """A page of one of the programs in `built`.

    Args:
        name: The program: "explorer" or "training".
        title: The title of the page.
        data: What the program shows, which JSON can hold.
        rows: The rows of the table that it computes with, as JavaScript; see `autograd.explorer.javascript`.
        styles: More rules of style, such as those of a picture.
        state: How the program opens.
    """
    return _PAGE.format(
        policy=POLICY,
        title=html.escape(title),
        style="".join([built(f"{name}.css"), *styles]),
        data=embedded(data),
        script=built(f"{name}.js"),
        name=name,
        rows=rows,
        state=html.escape(state),
    )


def embedded(data: object) -> str:
    r"""Data as JSON that may stand in a script: no `<`, by which the script could be left.

    JSON has no infinities and no nan; they become texts, of which JavaScript's `Number` makes numbers again.

    Example:
        >>> embedded(["</script>", 0.5, float("nan"), float("-inf")])
        '["\\u003c/script>",0.5,"NaN","-Infinity"]'
    """
    text = json.dumps(_readable(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


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
        f'<div style="position:relative;min-height:{height:.0f}px">'
        f'<img alt="{name}" src="data:image/svg+xml;base64,{still}" style="max-width:100%">'
        f'<iframe title="{name}" style="position:absolute;inset:0;width:100%;height:100%;border:0" '
        f"srcdoc='{inside}'></iframe></div>"
    )
