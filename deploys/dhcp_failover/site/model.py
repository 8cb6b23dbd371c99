"""The site: what an administrator declares once for all its DHCP servers.

Nothing here knows how a DHCP server writes its configuration: an engine (see
:mod:`dhcp_failover.dhcpd`) renders a server's share of the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from .clients import ClientClass, Reservation, ReservationName
from .dns import Dns, Key, KeyName, Omapi
from .options import Definition, OptionDefinition
from .scopes import NetworkScope, OptionName, Scope
from .standard_options import STANDARD
from .values import (
    Address,
    Declared,
    Interface,
    Name,
    Network,
    Percent,
    Port,
    Range,
    Seconds,
    ServerName,
    WholeNumber,
    matching,
)

Role = Literal["primary", "secondary"]
Place = tuple[str | int, ...]
"""Where something is declared, from the top: ``("subnets", 0, "pools", 1)``."""


class End(Declared):
    """One end of a failover relationship."""

    server: ServerName
    """The server's name in the inventory."""
    address: Address
    """Where its failover partner reaches it: one of its own addresses."""


HBA = r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}"


class Relationship(Declared):
    """Two servers that back each other up. The defaults are those of a small office."""

    primary: End
    """The server that tells its partner ``mclt`` and ``split``."""
    secondary: End
    """Its partner."""
    port: Port = 520
    """The TCP port on which the primary listens to its partner."""
    peer_port: Port = 520
    """The TCP port on which the secondary listens to its partner."""
    max_response_delay: Annotated[Seconds, Field(ge=3, le=3600)] = 60
    """Seconds of silence after which the partner is taken for unreachable."""
    max_unacked_updates: Annotated[WholeNumber, Field(ge=1, le=65535)] = 10
    """How many updates are sent to the partner before the first is acknowledged."""
    mclt: Annotated[Seconds, Field(ge=60, le=86400)] = 3600
    """Maximum client lead time: seconds by which a server may extend a lease beyond what its
    partner knows of (draft-ietf-dhc-failover-12)."""
    split: Annotated[WholeNumber, Field(ge=0, le=256)] | None = None
    """How many of 256 shares of the clients the primary answers (RFC 3074), 256 meaning all;
    255, unless ``hba`` is given in its place."""
    hba: (
        Annotated[
            str, Field(title="32 bytes"), matching(HBA, "32 bytes as in '00:ff:…' are needed")
        ]
        | None
    ) = None
    """Which of 256 shares of the clients the primary answers: a bit each, in 32 bytes."""
    load_balance_max_seconds: Annotated[Seconds, Field(ge=1, le=65535)] = 3
    """Seconds that a client has waited after which the other server answers it too."""
    auto_partner_down: Seconds | None = None
    """Seconds after which a server without contact takes its partner for down; by default never.

    It then gives out the partner's addresses too: not safe where the two can live and
    not see each other (dhcpd.conf(5)).
    """
    max_lease_misbalance: Percent = 15
    """Per cent of the free addresses by which the servers' shares may differ when they look."""
    max_lease_ownership: Percent = 10
    """Per cent of the free addresses by which they may differ after they have evened out."""
    min_balance: Seconds = 60
    """Seconds between two looks at the shares, at least."""
    max_balance: Seconds = 3600
    """Seconds between two looks at the shares, at most."""


LogFacility = Literal[
    "daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"
]
Permit = Annotated[
    str,
    Field(title="class or clients"),
    matching(
        r"(known|unknown|all) clients|dynamic bootp clients|[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
        "the name of a class, 'known clients', 'unknown clients', 'all clients' or 'dynamic bootp"
        " clients' is needed",
    ),
]
"""A class by its name, or ``known clients`` (they have a reservation), ``unknown clients``,
``all clients``, ``dynamic bootp clients``."""


