import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import pytest

from autograd.pictures import BLUE, SLATE, use_plot_style
from autograd.pictures.figure import Figure
from tests.autograd.svg import SPACE, marks
from tests.imports import ROOT


def test_figures_of_pyplot_take_the_style_and_are_shown_as_svg() -> None:
    with matplotlib.rc_context():
        use_plot_style()
        use_plot_style()
        assert len(matplotlib.rcParams["figure.hooks"]) == 1
        figure, axes = plt.subplots(figsize=(3, 2))
        axes.plot([0, 1], [0, 1], label="line")
        axes.set(title="a $t$", xlabel="x")
        legend = axes.legend()
    plt.close(figure)
    assert type(figure) is Figure
    svg = figure._repr_mimebundle_()["image/svg+xml"]
    assert ElementTree.fromstring(svg).findtext(f"{SPACE}title") == "a t"
    looks = [mark.look for mark in marks(svg.encode())]
    assert f"path stroke={BLUE}" in looks
    assert f"text fill={SLATE} 'line'" in looks
    axes.set(title="", ylabel="y")
    assert "<title>y</title>" in figure._repr_mimebundle_()["image/svg+xml"]
    assert not axes.spines["top"].get_visible()
    assert not legend.get_frame_on()


def test_importing_changes_no_setting() -> None:
    script = (
        "import matplotlib; before = dict(matplotlib.rcParams); import autograd.pictures.figure, nn.pictures;"
        "assert dict(matplotlib.rcParams) == before"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


@pytest.mark.usefixtures("without_matplotlib")
def test_without_matplotlib_the_error_says_what_to_install() -> None:
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        use_plot_style()
