"""What Python sends to a page: the graph and its pictures as data, and the page around them."""

import html
import itertools
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import Value, exp, explore, log, sigmoid, sqrt
from autograd.__main__ import main
from autograd.explorer import Exploration
from autograd.explorer.page import unpacked
from autograd.graph import Recorded
from tests.gallery import batch, chain, derivative, log_of_sum, network, neuron, recurrence, rosenbrock, two_paths

GRAPHS = [neuron, chain, two_paths, batch, recurrence, log_of_sum, derivative, rosenbrock]


def variant(exploration: Exploration, number: int = 0) -> Any:
    data: Any = json.loads(json.dumps(exploration.data))
    return data["variants"][number]


def test_a_graph_can_be_put_together_again() -> None:
    C = network(2, 4, 3, 1)
    order = Recorded.of(C).order
    graph = variant(explore(C))["graph"]
    distances, numbers = iter(graph["distances"]), iter(graph["numbers"])
    assert len(graph["ops"]) == len(order)
    places = {node: place for place, node in enumerate(order)}
    for place, (op, node) in enumerate(zip(graph["ops"], order, strict=True)):
        if node.parents:
            assert node.op is not None
            row = graph["rows"][op]
            assert row["name"] == node.op.name
            assert [place - next(distances) for _ in row["rules"]] == [places[parent] for parent in node.parents]
        else:
            assert op == (-2 if node.is_constant else -1)
            assert next(numbers) == node.data
    assert next(distances, None) is next(numbers, None) is None


def test_every_level_shows_every_node_once() -> None:
    C = network(2, 4, 3, 1)
    n = len(Recorded.of(C).order)
    levels = variant(explore(C))["levels"]
    assert list(dict.fromkeys(each["level"] for each in levels)) == [
        "operations",
        "sums",
        "neurons",
        "errors",
        "layers",
    ]
    for each in levels:
        boxes, counts = each["boxOf"][::2], each["boxOf"][1::2]
        assert sum(counts) == n
        ones = {
            place for place, box in enumerate(each["boxes"]) if box[7] == "1: a neuron whose weights are the biases"
        }
        assert len(ones) == (3 if each["level"] == "errors" else 0)
        assert {*boxes} == {*range(len(each["boxes"]))} - ones


@pytest.mark.parametrize("direction", ["right", "down"])
def test_everything_stands_in_the_picture(direction: str) -> None:
    for each in variant(explore(network(2, 4, 3, 1)))["levels"]:
        if each["direction"] != direction:
            continue
        left, top, width, height = each["part"]
        for x, y, wide, high, *_ in each["boxes"]:
            assert left <= x <= x + wide <= left + width
            assert top <= y <= y + high <= top + height


def test_every_number_of_a_picture_is_of_something() -> None:
    for C in (neuron(), network(2, 3, 1), two_paths()):
        data = variant(explore(C))
        n = len(data["graph"]["ops"])
        for each in data["levels"]:
            shown = set()
            for *_, node, inner, biases, _, shapes in each["boxes"]:
                spans = [span for shape in shapes if shape[0] == "t" for span in shape[6] if len(span) == 5]
                for *_, number in (span for span in spans if isinstance(span, list)):
                    shown.add(number)
                    what, _, place = number.removeprefix("grad of ").partition(" ")
                    if what in ("data", "grad"):
                        assert 0 <= node < n
                    elif what == "inner":
                        assert 0 <= inner < n
                    elif what == "bias":
                        assert 0 <= biases[int(place)] < n
                    else:
                        weight = each["arrows"][int(place)][2]
                        assert what == "slope" or (what == "weight" and 0 <= weight < n)
            assert "data" in shown or each["level"] in ("layers", "everything")


def level_of_errors(exploration: Exploration) -> Any:
    return next((each for each in variant(exploration)["levels"] if each["level"] == "errors"), None)


