"""Failover relationships: two servers that back each other up."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .addresses import Address
from .lease_times import SHORTEST_LEASE
from .values import Declared, Percent, Port, Seconds, ServerName, WholeNumber, matching

Role = Literal["primary", "secondary"]


def _safe(value: int) -> int:
    if value < SHORTEST_LEASE:
        raise ValueError(
            f"expected {SHORTEST_LEASE} or more (better 180): with less, a server that was away can"
            " give an address to a second client"
        )
    return value


class End(Declared):
    """One end of a failover relationship."""

    server: ServerName
    """The server's name in the inventory. Example: `dhcp1`."""
    address: Address
    """The address where its partner reaches it, one of the server's own. Example: `192.0.2.1`."""


HBA = r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}"


class Relationship(Declared):
    """Two servers that back each other up. The defaults suit a small office."""

    primary: End
    """The server that sends its partner ``mclt`` and ``split``."""
    secondary: End
    """Its partner."""
    port: Port = 520
    """The TCP port on which the primary listens for its partner."""
    peer_port: Port = 520
    """The TCP port on which the secondary listens for its partner."""
    max_response_delay: Annotated[Seconds, Field(ge=3, le=3600)] = 60
    """Seconds of silence after which a server treats its partner as unreachable."""
    max_unacked_updates: Annotated[WholeNumber, Field(ge=1, le=65535)] = 10
    """How many updates a server sends before it waits for the partner to acknowledge one."""
    mclt: (
        Annotated[
            Seconds,
            Field(le=86400, json_schema_extra={"minimum": SHORTEST_LEASE}),
            AfterValidator(_safe),
        ]
        | None
    ) = None
    """Maximum client lead time: how far a server may extend a lease beyond what its partner knows
    (draft-ietf-dhc-failover-12). By default 3600, or the shortest `default_lease_time` of its pools
    if that is less. Example: `1800`."""
    split: Annotated[WholeNumber, Field(ge=0, le=256)] | None = None
    """0 to 256: the share of clients that the primary answers (RFC 3074). 128 = half each,
    255 = nearly all (used if neither ``split`` nor ``hba`` is given)."""
    hba: (
        Annotated[
            str, Field(title="32 bytes"), matching(HBA, "expected 32 bytes, such as '00:ff:…'")
        ]
        | None
    ) = None
    """In place of ``split``: which of 256 shares of the clients the primary answers, one bit each
    in 32 bytes."""
    load_balance_max_seconds: Annotated[Seconds, Field(ge=1, le=65535)] = 3
    """After a client has waited so long, the other server answers it too."""
    auto_partner_down: Seconds | None = None
    """Seconds without contact after which a server treats its partner as down; by default never.

    It then gives out the partner's addresses too. That is unsafe if both servers can be alive and
    not reach each other.
    """
    max_lease_misbalance: Percent = 15
    """Rebalance when the free shares of the two servers differ by more than this."""
    max_lease_ownership: Percent = 10
    """By how much the free shares may still differ after the servers have rebalanced."""
    min_balance: Seconds = 60
    """Shortest time between two checks of the free shares."""
    max_balance: Seconds = 3600
    """Longest time between two checks of the free shares."""


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
    mclt: int
    relationship: Relationship
