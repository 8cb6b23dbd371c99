"""The site: what an administrator declares once for all DHCP servers.

Relationships and networks, of which it consists, are in modules of their own.

Nothing here knows how a DHCP server writes its configuration. An engine (see
:mod:`dhcp_failover.engines`) writes a server's files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from .addresses import Address
from .clients import ClientClass, Reservation, ReservationName
from .dns import Dns, Key, KeyName, Omapi
from .lease_times import LONGEST_MCLT, SHORTEST_LEASE, LeaseTimes, narrowest, nearest
from .networks import (
    EVERYBODY,
    Networks,
    Owner,
    Place,
    PlacedReservation,
    PlacedSubnet,
    Pool,
    SharedNetwork,
    Subnet,
    owner_of,
    with_pools_of,
)
from .options import Definition, OptionDefinition, OptionName
from .relationships import End, Peer, Relationship
from .scopes import NetworkScope, Scope
from .standard_options import LACKED, STANDARD
from .values import FreeName, Interface, Name, Seconds, ServerName

LogFacility = Literal[
    "daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"
]


class ServerSettings(Scope):
    """Settings for the clients of one server. Everything else is the same on both servers of a
    pair."""

    identifier: Address | None = None
    """The server identifier (option 54): the address to which clients send renewals. By default the
    address of the interface that received the request. Example: `192.0.2.1`."""


class Site(NetworkScope):
    """The whole data of a site, for all its servers."""

    failover: dict[Name, Relationship]
    """By name: pairs of servers that back each other up. A server can be in several."""
    subnets: tuple[Subnet, ...] = ()
    """Networks that are alone on their wire. The servers' own networks belong here too."""
    shared_networks: dict[FreeName, SharedNetwork] = {}
    """By name: subnets on one wire."""
    classes: dict[FreeName, ClientClass] = {}
    """By name: clients that have something in common."""
    groups: dict[FreeName, Scope] = {}
    """By name: settings that several reservations have in common. Each reservation names its
    ``group``."""
    reservations: dict[ReservationName, Reservation] = {}
    """By name: known clients of any network. The address says which subnet each belongs to."""
    option_definitions: dict[OptionName, OptionDefinition] = {}
    """By name: options that are not standard. ``acme.mode`` is an option of a vendor's space.
    Example: `{"wpad-url": {"code": 252, "type": "text"}}`."""
    interfaces: dict[ServerName, Annotated[tuple[Interface, ...], Field(min_length=1)]] = {}
    """By server name: the interfaces to serve on. By default those with an address in a network
    of the site that has clients. Example: `{"dhcp1": ["eth0", "eth0.20"]}`."""
    keys: dict[KeyName, Key] = {}
    """By name: secrets shared with DNS servers and with clients of the control channel."""
    dns: Dns | None = None
    """Dynamic DNS. Without this part there is none."""
    omapi: Omapi | None = None
    """The control channel (OMAPI). Without this part there is none."""
    servers: dict[ServerName, ServerSettings] = {}
    """By server name: settings for the clients of one server. They win over those of the site;
    settings of networks win over them.
    Example: `{"dhcp1": {"options": {"tftp-server-name": "one.test"}}}`."""
    ping_check: bool = True
    """Before a server offers a free address, it pings it and waits a second for an answer."""
    ping_timeout: Annotated[Seconds, Field(le=10)] | None = None
    """How many seconds a server waits for the answer to that ping. By default one."""
    log_facility: LogFacility | None = None
    """The syslog facility that servers log to. Example: `local7`."""
    normal_timeout: Annotated[Seconds, Field(ge=1, le=86400)] = 120
    """How long a run waits in one server's turn for both servers to reach normal."""
    firewall: bool = True
    """Allow only partners to connect to a server's failover port."""

    @cached_property
    def peers(self) -> dict[str, tuple[Peer, ...]]:
        """By server name: its relationships, in the order of the data.

        A server without a relationship is not in it: ``site.peers.get(name, ())``.
        """
        peers: dict[str, list[Peer]] = {}
        for name, relationship in self.failover.items():
            one, two = relationship.primary, relationship.secondary
            for role, me, port, other, other_port in (
                ("primary", one, relationship.port, two, relationship.peer_port),
                ("secondary", two, relationship.peer_port, one, relationship.port),
            ):
                peer = Peer(
                    name=name,
                    role=role,  # type: ignore[arg-type] # mypy widens the tuple's literals to str
                    address=me.address,
                    port=port,
                    peer_server=other.server,
                    peer_address=other.address,
                    peer_port=other_port,
                    mclt=self.mclt(name),
                    relationship=relationship,
                )
                peers.setdefault(me.server, []).append(peer)
        return {server: tuple(them) for server, them in peers.items()}

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

    @cached_property
    def _by_network(self) -> tuple[list[IPv4Network], list[PlacedSubnet]]:
        placed = sorted(self.placed_subnets, key=lambda it: it.subnet.network)
        return [it.subnet.network for it in placed], placed

    def subnet_of(self, address: IPv4Address) -> PlacedSubnet | None:
        """The subnet that ``address`` is in."""
        networks, placed = self._by_network
        before = bisect_right(networks, address, key=lambda it: it.network_address)
        return placed[before - 1] if before and address in networks[before - 1] else None

    def placed_reservations(self) -> Iterator[PlacedReservation]:
        """Every reservation, with its place."""
        for placed in self.placed_subnets:
            for name, reservation in placed.subnet.reservations.items():
                place = (*placed.place, "reservations", name)
                yield PlacedReservation(place, name, reservation, placed)
        for name, reservation in self.reservations.items():
            yield PlacedReservation(("reservations", name), name, reservation, None)

    @cached_property
    def wandering(self) -> tuple[PlacedReservation, ...]:
        """The reservations of the site, and those with several addresses: they may concern several
        networks."""
        return tuple(
            it
            for it in self.placed_reservations()
            if it.subnet is None or len(it.reservation.address) > 1
        )

    @cached_property
    def reserved_networks(self) -> frozenset[IPv4Network]:
        """The networks in which a reservation has an address."""
        found = set()
        for placed in self.placed_subnets:
            if any(it.address for it in placed.subnet.reservations.values()):
                found.add(placed.subnet.network)
        for it in self.wandering:
            homes = map(self.subnet_of, it.reservation.address)
            found.update(home.subnet.network for home in homes if home)
        return frozenset(found)

    @property
    def placed_scopes(self) -> tuple[tuple[Place, Scope], ...]:
        """Every scope that can set something, with its place.

        Reservations without such settings are left out.
        """
        return (((), self), *self._inner_scopes)

    @cached_property
    def _inner_scopes(self) -> tuple[tuple[Place, Scope], ...]:
        return tuple(self._scopes())

    def _scopes(self) -> Iterator[tuple[Place, Scope]]:
        for name, shared in self.shared_networks.items():
            yield ("shared_networks", name), shared
        for placed in self.placed_subnets:
            yield placed.place, placed.subnet
            for j, pool in enumerate(placed.subnet.pools):
                yield (*placed.place, "pools", j), pool
            for name, reservation in placed.subnet.reservations.items():
                if reservation.has_settings:
                    yield (*placed.place, "reservations", name), reservation
        for name, reservation in self.reservations.items():
            if reservation.has_settings:
                yield ("reservations", name), reservation
        for name, group in self.groups.items():
            yield ("groups", name), group
        for name, settings in self.servers.items():
            yield ("servers", name), settings
        for name, a_class in self.classes.items():
            yield ("classes", name), a_class
            for value, member in a_class.members.items():
                yield ("classes", name, "members", value), member

    def lease_times(
        self, subnet: Subnet, shared: str | None, pool: Pool | None = None
    ) -> LeaseTimes:
        """The lease times in a subnet or a pool of it: the nearest scope that sets one wins.

        ``shared`` is the name of the shared network that the subnet is part of.
        """
        wire = self.shared_networks[shared] if shared else None
        return nearest([scope for scope in (pool, subnet, wire, self) if scope])

    @cached_property
    def pool_times(self) -> list[tuple[Pool, LeaseTimes]]:
        """Every pool with its lease times."""
        return [
            (pool, self.lease_times(placed.subnet, placed.shared, pool))
            for placed in self.placed_subnets
            for pool in placed.subnet.pools
        ]

    @cached_property
    def narrowest_times(self) -> LeaseTimes:
        """The lease times that a client of any pool meets."""
        return narrowest(times for _, times in self.pool_times)

    @cached_property
    def shortest_leases(self) -> dict[str, int]:
        """By relationship: the shortest default lease time of its pools."""
        found: dict[str, int] = {}
        for pool, times in self.pool_times:
            if pool.failover:
                found[pool.failover] = min(times.default, found.get(pool.failover, times.default))
        return found

    def mclt(self, relationship: str) -> int:
        """The maximum client lead time of a relationship, in seconds, declared or
        derived."""
        shortest = self.shortest_leases.get(relationship, LONGEST_MCLT)
        usual = max(SHORTEST_LEASE, min(LONGEST_MCLT, shortest))
        return self.failover[relationship].mclt or usual

    def option(self, name: str) -> Definition | None:
        """An option, standard or defined by the site."""
        own = self.option_definitions.get(name)
        if own:
            return own.definition(in_space="." in name)
        if name in LACKED and LACKED[name].code in self._own_codes:
            return None
        return STANDARD.get(name)

    @cached_property
    def _own_codes(self) -> set[int]:
        """The codes of the options that the site defines outside of spaces."""
        return {it.code for name, it in self.option_definitions.items() if "." not in name}

    @cached_property
    def _wires_by_owner(self) -> dict[Owner, list[int]]:
        """By owner: the numbers of its wires. Subnets come first, then shared networks."""
        wires: list[tuple[Subnet, ...]] = [(it,) for it in self.subnets]
        wires += [it.subnets for it in self.shared_networks.values()]
        index: dict[Owner, list[int]] = {}
        for i, subnets in enumerate(wires):
            owners = (owner_of(pool) for subnet in subnets for pool in subnet.pools)
            for owner in dict.fromkeys(owners) or [EVERYBODY]:
                index.setdefault(owner, []).append(i)
        for server, i in self._own_wires(wires):
            index.setdefault(("server", server), []).append(i)
        return index

    def _own_wires(self, wires: list[tuple[Subnet, ...]]) -> Iterator[tuple[str, int]]:
        """Each server with the number of the wire that it is on itself."""
        networks = sorted((it.network, i) for i, subnets in enumerate(wires) for it in subnets)
        for _, end in self.ends:
            before = bisect_right(networks, end.address, key=lambda it: it[0].network_address)
            if before and end.address in networks[before - 1][0]:
                yield end.server, networks[before - 1][1]

    def networks_for(self, server: str) -> Networks:
        """The networks that ``server`` has to know.

        They are the subnets with a pool of its relationships or of itself alone, its own networks,
        and networks without pools; of a shared network, all subnets. Pools of other servers are
        left out. The two servers of a relationship get the same pools of it.
        """
        mine = {("failover", peer.name) for peer in self.peers.get(server, ())}
        mine |= {("server", server), EVERYBODY}
        wires = sorted({i for owner in mine for i in self._wires_by_owner.get(owner, ())})
        known = (tuple(wires), frozenset(mine & self._pool_owners))
        if known not in self._networks:
            self._networks[known] = self._networks_of(wires, mine)
        return self._networks[known]

    def _networks_of(self, wires: list[int], owners: set[Owner]) -> Networks:
        count = len(self.subnets)
        shared = list(self.shared_networks)
        return Networks(
            [with_pools_of(self.subnets[i], owners) for i in wires if i < count],
            {
                name: [with_pools_of(it, owners) for it in self.shared_networks[name].subnets]
                for name in (shared[i - count] for i in wires if i >= count)
            },
        )

    @cached_property
    def _networks(self) -> dict[tuple[tuple[int, ...], frozenset[Owner]], Networks]:
        """By wires and by the owners of pools in them: what :meth:`networks_for` has returned."""
        return {}

    @cached_property
    def _pool_owners(self) -> set[Owner]:
        return {owner_of(pool) for placed in self.placed_subnets for pool in placed.subnet.pools}

    @cached_property
    def views(self) -> dict[str, Site]:
        """By server: what :func:`dhcp_failover.site.view.seen_by` has returned."""
        return {}
