"""What can be declared at every scope: the site, a shared network, a subnet, a pool, a class,
a member of a class, a reservation. The nearest to the client wins; a class and a reservation
are nearer than a pool.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .options import OptionValue
from .values import (
    Address,
    Declared,
    DomainName,
    Name,
    Seconds,
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
"""By name: the types of client that PXE knows (RFC 4578 and IANA's list of processor types)."""

OptionName = Annotated[
    str,
    Field(title="option"),
    matching(
        r"([A-Za-z][A-Za-z0-9-]{0,62}\.)?[A-Za-z][A-Za-z0-9-]{0,62}",
        "the name of an option is needed, as in 'ntp-servers' or, of a vendor's space, 'acme.mode'",
    ),
]
Statement = Annotated[
    str,
    Field(title="statement"),
    matching(r"[^\n\r\0]{1,1000}", "a line of 1 to 1000 characters is needed"),
]


File = Annotated[Text, bytes_at_most(127)]
"""What a BOOTP packet has room for (RFC 2131)."""


class Boot(Declared):
    """Booting over the network (PXE)."""

    next_server: Address | None = None
    """Where the file is."""
    server_name: Annotated[Text, bytes_at_most(63)] | None = None
    """The name of that server, for clients that ask for one."""
    filename: File | None = None
    """The file to load, where nothing below fits."""
    by_architecture: dict[
        Architecture | Annotated[WholeNumber, Field(ge=0, le=65535)],
        File,
    ] = {}
    """By the client's architecture, by name or by IANA's number: the file for it."""
    ipxe: File | None = None
    """The file or URL for a client that runs iPXE already, whatever its architecture."""


class Scope(Declared):
    """What can be declared at every scope."""

    options: dict[OptionName, OptionValue] = {}
    """By name: options for the clients."""
    vendor_option_space: Name | None = None
    """The option space whose options are sent as vendor options (option 43)."""
    default_lease_time: Seconds | None = None
    """Seconds, if the client asks for none."""
    min_lease_time: Seconds | None = None
    """Seconds, however little the client asks for."""
    max_lease_time: Seconds | None = None
    """Seconds, whatever the client asks for."""
    boot: Boot | None = None
    """Booting over the network."""
    dns_updates: bool | None = None
    """Whether names and addresses of clients are put into the DNS."""
    dns_domain: DomainName | None = None
    """The domain that clients' names are put into."""
    verbatim: tuple[Statement, ...] = ()
    """Statements in the words of the server software, as the last resort; checked by it alone."""


class NetworkScope(Scope):
    """What can be declared where networks are: the site, a shared network, a subnet."""

    unknown_clients: Policy | None = None
    """Clients without a reservation."""
    bootp: Policy | None = None
    """Clients that speak BOOTP only."""
