"""Addresses: of IPv4, of networks and ranges, and of hardware, each checked by itself."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from socket import AF_INET, inet_pton
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema, model_serializer, model_validator

from .values import Declared

LARGEST_RANGE = 2**20
"""Addresses in one range. A server keeps a record of each in memory, used or not."""
NO_IPV6 = "DHCPv6 is not supported, it has no failover: "
EXAMPLE_ADDRESS = "'192.0.2.1'"
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
ADDRESS = rf"{OCTET}(\.{OCTET}){{3}}"
"""An IPv4 address, for the JSON Schema."""


def _ipv4(value: Any) -> IPv4Address:
    """``IPv4Address(value)`` of a text, read by the C library in a fraction of the time."""
    try:
        return IPv4Address(int.from_bytes(inet_pton(AF_INET, value)))
    except (OSError, TypeError) as error:
        raise ValueError from error


def ipv4_address(value: Any) -> IPv4Address:
    """The address that ``value`` is; raises :class:`ValueError` if it is not one."""
    if type(value) is IPv4Address:
        return value
    try:
        return _ipv4(value)
    except ValueError:
        six = NO_IPV6 if _is(IPv6Address, value) else ""
        raise ValueError(f"{six}expected an IPv4 address, such as {EXAMPLE_ADDRESS}") from None


def _host_address(value: Any) -> IPv4Address:
    try:
        return _ipv4(value)  # the fast way, for nearly all of them
    except ValueError:
        if isinstance(value, str):
            value = re.sub(r"/([0-9]|[12][0-9]|3[0-2])$", "", value.strip())
        return ipv4_address(value)


def _network(value: Any) -> IPv4Network:
    slash = ""
    if isinstance(value, str):
        address, slash, length = value.partition("/")
    if not slash and _is(IPv4Address, value):
        near = IPv4Network(value).supernet(new_prefix=24)
        raise ValueError(f"has no prefix length; write it behind the address, such as '{near}'")
    try:
        what = (int(_ipv4(address)), length) if slash else _written(value)
        network = IPv4Network(what, strict=False)
    except ValueError:
        six = NO_IPV6 if _is(IPv6Network, value) else ""
        raise ValueError(f"{six}expected an IPv4 network, such as '192.0.2.0/24'") from None
    if slash and network.network_address != _ipv4(address):
        raise ValueError(f"has host bits set; the network is '{network}'")
    return network


def _addresses(value: Any) -> IPv4Network:
    return IPv4Network(value) if _is(IPv4Address, value) else _network(value)


def _is(kind: type[IPv4Address | IPv6Address | IPv6Network], value: Any) -> bool:
    try:
        return isinstance(value, str | IPv4Address) and bool(kind(value))
    except ValueError:
        return False


def _written(value: Any) -> Any:
    """Refuse integers and bytes, which ``ipaddress`` reads as addresses."""
    if not isinstance(value, str | IPv4Address | IPv4Network):
        raise ValueError
    return value


def hardware_address(value: Any) -> str:
    """An Ethernet address in small letters with colons, from any of the usual ways to write it.

    Switches, spreadsheets and address managers use colons, dashes, dots, blanks or nothing
    between the bytes, and some leave out a leading zero. Raises :class:`ValueError` for anything
    else.
    """
    if isinstance(value, str):
        if PLAIN_MAC.fullmatch(value):
            return value
        text = value.strip().lower()
        if re.fullmatch(MAC, text):
            return _bytes_of(text)
    raise ValueError("expected a hardware address, such as '00:00:5e:00:53:01'")


def hardware_bytes(value: Any) -> str:
    """The first 1 to 6 bytes of an Ethernet address, written as :func:`hardware_address` does.

    Raises :class:`ValueError` for anything else.
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    if re.fullmatch(MAC_BYTES, text) or re.fullmatch(MAC, text):
        return _bytes_of(text)
    raise ValueError("expected 1 to 6 bytes of a hardware address, such as '00:00:5e'")


