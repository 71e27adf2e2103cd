"""What a text may say: all that the compiler writes, and nothing of what somebody might try."""

import pytest

import autograd
from autograd import Value, ops
from autograd.compiler import Program
from autograd.compiler.arguments import taken
from autograd.compiler.fitting import require_fit
from autograd.compiler.terms import DATA
from autograd.compiler.whitelist import require_program
from autograd.table import Op
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_writing import PROGRAMS, generated

HEAD = "def program(xp, theta, X, Y):\n"
TAIL = "    return xp.sum(X) + xp.sum(Y), xp.full_like(theta, 0)\n"
ROW = "def row(xp, x):\n    return x\n\n\n"

LINES = {  # which stand in a program that would be right without them
    "import": "import os",
    "import from": "from os import system",
    "global": "global xp",
    "nonlocal": "nonlocal xp",
    "delete": "del theta",
    "assert": "assert theta",
    "raise": "raise KeyboardInterrupt",
    "pass": "pass",
    "an expression": "theta",
    "a second text": "'''a docstring'''; '''another'''",
    "a function inside": "def inner(): return theta",
    "a class": "class Inner: pass",
    "if": "if theta: t1 = theta",
    "while": "while True: t1 = theta",
    "with": "with theta: t1 = theta",
    "try": "try: t1 = theta\n    except: t1 = X",
    "match": "match theta:\n        case 1: t1 = X",
    "async": "async for l in range(3): t1 = theta",
    "yield": "yield theta",
    "await": "await theta",
    "an early return": "return theta, X\n    t1 = theta",
    "print": "print(theta)",
    "open": "t1 = open('/etc/passwd')",
    "exec": "t1 = exec('import os')",
    "eval": "t1 = eval(X)",
    "__import__": "t1 = __import__('os').system('true')",
    "getattr": "t1 = getattr(xp, 'load')",
    "another function of the namespace": "t1 = xp.load('file')",
    "a name of many": "t1 = xp.fromfile(theta)",
    "a function of NumPy": "t1 = xp.linalg.norm(theta)",
    "a method": "t1 = theta.tofile(X)",
    "an attribute": "t1 = theta.base",
    "a hidden attribute": "t1 = theta.__class__",
    "the class of a number": "t1 = (1).__class__",
    "the globals of a function": "t1 = program.__globals__",
    "the namespace itself": "t1 = xp",
    "the program": "t1 = program(xp, theta, X, Y)",
    "a name for the namespace": "xp = theta",
    "another name for the namespace": "os = xp",
    "a builtin": "t1 = float",
    "a builtin bound": "float = theta",
    "range bound": "range = theta",
    "a hidden name": "_t = theta",
    "a dunder name": "__builtins__ = theta",
    "a dunder in a name": "t__class__ = theta",
    "letters that look alike": "t1 = ｅｘｅｃ(theta)",
    "an attribute assigned": "theta.shape = X",
    "an entry assigned": "theta[0] = X",
    "in place": "theta += X",
    "a type said": "t1: int = theta",
    "a walrus": "t1 = (t2 := theta)",
    "several targets": "t1 = t2 = theta",
    "a star on the left": "t1, *t2 = theta, X, Y",
    "an unknown name": "t1 = t2 + theta",
    "a name of a later line": "t1 = t9\n    t9 = theta",
    "a lambda": "t1 = lambda: theta",
    "a condition": "t1 = theta if X else Y",
    "and": "t1 = theta and X",
    "not": "t1 = not theta",
    "is": "t1 = theta is X",
    "in": "t1 = theta in X",
    "a chain": "t1 = 0 < theta < 1",
    "inverted": "t1 = ~theta",
    "a shift": "t1 = 1 << 62",
    "modulo": "t1 = theta % X",
    "a list": "t1 = [theta]",
    "a list of lists": "t1 = [[0] * 10] * 10",
    "a comprehension": "t1 = [x for x in theta]",
    "a generator": "t1 = xp.concat(x for x in theta)",
    "a set": "t1 = {theta}",
    "a dictionary": "t1 = {'a': theta}",
    "a text": "t1 = 'text'",
    "bytes": "t1 = b'bytes'",
    "an f-string": "t1 = f'{theta}'",
    "a text as a number": "t1 = float('1e9')",
    "a name as a number": "t1 = float(theta)",
    "nothing": "t1 = None",
    "true": "t1 = True",
    "an ellipsis": "t1 = ...",
    "an imaginary number": "t1 = 1j",
    "a star in a call": "t1 = xp.sum(*theta)",
    "two stars in a call": "t1 = xp.sum(**theta)",
    "where to write": "t1 = xp.exp(theta, out=theta)",
    "a type": "t1 = xp.full_like(theta, 0, dtype=theta)",
    "a name as an option": "t1 = xp.sum(theta, axis=theta)",
    "a call as an option": "t1 = xp.sum(theta, axis=open(0))",
    "another file": "t1 = xp.take(theta, '/etc/passwd')",
    "a text as a place": "t1 = theta['a']",
    "an array as a place": "t1 = theta[theta]",
    "an array as a size": "t1 = xp.reshape(theta, (theta, 1))",
    "another size": "n = theta.shape[1]",
    "a shape": "n = theta.shape",
    "a large number": f"t1 = {2**64}",
    "an absurd number": f"t1 = {'9' * 5000}",
    "a power": "t1 = 9 ** 9 ** 9",
    "a power of a name": "n = X.shape[0]\n    t1 = n ** n",
    "squares of squares": "n = X.shape[0]\n    "
    + "\n    ".join(f"n{k + 1} = n{k or ''} * n{k or ''}" for k in range(40)),
    "squares in a loop": "n = X.shape[0]\n    for l in range(1000):\n        n = n * n",
    "powers of comparisons": "t1 = 1.5 < 2.5\n    for l in range(1000):\n        t1 = (t1 + t1) * (t1 + t1)",
    "an endless loop": "for l in range(10 ** 12):\n        t1 = theta",
    "a long loop": "for l in range(1000000000000):\n        t1 = theta",
    "a step of zero": "for l in range(1, 2, 0):\n        t1 = theta",
    "a loop over an array": "for l in theta:\n        t1 = theta",
    "a loop in a loop": "for l in range(9):\n        for k in range(9):\n            t1 = theta",
    "a loop with else": "for l in range(9):\n        t1 = theta\n    else:\n        t1 = X",
    "a loop over two": "for l, k in range(9):\n        t1 = theta",
    "an entry of something else": "t1[0] = theta",
    "entries by arrays": "W = {}\n    W[theta] = theta",
    "entries that are numbers": "W = {}\n    W[0] = 9",
    "all the entries": "W = {}\n    t1 = W",
    "a deep expression": f"t1 = {'-' * 5000}theta",
    "deep parentheses": f"t1 = {'(' * 10000}theta{')' * 10000}",
    "a deep sum": f"t1 = theta{' + theta' * 50000}",
    "a row with another namespace": "t1 = row(theta, theta)",
    "a row with too much": "t1 = row(xp, theta, X)",
    "a row as a value": "t1 = row",
    "a row bound": "row = theta",
}

