"""The estimators keep scikit-learn's contract, and learn what closed forms and scikit-learn's own networks learn."""

import copy
import functools
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.utils import validation
from sklearn.utils.estimator_checks import parametrize_with_checks

import nn
from autograd import explain, log, softmax
from tests.imports import ROOT

RANDOM = np.random.RandomState(5)
X = RANDOM.uniform(-1, 1, (40, 3))
NUMBERS = X @ [1.0, -2.0, 0.5] + 0.3 + RANDOM.normal(0, 0.3, 40)
KINDS = np.digitize(X @ [1.0, -2.0, 0.5] + RANDOM.normal(0, 0.8, 40), [-0.4, 0.4])
WEIGHTS = RANDOM.randint(0, 4, 40)
NAMES = np.array(["low", "middle", "high"])
ESTIMATORS = [nn.Classifier, nn.Regressor]
DESCENT: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 0.5, "max_iter": 2000, "random_state": 0}


def targets(make: type) -> Any:
    return KINDS if make is nn.Classifier else NUMBERS


def answers(estimator: Any, inputs: Any = X) -> Any:
    return estimator.predict_proba(inputs) if is_classifier(estimator) else estimator.predict(inputs)


@parametrize_with_checks([nn.Classifier(), nn.Regressor()])
def test_scikit_learn_finds_nothing_to_object_to(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


# What is learned


@pytest.mark.parametrize("alpha", [0.0, 3.0])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weights"])
def test_without_hidden_layers_a_regressor_finds_the_least_squares(alpha: float, weights: Any) -> None:
    found = nn.Regressor((), alpha=alpha, **DESCENT).fit(X, NUMBERS, weights)
    expected = (Ridge(alpha) if alpha else LinearRegression()).fit(X, NUMBERS, weights)
    assert found.predict(X) == pytest.approx(expected.predict(X), rel=1e-9)
    assert [w.data for w in found.model_.weights()] == pytest.approx(expected.coef_, rel=1e-9)


@pytest.mark.parametrize("alpha", [0.5, 5.0])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weights"])
def test_without_hidden_layers_a_classifier_is_a_logistic_regression(alpha: float, weights: Any) -> None:
    found = nn.Classifier((), alpha=alpha, **DESCENT).fit(X, KINDS, weights)
    expected = LogisticRegression(C=1 / alpha, tol=1e-10, max_iter=1000).fit(X, KINDS, weights)
    assert found.predict_proba(X) == pytest.approx(expected.predict_proba(X), rel=1e-6)


def test_of_two_classes_the_classifier_learns_the_logistic_regression_of_half_the_penalty() -> None:
    is_high = KINDS > 0  # two vectors of weights, w/2 and -w/2, have half of the square of w
    found = nn.Classifier((), alpha=1.0, **DESCENT).fit(X, is_high)
    expected = LogisticRegression(C=2.0, tol=1e-10).fit(X, is_high)
    assert found.classes_.tolist() == [False, True]
    assert found.predict_proba(X) == pytest.approx(expected.predict_proba(X), rel=1e-6)


@pytest.mark.parametrize(
    "activation", [("tanh", "tanh"), ("sigmoid", "logistic"), ("relu", "relu")], ids=lambda x: x[0]
)
@pytest.mark.parametrize("engine", ["compiled", "scalar"])
@pytest.mark.parametrize("make", ESTIMATORS)
def test_a_network_learns_what_scikit_learns_own_learns(make: type, activation: tuple[str, str], engine: str) -> None:
    own = make(
        (5, 4), activation[0], optimizer="sgd", learning_rate=0.1, alpha=0.5, max_iter=8, engine=engine, random_state=1
    ).fit(X, targets(make))
    start = make((5, 4), activation[0], learning_rate=0.0, max_iter=1, random_state=1).fit(X, targets(make))
    other = (MLPClassifier if make is nn.Classifier else MLPRegressor)(
        hidden_layer_sizes=(5, 4),
        activation=activation[1],
        solver="sgd",
        momentum=0,
        learning_rate_init=0.1,
        alpha=0.5,
        batch_size=40,
    )
    several = {"classes": [0, 1, 2]} if make is nn.Classifier else {}
    other.partial_fit(X, targets(make), **several)  # which makes what is now given other numbers
    for k, layer in enumerate(start.model_.layers):
        other.coefs_[k][:] = np.array([[w.data for w in neuron.w] for neuron in layer.neurons]).T
        other.intercepts_[k][:] = [neuron.b.data for neuron in layer.neurons]
    other.loss_curve_.clear()
    for _ in range(8):
        other.partial_fit(X, targets(make))
    assert own.history_.engine == engine
    assert answers(own) == pytest.approx(answers(other), rel=1e-9)
    penalty = 0.5 / 80 * sum(w.data**2 for w in start.model_.weights())
    assert own.loss_curve_[0] + penalty == pytest.approx(other.loss_curve_[0], rel=1e-9)
    assert own.n_iter_ == len(own.loss_curve_) == 8


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
@pytest.mark.parametrize("make", ESTIMATORS)
def test_a_weight_says_how_often_an_example_counts(make: type, engine: str) -> None:
    network = make(alpha=0.3, max_iter=10, engine=engine, random_state=0)
    weighted = clone(network).fit(X, targets(make), WEIGHTS)
    repeated = clone(network).fit(np.repeat(X, WEIGHTS, axis=0), np.repeat(targets(make), WEIGHTS))
    assert answers(weighted) == pytest.approx(answers(repeated), rel=1e-9)
    assert not np.allclose(answers(weighted), answers(clone(network).fit(X, targets(make))))


def test_classes_may_have_names() -> None:
    by_number = nn.Classifier(max_iter=20, random_state=0).fit(X, KINDS)
    order = [2, 0, 1]  # of high, low, middle among them
    by_name = nn.Classifier(max_iter=20, random_state=0).fit(X, NAMES[KINDS])
    assert by_name.classes_.tolist() == ["high", "low", "middle"]
    assert set(by_name.predict(X)) <= set(NAMES)
    assert by_name.score(X, NAMES[KINDS]) == np.mean(by_name.predict(X) == NAMES[KINDS])
    as_numbers = nn.Classifier(max_iter=20, random_state=0).fit(X, np.array(order).argsort()[KINDS])
    assert by_name.predict_proba(X) == pytest.approx(as_numbers.predict_proba(X), rel=1e-12)
    assert by_number.classes_.tolist() == [0, 1, 2]


def test_several_numbers_are_approximated_at_once() -> None:
    both = np.column_stack([NUMBERS, X[:, 0] - X[:, 1]])
    found = nn.Regressor((), **DESCENT).fit(X, both)
    assert found.predict(X) == pytest.approx(LinearRegression().fit(X, both).predict(X), rel=1e-9)
    column = nn.Regressor((), **DESCENT).fit(X, NUMBERS[:, None])
    assert column.predict(X).shape == (40,)


def test_a_loss_of_ones_own_and_one_by_name() -> None:
    outlier = np.append(NUMBERS, 1e3)
    far = np.vstack([X, X[:1]])
    robust = nn.Regressor((), loss="huber", optimizer="sgd", learning_rate=0.3, max_iter=500, random_state=0)
    assert robust.fit(far, outlier).predict(X) == pytest.approx(LinearRegression().fit(X, NUMBERS).predict(X), abs=0.3)

    def smoothed(logits: Any, y: Any) -> Any:
        return sum((0.1 + 0.7 * p) * -log(a) for p, a in zip(y, softmax(logits), strict=True))

    certain = np.repeat(np.eye(3), 5, axis=0)
    found = nn.Classifier((), loss=smoothed, **DESCENT).fit(certain, np.repeat(NAMES, 5))
    assert found.predict_proba(np.eye(3)).max(axis=1) == pytest.approx([0.8] * 3, rel=1e-6)
    assert (found.predict(np.eye(3)) == NAMES).all()
    assert found.history_.engine == "compiled"


# Going on


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd"])
@pytest.mark.parametrize("make", ESTIMATORS)
def test_epochs_one_by_one_are_a_fit(make: type, optimizer: str, engine: str) -> None:
    network = make(optimizer=optimizer, shuffle=False, batch_size=15, max_iter=4, engine=engine, random_state=3)
    several = {"classes": [0, 1, 2]} if make is nn.Classifier else {}
    whole, parts = clone(network).fit(X, targets(make)), clone(network)
    for _ in range(2):
        parts.partial_fit(X, targets(make), **several)
    parts = pickle.loads(pickle.dumps(parts))
    for _ in range(2):
        copy.deepcopy(parts).partial_fit(X[:5], targets(make)[:5])  # which leaves the other one as it is
        parts.partial_fit(X, targets(make))
    assert answers(parts).tolist() == answers(whole).tolist()
    assert parts.loss_curve_ == whole.loss_curve_
    assert [epoch.number for epoch in parts.history_.epochs] == [1, 2, 3, 4]
    more = whole.partial_fit(X, targets(make))
    assert answers(more).tolist() == answers(parts.partial_fit(X, targets(make))).tolist()


def test_orders_differ_from_call_to_call() -> None:
    network = nn.Regressor(batch_size=5, random_state=0)
    twice = clone(network).partial_fit(X, NUMBERS).partial_fit(X, NUMBERS)
    again = clone(network).partial_fit(X, NUMBERS).partial_fit(X, NUMBERS)
    assert answers(twice).tolist() == answers(again).tolist()
    unshuffled = clone(network).set_params(shuffle=False).partial_fit(X, NUMBERS).partial_fit(X, NUMBERS)
    assert answers(twice).tolist() != answers(unshuffled).tolist()


def test_classes_of_a_partial_fit() -> None:
    with pytest.raises(ValueError, match="partial_fit needs all classes in its first call"):
        nn.Classifier().partial_fit(X, KINDS)
    found = nn.Classifier().partial_fit(X[KINDS == 1], KINDS[KINDS == 1], classes=[2, 0, 1])
    assert found.predict_proba(X).shape == (40, 3)
    with pytest.raises(ValueError, match=r"classes must be those of the first call, \[0, 1, 2\], but got \[0, 1\]"):
        found.partial_fit(X, KINDS, classes=[0, 1])
    with pytest.raises(ValueError, match=r"each label must be one of the classes, \[0, 1, 2\], but got 3\.$"):
        found.partial_fit(X, KINDS + 1)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weights"])
@pytest.mark.parametrize("make", ESTIMATORS)
def test_early_stopping_keeps_the_best_epoch(make: type, weights: Any) -> None:
    inputs, noise = RANDOM.normal(size=(60, 3)), RANDOM.randint(0, 2, 60)
    network = make((20,), early_stopping=True, validation_fraction=0.25, n_iter_no_change=3, random_state=0)
    found = network.set_params(learning_rate=0.1).fit(inputs, noise, None if weights is None else np.ones(60))
    losses = [epoch.validation_loss for epoch in found.history_.epochs]
    best = int(np.argmin(losses))
    assert found.history_.stopped
    assert found.n_iter_ == best + 1 + 3 < 200
    random = np.random.RandomState(0)
    random.randint(2**31 - 1)  # seeds the weights
    kinds = noise if make is nn.Classifier else None
    held = train_test_split(range(60), test_size=0.25, random_state=random, stratify=kinds)[1]
    if make is nn.Classifier:
        assert abs(noise[held].mean() - noise.mean()) < 1 / len(held)
        expected = -np.log(found.predict_proba(inputs[held])[range(len(held)), noise[held]]).mean()
    else:
        expected = ((found.predict(inputs[held]) - noise[held]) ** 2).mean() / 2
    assert losses[best] == pytest.approx(expected, rel=1e-9)


# Among scikit-learn's tools


def test_it_works_in_pipelines_searches_and_cross_validation() -> None:
    inputs, flowers = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), nn.Classifier([5], "tanh", random_state=0))
    assert cross_val_score(pipeline, inputs, flowers).mean() > 0.93
    search = GridSearchCV(pipeline, {"classifier__alpha": [0.1, 1000.0], "classifier__hidden_layer_sizes": [3, (4, 4)]})
    search.fit(inputs, flowers)
    assert search.best_params_["classifier__alpha"] == 0.1
    calibrated = CalibratedClassifierCV(nn.Classifier(max_iter=50, random_state=0)).fit(scale(inputs), flowers)
    assert calibrated.score(scale(inputs), flowers) > 0.93


