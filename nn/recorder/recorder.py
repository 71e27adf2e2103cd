"""A training run recorded, as a page to scrub through: `recorder = nn.Recorder(...)`, `nn.fit(on_epoch=recorder)`."""

import contextlib
import copy
import html
import math
from array import array
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from autograd import Op, Value, no_grad
from autograd.files import write_atomically
from autograd.notation import shortened
from autograd.table import is_list, whole
from nn.choices import require
from nn.examples import check_examples, check_lengths
from nn.losses import Loss, LossFunction, check_cost, loss_row
from nn.metrics import class_reader, measure, outputs_of
from nn.mlp import MLP
from nn.recorder.frames import Frame, Frames
from nn.recorder.live import LivePicture
from nn.recorder.page import FOR_GRADIENTS, page_of, run_data, spread
from nn.recorder.picture import curves
from nn.training import Epoch, History, Watcher, in_notebook, show_loss

MOST_EXAMPLES, MOST_PIXELS = 200, 20_000  # that a page shows, and how many numbers their inputs may be
HEIGHT = 760  # pixels, in a notebook


class _Shown:
    """What has a page: `save` writes it, and a notebook shows it."""

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file. It needs no network, and opens in any browser.

        Args:
            path: The file, such as "run.html"; one that exists is replaced.

        Raises:
            ValueError: if nothing has been recorded yet, or the name does not end in .html.
            OSError: if it cannot be written.
        """
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"a run is saved as one HTML page, but got {str(path)!r:.60}. Try 'run.html'.")
        return write_atomically(path, self.to_html().encode())

    def to_html(self) -> str:
        """The page, as text.

        Raises:
            ValueError: if nothing has been recorded yet.
        """
        for recorder in self._recorders():
            if len(recorder.frames) < 2:
                raise ValueError(
                    f"nothing has been recorded yet{recorder._called()}: hand the recorder to "
                    "nn.fit(model, inputs, targets, on_epoch=recorder)."
                )
        rows: list[Op] = []
        named = zip(self._recorders(), self._names(), strict=True)
        return page_of([recorder._data(rows, name) for recorder, name in named], rows, self._title())

    def _recorders(self) -> "Sequence[Recorder]":
        raise NotImplementedError

    def _names(self) -> list[str]:
        """What the runs are called: networks that are alike do not tell two of them apart."""
        return [shortened(each.name or f"run {place}", 100) for place, each in enumerate(self._recorders(), start=1)]

    def _title(self) -> str:
        return " beside ".join(self._names())

    def _picture(self) -> str:
        recorders = self._recorders()
        names = [shortened(name, 30) for name in self._names()] if len(recorders) > 1 else []
        return curves([recorder._epochs() for recorder in recorders], self._title(), names)

    def _repr_html_(self) -> str:
        if any(len(recorder.frames) < 2 for recorder in self._recorders()):
            return f"<pre>{html.escape(repr(self))}</pre>"
        from autograd.explorer import framed

        return framed(self.to_html(), self._picture(), HEIGHT, f"training, watched: {self._title()}")


class Recorder(Watcher, _Shown):
    """A training run, recorded: hand it to `fit`, and it becomes one HTML page to scrub through the epochs.

    The page has the loss and the accuracy, what the network says of inputs (for two of them, its decision boundary),
    which neurons are saturated, the sizes of gradients, the weights as pictures, and what each neuron answers. While
    `fit` runs in a notebook, a small picture shows the loss so far.

    A long run is thinned: when there are more than `most` frames, every second one is dropped, and from then on every
    second epoch is kept. A run that is stopped and resumed goes on in the same recorder; one that starts again replaces
    what was recorded.

    Args:
        model: The network that is trained.
        inputs: The inputs of the examples that the page shows, those to train on or others. The loss and the accuracy
            at the start are of these; those after an epoch are what `fit` measured while it trained.
        targets: Their targets.
        most: How many frames to keep at most, besides that of the start.
        classes: The names of the classes, for the page.
        name: What the run is called, for the page; by default, what the model is, or beside another one "run 1".
        loss: The loss, in a training loop of your own that calls `recorder(nn.training.Epoch(number, loss))` after each
            epoch; `fit` tells its own.

    Attributes:
        frames: The frames so far.

    Raises:
        TypeError: if the model is not an MLP, or the examples are no lists.
        ValueError: if the examples do not fit the model, or a setting is impossible.

    Example:
        >>> import nn
        >>> xor = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
        >>> model = nn.MLP(2, [4, 1], "tanh", "sigmoid", seed=1)
        >>> recorder = Recorder(model, *xor)
        >>> options = {"learning_rate": 1.0, "batch_size": 4, "progress": False}
        >>> history = nn.fit(model, *xor, epochs=300, on_epoch=recorder, **options)
        >>> recorder  # doctest: +ELLIPSIS
        Recorder of MLP(2 -> 4 tanh -> 1 sigmoid): 151 frames, one of 2 epochs from 0 to 300; loss ..., accuracy 100.0%
        >>> recorder.save("run.html")  # doctest: +SKIP
    """

    def __init__(
        self,
        model: MLP,
        inputs: Sequence[Any],
        targets: Sequence[Any],
        *,
        most: int = 200,
        classes: Sequence[str] | None = None,
        name: str = "",
        loss: str | LossFunction = "squared_error",
    ) -> None:
        require("Recorder(model, inputs, targets)", "model", model, MLP, "an MLP")
        if type(model).__call__ is not MLP.__call__:
            raise TypeError(
                f"a recorder shows what an MLP computes, but {type(model).__name__} computes them in its own way."
            )
        inputs, targets = check_examples(inputs, targets)
        check_lengths(inputs, targets)
        n_outputs = len(outputs_of(model, inputs[0]))
        if classes is not None:
            n_classes = max(2, n_outputs)
            if not is_list(classes) or len(classes) != n_classes or not all(isinstance(each, str) for each in classes):
                raise ValueError(f"classes must be a list of {n_classes} names, but got {classes!r:.60}.")
        if not isinstance(name, str):
            raise TypeError(f"name must be a text, but got {name!r:.60} of type {type(name).__name__}.")
        self.model, self.name, self.classes, self.total = model, name, classes, len(inputs)
        self.frames = Frames(whole("most", most, 2))
        places = spread(len(inputs), max(10, min(MOST_EXAMPLES, MOST_PIXELS // len(inputs[0]))))
        self._inputs, self._targets = [list(inputs[i]) for i in places], [targets[i] for i in places]
        self._set_loss(loss_row(loss), None)
        self._measured: WeakKeyDictionary[Frame, tuple[float, float | None, list[float]]] = WeakKeyDictionary()
        self._live: LivePicture | None = None
        self._add(None)

    def _set_loss(self, row: Loss, threshold: float | None) -> None:
        self._loss = row.function
        self._threshold = row.threshold if threshold is None else threshold

    @contextlib.contextmanager
    def watching(self, model: Any, history: History, loss: Loss, threshold: float | None) -> Iterator[None]:
        """What `fit` does with a recorder: see `nn.training.watching.Watcher`.

        Raises:
            ValueError: if another model is trained, or the loss does not fit the targets of the recorder.
        """
        if model is not self.model:
            raise ValueError(
                f"this recorder is of another model, {self.model!r:.60}: make one for the model that you train, "
                "nn.Recorder(model, inputs, targets)."
            )
        with no_grad():
            check_cost("a loss", loss.function(model(self._inputs[0]), self._targets[0]))
        self._set_loss(loss, threshold)
        goes_on = len(history) > 0 and len(self.frames) > 1
        self.frames.back_to(len(history) if goes_on else -1)
        if not self.frames or self.frames[-1].number < len(history):
            self._add(history[-1] if history else None)
        if not in_notebook():
            yield
            return
        try:
            with LivePicture(self._epochs, self._title()) as self._live:
                yield
        finally:
            self._live = None

    def __call__(self, epoch: Epoch) -> None:
        """Record the state of the model after an epoch.

        Args:
            epoch: What was measured in it.

        Raises:
            TypeError: if it is no Epoch.
            ValueError: if it does not come after the last one.
        """
        require("recorder(epoch)", "epoch", epoch, Epoch, "an nn.training.Epoch")
        if self.frames and epoch.number <= self.frames[-1].number:
            raise ValueError(
                f"epoch {epoch.number} comes after epoch {self.frames[-1].number} in this recorder; a run that starts "
                "again needs a recorder of its own."
            )
        self._add(epoch)
        if self._live is not None:
            self._live.refresh()

    def beside(self, other: "Recorder") -> "Comparison":
        """Two runs side by side, on one page.

        Args:
            other: The recorder of the other run.
        """
        return Comparison(self, other)

    def _add(self, epoch: Epoch | None) -> None:
        numbers = array("d", [parameter.data for parameter in _parameters(self.model)])
        self.frames.add(Frame(0 if epoch is None else epoch.number, epoch, numbers))

    def _epochs(self) -> list[Epoch]:
        return [frame.epoch for frame in self.frames if frame.epoch is not None]

    def _recorders(self) -> "Sequence[Recorder]":
        return (self,)

    def _names(self) -> list[str]:
        return [shortened(self.name or repr(self.model), 100)]

    def _called(self) -> str:
        return f" of {shortened(self.name)!r}" if self.name else ""

    def _data(self, rows: list[Op], name: str = "") -> dict[str, Any]:
        copied = copy.deepcopy(self.model)

        def measured(frame: Frame) -> tuple[float, float | None, list[float]]:
            if frame not in self._measured:
                self._measured[frame] = self._measure(copied, frame)
            return self._measured[frame]

        return run_data(
            self.model, name or self._title(), self.frames, measured, (self._inputs, self._targets),
            self.total, self.classes, self._threshold, rows,
        )  # fmt: skip

    def _measure(self, model: MLP, frame: Frame) -> tuple[float, float | None, list[float]]:
        """The loss and the accuracy before the first epoch, and the root of each layer's mean square of gradients."""
        for parameter, number in zip(_parameters(model), frame.parameters, strict=True):
            parameter.data, parameter.grad = number, 0.0
        read = class_reader(self._targets, len(model.layers[-1].neurons), self._threshold)
        loss, accuracy = math.nan, None
        places = spread(len(self._inputs), FOR_GRADIENTS)
        sizes = [math.nan] * len(model.layers)
        with contextlib.suppress(ArithmeticError, ValueError):  # a run that blows up
            if frame.epoch is None:  # later ones have been measured
                loss, accuracy = measure(model, self._inputs, self._targets, self._loss, read)
            for i in places:
                self._loss(model(self._inputs[i]), self._targets[i]).backward()
            sizes = [_size([p.grad / len(places) for p in layer.parameters()]) for layer in model.layers]
        return loss, accuracy, sizes

    def __repr__(self) -> str:
        what = f"Recorder of {shortened(repr(self.model), 60)}"
        if len(self.frames) < 2:
            return f"{what}: nothing yet; hand it to nn.fit(model, inputs, targets, on_epoch=recorder)"
        first, last = self.frames[0], self.frames[-1]
        epoch = last.epoch
        every = "epochs" if self.frames.every == 1 else f"one of {self.frames.every} epochs"
        text = f"{what}: {len(self.frames)} frames, {every} from {first.number} to {last.number}"
        if epoch is None:
            return text
        accuracy = "" if epoch.accuracy is None else f", accuracy {epoch.accuracy:.1%}"
        return f"{text}; loss {show_loss(epoch.loss, 4)}{accuracy}"


