"""Keys, and what uses them: dynamic DNS and the control channel (OMAPI)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from .addresses import Address, Addresses
from .values import PLAIN_LABEL, Declared, Name, PlainDomainName, Port, Seconds, matching


def _secret(value: SecretStr) -> SecretStr:
    try:
        length = len(base64.b64decode(value.get_secret_value(), validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if not 8 <= length <= 128:
        raise ValueError("expected 8 to 128 bytes in base64, as tsig-keygen(8) prints them")
    return value


KeyName = Annotated[
    str,
    Field(title="name", max_length=63),
    matching(
        rf"{PLAIN_LABEL}(\.{PLAIN_LABEL})*",
        "expected a name like that of a domain: up to 63 letters, digits, '.', '_' and '-'; no part"
        " of it may begin with '_' or '-'",
    ),
]
"""Programs that use a key treat its name as a domain name (RFC 8945)."""


class Key(Declared):
    """A secret that two programs share (TSIG, RFC 8945)."""

    algorithm: Literal[
        "hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"
    ] = "hmac-sha256"
    """The algorithm of the signatures. It must match on the other side."""
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    """In base64. Set it in the environment or in a secrets directory, never in the inventory."""


class Zone(Declared):
    """A zone of the DNS that the servers update."""

    primary: Address
    """The DNS server that accepts updates for it. Example: `192.0.2.53`."""
    key: Name | None = None
    """The key that signs the updates."""


class Dns(Declared):
    """Dynamic DNS: the server that gives a lease puts the client's name into the DNS."""

    update_style: Literal["standard", "interim"] = "standard"
    """How the DNS records whose name it is: with DHCID records (RFC 4701), or the older way."""
    ttl: Seconds | None = None
    """Seconds that other DNS servers may keep a record; by default half of the lease time."""
    update_static_leases: bool = False
    """Also put clients with reserved addresses into the DNS."""
    client_updates: Literal["allow", "deny", "ignore"] = "deny"
    """Whether clients may put their own names into the DNS. `ignore`: they may not, and the
    answer does not say so."""
    update_conflict_detection: bool = True
    """Do not take over a name that belongs to another client. If false, the last client with a
    name gets it."""
    zones: dict[PlainDomainName, Zone] = {}
    """By domain: the zones to update, reverse zones (``in-addr.arpa``) too."""


class Omapi(Declared):
    """The control channel of the servers (OMAPI). Without this part there is none."""

    port: Port = 7911
    """The TCP port."""
    key: Name
    """The key that clients of the channel must present."""
    clients: tuple[Addresses, ...] = ()
    """Addresses and networks that may connect to it. The server itself always may.
    Example: `["192.0.2.7", "198.51.100.0/24"]`."""
