"""The page of a recorded run, in a real browser: scrubbed by mouse, keys and touch, its numbers read back."""

import math
import re
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import nn
from autograd.notation import minus, show_number
from nn.recorder import Recorder
from tests.nn.runs import INSIDE, POINTS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_random = Random(3)
SIZES = [360, 1000, 1600]


def run(
    inputs: Any = POINTS, targets: Any = INSIDE, sizes: Any = (6, 1), epochs: int = 12, seed: int = 1, **options: Any
) -> Recorder:
    """A short run, recorded."""
    said = {name: options.pop(name) for name in ("classes", "name", "most") if name in options}
    layers = {name: options.pop(name) for name in ("activation", "output_activation", "initializer") if name in options}
    model = nn.MLP(len(inputs[0]), list(sizes), **({"activation": "tanh", "initializer": "glorot"} | layers), seed=seed)
    recorder = Recorder(model, inputs, targets, **said)
    settings: dict[str, Any] = {"optimizer": nn.optimizers.adam(0.05), "epochs": epochs, "progress": False}
    nn.fit(model, inputs, targets, on_epoch=recorder, **(settings | options))
    return recorder


def digits() -> Recorder:
    images = [[_random.random() for _ in range(64)] for _ in range(40)]
    return run(images, [k % 10 for k in range(40)], (12, 10), 4, activation="sigmoid", loss="cross_entropy")


def stuck() -> Recorder:
    return run(initializer=lambda *_: 0.0, output_activation="sigmoid")


def blown() -> Recorder:
    recorder = run(activation="relu", epochs=3)
    for parameter in recorder.model.parameters():
        parameter.data *= 1e200
    recorder(nn.training.Epoch(4, math.inf, 0.5))
    return recorder


KINDS: dict[str, Callable[[], Any]] = {
    "two classes": lambda: run(output_activation="sigmoid", validation=(POINTS[:9], INSIDE[:9])),
    "three classes": lambda: run(POINTS, [k % 3 for k in range(60)], (4, 3), loss="cross_entropy"),
    "a plane": lambda: run(POINTS, [x * y for x, y in POINTS]),
    "a line": lambda: run([[x] for x, _ in POINTS], [math.sin(3 * x) for x, _ in POINTS], (5, 1), activation="gelu"),
    "digits": digits,
    "many inputs": lambda: run([[*p, *p, 1.0] for p in POINTS], [x * y for x, y in POINTS]),
    "stuck": stuck,
    "blown up": blown,
    "not of rows": lambda: run(activation=lambda z: z if z > 0 else 0.1 * z),
    "two runs": lambda: run(name="quick").beside(run(epochs=7, seed=2, name="short")),
}


@pytest.fixture(scope="module")
def two_classes() -> Recorder:
    recorder = KINDS["two classes"]()
    assert isinstance(recorder, Recorder)
    return recorder


def show(opened: Any, text: str, **options: Any) -> "Page":
    """The page, once it has unpacked itself."""
    page: Page = opened(text, **options)
    page.locator(".now").wait_for()
    return page


def halt(page: "Page") -> None:
    """From now on, time in a page that is alone passes only as a test says."""
    page.clock.install(time=0)
    page.clock.pause_at(60_000)


def now(page: "Page") -> str:
    # The pictures follow in the next frame.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".now").inner_text()


def at(recorder: Recorder, number: int) -> str:
    """What the page should say of an epoch."""
    epoch = next(frame.epoch for frame in recorder.frames if frame.number == number)
    last = recorder.frames[-1].number
    assert epoch is not None
    assert epoch.validation_loss is not None
    assert epoch.validation_accuracy is not None
    return (
        f"epoch {number} of {last} · loss {_number(epoch.loss, 4)}, accuracy {epoch.accuracy:.1%}, "
        f"held out: loss {_number(epoch.validation_loss, 4)}, accuracy {epoch.validation_accuracy:.1%}"
    )


def _number(number: float, digits: int) -> str:
    return minus(show_number(float(f"{number:.6g}"), digits))


