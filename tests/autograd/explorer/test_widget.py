"""The widget without a browser: what the page says is done here, and what is done here the page is told."""

import doctest
import importlib
import math
import sys
from typing import Any

import pytest

from autograd import Value, explore, op
from autograd.explorer.page import unpacked


class Neuron:
    """A graph, and its widget; `say` is what the page in the browser does."""

    def __init__(self, **options: Any) -> None:
        pytest.importorskip("anywidget")
        self.w, self.x, self.b = Value(0.5, "w"), Value(3.0, "x"), Value(-1.0, "b")
        self.z = (self.w * self.x + self.b).named("z")
        self.C = ((self.z - 2.0) ** 2).named("C")
        self.widget = explore(self.C, **options).widget()
        self.order = self.widget._graphs[0].order

    def place(self, node: Value) -> int:
        return self.order.index(node)

    def say(self, text: str) -> None:
        self.widget.set_state({"_state": text})  # as a message from a browser does

    @property
    def told(self) -> str:
        return str(self.widget.get_state("_state")["_state"])


@pytest.fixture
def neuron() -> Neuron:
    return Neuron()


def test_opening_the_page_changes_nothing(neuron: Neuron) -> None:
    assert [node.data for node in (neuron.w, neuron.z, neuron.C)] == [0.5, 0.5, 2.25]
    assert not neuron.w.has_grad
    assert (neuron.widget.selected, neuron.widget.numbers, neuron.told) == (None, {}, "")


def test_the_browser_gets_the_page_and_a_frame_for_it(neuron: Neuron) -> None:
    state = neuron.widget.get_state()
    assert len(unpacked(state["_page"])) == 3
    assert (state["_title"], state["_height"]) == (explore(neuron.C).title, 720)
    assert "iframe" in state["_esm"]


def test_a_number_that_is_dragged_is_in_the_value_and_all_others_follow(neuron: Neuron) -> None:
    neuron.say(f"level=sums&lit={neuron.place(neuron.w)}&v={neuron.place(neuron.w)}:2")
    assert neuron.widget.selected is neuron.w
    assert neuron.widget.numbers == {neuron.w: 2.0}
    assert [node.data for node in (neuron.w, neuron.z, neuron.C)] == [2.0, 5.0, 9.0]
    assert [node.grad for node in (neuron.w, neuron.x, neuron.z, neuron.C)] == [18.0, 12.0, 6.0, 1.0]
    neuron.C.backward()  # nothing is out of date
    assert neuron.w.grad == 36.0


def test_a_gradient_is_that_of_one_pass_however_often_a_number_moves(neuron: Neuron) -> None:
    for number in (1, 2, 1):
        neuron.say(f"v={neuron.place(neuron.w)}:{number}")
    assert (neuron.C.data, neuron.w.grad) == (0.0, 0.0)
    neuron.say("")  # reset
    assert (neuron.w.data, neuron.C.data, neuron.w.grad) == (0.5, 2.25, -9.0)


def test_lighting_a_node_moves_nothing(neuron: Neuron) -> None:
    neuron.w.data = 0.75  # assigned here, and not told to anybody
    neuron.say(f"lit={neuron.place(neuron.z)}")
    assert neuron.widget.selected is neuron.z
    assert neuron.w.data == 0.75
    assert neuron.told == f"lit={neuron.place(neuron.z)}&v={neuron.place(neuron.w)}:0.75"  # now it is


def test_what_the_page_says_is_not_told_to_it_again(neuron: Neuron) -> None:
    said = f"v={neuron.place(neuron.w)}:1e-7,{neuron.place(neuron.x)}:5&lit={neuron.place(neuron.z)}"
    neuron.say(said)
    assert neuron.told == said  # 1e-07 would be written otherwise, and come back in the middle of a drag


def test_a_function_is_called_when_another_node_is_lit(neuron: Neuron) -> None:
    seen: list[tuple[Value | None, float, dict[Value, float]]] = []
    neuron.widget.observe(
        lambda change: seen.append((change["new"], neuron.C.data, dict(neuron.widget.numbers))), names="selected"
    )
    neuron.say(f"lit={neuron.place(neuron.z)}&v={neuron.place(neuron.w)}:2")
    neuron.say(f"lit={neuron.place(neuron.z)}&v={neuron.place(neuron.w)}:3")
    neuron.say("")
    assert seen == [(neuron.z, 9.0, {neuron.w: 2.0}), (None, 2.25, {})]


def test_a_function_is_called_when_a_number_moves_and_may_move_others(neuron: Neuron) -> None:
    neuron.widget.observe(lambda _: neuron.widget.set("b", -neuron.w.data * 3), names="numbers")
    neuron.say(f"lit={neuron.place(neuron.w)}&v={neuron.place(neuron.w)}:2")
    assert (neuron.b.data, neuron.z.data, neuron.widget.selected) == (-6.0, 0.0, neuron.w)
    assert neuron.told == f"lit={neuron.place(neuron.w)}&v={neuron.place(neuron.w)}:2.0,{neuron.place(neuron.b)}:-6.0"


