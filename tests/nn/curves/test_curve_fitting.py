"""Fits agree with closed forms and with SciPy's own; what goes wrong says where."""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import curve_fit

import nn
from autograd import Value, exp, grad, log, no_grad, sin
from nn.curves.model import Curve
from nn.curves.regression import inverse_normal_matrix

X = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]
Y = [2.02, 1.31, 0.9, 0.66, 0.43, 0.22, 0.11]
SIGMA = [0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.01]


def decay(x: Any, amplitude: Any, rate: Any) -> Any:
    return amplitude * exp(-rate * x)


def decay_in_numpy(x: Any, amplitude: Any, rate: Any) -> Any:
    return amplitude * np.exp(-rate * x)


def its_jacobian(x: Any, amplitude: Any, rate: Any) -> Any:
    return np.column_stack([np.exp(-rate * x), -amplitude * x * np.exp(-rate * x)])


def line(x: Any, slope: Any, intercept: Any) -> Any:
    return slope * x + intercept


def same(fit: nn.Regression, parameters: Any, covariance: Any) -> None:
    assert [*fit.parameters.values()] == pytest.approx(list(parameters), rel=1e-7)
    assert fit.covariance == pytest.approx(np.asarray(covariance), rel=1e-6)
    assert [*fit.standard_errors.values()] == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-6)


def test_a_line_is_that_of_the_normal_equations() -> None:
    fit = nn.least_squares(line, X, Y, [0.0, 0.0])
    design = np.column_stack([X, np.ones(len(X))])
    expected, (rss,), _, _ = np.linalg.lstsq(design, np.array(Y))
    s2 = rss / (len(X) - 2)
    same(fit, expected, s2 * np.linalg.inv(design.T @ design))
    assert [*fit.parameters] == [*fit.standard_errors] == ["slope", "intercept"]
    assert fit.residual_standard_deviation == pytest.approx(math.sqrt(s2))
    assert fit.degrees_of_freedom == len(X) - 2
    assert fit.residuals == pytest.approx(np.array(Y) - design @ expected)
    assert fit.predict([10.0, -1.0]) == pytest.approx([10 * expected[0] + expected[1], expected[1] - expected[0]])
    assert (fit.indistinct, fit.remarks) == ((), ())


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("sigma", [None, SIGMA])
def test_a_curve_is_that_of_scipy_with_a_jacobian_by_hand(sigma: Any, absolute: bool) -> None:
    if absolute and sigma is None:
        return
    fit = nn.least_squares(decay, X, Y, [1.0, 1.0], sigma=sigma, absolute_sigma=absolute)
    parameters, covariance = curve_fit(
        decay_in_numpy,
        np.array(X),
        np.array(Y),
        [1.0, 1.0],
        sigma=sigma,
        absolute_sigma=absolute,
        jac=its_jacobian,
        ftol=1e-15,
        xtol=1e-15,
        gtol=1e-15,
    )
    same(fit, parameters, covariance)


@pytest.mark.parametrize("method", ["lm", "trf", "dogbox"])
def test_every_method_arrives_at_the_same_minimum(method: str) -> None:
    fit = nn.least_squares(decay, X, Y, [1.0, 1.0], method=method)
    same(fit, *curve_fit(decay_in_numpy, np.array(X), np.array(Y), [1.0, 1.0], jac=its_jacobian, ftol=1e-15))


@pytest.mark.parametrize("method", [None, "trf", "dogbox"])
def test_bounds_are_kept_and_said(method: str | None) -> None:
    fit = nn.least_squares(decay, X, Y, [1.0, 0.5], bounds=([0.0, 0.0], [1.5, 10.0]), method=method)
    assert fit.parameters["amplitude"] == pytest.approx(1.5)
    # the other parameter is where the sum of squares is smallest along the bound
    best, _ = curve_fit(lambda x, rate: 1.5 * np.exp(-rate * x), np.array(X), np.array(Y), [0.5], ftol=1e-15)
    assert fit.parameters["rate"] == pytest.approx(best[0], rel=1e-6)
    assert fit.remarks == ("At a bound, of which standard errors know nothing: amplitude.",)
    free = nn.least_squares(decay, X, Y, [1.0, 0.5], bounds=(0.0, 10.0), method=method)
    same(free, *curve_fit(decay_in_numpy, np.array(X), np.array(Y), [1.0, 1.0], jac=its_jacobian, ftol=1e-15))
    assert free.remarks == ()


