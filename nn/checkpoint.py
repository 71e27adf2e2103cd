"""Checkpoints: training runs saved as JSON, which continue to the same parameters, to the last bit."""

from dataclasses import asdict, dataclass, field
from os import PathLike
from typing import Any

from autograd.files import check_writable, located
from nn.history import Epoch, History
from nn.module import Module
from nn.serialization import read_json, write_json

FORMAT = "scalar-autograd checkpoint, version 1"


@dataclass
class Run:
    """What a run needs to continue. A checkpoint holds this and the parameters of the model.

    Attributes:
        settings: What must be the same when the run is resumed.
        state: The state of the optimizer.
        history: What has been measured so far.
        best: The number, loss and parameters of the epoch with the best validation loss.
    """

    settings: dict[str, Any]
    state: dict[str, Any]
    history: History = field(default_factory=History)
    best: dict[str, Any] = field(default_factory=dict)

    def begin(self, path: str | PathLike[str] | None, model: Module, *, resume: bool) -> None:
        """Continue from a checkpoint if `resume` and it exists; otherwise check that it can be written.

        Args:
            path: The checkpoint, or `None` for a run without one.
            model: The model that gets the parameters in the checkpoint.
            resume: Whether to continue from it.

        Raises:
            ValueError: if the checkpoint is damaged or of another run; the model is then unchanged.
            OSError: if it cannot be read, or cannot be written.
        """
        if path is not None and resume and located(path).exists():
            self.read(path, model)
        elif path is not None:
            check_writable(path)  # better to fail before the first epoch than after it

    def judge(self, model: Module, patience: int | None) -> None:
        """Keep the parameters if the validation loss is the best so far; stop if it has not improved for too long."""
        if patience is None:
            return
        number, loss = len(self.history), self.history[-1].validation_loss
        if not self.best or loss < self.best["loss"]:
            self.best = {"epoch": number, "loss": loss, "parameters": model.state_dict()}
        elif number - self.best["epoch"] >= patience:
            self.history.stopped = (
                f"stopped: no better validation loss for {patience} epochs; the best was epoch {self.best['epoch']}"
            )

    def write(self, path: str | PathLike[str], model: Module) -> None:
        """Write the checkpoint."""
        write_json(path, {"format": FORMAT, **asdict(self), "parameters": model.state_dict()})

    def read(self, path: str | PathLike[str], model: Module) -> None:
        """Load a checkpoint, and set the parameters of the model."""
        document = read_json(path, FORMAT)
        try:
            settings = dict(self.settings)
            code = settings.pop("code", {})
            for name, value in settings.items():
                if document["settings"][name] != value:
                    raise ValueError(f"its {name} was {document['settings'][name]!r:.60}, but now is {value!r}")
            _check_code(document["settings"].get("code", {}), code)
            if not _alike(document["state"], self.state):
                raise ValueError("its optimizer's state does not fit")
            epochs = [Epoch(**epoch) for epoch in document["history"]["epochs"]]
            history = History(epochs, str(document["history"]["stopped"]))
            best = document["best"]
            if best and not _alike(best, {"epoch": 0, "loss": 0.0, "parameters": model.state_dict()}):
                raise ValueError("its best parameters do not fit")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the checkpoint {path} is of another run or damaged: {error}.") from None
        model.load_state_dict(document.get("parameters"), source=path)
        self.state, self.history, self.best = document["state"], history, best


def _check_code(before: dict[str, str], now: dict[str, str]) -> None:
    """Refuse functions that do something else, though they may have the same names; another Python cannot tell."""
    if before.get("python") == now.get("python"):
        for name, digest in now.items():
            if before.get(name) != digest:
                raise ValueError(f"its {name} had other code, or other numbers in its functions, though the same names")


def _alike(one: Any, other: Any) -> bool:
    """Whether both have numbers in the same places: under the same names, in lists of the same lengths."""
    if isinstance(other, dict):
        return isinstance(one, dict) and one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in other)
    if isinstance(other, list):
        return isinstance(one, list) and len(one) == len(other) and all(map(_alike, one, other))
    return type(one) in (int, float)