def _bytes_of(text: str) -> str:
    if re.fullmatch("[0-9a-f]{1,2}(([:-])[0-9a-f]{1,2}(\\2[0-9a-f]{1,2})*)?", text):
        return ":".join(f"{int(it, 16):02x}" for it in re.split("[:-]", text))
    return bytes.fromhex(re.sub("[:. -]", "", text)).hex(":")


PLAIN_MAC = re.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}")
MAC = (
    r"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{1,2}(-[0-9A-Fa-f]{1,2}){5}"
    r"|[0-9A-Fa-f]{2}( [0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}([.:-][0-9A-Fa-f]{4}){2}"
    r"|[0-9A-Fa-f]{6}[:-]?[0-9A-Fa-f]{6}"
)
"""The ways to write an Ethernet address, for the JSON Schema too."""
MAC_BYTES = (
    r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{1,2}){0,5}|([0-9A-Fa-f]{2}){1,6}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{2}([0-9A-Fa-f]{2})?"
)


Address = Annotated[
    IPv4Address,
    BeforeValidator(ipv4_address),
    WithJsonSchema(
        {
            "type": "string",
            "format": "ipv4",
            "title": "IPv4 address",
            "pattern": f"^{ADDRESS}$",
            "examples": ["192.0.2.1"],
        }
    ),
]
HostAddress = Annotated[
    IPv4Address,
    BeforeValidator(_host_address),
    WithJsonSchema(
        {
            "type": "string",
            "title": "IPv4 address",
            "pattern": f"^\\s*{ADDRESS}(/([0-9]|[12][0-9]|3[0-2]))?\\s*$",
            "examples": ["192.0.2.20", "192.0.2.20/24"],
        }
    ),
]
"""The address of a client, as address managers print it: a prefix length after it is ignored."""
Network = Annotated[
    IPv4Network,
    BeforeValidator(_network),
    WithJsonSchema(
        {
            "type": "string",
            "title": "IPv4 network",
            "pattern": f"^{ADDRESS}/([0-9]|[12][0-9]|3[0-2]|{ADDRESS})$",
            "examples": ["192.0.2.0/24"],
        }
    ),
]
Addresses = Annotated[
    IPv4Network,
    BeforeValidator(_addresses),
    WithJsonSchema(
        {
            "type": "string",
            "title": "IPv4 address or network",
            "pattern": f"^{ADDRESS}(/([0-9]|[12][0-9]|3[0-2]|{ADDRESS}))?$",
            "examples": ["192.0.2.7", "198.51.100.0/24"],
        }
    ),
]
"""A network, or a single address, which is a network of one."""
Mac = Annotated[
    str,
    BeforeValidator(hardware_address),
    WithJsonSchema(
        {
            "type": "string",
            "title": "hardware address",
            "pattern": f"^({MAC})$",
            "examples": ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301"],
        }
    ),
]
"""An Ethernet address. It is kept in small letters with colons."""


EXPECTED_RANGE = "expected a range of IPv4 addresses, such as '192.0.2.10-192.0.2.99'"


class Range(Declared):
    """The addresses from ``first`` to ``last``, both included. It is written ``first-last``."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: (
            schema.clear()
            or schema.update(
                type="string",
                title="range",
                pattern=rf"^\s*{ADDRESS}\s*(-\s*{ADDRESS}\s*)?$",
                examples=["192.0.2.10-192.0.2.99", "192.0.2.7"],
            )
        )
    )

    first: Address
    last: Address

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"first", "last"}:
            return value  # a site as a program writes it
        if not isinstance(value, str):
            raise ValueError(EXPECTED_RANGE)
        first, dash, last = (part.strip() for part in value.partition("-"))
        try:
            ends = {"first": _ipv4(first), "last": _ipv4(last if dash else first)}
        except ValueError:
            six = NO_IPV6 if _is(IPv6Address, first) else ""
            raise ValueError(f"{six}{EXPECTED_RANGE}") from None
        return ends

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"reversed: write '{self.last}-{self.first}'")
        if (count := int(self.last) - int(self.first) + 1) > LARGEST_RANGE:
            raise ValueError(
                f"holds {count} addresses; at most {LARGEST_RANGE} are allowed in one range"
            )
        return self

    @model_serializer
    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= address <= self.last