class Comparison(_Shown):
    """Two recorded runs side by side: one page, one scrubber.

    Args:
        first: The recorder of a run.
        second: That of another one.

    Example:
        >>> import nn
        >>> runs = []
        >>> for rate in (0.1, 1.0):
        ...     model = nn.MLP(1, [1], seed=1)
        ...     runs.append(Recorder(model, [[0.0], [1.0]], [1.0, 0.5], name=f"rate {rate}"))
        ...     options = {"learning_rate": rate, "progress": False, "on_epoch": runs[-1]}
        ...     history = nn.fit(model, [[0.0], [1.0]], [1.0, 0.5], **options)
        >>> runs[0].beside(runs[1])
        rate 0.1 beside rate 1.0; save("runs.html") writes the page
    """

    def __init__(self, first: Recorder, second: Recorder) -> None:
        for which, recorder in (("first", first), ("second", second)):
            require("Comparison(first, second)", which, recorder, Recorder)
        self.first, self.second = first, second

    def _recorders(self) -> Sequence[Recorder]:
        return self.first, self.second

    def __repr__(self) -> str:
        return f'{self._title()}; save("runs.html") writes the page'


def _parameters(model: MLP) -> list[Value]:
    """Of each layer the weights, neuron by neuron, then the biases: `parameters()`, but a shared one wherever it is."""
    return [
        parameter
        for layer in model.layers
        for parameter in (*(w for neuron in layer.neurons for w in neuron.w), *(neuron.b for neuron in layer.neurons))
    ]


def _size(gradient: Sequence[float]) -> float:
    """The root of the mean square, which neither overflows nor underflows."""
    return math.hypot(*gradient) / math.sqrt(len(gradient))
