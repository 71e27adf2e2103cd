"""Networks as estimators of scikit-learn, which it needs."""

from nn.estimators.classifier import Classifier
from nn.estimators.regressor import Regressor

__all__ = ["Classifier", "Regressor"]
