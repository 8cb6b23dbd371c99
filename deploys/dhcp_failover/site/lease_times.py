"""How long leases last: what is declared, and what follows from it where something is not."""

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
"""Seconds: the MCLT of a relationship that declares none, if its leases are not shorter."""


class LeaseTimes(NamedTuple):
    """In seconds, those that hold at a place. ``declared`` has the ones that somebody wrote."""

    default: int
    min: int
    max: int
    declared: frozenset[Which] = frozenset()


USUAL = LeaseTimes(43200, 300, 86400)
"""Those of servers where nobody declares any; they have them by themselves."""


def declared(scope: Scope, which: Which) -> int | None:
    """What a scope itself says."""
    seconds: int | None = getattr(scope, f"{which}_lease_time")
    return seconds


def nearest(scopes: Sequence[Scope]) -> LeaseTimes:
    """The times where ``scopes`` hold, the nearest first.

    Those that none of them declares follow from those that they do: the default is between
    the shortest and the longest, and none of the three is in the way of another.
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
    """What has to be written in a scope of clients, so that what it declares has its effect.

    ``around`` are the narrowest times that such a client meets: the shortest ``max`` and the
    longest ``min`` of its pools.
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
