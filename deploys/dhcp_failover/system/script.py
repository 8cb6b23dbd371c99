"""Programs for a server that are files of this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from shlex import quote


def script(package: str, name: str, **settings: str) -> str:
    """The text of ``scripts/NAME`` of a package, with ``settings`` as quoted assignments before."""
    assignments = "".join(f"{key}={quote(value)}\n" for key, value in settings.items())
    return assignments + text(package, name)


@cache
def text(package: str, name: str) -> str:
    """The program itself."""
    return (files(package) / "scripts" / name).read_text()
