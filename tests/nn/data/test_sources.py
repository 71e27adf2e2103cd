import gzip
from pathlib import Path
from typing import Any

import pytest

import nn
from nn.data import DataSet, load_csv, load_digits, read_csv, scaling, split


def csv(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "data.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_digits_are_real() -> None:
    data = load_digits()
    assert len(data) == 1797
    assert {len(x) for x in data.inputs} == {64}
    assert (min(map(min, data.inputs)), max(map(max, data.inputs))) == (0.0, 1.0)
    assert [data.labels.count(k) for k in range(10)] == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_class_may_have_spaces_of_any_width(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,学習\u3000率\n2,a\u00a0b\n", encoding="utf-8")
    assert load_csv(path).classes == ["a\u00a0b", "学習\u3000率"]
    path.write_text("1,a\u202eb\n2,c\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1, column 1, counted from 0: .* is not printable"):
        load_csv(path)


@pytest.mark.parametrize(
    "text",
    [
        "width,height,kind\n1,2,cat\n3,4.5,dog\n-1e3,0,cat\n",
        "1,2,cat\r\n3,4.5,dog\r\n\r\n-1e3,0,cat",
        "\ufeff 1 , 2 ,cat\n3,4.5, dog\n-1000,0,cat\n",
        '"1","2","cat"\n3,4.5,dog\n-1e3,0,cat\n',
        '1, "2" , "cat"\n3,4.5,dog\n-1e3,0,cat\n',
        "1,2,cat\n   \n3,4.5,dog\n\n-1e3,0,cat\n \t\n",
        "1;2;cat\n3;4.5;dog\n-1e3;0;cat\n",
        "width;height;kind\n1;2;cat\n3;4.5;dog\n-1e3;0;cat\n",
        "\ufeffwidth\theight\tkind\r\n1\t2\tcat\r\n3\t4.5\tdog\r\n-1e3\t0\tcat\r\n",
    ],
)
def test_csv_files_as_people_write_them(text: str, tmp_path: Path) -> None:
    data = load_csv(csv(tmp_path, text))
    assert data == DataSet([[1.0, 2.0], [3.0, 4.5], [-1000.0, 0.0]], [0, 1, 0], ["cat", "dog"])


@pytest.mark.parametrize("header", ["0,1,target", "2020,2021,class", "0,1,2", "1,2,Species", "w,h,k"])
def test_a_header_may_be_made_of_numbers(header: str, tmp_path: Path) -> None:
    data = load_csv(csv(tmp_path, f"{header}\n1.5,2.5,a\n3.5,4.5,b\n"))
    assert data == DataSet([[1.5, 2.5], [3.5, 4.5]], [0, 1], ["a", "b"])


@pytest.mark.parametrize(
    "text", ["0,1,2\n1,2,3\n2,3,5\n", "1,2,class\n3,4,other\n5,6,class\n", "1,2,a\n3,4,b\n5,6,c\n"]
)
def test_a_first_row_of_numbers_that_may_be_an_example_is_one(text: str, tmp_path: Path) -> None:
    assert len(load_csv(csv(tmp_path, text))) == 3


def test_numbers_to_approximate_are_no_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"numbers to approximate.* 40 different ones in 40 examples, such as 0\.000"):
        load_csv(csv(tmp_path, "\n".join(f"{i},{i / 7},{i * 0.137:.3f}" for i in range(40))))
    assert len(load_csv(csv(tmp_path, "\n".join(f"{i},{i % 3 / 2}" for i in range(40)))).classes) == 3


def test_classes_that_are_numbers_are_in_their_order(tmp_path: Path) -> None:
    assert load_csv(csv(tmp_path, "1,10\n2,9\n3,-1\n")).classes == ["-1", "9", "10"]
    assert load_csv(csv(tmp_path, "1,b\n2,10\n3,9\n4,a\n")).classes == ["9", "10", "a", "b"]


def test_equal_numbers_are_one_class_by_its_shortest_name(tmp_path: Path) -> None:
    data = load_csv(csv(tmp_path, "1,0.0\n2,1.0\n3,0\n4,01\n5,1e0\n6,-0\n"))
    assert (data.targets, data.classes) == ([0, 1, 0, 1, 1, 0], ["0", "01"])
    large = "1,10000000000000000001\n2,10000000000000000002\n3,10000000000000000001.0\n"  # equal as floats
    assert load_csv(csv(tmp_path, large)).targets == [0, 1, 0]


def test_many_classes_are_read_at_once(tmp_path: Path) -> None:
    names = [f"class {i}" for i in range(20_000)]  # in quadratic time: minutes
    data = load_csv(csv(tmp_path, "\n".join(f"{i},{name}" for i, name in enumerate(names * 2))))
    assert data.classes == sorted(names)
    assert [data.classes[target] for target in data.targets] == names * 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no examples"),
        ("a,b,c\n", "holds no examples"),
        ("1,2,x\n1,,y\n", "line 2, column 1, counted from 0: the cell is empty"),
        (",2,x\n1,2,y\n", "line 1, column 0, counted from 0: the cell is empty"),
        ("1,2,\n1,2,y\n", "line 1, column 2, counted from 0: the cell is empty"),
        (
            "w,h,k\n1,2,x\n1,two,y\n",
            r"line 3, column 1, counted from 0 \('h'\): 'two' is not a finite number: .* with ignore",
        ),
        ("nan,inf,x\n1,2,y\n", "line 1, column 0, counted from 0: 'nan' stands for something missing"),
        ("inf,2,x\n1,2,y\n", "line 1, column 0, counted from 0: 'inf' is not a finite number"),
        ("1|x\n2|y\n", "at least two columns, separated by commas, semicolons or tabs"),
        (
            "a;b;k\n1;2;x\n1,5;2;y\n",
            r"line 3, column 0, counted from 0 \('a'\): '1,5' is not a finite number: write 1\.5",
        ),
        ("0,5;1,5;2\n0,5;1,5;3\n", r"line 1, column 0, counted from 0: '0,5' is not a finite number: write 0\.5"),
        ("1,2,x\n1,1_0,y\n", "line 2, column 1, counted from 0: '1_0' is not a finite number"),
        ("1,2,x\n1,nan,y\n", "line 2, column 1, counted from 0: 'nan' stands for something missing"),
        ("1,2,x\n?,2,y\n", r"line 2, column 0, counted from 0: '\?' stands for something missing"),
        ("?,?,x\n1,2,y\n", r"line 1, column 0, counted from 0: '\?' stands for something missing"),
        ("1,2,x\n\n1,NA,y\n", "line 3, column 1, counted from 0: 'NA' stands for something missing"),
        (
            "NA,x\n3,y\n4,x\n5,y\n",
            "line 1, column 0, counted from 0: 'NA' stands for something missing",
        ),  # and is no header
        ("1_000,2,x\n3,4,y\n", "line 1, column 0, counted from 0: '1_000' is not a finite number"),
        ("1,2,x\n1,2,NA\n", "line 2, column 2, counted from 0: 'NA' stands for something missing"),
        ("1,2,x\n , ,\n", "line 2, column 0, counted from 0: the cell is empty"),
        (
            "150,4,setosa,versicolor\n1,2,3,0\n",
            "line 1, column 2, counted from 0: .* In a row of names of columns, none is a number",
        ),
        ('w,h,k\n1,"2,x\n3,4,y\n5,6,z\n', r"line 2: 2 columns, but line 1 has 3"),
        (
            'w,h,k\n1,2,"x\n3,4,y\n',
            r"line 2, column 2, counted from 0 \('k'\): .* goes on in the next line: is a quotation mark missing",
        ),
        ('w,h,k\n\n1,2,"x\ny"\n1,2,x\n', r"line 3, column 2, counted from 0 \('k'\): .* goes on in the next line"),
        ("w,h\n1,2,x\n3,4,y\n", "line 2: 3 columns, but line 1 has 2"),
        ("x" * 200_000, "is not a CSV file: line 1: field larger than field limit"),
        ("1,2,x\n1,1e999,y\n", "line 2, column 1, counted from 0: '1e999' is not a finite number"),
        ("1,2,x\n1,2\n", "line 2: 2 columns, but line 1 has 3"),
        ("1\n2\n", "at least two columns"),
        ("1,x\n2,x\n", "every example has the class 'x'"),
        (b"\xff\xfe\x00\x01", "is not a CSV file: it is in UTF-16; save it in UTF-8"),
        (gzip.compress(b"1,2,x\n3,4,y\n"), "is not a CSV file: it is compressed with gzip; unpack it first"),
        (b"PK\x03\x04 and more", "is not a CSV file: it is a ZIP archive or a workbook of Excel"),
        (b"1,2\n3,\x004\n", "is not a CSV file: line 2 has a NUL"),
        (
            "\ufeff1,2,x\n3,4,caf\u00e9\n".encode()[:-3] + b"\xe9\n",
            "line 2 has the byte 0xe9. .* Latin-1 .* save it in UTF-8",
        ),
        (b"w,h,k\n1,2,x\n3,4,caf\xe9\n", "is not a CSV file in UTF-8: line 3 has the byte 0xe9"),
        ('1,"2', "every example has the class '2'"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message) as error:
        load_csv(csv(tmp_path, text))
    assert "data.csv" in str(error.value)


def test_what_is_no_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("folder", "circle", "nothing"):
        with pytest.raises(OSError, match=name):
            load_csv(tmp_path / name)


HOUSES = "area,rooms,price\n50,2,100.5\n80,3,180\n120,5,300\n"


def test_the_last_column_may_be_numbers_to_approximate(tmp_path: Path) -> None:
    path = csv(tmp_path, HOUSES)
    with pytest.raises(
        ValueError, match=r"look like numbers to approximate: .*3 examples, such as 100\.5.* classes=False"
    ):
        load_csv(path)
    data = load_csv(path, classes=False)
    assert (data.inputs, data.targets) == ([[50.0, 2.0], [80.0, 3.0], [120.0, 5.0]], [100.5, 180.0, 300.0])
    assert repr(data) == "3 examples\n2 inputs: area, rooms\ntargets: numbers from 100.5 to 300"
    with pytest.raises(ValueError, match=r"line 2, column 2, counted from 0: 'many' is not a finite number"):
        load_csv(csv(tmp_path, "1,2,3.5\n1,2,many\n"), classes=False)


def test_whole_numbers_of_which_most_are_different_are_no_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="30 different ones in 40 examples"):
        load_csv(csv(tmp_path, "\n".join(f"{i},{i % 30}" for i in range(40))))
    assert len(load_csv(csv(tmp_path, "\n".join(f"{i},{i % 30}" for i in range(60)))).classes) == 30


