import copy
import html
import math
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import nn
from autograd import Op, Value, tanh
from autograd.explorer.page import unpacked
from autograd.notation import show_number
from nn.activations import ACTIVATIONS
from nn.optimizers import sgd
from nn.recorder.frames import Frame, Frames
from nn.recorder.page import bounds, digits_of, edges, spread, steps
from nn.recorder.recorder import Comparison, Recorder
from nn.training import Epoch
from tests.nn.runs import INSIDE, POINTS, network, train
from tests.nn.training.test_progress import outputs_in_a_notebook


def recorded(epochs: int = 4, **settings: Any) -> Recorder:
    model = network()
    recorder = Recorder(model, POINTS, INSIDE, **settings)
    train(model, epochs=epochs, on_epoch=recorder)
    return recorder


def numbers_of(recorder: Recorder) -> list[int]:
    return [frame.number for frame in recorder.frames]


def data_of(recorder: Recorder) -> dict[str, Any]:
    return recorder._data([])


def test_each_epoch_is_a_frame_with_the_parameters_after_it_and_the_start_is_one() -> None:
    model = network()
    recorder = Recorder(model, POINTS, INSIDE)
    seen = [nn.unroll(model)]

    class Both(Recorder):
        def __call__(self, epoch: Epoch) -> None:
            recorder(epoch)
            seen.append(nn.unroll(model))

    history = train(model, on_epoch=Both(model, POINTS, INSIDE))
    assert numbers_of(recorder) == [0, 1, 2, 3, 4]
    assert [list(frame.parameters) for frame in recorder.frames] == seen
    assert [frame.epoch for frame in recorder.frames] == [None, *history.epochs]


def test_a_recorder_changes_nothing_in_the_run() -> None:
    watched, alone = network(), network()
    recorder = Recorder(watched, POINTS, INSIDE)
    assert train(watched, on_epoch=recorder).epochs == train(alone).epochs
    recorder.to_html()
    assert nn.unroll(watched) == nn.unroll(alone)
    assert {parameter.grad for parameter in watched.parameters()} == {0.0}


@pytest.mark.parametrize("most", [2, 3, 4, 7, 200])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 9, 100, 1025])
@pytest.mark.parametrize("first", [0, 37])
def test_a_long_run_is_thinned_evenly(most: int, count: int, first: int) -> None:
    frames = Frames(most)
    for number in range(first, first + count + 1):
        frames.add(Frame(number, None, memoryview(b"")))  # type: ignore[arg-type]
        assert len(frames) <= most + 1
        assert frames[-1].number == number
    numbers = [frame.number for frame in frames]
    assert numbers == sorted({*range(first, first + count + 1, frames.every), first + count})
    assert len(frames) > min(count, most / 2)  # no more are dropped than must be


def test_the_memory_of_a_long_run_is_bounded() -> None:
    recorder = recorded(most=6)
    for number in range(5, 3000):
        recorder(Epoch(number, 0.5, 1.0))
    recorder.to_html()
    assert len(recorder.frames) <= 7
    assert len(recorder._measured) <= 7
    recorder(Epoch(4000, 0.5, 1.0))
    recorder(Epoch(5000, 0.5, 1.0))
    assert len(recorder._measured) < 7  # what was measured goes with its frame


