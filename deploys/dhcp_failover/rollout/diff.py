"""The differences between two texts, for people and for decisions; made by diff(1).

For a change in every subnet of a large site, Python's ``difflib`` would take minutes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory


def differences(old: str, new: str) -> Iterator[str]:
    """The lines that differ, behind ``-`` and ``+``, with two lines around them.

    Without diff(1), one line says that it is missing.
    """
    lines = _unified(old, new)
    if lines is None:
        yield "there are differences; to see them, install diff on this computer"
        return
    for line in lines:
        yield line if line.startswith("@@") else f"{line[:1]} {line[1:]}".rstrip()


def runs(old: str, new: str) -> list[str] | None:
    """Each run of lines that only one of the two texts has; None without diff(1)."""
    lines = _unified(old, new)
    if lines is None:
        return None
    kinds = groupby(lines, lambda line: line[:1])
    return ["".join(f"{it[1:]}\n" for it in group) for kind, group in kinds if kind in ("-", "+")]


@lru_cache(maxsize=64)
def _unified(old: str, new: str) -> list[str] | None:
    """What ``diff -U 2`` prints below the names of the files."""
    if not which("diff"):
        return None
    with TemporaryDirectory() as directory:
        files = [Path(directory) / name for name in ("old", "new")]
        for file, text in zip(files, (old, new), strict=True):
            file.write_text(text, encoding="utf-8")
        command = ["diff", "--text", "-U", "2", *map(str, files)]
        found = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    return found.stdout.decode(errors="replace").split("\n")[2:-1]
