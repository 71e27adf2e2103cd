"""Rows in JavaScript give Python's numbers, and fail where Python fails."""
# ruff: noqa: ARG001, ARG005 - every formula has the same parameters

import math
import operator
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import pytest

from autograd import op
from autograd.explorer.cases import cases
from autograd.explorer.javascript import script, written
from autograd.notation import Expression
from autograd.table import REAL, TABLE, Op
from tests.autograd.explorer import parity

ROWS = [*TABLE.values()]


def swish(m: Any, x: Any) -> Any:
    return x * m.sigmoid(x)


def length(m: Any, x: Any, y: Any) -> Any:
    return m.sqrt(x**2 + y**2)


def hard(m: Any, x: Any) -> Any:
    return m.where(x < -1, -1.0, m.where(x > 1, 1.0, x))


def chooses(m: Any, x: Any) -> Any:
    return m.exp(x) if x > 0 else 1.0 / (1.0 - x)


def between(m: Any, x: Any) -> Any:
    return x * x if 0 < x < 1 else -x


def safe_root(m: Any, x: Any) -> Any:
    return m.where(x > 0, m.sqrt(x), 0.0)  # at 0 nothing depends on the root, which has no slope there


def careless(m: Any, x: Any) -> Any:
    return m.where(x > 0, m.log(x), 0.0)  # both are computed


def raised(m: Any, x: Any, y: Any) -> Any:
    return abs(x) ** y


def bent(m: Any, x: Any, y: Any = 2.0) -> Any:
    return abs(x) % y + 2 // (y + 0.5) - (-x) ** 1 / 3.0 + 2.0 ** m.floor(x / y) + (y - (x - 1.0)) - -x


def huge(m: Any, x: Any) -> Any:
    return m.where(x < -1e9, float("-inf"), m.where(x > -1e-7, x * 1e300, x + 1e-300))


def unused(m: Any, x: Any) -> Any:
    m.log(x)
    return x + 1.0


def in_order(m: Any, x: Any, y: Any) -> Any:
    first = m.log(x)
    second = 1.0 / y
    return second * m.exp(second * first) * first


OWN: list[Callable[..., Any]] = [swish, length, hard, chooses, between, safe_root, careless, raised]
OWN += [bent, huge, unused, in_order]


@pytest.fixture
def own() -> Iterator[list[Op]]:
    rows = [op(formula) for formula in OWN]
    yield rows
    TABLE.forget(*(row.name for row in rows))


def row_of(forward: Callable[..., Any], *partials: Callable[..., Any], name: str = "mine") -> Op:
    return Op(name, name, "", forward, partials, (REAL,) * len(partials))


def test_every_row_gives_the_numbers_and_the_failures_of_python() -> None:
    found = parity.in_node(parity.task(ROWS))
    assert found["wrong"] == []
    assert min(found["compared"]) > 2000  # of each row the value and a slope at 1,000 points and more


def test_erf_and_erfc_have_all_their_digits() -> None:
    task = parity.task([TABLE["erf"], TABLE["erfc"]])
    with mpmath.workdps(40):
        for case, exact in zip(task["cases"], (mpmath.erf, mpmath.erfc), strict=True):
            points = [x if isinstance(x, float) and 0 < abs(x) < 30 else None for (x,) in case["points"]]
            case["values"] = [None if x is None else float(exact(x)) for x in points]
            case["slopes"] = []
    found = parity.in_node(task)
    assert (found["wrong"], found["worst"] < 5e-16) == ([], True)


def test_rows_of_ones_own_do_so_too(own: list[Op]) -> None:
    assert None not in map(written, own)
    found = parity.in_node(parity.task(own))
    assert found["wrong"] == []


def test_a_wrong_number_is_found() -> None:
    task = parity.task([TABLE["tanh"], TABLE["log"], TABLE["pow"]], 10)
    for spelling, other in {"1-z*z": "1-z*z*1.0000000001", "m.log(x)": "Math.log(x)", "m.pow(x,y)": "x**y"}.items():
        assert spelling in task["script"]
        found = parity.in_node(task | {"script": task["script"].replace(spelling, other, 1)})
        assert found["wrong"], spelling