def test_python_lights_a_node_and_moves_a_leaf(neuron: Neuron) -> None:
    neuron.say("mode=steps&level=sums&step=3")
    neuron.widget.selected = neuron.w
    neuron.widget.set(neuron.w, 2)
    assert neuron.told == f"mode=steps&level=sums&step=3&lit={neuron.place(neuron.w)}&v={neuron.place(neuron.w)}:2.0"
    assert (neuron.C.data, neuron.w.grad) == (9.0, 18.0)
    neuron.widget.selected = None
    neuron.widget.set("w", 0.5)
    assert neuron.told == "mode=steps&level=sums&step=3"


def test_numbers_that_were_assigned_are_shown_by_refresh(neuron: Neuron) -> None:
    neuron.w.data = 2.0
    neuron.widget.refresh()
    assert neuron.told == f"v={neuron.place(neuron.w)}:2.0"
    assert (neuron.C.data, neuron.w.grad) == (9.0, 18.0)


def test_a_label_names_a_node(neuron: Neuron) -> None:
    neuron.widget.selected = "z"
    assert neuron.widget.selected is neuron.z


@pytest.mark.parametrize(
    "text",
    [
        "lit=99",
        "lit=-1",
        "lit=w",
        "v=99:1",
        "v=C:1",
        "v=W:nan",
        "v=W:inf",
        "v=W:1e999",
        "v=W:",
        "v=2:7",
        "example=1",
        "w",
    ],
)
def test_what_the_page_may_not_say_is_left_out(neuron: Neuron, text: str) -> None:
    said = text.replace("W", str(neuron.place(neuron.w))).replace("C", str(neuron.place(neuron.C)))
    neuron.say(f"{said}&other=1")
    assert [node.data for node in neuron.order] == [node.data for node in Neuron().order]
    assert (neuron.widget.selected, neuron.widget.numbers) == (None, {})


def test_only_leaves_that_can_move_are_set(neuron: Neuron) -> None:
    two = next(node for node in neuron.order if node.is_constant)
    neuron.say(f"v={neuron.place(two)}:7,{neuron.place(neuron.z)}:7")
    assert (two.data, neuron.z.data) == (2.0, 0.5)
    with pytest.raises(ValueError, match=r"^set moves a leaf, but z is computed from others\.$"):
        neuron.widget.set(neuron.z, 1.0)
    with pytest.raises(ValueError, match=r"^set moves a leaf, but 2 is a constant\.$"):
        neuron.widget.set(two, 1.0)
    with pytest.raises(ValueError, match=r"^a leaf to set must be in the graph"):
        neuron.widget.set(Value(1.0), 1.0)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_no_page_shows_is_refused(neuron: Neuron, number: float) -> None:
    with pytest.raises(ValueError, match=r"^the page shows finite numbers only, but w would be "):
        neuron.widget.set(neuron.w, number)
    assert neuron.w.data == 0.5


def test_what_is_no_number_or_no_node_is_refused(neuron: Neuron) -> None:
    with pytest.raises(TypeError, match="the number must be one real number"):
        neuron.widget.set(neuron.w, "a")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^selected takes a Value or a label, but got 3"):
        neuron.widget.selected = 3
    with pytest.raises(ValueError, match=r"^what is selected must be in the graph"):
        neuron.widget.selected = Value(1.0)
    with pytest.raises(ValueError, match='labelled "nothing"'):
        neuron.widget.selected = "nothing"
    assert neuron.widget.selected is None


def test_where_there_is_no_value_is_nan_and_no_gradient() -> None:
    pytest.importorskip("anywidget")
    x, y = Value(2.0, "x"), Value(3.0, "y")
    u = x.log().named("u")
    C = (u + y.exp()).named("C")
    C.backward()
    widget = explore(C).widget()
    widget.set(x, -1.0)
    assert (x.data, y.data) == (-1.0, 3.0)
    assert math.isnan(u.data)
    assert math.isnan(C.data)
    assert not any(node.has_grad for node in (x, y, u, C))
    widget.set(x, 2.0)
    assert (C.data, x.grad, y.grad) == (math.log(2.0) + math.exp(3.0), 0.5, math.exp(3.0))
    widget.set(y, 1000.0)  # too large
    assert math.isnan(C.data)
    assert u.data == math.log(2.0)


def test_what_depends_on_no_value_has_none() -> None:
    pytest.importorskip("anywidget")
    x = Value(2.0, "x")
    C = (x.log() ** 0.0).named("C")  # nan**0 would be 1
    explore(C).widget().set(x, -1.0)
    assert math.isnan(C.data)


