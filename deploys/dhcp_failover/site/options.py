"""DHCP options: their names, codes and types, and the values that fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from .addresses import Address
from .values import Declared, DomainName, PlainDomainName, WholeNumber, matching, not_hex

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
MOST = 1390
"""Bytes. The room for one option in the largest packet to a client: 1500 bytes, without a boot file
and without options that the client did not ask for. Options above 255 bytes are sent in parts
(RFC 3396)."""
MOST_IN_A_SPACE = 255
"""Bytes. The length of an option in a space is one byte, and clients do not join parts."""
ENTERPRISES = {"vendor": 125, "vendor-class": 124}
"""Spaces whose codes are numbers of enterprises (IANA), with the option that they are sent in
(RFC 3925)."""


@dataclass(frozen=True)
class Definition:
    """An option: its code and the types of its parts.

    ``repeated`` is ``all`` if all parts together can be repeated (an array), ``last`` if only
    the last one can. ``compressed`` names refer to an earlier name for an equal end (RFC 1035,
    4.1.4). ``in_space`` is an option inside another one.
    """

    code: int
    kinds: tuple[Kind, ...]
    repeated: Literal["", "last", "all"] = ""
    compressed: bool = False
    in_space: bool = False

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
        if (length := len(self._wire(records))) > MOST_IN_A_SPACE:
            if self.in_space:
                raise ValueError(
                    f"takes {length} bytes; an option inside another has room for {MOST_IN_A_SPACE}"
                )
            if length > MOST:
                raise ValueError(
                    f"takes {length} bytes; the largest packet to a client has room for {MOST}"
                )
        return records

    def encode(self, value: Any) -> bytes:
        """The bytes of ``value`` in a packet (RFC 2132; names as in RFC 1035).

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
        if self.compressed:
            return _compressed(records[0][0])
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
    if isinstance(value, str):  # of the environment, of YAML
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        value = words.get(value.lower())
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _bytes(value: Any) -> bytes:
    if isinstance(value, str) and re.fullmatch(r"([0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{2}", value):
        return bytes.fromhex(value.replace(":", ""))
    text: str = _TEXT(value)
    return not_hex(text).encode()


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
_TEXT: Callable[[Any], str] = TypeAdapter(
    Annotated[str, matching("(?s).+", "expected a text of one character or more")]
).validate_python
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


def _compressed(names: list[str]) -> bytes:
    """Names, each up to the part that ends an earlier name too; capitals do not matter."""
    wire, seen = b"", dict[str, int]()
    for name in names:
        labels = name.rstrip(".").split(".")
        for i, label in enumerate(labels):
            rest = ".".join(labels[i:]).lower()
            if rest in seen:
                wire += (0xC000 | seen[rest]).to_bytes(2, "big")
                break
            if len(wire) < 0x4000:
                seen[rest] = len(wire)
            wire += bytes([len(label)]) + label.encode()
        else:
            wire += b"\0"
    return wire


def _plain(value: Any) -> Any:
    """Refuse what JSON does not have, and lists that are deeper than those of any option."""
    parts = [value]
    for _ in range(DEEPEST):
        lists = [part for part in parts if isinstance(part, list | tuple)]
        if not all(isinstance(part, str | int | list | tuple) for part in parts):
            raise ValueError("expected a text, a whole number, true, false, or a list of these")
        parts = [part for it in lists for part in it]
        if len(parts) > LONGEST:
            raise ValueError(f"has more than {LONGEST} parts; no packet has room for them")
    if parts:
        raise ValueError(f"expected at most {DEEPEST} lists inside each other")
    return value


DEEPEST, LONGEST = 4, 2**16
"""How deep and how long the list of an option's value may be; a list may contain itself."""


OptionValue = Annotated[
    Any,
    BeforeValidator(_plain),
    WithJsonSchema({"type": ["string", "integer", "boolean", "array"]}),
]
"""The option's :class:`Definition` says which value fits."""


PART = r"[^\W_][^.\"\\\x00-\x1f\x7f]{0,62}"
NAMED = (
    "up to 63 characters, the first a letter or a digit, none of them a dot, a quote or a backslash"
)


def _named(pattern: str, expected: str) -> BeforeValidator:
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not (
            compiled.fullmatch(value) and value.isprintable() and value == value.strip()
        ):
            raise ValueError(expected)
        return value

    return BeforeValidator(check)


_IN_A_SCHEMA = r"[^._\"\\\s][^.\"\\]{0,62}"
SpaceName = Annotated[
    str,
    Field(title="option space", json_schema_extra={"pattern": f"^{_IN_A_SCHEMA}$"}),
    _named(PART, f"expected the name of an option space: {NAMED}"),
]
OptionName = Annotated[
    str,
    Field(
        title="option",
        json_schema_extra={"pattern": rf"^({_IN_A_SCHEMA}\.)?{_IN_A_SCHEMA}$"},
    ),
    _named(
        rf"({PART}\.)?{PART}",
        "expected the name of an option, such as 'ntp-servers' or (in a space) 'acme.mode':"
        f" {NAMED}",
    ),
]


class OptionDefinition(Declared):
    """An option that is not standard, or that is inside another option.

    `SPACE.NAME` is an option in a space. Servers send a space inside option 43 where
    `vendor_option_space` names it, and inside the option that `encapsulates` it. The space
    `vendor` is option 125, and `vendor-class` is option 124: their codes are the numbers of
    enterprises, as in `{"vendor.acme": {"code": 4491, "encapsulates": "acme"}}`.
    """

    code: Annotated[WholeNumber, Field(ge=0, le=2**32 - 1)]
    """Its number: 1 to 254; from 0 in a space; in `vendor` and `vendor-class` that of an
    enterprise. Example: `252`."""
    type: Kind | Annotated[tuple[Kind, ...], Field(min_length=2)] | None = None
    """The type of its value; a list of types for a record. Example: `text`."""
    array: bool = False
    """The value is a list of this type."""
    encapsulates: SpaceName | None = None
    """In place of `type`: the space whose options it carries. It is sent where one of these options
    is set. Example: `ipxe`."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.type is None) == (self.encapsulates is None):
            raise ValueError("expected either type, or encapsulates with the name of a space")
        if self.array and self.encapsulates:
            raise ValueError("array goes with a type, not with encapsulates")
        return self

    def definition(self, *, in_space: bool) -> Definition:
        """The option in the form that all options have; of bytes if it carries other options."""
        kinds = (self.type,) if isinstance(self.type, str) else self.type or ("bytes",)
        return Definition(self.code, kinds, "all" if self.array else "", in_space=in_space)
