"""Pages in a real browser, which must be quiet: no request, no message, no window but the page itself.

The tests here need playwright (the extra `browser`) and Debian's chromium, or Chrome; without them they are skipped.
With `SCREENSHOTS=folder`, they leave pictures there to look at.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import jupyter
from tests.browser.chromium import chromium
from tests.browser.jupyter import SECONDS, Lab
from tests.imports import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Dialog,
        Error,
        Frame,
        Locator,
        Page,
        ViewportSize,
    )

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INSIDE = ("data:", "blob:", "about:")  # addresses of what a page has in itself
TRIES = 300  # to see that a cell runs, ten in a second
WINDOW: "ViewportSize" = {"width": 1100, "height": 700}


# Not for the session: while playwright runs, its event loop does, and other tests start loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, without a window, for the tests of a module; nothing but this machine can be reached from it."""
    with chromium("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", missing=pytest.skip) as started:
        yield started


@pytest.fixture(scope="module")
def offline(browser: "Browser") -> Callable[..., "Page"]:
    """Opens an empty page with these options, which has no network.

    The pages of a module share their contexts, since a new one costs more than a page; `alone` makes one, for a page
    whose clock is stopped.
    """
    shared: dict[str, BrowserContext] = {}

    def new_page(*, alone: bool, **options: Any) -> "Page":
        if alone:
            page = browser.new_page(**options)
            page.context.set_offline(True)
            return page
        key = repr(sorted(options.items()))
        if key not in shared:
            shared[key] = browser.new_context(**options)
            shared[key].set_offline(True)
            shared[key].new_page()  # which stays open, and with it the process that draws the others
        return shared[key].new_page()

    return new_page


class Opened:
    """Opens pages from disk with the network off, and notes what a quiet page does not do.

    Attributes:
        faults: What the pages did, a line each; a test fails at its end if any is left.
        pages: The pages.
    """

    def __init__(self, offline: Callable[..., "Page"], folder: Path) -> None:
        self.faults: list[str] = []
        self.pages: list[Page] = []
        self._offline = offline
        self._folder = folder

    def __call__(self, page: str | Path, *, state: str = "", alone: bool = False, **options: Any) -> "Page":
        """A page, opened from disk.

        Args:
            page: Its HTML text, or its path.
            state: What stands in its address after #.
            alone: Whether its clock is stopped.
            options: Those of playwright's `new_context`: `color_scheme="dark"`, `has_touch=True`,
                `reduced_motion="reduce"`, `forced_colors="active"`, `viewport={"width": 360, "height": 740}`.
        """
        if isinstance(page, str):
            path = self._folder / f"page {len(self.pages)}.html"  # with a blank, as in My Documents
            path.write_text(page, encoding="utf-8")
        else:
            path = page
        uri = path.absolute().as_uri()
        opened = self._offline(alone=alone, **({"viewport": WINDOW} | options))
        self.pages.append(opened)
        _watch(opened, self.faults, lambda url: url.partition("#")[0] == uri)
        opened.goto(f"{uri}#{state}" if state else uri)
        return opened


class OpenedInLab:
    """Opens notebooks in JupyterLab, and notes what a page in an output does not do.

    Attributes:
        faults: What the pages did, a line each; a test fails at its end if any is left.
        has_kernel: Whether Python answers in the notebook that was opened last.
    """

    def __init__(self, browser: "Browser", lab: Lab) -> None:
        self.faults: list[str] = []
        self.pages: list[Page] = []
        self.has_kernel = False
        self._browser = browser
        self._lab = lab

    def __call__(self, outputs: Sequence[Mapping[str, str]], *, trusted: bool, theme: str = "light") -> "Page":
        """A notebook with a cell for each of these outputs, opened in a context of its own, with the outputs shown.

        Args:
            outputs: The MIME bundle of each: `{"text/html": C._repr_html_()}`, say.
            trusted: Whether it was run here; of what others have run, JupyterLab shows only what cannot do anything.
            theme: "light" or "dark".
        """
        page = self._open(jupyter.executed(outputs), trusted, theme)
        for number in range(len(outputs)):
            page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output").first.wait_for()
        return page

    def running(self, *sources: str, theme: str = "light") -> "Page":
        """A notebook with these cells, which Python runs now; what they show, the test waits for."""
        page = self._open(jupyter.written(sources), True, theme)
        until = time.monotonic() + SECONDS
        while not self.has_kernel and time.monotonic() < until:  # before it has, JupyterLab forgets what it is to run
            page.wait_for_timeout(50)
        for number in range(len(sources)):
            self.run(page, number)
        return page

    def run(self, page: "Page", number: int) -> "Locator":
        """Run a cell of a notebook; its output, which the test waits for."""
        cell = page.locator(".jp-CodeCell").nth(number)
        started = cell.locator('.jp-InputPrompt:not(:text-is("[ ]:"))')
        for attempt in range(TRIES):
            if attempt % 30 == 0:  # a kernel may say that it is idle before anything runs
                cell.locator(".jp-InputArea-editor").click()
                page.keyboard.press("Control+Enter")
            if started.count():
                break
            page.wait_for_timeout(100)
        return cell.locator(".jp-OutputArea-output")

    def _open(self, notebook: Any, trusted: bool, theme: str) -> "Page":
        self._lab.wear(theme)
        url = self._lab.write(f"notebook-{len(self.pages)}", notebook, trusted=trusted)
        page = self._browser.new_page(viewport=WINDOW)
        page.set_default_timeout(SECONDS * 1000)
        self.pages.append(page)
        self.has_kernel = False
        inside = (self._lab.url, self._lab.url.replace("http", "ws"))
        _watch(
            *(page, self.faults, lambda address: address.startswith(inside)),
            within="about:srcdoc",
            without=self._lab.url,
        )
        page.on("websocket", lambda socket: socket.on("framereceived", self._received))
        page.goto(url)
        return page

    def _received(self, frame: str | bytes) -> None:
        if b"kernel_info_reply" in (frame.encode() if isinstance(frame, str) else frame):
            self.has_kernel = True