def test_it_is_as_good_as_scikit_learns_own() -> None:
    inputs, numbers = load_diabetes(return_X_y=True)
    inputs, numbers = scale(inputs), scale(numbers)
    found = cross_val_score(nn.Regressor(max_iter=40, alpha=10.0, random_state=0), inputs, numbers).mean()
    assert found > 0.4  # of least squares, 0.48


@pytest.mark.parametrize("make", ESTIMATORS)
def test_copies_answer_alike_and_clones_are_new(make: type) -> None:
    found = make([4], "tanh", optimizer=functools.partial(nn.optimizers.adam, beta1=0.5), max_iter=5, random_state=0)
    found.fit(X, targets(make))
    for other in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert answers(other).tolist() == answers(found).tolist()
        assert other.model_ is not found.model_
    new = clone(found)
    assert new.get_params().keys() == found.get_params().keys()
    assert (new.activation, new.max_iter, new.optimizer.keywords) == ("tanh", 5, {"beta1": 0.5})
    with pytest.raises(NotFittedError):
        new.predict(X)
    assert answers(new.fit(X, targets(make))).tolist() == answers(found).tolist()


# One example as a graph


@pytest.mark.parametrize("make", ESTIMATORS)
def test_the_cost_of_an_example_is_a_graph_from_its_features(make: type) -> None:
    kinds = NAMES[KINDS] if make is nn.Classifier else NUMBERS
    found = make([4], "tanh", max_iter=20, random_state=0).fit(X, kinds)

    def loss(x: Any) -> float:
        if make is nn.Classifier:
            return float(-np.log(found.predict_proba([x])[0, list(found.classes_).index(kinds[7])]))
        return float((found.predict([x])[0] - kinds[7]) ** 2 / 2)

    cost = found.cost(X[7], kinds[7])
    assert cost.label == "C"
    assert cost.data == pytest.approx(loss(X[7]), rel=1e-12)
    for k in range(3):
        step = 1e-5 * np.eye(3)[k]
        slope = (loss(X[7] + step) - loss(X[7] - step)) / 2e-5
        assert explain(cost, f"x_{k}").derivative == pytest.approx(slope, rel=1e-6)
    cost.backward()
    assert any(p.grad for p in found.model_.parameters())
    with pytest.raises(ValueError, match="x must be one example, a number for each of 3 features, but got 7"):
        found.cost(7, kinds[7])
    with pytest.raises(ValueError, match="x must be one example, a number for each of 3 features, but got"):
        found.cost(X[7, :2], kinds[7])
    if make is nn.Classifier:
        with pytest.raises(ValueError, match=r"each label must be one of the classes, .*, but got .*'medium'"):
            found.cost(X[7], "medium")


