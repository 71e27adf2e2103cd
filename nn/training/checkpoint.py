"""Checkpoints: training runs saved as JSON, which continue to the same parameters, to the last bit."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from os import PathLike
from typing import Any

from autograd import Value
from autograd.files import check_writable, located
from autograd.table import whole
from nn.choices import name_of
from nn.exchange import read_json, write_json
from nn.losses import LossFunction
from nn.module import Module
from nn.optimizers import Optimizer
from nn.training.digests import code_digests, text_digest
from nn.training.history import Epoch, History

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
        if path is None:
            return
        check_writable(path)  # better to fail before the first epoch than after it
        if resume and located(path).exists():
            self.read(path, model)

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
        document = {"format": FORMAT, **asdict(self), "parameters": model.state_dict()}
        write_json(path, document | {"digest": _digest(document)})

    def read(self, path: str | PathLike[str], model: Module) -> None:
        """Load a checkpoint, and set the parameters of the model."""
        document = read_json(path, FORMAT)
        if document.pop("digest", None) not in (None, _digest(document)):  # files of version 0.1.0 have none
            raise ValueError(f"the checkpoint {path} is damaged: it does not hold what was written. Start a new run.")
        try:
            engine = document["history"].get("engine", "scalar")  # files of version 0.1.0 have none
            if engine != self.history.engine:
                raise ValueError(f"its engine was {engine!r}, but now is {self.history.engine!r}: take that one")
            settings = dict(self.settings)
            code = settings.pop("code", {})
            for name, value in settings.items():
                before = document["settings"].get(name)
                if before != value:
                    raise ValueError(f"its {name} was {before!r:.60}, but now is {value!r}")
            _check_code(document["settings"].get("code", {}), code)
            _check_numbers("its optimizer's state", document["state"], self.state)
            if "t" in self.state:
                whole("t, the number of updates,", document["state"]["t"], 0)
            history = _history(document["history"], engine)
            best = document["best"]
            if best:
                form = {"epoch": 0, "loss": 0.0, "parameters": model.state_dict()}
                _check_numbers("its best", {**best, "loss": 0.0}, form)
                if best["loss"] != history[best["epoch"] - 1].validation_loss:
                    raise ValueError("its best loss is not in its history")
            for name, number in document["parameters"].items():
                _check_numbers(f"its parameter {name}", number, 0.0)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ValueError(f"the checkpoint {path} is of another run or damaged: {str(error).rstrip('.')}.") from None
        model.load_state_dict(document["parameters"], source=path)
        self.state, self.history, self.best = document["state"], history, best


def settings_of(
    model: Module, loss: LossFunction, optimizer: Optimizer, penalty: Callable[[Any], Value] | None, **others: Any
) -> dict[str, Any]:
    """What must be the same when a run is resumed.

    Args:
        model: The model.
        loss: The loss of one example.
        optimizer: The optimizer.
        penalty: A penalty on the model, or `None`.
        others: More settings, which JSON can hold.
    """
    return {
        "model": repr(model),
        "loss": name_of(loss, {}),
        "optimizer": optimizer.name,
        "penalty": penalty is not None,
        "code": code_digests(model=model, loss=loss, optimizer=optimizer, penalty=penalty),
        **others,
    }


def engine_of(path: str | PathLike[str]) -> str | None:
    """The engine of the run in a checkpoint; `None` if there is no such file, or it is damaged."""
    try:
        return str(read_json(path, FORMAT)["history"].get("engine", "scalar"))
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return None


def _check_code(before: dict[str, str], now: dict[str, str]) -> None:
    """Refuse functions that do something else, though they may have the same names; another Python cannot tell."""
    if before.get("python") == now.get("python"):
        for name, digest in now.items():
            if before.get(name) != digest:
                raise ValueError(f"its {name} had other code, or other numbers in its functions, though the same names")


def _check_numbers(what: str, found: Any, form: Any) -> None:
    """Refuse what does not have finite numbers in the same places as `form`: under the same names, in as long lists."""
    if isinstance(form, dict):
        if not isinstance(found, dict) or found.keys() != form.keys():
            raise ValueError(f"{what} does not fit")
        for name in form:
            _check_numbers(f"{what}, {name}", found[name], form[name])
    elif isinstance(form, list):
        if not isinstance(found, list) or len(found) != len(form):
            raise ValueError(f"{what} does not fit")
        for i, number in enumerate(found):
            _check_numbers(f"{what}[{i}]", number, form[i])
    elif type(found) not in (int, float) or not abs(found) <= sys.float_info.max:  # which neither nan nor 10**400 is
        raise ValueError(f"{what} is {found!r:.60}")


def _history(document: Any, engine: str) -> History:
    epochs = [Epoch(**epoch) for epoch in document["epochs"]]
    for number, epoch in enumerate(epochs, start=1):
        kinds = {type(measured) for name, measured in asdict(epoch).items() if name != "number"}
        if epoch.number != number or not kinds <= {float, type(None)}:
            raise ValueError(f"its epoch {number} is {epoch}")
    return History(epochs, str(document["stopped"]), engine)


def _digest(document: dict[str, Any]) -> str:
    """What changes with every digit of a document. Floats come back from JSON as they were, so their texts do too."""
    return text_digest(json.dumps(document))
