"""Networks: pools, subnets, shared networks, and where they are in the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field

from .addresses import Address, Network, Range
from .clients import Reservation, ReservationName
from .scopes import NetworkScope, Scope
from .values import FreeName, ServerName

Place = tuple[str | int, ...]
"""Where something is declared, from the top: ``("subnets", 0, "pools", 1)``."""

PERMITS = (
    "known clients",
    "unknown clients",
    "all clients",
    "dynamic bootp clients",
    "authenticated clients",
    "unauthenticated clients",
)
"""Clients that can be allowed and denied without a class of their own."""
Permit = Annotated[FreeName, Field(title="class or clients")]
"""A class by its name, or one of :data:`PERMITS`."""


class Pool(Scope):
    """Addresses that the two servers of a relationship give out, or one server alone.

    A lease time that the pool does not set comes from its subnet, shared network or site.
    """

    failover: Annotated[str, Field(title="name of a relationship")] | None = None
    """The name of the relationship that serves it. Example: `office`."""
    server: ServerName | None = None
    """In place of ``failover``: the one server that gives these addresses out, without a
    partner. Example: `dhcp1`."""
    ranges: Annotated[tuple[Range, ...], Field(min_length=1)]
    """The addresses: ``first-last``, both included, or a single one.
    Example: `["192.0.2.10-192.0.2.99"]`."""
    routers: tuple[Address, ...] = ()
    """The clients' routers. Example: `["192.0.2.254"]`."""
    allow: tuple[Permit, ...] = ()
    """Only these clients get addresses of the pool: a class by its name, ``known clients`` (those
    with a reservation), ``unknown clients``, ``all clients``, ``dynamic bootp clients``.
    Example: `["phones"]`."""
    deny: tuple[Permit, ...] = ()
    """These clients get no address of the pool. Named in the same way."""
    dynamic_bootp: bool = False
    """BOOTP clients get addresses of the pool, for ever. Only in a pool without failover."""
    emptying: bool = False
    """The pool gives out no addresses any more. A client that has one is refused when it renews,
    and asks for another address at once, so other pools need free addresses.

    After half of the longest lease time, the pool has only leases of clients that are off or cannot
    reach a server. These end after the whole lease time. Then remove the pool.
    """


class Subnet(NetworkScope):
    """A network and its pools. Declare the servers' own networks too, without pools if they have
    no clients there."""

    network: Network
    """Its address and the length of its prefix. Example: `192.0.2.0/24`."""
    pools: tuple[Pool, ...] = ()
    """The addresses that servers give out in it."""
    reservations: dict[ReservationName, Reservation] = {}
    """By name: known clients. Clients with addresses in several networks, and lists for all
    networks, can be at the site instead."""


class SharedNetwork(NetworkScope):
    """Subnets on one wire."""

    subnets: Annotated[tuple[Subnet, ...], Field(min_length=1)]
    """Its subnets."""


@dataclass(frozen=True)
class PlacedSubnet:
    """A subnet, its place in the data, and the shared network that it is part of."""

    place: Place
    subnet: Subnet
    shared: str | None


class PlacedReservation(NamedTuple):
    """A reservation, its place in the data, its name, and the subnet in which it is declared."""

    place: Place
    name: str
    reservation: Reservation
    subnet: PlacedSubnet | None
    """None for a reservation of the site."""


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks that a server has to know, in the order of the data.

    Servers that know the same networks share one object.
    """

    subnets: list[Subnet]
    shared_networks: dict[str, list[Subnet]]

    def every(self) -> Iterator[Subnet]:
        """All subnets, those of shared networks last."""
        yield from self.subnets
        for subnets in self.shared_networks.values():
            yield from subnets


Owner = tuple[str, str]
"""Who gives out a pool: ``("failover", NAME)`` or ``("server", NAME)``."""
EVERYBODY: Owner = ("", "")
"""In place of an owner, for networks without pools."""


def owner_of(pool: Pool) -> Owner:
    """The relationship, or the single server, that gives out the addresses of ``pool``."""
    return ("failover", pool.failover) if pool.failover else ("server", pool.server or "")


def with_pools_of(subnet: Subnet, owners: set[Owner]) -> Subnet:
    """``subnet`` without the pools of other owners."""
    if all(owner_of(pool) in owners for pool in subnet.pools):
        return subnet
    pools = tuple(pool for pool in subnet.pools if owner_of(pool) in owners)
    return subnet.model_copy(update={"pools": pools})
