"""Keys, and what is done with them: dynamic DNS and the control channel (OMAPI)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from .values import PLAIN_LABEL, Address, Declared, Name, PlainDomainName, Port, Seconds, matching


def _secret(value: SecretStr) -> SecretStr:
    try:
        length = len(base64.b64decode(value.get_secret_value(), validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if not 8 <= length <= 128:
        raise ValueError("8 to 128 bytes in base64 are needed, as tsig-keygen(8) makes them")
    return value


KeyName = Annotated[
    str,
    Field(title="name", max_length=63),
    matching(
        rf"{PLAIN_LABEL}(\.{PLAIN_LABEL})*",
        "a name as of a domain is needed, up to 63 letters, digits, '.', '_' and '-', no part of"
        " which begins with '_' or '-'",
    ),
]
"""A key's name is that of a domain to whoever uses it (RFC 8945)."""


class Key(Declared):
    """A secret that two programs share (TSIG, RFC 8945)."""

    algorithm: Literal[
        "hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"
    ] = "hmac-sha256"
    """How the secret signs; what the other program is told too."""
    secret: Annotated[SecretStr, AfterValidator(_secret)]
    """In base64; from the environment or a secrets directory, never from the inventory."""


class Zone(Declared):
    """A zone of the DNS that the servers update."""

    primary: Address
    """The DNS server that takes updates for it."""
    key: Name | None = None
    """The key that the updates are signed with."""


class Dns(Declared):
    """Dynamic DNS: names of clients are put into the DNS by the server that gives the lease."""

    update_style: Literal["standard", "interim"] = "standard"
    """How a name's owner is told: by DHCID records (RFC 4701), or as before them."""
    ttl: Seconds | None = None
    """Seconds that the records may be kept by others; by default half of the lease."""
    update_static_leases: bool = False
    """Whether clients with reserved addresses are put into the DNS too."""
    client_updates: Literal["allow", "deny"] = "deny"
    """Whether a client may put its own name into the DNS."""
    zones: dict[PlainDomainName, Zone] = {}
    """By domain: the zones that are updated, ``in-addr.arpa`` ones among them."""


class Omapi(Declared):
    """The control channel of the servers; there is none without this."""

    port: Port = 7911
    """The TCP port."""
    key: Name
    """The key that whoever uses it has to have."""
