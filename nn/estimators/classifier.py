"""A classifier in scikit-learn's manner, for its pipelines, cross-validation and searches."""

from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from nn.estimators.estimator import Estimator


class Classifier(ClassifierMixin, Estimator):
    r"""A classifier: a network with an output z for each of K classes, whose probabilities are softmax(z).

    .. math:: C(\theta) = \frac{\sum_t w_t C_t}{\sum_t w_t} + \frac{\alpha}{2 \sum_t w_t} \sum_{w \in \theta} w^2

    What is minimized is the mean loss of the examples t, whose weights are 1 unless `sample_weight` gives others, and a
    penalty on the squares of the network's weights. So without hidden layers, `alpha` is 1/C of `LogisticRegression`,
    from three classes on.

    Args:
        hidden_layer_sizes: How many neurons each hidden layer has; () for none. There are few by default, so that the
            graph can be looked at.
        activation: Of the hidden layers: a name from `nn.activations.ACTIVATIONS`, or a function of a Value.
        loss: The loss of one example, by default `nn.losses.cross_entropy`: a function `loss(logits, y)`, where y has 1
            for the class and 0 for the others; or a name from `nn.losses.LOSSES`.
        optimizer: A name from `nn.optimizers.OPTIMIZERS`, or a function like those, such as
            `functools.partial(nn.optimizers.adam, beta1=0.8)`.
        learning_rate: Its learning rate, a number or a schedule of `nn.schedules`.
        alpha: The strength of the penalty.
        batch_size: How many examples make one update: all, if there are no more.
        max_iter: How many epochs, which are passes over the examples.
        shuffle: Whether to take the examples in a new random order in each epoch.
        early_stopping: Whether to hold some examples out, and stop when their loss gets no better. The network gets the
            parameters of its best epoch. Held out examples count alike, whatever their weights.
        validation_fraction: The share that is held out; of a Classifier, of each class.
        n_iter_no_change: How many epochs without a better loss are waited for.
        initializer: How weights begin: a name from `nn.initializers.INITIALIZERS`, or a function like those.
        engine: "compiled", "scalar" or `None`: see `nn.fit`.
        random_state: A seed, a `RandomState`, or `None` for other numbers each time.
        verbose: Whether to show a progress bar.

    Attributes:
        model_: The network, an `nn.MLP`: its parameters are Values.
        classes_: The classes, sorted; output k of the network is for class k.
        history_: What was measured in each epoch. It prints as a table, and `history_.plot()` draws it.
        loss_curve_: The mean loss in each epoch.
        n_iter_: How many epochs there were.
        n_features_in_: How many features an input has.
        feature_names_in_: Their names, if a data frame gave them.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.model_selection import cross_val_score
        >>> from sklearn.preprocessing import scale
        >>> iris = load_iris()
        >>> X, y = scale(iris.data), iris.target_names[iris.target]
        >>> classifier = Classifier([5], "tanh", random_state=0)
        >>> bool(cross_val_score(classifier, X, y).mean() > 0.9)
        True

        Why is flower 77 taken for another one? Each path from a feature to the cost of that flower, with its numbers:

        >>> from autograd import explain
        >>> print(classifier.fit(X, y).predict(X[77:78])[0], y[77])
        virginica versicolor
        >>> explain(classifier.cost(X[77], y[77]), "x_3")  # doctest: +ELLIPSIS
        ∂C/∂x₃ is the sum over 30 paths...
    """

    _default_loss = "cross_entropy"
    _checks: ClassVar[dict[str, bool]] = {}

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one epoch on some examples, from where the network and the optimizer are.

        Args:
            X: The inputs, (n, n_features).
            y: Their classes, (n,).
            sample_weight: A number of at least 0 for each example.
            classes: All classes that there are, in the first call.

        Raises:
            ValueError: as `fit`; or if the classes are not given in the first call, or differ from those of before.
        """
        if not hasattr(self, "model_"):
            if classes is None:
                raise ValueError("partial_fit needs all classes in its first call: classes=[...]; y may lack some.")
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(
                f"classes must be those of the first call, {self.classes_.tolist()}, but got {[*classes]!r:.60}."
            )
        return self._partial_fit(X, y, sample_weight, classes)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, (n, n_classes), in the order of `classes_`, if the loss is a cross-entropy."""
        return softmax(self._answers(X), axis=1)

    def predict(self, X: Any) -> Any:
        """The most probable class of each example, (n,)."""
        best = self._answers(X).argmax(axis=1)
        return self.classes_[best]

    def _n_outputs(self, y: Any) -> int:
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        classes = self.classes_.tolist()
        if len(classes) < 2:
            raise ValueError(f"a Classifier needs two classes at least, but y has one class, {classes[0]!r:.60}.")
        return len(classes)

    def _targets(self, y: Any) -> list[Any]:
        known = np.isin(y, self.classes_)
        if not known.all():
            classes, strange = self.classes_.tolist(), y[~known].tolist()[0]
            raise ValueError(f"each label must be one of the classes, {classes}, but got {strange!r:.60}.")
        places, make = np.searchsorted(self.classes_, y).tolist(), self._loss().target
        return [make(place, len(self.classes_)) for place in places]