TEXTS = {
    "nothing": "",
    "a comment": "# nothing\n",
    "no program": ROW,
    "another name": HEAD.replace("program", "main") + TAIL,
    "something after it": HEAD + TAIL + "program = program\n",
    "something before it": "import os\n" + HEAD + TAIL,
    "a call before it": "print(1)\n" + HEAD + TAIL,
    "a text before it": "'a text'\n" + HEAD + TAIL,
    "other arguments": HEAD.replace(", Y", "") + TAIL,
    "a default": HEAD.replace("Y", "Y=print(1)") + TAIL,
    "a star": HEAD.replace("Y", "*Y") + TAIL,
    "a keyword": HEAD.replace("Y", "*, Y") + TAIL,
    "a type of an argument": HEAD.replace("Y", "Y: print(1)") + TAIL,
    "a type of the result": HEAD.replace(":", " -> print(1):") + TAIL,
    "a decorator": "@print\n" + HEAD + TAIL,
    "async": "async " + HEAD + TAIL,
    "a type of its own": HEAD.replace("(", "[T](") + TAIL,
    "no lines": HEAD + "    '''nothing'''\n",
    "nothing returned": HEAD + "    return\n",
    "one thing returned": HEAD + "    return theta\n",
    "a cost that is nothing": HEAD + "    return theta, print\n",
    "a gradient that is nothing": HEAD + "    return 1, print\n",
    "two programs": HEAD + TAIL + HEAD + TAIL,
    "a row twice": ROW + ROW + HEAD + TAIL,
    "a row named float": ROW.replace("row", "float") + HEAD + TAIL,
    "a row named as a list of places": ROW.replace("row", "index1") + HEAD + TAIL,
    "a row with a default": ROW.replace("x)", "x=xp)") + HEAD + TAIL,
    "a row of a name twice": ROW.replace("xp, x", "xp, x, x") + HEAD + TAIL,
    "a row without a namespace": ROW.replace("xp, x", "x") + HEAD + TAIL,
    "a row that calls": ROW.replace("return x", "return print(x)") + HEAD + TAIL,
    "a row that calls itself": ROW.replace("return x", "return row(xp, x)") + HEAD + TAIL,
    "a row that calls a later one": ROW.replace("return x", "return f(xp, x)") + ROW.replace("row", "f") + HEAD + TAIL,
    "a row that knows the arguments of the program": ROW.replace("return x", "return theta") + HEAD + TAIL,
    "a row with a power of its argument": ROW.replace("return x", "return x ** x")
    + HEAD
    + "    t1 = row(xp, 999999)\n"
    + TAIL,
    "rows that call rows that call rows": ROW
    + "".join(f"def r{k}(xp, x):\n    return {f'r{k - 1}' if k else 'row'}(xp, x)\n" for k in range(3))
    + HEAD
    + TAIL,
    "a list of names": "NUMBERS = [print]\n" + HEAD + TAIL,
    "a list of lists": "NUMBERS = [[1.0]]\n" + HEAD + TAIL,
    "a list that is long": f"NUMBERS = [{'1,' * 20000}]\n" + HEAD + TAIL,
    "a list as a value": "NUMBERS = [1.0]\n" + HEAD + "    t1 = NUMBERS\n" + TAIL,
    "bad indentation": HEAD + " " + TAIL + "  1",
    "not Python": "def program(",
    "a null byte": HEAD + "    t1 = theta\0\n" + TAIL,
    "a surrogate": HEAD + "    '''\ud800'''\n" + TAIL,
    "a long text": "#" * 10_000_001,
}  # fmt: skip


