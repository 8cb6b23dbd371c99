"""How long leases last: the declared times, and how the others follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from .scopes import Scope

Which = Literal["default", "min", "max"]
WHICH: tuple[Which, ...] = ("default", "min", "max")

SHORTEST_LEASE = 130
"""Seconds. A server that was away believes its partner that an active lease is over, if the lease
has less than 65 s left. With leases and an MCLT of 130 s or more, a client that renews at half of
its lease never gets that far."""
LONGEST_MCLT = 3600
"""Seconds: the default of ``mclt``, if the leases are not shorter."""


class LeaseTimes(NamedTuple):
    """The times that hold at a place, in seconds. ``declared`` names those that the data has."""

    default: int
    min: int
    max: int
    declared: frozenset[Which] = frozenset()


USUAL = LeaseTimes(43200, 300, 86400)
"""The defaults of the server software, which hold if no time is declared."""


def declared(scope: Scope, which: Which) -> int | None:
    """The time that the scope itself sets."""
    seconds: int | None = getattr(scope, f"{which}_lease_time")
    return seconds


def nearest(scopes: Sequence[Scope]) -> LeaseTimes:
    """The times where ``scopes`` hold, the nearest first.

    Times that are not declared follow from the declared ones, so that the three fit: the default
    is between the shortest and the longest.
    """
    found: dict[Which, int] = {}
    for scope in scopes:
        for which in WHICH:
            if which not in found and (seconds := declared(scope, which)):
                found[which] = seconds
    if not found:
        return USUAL
    longest = found.get("max", max(USUAL.max, found.get("default", 0), found.get("min", 0)))
    default = found.get("default", min(max(USUAL.default, found.get("min", 0)), longest))
    shortest = found.get("min", min(USUAL.min, default, longest))
    return LeaseTimes(default, shortest, longest, frozenset(found))


def own_times(scope: Scope, around: LeaseTimes) -> dict[Which, int]:
    """The times to write in a scope of clients, so that the declared ones take effect.

    ``around`` are the strictest limits of any pool: the shortest ``max`` and the longest ``min``.
    """
    said = {which: seconds for which in WHICH if (seconds := declared(scope, which))}
    if not said:
        return {}
    wanted = [said[which] for which in ("default", "min") if which in said]
    if "max" not in said and wanted and max(wanted) > around.max:
        said["max"] = max(wanted)
    if "min" not in said and "default" in said and said["default"] < around.min:
        said["min"] = said["default"]
    return {which: said[which] for which in WHICH if which in said}


def narrowest(times: Iterable[LeaseTimes]) -> LeaseTimes:
    """The shortest ``max`` and the longest ``min`` of ``times``."""
    found = list(times) or [USUAL]
    return LeaseTimes(
        min(it.default for it in found), max(it.min for it in found), min(it.max for it in found)
    )
