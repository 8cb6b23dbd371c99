"""A site in the statements of dhcpd.conf(5) and dhcp-options(5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...site.dns import Dns, Key
from ...site.lease_times import USUAL, WHICH, LeaseTimes, Which, declared, own_times
from ...site.model import Site
from ...site.networks import PERMITS, Pool, Subnet
from ...site.options import Definition
from ...site.relationships import Peer, Relationship
from ...site.reserved import as_reserved
from ...site.scopes import ARCHITECTURES, HTTP, Boot, NetworkScope, Scope
from ...site.values import INFINITE
from . import paths
from .definitions import route_statements
from .names import option_name, space_name
from .unrelated import VERBATIM

TUNABLES = (
    "auto_partner_down",
    "max_lease_misbalance",
    "max_lease_ownership",
    "min_balance",
    "max_balance",
)
"""Of a relationship: written only where they are not the default, which is dhcpd's too."""
SPLIT = 255
"""Of 256 shares of the clients, those that a primary answers where the site gives neither ``split``
nor ``hba``: all but one, so that the secondary stands by."""
_PLAIN = re.compile("[A-Za-z0-9._-]*")


def quoted(text: str | bytes) -> str:
    """``text`` as a string for dhcpd; bytes other than printable ASCII in base 8 (conflex.c)."""
    if isinstance(text, str):
        if _PLAIN.fullmatch(text):
            return f'"{text}"'
        text = text.encode()
    return '"' + "".join(map(_CHARACTERS.__getitem__, text)) + '"'


def _character(byte: int) -> str:
    if byte in b'"\\':
        return f"\\{byte:c}"
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


_CHARACTERS = [_character(byte) for byte in range(256)]


def in_hex(data: bytes) -> str:
    """``data`` as dhcpd writes bytes: ``0:5e:ff``."""
    return ":".join(f"{byte:02x}" for byte in data)


def option_value(definition: Definition, value: Any) -> str:
    """The value of an option, as written in an option statement."""
    records = definition.parse(value)
    lists = [[_part(definition.kind_of(i), part) for i, part in enumerate(it)] for it in records]
    if definition.repeated == "last":
        fixed = len(definition.kinds) - 1
        (record,) = lists
        return " ".join((*record[:fixed], ", ".join(record[fixed:])))
    return ", ".join(" ".join(record) for record in lists)


def _part(kind: str, part: Any) -> str:
    match kind:
        case "boolean":
            return "true" if part else "false"
        case "text":
            return quoted(part)
        case "bytes":
            return data(part)
        case "domain-list":
            return ", ".join(map(quoted, part))
        case _:
            return str(part)


def failover_peer(peer: Peer) -> Iterator[str]:
    """The block of a relationship, as one of its servers needs it."""
    relationship = peer.relationship
    lines = [
        f"{peer.role};",
        f"address {peer.address};",
        f"port {peer.port};",
        f"peer address {peer.peer_address};",
        f"peer port {peer.peer_port};",
        f"max-response-delay {relationship.max_response_delay};",
        f"max-unacked-updates {relationship.max_unacked_updates};",
    ]
    if peer.role == "primary":  # which sends these to its partner
        hba, split = relationship.hba, relationship.split
        lines.append(f"mclt {peer.mclt};")
        lines.append(f"hba {hba};" if hba else f"split {SPLIT if split is None else split};")
    lines.append(f"load balance max seconds {relationship.load_balance_max_seconds};")
    for name in TUNABLES:
        value = getattr(relationship, name)
        if value != Relationship.model_fields[name].default:
            lines.append(f"{name.replace('_', '-')} {value};")
    yield from block(f"failover peer {quoted(peer.name)}", lines)


def site_statements(site: Site) -> Iterator[str]:
    """The statements that apply to all clients."""
    if not site.ping_check:
        yield "ping-check false;"
    if site.ping_timeout:
        yield f"ping-timeout {site.ping_timeout};"
    for own in site.servers.values():
        if own.identifier:  # this is the site as one server sees it, so there is only one
            yield f"server-identifier {own.identifier};"
    if site.log_facility:
        yield f"log-facility {site.log_facility};"
    if site.keys:
        yield f"include {quoted(paths.KEYS)};"
    if site.omapi:
        yield f"omapi-port {site.omapi.port};"
        yield f"omapi-key {quoted(site.omapi.key)};"
    if site.dns:
        yield from _dns(site.dns)
    yield from network_statements(site, site)


def _dns(it: Dns) -> Iterator[str]:
    yield f"ddns-update-style {it.update_style};"
    yield f"{it.client_updates} client-updates;"
    if it.ttl:
        yield f"ddns-ttl {it.ttl};"
    if it.update_static_leases:
        yield "update-static-leases true;"
    if not it.update_conflict_detection:
        yield "update-conflict-detection false;"
    for domain, zone in it.zones.items():
        key = f" key {quoted(zone.key)};" if zone.key else ""
        yield f"zone {domain.rstrip('.')}. {{ primary {zone.primary};{key} }}"


def key_statements(name: str, it: Key) -> str:
    """The declaration of a key; raises :class:`ValueError` if its secret is not known."""
    if it.secret is None:
        raise ValueError(f"the secret of the key {name} is not known")
    secret = it.secret.get_secret_value()
    return f"key {quoted(name)} {{ algorithm {it.algorithm}; secret {quoted(secret)}; }}"


def network_statements(it: NetworkScope, site: Site) -> Iterator[str]:
    """The statements of a site, a shared network or a subnet, for its clients."""
    yield from _policies(it)
    yield from _written({which: time for which in WHICH if (time := declared(it, which))})
    yield from _other_statements(it, site)


