"""The fixtures themselves: what a page does that is not quiet is noticed, and JupyterLab is a real one."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from autograd.explorer.page import POLICY
from tests.browser.conftest import Opened, OpenedInLab, until
from tests.browser.jupyter import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

NOISES = {
    "console.error('e')": "error: e",
    "console.warn('w')": "warning: w",
    "throw new Error('thrown')": "uncaught: thrown",
    "Promise.reject(new Error('rejected'))": "uncaught: rejected",
    "new Image().src = 'https://example.org/image'": "asked for https://example.org/image",
    "fetch('https://example.org/fetch').catch(() => 0)": "asked for https://example.org/fetch",
    "navigator.sendBeacon('https://example.org/beacon', 'data')": "asked for https://example.org/beacon",
    "new WebSocket('wss://example.org/socket')": "asked for wss://example.org/socket",
    "window.open('about:blank')": "opened a window: about:blank",
    "alert('a')": "dialog: a",
    "document.write('<iframe srcdoc=\"<script>console.warn(`inside`)<\\/script>\"></iframe>')": "warning: inside",
}
STILL = "data:image/svg+xml;base64," + base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()
OUTPUT = (
    f'<div><img alt="still" src="{STILL}"><iframe title="page" srcdoc=\'<p>did not run</p>'
    '<script>document.querySelector("p").textContent = "ran"; SCRIPT</script>\'></iframe></div>'
)
THEME = OUTPUT.replace('"ran"', "parent.document.body.dataset.jpThemeLight")


@pytest.mark.parametrize("script", NOISES)
def test_a_page_that_is_not_quiet_is_noticed(opened: Opened, script: str) -> None:
    page = opened(f"<title>A page</title><script>setTimeout(() => {{ {script} }})</script>")
    for _ in range(50):
        if NOISES[script] in opened.faults:
            break
        page.wait_for_timeout(20)
    assert NOISES[script] in opened.faults
    page.close()  # so that nothing more comes: a request that fails is also told on the console
    opened.faults.clear()


def test_a_quiet_page_is_opened_as_asked(opened: Opened) -> None:
    page = opened(
        f"<title>π</title><img src='{STILL}'>", state="v=1", color_scheme="dark", viewport={"width": 360, "height": 740}
    )
    assert page.title() == "π"
    assert page.evaluate("[location.hash, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [
        "#v=1",
        360,
        True,
    ]


def test_a_page_has_no_network(opened: Opened) -> None:
    page = opened("<title>π</title>")
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):  # navigator.onLine depends on the release
        page.goto("http://127.0.0.1:1/")
    assert opened.faults[0] == "asked for http://127.0.0.1:1/"
    page.close()
    opened.faults.clear()


def test_what_becomes_true_is_waited_for_in_spite_of_a_policy(opened: Opened) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page = opened(f"{policy}<title>A page</title><script>setTimeout(() => {{ window.ready = 3 }}, 200)</script>")
    until(page, "window.ready")
    until(page, "(least) => window.ready >= least", 3)
    assert page.evaluate("window.ready") == 3


def test_axe_finds_an_image_without_a_name(opened: Opened, axe: "Callable[[Page | Frame], list[str]]") -> None:
    page = "<!DOCTYPE html><html lang='en'><title>A page</title><main><h1>A page</h1><img src='{}' {}></main></html>"
    assert axe(opened(page.format(STILL, "alt='an image'"))) == []
    (found,) = axe(opened(page.format(STILL, "")))
    assert found.startswith("image-alt: ")


def test_a_trusted_notebook_runs_the_pages_in_its_outputs(opened_in_lab: OpenedInLab) -> None:
    page = opened_in_lab([{"text/html": OUTPUT.replace("SCRIPT", "")}] * 2, trusted=True)
    for number in range(2):
        frame = page.locator("iframe").nth(number).content_frame
        assert frame.locator("p").text_content() == "ran"
    assert page.locator("img[alt=still]").count() == 2


def test_an_untrusted_notebook_shows_their_still_pictures(opened_in_lab: OpenedInLab) -> None:
    page = opened_in_lab([{"text/html": OUTPUT.replace("SCRIPT", "")}] * 2, trusted=False)
    assert page.locator("img[alt=still]").count() == 2
    assert page.locator("iframe").count() == 0


@pytest.mark.parametrize(("theme", "light"), [("light", "true"), ("dark", "false")])
def test_a_notebook_wears_a_theme(opened_in_lab: OpenedInLab, theme: str, light: str) -> None:
    page = opened_in_lab([{"text/html": THEME.replace("SCRIPT", "")}], trusted=True, theme=theme)
    assert page.locator("iframe").content_frame.locator("p").text_content() == light


def test_a_page_in_a_notebook_that_is_not_quiet_is_noticed(opened_in_lab: OpenedInLab) -> None:
    script = 'console.warn("inside"); fetch("https://example.org/inside").catch(() => 0)'
    page = opened_in_lab([{"text/html": OUTPUT.replace("SCRIPT", script)}], trusted=True)
    page.locator("iframe").content_frame.get_by_text("ran", exact=True).wait_for()
    for fault in ("warning: inside", "asked for https://example.org/inside"):
        assert fault in opened_in_lab.faults
    page.close()
    opened_in_lab.faults.clear()


def test_what_jupyterlab_itself_does_not_catch_is_not_noticed(opened_in_lab: OpenedInLab, lab: Lab) -> None:
    (lab.notebooks / "fault.js").write_text("setTimeout(() => null.kernel)", encoding="utf-8")
    script = "setTimeout(() => null.inside)"
    page = opened_in_lab([{"text/html": OUTPUT.replace("SCRIPT", script)}], trusted=True)
    with page.expect_event("pageerror", lambda error: "kernel" in error.message):
        page.add_script_tag(url=f"{lab.url}files/fault.js")
    page.close()
    (fault,) = opened_in_lab.faults
    assert "inside" in fault
    opened_in_lab.faults.clear()


def test_python_runs_in_a_notebook_and_refreshes_what_it_shows(opened_in_lab: OpenedInLab) -> None:
    page = opened_in_lab.running(
        "from IPython.display import HTML, display\nhandle = display(HTML('<b>first</b>'), display_id=True)",
        "handle.update(HTML('<b>second</b>'))",
    )
    page.get_by_text("second", exact=True).wait_for()
    assert page.get_by_text("first", exact=True).count() == 0