def test_where_a_fit_stops_on_its_way_it_says_so() -> None:
    y = [1e20 * each for each in Y]  # beside which a step from 1 is nothing
    with pytest.warns(RuntimeWarning, match="^This may be no minimum: the derivatives say") as caught:
        fit = nn.least_squares(decay, X, y, [1.0, 1.0])
    assert caught[0].filename == __file__
    assert fit.remarks == (str(caught[0].message),)
    better = nn.least_squares(decay, X, y, [1e20, 1.0])
    assert better.remarks == ()
    assert better.residual_standard_deviation < 0.1 * fit.residual_standard_deviation


def test_one_sigma_is_that_of_all() -> None:
    for absolute in (False, True):
        one, all_ = (
            nn.least_squares(decay, X, Y, [1.0, 1.0], sigma=sigma, absolute_sigma=absolute)
            for sigma in (0.05, [0.05] * len(X))
        )
        assert one.standard_errors == all_.standard_errors


def test_a_fit_does_not_depend_on_the_unit() -> None:
    fit = nn.least_squares(decay, X, Y, [1.0, 1.0])
    for unit in (1e-90, 1e90):
        other = nn.least_squares(decay, X, [unit * each for each in Y], [unit, 1.0])
        assert [other.parameters["amplitude"] / unit, other.parameters["rate"]] == pytest.approx(
            [*fit.parameters.values()]
        )
        assert [other.standard_errors["amplitude"] / unit, other.standard_errors["rate"]] == pytest.approx(
            [*fit.standard_errors.values()]
        )


def test_predictions_go_the_way_of_an_if_that_no_example_went() -> None:
    fit = nn.least_squares(lambda x, a: a * x if x < 10.0 else a * 10.0, X, [2.0 * x for x in X], [1.0])
    assert fit.remarks == ()
    assert fit.predict([5.0, 20.0]) == pytest.approx([10.0, 20.0])


def test_predictions_need_no_derivative() -> None:
    for model in (lambda x, a: (a * x) ** 0.5, lambda x, a: (a * x) ** 0.5 if x < 10.0 else a * x):
        fit = nn.least_squares(model, X[1:], [2.0 * x**0.5 for x in X[1:]], [1.0])
        assert fit.predict([0.0, 9.0]) == pytest.approx([0.0, 6.0])


def test_predictions_are_those_of_the_formula_where_an_exponential_overflows() -> None:
    fit = nn.least_squares(lambda x, k: 1.0 / (1.0 + exp(-k * x)), X, [1.0 / (1.0 + math.exp(-x)) for x in X], [0.5])
    assert fit.predict([-1e4, 1e4]).tolist() == [0.0, 1.0]


def test_a_model_may_take_derivatives_itself() -> None:
    def slope(x: Any, amplitude: Any, rate: Any) -> Any:
        return grad(decay(x, amplitude, rate), [x], create_graph=True)[0]

    fit = nn.least_squares(slope, X, [-3.0 * math.exp(-1.5 * x) for x in X], [1.0, 1.0])
    assert [*fit.parameters.values()] == pytest.approx([2.0, 1.5])
    assert fit.remarks == ()


def test_predictions_are_nan_where_the_model_has_no_value() -> None:
    fit = nn.least_squares(lambda x, a: a / x + log(x), [1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0])
    assert np.isnan(fit.predict([-1.0, 0.0, 1.0])).tolist() == [True, True, False]


def test_a_model_that_takes_a_row_for_a_number_is_told_what_it_got() -> None:
    with pytest.raises(TypeError) as caught:
        nn.least_squares(decay, [[x] for x in X], Y, [1.0, 1.0])
    assert caught.value.__notes__ == [
        "The model got a list for each example, x = [0.0], and must take its numbers out of it, as in x[0]."
    ]


