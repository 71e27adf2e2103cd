"""The picture of the page in README, docs/explorer.png: `python -m tests.browser.screenshot` takes it anew."""

import tempfile
from pathlib import Path

from autograd import Value, explore, sigmoid
from tests.browser.chromium import chromium
from tests.imports import ROOT

PICTURE = ROOT / "docs" / "explorer.png"


def neuron() -> Value:
    """The neuron that README begins with."""
    w, x, b = Value(0.7, "w"), Value(0.5, "x"), Value(-0.3, "b")
    z = (w * x + b).named("z")
    return ((sigmoid(z) - 1) ** 2).named("C")


def take() -> None:
    """Open the page, move w from 0.7 to 0.9, and take a picture."""
    C = neuron()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page_file = explore(C, lit="w").save(Path(folder) / "neuron.html")
        page = browser.new_page(viewport={"width": 1000, "height": 490}, device_scale_factor=1.5)
        page.goto(page_file.as_uri())
        field = page.get_by_role("textbox", name="w")
        field.fill("0.9")
        field.press("Enter")
        page.locator(".nudge").wait_for()
        field.blur()
        page.screenshot(path=PICTURE, full_page=True)


if __name__ == "__main__":
    take()
