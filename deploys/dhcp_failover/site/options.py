"""DHCP options: their names, codes and types, and the values that fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, WithJsonSchema

from .values import Address, Declared, DomainName, PlainDomainName, Text, WholeNumber

Kind = Literal[
    "address",
    "address6",
    "boolean",
    "int8",
    "int16",
    "int32",
    "uint8",
    "uint16",
    "uint32",
    "text",
    "bytes",
    "domain-name",
    "domain-list",
]
"""The types of dhcp-options(5), in words of this project."""
LAST = ("text", "bytes", "domain-name", "domain-list")
"""Types without a fixed length. One of them can only be the last part of a record."""


@dataclass(frozen=True)
class Definition:
    """An option: its code and the types of its parts.

    ``repeated`` is ``all`` if all parts together can be repeated (an array), ``last`` if only
    the last one can.
    """

    code: int
    kinds: tuple[Kind, ...]
    repeated: Literal["", "last", "all"] = ""

    def parse(self, value: Any) -> list[list[Any]]:
        """``value`` as a list of records, each a list with a part for each kind.

        The data has a single part as it is, a record as a list, an array as a list of either.
        Raises :class:`ValueError` with what is expected.
        """
        if self.repeated == "all":
            if not isinstance(value, list | tuple) or not value:
                raise ValueError(f"expected a list, such as {self.example()}")
            records = [self._record(it) for it in value]
        else:
            records = [self._record(value)]
        if (length := len(self._wire(records))) > 255:
            raise ValueError(f"takes {length} bytes; an option has room for 255")
        return records

    def encode(self, value: Any) -> bytes:
        """The bytes of ``value`` in a packet (RFC 2132; names as in RFC 1035, uncompressed).

        Raises :class:`ValueError` as :meth:`parse` does.
        """
        return self._wire(self.parse(value))

    def kind_of(self, index: int) -> Kind:
        """The type of the part ``index`` of a record."""
        return self.kinds[min(index, len(self.kinds) - 1)]

    def example(self) -> str:
        """A value that fits, as an inventory has it."""
        record: Any = [_EXAMPLES[kind] for kind in self.kinds]
        if len(self.kinds) == 1 and self.repeated != "last":
            record = record[0]
        return repr([record] if self.repeated == "all" else record)

    def _record(self, value: Any) -> list[Any]:
        if len(self.kinds) == 1:
            return [_read(self.kinds[0], value)]
        short = not isinstance(value, list | tuple) or len(value) < len(self.kinds)
        if short or (self.repeated != "last" and len(value) > len(self.kinds)):
            raise ValueError(f"expected {' and '.join(self.kinds)}, such as {self.example()}")
        return [_read(self.kind_of(i), part) for i, part in enumerate(value)]

    def _wire(self, records: list[list[Any]]) -> bytes:
        return b"".join(
            _encoded(self.kind_of(i), part) for record in records for i, part in enumerate(record)
        )


def _read(kind: Kind, value: Any) -> Any:
    try:
        return _READERS[kind](value)
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
        raise ValueError(details.get("ctx", {}).get("error", "expected a text")) from None


def _integer(value: Any, low: int, high: int) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"expected a whole number from {low} to {high}")
    return value


def _boolean(value: Any) -> bool:
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _bytes(value: Any) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"([0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{2}", value):
        return bytes.fromhex(value.replace(":", ""))
    text: str = _TEXT(value)
    return text.encode()


def _address6(value: Any) -> IPv6Address:
    try:
        return IPv6Address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("expected an IPv6 address, such as '2001:db8::1'") from None


def _names(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("expected a list of domain names, such as ['example.org']")
    return [_NAME(it) for it in value]


_ADDRESS: Callable[[Any], IPv4Address] = TypeAdapter(Address).validate_python
_TEXT: Callable[[Any], str] = TypeAdapter(Text).validate_python
_NAME: Callable[[Any], str] = TypeAdapter(DomainName).validate_python
_PLAIN_NAME: Callable[[Any], str] = TypeAdapter(PlainDomainName).validate_python
_READERS: dict[str, Callable[[Any], Any]] = {
    "address": _ADDRESS,
    "address6": _address6,
    "boolean": _boolean,
    "text": _TEXT,
    "bytes": _bytes,
    "domain-name": _PLAIN_NAME,
    "domain-list": _names,
    "int8": lambda value: _integer(value, -(2**7), 2**7 - 1),
    "int16": lambda value: _integer(value, -(2**15), 2**15 - 1),
    "int32": lambda value: _integer(value, -(2**31), 2**31 - 1),
    "uint8": lambda value: _integer(value, 0, 2**8 - 1),
    "uint16": lambda value: _integer(value, 0, 2**16 - 1),
    "uint32": lambda value: _integer(value, 0, 2**32 - 1),
}
_EXAMPLES: dict[str, Any] = {
    **{"address": "192.0.2.1", "address6": "2001:db8::1", "boolean": True, "text": "text"},
    **{"bytes": "01:02:ff", "domain-name": "example.org", "domain-list": ["example.org"]},
    **dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16", "uint32"), 1),
}


def _encoded(kind: Kind, part: Any) -> bytes:
    if kind in ("address", "address6"):
        return bytes(part.packed)
    if kind in ("text", "bytes"):
        return part.encode() if isinstance(part, str) else bytes(part)
    if kind in ("domain-name", "domain-list"):
        return b"".join(map(_wire_name, [part] if isinstance(part, str) else part))
    if kind == "boolean":
        return bytes([part])
    width = int(kind.lstrip("uint")) // 8
    return int(part).to_bytes(width, "big", signed=kind.startswith("int"))


def _wire_name(name: str) -> bytes:
    labels = (it.encode() for it in name.rstrip(".").split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _plain(value: Any) -> Any:
    """Refuse what JSON does not have, and lists that are deeper than that of any option."""
    parts = [value]
    for _ in range(DEEPEST):
        lists = [part for part in parts if isinstance(part, list | tuple)]
        if not all(isinstance(part, str | int | list | tuple) for part in parts):
            raise ValueError("expected a text, a whole number, true, false, or a list of these")
        parts = [part for it in lists for part in it]
        if len(parts) > LONGEST:
            raise ValueError(f"has more than {LONGEST} parts; an option has room for 255 bytes")
    if parts:
        raise ValueError("a list within too many lists")
    return value


DEEPEST, LONGEST = 4, 2**16
"""How deep and how long the list of an option's value may be; a list may contain itself."""


OptionValue = Annotated[
    Any,
    BeforeValidator(_plain),
    WithJsonSchema({"type": ["string", "integer", "boolean", "array"]}),
]
"""The option's :class:`Definition` says which value fits."""


class OptionDefinition(Declared):
    """An option that is not standard, or that is in a vendor's option space."""

    code: Annotated[WholeNumber, Field(ge=1, le=254)]
    """Its number in its space. Example: `252`."""
    type: Kind | Annotated[tuple[Kind, ...], Field(min_length=2)]
    """The type of its value; a list of types for a record. Example: `text`."""
    array: bool = False
    """The value is a list of this type."""

    @property
    def definition(self) -> Definition:
        """The option in the form that all options have."""
        kinds = (self.type,) if isinstance(self.type, str) else self.type
        return Definition(self.code, kinds, "all" if self.array else "")