def _watch(
    page: "Page", faults: list[str], may_ask: Callable[[str], bool], *, within: str = "", without: str | None = None
) -> None:
    """From now on, faults gets a line for what a page does, or a page in it, that a quiet page does not do.

    Args:
        page: A new one.
        faults: Where a line is added.
        may_ask: Whether an address may be requested.
        within: How the address of a script starts whose messages count.
        without: How the address of a script starts whose uncaught errors do not count. JupyterLab itself has some:
            when a kernel ends that it is asking for, say.
    """

    def asked(address: str) -> None:
        if not may_ask(address) and not address.startswith(INSIDE):
            faults.append(f"asked for {address}")

    def said(message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning", "assert") and message.location["url"].startswith(within):
            faults.append(f"{message.type}: {message.text}")

    def failed(error: "Error") -> None:
        thrown_at = (error.stack or "").partition("\n    at ")[2].partition("\n")[0]
        if without is None or without not in thrown_at:
            faults.append(f"uncaught: {error}")

    def asks_the_reader(dialog: "Dialog") -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("popup", lambda other: faults.append(f"opened a window: {other.url}"))
    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("console", said)
    page.on("pageerror", failed)
    page.on("dialog", asks_the_reader)


def _quiet(opened: Opened | OpenedInLab) -> None:
    """The end of a test."""
    for page in opened.pages:
        if not page.is_closed():
            # What it keeps, others would find. And until it answers, what it has said may be on the way.
            page.evaluate("() => { try { localStorage.clear(); } catch { /* it keeps nothing */ } }")
            page.close()
    if opened.faults:
        pytest.fail("a page is not quiet:\n" + "\n".join(opened.faults), pytrace=False)


def until(page: "Page | Frame", expression: str, argument: object = None) -> None:
    """Wait until an expression of JavaScript is true, or a function of the argument is.

    playwright's `wait_for_function` does so with `eval`, which the policy of our pages forbids: it fails, unless the
    expression is true at once.
    """
    end = time.monotonic() + SECONDS
    while not page.evaluate(expression, argument):
        if time.monotonic() > end:
            pytest.fail(f"this does not become true: {expression}", pytrace=False)
        page.wait_for_timeout(20)


@pytest.fixture
def opened(offline: Callable[..., "Page"], tmp_path: Path) -> Iterator[Opened]:
    """Opens pages from disk; the test fails at its end if one of them was not quiet."""
    opener = Opened(offline, tmp_path)
    yield opener
    _quiet(opener)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running JupyterLab."""
    pytest.importorskip("jupyterlab")
    with Lab(tmp_path_factory.mktemp("jupyter")).running() as running:
        yield running


@pytest.fixture
def opened_in_lab(browser: "Browser", lab: Lab) -> Iterator[OpenedInLab]:
    """Opens notebooks in JupyterLab; the test fails at its end if a page in an output was not quiet."""
    opener = OpenedInLab(browser, lab)
    yield opener
    try:
        _quiet(opener)
    finally:  # after their pages are closed, which would ask for what they miss
        lab.stop_kernels()


@pytest.fixture(scope="session")
def axe() -> Callable[["Page | Frame"], list[str]]:
    """What axe-core, without leaving the page, finds against accessibility in it, a line each."""
    if not AXE.exists():
        pytest.skip("axe-core is not here; npm ci brings it")
    script = AXE.read_text(encoding="utf-8")

    def violations(page: "Page | Frame") -> list[str]:
        page.evaluate(script)
        return page.evaluate(
            """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(
                ({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target} ${node.html}`))"""
        )

    return violations


@pytest.fixture(scope="session")
def screenshot() -> Callable[["Page", str], None]:
    """`screenshot(page, "dark 360")` writes a picture of the whole page into the folder SCREENSHOTS, if one is set."""
    folder = os.environ.get("SCREENSHOTS")

    def write(page: "Page", name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, animations="disabled")

    return write
