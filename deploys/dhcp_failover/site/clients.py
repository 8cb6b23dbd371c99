"""Clients: classes of them, and reservations for single ones."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .addresses import HostAddress, Mac
from .conditions import Conditions
from .options import OptionName
from .scopes import Scope
from .values import FreeName, HostName, Identifier, RelayIdentifier, WholeNumber, one_or_more


def _members(value: Any) -> Any:
    """Accept a list of members: a mapping without settings for any of them."""
    if not isinstance(value, list | tuple):
        return value
    if not all(isinstance(it, str) for it in value):
        raise ValueError("expected a list of texts, or a mapping with texts as its keys")
    if double := next((it for i, it in enumerate(value) if it in value[:i]), None):
        raise ValueError(f"{double!r} is listed twice; remove one of them")
    return {it: {} for it in value}


class ClientClass(Scope):
    """Clients that have something in common, and the settings for them.

    Declare ``match``, or ``member_by`` with ``members``, or ``spawn_by``, which can have a
    ``match`` as well. Where two classes of a client set the same, the one declared first wins. A
    client is in five classes at most: the first five that are declared and fit.
    """

    match: Conditions = ()
    """Conditions. A client is in the class if all of them hold."""
    member_by: Literal["hardware"] | OptionName | None = None
    """What identifies a member: ``hardware``, or an option of text or bytes."""
    members: Annotated[
        dict[str, Scope],
        BeforeValidator(_members, json_schema_input_type=dict[str, Scope] | list[str]),
    ] = {}
    """By hardware address or option value: settings for that member alone. If no member has
    settings, a plain list is enough. With ``hardware``, the first bytes of an address are enough,
    the same number for each member: `["00:00:5e", "00:00:0c"]`."""
    spawn_by: OptionName | None = None
    """An option. The server makes a subclass for each value, as soon as a client sends it.
    Example: `agent.remote-id`."""
    lease_limit: Annotated[WholeNumber, Field(ge=1, le=2**31 - 1)] | None = None
    """How many active leases the members of the class can have together; with ``spawn_by``, the
    clients with the same value. Each server counts only the leases that it gave. Example: `4`."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [bool(self.match) or bool(self.spawn_by), bool(self.member_by)]
        if sum(ways) != 1:
            raise ValueError("expected one of match, spawn_by, and member_by with members")
        if self.members and not self.member_by:
            raise ValueError("members without member_by: say what identifies them")
        return self

    def options_compared(self) -> set[str | None]:
        """The options of a client that decide whether it is in the class."""
        compared = {it.option for condition in self.match for it in condition.every()}
        return compared | {self.member_by, self.spawn_by}


Macs = Annotated[
    tuple[Mac, ...], BeforeValidator(one_or_more, json_schema_input_type=Mac | tuple[Mac, ...])
]
Identifiers = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(one_or_more, json_schema_input_type=Identifier | tuple[Identifier, ...]),
]
RelayIdentifiers = Annotated[
    tuple[RelayIdentifier, ...],
    BeforeValidator(
        one_or_more, json_schema_input_type=RelayIdentifier | tuple[RelayIdentifier, ...]
    ),
]
HostAddresses = Annotated[
    tuple[HostAddress, ...],
    BeforeValidator(one_or_more, json_schema_input_type=HostAddress | tuple[HostAddress, ...]),
]


class Reservation(Scope):
    """A known client: what identifies it, its addresses, and settings for it alone.

    Each of ``mac``, ``client_identifier``, ``circuit_id``, ``remote_id`` and ``address`` is one
    value or a list. One identifier is enough for the client to be known. Servers look for the
    client identifier first, then for the hardware address, then for the identifiers
    that a relay adds.
    """

    mac: Macs = ()
    """Its hardware address; a list for a machine with several cards, of which only one is connected
    at a time. Colons, dashes, dots, blanks and capitals are accepted.
    Example: `00:00:5e:00:53:01`."""
    client_identifier: Identifiers = ()
    """Its client identifier (option 61): bytes or a text. Example: `01:00:00:5e:00:53:01`."""
    circuit_id: RelayIdentifiers = ()
    """The port where it is connected: the circuit identifier that a relay adds (option 82, RFC
    3046), bytes or a text. Any device at this port is this client. Example: `00:04:00:14:00:07`."""
    remote_id: RelayIdentifiers = ()
    """In place of `circuit_id`: the remote identifier that a relay adds, bytes or a text. Example:
    `switch-7`."""
    address: HostAddresses = ()
    """The address that it always gets. It must be outside all ranges. For a client in several
    networks: a list with one address for each network. Without an address, the client gets any free
    one. A prefix length after the address is ignored. Example: `192.0.2.20`."""
    host_name: HostName | None = None
    """The host name that the server sends it. Example: `printer-1`."""
    group: Annotated[str, Field(title="name of a group")] | None = None
    """The group whose settings it gets. Settings of the reservation win. Example: `printers`."""

    @model_validator(mode="after")
    def _one_client(self) -> Self:
        if not (self.mac or self.client_identifier or self.circuit_id or self.remote_id):
            raise ValueError(f"expected one of {', '.join(IDENTIFIERS)}")
        if self.circuit_id and self.remote_id:
            raise ValueError(
                "circuit_id and remote_id: a server would take a client for this one if either is"
                " right; for a port of one of several relays, write a class with both conditions,"
                " and a pool of one address that allows it"
            )
        return self

    @property
    def has_settings(self) -> bool:
        """Whether it sets something that other scopes can set too; most do not."""
        return not self.model_fields_set <= OF_A_CLIENT

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """What identifies it: the field's name and a value, for each."""
        return [(which, value) for which in IDENTIFIERS for value in getattr(self, which)]


IDENTIFIERS = ("mac", "client_identifier", "circuit_id", "remote_id")
OF_A_CLIENT = {*IDENTIFIERS, "address", "host_name", "group"}
"""The fields of a reservation that no other scope has."""
ReservationName = FreeName