@pytest.mark.parametrize(
    ("options", "inputs", "targets", "classes"),
    [
        ({"target": "kind"}, [[4.0, 1.0], [30.0, 2.0]], [0, 1], ["cat", "dog"]),
        ({"target": 1}, [[4.0, 1.0], [30.0, 2.0]], [0, 1], ["cat", "dog"]),
        ({"target": -2, "ignore": "n"}, [[4.0], [30.0]], [0, 1], ["cat", "dog"]),
        ({"target": "n", "ignore": ["kind"]}, [[4.0], [30.0]], [0, 1], ["1", "2"]),
        ({"target": "weight", "ignore": [1], "classes": False}, [[1.0], [2.0]], [4.0, 30.0], []),
    ],
)
def test_any_column_may_be_learned_and_others_left_out(
    options: dict[str, Any], inputs: Any, targets: Any, classes: Any, tmp_path: Path
) -> None:
    data = load_csv(csv(tmp_path, "weight,kind,n\n4,cat,1\n30,dog,2\n"), **options)
    assert (data.inputs, data.targets, data.classes) == (inputs, targets, classes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "Kind"}, "must have one column 'Kind', but has 0; its first row is 'w', 'k', 'k', 'n'\\.$"),
        ({"target": "W"}, r"but has 0; its first row is .* Did you mean 'w'\?$"),
        ({"ignore": ["w "]}, r"must have one column 'w ', but has 0; .* Did you mean 'w'\?$"),
        ({"target": "k"}, r"must have one column 'k', but has 2; .* Give its position, counted from 0\.$"),
        ({"target": 4}, "has 4 columns, counted from 0, and none at the position 4"),
        ({"ignore": [-5]}, "has 4 columns, counted from 0, and none at the position -5"),
        ({"target": 1.0}, "the position of a column must be a whole number"),
        ({"ignore": ["w", 1, 2]}, "no column is left for the inputs"),
        ({"classes": "no"}, "classes must be True or False"),
    ],
)
def test_columns_that_cannot_be_chosen(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        load_csv(csv(tmp_path, "w,k,k,n\n1,2,3,4\n5,6,7,8\n"), **options)


@pytest.mark.parametrize("name", ["Id", "", "Unnamed: 0", "index"])
def test_a_column_that_numbers_the_examples_is_not_trained_on(name: str, tmp_path: Path) -> None:
    path = csv(tmp_path, f"{name},w,kind\n1,0.5,a\n2,0.7,b\n3,0.5,a\n")
    message = (
        rf"column 0, counted from 0 \('{name}'\), numbers the examples.* \(ignore takes its name, or 0\), or give it"
    )
    with pytest.raises(ValueError, match=message):
        load_csv(path)
    for column in (name, 0):
        assert load_csv(path, ignore=column).inputs == [[0.5], [0.7], [0.5]]
    assert len(load_csv(csv(tmp_path, f"{name},w,kind\n1.5,0.5,a\n2,0.7,b\n3,0.5,a\n")).inputs[0]) == 2  # measured
    assert len(load_csv(csv(tmp_path, f"{name},w,kind\n1,0.5,a\n2,0.7,b\n2,0.5,a\n")).inputs[0]) == 2


def test_a_data_set_shows_what_is_in_it(tmp_path: Path) -> None:
    assert repr(load_digits()) == (
        "1797 examples\n64 inputs\n10 classes: 0 (178), 1 (182), 2 (177), 3 (183), 4 (181), 5 (182), 6 (181), 7 (179), "
        "8 (174), 9 (180)"
    )
    names = [f"x{i}" for i in range(30)]
    data = load_csv(csv(tmp_path, "\n".join([",".join([*names, "k"]), *(("1," * 30 + k) for k in "abb")])))
    assert repr(data) == (
        "3 examples\n30 inputs: x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, and 20 more\n2 classes: a (1), b (2)"
    )
    assert repr(data.subset([1, 2])).endswith("2 classes: a (0), b (2)")


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
@pytest.mark.parametrize("index", [True, False])
def test_real_data_are_read_as_pandas_writes_them(name: str, index: bool, tmp_path: Path) -> None:
    real = getattr(pytest.importorskip("sklearn.datasets"), f"load_{name}")()
    is_classes = name != "diabetes"
    rows = [[*("" for _ in range(index)), *real.feature_names, "target"]]
    for i, (x, y) in enumerate(zip(real.data, real.target, strict=True)):
        rows.append(
            [*(str(i) for _ in range(index)), *map(repr, x.tolist()), real.target_names[y] if is_classes else str(y)]
        )
    path = csv(tmp_path, "\n".join(",".join(row) for row in rows))
    options: dict[str, Any] = {"classes": is_classes, **({"ignore": ""} if index else {})}
    data = load_csv(path, **options)
    assert data.inputs == real.data.tolist()
    if is_classes:
        assert [data.classes[target] for target in data.targets] == [real.target_names[y] for y in real.target]
    else:
        assert data.targets == real.target.tolist()
    assert data.columns == list(real.feature_names)


def test_a_file_may_be_trained_on_as_it_is(tmp_path: Path) -> None:
    data = nn.load_csv(csv(tmp_path, "w,h,kind\n" + "1,0,cat\n0,1,dog\n" * 10))
    model = nn.MLP(2, [2], seed=1)
    nn.fit(model, data.inputs, data.targets, loss="cross_entropy", learning_rate=0.5, epochs=20, progress=False)
    assert nn.accuracy(model, data.inputs, data.targets) == 1.0
    assert data.labels == data.targets  # by the names of version 0.1.0
    assert read_csv is load_csv


def test_a_fifth_is_held_out_at_random() -> None:
    data = DataSet([[float(i)] for i in range(101)], [i % 2 for i in range(101)], ["a", "b"])
    train, test = split(data, seed=1)
    assert (len(train), len(test)) == (81, 20)
    assert sorted(train.inputs + test.inputs) == data.inputs
    assert all(int(x[0]) % 2 == label for x, label in zip(train.inputs, train.labels, strict=True))
    assert split(data, seed=1) == (train, test) != split(data, seed=2)
    with pytest.raises(ValueError, match="2 examples are too few"):
        split(data.subset([0, 1]), seed=1)


def test_scaling_is_that_of_the_training_examples() -> None:
    train = DataSet([[0.0, 5.0], [10.0, 5.0]], [0, 1], ["a", "b"])
    scale = scaling(train)
    assert scale(train).inputs == [[0.0, 0.0], [1.0, 0.0]]
    assert scale.row([20.0, 6.0]) == [2.0, 1.0]


@pytest.mark.parametrize(("low", "high", "x"), [(-1e308, 1e308, 0.0), (0.0, 5e-324, 1.0)])
def test_a_column_that_cannot_be_scaled_is_named(low: float, high: float, x: float) -> None:
    data = DataSet([[0.0, low], [1.0, high], [2.0, x]], [0, 1, 0], ["a", "b"])
    with pytest.raises(ValueError, match=r"^input 1 cannot be scaled: \(.*\) / .* is (nan|-?inf|0\.0)"):
        scaling(data.subset([0, 1]))(data)