@pytest.mark.parametrize(
    "start",
    [[1.0, 2.0], (1, 2), np.array([1.0, 2.0]), {"rate": 2.0, "amplitude": 1.0}],
    ids=["list", "tuple", "array", "by name"],
)
def test_a_start_is_a_list_or_has_names(start: Any) -> None:
    fit = nn.least_squares(decay, np.array(X), tuple(Y), start)
    again = nn.least_squares(decay, X, Y, fit.parameters)
    assert [*again.parameters.values()] == pytest.approx([*fit.parameters.values()], rel=1e-7)


def test_parameters_without_names_are_numbered_and_defaults_may_stay() -> None:
    def polynomial(x: Any, *b: Any) -> Any:
        return sum((each * x**k for k, each in enumerate(b)), 0.0 * x)

    assert [*nn.least_squares(polynomial, X, Y, [0.0] * 3).parameters] == ["b1", "b2", "b3"]
    fit = nn.least_squares(lambda x, a, scale=2.0: a * scale * x, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0])
    assert fit.parameters == {"a": pytest.approx(1.0)}


def test_a_model_that_was_written_for_scipy_works_as_it_is() -> None:
    ours, theirs = (nn.least_squares(model, X, Y, [1.0, 1.0]) for model in (decay, decay_in_numpy))
    assert ours.parameters == theirs.parameters
    assert ours.standard_errors == theirs.standard_errors


def test_several_inputs_are_a_row_each() -> None:
    rows = [[x, x * x - 1.0] for x in X]
    truth = [1.5 * math.exp(-0.3 * a) + 0.2 * b for a, b in rows]
    fit = nn.least_squares(lambda x, p, q, r: p * exp(-q * x[0]) + r * x[1], rows, truth, [1.0, 1.0, 1.0])
    assert [*fit.parameters.values()] == pytest.approx([1.5, 0.3, 0.2], rel=1e-7)
    assert fit.predict(rows) == pytest.approx(truth)


def test_a_model_with_an_if_is_computed_one_by_one_and_says_so() -> None:
    def hinge(x: Any, left: Any, right: Any, height: Any) -> Any:
        return height + (left if x < 1.7 else right) * (x - 1.7)

    truth = [5.0 + (2.0 if x < 1.7 else -1.0) * (x - 1.7) for x in X]
    fit = nn.least_squares(hinge, X, truth, [0.0, 0.0, 0.0])
    assert [*fit.parameters.values()] == pytest.approx([2.0, -1.0, 5.0])
    assert fit.remarks == ("Each example was computed by itself, which takes longer; fit.curve.remark says why.",)
    assert re.match(r"the model does other operations at other numbers.*test_curve_fitting\.py", fit.curve.remark)
    assert "Each example was computed by itself" in repr(fit)


def test_a_branch_that_no_recording_takes_is_found_at_the_end() -> None:
    def steep(x: Any, a: Any, b: Any) -> Any:  # the minimum is where recordings near the start do not come
        return a * x + b if a < 40.0 else a * x + b + 1.0

    truth = [100.0 * x + 3.0 for x in X]
    fit = nn.least_squares(steep, X, truth, [1.0, 1.0])
    assert fit.curve.remark == "the model does other operations than those recorded."
    assert [*fit.parameters.values()] == pytest.approx([100.0, 2.0])


@pytest.mark.parametrize("method", ["lm", "trf", "dogbox"])
def test_a_step_to_where_the_model_has_no_value_is_taken_back(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate, refused = Curve.__call__, []

    def watched(self: Curve, theta: Any, inputs: Any) -> Any:
        found = evaluate(self, theta, inputs)
        if not np.isfinite(found[0]).all():
            refused.append(theta)
        return found

    monkeypatch.setattr(Curve, "__call__", watched)
    truth = [math.log(0.05 * x + 1.0) / math.log(3.0) for x in X]
    start = [100.0, 1.5] if method == "lm" else [5.0, 1.2]
    fit = nn.least_squares(lambda x, a, b: log(a * x + 1.0) / log(b), X, truth, start, method=method)
    assert [*fit.parameters.values()] == pytest.approx([0.05, 3.0], rel=1e-9)
    assert refused


def test_a_power_of_0_has_the_derivatives_that_the_table_gives() -> None:
    doses = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0]

    def hill(x: Any, top: Any, half: Any, n: Any) -> Any:
        return top * x**n / (half**n + x**n)

    truth = [3.0 * x**1.5 / (4.0**1.5 + x**1.5) for x in doses]
    fit = nn.least_squares(hill, doses, truth, [1.0, 1.0, 1.0])
    assert [*fit.parameters.values()] == pytest.approx([3.0, 4.0, 1.5], rel=1e-6)
    assert fit.remarks == ()


