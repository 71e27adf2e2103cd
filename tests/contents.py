"""The links of the pages about the course: where each cell is that a row names.

`python -m tests.contents` writes them again after cells have moved, within a lesson or to another one.
"""

import re
from collections import defaultdict

from tests import lessons

PAGES = [lessons.FOLDER / name for name in ("README.md", "coverage.md")]
LINK = re.compile(r"\[\d+: (?P<name>[\w-]+)(?:, In \d+)?\]\((?P<file>[\w.-]+)#cell-id=(?P=name)\)")


def renewed(text: str) -> str:
    """A page, with the lesson and the number of each cell as they are now.

    A cell is known by its name. Where several lessons have one of that name, as `exercise-1`, the link says which.
    """
    places: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in lessons.LESSONS:
        number = 0
        for cell in lessons.read(path).cells:
            number += cell.cell_type == "code"
            shown = f", In {number}" if cell.cell_type == "code" else ""
            label = f"{int(path.name[:2])}: {cell.id}{shown}"
            places[cell.id][path.name] = f"[{label}]({path.name}#cell-id={cell.id})"

    def link(found: re.Match[str]) -> str:
        links = places[found["name"]]
        return links.get(found["file"]) or (next(iter(links.values())) if len(links) == 1 else found[0])

    return LINK.sub(link, text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
