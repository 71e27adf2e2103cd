"""What there is to say of a recording: numbers that look like data, parameters without effect, and memory."""

from collections.abc import Sequence

from autograd.compiler.arguments import largest_bytes
from autograd.compiler.recording import Recording
from autograd.compiler.terms import PARAMETER
from autograd.notation import plural, show_count

_MANY = 16  # different numbers in one formula are data


def remarks(recording: Recording, fallbacks: Sequence[tuple[int, ...]]) -> list[str]:
    """Sentences for the report, each only where it applies.

    Args:
        recording: The recording.
        fallbacks: The shapes of arrays that are written out before they are summed, with -1 for the examples.
    """
    found = []
    is_one_example = len(recording.sizes) - bool(recording.data) > 1
    advice = (
        "what changes from example to example must be in the example, (x, y)"
        if is_one_example
        else "if they are examples, record one of them, with example=(x, y)"
    )
    if recording.data:
        found.append(
            f"{show_count(len(recording.data))} numbers beside the parameters look like data, and are a vector of the "
            f"program, `data`: {advice}."
        )
    leaves = [node for node, parents in zip(recording.order, recording.parents, strict=True) if not parents]
    constants = {leaf.data for leaf in leaves if leaf not in recording.leaves}
    if len(constants) > _MANY:
        found.append(
            f"{show_count(len(constants))} different numbers are constants of the program, and look like data: "
            f"{advice}."
        )
    used = sum(recording.leaves.get(leaf, ("", 0))[0] == PARAMETER for leaf in leaves)
    unused = recording.sizes[PARAMETER] - used
    if unused:
        found.append(f"the cost does not depend on {plural(unused, 'parameter')}, whose derivatives are 0.")
    largest = largest_bytes(fallbacks, 1000)
    if largest:
        per = " for 1,000 examples" if any(-1 in shape for shape in fallbacks) else ""
        found.append(f"the largest array of products that is written out has {largest / 1e6:,.2f} MB{per}.")
    return found
