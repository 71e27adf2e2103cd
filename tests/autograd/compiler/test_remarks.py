"""What the report of a program says of the memory that it takes, and of numbers that look like data."""

import autograd
from autograd import Value, tanh
from autograd.compiler.recording import recorded
from autograd.compiler.remarks import remarks


def test_the_largest_array_is_reported() -> None:
    w = Value(0.5, "w")
    found = recorded(lambda x, y: (w * x - y) ** 2, [w], (1.0, 2.0))
    report = remarks(found, [(-1, 10, 10), (1000, 10)])
    assert report == ["the largest array of products that is written out has 0.80 MB for 1,000 examples."]
    assert remarks(found, []) == []


def test_products_that_are_written_out_are_known_with_their_examples() -> None:
    # attention without a softmax: what is summed is products of two things that differ from example to example
    w = [Value(0.01 * k, f"w_{k}") for k in range(12)]

    def cost(x: list[Value]) -> Value:
        q = [[sum((w[4 * i + k] * x[3 * t + k] for k in range(3)), w[4 * i + 3]) for i in range(3)] for t in range(4)]
        s = [[tanh(q[t][0] * q[u][0] + q[t][1] * q[u][1] + q[t][2] * q[u][2]) for u in range(4)] for t in range(4)]
        o = [sum((s[t][u] * x[3 * u + i] for u in range(1, 4)), s[t][0] * x[i]) for t in range(4) for i in range(3)]
        return sum((tanh(v) for v in o[1:]), tanh(o[0]))

    program = autograd.compile(cost, w, example=([0.1 * k for k in range(12)],))
    assert {shape[0] for shape in program.fallbacks} == {-1}
    assert "MB for 1,000 examples" in program.report


def test_data_beside_an_example_is_reported() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(20)]
    frozen = [0.37 * k - 1.0 for k in range(20)]
    program = autograd.compile(
        lambda x, y: (sum((v * c for v, c in zip(w[1:], frozen[1:], strict=True)), w[0] * x) - y) ** 2, w, (1.0, 2.0)
    )
    assert "19 numbers beside the parameters look like data" in program.report
    assert "must be in the example, (x, y)" in program.report
