"""Clients: classes of them, and reservations for single ones."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .options import OptionName, OptionValue
from .scopes import Scope
from .values import Address, Declared, HostName, Identifier, Mac, matching

MacPrefix = Annotated[
    str,
    Field(title="bytes of a hardware address"),
    BeforeValidator(
        lambda value: value.lower().replace("-", ":") if isinstance(value, str) else value
    ),
    matching(
        r"[0-9a-f]{2}(:[0-9a-f]{2}){0,5}",
        "expected 1 to 6 bytes of a hardware address, such as '00:00:5e'",
    ),
]


class Condition(Declared):
    """One condition for a client to be in a class, on an option or on the hardware address."""

    option: OptionName | None = None
    """An option that the client or a relay sends. Example: `vendor-class-identifier`."""
    equals: OptionValue | None = None
    """The option has this value."""
    starts_with: OptionValue | None = None
    """The option's text or bytes begin with this. Without `equals` and `starts_with` any value
    will do. Example: `Phone`."""
    hardware: MacPrefix | None = None
    """The hardware address, or its first bytes. Example: `00:00:5e`."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.option is None) == (self.hardware is None):
            raise ValueError("expected either option or hardware")
        values = sum(it is not None for it in (self.equals, self.starts_with))
        if values > 1 or (values and self.option is None):
            raise ValueError("expected only one of equals and starts_with, and an option with it")
        return self


def _members(value: Any) -> Any:
    """A list of members is a mapping without settings for any of them."""
    if not isinstance(value, list | tuple):
        return value
    if not all(isinstance(it, str) for it in value):
        raise ValueError("expected a list of texts, or a mapping with texts as its keys")
    return {it: {} for it in value}


class ClientClass(Scope):
    """Clients that have something in common, and the settings for them.

    Declare either ``match``, or ``member_by`` with ``members``.
    """

    match: tuple[Condition, ...] = ()
    """Conditions. A client is in the class if all of them hold."""
    member_by: Literal["hardware"] | OptionName | None = None
    """What identifies a member: ``hardware``, or an option of text or bytes."""
    members: Annotated[
        dict[str, Scope],
        BeforeValidator(_members, json_schema_input_type=dict[str, Scope] | list[str]),
    ] = {}
    """By hardware address or option value: settings for that member alone. A plain list will do
    if no member has settings."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.match) == bool(self.member_by):
            raise ValueError("expected either match, or member_by with members")
        if self.members and not self.member_by:
            raise ValueError("members without member_by: say what identifies them")
        return self


class Reservation(Scope):
    """A known client, by its hardware address or its client identifier."""

    mac: Mac | None = None
    """Its hardware address. Colons, dashes, dots and capitals are all accepted.
    Example: `00:00:5e:00:53:01`."""
    client_identifier: Identifier | None = None
    """Its client identifier (option 61): bytes or a text. Example: `01:00:00:5e:00:53:01`."""
    address: Address | None = None
    """The address that it always gets, outside all ranges. Without one it gets any free address.
    Example: `192.0.2.20`."""
    host_name: HostName | None = None
    """The host name that the server sends it. Example: `printer-1`."""

    @model_validator(mode="after")
    def _one_client(self) -> Self:
        if (self.mac is None) == (self.client_identifier is None):
            raise ValueError("expected either mac or client_identifier")
        return self

    @property
    def has_settings(self) -> bool:
        """Whether it sets something that other scopes can set too; most do not."""
        return not self.model_fields_set <= OF_A_CLIENT


OF_A_CLIENT = {"mac", "client_identifier", "address", "host_name"}
"""The fields of a reservation that no other scope has."""


ReservationName = Annotated[
    str,
    Field(max_length=63),
    matching(
        r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?",
        "expected up to 63 letters, digits and '-', the first a letter",
    ),
]
