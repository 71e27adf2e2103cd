"""What a picture shows, in words, for those who do not see it."""

from autograd.notation import plural, typeset
from autograd.pictures.lettering import number, shown
from autograd.pictures.parts import DiagramNode, Parts

_MOST = 12  # numbers that are read out
_LONGEST = 600  # letters


def titled(diagram: Parts) -> str:
    """The title of a picture."""
    return f"Computation graph{f' of {typeset(diagram.of)}' if diagram.of else ''}"


def described(diagram: Parts) -> str:
    """What the picture shows, in a sentence or two, for those who do not see it."""
    by_id = {node.id: node for node in diagram.nodes}

    def name(node: DiagramNode) -> str:
        return typeset(node.label) if node.label else node.symbol or node.text or "a number"

    n_boxes, n_arrows = sum(node.kind != "omitted" for node in diagram.nodes), len(diagram.edges)
    text = f"{n_boxes:,} {'box' if n_boxes == 1 else 'boxes'} and {plural(n_arrows, 'arrow')}."
    path = [by_id[key] for key in diagram.main]
    if len(path) > 1:
        names = [name(node) for node in path]
        text += f" From {names[0]} {'through ' + ', '.join(names[1:-1]) + ' ' if names[1:-1] else ''}to {names[-1]}."
    values = [(node.label, node.data) for node in diagram.nodes if node.label and node.data is not None]
    if 0 < len(values) <= _MOST:
        shown_values = (f"{typeset(label)} = {number(data, diagram.style.digits)}" for label, data in values)
        text += f" {', '.join(shown_values)}."
    return shown(f"{text} {diagram.note}".strip(), _LONGEST)
