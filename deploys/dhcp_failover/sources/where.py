"""The path and the content of a file that an inventory names."""

from __future__ import annotations

from pathlib import Path
from types import FrameType

LARGEST = 2**28
"""Bytes. A file of a million reservations has a quarter of that."""


def beside(frame: FrameType, file: str | Path) -> Path:
    """The path of ``file``, relative to the file whose code runs in ``frame``.

    pyinfra sets ``__file__`` for inventories and group data, as Python does for modules. For code
    without it, as in an interactive session, the path is relative to the working directory.
    """
    around = frame.f_globals.get("__file__")
    path = Path(file).expanduser()
    return Path(around).parent / path if isinstance(around, str) else path


def content(path: Path) -> bytes:
    """The bytes of a file. Raises :class:`ValueError` with the reason if it cannot be read."""
    try:
        # A pipe would wait for a writer, a device might never end.
        if path.exists() and not path.is_file():
            raise ValueError("not a regular file")
        with path.open("rb") as file:
            found = file.read(LARGEST + 1)
    except OSError as error:
        words = (error.strerror or "unknown error").lower()
        raise ValueError(f"cannot be read: {words} ({path.absolute()})") from None
    if len(found) > LARGEST:
        raise ValueError(f"larger than {LARGEST} bytes")
    return found
