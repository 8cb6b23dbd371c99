"""Rules for lease times, each with those that its scope inherits."""

from __future__ import annotations

from collections.abc import Iterator

from ..clients import Reservation
from ..model import SHORTEST_LEASE, LeaseTimes, Place, Pool, Site, Subnet
from ..scopes import Scope
from .mistake import Mistake

TIMES = ("default_lease_time", "min_lease_time", "max_lease_time")


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    short = False
    for path, scope in site.scopes():
        default, least, most = (getattr(scope, which) for which in TIMES)
        if default is least is most is None:
            continue
        short = short or any(
            seconds and seconds < SHORTEST_LEASE for seconds in (default, least, most)
        )
        # A pool, and a subnet with reservations, are checked below with what they inherit.
        if not isinstance(scope, Pool) and not (isinstance(scope, Subnet) and scope.reservations):
            yield from _own(path, default, least, most)
    for placed in site.placed_subnets:
        if placed.subnet.reservations:
            yield from _inherited(placed.place, site.lease_times(placed.subnet, placed.shared))
        for j, pool in enumerate(placed.subnet.pools):
            times = site.lease_times(placed.subnet, placed.shared, pool)
            yield from _inherited((*placed.place, "pools", j), times)
    if short:
        yield from _short(site)


def _own(
    path: Place, default: int | None, least: int | None, most: int | None
) -> Iterator[Mistake]:
    for shorter, less, longer, more in (
        ("min", least, "default", default),
        ("default", default, "max", most),
        ("min", least, "max", most),
    ):
        if less is not None and more is not None and less > more:
            reason = f"above {longer}_lease_time, {more}"
            yield Mistake((*path, f"{shorter}_lease_time"), less, reason)
            return


def _inherited(path: Place, times: LeaseTimes) -> Iterator[Mistake]:
    if times.default > times.max:
        reason = f"above max_lease_time, {times.max}"
        yield Mistake((*path, "default_lease_time"), times.default, reason)
    if times.min > times.default:
        reason = f"above default_lease_time, {times.default}"
        yield Mistake((*path, "min_lease_time"), times.min, reason)


def _short(site: Site) -> Iterator[Mistake]:
    """Times that are too short for failover, each where it is set, once."""
    found: dict[Place, int] = {}
    for placed in site.placed_subnets:
        around: list[tuple[Place, Scope]] = [(placed.place, placed.subnet)]
        if placed.shared:
            around.append((("shared_networks", placed.shared), site.shared_networks[placed.shared]))
        around.append(((), site))
        for j, pool in enumerate(placed.subnet.pools):
            if pool.failover:
                scopes = [((*placed.place, "pools", j), pool), *around]
                for which in TIMES:
                    found.update(_nearest(which, scopes))
    for path, scope in site.scopes():
        # A class or a reservation can lengthen or shorten leases of any pool.
        if path[:1] == ("classes",) or (isinstance(scope, Reservation) and not scope.address):
            for which in TIMES:
                found.update(_nearest(which, [(path, scope)]))
    for path, seconds in found.items():
        reason = (
            f"expected {SHORTEST_LEASE} or more (better 180) in pools with failover: with less, a"
            " server that was away can give an address to a second client"
        )
        yield Mistake(path, seconds, reason)


def _nearest(which: str, scopes: list[tuple[Place, Scope]]) -> dict[Place, int]:
    """The place and the seconds of a lease time, if the nearest scope sets one that is short."""
    for path, scope in scopes:
        seconds = getattr(scope, which)
        if seconds is not None:
            return {(*path, which): seconds} if seconds < SHORTEST_LEASE else {}
    return {}
