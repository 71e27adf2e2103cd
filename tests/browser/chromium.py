"""Chromium, without a window."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"]


@contextmanager
def chromium(*flags: str, missing: Callable[[str], NoReturn] = sys.exit) -> Iterator["Browser"]:
    """A running browser: Debian's chromium, or Chrome.

    Args:
        flags: More flags than it has anyhow.
        missing: What is called, with a sentence, where playwright or the browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("This needs playwright: .venv/bin/pip install -e '.[browser]'.")
    program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if program is None:
        missing("This needs a browser: chromium, or Chrome, on the PATH.")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=[*_FLAGS, *flags])
        yield browser
        browser.close()
