"""The arithmetic of the page in a real browser: every row of the table, compared with Python."""

import json

from autograd.table import TABLE
from tests.autograd.explorer import parity
from tests.browser.conftest import Opened


def test_every_row_has_pythons_numbers(opened: Opened) -> None:
    rows = [row for row in TABLE.values() if row.forward.__module__.startswith("autograd.")]
    page = opened("<title>rows</title>")
    found = page.evaluate(parity.PROGRAM, json.dumps(parity.task(rows)))
    assert found["wrong"] == []
    assert found["worst"] < 1e-12
    assert len(found["compared"]) == len(rows) >= 30
    assert min(found["compared"]) >= 2000


def test_a_row_that_is_wrong_is_noticed(opened: Opened) -> None:
    task = parity.task([TABLE["exp"]], 10)
    page = opened("<title>rows</title>")
    found = page.evaluate(parity.PROGRAM, json.dumps(task | {"script": task["script"].replace("exp", "sin")}))
    assert found["wrong"] != []
    assert found["wrong"][0]["row"] == "exp"