class Pool(Scope):
    """Addresses that are given out together, by the two servers of a relationship.

    By default its leases take as long as its subnet, shared network or site says; if
    none does, 21600 seconds, and at most 36000.
    """

    failover: Annotated[str, Field(title="name of a relationship")] | None = None
    """The name of the relationship that serves it."""
    server: ServerName | None = None
    """In place of ``failover``: the one server that gives these addresses out, partnerless."""
    ranges: Annotated[tuple[Range, ...], Field(min_length=1)]
    """The addresses: ``first-last``, both included, or a single one."""
    routers: tuple[Address, ...] = ()
    """The clients' routers."""
    allow: tuple[Permit, ...] = ()
    """Who may have these addresses, and nobody else: a class by its name, or ``known clients``
    (they have a reservation), ``unknown clients``, ``all clients``, ``dynamic bootp clients``."""
    deny: tuple[Permit, ...] = ()
    """Who may not have them, named in the same way."""
    dynamic_bootp: bool = False
    """Whether BOOTP clients get addresses of it for good; in a pool without failover only."""


class Subnet(NetworkScope):
    """A network and its pools; one without pools is declared so that servers know of it."""

    network: Network
    """Its address and the length of its prefix."""
    pools: tuple[Pool, ...] = ()
    """The addresses that servers give out in it."""
    reservations: dict[ReservationName, Reservation] = {}
    """By name: clients that are known, and the addresses that are theirs."""


class SharedNetwork(NetworkScope):
    """Subnets that are on one wire."""

    subnets: Annotated[tuple[Subnet, ...], Field(min_length=1)]
    """Its subnets, declared as those of the site are."""


@dataclass(frozen=True)
class Peer:
    """A relationship as one of its servers sees it."""

    name: str
    role: Role
    address: IPv4Address
    port: int
    peer_server: str
    peer_address: IPv4Address
    peer_port: int
    relationship: Relationship


@dataclass(frozen=True)
class PlacedSubnet:
    """A subnet, where it is declared, and the shared network that it is part of."""

    place: Place
    subnet: Subnet
    shared: str | None


class LeaseTimes(NamedTuple):
    """In seconds; ``min`` is 0 where there is none."""

    default: int = 21600
    min: int = 0
    max: int = 36000


@dataclass(frozen=True)
class Networks:
    """What one server has to know of the networks, in the order declared."""

    subnets: list[Subnet]
    shared_networks: dict[str, list[Subnet]]


