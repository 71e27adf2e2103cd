"""A program as an ONNX model: its text runs on arrays of ndonnx, which record what it does."""

import ast
import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.compiler.arguments import as_arrays, taken
from autograd.compiler.routine import Routine
from autograd.compiler.terms import INPUT, PARAMETER, TARGET
from autograd.optional import needed


def onnx_model(routine: Routine, outputs: Sequence[str] = (), theta: Any = None) -> bytes:
    """The file of the ONNX model of a program.

    Args:
        routine: The program.
        outputs: Names of its text, which the model gives; by default what the program gives.
        theta: The parameters, to be numbers of the model; by default they are an input of it.

    Raises:
        ImportError: if ndonnx is missing.
        TypeError, ValueError: if the parameters are no vector of the right length, the text has no such name, or ndonnx
            lacks a function that the text calls.

    Reference: https://onnx.ai/onnx/repo-docs/IR.html
    """
    with needed("ndonnx", "to_onnx() needs ndonnx: pip install 'scalar-autograd[onnx]'"):
        import ndonnx
    import onnx

    if isinstance(outputs, str):
        raise TypeError(f"outputs is a list of names, but got {outputs!r:.60}. Write [{outputs!r:.60}].")
    names, text = _returning(routine.source, outputs)
    # The number of examples is known when the model runs: a number in the graph, which Python knows as None.
    text = text.replace(f"{INPUT}.shape[0]", f"xp.astype({INPUT}.dynamic_shape[0], xp.float64)")
    inputs = {
        kind: ndonnx.argument(shape=("n",) * (kind in (INPUT, TARGET)) + (routine.sizes[kind],), dtype=ndonnx.float64)
        for kind in taken(routine.sizes)
    }
    given = dict(inputs)
    if theta is not None:
        (numbers,) = as_arrays({PARAMETER: routine.sizes[PARAMETER]}, [theta])
        given[PARAMETER] = ndonnx.asarray(np.array(numbers))
        del inputs[PARAMETER]
    try:
        found = replace(routine, source=text).bound(ndonnx)(*given.values())
    except NotImplementedError as error:
        function = traceback.extract_tb(error.__traceback__)[-1].name
        raise ValueError(f"the program calls {function}, which ndonnx does not have for ONNX.") from None
    model = ndonnx.build(inputs, dict(zip(names, found, strict=True)), drop_unused=True)
    order = [*inputs]  # that of the program; ndonnx has them in that of a set, which is another one in each process
    model.graph.input.sort(key=lambda each: order.index(each.name))
    _let_products_be_products(model.graph)
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


def _let_products_be_products(graph: Any) -> None:
    """Take the products alone where ndonnx asks each time whether a matrix is empty, as none in a program ever is.

    That makes a tenth of the model, and one that needs no `If`, which not every runtime has.
    """
    nodes = list[Any]()
    for node in graph.node:
        branch = {attribute.name: attribute.g for attribute in node.attribute}.get("else_branch")
        if branch and any(inner.op_type == "MatMul" for inner in branch.node):
            branch.node[-1].output[:] = node.output
            nodes += branch.node
        else:
            nodes.append(node)
    wanted, kept = {output.name for output in graph.output}, list[Any]()
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.output):
            wanted.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def _returning(source: str, outputs: Sequence[str]) -> tuple[list[str], str]:
    r"""The names of what a text gives, or some others of it, and the text that gives them as a tuple.

    Example:
        >>> _returning("def program(xp, theta):\n    cost = theta[0]\n    return cost, theta\n", ["cost"])
        (['cost'], 'def program(xp, theta):\n    cost = theta[0]\n    return cost,\n')
    """
    program = ast.parse(source).body[-1]
    assert isinstance(program, ast.FunctionDef)
    *lines, last = program.body
    names = [*outputs] or [each.id for each in ast.walk(last) if isinstance(each, ast.Name)]
    assigned = [
        target.id
        for line in ast.walk(ast.Module(lines, []))
        if isinstance(line, ast.Assign) and not isinstance(line.value, ast.Dict)  # which has an array for each layer
        for target in line.targets
        if isinstance(target, ast.Name)
    ]
    if unknown := [name for name in names if name not in assigned]:
        raise ValueError(f"the text of the program has no array {unknown[0]!r}; it has {', '.join(assigned)}.")
    head = "".join(source.splitlines(keepends=True)[: last.lineno - 1])
    return names, f"{head}    return {', '.join(names)},\n"
