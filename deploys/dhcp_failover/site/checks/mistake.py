"""A mistake in what is declared, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..model import Place


@dataclass(frozen=True)
class Mistake:
    """A value that cannot stand: where it is, what it is, what is wrong or allowed."""

    path: Place
    value: Any
    reason: str
    needs: str = ""
    """The top-level key that has to be known in full for this to be sure; none if empty."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, else all of them."""
    names = list(known)
    if near := get_close_matches(name.lower(), [k.lower() for k in names], n=1):
        return f"did you mean {next(k for k in names if k.lower() == near[0])!r}?"
    return f"known: {', '.join(map(repr, names)) or 'none'}"


def repeated(seen: dict[str, Place], key: str, place: Place) -> Place | None:
    """Where ``key`` was before, if it was; else remember that it is at ``place``."""
    earlier = seen.setdefault(key, place)
    return earlier if earlier is not place else None


def dotted(place: Place) -> str:
    """``place`` as it is written in a message."""
    return ".".join(map(str, place))
