"""Settings that every scope has: the site, a shared network, a subnet, a pool, a class, a member
of a class, a reservation. The scope nearest to the client wins; a class and a reservation are
nearer than a pool.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from .addresses import ADDRESS, Address, Network, ipv4_address
from .options import OptionName, OptionValue, SpaceName
from .values import Declared, DomainName, LeaseTime, Text, WholeNumber, bytes_at_most, matching

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
"""The types in that list that boot over HTTP. They accept a file only from a server that
sends ``HTTPClient`` in option 60 (UEFI specification, HTTP boot)."""

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
        127, "; for a longer name, use the option bootfile-name: clients that ask for it get it"
    ),
]
"""A file name that fits into a BOOTP packet (RFC 2131). Of a longer name, clients would get only
the first 128 bytes."""


def _routes(value: Any) -> Any:
    """Refuse two spellings of one network."""
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
"""The options that carry routes: 121 of RFC 3442, and 249 of older Windows."""


def route_bytes(routes: dict[IPv4Network, IPv4Address]) -> bytes:
    """Routes as they are in a packet (RFC 3442), with the significant bytes of each network."""
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

    Each field, and each architecture, comes from the nearest scope that sets it: a ``filename`` of
    a subnet does not hide the site's ``ipxe``. A class takes missing fields only from the site.
    """

    next_server: NextServer | None = None
    """The address of the server that has the file. To send another one from each DHCP server: a
    mapping from their names to addresses. Example: `192.0.2.60`."""
    server_name: Annotated[Text, bytes_at_most(63)] | None = None
    """The name of that server, for clients that ask for it."""
    filename: File | None = None
    """The file to load if nothing below fits. Example: `pxelinux.0`."""
    by_architecture: dict[
        Architecture | Annotated[WholeNumber, Field(ge=0, le=65535)],
        File,
    ] = {}
    """By the client's architecture, a name or IANA's number: the file to load. Clients that
    boot over HTTP also get option 60, `HTTPClient`. Example: `{"efi-x64": "grubx64.efi"}`."""
    ipxe: File | None = None
    """The file or URL for a client that runs iPXE already, on any architecture.
    Example: `http://192.0.2.60/menu.ipxe`."""


def laid_over(near: Boot | None, far: Boot | None) -> Boot | None:
    """``near``, and from ``far`` each field and each architecture that ``near`` does not set."""
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
    """By network: the router for it (RFC 3442). Sent as option 121, and as option 249 for old
    Windows clients. A client that understands it ignores `routers`, so add the default route,
    `0.0.0.0/0`. Routes of a nearer scope replace all others.
    Example: `{"0.0.0.0/0": "192.0.2.254", "198.51.100.0/24": "192.0.2.253"}`."""
    vendor_option_space: SpaceName | None = None
    """The option space to send as vendor options (option 43). Example: `acme`."""
    default_lease_time: LeaseTime | None = None
    """Lease time if the client asks for none; `infinite`, or -1, for leases without an end.
    Example: `21600`.

    If no scope sets it, it is 43200, or the value nearest to it that `min_lease_time` and
    `max_lease_time` allow. (With failover, `infinite` ends in January 2038.)
    """
    min_lease_time: LeaseTime | None = None
    """Shortest lease time, even if the client asks for less. If no scope sets it, it is 300, or
    less if another lease time is shorter."""
    max_lease_time: LeaseTime | None = None
    """Longest lease time, even if the client asks for more. If no scope sets it, it is 86400, or
    more if another lease time is longer. Example: `36000`."""
    boot: Boot | None = None
    """Booting over the network."""
    dns_updates: bool | None = None
    """Put names and addresses of clients into the DNS."""
    dns_domain: DomainName | None = None
    """The domain for the clients' names. Example: `example.org`."""
    use_host_names: bool | None = None
    """Clients with a reservation get its name as their host name, unless `host_name` is set."""
    booting: Policy | None = None
    """`deny`: these clients get no answer. Not in a pool: use its `deny`."""
    verbatim: tuple[Statement, ...] = ()
    """Statements in the language of the server software, for settings without a
    field.

    They are written unchanged after everything else of their scope, so they win over its fields.
    Braces and quotes must be closed; only the server software checks everything else. They affect
    the clients that the scope's options affect.
    """


class NetworkScope(Scope):
    """Settings of the site, a shared network or a subnet."""

    unknown_clients: Policy | None = None
    """What to do with clients without a reservation. A client is unknown too if its
    reservation has an address of another network."""
    bootp: Policy | None = None
    """What to do with clients that speak only BOOTP."""
    duplicates: Literal["allow", "deny"] | None = None
    """`deny`: with `one_lease_per_client`, a client with a reservation by its hardware address
    loses its other leases even if its client identifier has changed."""
    declines: Policy | None = None
    """What to do when a client declines an address because it is in use. With `deny`, a broken
    client cannot use up the free addresses."""
    one_lease_per_client: bool | None = None
    """A client that gets a lease loses its other leases."""
    min_secs: Annotated[WholeNumber, Field(title="seconds", ge=0, le=255)] | None = None
    """Make no offer to a client that has been asking for less than so many seconds. Both servers of
    a pair wait, so it does not give one of them priority."""
    authoritative: bool | None = None
    """Whether servers refuse (DHCPNAK) requests for addresses that are wrong for the network. By
    default they do; if false, they do not answer. For a subnet of a shared network, set it at the
    shared network."""