def check(text: str) -> None:
    require_program(text, ["theta", "X", "Y"], ["index1"])


def test_the_frame_of_the_attempts_is_a_program() -> None:
    check(ROW + HEAD + TAIL)
    check(ROW + HEAD + "    t1 = row(xp, theta)\n" + TAIL)


@pytest.mark.parametrize("name", LINES)
def test_lines_that_no_program_has(name: str) -> None:
    refused(ROW + HEAD + f"    {LINES[name]}\n" + TAIL)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_no_program(name: str) -> None:
    refused(TEXTS[name])


def refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as error:
        check(text)
    assert len(str(error.value)) < 300


def test_a_message_names_the_line_and_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"^line 3, `t2 = xp\.load\(t1\)`: programs do not call xp\.load\.$"):
        check(HEAD + "    t1 = theta\n    t2 = xp.load(t1)\n" + TAIL)


def passes(program: Program) -> None:
    sizes = program.sizes
    require_program(program.source, taken(sizes), [*program.indices, *[DATA] * (DATA in sizes)])
    require_fit(program)


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs_pass(name: str) -> None:
    passes(PROGRAMS[name]())


def test_generated_programs_pass() -> None:
    for seed in range(80):
        passes(generated(seed))


def test_a_program_with_data_passes() -> None:
    w = [Value(0.1, f"w_{k}") for k in range(10)]
    program = autograd.compile(lambda: total([(each * (3.0 + k) - k / 7.0) ** 2 for k, each in enumerate(w)]), w)
    assert DATA in program.sizes
    passes(program)


ROWS = [op for op in vars(ops).values() if isinstance(op, Op)]


def of_row(op: Op) -> tuple[Program, list[float]]:
    """A program that applies a row to parameters, and numbers for these."""
    w = [[Value(domain.samples[k]) for domain in op.domain] for k in (0, 1, 2)]
    parameters = [v for each in w for v in each]
    program = autograd.compile(lambda: total([op(*each) * each[0] for each in w]), parameters)
    return program, [v.data for v in parameters]


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_of_the_table_passes(op: Op) -> None:
    passes(of_row(op)[0])


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("op", [op for op in ROWS if op.arity > 1], ids=lambda op: op.name)
def test_every_row_of_two_arguments_passes_with_a_whole_number(op: Op, place: int) -> None:
    w = [Value(op.domain[place].samples[k]) for k in (0, 1, 2)]
    passes(autograd.compile(lambda: total([op(*((v, 2.0) if place == 0 else (2.0, v))) * v for v in w]), w))
