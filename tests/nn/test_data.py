from pathlib import Path

import pytest

from nn.data import DataSet, load_digits, read_csv, scaling, split


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
    assert read_csv(path).classes == ["a\u00a0b", "学習\u3000率"]
    path.write_text("1,a\u202eb\n2,c\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1, column 2: .* is not printable"):
        read_csv(path)


@pytest.mark.parametrize(
    "text",
    [
        "width,height,kind\n1,2,cat\n3,4.5,dog\n-1e3,0,cat\n",
        "1,2,cat\r\n3,4.5,dog\r\n\r\n-1e3,0,cat",
        "\ufeff 1 , 2 ,cat\n3,4.5, dog\n-1000,0,cat\n",
        '"1","2","cat"\n3,4.5,dog\n-1e3,0,cat\n',
    ],
)
def test_csv_files_as_people_write_them(text: str, tmp_path: Path) -> None:
    data = read_csv(csv(tmp_path, text))
    assert data == DataSet([[1.0, 2.0], [3.0, 4.5], [-1000.0, 0.0]], [0, 1, 0], ["cat", "dog"])


@pytest.mark.parametrize("header", ["0,1,target", "2020,2021,class", "0,1,2", "1,2,Species", "w,h,k"])
def test_a_header_may_be_made_of_numbers(header: str, tmp_path: Path) -> None:
    data = read_csv(csv(tmp_path, f"{header}\n1.5,2.5,a\n3.5,4.5,b\n"))
    assert data == DataSet([[1.5, 2.5], [3.5, 4.5]], [0, 1], ["a", "b"])


@pytest.mark.parametrize(
    "text", ["0,1,2\n1,2,3\n2,3,5\n", "1,2,class\n3,4,other\n5,6,class\n", "1,2,a\n3,4,b\n5,6,c\n"]
)
def test_a_first_row_of_numbers_that_may_be_an_example_is_one(text: str, tmp_path: Path) -> None:
    assert len(read_csv(csv(tmp_path, text))) == 3


def test_numbers_to_approximate_are_no_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"numbers to approximate.* 40 different ones in 40 examples, such as 0\.000"):
        read_csv(csv(tmp_path, "\n".join(f"{i},{i / 7},{i * 0.137:.3f}" for i in range(40))))
    assert len(read_csv(csv(tmp_path, "\n".join(f"{i},{i % 3 / 2}" for i in range(40)))).classes) == 3


def test_classes_that_are_numbers_are_in_their_order(tmp_path: Path) -> None:
    assert read_csv(csv(tmp_path, "1,10\n2,9\n3,-1\n")).classes == ["-1", "9", "10"]
    assert read_csv(csv(tmp_path, "1,1.0\n2,01\n3,1\n")).classes == ["01", "1", "1.0"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no examples"),
        ("a,b,c\n", "holds no examples"),
        ("1,2,x\n1,,y\n", "line 2, column 2: the cell is empty"),
        (",2,x\n1,2,y\n", "line 1, column 1: the cell is empty"),
        ("1,2,\n1,2,y\n", "line 1, column 3: the cell is empty"),
        ("w,h,k\n1,2,x\n1,two,y\n", "line 3, column 2: 'two' is not a finite number"),
        ("nan,inf,x\n1,2,y\n", "line 1, column 1: 'nan' is not a finite number"),
        ("1;x\n2;y\n", "separated by commas"),
        ("1,2,x\n1,nan,y\n", "line 2, column 2: 'nan' is not a finite number"),
        ("1,2,x\n1,1e999,y\n", "line 2, column 2: '1e999' is not a finite number"),
        ("1,2,x\n1,2\n", "line 2: 2 columns, but the first example has 3"),
        ("1\n2\n", "at least two columns"),
        ("1,x\n2,x\n", "every example has the class 'x'"),
        (b"\xff\xfe\x00\x01", "is not a CSV file"),
        (b"1,2\n3,\x004\n", r"line 2, column 2: .* is not printable|NUL"),
        ('1,"2', "at least two columns|every example|is not printable"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message) as error:
        read_csv(csv(tmp_path, text))
    assert "data.csv" in str(error.value)


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
