"""The values that a site is declared with, each checked by itself."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

LARGEST_RANGE = 2**20
"""Addresses: a server keeps a record of each in memory, used or not."""
NO_IPV6 = "DHCPv6 is out, there is no failover for it: "


def _whole_number(value: Any) -> Any:
    """Refuse what Python takes for an integer and a reader does not: ``True`` and ``3.0``."""
    if isinstance(value, bool | float):
        raise ValueError("a whole number is needed")
    return value


def _address(value: Any) -> IPv4Address:
    try:
        return IPv4Address(_written(value))
    except ValueError:
        six = NO_IPV6 if _is(IPv6Address, value) else ""
        raise ValueError(f"{six}an IPv4 address is needed, as in '192.0.2.1'") from None


def _network(value: Any) -> IPv4Network:
    try:
        network = IPv4Network(_written(value), strict=False)
    except ValueError:
        six = NO_IPV6 if _is(IPv6Network, value) else ""
        raise ValueError(f"{six}an IPv4 network is needed, as in '192.0.2.0/24'") from None
    if isinstance(value, str) and str(network.network_address) != value.partition("/")[0]:
        raise ValueError(f"has host bits set; the network is '{network}'")
    return network


def _is(kind: type[IPv6Address] | type[IPv6Network], value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(kind(value))
    except ValueError:
        return False


def _written(value: Any) -> Any:
    """Refuse integers and bytes, which ``ipaddress`` reads as addresses."""
    if not isinstance(value, str | IPv4Address | IPv4Network):
        raise ValueError
    return value


def _mac(value: Any) -> str:
    text = value.lower().replace("-", ":") if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", text):
        raise ValueError("a hardware address is needed, as in '00:00:5e:00:53:01'")
    return text


def matching(pattern: str, allowed: str) -> AfterValidator:
    """Refuse a text that ``pattern`` does not match, in words."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


def bytes_at_most(most: int) -> AfterValidator:
    """Refuse a text that takes more than ``most`` bytes."""

    def check(value: str) -> str:
        if (length := len(value.encode())) > most:
            raise ValueError(f"takes {length} bytes; there is room for {most}")
        return value

    return AfterValidator(check)


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Seconds = Annotated[WholeNumber, Field(title="seconds", ge=1, le=2**31 - 1)]
Percent = Annotated[WholeNumber, Field(title="per cent", ge=1, le=100)]
Port = Annotated[WholeNumber, Field(title="TCP port", ge=1, le=65535)]
Address = Annotated[IPv4Address, BeforeValidator(_address)]
Network = Annotated[
    IPv4Network,
    BeforeValidator(_network),
    WithJsonSchema({"type": "string", "title": "IPv4 network", "examples": ["192.0.2.0/24"]}),
]
Mac = Annotated[
    str,
    BeforeValidator(_mac),
    WithJsonSchema(
        {"type": "string", "title": "hardware address", "examples": ["00:00:5e:00:53:01"]}
    ),
]
"""An Ethernet address, in small letters with colons; declared with dashes or capitals as well."""
Name = Annotated[
    str,
    Field(title="name"),
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
        "up to 63 letters, digits, '.', '_' and '-' are allowed, beginning with a letter or digit",
    ),
]
ServerName = Annotated[
    str,
    Field(title="server of the inventory"),
    matching(r"[^\s\"\\]{1,253}", "a name of the inventory is needed, without spaces and quotes"),
]
Interface = Annotated[
    str,
    Field(title="interface"),
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
        "up to 15 letters, digits, '.', '_' and '-' are allowed, as in 'eth0.20'",
    ),
]
LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HostName = Annotated[
    str,
    Field(title="host name"),
    matching(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*", "a host's name is needed, as in 'printer-1'"),
]
DomainName = Annotated[
    str,
    Field(title="domain name"),
    matching(
        rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*\.?", "a domain's name is needed, as in 'example.org'"
    ),
]
PLAIN_LABEL = r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
PlainDomainName = Annotated[
    str,
    matching(
        rf"(?=.{{1,253}}$){PLAIN_LABEL}(\.{PLAIN_LABEL})*\.?",
        "a domain's name is needed, as in 'example.org', no part of which begins with '_' or '-'",
    ),
]
"""Where servers read a name by its parts, and not as a text in quotes."""
Text = Annotated[
    str,
    Field(title="text"),
    matching(
        r"(?s)(?=[^\0]+$).{1,255}",
        "1 to 255 characters are allowed, none of them the NUL character",
    ),
]
Identifier = Annotated[
    str,
    Field(title="text or bytes"),
    matching(
        r"([0-9A-Fa-f]{2}:){1,253}[0-9A-Fa-f]{2}|[ -~]{2,254}",
        "a text of 2 to 254 printable ASCII characters, or bytes as in '01:00:00:5e:00:53:01', are"
        " needed",
    ),
]
"""What a client calls itself (option 61 of RFC 2132): bytes if it looks like bytes, else text."""


class Declared(BaseModel):
    """A part of what is declared: it cannot be changed, and has no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Range(Declared):
    """The addresses from ``first`` to ``last``, both included; written ``first-last``."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: (
            schema.clear()
            or schema.update(
                type="string", title="range", examples=["192.0.2.10-192.0.2.99", "192.0.2.7"]
            )
        )
    )

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
            six = NO_IPV6 if _is(IPv6Address, first) else ""
            raise ValueError(f"{six}a range is written '192.0.2.10-192.0.2.99': {error}") from None
        return ends

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"reversed: write '{self.last}-{self.first}'")
        if (count := int(self.last) - int(self.first) + 1) > LARGEST_RANGE:
            raise ValueError(f"holds {count} addresses; at most {LARGEST_RANGE} are allowed")
        return self

    @model_serializer
    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= address <= self.last
