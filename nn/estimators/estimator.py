"""Networks in scikit-learn's manner: the settings of `nn.Classifier` and `nn.Regressor`, and how they are trained.

Settings have the names of `MLPClassifier` where they mean the same. `optimizer` and `learning_rate` have those of
`nn.fit`, because they mean more: scikit-learn's `solver` and `learning_rate` are names from short lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, validation

from autograd import Value
from autograd.table import is_list, whole
from nn.activations import Activation
from nn.choices import choose
from nn.estimators.continuing import continued
from nn.estimators.outputs import outputs
from nn.initializers import Initializer
from nn.losses import Loss, LossFunction, l2, loss_row
from nn.mlp import MLP
from nn.optimizers import OPTIMIZERS, Optimizer, State
from nn.schedules import Schedule
from nn.settings import check
from nn.training import History, fit

if not hasattr(validation, "validate_data"):
    raise ImportError(
        "nn.Classifier and nn.Regressor need scikit-learn 1.6 or later: pip install --upgrade 'scalar-autograd[demo]'"
    )

SEEDS = 2**31 - 1


class Estimator(BaseEstimator):
    """A network and its settings, which `Classifier` describes."""

    _default_loss: str
    _checks: ClassVar[dict[str, bool]]  # of scikit-learn's, for y

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (10,),
        activation: str | Activation = "relu",
        *,
        loss: str | LossFunction | None = None,
        optimizer: str | Callable[..., Optimizer] = "adam",
        learning_rate: float | Schedule = 0.01,
        alpha: float = 0.0,
        batch_size: int = 200,
        max_iter: int = 200,
        shuffle: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        initializer: str | Initializer = "glorot",
        engine: str | None = None,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.initializer = initializer
        self.engine = engine
        self.random_state = random_state
        self.verbose = verbose

    @property
    def loss_curve_(self) -> list[float]:
        """The mean loss in each epoch."""
        return [epoch.loss for epoch in self.history_.epochs]

    @property
    def n_iter_(self) -> int:
        """How many epochs there were."""
        return len(self.history_)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a new network.

        Args:
            X: The inputs, (n, n_features): an array, a list of lists, or a data frame.
            y: What the network shall say of them, (n,); of a Regressor also (n, n_outputs).
            sample_weight: A number of at least 0 for each example. One of weight 2 counts as two, one of weight 0 is
                left out.

        Raises:
            ValueError: if a setting is impossible, there is one class only, or the data are empty, differ in length, or
                hold text, infinity or nan.
            FloatingPointError: if the loss is infinite or nan, or an update would be: see `nn.fit`.
        """
        check(early_stopping=self.early_stopping, validation_fraction=self.validation_fraction)
        epochs, patience = whole("max_iter", self.max_iter), whole("n_iter_no_change", self.n_iter_no_change)
        X, y, weights = self._examples(X, y, sample_weight, is_first=True)
        self._begin(y)
        if not self.early_stopping:
            self._train(X, y, weights, epochs=epochs)
            return self
        several = [X, y] if weights is None else [X, y, weights]
        of_each_class = y if is_classifier(self) else None
        X, held_x, y, held_y, *parts = train_test_split(
            *several, test_size=self.validation_fraction, random_state=self._random, stratify=of_each_class
        )
        held, weights = (held_x.tolist(), self._targets(held_y)), parts[0] if parts else None
        self._train(X, y, weights, epochs=epochs, validation=held, patience=patience)
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        """Train for one epoch, the first time a new network."""
        is_first = not hasattr(self, "model_")
        X, y, weights = self._examples(X, y, sample_weight, is_first=is_first)
        if is_first:
            self._begin(y if classes is None else classes)
        self._train(X, y, weights, epochs=1)
        return self

    def cost(self, x: Any, y: Any) -> Value:
        """The loss of one example as a graph that is labeled C, for `autograd.explain`, `paths`, `draw` and `explore`.

        The inputs are leaves of it, labeled with the names of the features, or as x_0, x_1, ... where these have none.

        Args:
            x: The input, a number for each feature.
            y: What the network should say.

        Raises:
            ValueError: if there is not a number for each feature, or no such class.
        """
        validation.check_is_fitted(self, "model_")
        names = getattr(self, "feature_names_in_", [f"x_{k}" for k in range(self.n_features_in_)])
        if not is_list(x) or len(x) != len(names):
            raise ValueError(f"x must be one example, a number for each of {len(names)} features, but got {x!r:.60}.")
        inputs = [*map(Value, x, names)]
        cost: Value = self._loss().function(self.model_(inputs), self._targets(np.array([y]))[0]).named("C")
        return cost

    def _examples(self, X: Any, y: Any, sample_weight: Any, *, is_first: bool) -> tuple[Any, Any, Any]:
        """Inputs, targets and weights as arrays."""
        X, y = validation.validate_data(self, X, y, reset=is_first, dtype=np.float64, **self._checks)
        weights = None if sample_weight is None else validation._check_sample_weight(sample_weight, X, dtype=np.float64)
        return X, y, weights

    def _begin(self, y: Any) -> None:
        """Make a new network, for targets like these."""
        n_outputs = self._n_outputs(y)
        widths = [whole("hidden_layer_sizes", width) for width in np.ravel(self.hidden_layer_sizes).tolist()]
        self._random = check_random_state(self.random_state)
        self.model_ = MLP(
            self.n_features_in_,
            [*widths, n_outputs],
            self.activation,
            initializer=self.initializer,
            seed=int(self._random.randint(SEEDS)),
        )
        self._state: State = {}
        self.history_ = History()

    def _train(self, X: Any, y: Any, weights: Any, **settings: Any) -> None:
        """Train the network, from where it is."""
        check(alpha=self.alpha, verbose=self.verbose)
        n = len(X) if weights is None else weights.sum()
        make = choose("optimizer", self.optimizer, OPTIMIZERS, "a function such as nn.optimizers.adam")
        state = dict(self._state)
        history = fit(
            self.model_,
            X.tolist(),
            self._targets(y),
            loss=self._loss().function,
            optimizer=continued(make(learning_rate=self.learning_rate), state),
            batch_size=self.batch_size,
            shuffle=self.shuffle,
            seed=int(self._random.randint(SEEDS)),
            penalty=(lambda model: l2(model, self.alpha / (2 * n))) if self.alpha else None,
            sample_weight=None if weights is None else weights.tolist(),
            progress=self.verbose,
            engine=self.engine,
            **settings,
        )
        done = len(self.history_)
        self.history_.epochs += [replace(epoch, number=done + epoch.number) for epoch in history.epochs]
        self.history_.stopped, self.history_.engine = history.stopped, history.engine
        self._state = state

    def _loss(self) -> Loss:
        return loss_row(self._default_loss if self.loss is None else self.loss)

    def _answers(self, X: Any) -> Any:
        """The outputs of the network, (n, n_outputs)."""
        validation.check_is_fitted(self, "model_")
        return outputs(self.model_, validation.validate_data(self, X, dtype=np.float64, reset=False))

    def _n_outputs(self, y: Any) -> int:
        """How many outputs a network needs for targets like these, of which a Classifier notes the classes."""
        raise NotImplementedError

    def _targets(self, y: Any) -> list[Any]:
        """What the loss takes for each example."""
        raise NotImplementedError
