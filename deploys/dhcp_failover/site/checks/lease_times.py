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
    for path, scope in site.scopes():
        yield from _own(path, scope)
    for it in site.placed_subnets:
        if it.subnet.reservations:
            yield from _inherited(it.place, site.lease_times(it.subnet, it.shared))
        for j, pool in enumerate(it.subnet.pools):
            times = site.lease_times(it.subnet, it.shared, pool)
            yield from _inherited((*it.place, "pools", j), times)
    yield from _short(site)


def _own(path: Place, scope: Scope) -> Iterator[Mistake]:
    if isinstance(scope, Pool) or (isinstance(scope, Subnet) and scope.reservations):
        return  # checked together with what it inherits
    for shorter, longer in (("min", "default"), ("default", "max"), ("min", "max")):
        less = getattr(scope, f"{shorter}_lease_time")
        more = getattr(scope, f"{longer}_lease_time")
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
    for it in site.placed_subnets:
        around: list[tuple[Place, Scope]] = [(it.place, it.subnet)]
        if it.shared:
            around.append((("shared_networks", it.shared), site.shared_networks[it.shared]))
        around.append(((), site))
        for j, pool in enumerate(it.subnet.pools):
            if pool.failover:
                scopes = [((*it.place, "pools", j), pool), *around]
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
