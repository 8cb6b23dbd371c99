"""What has to hold of the relationships and their servers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ..model import Place, Relationship, Site
from .mistake import Mistake, nearest


def mistakes(site: Site, servers: set[str] | None) -> Iterator[Mistake]:
    """All that is wrong with them; ``servers`` are those of the inventory, when known."""
    yield from _relationships(site)
    yield from _usable(site)
    yield from _addresses(site)
    yield from _interfaces(site)
    if servers is not None:
        yield from _inventory(site, servers)


def _inventory(site: Site, servers: set[str]) -> Iterator[Mistake]:
    for place, end in site.ends:
        if end.server not in servers:
            reason = f"not in the inventory; {nearest(end.server, sorted(servers))}"
            yield Mistake((*place, "server"), end.server, reason)
    for server in sorted(servers - set(site.peers)):
        reason = "in the inventory, but primary or secondary of no relationship"
        yield Mistake(("failover",), server, reason, needs="failover")


def _relationships(site: Site) -> Iterator[Mistake]:
    lease_times: dict[str, list[int]] = {}
    for placed in site.placed_subnets:
        for pool in placed.subnet.pools:
            if pool.failover:
                default = site.lease_times(placed.subnet, placed.shared, pool).default
                lease_times.setdefault(pool.failover, []).append(default)
    for name, it in site.failover.items():
        path: Place = ("failover", name)
        if it.primary.server == it.secondary.server:
            reason = "primary and secondary have to be two servers"
            yield Mistake((*path, "secondary", "server"), it.secondary.server, reason)
        if it.primary.address == it.secondary.address:
            reason = "primary and secondary need an address each"
            yield Mistake((*path, "secondary", "address"), str(it.secondary.address), reason)
        yield from _tunables(path, it)
        if name not in lease_times:
            reason = "no pool names this relationship: give one 'failover'"
            yield Mistake(path, name, reason, needs="subnets")
        elif it.mclt > (shortest := min(lease_times[name])):
            reason = f"above a default_lease_time of its pools, {shortest}"
            yield Mistake((*path, "mclt"), it.mclt, reason)


def _usable(site: Site) -> Iterator[Mistake]:
    for place, end in site.ends:
        address = end.address
        if address.is_loopback or address.is_multicast or address.is_unspecified:
            reason = "no address of a server: its partner cannot reach it there"
            yield Mistake((*place, "address"), str(address), reason)


def _tunables(path: Place, it: Relationship) -> Iterator[Mistake]:
    if it.hba is not None and it.split is not None:
        yield Mistake((*path, "hba"), it.hba, "split is given as well; one of the two can be")
    if it.max_lease_ownership > it.max_lease_misbalance:
        reason = f"above max_lease_misbalance, {it.max_lease_misbalance}"
        yield Mistake((*path, "max_lease_ownership"), it.max_lease_ownership, reason)
    if it.min_balance > it.max_balance:
        reason = f"above max_balance, {it.max_balance}"
        yield Mistake((*path, "min_balance"), it.min_balance, reason)
    if it.auto_partner_down and it.auto_partner_down < it.max_response_delay:
        reason = f"below max_response_delay, {it.max_response_delay}"
        yield Mistake((*path, "auto_partner_down"), it.auto_partner_down, reason)


def _addresses(site: Site) -> Iterator[Mistake]:
    """An address belongs to one server."""
    owners: dict[object, str] = {}
    for name, it in site.failover.items():
        if it.primary.address == it.secondary.address:
            continue  # told already
        for role, end in (("primary", it.primary), ("secondary", it.secondary)):
            owner = owners.setdefault(end.address, end.server)
            if owner != end.server and it.primary.server != it.secondary.server:
                reason = f"the address of {owner} already"
                yield Mistake(("failover", name, role, "address"), str(end.address), reason)


def _interfaces(site: Site) -> Iterator[Mistake]:
    for server in site.interfaces:
        if server not in site.peers:
            reason = f"no relationship names this server; {nearest(server, site.peers)}"
            yield Mistake(("interfaces", server), server, reason, needs="failover")
    networks = sorted(it.subnet.network for it in site.placed_subnets)
    for place, end in site.ends:
        before = bisect_right(networks, end.address, key=lambda n: n.network_address)
        known = before and end.address in networks[before - 1]
        if end.server not in site.interfaces and not known:
            reason = (
                "in none of the declared subnets: declare its network (without pools will do), or"
                f" say under 'interfaces' where {end.server} serves"
            )
            yield Mistake((*place, "address"), str(end.address), reason, needs="subnets")
