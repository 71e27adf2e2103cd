"""A regressor in scikit-learn's manner, for its pipelines, cross-validation and searches."""

from typing import Any, ClassVar, Self

from sklearn.base import RegressorMixin

from nn.estimators.estimator import Estimator


class Regressor(RegressorMixin, Estimator):
    """A regressor: a network with an output for each number that is to be approximated.

    What is minimized is as for a `Classifier`. So without hidden layers, `alpha` is that of `Ridge`.

    Args:
        loss: The loss of one example, `loss(outputs, y)`: a name from `nn.losses.LOSSES`, such as "huber", or a
            function like those; by default `nn.losses.half_squared_error`, as in scikit-learn's networks.
        others: As those of a `Classifier`.

    Attributes:
        model_: The network, an `nn.MLP`: its parameters are Values.
        others: As those of a `Classifier`; there are no classes.

    Example:
        >>> regressor = Regressor((), optimizer="sgd", learning_rate=0.5, max_iter=100, random_state=0)
        >>> regressor.fit([[-1.0], [0.0], [1.0]], [-2.0, 1.0, 4.0]).predict([[0.5]]).round(6)
        array([2.5])
        >>> C = regressor.cost([0.5], 3.5)  # a graph, for autograd.explain, paths, draw, ...
        >>> round(C.data, 6)
        0.5
    """

    _default_loss = "half_squared_error"
    _checks: ClassVar[dict[str, bool]] = {"multi_output": True, "y_numeric": True}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on some examples, from where the network and the optimizer are.

        Args:
            X: The inputs, (n, n_features).
            y: Their numbers, (n,) or (n, n_outputs).
            sample_weight: A number of at least 0 for each example.

        Raises:
            ValueError: as `fit`.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> Any:
        """What the network says of each example: (n,) of one output, (n, n_outputs) of several."""
        found = self._answers(X)
        return found[:, 0] if found.shape[1] == 1 else found

    def _n_outputs(self, y: Any) -> int:
        return 1 if y.ndim == 1 else int(y.shape[1])

    def _targets(self, y: Any) -> list[Any]:
        targets: list[Any] = y.tolist()
        return targets