def test_parameters_that_cannot_be_told_apart_are_named() -> None:
    def model(x: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        return a * b * x + c + 0.0 * d

    with pytest.warns(
        RuntimeWarning, match=r"^a and b cannot be told apart.* d changes nothing at the data: leave it out"
    ):
        fit = nn.least_squares(model, X, Y, [1.0, 1.0, 1.0, 1.0])
    assert fit.indistinct == (("a", "b"), ("d",))
    assert [math.isinf(each) for each in fit.standard_errors.values()] == [True, True, False, True]
    simple = nn.least_squares(line, X, Y, [1.0, 1.0])
    assert fit.standard_errors["c"] * math.sqrt(3 / 5) == pytest.approx(simple.standard_errors["intercept"])
    assert "cannot be told apart" in repr(fit)
    assert np.isnan(fit.covariance[0, 2])


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-160])
def test_a_column_next_to_0_is_one_that_changes_nothing(size: float) -> None:
    found, groups = inverse_normal_matrix(
        np.array([[1.0, 0.0], [1.0, size], [1.0, -size]])
    )  # warnings of NumPy's would be errors
    assert groups == [(1,)]
    assert found[0, 0] == pytest.approx(1 / 3)
    assert found[1, 1] == math.inf


def test_a_peak_far_from_all_data_changes_nothing() -> None:
    with pytest.warns(RuntimeWarning, match="^a changes nothing at the data.* b changes nothing"):
        fit = nn.least_squares(lambda x, a, b, c: a * exp(-((x - b) ** 2)) + c, X, Y, [1.0, 30.0, 0.5])
    assert fit.indistinct == (("a",), ("b",))
    assert fit.parameters["c"] == pytest.approx(np.mean(Y))


def test_as_many_parameters_as_examples_leave_no_standard_errors() -> None:
    fit = nn.least_squares(line, X[:2], Y[:2], [0.0, 0.0])
    assert fit.degrees_of_freedom == 0
    assert all(map(math.isnan, fit.standard_errors.values()))
    assert "as many parameters as examples" in repr(fit)
    known = nn.least_squares(line, X[:2], Y[:2], [0.0, 0.0], sigma=[0.1, 0.1], absolute_sigma=True)
    assert known.standard_errors["intercept"] == pytest.approx(0.1)
    assert known.remarks == ()