def test_the_level_of_errors_has_every_parameter_on_an_arrow_and_bars_of_what_is_known_of_neurons() -> None:
    C = network(2, 4, 3, 1)
    order = Recorded.of(C).order
    found = level_of_errors(explore(C))
    weights = [order[arrow[2]].label for arrow in found["arrows"] if arrow[2] >= 0]
    assert sorted(weights) == sorted(node.label for node in order if node.label[:1] in ("w", "b"))
    for *_, node, inner, _, _, shapes in found["boxes"]:
        bars = [shape[1] for shape in shapes if shape[0] == "b"]
        label = order[node].label if node >= 0 else ""
        expected = {"a0": ["data"], "": []}.get(label[:2], ["data", "delta", "grad"] if label[:1] == "a" else [])
        assert (label, bars) == (label, expected)
        assert inner < 0 or order[inner].label == label.replace("a", "z")
    assert all(found["note"].count(f"(BP{number})") == 1 for number in (1, 2, 3, 4))


def test_there_are_no_errors_to_show_where_there_are_no_neurons_or_very_many() -> None:
    assert [level_of_errors(explore(graph())) for graph in (two_paths, log_of_sum, rosenbrock)] == [None] * 3
    assert level_of_errors(explore(network(30, 20, 1))) is None
    assert all(level_of_errors(explore(graph())) for graph in (neuron, chain, recurrence))


def test_examples_of_one_structure_share_it() -> None:
    model = nn.MLP(2, [2, 1], "tanh", "sigmoid", seed=1)
    costs = [nn.losses.squared_error(model(x), y).named("C") for x, y in [([0.0, 1.0], 1.0), ([1.0, 1.0], 0.0)]]
    data: Any = explore(costs).data
    assert len(data["variants"]) == 1
    assert data["examples"] == [(0, 0), (0, 1)]
    order = Recorded.of(costs[1]).order
    leaves = [node for node in order if not node.parents]
    examples = data["variants"][0]["graph"]["examples"]
    assert {leaves[place].label for place in examples["leaves"]} == {"a0_0", "y"}
    assert examples["numbers"][1] == [leaves[place].data for place in examples["leaves"]]


def test_examples_of_several_structures_have_one_each() -> None:
    w = Value(0.5, "w")
    costs = [(w * x - 1) ** 2 if x < 3 else (w * x - 1).abs() for x in (1.0, 4.0, 2.0, 5.0)]
    data: Any = explore([cost.named("C") for cost in costs]).data
    assert [graph["graph"]["rows"][-1]["name"] for graph in data["variants"]] == ["pow", "abs"]
    assert data["examples"] == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_examples_have_the_names_that_they_are_given() -> None:
    w = Value(0.5, "w")
    costs = {name: ((w * x - 1) ** 2).named("C") for name, x in {"one": 1.0, "l" * 100: 2.0}.items()}
    page = explore(costs)
    named, listed = page.data, explore(list(costs.values())).data
    assert named["names"] == ["one", f"{'l' * 19}…{'l' * 19}"]
    assert {**listed, "names": named["names"]} == named
    assert repr(page) == f"<Exploration of C: {len(page.graphs[0].order)} nodes, 2 examples>"
    with pytest.raises(ValueError, match="nothing to explore"):
        explore({})


def test_a_constant_that_was_taken_from_a_node_is_found() -> None:
    x = Value(0.123456789, "x")
    z = (x * 3).named("z")
    y = (exp(z - z.data) + 2.0).named("y")
    graph = variant(explore(y))["graph"]
    order = Recorded.of(y).order
    assert [(order[constant].data, order[like].label) for constant, like in graph["alike"]] == [(z.data, "z")]


@pytest.mark.usefixtures("own_operations")
def test_a_row_that_javascript_cannot_compute_sends_what_it_was() -> None:
    from autograd import op

    @op
    def halved(m: Any, x: Any) -> Any:  # noqa: ARG001
        while x > 1:
            x = x / 2
        return x

    graph = variant(explore(halved(Value(3.0, "x")) ** 2))["graph"]
    assert graph["recorded"] == [[1, 0.75, [0.25]]]


def test_a_derivative_that_does_not_exist_is_the_pages_to_tell() -> None:
    assert "text/html" in explore(sqrt(Value(0.0, "x")))._repr_mimebundle_()


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_each_graph_makes_a_page(graph: Callable[[], Value]) -> None:
    style, program, data = unpacked(explore(graph()).to_html())
    assert ".graph .parameter" in style
    assert "const start=" in program
    assert data["examples"] == [[0, 0]]


def test_the_state_is_in_the_page_and_nothing_else_of_it() -> None:
    text = explore(neuron(), state='lit=1&v=0:0.5"><script>').to_html()
    tag = re.search("<html[^>]*>", text)
    assert tag is not None
    assert html.unescape(tag[0]) == '<html lang="en" data-state="lit=1&v=0:0.5"><script>">'
    assert text.count("<script") == 2


