"""The tables of ``drills/RESULTS.md``: each drill writes its row, in place of the one it had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "drills/RESULTS.md"


@dataclass(frozen=True)
class Table:
    """A table: what stands above it, and the heads of its columns."""

    words: str
    heads: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Its first line."""
        return line(self.heads)

    def written(self, rows: dict[str, str]) -> str:
        """The whole, with its rows in their order."""
        rule = line(["---"] * len(self.heads))
        return "\n".join((self.words, "", self.heading, rule, *(rows[it] for it in sorted(rows))))


DRILLS = Table(
    "Clients are Debian's `dhclient`, at most one a second; or hundreds in one program, which ask\n"
    "again after a second, renew and release: of these, the slowest answer is the longest time in\n"
    "which nobody was answered.",
    (
        "Drill",
        "Clients",
        "were answered",
        "slowest answer, seconds",
        "two had one address",
        "both lease files agree",
        "What else was seen",
    ),
)
HEALTH = Table(
    "Each item of [health](../../docs/health.md) is broken on a real pair. Status says it with\n"
    "its code, apply does its part (0 and 1 are its exit status), and all is well again.",
    ("What is wrong", "Codes in status", "status, seconds", "apply, seconds", "applies ended with"),
)
TABLES = (DRILLS, HEALTH)


def line(cells: tuple[str, ...] | list[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def with_row(text: str, table: Table, name: str, *cells: str) -> str:
    """The file's text, with this row in a table."""
    assert len(cells) == len(table.heads) - 1, (table.heads, cells)
    rows: dict[str, dict[str, str]] = {it.heading: {} for it in TABLES}
    current: dict[str, str] = {}
    for it in text.splitlines():
        current = rows.get(it, current)
        if found := re.match(r"\| `(.+?)` \|", it):
            current[found[1]] = it
    rows[table.heading][name] = line([f"`{name}`", *cells])
    parts = ["# What the drills measured", "Written by the drills (`make drills`)."]
    parts += [it.written(rows[it.heading]) for it in TABLES if rows[it.heading]]
    return "\n\n".join(parts) + "\n"


def write_row(table: Table, name: str, *cells: str) -> None:
    """Put a drill's row into a table of the file."""
    text = RESULTS.read_text() if RESULTS.exists() else ""
    RESULTS.write_text(with_row(text, table, name, *cells))