def random_formula(seed: int) -> Callable[..., Any]:
    """A formula of two arguments whose parts are used once, often or not at all, and fail in many ways.

    Its numbers are the same on every machine, to the last digit.
    """
    draw = random.Random(seed)
    choices: dict[str, list[Any]] = {"infix": [operator.add, operator.sub, operator.mul, operator.truediv]}
    choices["function"] = ["sqrt", "floor", "abs"]
    kinds = ["infix", "infix", "infix", "function", "fails", "where", "textbook", "if", "neg", "mod"]
    steps: list[tuple[str, Any, list[int]]] = []
    for _ in range(draw.randint(3, 14)):
        kind = draw.choice(kinds)
        what = draw.choice(choices.get(kind, ["log", "exp", "sin"]))
        steps.append((kind, what, [draw.randint(1, 6) for _ in range(4)]))  # how far back the operands are

    def formula(m: Any, x: Any, y: Any) -> Any:
        known = [0.5, -2.0, y, 3.0, x, y, x]
        for kind, what, back in steps:
            a, b, c, d = (known[-place] for place in back)
            if kind == "infix":
                found = what(a, b)
            elif kind == "function":
                found = getattr(m, what)(a)
            elif kind == "fails":
                found = b + 0.0 * getattr(m, what)(a)
            elif kind == "where":
                found = m.where((a < b) | (c >= d), c, d)
            elif kind == "textbook":
                found = m.textbook(lambda a=a, b=b: m.sqrt(a) - b, (c > 0.25) & (d < 3), lambda b=b, c=c: c / b)
            elif kind == "if":
                found = m.mod(c, b) if a <= b else -d
            else:
                found = -a if kind == "neg" else a % b
            known.append(found)
        return known[-1] + 0.0 * x

    return formula


def test_any_formula_is_computed_in_the_order_of_python() -> None:
    formulas = [random_formula(seed) for seed in range(300)]
    rows = [row_of(f, lambda m, z, x, y, f=f: f(m, y, z), lambda m, z, x, y: 1.0, name=str(f)) for f in formulas]
    special = (0.0, -0.0, 1.0, -3.5, 800.0, math.inf, -math.inf, math.nan)
    task = parity.task([row for row in rows if written(row)], 50, special)
    found = parity.in_node(task)
    assert found["wrong"] == []
    assert len(found["compared"]) > 250  # some have too many ways, or a number that fails everywhere
    failures = [str(value) for case in task["cases"] for value in case["values"]]
    assert all(failures.count(kind) > 100 for kind in ("division", "domain", "range"))


def test_the_cases_met_are_those_that_formulas_have(own: list[Op]) -> None:
    rows = [*ROWS, *own]
    met = parity.in_node(parity.task(rows, call="keysMet"))
    for row, keys in zip(rows, met, strict=True):
        for partial, received in zip(row.partials, keys, strict=True):
            known = cases(partial, *(Expression(0.5, name) for name in f"z{row.names}"))
            assert set(received) <= known.keys(), row.name
            assert set(received) == known.keys() or row in own  # which may compare what depends on each other


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "relu": ["[x>0]"],
        "maximum": ["[x>y,x<y]", "[y>x,y<x]"],
        "pow": ["[x>0,x<0,y>0,y<0]", ""],  # the slope of the exponent asks only whether it is accurate
        "gelu": ["[m.abs(x)>100]"],
        "tanh": [""],
        "atan2": ["", ""],  # a comparison in m.maximum is its own affair
    }.items(),
)
def test_a_case_is_told_by_every_comparison_in_its_order(name: str, expected: list[str]) -> None:
    text = written(TABLE[name]) or ""
    found = text.partition("cases:[")[2].removesuffix("]}")
    assert found == (
        ",".join(f"(z,{'x,y' if 'y' in e else 'x'})=>{e}" if e else "null" for e in expected) * any(expected)
    )


def test_comparisons_that_ask_for_accuracy_alone_are_taken_back() -> None:
    def partial(m: Any, z: Any, x: Any) -> Any:
        first = m.where(x > 0, 1.0, 2.0)
        return first * m.textbook(lambda: m.where(z < 3, x, z), (x > 0) & (z != x), lambda: m.where(z > 7, 1.0, z))

    assert (written(row_of(lambda m, x: x, partial)) or "").endswith("cases:[(z,x)=>[x>0,z<3]]}")


