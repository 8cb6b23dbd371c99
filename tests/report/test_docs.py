"""The page about health says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from dhcp_failover.report.codes import CODES

DOCS = Path(__file__).parents[2] / "docs" / "health.md"


def test_the_table_has_every_code_as_it_is() -> None:
    """With its severity, and what apply does with it; and no code more."""
    section = DOCS.read_text().partition("## What is looked at")[2].partition("\n## ")[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if code := re.fullmatch(r"`([a-z0-9-]+)`", cells[0]):
            assert code[1] not in found, code[1]
            found[code[1]] = (cells[2], cells[3])
            assert all(cells), line
    assert found == {name: (code.severity, code.apply) for name, code in CODES.items()}
