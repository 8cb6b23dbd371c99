"""Which addresses are used, and which ranges two servers hold."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import NamedTuple

from ..engines.engine import SERVING, LiveRange, PoolUse
from .health import SiteHealth, Trouble

NEARLY_FULL = 90
"""Per cent of a range in use from which there is a warning."""
SMALL = 4
"""Addresses of a range below which it may stand on one side."""
SHOWN = 3
"""Ranges that one sentence names."""


class Row(NamedTuple):
    """A declared range, and its use as the better informed of its servers counted it."""

    first: str
    last: str
    network: str
    relationship: str | None
    servers: tuple[str, ...]
    """Who gives it out."""
    counted_by: str | None
    use: PoolUse | None
    """None where nobody counted it."""

    @property
    def range(self) -> str:
        """As short as it is clear: ``192.0.2.10-99``."""
        network, _, host = self.last.rpartition(".")
        if self.first == self.last:
            return self.first
        return f"{self.first}-{host if self.first.startswith(f'{network}.') else self.last}"


def rows(health: SiteHealth, of: str | None = None) -> list[Row]:
    """Every declared range, or those that the server ``of`` gives out, in the order declared."""
    counts = {name: uses(health, name) for name in health.servers}
    trusted = {name: _trusted(health, name) for name in health.site.failover}
    found = []
    for located in health.site.placed_subnets:
        for pool in located.subnet.pools:
            servers = trusted[pool.failover] if pool.failover else [pool.server or ""]
            if of is not None and of not in servers:
                continue
            for its in pool.ranges:
                first, last = str(its.first), str(its.last)
                by = next((it for it in servers if (first, last) in counts.get(it, {})), None)
                found.append(
                    Row(
                        first,
                        last,
                        str(located.subnet.network),
                        pool.failover,
                        tuple(servers),
                        by,
                        counts[by][first, last] if by else None,
                    )
                )
    return found


def uses(health: SiteHealth, server: str) -> dict[tuple[str, str], PoolUse]:
    """By first and last address: the ranges as ``server`` counted them."""
    one = health.answered(server)
    return {(use["first"], use["last"]): use for use in (one and one["pools"]) or ()}


def _trusted(health: SiteHealth, relationship: str) -> list[str]:
    """The two servers, the one whose lease file knows more first; the primary if both do."""

    def doubt(server: str) -> tuple[bool, bool]:
        dead = health.relation(server, relationship) is None
        return dead, not health.together(server, relationship)

    ends = health.site.failover[relationship]
    return sorted((ends.primary.server, ends.secondary.server), key=doubt)


def pool_trouble(health: SiteHealth, found: list[Row]) -> Iterator[Trouble]:
    """Ranges that are used up, nearly, or on one side only."""
    for row in found:
        if row.use is None or row.counted_by is None:
            continue
        use, server = row.use, row.counted_by
        left = use["free"] + use["backup"]
        numbers = f"{use['active']} of {use['size']} addresses are in use"
        if left == 0:
            text = f"the range {row.range} has no free address: {numbers}"
            todo = "Give its network more addresses, or shorter leases."
            yield Trouble("pool-full", server, row.relationship, text, todo)
        elif use["percent"] >= NEARLY_FULL:
            text = f"the range {row.range} is nearly full: {numbers}"
            todo = "Give its network more addresses, or shorter leases."
            yield Trouble("pool-nearly-full", server, row.relationship, text, todo)
        elif _one_sided(health, row, use):
            which = "primary" if use["free"] == 0 else "secondary"
            text = f"in the range {row.range} the {which} has no free address, its partner {left}"
            todo = "They even this out within an hour; if not, read the log for 'balanc'."
            yield Trouble("pool-one-sided", server, row.relationship, text, todo)


def _one_sided(health: SiteHealth, row: Row, use: PoolUse) -> bool:
    relationship = row.relationship
    if relationship is None or use["size"] < SMALL or 0 not in (use["free"], use["backup"]):
        return False
    both = all(health.together(server, relationship) for server in row.servers)
    return both and use["free"] + use["backup"] > 1


class Held(NamedTuple):
    """A range of an installed configuration."""

    first: int
    last: int
    server: str
    live: LiveRange


def range_trouble(health: SiteHealth) -> Iterator[Trouble]:
    """Ranges that two servers give out, though no relationship joins them."""
    held = []
    for server in health.servers:
        one = health.answered(server)
        for live in one["live"] if one and one["look"]["daemon"]["running"] else ():
            relation = health.relation(server, live.relationship)
            if relation and relation["condition"] not in SERVING:
                continue
            ends = int(IPv4Address(live.first)), int(IPv4Address(live.last))
            held.append(Held(*ends, server, live))
    twice: dict[tuple[str, str], list[str]] = {}
    still: list[Held] = []
    for it in sorted(held):
        still = [before for before in still if before.last >= it.first]
        for before in still:
            joined = it.live.relationship and it.live.relationship == before.live.relationship
            if before.server != it.server and not joined:
                which = f"{it.live.first}-{it.live.last}"
                twice.setdefault((before.server, it.server), []).append(which)
        still.append(it)
    for (server, other), ranges in twice.items():
        more = f" and {len(ranges) - SHOWN} more" if len(ranges) > SHOWN else ""
        verb = "is" if len(ranges) == 1 else "are"
        text = f"{', '.join(ranges[:SHOWN])}{more} {verb} given out by {other} too"
        text += ", in no common relationship"
        todo = "Run apply on both servers without --limit."
        yield Trouble("range-twice", server, None, text, todo)