def test_ctrl_c_leaves_the_frames_so_far_and_the_same_recorder_goes_on_when_the_run_is_resumed(tmp_path: Path) -> None:
    model = network()
    recorder = Recorder(model, POINTS, INSIDE)
    calls = 0

    def loss(output: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        if calls == 1 + 1 + 60 + 60 + 10:
            raise KeyboardInterrupt
        return (output - target) ** 2

    settings: dict[str, Any] = {"loss": loss, "checkpoint": tmp_path / "run.json"}
    with pytest.raises(KeyboardInterrupt):
        train(model, on_epoch=recorder, **settings)
    assert numbers_of(recorder) == [0, 1, 2]
    assert "<iframe" in recorder._repr_html_()
    before = list(recorder.frames)
    train(model, on_epoch=recorder, resume=True, **settings)
    assert numbers_of(recorder) == [0, 1, 2, 3, 4]
    assert recorder.frames[:3] == before

    whole = network()
    again = Recorder(whole, POINTS, INSIDE)
    train(whole, on_epoch=again, loss=loss)
    assert [frame.parameters for frame in again.frames] == [frame.parameters for frame in recorder.frames]


def test_a_new_recorder_of_a_resumed_run_begins_where_the_run_stood(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    history = train(network(), epochs=2, checkpoint=path)
    model = network(seed=9)
    recorder = Recorder(model, POINTS, INSIDE)
    train(model, epochs=4, checkpoint=path, resume=True, on_epoch=recorder)
    assert numbers_of(recorder) == [2, 3, 4]
    assert recorder.frames[0].epoch == history[-1]
    whole = network()
    train(whole, epochs=2)
    assert list(recorder.frames[0].parameters) == nn.unroll(whole)


def test_a_run_that_is_resumed_from_before_its_end_forgets_what_came_after(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    model = network()
    recorder = Recorder(model, POINTS, INSIDE)
    train(model, epochs=2, checkpoint=path, on_epoch=recorder)
    recorder(Epoch(3, 0.1))
    recorder(Epoch(4, 0.1))
    train(model, epochs=3, checkpoint=path, resume=True, on_epoch=recorder)
    assert numbers_of(recorder) == [0, 1, 2, 3]
    assert recorder.frames[3].epoch is not None
    assert recorder.frames[3].epoch.loss != 0.1


def test_a_run_that_starts_again_replaces_what_was_recorded() -> None:
    model = network()
    recorder = Recorder(model, POINTS, INSIDE, most=3)
    train(model, epochs=9, on_epoch=recorder)
    end = nn.unroll(model)
    assert recorder.frames.every == 4
    train(model, epochs=2, on_epoch=recorder)
    assert numbers_of(recorder) == [0, 1, 2]
    assert recorder.frames.every == 1
    assert list(recorder.frames[0].parameters) == end


def test_a_recorder_of_another_model_is_refused_before_anything_is_trained() -> None:
    model, recorder = network(), Recorder(network(), POINTS, INSIDE)
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=r"this recorder is of another model, MLP\(2 -> 6 tanh .*\): make one"):
        train(model, on_epoch=recorder)
    assert nn.unroll(model) == before


def test_a_loss_that_does_not_fit_the_examples_of_the_recorder_is_refused_before_anything_is_trained() -> None:
    model = nn.MLP(2, [3], seed=1)
    before = nn.unroll(model)
    recorder = Recorder(model, POINTS, [[0.0, 1.0]] * 60)
    with pytest.raises(ValueError, match="2"):
        nn.fit(model, POINTS, [[0.0, 1.0, 0.0]] * 60, progress=False, on_epoch=recorder)
    assert nn.unroll(model) == before


class Own(nn.MLP):
    def __call__(self, inputs: Any) -> Any:
        return super().__call__(inputs)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (("model", POINTS, INSIDE), {}, r"in Recorder\(model, inputs, targets\), model must be an MLP, but got 'm"),
        ((nn.Layer(2, 1), POINTS, INSIDE), {}, "model must be an MLP, but got Layer"),
        ((POINTS, INSIDE, network()), {}, "model must be an MLP, but got .* of type list"),
        ((Own(2, [1]), POINTS, INSIDE), {}, "a recorder shows what an MLP computes, but Own computes them in"),
        ((network(), [], []), {}, "there are no examples"),
        ((network(), POINTS, INSIDE[1:]), {}, "60 inputs and 59 targets"),
        ((network(), [[1.0]], [1]), {}, "layer 1 got 1 inputs, but its neurons have 2 weights"),
        ((network(), [[1.0, 2.0], [1.0]], [1, 0]), {}, "input 1 has length 1, but input 0 has length 2"),
        ((network(), [[1.0, math.nan]], [1]), {}, "input 0 holds nan, at place 1"),
        ((network(), POINTS, INSIDE), {"most": 1}, "most must be a whole number of at least 2, but got 1"),
        ((network(), POINTS, INSIDE), {"classes": ["one"]}, r"classes must be a list of 2 names, but got \['one'\]"),
        ((network(), POINTS, INSIDE), {"classes": "no"}, "classes must be a list of 2 names, but got 'no'"),
        ((network(), POINTS, INSIDE), {"classes": [0, 1]}, r"classes must be a list of 2 names, but got \[0, 1\]"),
        ((network(), POINTS, INSIDE), {"name": 3}, "name must be a text, but got 3 of type int"),
        ((network(), POINTS, INSIDE), {"loss": "mse"}, "unknown loss 'mse'"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_refused(given: Any, options: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        Recorder(*given, **options)


def test_there_is_no_page_before_the_first_epoch(tmp_path: Path) -> None:
    recorder = Recorder(network(), POINTS, INSIDE, name="slow")
    for write in (recorder.to_html, lambda: recorder.save(tmp_path / "run.html"), recorded().beside(recorder).to_html):
        with pytest.raises(ValueError, match=r"nothing has been recorded yet of 'slow': hand the recorder to nn"):
            write()
    assert not (tmp_path / "run.html").exists()
    assert repr(recorder).endswith("nothing yet; hand it to nn.fit(model, inputs, targets, on_epoch=recorder)")
    assert recorder._repr_html_() == f"<pre>{html.escape(repr(recorder))}</pre>"
    assert recorded().beside(recorder)._repr_html_().startswith("<pre>")


def test_a_page_is_a_file_of_html(tmp_path: Path) -> None:
    recorder = recorded()
    path = recorder.save(tmp_path / "runs" / "run.html")
    assert path.read_text(encoding="utf-8") == recorder.to_html()
    with pytest.raises(ValueError, match=r"a run is saved as one HTML page, but got 'run\.svg'\. Try 'run\.html'\."):
        recorder.save("run.svg")


def test_epochs_come_in_their_order() -> None:
    recorder = recorded()
    with pytest.raises(ValueError, match="epoch 4 comes after epoch 4 in this recorder; a run that starts again needs"):
        recorder(Epoch(4, 0.1))
    with pytest.raises(TypeError, match=r"in recorder\(epoch\), epoch must be an nn\.training\.Epoch, but got 5"):
        recorder(5)  # type: ignore[arg-type]


def test_a_loop_of_ones_own_is_recorded_too() -> None:
    model = nn.MLP(1, [1], seed=1)
    recorder = Recorder(model, [[0.0], [1.0]], [1.0, 3.0], loss="half_squared_error")
    for number in range(1, 4):
        model.layers[0].neurons[0].b.data = float(number)
        recorder(Epoch(number, 1.0 / number))
    data = data_of(recorder)
    w = model.layers[0].neurons[0].w[0].data
    expected = math.hypot(((3 - 1) + (w + 3 - 3)) / 2, (w + 3 - 3) / 2) / math.sqrt(2)  # a - y, in the mean
    assert data["gradients"][-1] == [pytest.approx(expected, rel=1e-3)]
    assert data["frames"][1] == [1, 1.0, None, None, None]


def test_a_representation_says_what_is_there() -> None:
    assert repr(recorded(most=2)).startswith(
        "Recorder of MLP(2 -> 6 tanh -> 1 sigmoid): 3 frames, one of 2 epochs from 0 to 4; loss 0."
    )
    assert ", accuracy " in repr(recorded())
    two = recorded(name="one").beside(recorded(name="another"))
    assert [run["name"] for run in unpacked(recorded().beside(recorded()).to_html())[2]["runs"]] == ["run 1", "run 2"]
    assert isinstance(two, Comparison)
    assert repr(two) == 'one beside another; save("runs.html") writes the page'
    with pytest.raises(TypeError, match=r"in Comparison\(first, second\), second must be a Recorder, but got None"):
        recorded().beside(None)  # type: ignore[arg-type]


# What the page gets.


def test_parameters_travel_with_enough_digits_and_in_the_order_that_the_page_expects() -> None:
    recorder = recorded()
    data = data_of(recorder)
    assert data["sizes"] == [2, 6, 1]
    for frame, text in zip(recorder.frames, data["parameters"], strict=True):
        numbers = [float(each) for each in text.split(" ")]
        assert numbers == pytest.approx(list(frame.parameters), rel=1e-5, abs=1e-300)


def test_losses_and_gradients_are_those_of_the_network() -> None:
    recorder = recorded()
    data = data_of(recorder)
    model, state = copy.deepcopy(recorder.model), recorder.frames[2]
    parameters = model.parameters()
    nn.roll(model, list(state.parameters))
    places = spread(60, 50)

    def mean() -> float:
        return nn.evaluate(model, [POINTS[i] for i in places], [INSIDE[i] for i in places])[0]

    step, slopes = 1e-5, []
    for parameter in parameters:  # central differences, which know nothing of backward passes
        at = parameter.data
        parameter.data = at + step
        above = mean()
        parameter.data = at - step
        slopes.append((above - mean()) / (2 * step))
        parameter.data = at
    sizes = [math.sqrt(sum(g * g for g in part) / len(part)) for part in (slopes[:18], slopes[18:])]
    assert data["gradients"][2] == pytest.approx(sizes, rel=1e-3)
    assert state.epoch is not None
    assert data["frames"][2][:3] == pytest.approx([2, state.epoch.loss, state.epoch.accuracy], rel=1e-5)
    first = network()
    loss, accuracy = nn.evaluate(first, POINTS, INSIDE)
    assert data["frames"][0] == [0, pytest.approx(loss, rel=1e-5), accuracy, None, None]


def test_classes_and_the_cut_between_them_are_those_of_the_run() -> None:
    data = data_of(recorded(classes=["out", "in"]))
    assert data["classes"] == INSIDE
    assert (data["names"], data["cut"]) == (["out", "in"], 0.5)
    model = nn.MLP(2, [1], seed=1)
    recorder = Recorder(model, POINTS, INSIDE)
    nn.fit(model, POINTS, INSIDE, loss="binary_cross_entropy_with_logits", epochs=1, progress=False, on_epoch=recorder)
    assert data_of(recorder)["cut"] == 0.0
    nn.fit(model, POINTS, INSIDE, threshold=0.25, epochs=1, progress=False, on_epoch=recorder)
    assert data_of(recorder)["cut"] == 0.25
    several = nn.MLP(2, [3], seed=1)
    recorder = Recorder(several, POINTS, [nn.losses.one_hot(c, 3) for c in INSIDE])
    recorder(Epoch(1, 0.5))
    data = data_of(recorder)
    assert (data["classes"], data["cut"]) == (INSIDE, None)
    numbers = Recorder(model, POINTS, [x for x, _ in POINTS])
    numbers(Epoch(1, 0.5))
    assert data_of(numbers)["classes"] is None


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_travels_as_steps_of_the_table(name: str) -> None:
    rows: list[Op] = []
    found = steps(ACTIVATIONS[name], rows)
    assert found is not None
    for z in (-3.0, -0.25, 0.0, 0.75, 4.0):
        assert walked(found, rows, z) == ACTIVATIONS[name](Value(z)).data


def walked(found: list[list[float]], rows: list[Op], z: float) -> float:
    numbers = [z]
    for row, *places in found:
        numbers.append(places[0] if row < 0 else rows[int(row)](*(numbers[int(place)] for place in places)))
    return numbers[-1]


def test_activations_of_ones_own_are_steps_unless_they_choose() -> None:
    rows: list[Op] = []
    scaled = steps(lambda z: 1.7159 * (2 / 3 * z).tanh(), rows)
    assert scaled is not None
    assert walked(scaled, rows, 0.5) == 1.7159 * tanh(2 / 3 * 0.5)
    assert walked(steps(lambda _: Value(2.0), rows) or [], rows, 0.5) == 2.0
    assert steps(lambda z: z if z > 0 else 0.1 * z, rows) is None
    assert steps(lambda z: z.log(), rows) is None  # no number at -2


@pytest.mark.parametrize(
    ("name", "limits", "flat"),
    [
        ("linear", [None, None], [None, None]),
        ("sigmoid", [0.0, 1.0], [-4.4, 4.4]),
        ("tanh", [-1.0, 1.0], [-2.2, 2.2]),
        ("relu", [0.0, None], [0.0, None]),
        ("elu", [-1.0, None], [-3.0, None]),
        ("softplus", [0.0, None], [-2.95, None]),
        ("leaky_relu", [None, None], [0.0, None]),
    ],
)
def test_where_an_activation_is_flat_is_found_from_its_numbers(name: str, limits: Any, flat: Any) -> None:
    assert bounds(ACTIVATIONS[name]) == limits
    found = edges(ACTIVATIONS[name])
    assert [None if each is None else pytest.approx(each, abs=0.06) for each in flat] == found


def test_numbers_are_as_short_as_javascript_can_read_them() -> None:
    texts = {
        0.0: "0", 1.0: "1", -2.5: "-2.5", 0.125: ".125", -0.125: "-.125", 1e-7: "1e-7", -1.25e-10: "-1.25e-10",
        1e22: "1e22", 123456.0: "1.235e5", math.inf: "Infinity", -math.inf: "-Infinity",
    }  # fmt: skip
    for number, text in texts.items():
        assert digits_of(number, 4) == text
        assert float(text) == pytest.approx(number, rel=1e-3)
    assert [digits_of(number, 4) for number in (-0.0, math.nan)] == ["0", "NaN"]


def test_pages_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        nn.recorder.recorder, "FOR_GRADIENTS", 2
    )  # sizes of gradients take time, and as much room anyway
    moons = recorded(epochs=8)
    for number in range(9, 201):
        moons(Epoch(number, 0.123456 / number, 0.95))
    assert len(moons.to_html()) < 150_000
    digits = nn.MLP(64, [30, 10], "sigmoid", seed=1)
    images = [[(i * k % 17) / 16 for i in range(64)] for k in range(500)]
    recorder = Recorder(digits, images, [k % 10 for k in range(500)], loss="cross_entropy")
    for number in range(1, 300):
        recorder(Epoch(number, 1 / number, 0.5))
    page = recorder.to_html()
    assert len(page) < 1_500_000
    data = data_of(recorder)
    assert len(data["frames"]) < len(recorder.frames)  # and the page says so
    assert data["recorded"] == len(recorder.frames)
    assert [frame[0] for frame in (data["frames"][0], data["frames"][-1])] == [0, 299]
    assert (len(data["inputs"]), data["total"]) == (200, 500)


def test_a_run_that_blows_up_has_a_page() -> None:
    model = nn.MLP(2, [4, 4, 1], "relu", seed=1)
    recorder = Recorder(model, POINTS, INSIDE)
    with pytest.raises(FloatingPointError):
        nn.fit(model, POINTS, INSIDE, optimizer=sgd(30.0), epochs=60, progress=False, on_epoch=recorder)
    for parameter in model.parameters():
        parameter.data = 1e200
    recorder(Epoch(60, math.inf, 0.5))
    data = data_of(recorder)
    assert data["frames"][-1][:2] == [60, math.inf]
    assert [math.isfinite(size) for size in data["gradients"][-1]] == [False] * 3, data["gradients"][-1]
    assert "<iframe" in recorder._repr_html_()


HOSTILE = ["</script><script>alert(1)</script>", "__proto__' onload='alert(1)"]


def test_names_do_no_harm() -> None:
    recorder = recorded(classes=HOSTILE, name="<img src=x onerror=alert(1)>")
    for text in (recorder.to_html(), recorder._repr_html_(), recorder.beside(recorder)._repr_html_()):
        assert "alert(1)</script>" not in text
        assert "<img src=x" not in text
    long = data_of(recorded(classes=["a" * 500, "\u2028\u202e"], name="b" * 500))
    assert max(map(len, (*long["names"], long["name"]))) <= 48


def test_the_still_picture_has_a_line_for_each_run_and_their_names() -> None:
    one, two = recorded(name="a<b", epochs=9), recorded(name="an" + "other" * 50)
    alone, both = (ElementTree.fromstring(each._picture()) for each in (one, one.beside(two)))
    kinds = [[path.get("class") for path in each.iter("{http://www.w3.org/2000/svg}path")] for each in (alone, both)]
    assert kinds == [["axis", "a", "axis", "a"], ["axis", "a", "b", "axis", "a", "b", "a", "b"]]
    texts = ["".join(text.itertext()) for text in both.iter("{http://www.w3.org/2000/svg}text")]
    largest = show_number(max(each.loss for each in (*one._epochs(), *two._epochs())), 3)
    assert texts[:6] == ["Loss", largest, "0", "1", "epoch 9", "Accuracy"]
    assert "a<b" in texts
    assert max(map(len, texts)) <= 30


def test_in_a_notebook_a_picture_refreshes_in_place() -> None:
    source = """
import nn
import nn.recorder.live
nn.recorder.live.PAUSE = 0.0
model = nn.MLP(1, [1], "tanh", seed=1)
recorder = nn.Recorder(model, [[0.0], [1.0]], [0, 1], name="a<b")
nn.fit(model, [[0.0], [1.0]], [0, 1], epochs=4, progress=False, on_epoch=recorder); None
"""
    (live,), (page,) = outputs_in_a_notebook(source, "recorder")
    assert live.output_type == "display_data"
    assert live.data["text/plain"] == "a<b: epoch 4"
    assert live.data["text/html"].startswith('<img alt="a&lt;b: epoch 4" src="data:image/svg+xml;base64,')
    assert len(str(live)) < 5000
    assert page.data["text/html"].count("<iframe") == 1


def test_a_script_prints_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    recorded()
    assert capsys.readouterr() == ("", "")
    assert recorded()._live is None