class Site(NetworkScope):
    """Everything that is declared, for every server."""

    failover: dict[Name, Relationship]
    """By name: pairs of servers that back each other up; a server can be in several."""
    subnets: tuple[Subnet, ...] = ()
    """The networks that are alone on their wire, and those where servers are."""
    shared_networks: dict[Name, SharedNetwork] = {}
    """By name: subnets that are on one wire."""
    classes: dict[Name, ClientClass] = {}
    """By name: clients that have something in common."""
    option_definitions: dict[OptionName, OptionDefinition] = {}
    """By name: options that are not standard; ``acme.mode`` is an option of a vendor's space."""
    interfaces: dict[ServerName, Annotated[tuple[Interface, ...], Field(min_length=1)]] = {}
    """By server name: the interfaces to serve on, where not the one with its failover address."""
    keys: dict[KeyName, Key] = {}
    """By name: secrets shared with DNS servers and with users of the control channel."""
    dns: Dns | None = None
    """Dynamic DNS; none without this."""
    omapi: Omapi | None = None
    """The control channel; none without this."""
    ping_check: bool = True
    """Whether a server looks for a second if somebody uses a free address before it offers it."""
    log_facility: LogFacility | None = None
    """The facility of syslog that servers log to."""
    normal_timeout: Annotated[Seconds, Field(ge=1, le=86400)] = 120
    """Seconds within which both servers have to be seen in normal after a change."""
    firewall: bool = True
    """Whether only partners are let to a server's failover port."""

    @cached_property
    def peers(self) -> dict[str, tuple[Peer, ...]]:
        """By server name: its relationships, in the order declared."""
        peers: dict[str, tuple[Peer, ...]] = {}
        for name, it in self.failover.items():
            one, two = it.primary, it.secondary
            for role, me, port, other, other_port in (
                ("primary", one, it.port, two, it.peer_port),
                ("secondary", two, it.peer_port, one, it.port),
            ):
                peer = Peer(
                    name=name,
                    role=role,  # type: ignore[arg-type] # mypy widens the tuple's literals to str
                    address=me.address,
                    port=port,
                    peer_server=other.server,
                    peer_address=other.address,
                    peer_port=other_port,
                    relationship=it,
                )
                peers[me.server] = (*peers.get(me.server, ()), peer)
        return peers

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The names of the two servers of every relationship."""
        return [(it.primary.server, it.secondary.server) for it in self.failover.values()]

    @cached_property
    def ends(self) -> tuple[tuple[Place, End], ...]:
        """The two servers of every relationship, with their places."""
        return tuple(
            (("failover", name, role), end)
            for name, it in self.failover.items()
            for role, end in (("primary", it.primary), ("secondary", it.secondary))
        )

    @cached_property
    def placed_subnets(self) -> tuple[PlacedSubnet, ...]:
        """Every subnet, with its place."""
        own = [PlacedSubnet(("subnets", i), it, None) for i, it in enumerate(self.subnets)]
        return (
            *own,
            *(
                PlacedSubnet(("shared_networks", name, "subnets", i), it, name)
                for name, shared in self.shared_networks.items()
                for i, it in enumerate(shared.subnets)
            ),
        )

    def scopes(self) -> Iterator[tuple[Place, Scope]]:
        """Every scope, with its place."""
        yield (), self
        for name, shared in self.shared_networks.items():
            yield ("shared_networks", name), shared
        for it in self.placed_subnets:
            yield it.place, it.subnet
            for j, pool in enumerate(it.subnet.pools):
                yield (*it.place, "pools", j), pool
            for name, reservation in it.subnet.reservations.items():
                yield (*it.place, "reservations", name), reservation
        for name, a_class in self.classes.items():
            yield ("classes", name), a_class
            for value, member in a_class.members.items():
                yield ("classes", name, "members", value), member

    def lease_times(
        self, subnet: Subnet, shared: str | None, pool: Pool | None = None
    ) -> LeaseTimes:
        """What leases last in a subnet or a pool of it: the nearest scope that says something wins.

        ``shared`` is the name of the shared network that the subnet is part of.
        """
        wire = self.shared_networks[shared] if shared else None
        scopes = [scope for scope in (pool, subnet, wire, self) if scope]
        found = {}
        for which, otherwise in LeaseTimes()._asdict().items():
            said = (getattr(scope, f"{which}_lease_time") for scope in scopes)
            found[which] = next((seconds for seconds in said if seconds), otherwise)
        return LeaseTimes(**found)

    def option(self, name: str) -> Definition | None:
        """An option, standard or of the site's own."""
        own = self.option_definitions.get(name)
        return own.definition if own else STANDARD.get(name)

    @cached_property
    def _wires_by_owner(self) -> dict[Owner, list[int]]:
        """By owner: the numbers of its subnets and, counted on, shared networks."""
        wires: list[tuple[Subnet, ...]] = [(it,) for it in self.subnets]
        wires += [it.subnets for it in self.shared_networks.values()]
        index: dict[Owner, list[int]] = {}
        for i, subnets in enumerate(wires):
            owners = (_owner(pool) for subnet in subnets for pool in subnet.pools)
            for owner in dict.fromkeys(owners) or [EVERYBODY]:
                index.setdefault(owner, []).append(i)
        return index

    def networks_for(self, server: str) -> Networks:
        """What ``server`` has to know.

        Its relationships' pools and its own in their subnets, every subnet of a shared network
        of which it has a pool, and what nobody has a pool of. The two servers of a relationship
        get the same pools of it.
        """
        mine = {("failover", peer.name) for peer in self.peers[server]}
        mine |= {("server", server), EVERYBODY}
        wires = sorted({i for owner in mine for i in self._wires_by_owner.get(owner, ())})
        count = len(self.subnets)
        shared = list(self.shared_networks)
        return Networks(
            [_with_pools_of(self.subnets[i], mine) for i in wires if i < count],
            {
                name: [_with_pools_of(it, mine) for it in self.shared_networks[name].subnets]
                for name in (shared[i - count] for i in wires if i >= count)
            },
        )


Owner = tuple[str, str]
EVERYBODY: Owner = ("", "")


def _owner(pool: Pool) -> Owner:
    return ("failover", pool.failover) if pool.failover else ("server", pool.server or "")


def _with_pools_of(subnet: Subnet, owners: set[Owner]) -> Subnet:
    if all(_owner(pool) in owners for pool in subnet.pools):
        return subnet
    pools = tuple(pool for pool in subnet.pools if _owner(pool) in owners)
    return subnet.model_copy(update={"pools": pools})