def test_how_it_opens_can_be_said_in_words() -> None:
    C = neuron()
    order = [node.label for node in Recorded.of(C).order]
    assert explore(C).state == ""
    assert explore(C, lit="w", level="sums", mode="steps").state == f"mode=steps&level=sums&lit={order.index('w')}"
    assert explore(C, lit=C, state="lit=1").state == "lit=1"
    with pytest.raises(ValueError, match="unknown mode 'quiz'; choose one of explore, steps, exercise"):
        explore(C, mode="quiz")
    with pytest.raises(ValueError, match="unknown level 'atoms'"):
        explore(C, level="atoms")
    with pytest.raises(ValueError, match="lit"):
        explore(C, lit=Value(1.0, "w"))


def test_a_page_has_a_title() -> None:
    C = (Value(0.5, "w") * 2.0).named("C_0")
    assert "<title>How C₀ depends on what it was computed from</title>" in explore(C).to_html()
    assert "<title>One neuron &lt;b&gt;</title>" in explore(C, title="One neuron <b>").to_html()
    with pytest.raises(TypeError, match="title is a text"):
        explore(C, title=3)  # type: ignore[arg-type]


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_notebook_gets_a_frame_over_a_picture() -> None:
    exploration = explore(neuron())
    bundle = exploration._repr_mimebundle_()
    tags = Tags(bundle["text/html"]).found
    assert [tag for tag, _ in tags] == ["div", "img", "iframe"]
    assert (tags[1][1]["src"] or "").startswith("data:image/svg+xml;base64,")
    assert tags[2][1]["srcdoc"] == exploration.to_html()
    assert bundle["text/plain"] == "<Exploration of C: 10 nodes>"


def test_labels_are_only_in_what_is_packed() -> None:
    label = "</script><script>alert(1)</script>"
    x = Value(1.0, label)
    text = explore((x * 2).named("<img src=x onerror=alert(1)>")).to_html()
    assert "alert(1)" not in re.sub("<title>[^<]*</title>", "", text)
    assert text.count("<script") == 2


def test_saving(tmp_path: Path) -> None:
    path = explore(neuron()).save(tmp_path / "chain.html")
    assert path.read_text(encoding="utf-8") == explore(neuron()).to_html()
    with pytest.raises(ValueError, match=r"saved as \.html, but the path is 'chain\.png'"):
        explore(neuron()).save("chain.png")


def test_what_cannot_be_explored_is_named() -> None:
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match="explore"):
        explore(3.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing to explore"):
        explore([])
    with pytest.raises(ValueError, match="a role is one of"):
        explore(x * 2, roles={x: "guest"})
    with pytest.raises(TypeError, match="state is a text"):
        explore(x * 2, state=3)  # type: ignore[arg-type]


def test_it_needs_no_backward_pass_and_leaves_none() -> None:
    x = Value(0.5, "x")
    y = log(sigmoid(x))
    explore(y).to_html()
    assert not x.has_grad
    assert not y.has_grad


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chain.html"
    assert main(["C = (w*a - 1)**2", "w=0.5", "a=2", "--explore", str(path)]) == 0
    assert str(path) in capsys.readouterr().out
    assert "data-state" in path.read_text(encoding="utf-8")


def test_sizes() -> None:
    assert len(explore(neuron()).to_html()) < 60_000
    assert len(explore(network(2, 4, 3, 1)).to_html()) < 100_000
    grown = sum(
        len(json.dumps(explore(C)._repr_mimebundle_())) for C in itertools.chain([neuron()], [network(2, 4, 3, 1)])
    )
    assert grown < 250_000


def test_a_derivative_that_does_not_exist_yet_has_its_place_in_the_picture() -> None:
    def rows(number: float) -> list[str]:
        x = Value(number, "x")
        (level,) = (each for each in variant(explore((x**x).named("y")))["levels"] if each["direction"] == "right")
        spans = [span for box in level["boxes"] for shape in box[8] if shape[0] == "t" for span in shape[6]]
        return [span[4] for span in spans if isinstance(span, list) and len(span) > 4]

    assert rows(0.0) == rows(1.0)
    assert "slope 0" in rows(0.0)
