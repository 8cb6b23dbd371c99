"""Settings that every scope has: the site, a shared network, a subnet, a pool, a class, a member
of a class, a reservation. The scope nearest to the client wins; a class and a reservation are
nearer than a pool.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .options import OptionName, OptionValue, SpaceName
from .values import (
    Address,
    Declared,
    DomainName,
    Network,
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
"""By name: the types of PXE clients (RFC 4578 and IANA's list of processor types)."""
HTTP = frozenset({*range(15, 21), 23, 24, 26, 28, 30, 38, 40})
"""The types in that list that boot over HTTP. They take a file only from a server that says
``HTTPClient`` in option 60 (UEFI specification, HTTP boot)."""

Statement = Annotated[
    str,
    Field(title="statement"),
    matching(r"[^\n\r\0]{1,1000}", "expected one line of 1 to 1000 characters"),
]


File = Annotated[Text, bytes_at_most(127)]
"""A file name that fits into a BOOTP packet (RFC 2131)."""


def _routes(value: Any) -> Any:
    """Refuse what is one network for a server, and two keys here."""
    networks: dict[IPv4Network, str] = {}
    for key in value if isinstance(value, dict) else ():
        try:
            network = IPv4Network(key)
        except ValueError:
            continue  # refused as a network
        if (other := networks.setdefault(network, key)) != key:
            raise ValueError(f"{other!r} and {key!r} are the same network; keep one of them")
    return value


Routes = Annotated[dict[Network, Address], BeforeValidator(_routes)]
ROUTE_CODES = (121, 249)
"""Options that carry routes: that of RFC 3442, and the one of Windows before it."""


def route_bytes(routes: dict[IPv4Network, IPv4Address]) -> bytes:
    """Routes as they are in a packet (RFC 3442): of a network only the bytes that count."""
    return b"".join(
        bytes([network.prefixlen])
        + network.network_address.packed[: (network.prefixlen + 7) // 8]
        + router.packed
        for network, router in routes.items()
    )


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
    routes: Routes = {}
    """By network: the router for it (RFC 3442). Clients that know of routes ignore `routers`:
    begin with the route to everywhere, `0.0.0.0/0`. Sent as option 121, and as 249 for old
    Windows. Example: `{"0.0.0.0/0": "192.0.2.254", "198.51.100.0/24": "192.0.2.253"}`."""
    vendor_option_space: SpaceName | None = None
    """The option space to send as vendor options (option 43). Example: `acme`."""
    default_lease_time: Seconds | None = None
    """Lease time if the client asks for none. Example: `21600`."""
    min_lease_time: Seconds | None = None
    """Shortest lease time, even if the client asks for less."""
    max_lease_time: Seconds | None = None
    """Longest lease time, even if the client asks for more. Example: `36000`."""
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
