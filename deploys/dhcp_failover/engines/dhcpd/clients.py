"""Classes of clients, reservations and groups in the statements of dhcpd.conf(5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...site.addresses import hardware_bytes
from ...site.clients import ClientClass, Reservation
from ...site.conditions import Condition
from ...site.model import Site
from ...site.networks import Networks
from ...site.standard_options import STANDARD
from .host_words import WORD, unique_words
from .names import option_name
from .statements import block, client_statements, data, option_value, quoted

CLIENT_IDENTIFIER = "dhcp-client-identifier"
BYTES = STANDARD[CLIENT_IDENTIFIER]
RELAY = {"circuit_id": "agent.circuit-id", "remote_id": "agent.remote-id"}
"""By the field of a reservation: the option that a relay adds."""


FALSE = '"0" = "1"'
"""In dhcpd, an "and" that fails has no result, nor has "~=" on an option that the client does not
send; a "not" of them has no result either (evaluate_boolean_expression in its tree.c). An "or" with
this expression always has a result."""


def class_blocks(name: str, it: ClientClass, site: Site) -> Iterator[str]:
    """A class, and the subclasses that are its members."""
    yield from block(f"class {quoted(name)}", [*_matching(it, site), *client_statements(it, site)])
    for value, member in it.members.items():
        opening = f"subclass {quoted(name)} {_member(it, value, site)}"
        statements = [*client_statements(member, site)]
        yield from block(opening, statements) if statements else [f"{opening};"]


def _matching(it: ClientClass, site: Site) -> Iterator[str]:
    """The statements that decide which clients are in the class."""
    if it.match:
        yield f"match if {_all(it.match, site)};"
    elif it.spawn_by:
        yield f"match if exists {option_name(it.spawn_by, site)};"
    elif it.member_by == "hardware":
        length = len(hardware_bytes(next(iter(it.members), "00:00:00:00:00:00")).split(":"))
        yield "match hardware;" if length == 6 else f"match substring(hardware, 0, {length + 1});"
    else:
        yield f"match option {option_name(it.member_by or '', site)};"
    if it.spawn_by:
        yield f"spawn with option {option_name(it.spawn_by, site)};"
    if it.lease_limit:
        yield f"lease limit {it.lease_limit};"


def _member(it: ClientClass, value: str, site: Site) -> str:
    if it.member_by == "hardware":
        return f"1:{hardware_bytes(value)}"
    definition = site.option(it.member_by or "")
    return option_value(definition, value) if definition else quoted(value)


def _all(conditions: Iterable[Condition], site: Site) -> str:
    return " and ".join(f"({condition(it, site)})" for it in conditions)


def _any(conditions: Iterable[Condition], site: Site) -> str:
    return " or ".join(f"({condition(it, site)})" for it in conditions)


def condition(it: Condition, site: Site) -> str:
    """A condition as a boolean expression, see dhcp-eval(5).

    dhcpd reads "and" and "or" from left to right, without precedence, so each part is in
    parentheses.
    """
    if it.all_of:
        return _all(it.all_of, site)
    if it.any_of:
        return _any(it.any_of, site)
    if it.none_of:
        return f"not ({_any(it.none_of, site)} or {FALSE})"
    if it.hardware:
        return " or ".join(_hardware(prefix) for prefix in it.hardware)
    return it.verbatim or _on_option(it, site)


def _hardware(prefix: str) -> str:
    length = len(prefix.split(":"))
    return f"substring(hardware, 0, {length + 1}) = 1:{prefix}"


def _on_option(it: Condition, site: Site) -> str:
    definition, name = site.option(it.option or ""), option_name(it.option or "", site)
    option = f"option {name}"
    if definition and it.equals is not None:
        return f"{option} = {data(definition.encode(it.equals))}"
    if definition and it.starts_with is not None:
        begin = definition.encode(it.starts_with)
        return f"substring({option}, {it.at}, {len(begin)}) = {data(begin)}"
    if definition and it.ends_with is not None:
        end = definition.encode(it.ends_with)
        return f"suffix({option}, {len(end)}) = {data(end)}"
    if it.matches is not None:
        return f"{option} ~= {quoted(it.matches)}"
    return f"exists {name}"


def hosts(networks: Networks, site: Site) -> Iterator[str]:
    """The reservations for ``networks``; those of a group follow together at the end."""
    found = [*_concerned(networks, site)]
    words = unique_words([(name, len(it.identifiers)) for name, it in found])
    named = any(scope.use_host_names for _, scope in site.placed_scopes)
    first: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for (name, it), hosts in zip(found, words, strict=True):
        sent = first.setdefault(name, name if WORD.fullmatch(name) else hosts[0]) if named else ""
        text = "".join(_hosts(name, it, hosts, sent, site))
        if it.group:
            groups.setdefault(it.group, []).append(text)
        else:
            yield text
    for name, texts in groups.items():
        own = "".join(f"    {line}\n" for line in client_statements(site.groups[name], site))
        yield f"# {name}\ngroup {{\n{own}{''.join(texts)}}}\n"


def _concerned(networks: Networks, site: Site) -> Iterator[tuple[str, Reservation]]:
    """Reservations of these subnets, with an address in one of them, or without any address."""
    known = set()
    for subnet in networks.every():
        known.add(subnet.network)
        yield from subnet.reservations.items()
    for it in site.wandering:
        if it.subnet is None or it.subnet.subnet.network not in known:
            homes = [*map(site.subnet_of, it.reservation.address)]
            if not homes or any(home and home.subnet.network in known for home in homes):
                yield it.name, it.reservation


def _hosts(name: str, it: Reservation, words: list[str], sent: str, site: Site) -> Iterator[str]:
    """A host declaration for each identifier, as dhcpd accepts only one in each.

    Each of them sends ``sent`` where hosts send their names.
    """
    more = [*_settings_of(it, site)]
    for word, (which, value) in zip(words, it.identifiers, strict=True):
        comment = "" if word == name else f"# {name}\n"
        own = _name(sent) if sent and word != sent else ()
        lines = "\n    ".join((_identifier(which, value), *more, *own))
        yield f"{comment}host {word} {{\n    {lines}\n}}\n"


def _name(sent: str) -> Iterator[str]:
    """What makes a host send another name than its own, if it would send that."""
    yield "if config-option server.use-host-decl-names = 01 {"
    yield f"    default host-name {quoted(sent)};"
    yield "}"


def _identifier(which: str, value: str) -> str:
    if which == "mac":
        return f"hardware ethernet {value};"
    if which == "client_identifier":
        return f"option {CLIENT_IDENTIFIER} {option_value(BYTES, value)};"
    return f"host-identifier option {RELAY[which]} {option_value(BYTES, value)};"


def _settings_of(it: Reservation, site: Site) -> Iterator[str]:
    if it.address:
        yield f"fixed-address {', '.join(map(str, it.address))};"
    if it.host_name:
        yield f"option host-name {quoted(it.host_name)};"
    if it.has_settings:
        yield from client_statements(it, site)
