"""What is different between two texts, as a person reads it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory


def differences(old: str, new: str) -> Iterator[str]:
    """The lines that differ, behind ``-`` and ``+``, with two lines around them; made by diff(1).

    It takes moments where Python's own ``difflib`` takes minutes: a large site in which
    something changes in every subnet. Without diff(1), one line says that it is missing.
    """
    if not which("diff"):
        yield "there are differences; to see them, install diff on this computer"
        return
    with TemporaryDirectory() as directory:
        files = [Path(directory) / name for name in ("old", "new")]
        for file, text in zip(files, (old, new), strict=True):
            file.write_text(text, encoding="utf-8")
        found = subprocess.run(
            ["diff", "--text", "-U", "2", *files],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    for line in found.stdout.splitlines()[2:]:
        yield line if line.startswith("@@") else f"{line[:1]} {line[1:]}".rstrip()