def _policies(it: NetworkScope) -> Iterator[str]:
    if it.authoritative is not None and not isinstance(it, Site):
        yield authority(it.authoritative)  # first: dhcpd copies it into the scopes inside
    for which in ("unknown_clients", "bootp", "duplicates", "declines"):
        if policy := getattr(it, which):
            yield f"{policy} {which.replace('_', '-')};"
    if it.one_lease_per_client is not None:
        yield f"one-lease-per-client {_flag(it.one_lease_per_client)};"
    if it.min_secs is not None:
        yield f"min-secs {it.min_secs};"


def authority(given: bool) -> str:
    """Whether a server refuses addresses that are wrong for a network."""
    return "authoritative;" if given else "not authoritative;"


def _flag(given: bool) -> str:
    return "true" if given else "false"


def subnet_statements(it: Subnet, shared: str | None, site: Site) -> Iterator[str]:
    """The statements of a subnet; with reservations, it has all lease times, as a pool has.

    Reserved addresses are in no pool, so the subnet also has what all its pools have in common.
    """
    home = site.subnet_of(it.network.network_address)
    if home and it.network in site.reserved_networks:
        it = as_reserved(home.subnet)
    elif not it.reservations:
        yield from network_statements(it, site)
        return
    yield from _policies(it)
    yield from _lease_times(site.lease_times(it, shared))
    yield from _other_statements(it, site)


def pool_statements(it: Pool, times: LeaseTimes, site: Site) -> Iterator[str]:
    """The statements of a pool; where lease times are declared, it has all of them."""
    if it.failover:
        yield f"failover peer {quoted(it.failover)};"
    if it.routers:
        yield f"option routers {', '.join(map(str, it.routers))};"
    for which, permits in (("allow", it.allow), ("deny", it.deny)):
        for permit in permits:
            clients = permit if permit in PERMITS else f"members of {quoted(permit)}"
            yield f"{which} {clients};"
    bootp = "dynamic-bootp " if it.dynamic_bootp else ""
    if it.emptying:
        yield "deny all clients;"
    for range_ in it.ranges:
        yield f"range {bootp}{range_.first} {range_.last};"
    yield from _lease_times(times)
    yield from _other_statements(it, site)


def _lease_times(times: LeaseTimes) -> Iterator[str]:
    """Statements for ``times``; none if no time is declared: then dhcpd's defaults hold."""
    if times.declared:
        said: dict[Which, int] = {"default": times.default, "min": times.min, "max": times.max}
        if "min" not in times.declared and times.min == USUAL.min:
            del said["min"]
        yield from _written(said)


def _written(times: Mapping[Which, int]) -> Iterator[str]:
    for which, seconds in times.items():
        yield f"{which}-lease-time {'infinite' if seconds == INFINITE else seconds};"


def client_statements(it: Scope, site: Site) -> Iterator[str]:
    """The statements of a class, a group or a reservation, whose clients may use any pool."""
    yield from _written(own_times(it, site.narrowest_times))
    yield from _other_statements(it, site)


def _other_statements(it: Scope, site: Site) -> Iterator[str]:
    if it.vendor_option_space:
        yield f"vendor-option-space {space_name(it.vendor_option_space, site)};"
    for name, value in it.options.items():
        definition = site.option(name)
        if definition:  # the site has refused unknown ones
            yield f"option {option_name(name, site)} {option_value(definition, value)};"
    if it.routes:
        yield from route_statements(it.routes, site)
    if it.booting:
        yield f"{it.booting} booting;"
    if it.use_host_names is not None:
        yield f"use-host-decl-names {_flag(it.use_host_names)};"
    if it.dns_updates is not None:
        yield f"ddns-updates {'on' if it.dns_updates else 'off'};"
    if it.dns_domain:
        yield f"ddns-domainname {quoted(it.dns_domain)};"
    if it.boot:
        yield from _boot(it.boot)
    if it.verbatim:
        yield VERBATIM
        yield from it.verbatim


def _boot(it: Boot) -> Iterator[str]:
    if it.next_server:
        yield f"next-server {it.next_server};"
    if it.server_name:
        yield f"server-name {quoted(it.server_name)};"
    tests = {'exists user-class and option user-class = "iPXE"': it.ipxe} if it.ipxe else {}
    over_http = set()
    for architecture, filename in it.by_architecture.items():
        numbers = (architecture,) if isinstance(architecture, int) else ARCHITECTURES[architecture]
        either = " or ".join(
            f"option pxe-system-type = {in_hex(number.to_bytes(2, 'big'))}" for number in numbers
        )
        tests[either] = filename
        if HTTP.issuperset(numbers):
            over_http.add(either)
    for i, (test, filename) in enumerate(tests.items()):
        yield f"{'elsif' if i else 'if'} {test} {{"
        yield f"    filename {quoted(filename or '')};"
        if test in over_http:
            yield '    option vendor-class-identifier "HTTPClient";'
        yield "}"
    if it.filename:
        yield "else {" if tests else f"filename {quoted(it.filename)};"
        if tests:
            yield f"    filename {quoted(it.filename)};"
            yield "}"


def data(value: bytes) -> str:
    """Bytes as a string in quotes if they are printable, else in hex."""
    printable = all(32 <= byte < 127 for byte in value)
    return quoted(value) if printable or len(value) < 2 else in_hex(value)


def block(opening: str, statements: list[str]) -> Iterator[str]:
    """The lines of a declaration in braces."""
    yield f"{opening} {{"
    for line in statements:
        yield f"    {line}"
    yield "}"