def test_a_value_without_a_derivative_has_no_gradient() -> None:
    pytest.importorskip("anywidget")
    x = Value(2.0, "x")
    C = x.sqrt().named("C")
    widget = explore(C).widget()
    widget.set(x, 0.0)
    assert (C.data, x.has_grad) == (0.0, False)


@pytest.mark.usefixtures("own_operations")
def test_a_row_that_only_python_can_compute_is_computed() -> None:
    pytest.importorskip("anywidget")

    @op
    def bent(m: Any, x: Any) -> Any:
        return x if x > 0 else m.exp(x)

    x = Value(2.0, "x")
    C = bent(x).named("C")
    explore(C).widget().set(x, -2.0)
    assert (C.data, x.grad) == (math.exp(-2.0), math.exp(-2.0))


def test_a_graph_of_constants_only_is_shown() -> None:
    pytest.importorskip("anywidget")
    C = Value(2.0, "C")
    widget = explore(C).widget()
    widget.refresh()
    assert (widget.numbers, C.grad) == ({}, 1.0)


def test_of_several_examples_one_is_open() -> None:
    pytest.importorskip("anywidget")
    w = Value(0.5, "w")
    inputs = [Value(x, "x") for x in (1.0, 2.0)]
    costs = [(w * x).named("C") for x in inputs]
    widget = explore(costs).widget()
    order = widget._graphs[1].order
    x, c = order.index(inputs[1]), order.index(costs[1])
    widget.set_state({"_state": f"example=1&lit={c}&v={order.index(w)}:3,{x}:5"})
    assert (widget.example, widget.selected) == (1, costs[1])
    assert [cost.data for cost in costs] == [3.0, 15.0]  # the weight is one and the same
    assert (w.grad, inputs[0].has_grad) == (5.0, False)  # that of the example that is open
    widget.set("x", 4.0)
    assert [each.data for each in inputs] == [1.0, 4.0]
    widget.set_state({"_state": "lit=0"})
    assert (widget.example, w.data, w.grad) == (0, 0.5, 1.0)
    with pytest.raises(ValueError, match="must be in the graph"):
        widget.selected = costs[1]


def test_an_example_that_is_opened_again_has_its_own_numbers_again() -> None:
    pytest.importorskip("anywidget")
    costs = [(Value(0.5, "w") * Value(x, "x")).named("C") for x in (1.0, 2.0)]
    widget = explore(costs).widget()
    inputs = [graph.order[place] for graph in widget._graphs for place in (0, 1) if graph.order[place].label == "x"]
    widget.set(inputs[0], 7.0)
    seen: list[object] = []
    widget.observe(lambda _: seen.append((widget.example, widget.selected, widget.numbers)), names="example")
    widget.set_state({"_state": "example=1&lit=2"})
    assert inputs[0].data == 7.0
    widget.set_state({"_state": "lit=2"})
    assert (inputs[0].data, costs[0].data) == (1.0, 0.5)
    assert seen == [(1, costs[1], {}), (0, costs[0], {})]  # all of it, whichever comes first


def test_a_page_that_opens_with_a_state_has_told_it() -> None:
    neuron = Neuron()
    neuron = Neuron(state=f"lit={neuron.place(neuron.w)}&v={neuron.place(neuron.w)}:2")
    assert neuron.widget.selected is neuron.w
    assert (neuron.w.data, neuron.C.data) == (2.0, 9.0)


def test_the_page_has_the_numbers_of_now() -> None:
    pytest.importorskip("anywidget")
    w = Value(0.5, "w")
    exploration = explore((w * 3.0).named("C"))
    before = exploration.to_html()
    w.data = 2.0
    widget = exploration.widget()
    data = unpacked(widget.get_state("_page")["_page"])[2]
    assert 2.0 in data["variants"][0]["graph"]["numbers"]
    assert exploration.to_html() == before
    assert (widget.numbers, widget.get_state("_state")["_state"]) == ({}, "")


def test_a_constant_by_its_role_does_not_move() -> None:
    neuron = Neuron()
    widget = explore(neuron.C, roles={neuron.x: "constant"}).widget()
    widget.set_state({"_state": f"v={neuron.place(neuron.x)}:7"})
    assert neuron.x.data == 3.0


def test_it_says_what_it_is(neuron: Neuron) -> None:
    assert repr(neuron.widget) == "<ExplorerWidget of C: 9 nodes>"


def test_the_examples_run() -> None:
    pytest.importorskip("anywidget")
    found = doctest.testmod(importlib.import_module("autograd.explorer.widget"))
    assert found.attempted > 0
    assert not found.failed


def test_without_anywidget_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "autograd.explorer.widget", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r'^the widget needs anywidget: pip install "scalar-autograd\[widget\]"$'):
        explore(Value(1.0, "x")).widget()
