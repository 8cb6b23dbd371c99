"""Numbers, names and texts of the declared data, each checked by itself."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)


def _whole_number(value: Any) -> Any:
    """Refuse what Python takes for an integer and a reader does not: ``True`` and ``3.0``."""
    if isinstance(value, bool | float):
        raise ValueError("expected a whole number")
    return value


def one_or_more(value: Any) -> Any:
    """A single value in place of a list of one; ``None`` in place of an empty list."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("expected printable characters only")
    return value


def matching(pattern: str, allowed: str) -> AfterValidator:
    """Refuse a text that ``pattern`` does not match, and say what is allowed."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


def bytes_at_most(most: int, advice: str = "") -> AfterValidator:
    """Refuse a text that takes more than ``most`` bytes; ``advice`` ends the message."""

    def check(value: str) -> str:
        if (length := len(value.encode())) > most:
            raise ValueError(f"takes {length} bytes; there is room for {most}{advice}")
        return value

    return AfterValidator(check)


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Seconds = Annotated[WholeNumber, Field(title="seconds", ge=1, le=2**31 - 1)]
INFINITE = 2**32 - 1
"""The lease time that never ends (RFC 2131, 3.3)."""


def _lease_time(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,10}", value):
        value = int(value)  # of the environment
    if value == "infinite" or (value in (-1, INFINITE) and not isinstance(value, bool | float)):
        return INFINITE
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
        raise ValueError(
            "expected a whole number of seconds from 1 to 2147483647, or 'infinite' for leases"
            " without an end"
        )
    return value


LeaseTime = Annotated[
    int,
    BeforeValidator(_lease_time),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "title": "seconds", "minimum": 1, "maximum": 2**31 - 1},
                {"enum": ["infinite", -1, INFINITE]},
            ]
        }
    ),
]
"""Seconds. Without an end, it is :data:`INFINITE`."""
Percent = Annotated[WholeNumber, Field(title="per cent", ge=1, le=100)]
Port = Annotated[WholeNumber, Field(title="TCP port", ge=1, le=65535)]
FreeName = Annotated[
    str,
    Field(title="name"),
    matching(
        r"(?=.{1,100}$)[^\s\x00-\x1f\x7f](.*[^\s])?",
        "expected 1 to 100 printable characters, no blanks at the ends",
    ),
    AfterValidator(_printable),
]
"""A name as people write it: blanks, dots, umlauts and digits are fine. An engine changes it if its
server software cannot read it."""
Name = Annotated[
    str,
    Field(title="name"),
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
        "expected up to 63 letters, digits, '.', '_' and '-', the first a letter or a digit",
    ),
]
ServerName = Annotated[
    str,
    Field(title="server of the inventory"),
    matching(r"[^\s\"\\]{1,253}", "expected a name of the inventory, without spaces and quotes"),
]
Interface = Annotated[
    str,
    Field(title="interface"),
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
        "expected the name of an interface, such as 'eth0.20': up to 15 letters, digits, '.', '_'"
        " and '-'; for an address with a label ('eth0:1') write its interface ('eth0')",
    ),
]
LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HOST_NAME = rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*"
HostName = Annotated[
    str,
    Field(title="host name"),
    matching(HOST_NAME, "expected a host name, such as 'printer-1'"),
]
DomainName = Annotated[
    str,
    Field(title="domain name"),
    matching(
        rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*\.?", "expected a domain name, such as 'example.org'"
    ),
]
PLAIN_LABEL = r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
PlainDomainName = Annotated[
    str,
    matching(
        rf"(?=.{{1,253}}$){PLAIN_LABEL}(\.{PLAIN_LABEL})*\.?",
        "expected a domain name, such as 'example.org'; no part of it may begin with '_' or '-'",
    ),
]
"""A domain name that servers read part by part, and not as a text in quotes."""
Text = Annotated[
    str,
    Field(title="text"),
    matching(
        r"(?s)(?=[^\0]+$).{1,255}",
        "expected 1 to 255 characters, none of them NUL",
    ),
]


def not_hex(value: str) -> str:
    """Refuse what a reader takes for bytes, and a server for a text."""
    if re.fullmatch("0[Xx]([0-9A-Fa-f]{2})+", value):
        raise ValueError(f"bytes are written {bytes.fromhex(value[2:]).hex(':')!r}")
    return value


def _not_of_a_mac(value: str) -> str:
    plain = re.sub("[.-]", "", value)
    if re.fullmatch("01[0-9A-Fa-f]{12}", plain):  # what Windows and routers print
        raise ValueError(f"bytes are written {bytes.fromhex(plain).hex(':')!r}")
    return value


Identifier = Annotated[
    str,
    Field(title="text or bytes"),
    AfterValidator(not_hex),
    AfterValidator(_not_of_a_mac),
    matching(
        r"([0-9A-Fa-f]{2}:){1,253}[0-9A-Fa-f]{2}|[ -~]{2,254}",
        "expected a text of 2 to 254 printable ASCII characters, or bytes such as"
        " '01:00:00:5e:00:53:01'",
    ),
]
"""A client identifier (option 61 of RFC 2132): bytes if it looks like bytes, else text."""
RelayIdentifier = Annotated[
    str,
    Field(title="text or bytes"),
    AfterValidator(not_hex),
    matching(
        r"([0-9A-Fa-f]{2}:){1,252}[0-9A-Fa-f]{2}|[ -~]{1,253}",
        "expected a text of 1 to 253 printable ASCII characters, or bytes such as"
        " '00:04:00:14:00:07'",
    ),
]
"""What a relay adds (RFC 3046): bytes if it looks like bytes, else text."""


class Declared(BaseModel):
    """A part of the declared data. It cannot be changed, and takes no other keys."""

    # Nested models become part of the site's validator: none needs one of its own at the start.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
