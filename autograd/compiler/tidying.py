"""Products and sums as people write them: numbers first, choices of numbers where they are multiplied, 1/n once."""

from autograd.compiler.arrays import Array, named, plain
from autograd.compiler.terms import SHARE


def tidy_product(array: Array) -> Array:
    """A product with its numbers first; with a choice of numbers, it is a choice.

    Args:
        array: The product; anything else stays as it is.

    Example:
        >>> from autograd.compiler.arrays import text
        >>> text(tidy_product((named("x") * plain(2.0)) * -named("y")))
        '-2 * x * y'
    """
    if array.kind != "*":
        return array
    first, second = array.arguments
    for factor, other in ((first, second), (second, first)):
        choice = _choice(other)
        if choice is not None:
            branches = _branches(choice)
            if sum(number != 0.0 for number in branches) == 1 or factor.kind == "name":
                return _distributed(factor, choice)
    if second.kind == "/" and second.arguments[0] == plain(1.0):
        return Array("/", (first, second.arguments[1]))
    number, factors = 1.0, list[Array]()
    for each in _factors(second * first if second.kind == "@" else array):
        if each.kind == "number":
            number *= each.detail
        else:
            factors.append(each)
    is_negative = sum(each.kind == "negative" for each in factors) % 2
    factors = [each.arguments[0] if each.kind == "negative" else each for each in factors]
    factors.sort(key=lambda each: each != named(SHARE))
    if named(SHARE) in factors and named("n") in factors:  # n shares are the whole
        factors = [each for each in factors if each not in (named(SHARE), named("n"))]
    if number == 0.0 or not factors:
        return plain(-number if is_negative else number)
    found = factors[0] if abs(number) == 1.0 else plain(abs(number)) * factors[0]
    for each in factors[1:]:
        found = found * each
    return -found if is_negative != (number < 0.0) else found


def tidy_sum(array: Array) -> Array:
    """A sum each part of which has the share of an example as its first factor has it once.

    Args:
        array: The sum; anything else stays as it is.

    Example:
        >>> from autograd.compiler.arrays import text
        >>> text(tidy_sum(named("share") * named("a") + -(named("share") * named("Y"))))
        'share * (a - Y)'
    """
    if array.kind != "+":
        return array
    first, second = map(_beside_the_share, array.arguments)
    return array if first is None or second is None else named(SHARE) * _positive_first(first, second)


def _beside_the_share(array: Array) -> Array | None:
    """What the share is multiplied with; `None` if it is not the first factor."""
    if array == named(SHARE):
        return plain(1.0)
    if array.kind == "negative":
        inner = _beside_the_share(array.arguments[0])
        return None if inner is None else -inner
    if array.kind != "*":
        return None
    first, second = array.arguments
    inner = _beside_the_share(first)
    return None if inner is None else second if inner == plain(1.0) else inner * second


def _positive_first(x: Array, y: Array) -> Array:
    return y + x if x.kind == "negative" and y.kind != "negative" else x + y


def _factors(array: Array) -> list[Array]:
    """The factors of a product; those of a product in it too, if there is a plain number among them."""
    if array.kind == "negative" and array.arguments[0].kind == "*":
        return [plain(-1.0), *_factors(array.arguments[0])]
    if array.kind != "*":
        return [array]
    found = []
    for inner in array.arguments:
        inside = _factors(inner)
        is_plain = any(each.kind == "number" or each == named(SHARE) for each in inside)
        found += inside if is_plain or inner is array.arguments[0] else [inner]
    return found


def _choice(array: Array) -> Array | None:
    """A choice of numbers, whatever its sign and however it is turned; `None` if it is none."""
    if array.kind not in ("negative", "T"):
        return array if array.kind != "number" and _chooses_numbers(array) else None
    inner = _choice(array.arguments[0])
    if inner is None:
        return None
    return _distributed(plain(-1.0), inner) if array.kind == "negative" else _turned(inner)


def _turned(choice: Array) -> Array:
    if choice.kind == "number":
        return choice
    condition, x, y = choice.arguments
    return Array("T", (condition,)).call("where", _turned(x), _turned(y))


def _chooses_numbers(array: Array) -> bool:
    is_choice = array.kind == "call" and array.detail[0] == "where"
    return is_choice and all(each.kind == "number" or _chooses_numbers(each) for each in array.arguments[1:])


def _branches(choice: Array) -> list[float]:
    if choice.kind == "number":
        return [choice.detail]
    return [number for each in choice.arguments[1:] for number in _branches(each)]


def _distributed(factor: Array, choice: Array) -> Array:
    if choice.kind == "number":
        return plain(0.0) if choice.detail == 0.0 else tidy_product(plain(choice.detail) * factor)
    condition, x, y = choice.arguments
    return condition.call("where", _distributed(factor, x), _distributed(factor, y))
