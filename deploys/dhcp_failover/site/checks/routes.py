"""Rules for routes, and for the routers that they replace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from ..model import Site
from ..networks import Place, Pool
from ..options import MOST
from ..reserved import as_reserved
from ..scopes import ROUTE_CODES, Scope, route_bytes
from ..standard_options import STANDARD
from .mistake import Mistake

Chain = Sequence[tuple[Place, Scope]]
"""The scopes around some clients, the nearest first."""
EVERYWHERE = IPv4Network("0.0.0.0/0")


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    routed = {path: scope for path, scope in site.placed_scopes if scope.routes}
    if not routed:
        return
    for name, it in site.option_definitions.items():
        if "." not in name and it.code in ROUTE_CODES:
            reason = "routes are sent in this option; move its routes to routes, and remove it"
            yield Mistake(("option_definitions", name, "code"), it.code, reason)
    for path, scope in routed.items():
        if (length := len(route_bytes(scope.routes))) > MOST:
            reason = f"take {length} bytes; the largest packet to a client has room for {MOST}"
            yield Mistake((*path, "routes"), _written(scope), reason)
    ignored = _ignored(site)
    for path, scope in routed.items():
        if routers := ignored.get(path):
            said = ", ".join(map(str, routers))
            reason = (
                "has no default route, and clients that understand routes ignore all other"
                f' routes and routers ({said}); add "{EVERYWHERE}": "{routers[0]}"'
            )
            yield Mistake((*path, "routes"), _written(scope), reason)


def _written(scope: Scope) -> dict[str, str]:
    return {str(network): str(router) for network, router in scope.routes.items()}


def _ignored(site: Site) -> dict[Place, list[IPv4Address]]:
    """By place of routes without a default route: the default routers of the same clients."""
    found: dict[Place, list[IPv4Address]] = {}
    chains = [*_chains(site)]
    for chain in chains:
        place = next((path for path, scope in chain if scope.routes), None)
        routers = next(filter(None, (_everywhere(scope) for _, scope in chain)), None)
        if place is not None and routers:
            found.setdefault(place, routers)
    anybody = next(filter(None, (_everywhere(scope) for it in chains for _, scope in it)), None)
    for path, scope in site.placed_scopes:
        if path[:1] in (("classes",), ("servers",)) and (routers := _everywhere(scope) or anybody):
            found.setdefault(path, routers)
    return {
        path: found[path]
        for path, scope in site.placed_scopes
        if path in found and scope.routes and EVERYWHERE not in scope.routes
    }


def _chains(site: Site) -> Iterator[Chain]:
    reserved: dict[Place, list[tuple[Place, Scope]]] = {}
    for placed in site.placed_subnets:
        around: list[tuple[Place, Scope]] = []
        if placed.shared:
            around.append((("shared_networks", placed.shared), site.shared_networks[placed.shared]))
        around.append(((), site))
        reserved[placed.place] = [(placed.place, as_reserved(placed.subnet)), *around]
        around.insert(0, (placed.place, placed.subnet))
        yield around
        for i, pool in enumerate(placed.subnet.pools):
            yield [((*placed.place, "pools", i), pool), *around]
    for it in site.placed_reservations():
        homes = {home.place for home in map(site.subnet_of, it.reservation.address) if home}
        if not homes and it.subnet:
            homes = {it.subnet.place}
        own: list[tuple[Place, Scope]] = [(it.place, it.reservation)]
        if it.reservation.group in site.groups:
            own.append((("groups", it.reservation.group), site.groups[it.reservation.group]))
        for home in homes:
            yield [*own, *reserved[home]]


def _everywhere(scope: Scope) -> list[IPv4Address]:
    """The routers to everywhere: routers, or that of a route."""
    if EVERYWHERE in scope.routes:
        return [scope.routes[EVERYWHERE]]
    if isinstance(scope, Pool) and scope.routers:
        return list(scope.routers)
    try:
        return [it for (it,) in STANDARD["routers"].parse(scope.options["routers"])]
    except (KeyError, ValueError):
        return []