def test_features_have_the_names_of_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["width", "length", "height (cm)"])
    found = nn.Regressor([4], "tanh", max_iter=2, random_state=0).fit(frame, pandas.Series(NUMBERS))
    assert found.feature_names_in_.tolist() == [*frame.columns]
    assert answers(found, frame).tolist() == answers(clone(found).fit(X, NUMBERS)).tolist()
    cost = found.cost(frame.iloc[7], NUMBERS[7])
    unnamed = clone(found).fit(X, NUMBERS).cost(X[7], NUMBERS[7])
    assert explain(cost, "height (cm)").derivative == explain(unnamed, "x_2").derivative


# What cannot be


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("hidden_layer_sizes", 0),
        ("hidden_layer_sizes", (3, 2.5)),
        ("activation", "logistic"),
        ("loss", "poisson"),
        ("optimizer", "lbfgs"),
        ("optimizer", nn.optimizers.adam(0.1)),
        ("learning_rate", "constant"),
        ("alpha", -1.0),
        ("batch_size", 0),
        ("max_iter", 0),
        ("shuffle", 2),
        ("early_stopping", "yes"),
        ("validation_fraction", 1.0),
        ("n_iter_no_change", 0),
        ("initializer", "none"),
        ("engine", "fast"),
        ("verbose", 3),
    ],
)
def test_an_impossible_setting_is_named(setting: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=setting):
        nn.Regressor(**{"max_iter": 1, setting: value}).fit(X, NUMBERS)


def test_one_class_is_too_few() -> None:
    with pytest.raises(ValueError, match=r"a Classifier needs two classes at least, but y has one class, 1\.0\.$"):
        nn.Classifier().fit(X, np.ones(40))


def test_importing_nn_does_not_import_scikit_learn() -> None:
    script = "import sys, nn; from nn import *; assert 'sklearn' not in sys.modules; dir(nn).index('Classifier')"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", ["Classifier", "Regressor"])
def test_without_scikit_learn_an_error_says_what_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(vars(nn), name, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=rf"^nn.{name} needs scikit-learn: pip install 'scalar-autograd\[demo\]'$"):
        getattr(nn, name)


def test_an_old_scikit_learn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "nn.estimators.estimator")
    monkeypatch.delattr(validation, "validate_data")
    with pytest.raises(ImportError, match=r"need scikit-learn 1\.6 or later"):
        import nn.estimators.estimator  # noqa: F401
