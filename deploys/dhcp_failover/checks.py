"""What has to hold between the parts of a site, whichever server software serves it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Address
from typing import Any, TypeVar

from .site import Pool, Range, Relationship, Site, Subnet

Path = tuple[str | int, ...]
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Mistake:
    """A value that cannot stand: where it is, what it is, what is wrong or allowed."""

    path: Path
    value: Any
    reason: str
    rests_on: str = ""
    """The top-level key that has to be known in full for this to be sure; none if empty."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, else all of them."""
    names = list(known)
    if near := get_close_matches(name.lower(), [k.lower() for k in names], n=1):
        return f"did you mean {next(k for k in names if k.lower() == near[0])!r}?"
    return f"known: {', '.join(map(repr, names)) or 'none'}"


def mistakes(site: Site, servers: Iterable[str] | None = None) -> Iterator[Mistake]:
    """Everything that single fields cannot show, in the order of the data.

    ``servers`` are the names of the inventory's DHCP servers, when known.
    """
    yield from _relationships(site)
    yield from _interfaces(site)
    if servers is not None:
        yield from _inventory(site, set(servers))
    for i, subnet in enumerate(site.subnets):
        yield from _subnet(site, i, subnet)
    yield from _overlaps(site)


def _inventory(site: Site, servers: set[str]) -> Iterator[Mistake]:
    for name, it in site.failover.items():
        for role, end in (("primary", it.primary), ("secondary", it.secondary)):
            if end.server not in servers:
                reason = f"not in the inventory; {nearest(end.server, sorted(servers))}"
                yield Mistake(("failover", name, role, "server"), end.server, reason)
    for server in sorted(servers - set(site.peers)):
        reason = "in the inventory, but primary or secondary of no relationship"
        yield Mistake(("failover",), server, reason, rests_on="failover")


def _relationships(site: Site) -> Iterator[Mistake]:
    used = {pool.failover for subnet in site.subnets for pool in subnet.pools}
    for name, it in site.failover.items():
        path: Path = ("failover", name)
        if it.primary.server == it.secondary.server:
            reason = "primary and secondary have to be two servers"
            yield Mistake((*path, "secondary", "server"), it.secondary.server, reason)
        if it.primary.address == it.secondary.address:
            reason = "primary and secondary need an address each"
            yield Mistake((*path, "secondary", "address"), str(it.secondary.address), reason)
        yield from _tunables(path, it)
        if name not in used:
            reason = "no pool names this relationship: give one 'failover'"
            yield Mistake(path, name, reason, rests_on="subnets")


def _tunables(path: Path, it: Relationship) -> Iterator[Mistake]:
    if it.max_lease_ownership > it.max_lease_misbalance:
        reason = f"above max_lease_misbalance, {it.max_lease_misbalance}"
        yield Mistake((*path, "max_lease_ownership"), it.max_lease_ownership, reason)
    if it.min_balance > it.max_balance:
        reason = f"above max_balance, {it.max_balance}"
        yield Mistake((*path, "min_balance"), it.min_balance, reason)
    if it.auto_partner_down and it.auto_partner_down < it.max_response_delay:
        reason = f"below max_response_delay, {it.max_response_delay}"
        yield Mistake((*path, "auto_partner_down"), it.auto_partner_down, reason)


def _interfaces(site: Site) -> Iterator[Mistake]:
    for server in site.interfaces:
        if server not in site.peers:
            reason = f"no relationship names this server; {nearest(server, site.peers)}"
            yield Mistake(("interfaces", server), server, reason, rests_on="failover")
    networks = sorted(subnet.network for subnet in site.subnets)
    for name, it in site.failover.items():
        for role, end in (("primary", it.primary), ("secondary", it.secondary)):
            before = bisect_right(networks, end.address, key=lambda n: n.network_address)
            known = before and end.address in networks[before - 1]
            if end.server not in site.interfaces and not known:
                reason = (
                    "in none of the declared subnets: declare its network (without pools will"
                    f" do), or say under 'interfaces' where {end.server} serves"
                )
                path = ("failover", name, role, "address")
                yield Mistake(path, str(end.address), reason, rests_on="subnets")


def _subnet(site: Site, i: int, subnet: Subnet) -> Iterator[Mistake]:
    for j, pool in enumerate(subnet.pools):
        path: Path = ("subnets", i, "pools", j)
        if pool.failover not in site.failover:
            reason = f"unknown relationship; {nearest(pool.failover, site.failover)}"
            yield Mistake((*path, "failover"), pool.failover, reason, rests_on="failover")
        if pool.default_lease_time > pool.max_lease_time:
            reason = f"above max_lease_time, {pool.max_lease_time}"
            yield Mistake((*path, "default_lease_time"), pool.default_lease_time, reason)
        for k, router in enumerate(pool.routers):
            yield from _router((*path, "routers", k), router, subnet)
        for k, range_ in enumerate(pool.ranges):
            yield from _range((*path, "ranges", k), range_, subnet, pool, site)


def _router(path: Path, router: IPv4Address, subnet: Subnet) -> Iterator[Mistake]:
    if router not in subnet.network:
        yield Mistake(path, str(router), f"outside its network, {subnet.network}")
    for range_ in (r for pool in subnet.pools for r in pool.ranges):
        if range_.first <= router <= range_.last:
            reason = f"inside the range {range_}: a client would be given the router's address"
            yield Mistake(path, str(router), reason)


def _range(path: Path, range_: Range, subnet: Subnet, pool: Pool, site: Site) -> Iterator[Mistake]:
    network = subnet.network
    if range_.first not in network or range_.last not in network:
        yield Mistake(path, str(range_), f"outside its network, {network}")
    elif network.prefixlen < 31:
        for what, address in (
            ("network", network.network_address),
            ("broadcast", network.broadcast_address),
        ):
            if range_.first <= address <= range_.last:
                yield Mistake(path, str(range_), f"holds the {what} address, {address}")
    if relationship := site.failover.get(pool.failover):
        for end in (relationship.primary, relationship.secondary):
            if range_.first <= end.address <= range_.last:
                reason = f"holds {end.address}, the address of the server {end.server}"
                yield Mistake(path, str(range_), reason)


def _overlaps(site: Site) -> Iterator[Mistake]:
    networks = [(("subnets", i, "network"), s.network) for i, s in enumerate(site.subnets)]
    for (path, network), (_, other) in _overlapping(
        networks, lambda n: (n.network_address, n.broadcast_address)
    ):
        yield Mistake(path, str(network), f"overlaps the subnet {other}")
    ranges = [
        (("subnets", i, "pools", j, "ranges", k), range_)
        for i, subnet in enumerate(site.subnets)
        for j, pool in enumerate(subnet.pools)
        for k, range_ in enumerate(pool.ranges)
    ]
    for (path, range_), (_, earlier) in _overlapping(ranges, lambda r: (r.first, r.last)):
        yield Mistake(path, str(range_), f"overlaps the range {earlier}")


def _overlapping(
    things: list[tuple[Any, Thing]], ends: Callable[[Thing], tuple[IPv4Address, IPv4Address]]
) -> Iterator[tuple[tuple[Any, Thing], tuple[Any, Thing]]]:
    """Each thing that overlaps one that starts no later, with that one; sorted, not pairwise."""
    furthest: tuple[Any, Thing] | None = None
    for item in sorted(things, key=lambda it: ends(it[1])):
        if furthest and ends(item[1])[0] <= ends(furthest[1])[1]:
            yield item, furthest
        if furthest is None or ends(item[1])[1] > ends(furthest[1])[1]:
            furthest = item
