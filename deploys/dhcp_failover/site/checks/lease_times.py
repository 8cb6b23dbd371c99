"""Rules for lease times, each with those that its scope inherits."""

from __future__ import annotations

from collections.abc import Iterator

from ..clients import Reservation
from ..lease_times import SHORTEST_LEASE, WHICH, LeaseTimes, Which, declared
from ..model import Site
from ..networks import Place, Pool, Subnet
from ..scopes import Scope
from ..values import INFINITE
from .mistake import Mistake

IN_ORDER: tuple[tuple[Which, Which], ...] = (("min", "default"), ("default", "max"), ("min", "max"))
"""Of each two: the first is at most the second."""


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    short = False
    for path, scope in site.placed_scopes:
        times = {which: time for which in WHICH if (time := declared(scope, which))}
        if not times:
            continue
        short = short or any(seconds < SHORTEST_LEASE for seconds in times.values())
        # A pool, and a subnet with reservations, are checked below with what they inherit.
        if not isinstance(scope, Pool) and not (isinstance(scope, Subnet) and scope.reservations):
            yield from _in_order(path, times)
    for placed in site.placed_subnets:
        if placed.subnet.reservations:
            yield from _inherited(placed.place, site.lease_times(placed.subnet, placed.shared))
        for j, pool in enumerate(placed.subnet.pools):
            times_ = site.lease_times(placed.subnet, placed.shared, pool)
            yield from _inherited((*placed.place, "pools", j), times_)
    if short:
        yield from _short(site)


def _inherited(path: Place, times: LeaseTimes) -> Iterator[Mistake]:
    said: dict[Which, int] = {"default": times.default, "min": times.min, "max": times.max}
    yield from _in_order(path, {which: said[which] for which in times.declared})


def _in_order(path: Place, times: dict[Which, int]) -> Iterator[Mistake]:
    """The first of these times that is above one that it may not exceed."""
    for lower, upper in IN_ORDER:
        if lower in times and upper in times and times[lower] > times[upper]:
            reason = f"above {upper}_lease_time, {_shown(times[upper])}"
            yield Mistake((*path, f"{lower}_lease_time"), _shown(times[lower]), reason)
            return


def _shown(seconds: int) -> int | str:
    return "infinite" if seconds == INFINITE else seconds


def _short(site: Site) -> Iterator[Mistake]:
    """Times that are too short for failover, each once, at the place that sets it."""
    found: dict[Place, int] = {}
    for placed in site.placed_subnets:
        around: list[tuple[Place, Scope]] = [(placed.place, placed.subnet)]
        if placed.shared:
            around.append((("shared_networks", placed.shared), site.shared_networks[placed.shared]))
        around.append(((), site))
        for j, pool in enumerate(placed.subnet.pools):
            if pool.failover:
                scopes = [((*placed.place, "pools", j), pool), *around]
                for which in WHICH:
                    found.update(_nearest(which, scopes))
    for path, scope in site.placed_scopes:
        # A class, a group or a reservation can lengthen or shorten leases of any pool.
        if path[:1] in (("classes",), ("groups",)) or (
            isinstance(scope, Reservation) and not scope.address
        ):
            for which in WHICH:
                found.update(_nearest(which, [(path, scope)]))
    for path, seconds in found.items():
        reason = (
            f"expected {SHORTEST_LEASE} or more (better 180) in pools with failover: with less, a"
            " server that was away can give an address to a second client"
        )
        yield Mistake(path, seconds, reason)


def _nearest(which: Which, scopes: list[tuple[Place, Scope]]) -> dict[Place, int]:
    """The place and the seconds of a lease time, if the nearest scope sets one that is short."""
    for path, scope in scopes:
        seconds = declared(scope, which)
        if seconds is not None:
            return {(*path, f"{which}_lease_time"): seconds} if seconds < SHORTEST_LEASE else {}
    return {}
