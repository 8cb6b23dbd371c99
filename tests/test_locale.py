"""Every command runs in the C locale, whatever language a server speaks."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "deploys/dhcp_failover"
SENDS = {"StringCommand", "run_shell_command", "QuoteString", "server.shell"}
MARKED = {"rollout/ask.py", "facts.py"}
"""Where commands are sent: all of them by :func:`.marks.marked`, which sets the locale."""


def names(path: Path) -> set[str]:
    """The names and attributes that a module uses."""
    tree = ast.walk(ast.parse(path.read_text()))
    found = set()
    for node in tree:
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def test_commands_are_sent_in_two_places_and_in_the_c_locale() -> None:
    """What a program of a server says is read there, and nowhere else."""
    sending = {
        str(path.relative_to(PACKAGE)): names(path)
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(PACKAGE / "lab")
    }
    assert {path for path, its in sending.items() if its & SENDS} <= MARKED
    assert all("marked" in sending[path] for path in MARKED)
