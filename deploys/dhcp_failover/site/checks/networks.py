"""Rules for networks, pools, ranges and reserved addresses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeVar

from ..addresses import Range
from ..model import Site
from ..networks import Place, PlacedSubnet, Pool
from ..standard_options import STANDARD
from .mistake import Mistake

Thing = TypeVar("Thing")


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    servers = {end.address: end.server for _, end in site.ends}
    ends: dict[IPv4Address, list[Place]] = {}
    for place, end in site.ends:
        ends.setdefault(end.address, []).append((*place, "address"))
    optional = [*optional_routers(site)]
    for placed in site.placed_subnets:
        yield from _network(placed, ends)
        ranges = sorted(ranges_of(placed), key=lambda it: it.last)
        for j, pool in enumerate(placed.subnet.pools):
            yield from _pool((*placed.place, "pools", j), pool, placed, ranges, site)
    yield from _routers_in_ranges(site, optional)
    yield from _overlaps(site)
    yield from _servers_in_ranges(site, servers)


def _pool(
    path: Place, pool: Pool, placed: PlacedSubnet, ranges: list[Range], site: Site
) -> Iterator[Mistake]:
    yield from _owner(path, pool, site)
    for k, router in enumerate(pool.routers):
        place = (*path, "routers", k)
        if router not in placed.subnet.network:
            yield Mistake(place, str(router), f"outside its network, {placed.subnet.network}")
        if range_ := _around(router, ranges):
            yield _router_in(range_, place, router)
    for k, range_ in enumerate(pool.ranges):
        yield from _range((*path, "ranges", k), range_, placed)


def _owner(path: Place, pool: Pool, site: Site) -> Iterator[Mistake]:
    if (pool.failover is None) == (pool.server is None):
        what = None if pool.failover is None else pool.failover
        reason = "expected either failover (a relationship) or server (one server alone)"
        yield Mistake((*path, "failover"), what, reason)
    elif pool.failover is not None and pool.failover not in site.failover:
        known = (pool.failover, site.failover)
        reason = "unknown relationship"
        yield Mistake((*path, "failover"), pool.failover, reason, ("failover",), known)
    elif pool.server is not None and pool.server not in site.peers:
        reason = "no relationship has this server"
        unknown = (pool.server, site.peers)
        yield Mistake((*path, "server"), pool.server, reason, ("failover",), unknown)
    if pool.dynamic_bootp and pool.failover:
        reason = "not in a pool with failover: the partner does not learn of such leases"
        yield Mistake((*path, "dynamic_bootp"), True, reason)


def _router_in(range_: Range, path: Place, router: IPv4Address) -> Mistake:
    reason = f"inside the range {range_}; a client would get the router's address"
    return Mistake(path, str(router), reason)


def _around(address: IPv4Address, ranges: list[Range]) -> Range | None:
    """The range that ``address`` is in; ``ranges`` are in the order of their ends."""
    at = bisect_left(ranges, address, key=lambda range_: range_.last)
    return ranges[at] if at < len(ranges) and address in ranges[at] else None


def ranges_of(placed: PlacedSubnet) -> Iterator[Range]:
    return (range_ for pool in placed.subnet.pools for range_ in pool.ranges)


def _range(path: Place, range_: Range, placed: PlacedSubnet) -> Iterator[Mistake]:
    network = placed.subnet.network
    if range_.first not in network or range_.last not in network:
        yield Mistake(path, str(range_), f"outside its network, {network}")
    elif network.prefixlen < 31:
        for what, address in (
            ("network", network.network_address),
            ("broadcast", network.broadcast_address),
        ):
            if address in range_:
                yield Mistake(path, str(range_), f"contains the {what} address, {address}")


def _network(placed: PlacedSubnet, ends: dict[IPv4Address, list[Place]]) -> Iterator[Mistake]:
    network = placed.subnet.network
    first, last = network.network_address, network.broadcast_address
    if network.is_multicast or network.is_loopback or first == IPv4Address(0):
        reason = "not a network for clients: loopback, multicast or unspecified"
        yield Mistake((*placed.place, "network"), str(network), reason)
    elif network.prefixlen < 31:
        for address in (first, last):
            for path in ends.get(address, ()):
                yield Mistake(path, str(address), of_no_host(network))


def of_no_host(network: IPv4Network) -> str:
    return f"not an address for a host: the network address or the broadcast address of {network}"


def optional_routers(site: Site) -> Iterator[tuple[Place, IPv4Address]]:
    """The routers in options, with their places."""
    for path, scope in site.placed_scopes:
        if "routers" in scope.options:
            try:
                records = STANDARD["routers"].parse(scope.options["routers"])
            except ValueError:
                continue  # the checks of options report it
            for k, (router,) in enumerate(records):
                yield (*path, "options", "routers", k), router


def _routers_in_ranges(site: Site, routers: list[tuple[Place, IPv4Address]]) -> Iterator[Mistake]:
    ranges = sorted((it for _, it in _placed(site)), key=lambda it: it.last) if routers else []
    for path, router in routers:
        if range_ := _around(router, ranges):
            yield _router_in(range_, path, router)


def _overlaps(site: Site) -> Iterator[Mistake]:
    networks = [
        ((*placed.place, "network"), placed.subnet.network) for placed in site.placed_subnets
    ]
    for (path, network), (_, other) in _overlapping(
        networks, lambda n: (int(n.network_address), int(n.broadcast_address))
    ):
        yield Mistake(path, str(network), f"overlaps the subnet {other}")
    for (path, range_), (_, earlier) in _overlapping(
        _placed(site), lambda r: (int(r.first), int(r.last))
    ):
        yield Mistake(path, str(range_), f"overlaps the range {earlier}")


def _placed(site: Site) -> list[tuple[Place, Range]]:
    return [
        ((*placed.place, "pools", j, "ranges", k), range_)
        for placed in site.placed_subnets
        for j, pool in enumerate(placed.subnet.pools)
        for k, range_ in enumerate(pool.ranges)
    ]


def _servers_in_ranges(site: Site, servers: dict[IPv4Address, str]) -> Iterator[Mistake]:
    addresses = sorted(servers)
    for path, range_ in _placed(site):
        at = bisect_left(addresses, range_.first)
        if at < len(addresses) and addresses[at] in range_:
            address = addresses[at]
            reason = f"contains {address}, the address of the server {servers[address]}"
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
