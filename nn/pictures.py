"""Pictures of a training run: the learning curve, the confusion matrix, what the network says of examples, a neuron."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograd import softmax
from autograd.notation import plain, show_number
from autograd.pictures import BLUE, INK, LIT, NEGATIVE, ORANGE, POSITIVE, QUIET, TARGET
from autograd.pictures.figure import Figure, styled
from nn.data import DataSet
from nn.metrics import argmax, outputs_of
from nn.mlp import MLP

# 0 is transparent, and so has the color of the ground, be that white or dark.
_COUNTS = LinearSegmentedColormap.from_list("counts", [f"{POSITIVE}00", POSITIVE])
_SIGNED = LinearSegmentedColormap.from_list(
    "signed", [(0.0, NEGATIVE), (0.5, f"{NEGATIVE}00"), (0.5, f"{POSITIVE}00"), (1.0, POSITIVE)]
)


@styled()
def learning_curve(history: Iterable[Any]) -> Figure:
    """The loss after each epoch, on training and on held-out examples, and the accuracy if there are classes.

    Args:
        history: The epochs, as a History has them.
    """
    epochs = list(history)
    lines: dict[str, list[tuple[list[float], str, str]]] = {}
    for title, names in (
        ("Loss, mean over examples", ("loss", "validation_loss")),
        ("Accuracy", ("accuracy", "validation_accuracy")),
    ):
        for name, label, color in zip(names, ("training", "held out"), (BLUE, ORANGE), strict=True):
            numbers = [getattr(epoch, name) for epoch in epochs]
            if None not in numbers:
                lines.setdefault(title, []).append((numbers, label, color))
    figure = Figure(figsize=(3.6 * len(lines), 3.0))
    for axes, (title, shown) in zip(figure.subplots(1, len(lines), squeeze=False)[0], lines.items(), strict=True):
        for numbers, label, color in shown:
            axes.plot([epoch.number for epoch in epochs], numbers, "o-", color=color, label=label)
        axes.set(title=title, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid()
        axes.legend()
        if title == "Accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0))
    ends = (
        f"{title}: {', '.join(f'{label} {show_number(numbers[-1])}' for numbers, label, _ in shown)}"
        for title, shown in lines.items()
    )
    figure.description = f"After {len(epochs)} epochs. {'. '.join(ends)}."
    return figure


@styled()
def confusion_picture(matrix: Sequence[Sequence[int]], classes: Sequence[str]) -> Figure:
    """A confusion matrix: a row for each true class, a column for each answer, correct answers on the diagonal."""
    size = len(classes)
    side = min(12.0, 1.6 + 0.42 * size)
    figure = Figure(figsize=(side, side))
    axes = figure.subplots()
    largest = max(map(max, matrix)) or 1
    axes.imshow(matrix, cmap=_COUNTS, vmin=0, vmax=largest)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for i, row in enumerate(matrix):
        for j, count in enumerate(row):
            if count:
                color = "white" if count > 0.8 * largest else INK if i == j else LIT
                weight = "normal" if i == j else "bold"
                axes.text(j, i, str(count), ha="center", va="center", color=color, weight=weight)
    names = [_short(name) for name in classes]
    axes.set_xticks(range(size), names, rotation=0 if max(map(len, names)) < 4 else 90)
    axes.set_yticks(range(size), names)
    right = sum(matrix[i][i] for i in range(size))
    total = sum(map(sum, matrix))
    axes.set(
        title=f"{right} of {total} right, {right / total:.1%}", xlabel="what the network says", ylabel="what it is"
    )
    figure.description = "A row for each true class, a column for each answer; the right answers are on the diagonal."
    return figure


@styled()
def answers(
    model: Callable[[Any], Any], data: DataSet, *, are_logits: bool, count: int = 12, columns: int = 3
) -> Figure:
    """Some examples with the network's answers, wrong answers first.

    Args:
        model: The network.
        data: The examples; if they are images, they are shown.
        are_logits: Whether the outputs are logits, which are shown as their softmax. Other outputs are shown as is.
        count: How many examples to show.
        columns: How many to show in a row.
    """
    outputs = [outputs_of(model, x) for x in data.inputs]
    by_error = sorted(range(len(data)), key=lambda i: argmax(outputs[i]) == data.targets[i])  # a stable sort
    n_wrong = sum(argmax(output) != label for output, label in zip(outputs, data.targets, strict=True))
    n_first = min(n_wrong, count // 2)
    chosen = (by_error[:n_first] + by_error[n_wrong:] + by_error[n_first:n_wrong])[:count]
    rows = -(-len(chosen) // columns)
    panels = 2 if data.image_shape else 1
    figure = Figure(figsize=(2.5 * columns, 1.6 * rows))
    grid = figure.subplots(rows, columns * panels, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for place, i in enumerate(chosen):
        row, column = divmod(place, columns)
        *image, bars = grid[row][column * panels : (column + 1) * panels]
        if data.image_shape:
            height, width = data.image_shape
            pixels = [data.inputs[i][k * width : (k + 1) * width] for k in range(height)]
            image[0].imshow(pixels, cmap="gray_r", vmin=0, vmax=1)
        shares = softmax(outputs[i]) if are_logits else outputs[i]
        answer, truth = argmax(outputs[i]), data.targets[i]
        bars.set_axis_on()
        bars.barh(range(len(shares)), shares, color=[TARGET if k == truth else QUIET for k in range(len(shares))])
        bars.set(xlim=(0, 1), xticks=[], yticks=range(len(shares)), ylim=(len(shares) - 0.5, -0.5))
        if len(shares) <= 12:
            bars.set_yticklabels([_short(name) for name in data.classes], fontsize=7)
        else:
            bars.set_yticks([])
        bars.set_xticks([0, 1], ["0", "1"], fontsize=7)
        says, is_ = _short(data.classes[answer]), _short(data.classes[truth])
        title = f"says {says}: right" if answer == truth else f"says {says}, is {is_}"
        bars.set_title(title, fontsize=9, color=INK if answer == truth else LIT)
    figure.title = f"{len(chosen)} examples, {min(n_first, len(chosen))} of them with wrong answers"
    figure.description = "Beside each, the share that each class gets; that of the true class is violet."
    return figure


@styled()
def neuron(model: MLP, data: DataSet) -> Figure:
    """The weights of a neuron in the first layer: of the one that says most to the next layer, and what it says.

    Args:
        model: The network.
        data: What it has learnt from; the weights are shown as an image if the examples are images.
    """
    first, *others = model.layers
    to_next = [[unit.w[j].data for layer in others[:1] for unit in layer.neurons] for j in range(len(first.neurons))]
    j = argmax([sum(map(abs, weights)) for weights in to_next])
    weights, says = [weight.data for weight in first.neurons[j].w], to_next[j]
    figure = Figure(figsize=(7.2 if says else 3.6, 3.2))
    left, *right = figure.subplots(1, 2 if says else 1, squeeze=False)[0]
    reach = max(map(abs, weights)) or 1.0
    if data.image_shape:
        height, width = data.image_shape
        pixels = [weights[k * width : (k + 1) * width] for k in range(height)]
        image = left.imshow(pixels, cmap=_SIGNED, vmin=-reach, vmax=reach)
        left.set_axis_off()
        figure.colorbar(image, ax=left).outline.set_visible(False)
    else:
        _bars(left, weights, data.columns)
        left.set(ylabel="input", xlabel="weight")
    left.set_title(f"the {len(weights)} weights of {'hidden' if says else 'output'} neuron {j}")
    is_last = len(others) == 1
    for axes in right:
        _bars(axes, says, data.classes if is_last else [])
        axes.set(title="what it says to the next layer", xlabel="weight", ylabel="class" if is_last else "neuron")
    figure.description = "Positive weights are blue, negative ones orange."
    return figure


def _bars(axes: Any, weights: Sequence[float], names: Sequence[str]) -> None:
    """Weights as bars, from above to below, with their names if there is room, or their numbers."""
    axes.barh(range(len(weights)), weights, color=[POSITIVE if weight > 0 else NEGATIVE for weight in weights])
    axes.invert_yaxis()
    axes.axvline(0.0, color=QUIET, linewidth=0.8)
    if len(weights) <= 12:
        texts = map(_short, names if len(names) == len(weights) else map(str, range(len(weights))))
        axes.set_yticks(range(len(weights)), [*texts])


def _short(name: str) -> str:
    """The name of a class or a column, shortened in the middle, and escaped as matplotlib would see formulas in it."""
    short = name if len(name) <= 12 else f"{name[:6]}…{name[-5:]}"
    return plain(short)
