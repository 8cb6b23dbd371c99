"""What a server prints, between marks: whole, and nothing of a login script in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256

_RUN = os.urandom(16)
"""No login script, and nobody whose text is in an answer, knows the marks of a run."""


def marked(script: str) -> str:
    """``script``, in the C locale, with marks around what it prints in printable ASCII.

    The command itself exits with 0: the script's exit status is in the end mark.
    """
    mark = _mark(script)
    printable = r"tr -c '\11\12\40-\176' '?'"
    return (
        f"LC_ALL=C; export LC_ALL; echo '<begin {mark}>'\n"
        f'{{ (\n{script}\n) 2>/dev/null; echo "<end {mark} $?>"; }} | {printable}'
    )


def answer(script: str, lines: Sequence[str]) -> tuple[int, list[str]]:
    """The exit status of a marked script, and the lines that it printed.

    Raises :class:`ValueError` where the marks are not both there: the answer is not whole.
    """
    mark = _mark(script)
    begin, end = f"<begin {mark}>", f"<end {mark} "
    starts = [number for number, line in enumerate(lines) if line.endswith(begin)]
    if not starts:
        raise ValueError("no answer")
    ends = [number for number, line in enumerate(lines) if end in line and line.endswith(">")]
    if not ends or ends[-1] <= starts[-1]:
        raise ValueError("the answer is incomplete")
    last = lines[ends[-1]]
    at = last.rfind(end)
    # Output without a newline at its end stands on the line of the mark.
    rest = [last[:at]] if at else []
    return int(last[at + len(end) : -1]), [*lines[starts[-1] + 1 : ends[-1]], *rest]


def unmarked(script: str, lines: Sequence[str]) -> list[str]:
    """The lines that a marked script printed; raises :class:`ValueError` if it failed too."""
    status, printed = answer(script, lines)
    if status:
        raise ValueError(f"the command failed with exit status {status}")
    return printed


def _mark(script: str) -> str:
    return sha256(_RUN + script.encode()).hexdigest()[:16]
