"""The main job, as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

import nn
from autograd.pictures.figure import Figure
from nn.__main__ import main
from nn.data import Scaling, load_digits, split
from nn.job import RATES
from nn.losses import LOSSES
from nn.metrics import argmax, plain
from nn.settings import ENGINES

FILES = {"parameters.json", "checkpoint.json", "data.json"}
FILES |= {"learning_curve.png", "confusion_matrix.png", "examples.png", "neuron.png"}


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are made, but their pixels, which take most of the time, are not."""
    monkeypatch.setattr(Figure, "to_png", lambda _: b"")


def flowers(path: Path, rows: int = 60) -> Path:
    random = Random(1)
    kinds = {"red <$one_{$>": 0.0, "blue": 3.0, "a name that is far too long for an axis": 6.0}
    lines = [
        f"{random.gauss(center, 1):.3f},{random.gauss(-center, 1):.3f},{kind}"
        for _ in range(rows // 3)
        for kind, center in kinds.items()
    ]
    path.write_text("\n".join(["length,width,kind", *lines]))
    return path


def test_the_help_says_each_default_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    options = text.partition("options:")[2].split(" --")[1:]
    assert len(options) == 23
    for option in options:
        assert option.count("(default: ") == (0 if option.startswith(("help", "resume", "distributed")) else 1)
    assert "widths of the hidden layers (default: 30)" in text
    assert "None" not in text


def test_the_digits_job_leaves_its_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--epochs", "2", "--layers", "12", "--output", str(tmp_path)]) == 0
    output = capsys.readouterr()
    assert "MLP(64 -> 12 sigmoid -> 10 sigmoid), 910 parameters; binary_cross_entropy, sgd(1.0)" in output.out
    assert "1438 examples to train on, 359 held out; 10 classes" in output.out
    assert "epoch 2: loss" in output.err
    assert {path.name for path in tmp_path.iterdir()} == FILES
    for name in FILES:
        start = {".png": b"\x89PNG", "json": b"{"}[name[-4:]]
        assert (tmp_path / name).read_bytes().startswith(start)
    _, test = split(load_digits(), seed=0)
    share = nn.accuracy(nn.load(tmp_path / "parameters.json"), test.inputs, test.labels)  # type: ignore[arg-type]
    assert share > 0.8
    assert f"{share:.1%} of the 359 held-out examples are classified correctly." in output.out


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("loss", LOSSES)
def test_a_file_of_ones_own_with_every_loss(loss: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = flowers(tmp_path / "flowers.csv")
    arguments = ["--data", str(data), "--loss", loss, "--output", str(tmp_path / "out"), "--layers", "6", "--epochs"]
    assert main([*arguments, "40", "--activation", "tanh", "--seed", "2"]) == 0
    right = float(capsys.readouterr().out.split("%")[-2].split("\n")[-1])
    assert right >= 75.0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_every_loss_has_its_rate() -> None:
    assert RATES.keys() == LOSSES.keys()


def test_the_network_of_a_file_can_be_used_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--data", str(flowers(tmp_path / "flowers.csv", rows=120)), "--layers", "4", "--epochs", "60"]) == 0
    facts = json.loads(Path("flowers/data.json").read_text())
    model = nn.load("flowers/parameters.json")
    outputs = model(Scaling(**facts["scaling"]).row([3.0, -3.0]))  # type: ignore[operator]
    assert facts["classes"][argmax(plain(outputs))] == "blue"


@pytest.mark.usefixtures("unpainted")
def test_the_columns_of_a_file_may_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split(",") for line in flowers(tmp_path / "flowers.csv").read_text().splitlines()]
    turned = [["id", "kind", "length", "width"], *([str(i), row[2], *row[:2]] for i, row in enumerate(rows[1:]))]
    (tmp_path / "turned.csv").write_text("\n".join(map(",".join, turned)))
    results = []
    for name, columns in (("flowers", []), ("turned", ["--target", "kind", "--ignore", "id"])):
        arguments = ["--data", str(tmp_path / f"{name}.csv"), "--layers", "4", "--epochs", "2", *columns]
        assert main([*arguments, "--output", str(tmp_path / name)]) == 0
        results.append((tmp_path / name / "parameters.json").read_bytes())
    assert results[0] == results[1]
    capsys.readouterr()
    assert main(["--data", str(tmp_path / "turned.csv"), "--target", "1"]) == 2
    assert "column 0, counted from 0 ('id'), numbers the examples" in capsys.readouterr().err
    advised = ["--target", "1", "--ignore", "0", "--layers", "2", "--epochs", "1", "--output", str(tmp_path / "out")]
    assert main(["--data", str(tmp_path / "turned.csv"), *advised]) == 0
    capsys.readouterr()
    assert main(["--data", str(tmp_path / "turned.csv"), "--target", "Kind"]) == 2
    assert "Did you mean 'kind'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "nothing.csv"], "nothing.csv"),
        (["--data", "hole.csv"], "hole.csv, line 3, column 0, counted from 0: the cell is empty"),
        (["--layers", "0"], "n_outputs must be a whole number of at least 1, but got 0"),
        (["--epochs", "0"], "epochs must be"),
        (["--output", "hole.csv/out"], "hole.csv"),
        (["--data", "fine.csv", "--loss", "cross_entropy", "--learning-rate", "1e308"], "smaller learning rate"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_results(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hole.csv").write_text("1,2,a\n3,4,b\n,6,a\n")
    flowers(Path("fine.csv"))
    assert main(["--layers", "2", "--epochs", "1", *arguments]) == 2
    error = [line for line in capsys.readouterr().err.splitlines() if line.startswith("python -m nn: ")]
    assert len(error) == 1
    assert message in error[0]
    assert not list(Path().glob("*/parameters.json"))


@pytest.mark.parametrize(
    ("data", "output", "message"),
    [
        ("...csv", None, "no folder can be named after ...csv. Name one with --output."),
        ("..csv", None, "no folder can be named after ..csv."),
        ("", None, "no folder can be named after"),
        (".", None, "no folder can be named after"),
        ("..", None, "no folder can be named after"),
        (".csv", None, "the results need a folder, but .csv is a file. Name another one with --output."),
        ("iris", None, "the results need a folder, but iris is a file."),
        ("fine.csv", "iris", "the results need a folder, but iris is a file."),
        ("fine.csv", "pipe", "the results need a folder, but pipe is a file."),
        *(
            ("fine.csv", folder, "Move what is there, or name another folder with --output.")
            for folder in (".", "own", "other", "../work/own")
        ),
        (
            "own.csv",
            None,
            "only files of an earlier run are replaced, but beside own/data.json",
        ),
    ],
)
def test_nothing_is_replaced_that_the_command_did_not_write(
    data: str,
    output: str | None,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = tmp_path / "work"
    for name in ("own/data.json", "other/checkpoint.json", "examples.png", "../examples.png"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("mine")
    monkeypatch.chdir(work)
    os.mkfifo("pipe")
    for name in ("...csv", "..csv", ".csv", "iris", "fine.csv", "own.csv"):
        flowers(Path(name))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert main(["--data", data, "--epochs", "1", *(["--output", output] if output else [])]) == 2
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("unpainted")
def test_an_earlier_run_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flowers(Path("flowers.csv"))
    for seed in ("1", "2"):
        assert main(["--data", "flowers.csv", "--layers", "2", "--epochs", "1", "--seed", seed]) == 0
    assert {path.name for path in Path("flowers").iterdir()} == FILES


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("matplotlib", "the picture needs matplotlib: pip install matplotlib"),
        ("nn.metrics", "import of nn.metrics halted"),
    ],
)
def test_only_a_missing_matplotlib_is_called_missing(
    missing: str,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("nn.pictures", "matplotlib.ticker"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delattr(nn, "pictures", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["--output", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_choice_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--activation", "tnah"])
    assert "'tnah'" in capsys.readouterr().err


@pytest.mark.usefixtures("unpainted")
def test_ctrl_c_says_how_to_go_on_and_resuming_gives_the_same_network(tmp_path: Path) -> None:
    data = flowers(tmp_path / "flowers.csv", rows=300)
    arguments = ["--data", str(data), "--layers", "5", "--seed", "3", "--engine", "compiled"]
    command = [sys.executable, "-m", "nn", *arguments]
    stopped, whole = tmp_path / "stopped", tmp_path / "whole"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--output", str(stopped), "--epochs", "30000"], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        while (
            not (stopped / "checkpoint.json").exists() or '"number": 2' not in (stopped / "checkpoint.json").read_text()
        ):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "add --resume" in error
    assert "Traceback" not in error
    done = (stopped / "checkpoint.json").read_text().count('"number"')
    epochs = ["--epochs", str(done + 2)]
    for folder, extra in ((stopped, ["--resume"]), (whole, [])):
        assert main([*arguments, "--output", str(folder), *epochs, *extra]) == 0
    assert (stopped / "parameters.json").read_bytes() == (whole / "parameters.json").read_bytes()


@pytest.mark.usefixtures("unpainted")
def test_the_engine_may_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = flowers(tmp_path / "flowers.csv")
    for engine in ENGINES:
        arguments = ["--data", str(data), "--output", str(tmp_path / engine), "--layers", "3", "--epochs", "2"]
        assert main([*arguments, "--engine", engine]) == 0
        document = json.loads((tmp_path / engine / "checkpoint.json").read_text())
        assert document["history"]["engine"] == engine
    assert main(["--data", str(data), "--distributed", "--engine", "scalar"]) == 2
    assert "--engine is for a run of one process" in capsys.readouterr().err
