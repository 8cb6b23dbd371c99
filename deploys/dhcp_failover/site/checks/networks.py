"""What has to hold of networks, pools, ranges and reserved addresses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeVar

from ..model import LeaseTimes, Place, PlacedSubnet, Pool, Site
from ..standard_options import STANDARD
from ..values import Range
from .mistake import Mistake, dotted, nearest, repeated

Thing = TypeVar("Thing")


def mistakes(site: Site) -> Iterator[Mistake]:
    """All that is wrong with them."""
    servers = {end.address: end.server for _, end in site.ends}
    ends: dict[IPv4Address, list[Place]] = {}
    for place, end in site.ends:
        ends.setdefault(end.address, []).append((*place, "address"))
    optional = [*_optional_routers(site)]
    routers = {router for _, router in optional}
    for placed in site.placed_subnets:
        yield from _network(placed, ends)
        if placed.subnet.reservations:
            yield from _times(placed.place, site.lease_times(placed.subnet, placed.shared))
        for j, pool in enumerate(placed.subnet.pools):
            yield from _pool((*placed.place, "pools", j), pool, placed, site)
        yield from _reserved(placed, servers, routers)
    yield from _routers_in_ranges(site, optional)
    yield from _overlaps(site)
    yield from _servers_in_ranges(site, servers)


def _pool(path: Place, pool: Pool, it: PlacedSubnet, site: Site) -> Iterator[Mistake]:
    yield from _owner(path, pool, site)
    yield from _times(path, site.lease_times(it.subnet, it.shared, pool))
    for k, router in enumerate(pool.routers):
        yield from _router((*path, "routers", k), router, it)
    for k, range_ in enumerate(pool.ranges):
        yield from _range((*path, "ranges", k), range_, it)


def _times(path: Place, times: LeaseTimes) -> Iterator[Mistake]:
    if times.default > times.max:
        reason = f"above max_lease_time, {times.max}"
        yield Mistake((*path, "default_lease_time"), times.default, reason)
    if times.min > times.default:
        reason = f"above default_lease_time, {times.default}"
        yield Mistake((*path, "min_lease_time"), times.min, reason)


def _owner(path: Place, pool: Pool, site: Site) -> Iterator[Mistake]:
    if (pool.failover is None) == (pool.server is None):
        what = None if pool.failover is None else pool.failover
        reason = "either failover, a relationship, or server, without a partner, is needed"
        yield Mistake((*path, "failover"), what, reason)
    elif pool.failover is not None and pool.failover not in site.failover:
        reason = f"unknown relationship; {nearest(pool.failover, site.failover)}"
        yield Mistake((*path, "failover"), pool.failover, reason, needs="failover")
    elif pool.server is not None and pool.server not in site.peers:
        reason = f"no relationship names this server; {nearest(pool.server, site.peers)}"
        yield Mistake((*path, "server"), pool.server, reason, needs="failover")
    if pool.dynamic_bootp and pool.failover:
        reason = "the partner would not know of such leases: not in a pool with failover"
        yield Mistake((*path, "dynamic_bootp"), True, reason)


def _router(path: Place, router: IPv4Address, it: PlacedSubnet) -> Iterator[Mistake]:
    if router not in it.subnet.network:
        yield Mistake(path, str(router), f"outside its network, {it.subnet.network}")
    for range_ in _ranges(it):
        if router in range_:
            reason = f"inside the range {range_}: a client would be given the router's address"
            yield Mistake(path, str(router), reason)


def _ranges(it: PlacedSubnet) -> Iterator[Range]:
    return (range_ for pool in it.subnet.pools for range_ in pool.ranges)


def _range(path: Place, range_: Range, it: PlacedSubnet) -> Iterator[Mistake]:
    network = it.subnet.network
    if range_.first not in network or range_.last not in network:
        yield Mistake(path, str(range_), f"outside its network, {network}")
    elif network.prefixlen < 31:
        for what, address in (
            ("network", network.network_address),
            ("broadcast", network.broadcast_address),
        ):
            if address in range_:
                yield Mistake(path, str(range_), f"holds the {what} address, {address}")


def _network(it: PlacedSubnet, ends: dict[IPv4Address, list[Place]]) -> Iterator[Mistake]:
    network = it.subnet.network
    first, last = network.network_address, network.broadcast_address
    if network.is_multicast or network.is_loopback or first == IPv4Address(0):
        reason = "no network of hosts: loopback, multicast or unspecified"
        yield Mistake((*it.place, "network"), str(network), reason)
    elif network.prefixlen < 31:
        for address in (first, last):
            for path in ends.get(address, ()):
                yield Mistake(path, str(address), _of_no_host(network))


def _of_no_host(network: IPv4Network) -> str:
    return f"no host can have it: it is the network's or the broadcast address of {network}"


def _optional_routers(site: Site) -> Iterator[tuple[Place, IPv4Address]]:
    """The routers that are given as an option, with their places."""
    for path, scope in site.scopes():
        if "routers" in scope.options:
            try:
                records = STANDARD["routers"].parse(scope.options["routers"])
            except ValueError:
                continue  # for the checks of options to tell
            for k, (router,) in enumerate(records):
                yield (*path, "options", "routers", k), router


def _routers_in_ranges(site: Site, routers: list[tuple[Place, IPv4Address]]) -> Iterator[Mistake]:
    ranges = sorted((it for _, it in _placed(site)), key=lambda it: it.last) if routers else []
    for path, router in routers:
        at = bisect_left(ranges, router, key=lambda it: it.last)
        if at < len(ranges) and router in ranges[at]:
            reason = f"inside the range {ranges[at]}: a client would be given the router's address"
            yield Mistake(path, str(router), reason)


def _reserved(
    it: PlacedSubnet, servers: dict[IPv4Address, str], routers: set[IPv4Address]
) -> Iterator[Mistake]:
    network = it.subnet.network
    ranges = sorted(_ranges(it), key=lambda range_: range_.first) if it.subnet.reservations else []
    own = {router for pool in it.subnet.pools for router in pool.routers}
    for name, reservation in it.subnet.reservations.items():
        address = reservation.address
        if address is None:
            continue
        before = bisect_left(ranges, address, key=lambda range_: range_.last)
        if address not in network:
            reason = f"outside its network, {network}"
        elif before < len(ranges) and address in ranges[before]:
            reason = f"inside the range {ranges[before]}: another client may have it"
        elif network.prefixlen < 31 and address in (
            network.network_address,
            network.broadcast_address,
        ):
            reason = _of_no_host(network)
        elif address in servers:
            reason = f"the address of the server {servers[address]}"
        elif address in own or address in routers:
            reason = "the address of a router"
        else:
            continue
        yield Mistake((*it.place, "reservations", name, "address"), str(address), reason)


def _overlaps(site: Site) -> Iterator[Mistake]:
    networks = [((*it.place, "network"), it.subnet.network) for it in site.placed_subnets]
    for (path, network), (_, other) in _overlapping(
        networks, lambda n: (int(n.network_address), int(n.broadcast_address))
    ):
        yield Mistake(path, str(network), f"overlaps the subnet {other}")
    for (path, range_), (_, earlier) in _overlapping(
        _placed(site), lambda r: (int(r.first), int(r.last))
    ):
        yield Mistake(path, str(range_), f"overlaps the range {earlier}")
    seen: dict[str, Place] = {}
    for it in site.placed_subnets:
        for name, reservation in it.subnet.reservations.items():
            if reservation.address is not None:
                path = (*it.place, "reservations", name, "address")
                if earlier_place := repeated(seen, str(reservation.address), path):
                    reason = f"reserved already, by {dotted(earlier_place[:-1])}"
                    yield Mistake(path, str(reservation.address), reason)


def _placed(site: Site) -> list[tuple[Place, Range]]:
    return [
        ((*it.place, "pools", j, "ranges", k), range_)
        for it in site.placed_subnets
        for j, pool in enumerate(it.subnet.pools)
        for k, range_ in enumerate(pool.ranges)
    ]


def _servers_in_ranges(site: Site, servers: dict[IPv4Address, str]) -> Iterator[Mistake]:
    addresses = sorted(servers)
    for path, range_ in _placed(site):
        for address in addresses[bisect_left(addresses, range_.first) :]:
            if address not in range_:
                break
            reason = f"holds {address}, the address of the server {servers[address]}"
            yield Mistake(path, str(range_), reason)


def _overlapping(
    things: list[tuple[Any, Thing]], ends: Callable[[Thing], tuple[int, int]]
) -> Iterator[tuple[tuple[Any, Thing], tuple[Any, Thing]]]:
    """Each thing that overlaps one that starts no later, with that one; sorted, not pairwise."""
    furthest: tuple[Any, Thing] | None = None
    for item in sorted(things, key=lambda it: ends(it[1])):
        if furthest and ends(item[1])[0] <= ends(furthest[1])[1]:
            yield item, furthest
        if furthest is None or ends(item[1])[1] > ends(furthest[1])[1]:
            furthest = item
