"""The picture of the page in README, docs/explorer.png: `python -m tests.browser.screenshot` takes it anew."""

import shutil
import tempfile
from pathlib import Path

from autograd import Value, explore, sigmoid
from tests.imports import ROOT

PICTURE = ROOT / "docs" / "explorer.png"


def neuron() -> Value:
    """The neuron that README begins with."""
    w, x, b = Value(0.7, "w"), Value(0.5, "x"), Value(-0.3, "b")
    z = (w * x + b).named("z")
    return ((sigmoid(z) - 1) ** 2).named("C")


def take() -> None:
    """Open the page, move w from 0.7 to 0.9, and take a picture."""
    from playwright.sync_api import sync_playwright

    C = neuron()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = explore(C, lit="w").save(Path(folder) / "neuron.html")
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = browser.new_page(viewport={"width": 1000, "height": 490}, device_scale_factor=1.5)
        page.goto(page_file.as_uri())
        field = page.get_by_role("textbox", name="w")
        field.fill("0.9")
        field.press("Enter")
        page.locator(".nudge").wait_for()
        field.blur()
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take()
