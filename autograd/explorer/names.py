"""Labels as data for a page, which writes each as text, in LaTeX and as MathML: read here, and as short as can be.

- `"w/1/02"`: letter, layer, index and power, without what is empty at the end. The letter is a Greek one itself, not
  its name. An index that is a word begins with `'`: `"a//'prev"`.
- `["z^(L)_q", "z/L/q"]`: the same, with what it is as text, where that is not made of small letters.
- `["∂²C/∂w∂b", 2, "C", "w", 1, "b", 1]`: a derivative; its text, its order, what is differentiated, and each variable
  with how many times it is differentiated by.
- `["50% of it"]`: any other text.
"""

from autograd.notation import GREEK, SMALL, Label, read_derivative, read_label, shortened, typeset
from autograd.table import printable

LONGEST = 60  # letters of a label; of a longer one the middle is left out

Name = str | list[object]


def name_data(label: str) -> Name:
    """A label as data.

    Example:
        >>> name_data("w1_02"), name_data("a_prev"), name_data("50% of it")
        ('w/1/02', ['a_prev', "a//'prev"], ['50% of it'])
    """
    if len(label) > LONGEST:
        return [shortened(label, LONGEST)]
    text, derivative = printable(typeset(label)), read_derivative(label)
    if derivative is not None:
        by = [part for variable, times in derivative.by for part in (name_data(variable), times)]
        return [text, derivative.order, name_data(derivative.of), *by]
    read = read_label(label)
    if read is None:
        return [text]
    letter, parts = GREEK.get(read.letter, read.letter), _parts(read)
    is_small = text.startswith(letter) and set(text[len(letter) :]) <= {*SMALL, ","}
    return parts if is_small else [text, parts]


def _parts(label: Label) -> str:
    letter = GREEK.get(label.letter, label.letter)
    index = "'" * label.is_word + label.index
    return "/".join([letter, label.layer, index, label.power]).rstrip("/")


def letters_in(name: Name) -> set[str]:
    """The letters of a name and of the names in it."""
    if isinstance(name, str):
        return {name.partition("/")[0]}
    return {letter for part in name[1:] if isinstance(part, str | list) for letter in letters_in(part)}
