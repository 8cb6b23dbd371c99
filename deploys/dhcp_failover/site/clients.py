"""Clients that are told apart: classes, and reservations for single ones."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .options import OptionValue
from .scopes import OptionName, Scope
from .values import Address, Declared, HostName, Identifier, Mac, matching

MacPrefix = Annotated[
    str,
    Field(title="bytes of a hardware address"),
    BeforeValidator(
        lambda value: value.lower().replace("-", ":") if isinstance(value, str) else value
    ),
    matching(
        r"[0-9a-f]{2}(:[0-9a-f]{2}){0,5}",
        "1 to 6 bytes of a hardware address are needed, as in '00:00:5e'",
    ),
]


class Condition(Declared):
    """What has to be so for a client to be of a class: one thing about it."""

    option: OptionName | None = None
    """An option that the client or a relay sends."""
    equals: OptionValue | None = None
    """The value that the option has."""
    starts_with: OptionValue | None = None
    """What the option's text or bytes begin with; without either, it only has to be there."""
    hardware: MacPrefix | None = None
    """The hardware address, or its first bytes."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.option is None) == (self.hardware is None):
            raise ValueError("either option or hardware is needed")
        values = sum(it is not None for it in (self.equals, self.starts_with))
        if values > 1 or (values and self.option is None):
            raise ValueError("one of equals and starts_with can be given, with an option")
        return self


def _members(value: Any) -> Any:
    """A list of members is a mapping in which none has settings of its own."""
    if not isinstance(value, list | tuple):
        return value
    if not all(isinstance(it, str) for it in value):
        raise ValueError("a list of texts, or a mapping by them, is needed")
    return {it: {} for it in value}


class ClientClass(Scope):
    """Clients that have something in common, and what is declared for them.

    Either ``match`` tells them by conditions that all hold, or ``member_by`` and
    ``members`` list them (dhcpd's subclasses).
    """

    match: tuple[Condition, ...] = ()
    """Conditions; all of them hold for a client of the class."""
    member_by: Literal["hardware"] | OptionName | None = None
    """What members are told by: ``hardware``, or an option of text or bytes."""
    members: Annotated[
        dict[str, Scope],
        BeforeValidator(_members, json_schema_input_type=dict[str, Scope] | list[str]),
    ] = {}
    """By hardware address or the option's value: what is declared for that member alone;
    a list where that is nothing."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.match) == bool(self.member_by):
            raise ValueError("either match, or member_by and members, is needed")
        if self.members and not self.member_by:
            raise ValueError("members are told by member_by")
        return self


class Reservation(Scope):
    """A client that is known, by its hardware address or by what it calls itself."""

    mac: Mac | None = None
    """Its hardware address."""
    client_identifier: Identifier | None = None
    """What it calls itself (option 61): bytes as in ``01:00:00:5e:00:53:01``, or a text."""
    address: Address | None = None
    """The address that it always gets, outside of all ranges; without one it gets any."""
    host_name: HostName | None = None
    """The name that it is told."""

    @model_validator(mode="after")
    def _one_client(self) -> Self:
        if (self.mac is None) == (self.client_identifier is None):
            raise ValueError("either mac or client_identifier is needed")
        return self


ReservationName = Annotated[
    str,
    Field(max_length=63),
    matching(
        r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?",
        "up to 63 letters, digits and '-' are allowed, beginning with a letter",
    ),
]
