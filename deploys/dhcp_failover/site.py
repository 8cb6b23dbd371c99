"""The site: what an administrator declares once for all its DHCP servers.

Nothing here knows how a DHCP server writes its configuration: an engine (see
:mod:`dhcp_failover.dhcpd`) renders a server's share of the site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_serializer,
    model_validator,
)

from .waves import connected, waves

Role = Literal["primary", "secondary"]


def _whole_number(value: Any) -> Any:
    """Refuse what Python takes for an integer and a reader does not: ``True`` and ``3.0``."""
    if isinstance(value, bool | float):
        raise ValueError("a whole number is needed")
    return value


def _address(value: Any) -> IPv4Address:
    try:
        return IPv4Address(_written(value))
    except ValueError:
        raise ValueError("an IPv4 address is needed, as in '192.0.2.1'") from None


def _network(value: Any) -> IPv4Network:
    try:
        network = IPv4Network(_written(value), strict=False)
    except ValueError:
        raise ValueError("an IPv4 network is needed, as in '192.0.2.0/24'") from None
    if isinstance(value, str) and str(network.network_address) != value.partition("/")[0]:
        raise ValueError(f"has host bits set; the network is '{network}'")
    return network


def _written(value: Any) -> Any:
    """Refuse integers and bytes, which ``ipaddress`` reads as addresses."""
    if not isinstance(value, str | IPv4Address | IPv4Network):
        raise ValueError
    return value


def _spelled(pattern: str, allowed: str) -> AfterValidator:
    """Refuse a text that ``pattern`` does not match, in words."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Seconds = Annotated[WholeNumber, Field(ge=1, le=2**31 - 1)]
Percent = Annotated[WholeNumber, Field(ge=1, le=100)]
Port = Annotated[WholeNumber, Field(ge=1, le=65535)]
Address = Annotated[IPv4Address, BeforeValidator(_address)]
Network = Annotated[IPv4Network, BeforeValidator(_network)]
Name = Annotated[
    str,
    _spelled(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
        "up to 63 letters, digits, '.', '_' and '-' are allowed, beginning with a letter or digit",
    ),
]
ServerName = Annotated[
    str,
    _spelled(r"[^\s\"\\]{1,253}", "a name of the inventory is needed, without spaces and quotes"),
]
Interface = Annotated[
    str,
    _spelled(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
        "up to 15 letters, digits, '.', '_' and '-' are allowed, as in 'eth0.20'",
    ),
]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Server(_Declared):
    """One end of a failover relationship."""

    server: ServerName
    """The server's name in the inventory."""
    address: Address
    """Where its failover partner reaches it: one of its own addresses."""


class Relationship(_Declared):
    """Two servers that back each other up. The defaults are those of a small office.

    ``max_response_delay``, ``mclt`` and ``load_balance_max_seconds`` are seconds;
    ``split`` is how many of 256 shares of the clients the primary answers
    (RFC 3074), 256 meaning all; ``mclt`` (maximum client lead time) is by how much
    one server may extend a lease beyond what its partner knows of
    (draft-ietf-dhc-failover-12).
    """

    primary: Server
    secondary: Server
    port: Port = 520
    """The TCP port on which the primary listens to its partner."""
    peer_port: Port = 520
    """The TCP port on which the secondary listens to its partner."""
    max_response_delay: Annotated[WholeNumber, Field(ge=3, le=3600)] = 60
    max_unacked_updates: Annotated[WholeNumber, Field(ge=1, le=65535)] = 10
    mclt: Annotated[WholeNumber, Field(ge=60, le=86400)] = 3600
    split: Annotated[WholeNumber, Field(ge=0, le=256)] = 255
    load_balance_max_seconds: Annotated[WholeNumber, Field(ge=1, le=65535)] = 3
    auto_partner_down: Seconds | None = None
    """Seconds after which a server without contact takes its partner for down; None: never.

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


class Range(_Declared):
    """The addresses from ``first`` to ``last``, both included; written ``first-last``."""

    first: Address
    last: Address

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        first, dash, last = (part.strip() for part in value.partition("-"))
        try:
            ends = {"first": IPv4Address(first), "last": IPv4Address(last if dash else first)}
        except ValueError as error:
            raise ValueError(f"a range is written '192.0.2.10-192.0.2.99': {error}") from None
        return ends

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"reversed: write '{self.last}-{self.first}'")
        return self

    @model_serializer
    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Pool(_Declared):
    """Addresses that the two servers of a relationship give out together; times in seconds."""

    failover: str
    """The name of the relationship."""
    routers: tuple[Address, ...] = ()
    ranges: Annotated[tuple[Range, ...], Field(min_length=1)]
    default_lease_time: Seconds = 21600
    max_lease_time: Seconds = 36000


class Subnet(_Declared):
    """A network and its pools; one without pools is declared so that servers know of it."""

    network: Network
    pools: tuple[Pool, ...] = ()


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


class Site(_Declared):
    """Everything that is declared, for every server."""

    failover: dict[Name, Relationship]
    subnets: tuple[Subnet, ...]
    interfaces: dict[ServerName, Annotated[tuple[Interface, ...], Field(min_length=1)]] = {}
    """By server name: the interfaces to serve on, where not the one with its failover address."""
    ping_check: bool = True
    """Whether a server looks for a second if somebody uses a free address before it offers it."""
    normal_timeout: Annotated[WholeNumber, Field(ge=1, le=86400)] = 120
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
    def waves(self) -> dict[str, int]:
        """By server name: when its turn to change is, from 0; partners have different turns."""
        return waves(self._pairs)

    @cached_property
    def connected(self) -> dict[str, set[str]]:
        """By server name: those that it shares a relationship with, directly or not, and itself."""
        return connected(self._pairs)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(it.primary.server, it.secondary.server) for it in self.failover.values()]

    @cached_property
    def _subnets_by_relationship(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for i, subnet in enumerate(self.subnets):
            for name in dict.fromkeys(pool.failover for pool in subnet.pools) or [""]:
                index.setdefault(name, []).append(i)
        return index

    def subnets_of(self, server: str) -> list[Subnet]:
        """What ``server`` has to know, in the order declared.

        Its relationships' pools in their subnets, and every subnet without pools:
        the two servers of a relationship get the same pools of it.
        """
        mine = {peer.name for peer in self.peers[server]}
        numbers = {i for name in (*mine, "") for i in self._subnets_by_relationship.get(name, ())}
        return [
            subnet.model_copy(
                update={"pools": tuple(p for p in subnet.pools if p.failover in mine)}
            )
            for subnet in (self.subnets[i] for i in sorted(numbers))
        ]
