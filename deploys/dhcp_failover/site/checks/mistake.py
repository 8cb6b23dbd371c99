"""One mistake in the declared data."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from ..model import Site
from ..networks import Place, Subnet

Key = TypeVar("Key", bound=Hashable)
NAMES_COMPARED = 200
NAMES_LISTED = 30


@dataclass(frozen=True)
class Mistake:
    """A value that is not allowed: where it is, what it is, and what is wrong or allowed.

    :mod:`dhcp_failover.site.messages` writes it.
    """

    path: Place
    value: Any
    reason: str
    needs: tuple[str, ...] = ()
    """Top-level keys. If a part of one of them was refused, this mistake may be a consequence, and
    is not reported."""
    unknown: tuple[str, Collection[str]] | None = None
    """A name, and the names that are possible. The message ends with the nearest of them."""
    other: Place | None = None
    """The place of another value that this one clashes with. The message names its line, if it
    comes from a file."""


def nearest(name: str, known: Collection[str]) -> str:
    """The end of a message about an unknown name: the nearest known name, or all if they are few.

    Empty if there is no near one, and too many to list.
    """
    names = sorted(known)
    if len(names) > NAMES_COMPARED:
        # Comparing one name with ten thousand takes a tenth of a second.
        middle = bisect_left(names, name)
        names = names[max(0, middle - NAMES_COMPARED // 2) :][:NAMES_COMPARED]
    if near := get_close_matches(name.lower()[:255], [it.lower() for it in names], n=1):
        return f"; did you mean {next(it for it in names if it.lower() == near[0])!r}?"
    if len(known) > NAMES_LISTED:
        return ""
    return f"; known: {', '.join(map(repr, known)) or 'none'}"


def repeated(seen: dict[Key, Place], key: Key, place: Place) -> Place | None:
    """Where ``key`` was before, if it was; else remember that it is at ``place``."""
    earlier = seen.setdefault(key, place)
    return earlier if earlier is not place else None


def reservation_at(place: Place, site: Site) -> str:
    """The reservation at ``place``, in words."""
    *around, _, name = place
    if not around:
        return f"the reservation {name!r}"
    subnets: tuple[Subnet, ...] = site.subnets
    if around[0] == "shared_networks":
        subnets = site.shared_networks[str(around[1])].subnets
    return f"the reservation {name!r} of {subnets[int(around[-1])].network}"
