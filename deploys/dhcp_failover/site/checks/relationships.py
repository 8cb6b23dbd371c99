"""Rules for relationships and their servers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ..lease_times import SHORTEST_LEASE
from ..model import Site
from ..networks import Place
from ..relationships import Relationship
from .mistake import Mistake


def mistakes(site: Site, servers: set[str] | None) -> Iterator[Mistake]:
    """Every mistake in them. ``servers`` are those of the inventory, if known."""
    yield from _relationships(site)
    yield from _twice(site)
    yield from _usable(site)
    yield from _addresses(site)
    yield from _interfaces(site)
    if servers is not None:
        for place, end in site.ends:
            if end.server not in servers:
                name = end.server
                reason = "not in the inventory"
                yield Mistake((*place, "server"), name, reason, unknown=(name, servers))


def _relationships(site: Site) -> Iterator[Mistake]:
    shortest = site.shortest_leases
    for name, relationship in site.failover.items():
        path: Place = ("failover", name)
        if relationship.primary.server == relationship.secondary.server:
            reason = "primary and secondary must be two servers"
            yield Mistake((*path, "secondary", "server"), relationship.secondary.server, reason)
        if relationship.primary.address == relationship.secondary.address:
            reason = "primary and secondary must have different addresses"
            yield Mistake(
                (*path, "secondary", "address"), str(relationship.secondary.address), reason
            )
        yield from _tunables(path, relationship)
        if name not in shortest:
            reason = f"no pool uses this relationship; write \"failover\": '{name}' in a pool"
            yield Mistake(path, None, reason, ("subnets", "shared_networks"))
        elif site.mclt(name) > (seconds := shortest[name]) >= SHORTEST_LEASE:
            reason = (
                f"longer than the shortest default_lease_time of its pools, {seconds}; write"
                f' "mclt": {seconds}, or make the leases longer'
            )
            yield Mistake((*path, "mclt"), relationship.mclt, reason)


def _twice(site: Site) -> Iterator[Mistake]:
    """Servers keep one connection for each pair of servers, whatever the roles and ports."""
    seen: dict[frozenset[str], str] = {}
    for name, relationship in site.failover.items():
        pair = frozenset((relationship.primary.server, relationship.secondary.server))
        earlier = seen.setdefault(pair, name)
        if earlier != name and len(pair) == 2:
            reason = (
                f"between the same two servers as {earlier!r}: one of the two would never leave"
                ' recover, on any port; keep one of them, with "split": 128 if both servers are to'
                " answer, and name it in all pools"
            )
            yield Mistake(("failover", name), None, reason)


def _usable(site: Site) -> Iterator[Mistake]:
    for place, end in site.ends:
        address = end.address
        if address.is_loopback or address.is_multicast or address.is_unspecified:
            reason = "a partner cannot reach a server at such an address"
            yield Mistake((*place, "address"), str(address), reason)


def _tunables(path: Place, it: Relationship) -> Iterator[Mistake]:
    if it.hba is not None and it.split is not None:
        yield Mistake((*path, "hba"), it.hba, "split is given as well; remove one of them")
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
    for name, relationship in site.failover.items():
        if relationship.primary.address == relationship.secondary.address:
            continue  # reported already
        for role, end in (("primary", relationship.primary), ("secondary", relationship.secondary)):
            owner = owners.setdefault(end.address, end.server)
            if owner != end.server and relationship.primary.server != relationship.secondary.server:
                reason = f"already the address of {owner}"
                yield Mistake(("failover", name, role, "address"), str(end.address), reason)


def _interfaces(site: Site) -> Iterator[Mistake]:
    for server, interfaces in site.interfaces.items():
        if server not in site.peers:
            path: Place = ("interfaces", server)
            reason = "no relationship has this server"
            yield Mistake(path, server, reason, ("failover",), (server, site.peers))
        for i, interface in enumerate(interfaces):
            if interface in interfaces[:i]:
                yield Mistake(("interfaces", server, i), interface, "listed twice")
    networks = sorted(it.subnet.network for it in site.placed_subnets)
    for place, end in site.ends:
        before = bisect_right(networks, end.address, key=lambda network: network.network_address)
        declared = before and end.address in networks[before - 1]
        if end.server not in site.interfaces and not declared:
            reason = (
                "in none of the declared subnets; declare its network (it needs no pools), or list"
                f" under 'interfaces' where {end.server} serves"
            )
            needs = ("subnets", "shared_networks", "interfaces")
            yield Mistake((*place, "address"), str(end.address), reason, needs)