def placed(recorder: Recorder, number: int) -> nn.MLP:
    """A network with the parameters of a frame."""
    frame = next(frame for frame in recorder.frames if frame.number == number)
    model = nn.MLP(2, [6, 1], "tanh", "sigmoid")
    nn.roll(model, list(frame.parameters))
    return model


def test_the_page_opens_at_the_end_of_the_run(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    assert now(page) == at(two_classes, 12)
    assert page.locator(".about").inner_text() == "MLP(2 -> 6 tanh -> 1 sigmoid)"
    assert page.title() == "MLP(2 -> 6 tanh -> 1 sigmoid)"


def test_keys_scrub_wherever_the_focus_is(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    press = page.keyboard.press
    for target in (None, page.get_by_role("slider"), page.get_by_role("button", name="light or dark")):
        if target is not None:
            target.focus()
        press("Home")
        assert now(page).startswith("epoch 0 of 12 · loss ")
        press("ArrowRight")
        press("ArrowRight")
        assert now(page) == at(two_classes, 2)
        press("ArrowLeft")
        assert now(page) == at(two_classes, 1)
        press("End")
        assert now(page) == at(two_classes, 12)
    slider = page.get_by_role("slider", name="epoch")
    assert slider.get_attribute("aria-valuetext") == at(two_classes, 12).replace(" of 12 ·", ":")


def test_buttons_scrub(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    for name, number in (("back", 11), ("back", 10), ("forward", 11), ("last epoch", 12), ("forward", 12)):
        page.get_by_role("button", name=name).click()
        assert now(page) == at(two_classes, number)
    page.get_by_role("button", name="first epoch").click()
    loss = two_classes._data([])["frames"][0][1]
    assert re.fullmatch(
        rf"epoch 0 of 12 · loss {_number(loss, 4)}, accuracy [\d.]+%", now(page)
    )  # nothing is held out yet


def test_it_plays_and_pauses(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html(), alone=True)
    halt(page)
    text = page.locator(".now").inner_text
    page.get_by_role("button", name="play").click()  # at the end, so it starts again
    page.clock.run_for(900)
    assert text() == at(two_classes, 2)  # a step takes 400 ms
    page.get_by_role("button", name="pause").click()
    page.clock.run_for(5000)
    assert text() == at(two_classes, 2)
    page.locator("h1").click()
    page.keyboard.press(" ")
    page.clock.run_for(5000)
    assert text() == at(two_classes, 12)
    assert page.get_by_role("button", name="play").is_visible()


def test_with_reduced_motion_it_plays_step_by_step(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html(), reduced_motion="reduce", alone=True)
    halt(page)
    text = page.locator(".now").inner_text
    page.get_by_role("button", name="play").click()
    page.clock.run_for(900)
    assert text().startswith("epoch 0 of 12")
    page.clock.run_for(200)
    assert text() == at(two_classes, 1)


def spot(curve: "Locator", share: float) -> tuple[float, float]:
    """A place on a curve, from 0 for the first epoch to 1 for the last."""
    box = curve.bounding_box()
    assert box is not None
    return box["x"] + 52 + share * (box["width"] - 64), box["y"] + 70


def test_a_curve_is_a_scrubber_for_the_mouse(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    for curve in page.locator(".scrubs").all():
        curve.scroll_into_view_if_needed()
        page.mouse.move(*spot(curve, 0.25))
        page.mouse.down()
        assert now(page) == at(two_classes, 3)
        page.mouse.move(*spot(curve, 0.76))
        assert now(page) == at(two_classes, 9)
        page.mouse.move(*spot(curve, 1.4))  # outside, where the drag goes on
        assert now(page) == at(two_classes, 12)
        page.mouse.up()
        page.mouse.move(*spot(curve, 0.5))
        assert now(page) == at(two_classes, 12)


def test_a_curve_is_a_scrubber_for_a_finger(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html(), has_touch=True, viewport={"width": 360, "height": 740})
    curve = page.locator(".scrubs").first
    page.touchscreen.tap(*spot(curve, 0.5))
    assert now(page) == at(two_classes, 6)
    send = page.context.new_cdp_session(page).send
    for kind, share in (("touchStart", 0.25), ("touchMove", 0.4), ("touchMove", 0.6), ("touchMove", 0.75)):
        x, y = spot(curve, share)
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert now(page) == at(two_classes, 9)


@pytest.mark.parametrize("number", [0, 5, 12])
def test_numbers_are_those_of_python(two_classes: Recorder, number: int, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    page.keyboard.press("Home")
    for _ in range(number):
        page.keyboard.press("ArrowRight")
    now(page)
    model = placed(two_classes, number)
    outputs = [model(x).data for x in POINTS]  # type: ignore[union-attr]
    right = sum((output > 0.5) == bool(inside) for output, inside in zip(outputs, INSIDE, strict=True))
    label = page.locator(".over").get_attribute("aria-label")
    assert f"{right} of 60 examples on the right side" in str(label)
    assert page.locator(".over .wrong").count() == 60 - right
    said: list[list[float]] = [[] for _ in range(7)]
    z: list[list[float]] = [[] for _ in range(7)]
    for x in POINTS:
        model(x)
        for place, neuron in enumerate((*model.layers[0].neurons, *model.layers[1].neurons)):
            assert neuron.a is not None
            assert neuron.z is not None
            said[place].append(neuron.a.data)
            z[place].append(neuron.z.data)
    for place, radio in enumerate(page.get_by_role("radio").all()):
        radio.click()
        edge = 4.4 if place == 6 else 2.2
        up, down = (sum(sign * each >= edge for each in z[place]) / 60 for sign in (1, -1))
        caption = page.locator("section", has_text="Saturated neurons").locator(".hint").last.inner_text()
        which = "neuron 0 of layer 2" if place == 6 else f"neuron {place} of layer 1"
        assert caption.startswith(f"{which}: near its upper limit {up:.1%}, near its lower one {down:.1%};")
        assert float(caption.rpartition("mean ")[2].replace("−", "-")) == pytest.approx(sum(said[place]) / 60, rel=6e-3)


def test_the_weight_under_the_cursor_is_read_out(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    w = two_classes.model.layers[0].neurons
    picture = page.get_by_role("application", name="weights of layer 1")
    reading = picture.locator("xpath=../../p[@class='reading']")
    assert reading.inner_text().startswith("blue: above 0; orange with a bar: below; full color: ")
    picture.focus()
    assert reading.inner_text() == f"neuron 0, weight of input 0: {_number(w[0].w[0].data, 4)}"
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    assert reading.inner_text() == f"neuron 2, weight of input 1: {_number(w[2].w[1].data, 4)}"
    page.keyboard.press("End")
    assert reading.inner_text() == f"neuron 5, bias: {_number(w[5].b.data, 4)}"
    page.keyboard.press("ArrowRight")  # there is nothing more
    assert reading.inner_text().startswith("neuron 5, bias: ")
    assert now(page) == at(two_classes, 12)  # arrows in the picture leave the epoch alone
    picture.hover(position={"x": 30, "y": 5})
    assert reading.inner_text() == f"neuron 0, weight of input 1: {_number(w[0].w[1].data, 4)}"


def test_the_weights_of_pixels_are_images(opened: Any) -> None:
    recorder = digits()
    page = show(opened, recorder.to_html())
    picture = page.get_by_role("application", name="weights of layer 1")
    picture.focus()
    for key in ("PageDown", "PageDown", "PageDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    weight = recorder.model.layers[0].neurons[3].w[8 + 2].data
    reading = picture.locator("xpath=../../p[@class='reading']")
    assert reading.inner_text() == f"neuron 3, weight of pixel 1, 2: {minus(show_number(float(f'{weight:.4g}'), 4))}"


def test_neurons_are_chosen_by_keys(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    radios = page.get_by_role("radiogroup", name="layer 1: tanh").get_by_role("radio")
    radios.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert [radio.get_attribute("aria-checked") for radio in radios.all()] == ["false"] * 2 + ["true"] + ["false"] * 3
    page.keyboard.press("ArrowLeft")
    assert radios.nth(1).evaluate("(it) => document.activeElement === it")
    assert now(page) == at(two_classes, 12)
    stops = [radio.evaluate("(it) => it.tabIndex") for radio in page.get_by_role("radio").all()]
    assert stops == [-1, 0, -1, -1, -1, -1, 0]  # one tab stop a layer


def test_a_table_has_the_same_numbers(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("region").get_by_role("row").nth(13).wait_for()
    rows = [row.inner_text().split("\t") for row in page.get_by_role("region").get_by_role("row").all()]
    assert rows[0] == [
        *("epoch", "loss", "accuracy", "loss, held out", "accuracy, held out"),
        *("gradient, layer 1", "gradient, layer 2"),
    ]
    assert len(rows) == 14
    gradients = two_classes._data([])["gradients"]
    for row, frame, sizes in zip(rows[2:], list(two_classes.frames)[1:], gradients[1:], strict=True):
        epoch = frame.epoch
        assert epoch is not None
        assert row[:3] == [str(frame.number), _number(epoch.loss, 4), f"{epoch.accuracy:.1%}"]
        assert row[5:] == [_number(size, 4) for size in sizes]


def test_a_place_is_announced_once_it_rests(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html(), alone=True)
    halt(page)
    status = page.get_by_role("status")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        page.clock.run_for(300)
    assert "epoch 2:" not in (status.text_content() or "")
    expected = at(two_classes, 2).replace(" of 12 ·", ":")
    for _ in range(20):  # a busy browser handles keys late, and then the place rests from then on
        page.clock.run_for(1000)
        if status.text_content() == expected:
            break
        page.wait_for_timeout(50)
    assert status.text_content() == expected


def test_two_runs_move_together_and_the_shorter_one_rests_at_its_end(opened: Any) -> None:
    first, second = run(name="quick"), run(epochs=7, seed=2, name="short")
    page = show(opened, first.beside(second).to_html(), viewport={"width": 1000, "height": 700})
    assert now(page).startswith("epoch 12 of 12 · quick: loss ")
    assert "; short: epoch 7, loss " in now(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    losses = [frame.epoch.loss for each in (first, second) if (frame := each.frames[1]).epoch is not None]
    assert [float(x) for x in re.findall(r"loss ([\d.]+)", now(page))] == pytest.approx(losses, rel=1e-3)
    left, right = (curve.bounding_box() for curve in page.locator(".scrubs").all()[:2])
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_is_accessible_and_fits_its_window(
    kind: str, opened: Any, axe: Any, screenshot: Callable[[Any, str], None]
) -> None:
    text = KINDS[kind]().to_html()
    for scheme in ("light", "dark"):
        page = show(opened, text, color_scheme=scheme)
        for summary in page.locator("summary").all():
            summary.click()
        assert axe(page) == []
        for width in SIZES if scheme == "light" else ():
            page.set_viewport_size({"width": width, "height": 800})
            now(page)
            screenshot(page, f"training {kind} {width}")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert page.evaluate(CUT) == []
            assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.dataset.theme") == scheme


# Texts of curves that lie outside of their picture, or on each other.
CUT = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
  const room = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const out = texts.filter(([, box]) => box.left < room.left - 0.5 || box.right > room.right + 0.5
    || box.top < room.top - 0.5 || box.bottom > room.bottom + 2.5).map(([text]) => `outside: ${text}`);
  texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
    const apart = a.left >= b.right || b.left >= a.right || a.top >= b.bottom - 2 || b.top >= a.bottom - 2;
    if (!apart) out.push(`${one} on ${other}`);
  }));
  return out;
})"""
# What can be pressed but is smaller than a finger's tip needs.
SMALL = """() => [...document.querySelectorAll("button, input, summary")].map((it) => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([it]) => it.outerHTML)"""


def test_the_pictures_show_what_they_should(opened: Any) -> None:
    page = show(opened, stuck().to_html())
    gradients = page.locator("section", has_text="Sizes of gradients").locator("svg.scrubs")
    assert "layer 1 0," in str(gradients.get_attribute("aria-label"))
    page = show(opened, blown().to_html())
    assert now(page) == "epoch 4 of 4 · loss inf, accuracy 50.0%"
    page = show(opened, KINDS["not of rows"]().to_html())
    assert page.get_by_text("The page cannot compute the activation <lambda>").count() == 3
    page = show(opened, digits().to_html())
    table = page.get_by_role("region", name="true classes and answers")
    right = page.locator("td.right").all_inner_texts()
    assert table.locator("caption").inner_text().startswith(f"{sum(int(x) for x in right if x != '·')} of 40 right")


def test_the_button_turns_light_to_dark_and_pictures_follow(two_classes: Recorder, opened: Any) -> None:
    page = show(opened, two_classes.to_html())
    now(page)
    before = page.locator(".plane canvas").screenshot()
    page.get_by_role("button", name="light or dark").click()
    now(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator(".plane canvas").screenshot() != before


def test_in_forced_colors_the_controls_are_there(
    two_classes: Recorder, opened: Any, screenshot: Callable[[Any, str], None]
) -> None:
    page = show(opened, two_classes.to_html(), forced_colors="active")
    screenshot(page, "training forced colors")
    page.get_by_role("button", name="back").click()
    assert now(page) == at(two_classes, 11)


HOSTILE = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "__proto__", "constructor", "\u2028\u2029",
    "\u202egnol\u202c", "w" * 500, "${alert(1)}", "`+alert(1)+`", "'\"><svg onload=alert(1)>", "&lt;b&gt;", "{0} %s \\",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_only_ever_text(name: str, opened: Any) -> None:
    recorder = run(output_activation="sigmoid", classes=[name, f"other {name}"], name=name, epochs=2)
    page = show(opened, recorder.beside(recorder).to_html(), viewport={"width": 360, "height": 740})
    page.locator("summary").first.click()
    page.keyboard.press("Home")
    now(page)
    assert page.locator("img, svg[onload], main script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_in_jupyterlab_a_trusted_notebook_has_the_page_and_another_one_a_picture(
    two_classes: Recorder, opened_in_lab: Any, screenshot: Callable[[Any, str], None]
) -> None:
    output = {"text/html": two_classes._repr_html_(), "text/plain": repr(two_classes)}
    page = opened_in_lab([output], trusted=True, theme="dark")
    frame = page.frame_locator("iframe[srcdoc]").first
    frame.get_by_role("button", name="back").click()
    assert frame.locator(".now").inner_text() == at(two_classes, 11)
    frame.locator("body").press("Home")
    assert frame.locator(".now").inner_text().startswith("epoch 0 of 12")
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    screenshot(page, "training lab dark")
    page = opened_in_lab([output], trusted=False)
    assert page.locator(".jp-OutputArea-output iframe").count() == 0
    still = page.locator(".jp-OutputArea-output img")
    assert still.evaluate("(it) => it.complete && it.naturalWidth") > 300
    screenshot(page, "training lab untrusted")


def test_the_plane_has_axes_and_the_output_the_same_colors_wherever_it_is_painted(
    two_classes: Recorder, opened: Any
) -> None:
    page = show(opened, two_classes.to_html())
    ends = [[min(numbers), max(numbers)] for numbers in zip(*POINTS, strict=True)]
    margins = [0.12 * (high - low) for low, high in ends]
    for look, (low, high), margin, is_up in zip(["axis-x", "axis-y"], ends, margins, [False, True], strict=True):
        numbers = [float(text.replace("−", "-")) for text in page.locator(f".{look} span").all_inner_texts()[::2]]
        assert (numbers[::-1] if is_up else numbers) == pytest.approx([low - margin, high + margin], rel=1e-2)
    orange = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] > data[i + 2] + 20) count++;
      return (4 * count) / data.length;
    }"""
    shares = [page.locator(f"{where} canvas").last.evaluate(orange) for where in (".plane", ".answers")]
    assert shares[0] > 0.1
    assert shares[1] == pytest.approx(shares[0], abs=0.05)
