"""Settings that every scope has: the site, a shared network, a subnet, a pool, a class, a member
of a class, a reservation. The scope nearest to the client wins; a class and a reservation are
nearer than a pool.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from .options import OptionName, OptionValue, SpaceName
from .values import (
    ADDRESS,
    Address,
    Declared,
    DomainName,
    LeaseTime,
    Network,
    Text,
    WholeNumber,
    bytes_at_most,
    ipv4_address,
    matching,
)

Policy = Literal["allow", "deny", "ignore"]
"""``deny`` and ``ignore`` do the same: no answer. With ``deny`` the server logs it."""

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
    Field(title="statements"),
    BeforeValidator(lambda it: it.replace("\r\n", "\n") if isinstance(it, str) else it),
    matching(r"[^\r\0]+", "expected statements in one line or in several, without NUL"),
]


def _next_server(value: Any) -> IPv4Address | dict[str, IPv4Address]:
    if not isinstance(value, dict):
        return ipv4_address(value)
    if not value or not all(isinstance(name, str) for name in value):
        raise ValueError("expected an address for each server, such as {'dhcp1': '192.0.2.1'}")
    return {name: ipv4_address(address) for name, address in value.items()}


def _written_next_server(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: str(address) for name, address in value.items()}
    return str(value) if value is not None else None


File = Annotated[
    Text,
    bytes_at_most(
        127, "; clients that ask for the option bootfile-name can be sent longer ones in it"
    ),
]
"""A file name that fits into a BOOTP packet (RFC 2131). Of a longer one clients would get the first
128 bytes."""


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


NextServer = Annotated[
    IPv4Address | dict[str, IPv4Address],
    PlainValidator(_next_server),
    PlainSerializer(_written_next_server),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "ipv4", "pattern": f"^{ADDRESS}$"},
                {
                    "type": "object",
                    "additionalProperties": {
                        "type": "string",
                        "format": "ipv4",
                        "pattern": f"^{ADDRESS}$",
                    },
                },
            ]
        }
    ),
]


class Boot(Declared):
    """Booting over the network (PXE).

    Each field, and each architecture, holds where no nearer scope sets it: a ``filename`` of a
    subnet does not hide the site's ``ipxe``. A class knows only what the site says.
    """

    next_server: NextServer | None = None
    """The address of the server that has the file; or, by name of a DHCP server, the address that
    this one's clients are sent. Example: `192.0.2.60`."""
    server_name: Annotated[Text, bytes_at_most(63)] | None = None
    """The name of that server, for clients that ask for it."""
    filename: File | None = None
    """The file to load if nothing below fits. Example: `pxelinux.0`."""
    by_architecture: dict[
        Architecture | Annotated[WholeNumber, Field(ge=0, le=65535)],
        File,
    ] = {}
    """By the client's architecture, a name or IANA's number: the file to load. One that boots over
    HTTP is told so as well (option 60, `HTTPClient`). Example: `{"efi-x64": "grubx64.efi"}`."""
    ipxe: File | None = None
    """The file or URL for a client that runs iPXE already, on any architecture.
    Example: `http://192.0.2.60/menu.ipxe`."""


def laid_over(near: Boot | None, far: Boot | None) -> Boot | None:
    """How to boot where ``near`` holds and ``far`` around it: each field, and each architecture, by
    the nearer one that sets it."""
    if near is None or far is None:
        return near or far
    fields = {name: getattr(near, name) or getattr(far, name) for name in Boot.model_fields}
    files = {**near.by_architecture, **far.by_architecture, **near.by_architecture}
    return far.model_copy(update={**fields, "by_architecture": files})


class Scope(Declared):
    """Settings that every scope has. The scope nearest to the client wins."""

    # Made, and not copied, for each of many reservations: that is faster.
    options: dict[OptionName, OptionValue] = Field(default_factory=dict)
    """By name: options for the clients. Example: `{"ntp-servers": ["192.0.2.123"]}`."""
    routes: Routes = Field(default_factory=dict)
    """By network: the router for it (RFC 3442). Clients that know of routes ignore `routers`:
    begin with the route to everywhere, `0.0.0.0/0`. The nearest scope with routes takes the place
    of all others. Sent as option 121, and as 249 for old Windows.
    Example: `{"0.0.0.0/0": "192.0.2.254", "198.51.100.0/24": "192.0.2.253"}`."""
    vendor_option_space: SpaceName | None = None
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
    use_host_names: bool | None = None
    """Clients with a reservation get its name as their host name, unless `host_name` says
    another."""
    booting: Policy | None = None
    """`deny`: these clients get no answer. Not in a pool, which has `deny` itself."""
    verbatim: tuple[Statement, ...] = ()
    """Statements in the language of the server software, for what the data cannot say. Only the
    server software checks them.

    They stand after everything else of their scope, as they are written, and win over it. Braces
    and quotes have to be closed. They reach the clients that the scope's options reach.
    """


class NetworkScope(Scope):
    """Settings of the site, a shared network or a subnet."""

    unknown_clients: Policy | None = None
    """What to do with clients without a reservation. A reservation with an address of another
    network does not count."""
    bootp: Policy | None = None
    """What to do with clients that speak only BOOTP."""
    duplicates: Literal["allow", "deny"] | None = None
    """`deny`: with `one_lease_per_client`, a client with a reservation by its hardware address
    loses its other leases even if its client identifier has changed."""
    declines: Policy | None = None
    """What to do when a client declines an address because it is in use. With `deny`, a broken
    client cannot use up the free addresses."""
    one_lease_per_client: bool | None = None
    """A client that gets a lease loses its others."""
    min_secs: Annotated[WholeNumber, Field(title="seconds", ge=0, le=255)] | None = None
    """Offer nothing to a client that has asked for less than so many seconds. Both servers do so:
    it does not let one of them be the first."""
    authoritative: bool | None = None
    """Whether servers refuse (DHCPNAK) addresses that are wrong for the network. If false, they
    say nothing. By default they do. In a subnet of a shared network, say it for the shared
    network."""
