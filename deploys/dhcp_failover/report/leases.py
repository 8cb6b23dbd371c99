"""Whether the two servers of a relationship know the same leases."""

from __future__ import annotations

from collections.abc import Iterator

from .health import SiteHealth, Trouble
from .pools import uses

FEW = 2
PART = 0.1
"""Copies lag behind by a second: two leases may differ, or a tenth of them."""
Ranges = list[tuple[str, str]]


def lease_trouble(health: SiteHealth) -> Iterator[Trouble]:
    """Relationships that are together, and of which one server knows many more leases."""
    ranges, with_more = _owners(health)
    for name, it in health.site.failover.items():
        one, two = it.primary.server, it.secondary.server
        if not (health.together(one, name) and health.together(two, name)):
            continue
        counts = _clients(health, one, two) if with_more.isdisjoint((one, two)) else None
        counts = counts or _leases(health, one, two, ranges.get(name, []))
        if counts is None:
            continue
        if abs(counts[0] - counts[1]) > max(FEW, PART * max(counts)):
            text = f"it knows {counts[0]} leases of {name}, {two} knows {counts[1]}"
            todo = "Run status again in a minute. If it stays, see docs/health.md; stop neither."
            yield Trouble("leases-differ", one, name, text, todo)


def _owners(health: SiteHealth) -> tuple[dict[str, Ranges], set[str]]:
    """The ranges of each relationship, and the servers that hold more than one relationship's.

    Their clients as a whole say nothing of one relationship.
    """
    ranges: dict[str, Ranges] = {}
    more = {name for name, peers in health.site.peers.items() if len(peers) > 1}
    for located in health.site.placed_subnets:
        for pool in located.subnet.pools:
            if pool.server:
                more.add(pool.server)
            if pool.failover:
                its = ranges.setdefault(pool.failover, [])
                its += [(str(it.first), str(it.last)) for it in pool.ranges]
    return ranges, more


def _clients(health: SiteHealth, one: str, two: str) -> tuple[int, int] | None:
    """How many clients each server knows; None if one was not counted."""
    mine, theirs = health.answered(one), health.answered(two)
    if not mine or not theirs or mine["holding"] is None or theirs["holding"] is None:
        return None
    return mine["holding"].clients, theirs["holding"].clients


def _leases(health: SiteHealth, one: str, two: str, ranges: Ranges) -> tuple[int, int] | None:
    """How many leases each server counted in the ranges; None if one was not counted."""
    counts = []
    for server in (one, two):
        its = uses(health, server)
        if not all(ends in its for ends in ranges):
            return None
        counts.append(sum(its[ends]["active"] for ends in ranges))
    return counts[0], counts[1]