def test_a_perfect_fit_has_no_errors() -> None:
    fit = nn.least_squares(line, [1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [0.0, 0.0])
    assert fit.standard_errors == {"slope": 0.0, "intercept": 0.0}


def test_a_result_prints_as_a_table() -> None:
    fit = nn.least_squares(decay, X, Y, [1.0, 1.0])
    assert repr(fit).splitlines()[0] == "parameter     value  standard error"
    assert "7 examples, 5 degrees of freedom, residual standard deviation" in repr(fit)
    assert fit._repr_html_().startswith("<table>")
    with pytest.raises(AttributeError):
        fit.parameters = {}  # type: ignore[misc]


def test_ctrl_c_comes_through_and_nothing_has_changed() -> None:
    n_calls = 0

    def model(x: Any, a: Any) -> Any:
        nonlocal n_calls
        n_calls += 1
        if n_calls > 40:
            raise KeyboardInterrupt
        return a * a * x if x > 1.0 else a * x  # one by one, so that it is called on the way

    start = {"a": 1.0}
    with pytest.raises(KeyboardInterrupt):
        nn.least_squares(model, X, Y, start)
    assert start == {"a": 1.0}


ERRORS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no function": (lambda: nn.least_squares(3.0, X, Y, [1.0]), TypeError, "model must be a function"),  # type: ignore[arg-type]
    "too few data": (
        lambda: nn.least_squares(decay, X[:1], Y[:1], [1.0, 1.0]),
        ValueError,
        r"^1 example cannot determine 2 parameters",
    ),
    "no start": (lambda: nn.least_squares(decay, X, Y, None), TypeError, "start must be a list of numbers"),  # type: ignore[arg-type]
    "a start is missing": (
        lambda: nn.least_squares(decay, X, Y, [1.0]),
        TypeError,
        r"after the first of \(x: Any, amplitude: Any, rate: Any\) -> Any: missing a required argument: 'rate'",
    ),
    "a start too many": (lambda: nn.least_squares(decay, X, Y, [1.0] * 3), TypeError, "too many positional"),
    "another name": (
        lambda: nn.least_squares(decay, X, Y, {"amplitude": 1.0, "speed": 1.0}),
        TypeError,
        "missing a required argument: 'rate'|unexpected keyword argument 'speed'",
    ),
    "no parameters": (lambda: nn.least_squares(lambda x: x, X, Y, []), TypeError, "numbers for the arguments after"),
    "a start that is left out": (
        lambda: nn.least_squares(lambda x, a=1.0, b=2.0: a * x + b, X, Y, {"b": 1.0}),
        TypeError,
        "skip none",
    ),
    "an infinite start": (
        lambda: nn.least_squares(decay, X, Y, [1.0, math.inf]),
        ValueError,
        "^the start of rate is inf",
    ),
    "text": (lambda: nn.least_squares(decay, ["a", "b", "c"], Y[:3], [1.0, 1.0]), TypeError, "^x must be a list"),
    "one number": (lambda: nn.least_squares(decay, 3.0, Y, [1.0, 1.0]), TypeError, "^x must be a list"),
    "rows of several lengths": (
        lambda: nn.least_squares(decay, [[1.0], [1.0, 2.0]], Y[:2], [1.0, 1.0]),
        TypeError,
        "^x must be a list",
    ),
    "nan among x": (
        lambda: nn.least_squares(decay, [math.nan, *X[1:]], Y, [1.0, 1.0]),
        ValueError,
        "^x of example 0 is nan",
    ),
    "inf among y": (
        lambda: nn.least_squares(decay, X, [*Y[:-1], math.inf], [1.0, 1.0]),
        ValueError,
        "^y of example 6 is inf",
    ),
    "y of two numbers": (
        lambda: nn.least_squares(decay, X, [[each] for each in Y], [1.0, 1.0]),
        ValueError,
        r"^y must have one number for each example, but has the shape \(7, 1\)",
    ),
    "variables in rows": (
        lambda: nn.least_squares(lambda x, a: a * x[0], [X, X], Y, [1.0]),
        ValueError,
        r"^x has 2 examples and y 7\. .* x\.T",
    ),
    "a sigma missing": (
        lambda: nn.least_squares(decay, X, Y, [1.0, 1.0], sigma=[0.1]),
        ValueError,
        "^sigma must have a number for each of 7 examples",
    ),
    "a sigma of 0": (
        lambda: nn.least_squares(decay, X, Y, [1.0, 1.0], sigma=[0.1] * 6 + [0.0]),
        ValueError,
        "^sigma of example 6 is 0.0",
    ),
    "absolute without sigma": (
        lambda: nn.least_squares(decay, X, Y, [1.0, 1.0], absolute_sigma=True),
        ValueError,
        "^absolute_sigma says",
    ),
    "another loss": (
        lambda: nn.least_squares(decay, X, Y, [1.0, 1.0], method="trf", loss="soft_l1"),
        ValueError,
        "^the loss must be that of least squares",
    ),
    "no Value": (
        lambda: nn.least_squares(lambda x, a: 3.0, X, Y, [1.0]),  # type: ignore[arg-type, return-value]  # noqa: ARG005
        TypeError,
        "^the model must give one Value for one example, but gives 3.0 of type float",
    ),
    "outside the domain": (
        lambda: nn.least_squares(lambda x, a: log(a - x), X, Y, [2.0]),
        ValueError,
        r"^at the start, for example 4, x = 2\.0, the model has no value: log got 0\.0; .* Or choose another start",
    ),
    "without a derivative": (
        lambda: nn.least_squares(lambda x, a: (a * x) ** 0.5, X, Y, [2.0]),
        ValueError,
        r"^at the start, for example 0, x = 0\.0, the model has no value: the derivative of",
    ),
    "a derivative that is too large": (
        lambda: nn.least_squares(lambda x, a: (a * 1e60) * (x * 1e60), X, Y, [1e-120]),
        ValueError,
        r"^at the start, for example 1, x = 0\.5, its derivative with respect to a is 5e\+119; it must be below 1e100",
    ),
    "a start from which all steps look alike": (
        lambda: nn.least_squares(decay, X, Y, [1.0, -100.0]),
        ValueError,
        r"^at the start, for example 5, x = 3\.0, the model is 1\.94\d*e\+130; it must be below 1e100",
    ),
    "y too large": (
        lambda: nn.least_squares(line, X, [1e200] * 7, [0.0, 0.0]),
        ValueError,
        "^y of example 0 is 1e.200",
    ),
    "y too small": (lambda: nn.least_squares(line, X, [1e-200] * 7, [0.0, 0.0]), ValueError, "^y is below 1e-100"),
    "no graph": (
        lambda: no_grad(nn.least_squares)(line, X, Y, [0.0, 0.0]),
        ValueError,
        r"^derivatives come from a recorded graph, but inside no_grad\(\)",
    ),
    "no data": (lambda: nn.least_squares(decay, [], [], [1.0, 1.0]), ValueError, "^0 examples cannot determine"),
    "masked data": (
        lambda: nn.least_squares(decay, np.ma.masked_equal(X, 1.0), Y, [1.0, 1.0]),
        ValueError,
        r"^x is masked at some examples\. Leave them out\.",
    ),
    "a prediction for one number": (
        lambda: nn.least_squares(line, X, Y, [0.0, 0.0]).predict(1.0),
        TypeError,
        "^x must be a list of numbers, with an entry for each example, but got 1.0 of type float",
    ),
    "a prediction for too many inputs": (
        lambda: nn.least_squares(lambda x, a: a * x[0] + x[1], [[1.0, 2.0]] * 2, [1.0, 2.0], [1.0]).predict(
            [[1.0] * 3]
        ),
        ValueError,
        r"^x must have the shape \(n, 2\), as in the fit, but has \(1, 3\)\.",
    ),
    "among several inputs": (
        lambda: nn.least_squares(lambda x, a: a * log(x[1]), [[1.0, 2.0], [1.0, -2.0]], [1.0, 1.0], [1.0]),
        ValueError,
        r"^at the start, for example 1, x = \[1\.0, -2\.0\], the model has no value: log at node \"x_1\" got -2\.0",
    ),
    "infinite": (
        lambda: nn.least_squares(lambda x, a: (a * 1e200) * (x * 1e200), X, Y, [2.0]),
        ValueError,
        r"^at the start, for example 1, x = 0\.5, the model is inf",
    ),
    "no minimum": (
        lambda: nn.least_squares(decay, X, Y, [1.0, 1.0], max_nfev=2),
        RuntimeError,
        r"^no minimum was found in \d evaluations",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    call, kind, message = ERRORS[name]
    with pytest.raises(kind, match=message):
        call()


def test_more_starts_than_one_lead_to_the_same_minimum_of_a_sine() -> None:
    x = [0.1 * k for k in range(60)]
    truth = [1.3 * math.sin(2.1 * each + 0.4) for each in x]
    for start in ([1.0, 2.0, 0.0], [2.0, 2.4, 0.5]):
        fit = nn.least_squares(lambda x, a, w, phase: a * sin(w * x + phase), x, truth, start)
        assert [*fit.parameters.values()] == pytest.approx([1.3, 2.1, 0.4], rel=1e-9)


def test_its_first_arguments_are_those_of_curve_fit() -> None:
    ours, theirs = ([*inspect.signature(each).parameters] for each in (nn.least_squares, curve_fit))
    assert [*zip(theirs[:4], ours, strict=False)] == [("f", "model"), ("xdata", "x"), ("ydata", "y"), ("p0", "start")]
    assert set(ours[4:6]) <= set(theirs)


def test_values_of_the_user_are_left_alone() -> None:
    shift = Value(1.0, "shift")
    nn.least_squares(lambda x, a: a * x + shift, X, Y, [1.0])
    assert (shift.data, shift.grad) == (1.0, 0.0)