def test_only_comparisons_that_are_made_are_told() -> None:
    text = written(row_of(lambda m, x: x, lambda m, z, x: 1.0 if 0 < x < 1 else 2.0)) or ""
    assert text.endswith("cases:[(z,x)=>x>0?[x>0,x<1]:[x>0]]}")


def test_whether_formulas_are_the_same_is_not_told() -> None:
    text = written(row_of(lambda m, x: x, lambda m, z, x: 2.0 if x == 0.0 else m.where(x > 0, 1.0, 3.0))) or ""
    assert text.endswith("slopes:[(z,x)=>x==0?2:x>0?1:3],cases:[(z,x)=>[x>0]]}")


def test_a_condition_is_asked_once() -> None:
    row = row_of(lambda m, x: (1.0 if x > 0 else 2.0) * (3.0 if x > 0 else 4.0), lambda m, z, x: 0.0)
    assert written(row) == "{value:x=>x>0?3:8,slopes:[()=>0]}"


def test_conditions_on_known_numbers_are_settled_now() -> None:
    def partial(m: Any, z: Any, x: Any) -> Any:
        return m.where((x > 0) | (2.0 > 1.0), m.where((1.0 > 2.0) & (x > 3), 5.0, m.exp(0.0)), x)

    assert "slopes:[()=>1]" in (written(row_of(lambda m, x: x, partial)) or "")


def forever(m: Any, x: Any) -> Any:
    while x > 1:
        x = x / 2.0
    return x


def endless(m: Any, x: Any) -> Any:
    for _ in range(10_000):
        x = x + 1.0
    return x


@pytest.mark.parametrize(
    "formula",
    [
        lambda m, x: m.lgamma(x),  # JavaScript has no such function
        lambda m, x: float(x),
        lambda m, x: [1.0, 2.0][x],
        lambda m, x: x.data,
        lambda m, x: x > 0,
        lambda m, x: 3.0 * x if "0.0" in f"{x}" else x,
        lambda m, x: None,
        lambda m, x: m.mine(x),
        lambda m, x: {}[x],
        lambda m, x: 1 / 0,
        forever,
        endless,
    ],
)
def test_what_cannot_be_written_is_null(formula: Callable[..., Any]) -> None:
    row = row_of(formula, lambda m, z, x: 1.0)
    assert written(row) is None
    assert script([row, TABLE["neg"]]) == "m=>[null,{value:x=>-x,slopes:[()=>-1]}]"
    assert written(row_of(lambda m, x: x, lambda m, z, x: formula(m, x))) is None


@pytest.mark.parametrize("name", ["__proto__", "constructor", "</script><script>alert(1)", "m", "x\u2028", "exp"])
def test_no_name_of_a_row_stands_in_the_text(name: str) -> None:
    assert written(row_of(lambda m, x: m.tanh(x) * 2.0, lambda m, z, x: 1.0, name=name)) == (
        "{value:x=>m.tanh(x)*2,slopes:[()=>1]}"
    )


def test_the_text_is_short_and_can_stand_in_a_page(own: list[Op]) -> None:
    assert len(script([TABLE[name] for name in ("add", "mul", "tanh", "sub", "pow")])) < 500
    assert len(script(ROWS)) < 4500
    assert "?m.div(1,m.sqrt(1-x*x)):m.div(1,m.sqrt((1-x)*(1+x)))" in (written(TABLE["asin"]) or "")
    text = script([*ROWS, *own])
    assert re.fullmatch(r"[\w .,:;?<>=!&|()\[\]{}*/+-]*", text)
    assert not re.search(r"</|<!|--|\+\+|//|/\*", text)


def test_plain_numbers_are_written_exactly() -> None:
    for number in (0.1, -0.0, 1e-7, -1e-300, 1e22, 5e-324, 123456789.125, 2.0**60, -3):
        text = (written(row_of(lambda m, x, n=number: n, lambda m, z, x: 0.0)) or "").partition("=>")[2]
        assert float(text.partition(",")[0]) == number
        assert repr(float(text.partition(",")[0])) == repr(float(number))
