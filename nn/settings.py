"""What a setting may be: one rule for each name, checked where the setting is given."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import Any

from autograd.table import as_float, flows, is_list


@dataclass(frozen=True)
class Rule:
    """What a setting must be.

    Attributes:
        words: The rule, for messages.
        holds: Whether a value keeps it.
    """

    words: str
    holds: Callable[[Any], bool]


def _number(words: str, holds: Callable[[float], bool]) -> Rule:
    def is_one(x: Any) -> bool:
        try:
            number = as_float(x)
        except (TypeError, OverflowError):
            return False
        return math.isfinite(number) and holds(number)

    return Rule(words, is_one)


def _or_value(rule: Rule) -> Rule:
    return Rule(rule.words, lambda x: rule.holds(x.data if flows(x) else x))  # what a cost may depend on


def _or_none(rule: Rule) -> Rule:
    return Rule(f"{rule.words}, or None", lambda x: x is None or rule.holds(x))


NUMBER = _number("a finite number", lambda _: True)
AT_LEAST_0 = _number("a finite number of at least 0", lambda x: x >= 0)
POSITIVE = _number("a finite number above 0", lambda x: x > 0)
BELOW_1 = _number("a number from 0 to below 1", lambda x: 0 <= x < 1)
BETWEEN = _number("a number between 0 and 1", lambda x: 0 < x < 1)
SWITCH = Rule("True or False", lambda x: type(x).__name__ in ("bool", "bool_"))  # bool_ and bool are NumPy's
FUNCTION = Rule("a function", callable)
FILE = Rule("the path of a file", lambda x: isinstance(x, (str, PathLike)))
SCHEDULE = Rule(
    f"{AT_LEAST_0.words}, or a function of the number of updates", lambda x: callable(x) or AT_LEAST_0.holds(x)
)

ENGINES = ("compiled", "scalar")  # of nn.training.engines
RULES: dict[str, Rule] = {
    "learning_rate": SCHEDULE,
    "schedule": SCHEDULE,
    "rate": AT_LEAST_0,
    "final": AT_LEAST_0,
    "factor": POSITIVE,
    "decay": BELOW_1,
    "beta1": BELOW_1,
    "beta2": BELOW_1,
    "eps": POSITIVE,
    "weight_decay": AT_LEAST_0,
    "decays": _or_none(Rule("a list of True and False", lambda x: is_list(x) and all(map(SWITCH.holds, x)))),
    "limit": POSITIVE,
    "delta": _or_value(POSITIVE),
    "strength": _or_value(AT_LEAST_0),
    "alpha": AT_LEAST_0,
    "share": BETWEEN,
    "validation_fraction": BETWEEN,
    "weight": NUMBER,
    "threshold": _or_none(NUMBER),
    "classes": SWITCH,
    "shuffle": SWITCH,
    "resume": SWITCH,
    "progress": SWITCH,
    "verbose": SWITCH,
    "early_stopping": SWITCH,
    "penalty": _or_none(FUNCTION),
    "on_epoch": _or_none(FUNCTION),
    "engine": _or_none(Rule(" or ".join(map(repr, ENGINES)), lambda x: x in ENGINES)),
    "checkpoint": _or_none(FILE),
}


def check(**settings: Any) -> None:
    """Check settings by the rules of their names.

    Raises:
        ValueError: if a setting breaks its rule.

    Example:
        >>> check(learning_rate=0.1, decay=0.9)
        >>> check(decay=1.5)
        Traceback (most recent call last):
        ...
        ValueError: decay must be a number from 0 to below 1, but got 1.5.
    """
    for name, setting in settings.items():
        rule = RULES[name]
        if not rule.holds(setting):
            raise ValueError(f"{name} must be {rule.words}, but got {setting!r:.60}.")


def check_together(*, validation: Any, patience: int | None, checkpoint: Any, resume: bool) -> None:
    """Check that what a setting needs is given, too.

    Raises:
        ValueError: if it is not.
    """
    if patience is not None and validation is None:
        raise ValueError("patience compares validation losses: pass validation=(inputs, targets) too.")
    if resume and checkpoint is None:
        raise ValueError("resume needs a checkpoint: the file to continue from.")
