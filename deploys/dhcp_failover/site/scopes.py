"""Settings that every scope has: the site, a shared network, a subnet, a pool, a class, a member
of a class, a reservation. The scope nearest to the client wins; a class and a reservation are
nearer than a pool.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .options import OptionValue
from .values import (
    Address,
    Declared,
    DomainName,
    LeaseTime,
    Name,
    Text,
    WholeNumber,
    bytes_at_most,
    matching,
)

Policy = Literal["allow", "deny", "ignore"]

Architecture = Literal[
    "bios",
    "efi-ia32",
    "efi-x64",
    "efi-arm32",
    "efi-arm64",
    "http-ia32",
    "http-x64",
    "http-arm32",
    "http-arm64",
]
ARCHITECTURES: dict[Architecture, tuple[int, ...]] = {
    "bios": (0,),
    "efi-ia32": (6,),
    "efi-x64": (7, 9),
    "efi-arm32": (10,),
    "efi-arm64": (11,),
    "http-ia32": (15,),
    "http-x64": (16,),
    "http-arm32": (18,),
    "http-arm64": (19,),
}
"""By name: the types of PXE clients (RFC 4578 and IANA's list of processor types)."""

OptionName = Annotated[
    str,
    Field(title="option"),
    matching(
        r"([A-Za-z][A-Za-z0-9-]{0,62}\.)?[A-Za-z][A-Za-z0-9-]{0,62}",
        "expected the name of an option, such as 'ntp-servers' or (of a vendor) 'acme.mode'",
    ),
]
Statement = Annotated[
    str,
    Field(title="statement"),
    matching(r"[^\n\r\0]{1,1000}", "expected one line of 1 to 1000 characters"),
]


File = Annotated[Text, bytes_at_most(127)]
"""A file name that fits into a BOOTP packet (RFC 2131)."""


class Boot(Declared):
    """Booting over the network (PXE)."""

    next_server: Address | None = None
    """The address of the server that has the file. Example: `192.0.2.60`."""
    server_name: Annotated[Text, bytes_at_most(63)] | None = None
    """The name of that server, for clients that ask for it."""
    filename: File | None = None
    """The file to load if nothing below fits. Example: `pxelinux.0`."""
    by_architecture: dict[
        Architecture | Annotated[WholeNumber, Field(ge=0, le=65535)],
        File,
    ] = {}
    """By the client's architecture, a name or IANA's number: the file to load.
    Example: `{"efi-x64": "grubx64.efi"}`."""
    ipxe: File | None = None
    """The file or URL for a client that runs iPXE already, on any architecture.
    Example: `http://192.0.2.60/menu.ipxe`."""


class Scope(Declared):
    """Settings that every scope has. The scope nearest to the client wins."""

    options: dict[OptionName, OptionValue] = {}
    """By name: options for the clients. Example: `{"ntp-servers": ["192.0.2.123"]}`."""
    vendor_option_space: Name | None = None
    """The option space to send as vendor options (option 43). Example: `acme`."""
    default_lease_time: LeaseTime | None = None
    """Lease time if the client asks for none; `infinite`, or -1, for leases without an end.
    Example: `21600`.

    Where no scope says it, it is 43200, or the nearest to that which `min_lease_time` and
    `max_lease_time` allow. (Servers count leases without an end down to January 2038.)
    """
    min_lease_time: LeaseTime | None = None
    """Shortest lease time, even if the client asks for less. Where no scope says it, it is 300, or
    less if another lease time is shorter."""
    max_lease_time: LeaseTime | None = None
    """Longest lease time, even if the client asks for more. Where no scope says it, it is 86400, or
    more if another lease time is longer. Example: `36000`."""
    boot: Boot | None = None
    """Booting over the network."""
    dns_updates: bool | None = None
    """Put names and addresses of clients into the DNS."""
    dns_domain: DomainName | None = None
    """The domain for the clients' names. Example: `example.org`."""
    verbatim: tuple[Statement, ...] = ()
    """Statements in the language of the server software, for what the data cannot say. Only the
    server software checks them."""


class NetworkScope(Scope):
    """Settings of the site, a shared network or a subnet."""

    unknown_clients: Policy | None = None
    """What to do with clients without a reservation."""
    bootp: Policy | None = None
    """What to do with clients that speak only BOOTP."""
