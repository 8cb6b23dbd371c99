"""The definitions of options and option spaces that dhcpd does not define itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from ...site.model import Site
from ...site.options import ENTERPRISES, Definition, OptionDefinition
from ...site.scopes import ROUTE_CODES, route_bytes
from ...site.standard_options import LACKED, STANDARD
from .names import option_name, space_name, unused

KINDS: Mapping[str, str] = {
    "address": "ip-address",
    "address6": "ip6-address",
    "boolean": "boolean",
    "text": "text",
    "bytes": "string",
    "domain-name": "domain-name",
    "domain-list": "domain-list",
    "int8": "signed integer 8",
    "int16": "signed integer 16",
    "int32": "signed integer 32",
    "uint8": "unsigned integer 8",
    "uint16": "unsigned integer 16",
    "uint32": "unsigned integer 32",
}
"""By the type of an option: dhcpd's word for it."""
SUBSCRIBER = "agent.subscriber-id"
"""A standard option (RFC 3993) that dhcpd does not define."""
ROUTES = dict(
    zip(ROUTE_CODES, ("rfc3442-classless-static-routes", "ms-classless-static-routes"), strict=True)
)
"""By code of an option that carries routes: its usual name."""


def definitions(site: Site) -> Iterator[str]:
    """The option spaces and options that the site defines, and standard ones that dhcpd lacks."""
    own = site.option_definitions
    spaces = dict.fromkeys(name.rpartition(".")[0] for name in own if "." in name)
    for space in spaces:
        if space not in ENTERPRISES:
            written = space_name(space, site)
            yield from _original(space, written)
            yield f"option space {written};"
    for name, it in own.items():
        written = option_name(name, site)
        yield from _original(name, written)
        yield f"option {written} code {it.code} = {_content(it, site)};"
    yield from _used(site)
    for space in spaces:
        if any(it.encapsulates for name, it in own.items() if name.startswith(f"{space}.")):
            yield from _opened(space, site)


def route_statements(routes: dict[IPv4Network, IPv4Address], site: Site) -> Iterator[str]:
    """Routes in the options that carry them."""
    data = ", ".join(map(str, route_bytes(routes)))
    for code in ROUTE_CODES:
        yield f"option {_of_routes(code, site)} {data};"


def _of_routes(code: int, site: Site) -> str:
    return unused(ROUTES[code], {name.lower() for name in site.option_definitions})


def _original(name: str, written: str) -> Iterator[str]:
    """A comment with the name in the data, if dhcpd cannot read it."""
    if name != written:
        yield f"# in the data: {name}"


def _content(it: OptionDefinition, site: Site) -> str:
    if it.encapsulates:
        return f"encapsulate {space_name(it.encapsulates, site)}"
    return _kind(it.definition(in_space=False))


def _kind(it: Definition) -> str:
    kinds = [KINDS[kind] for kind in it.kinds]
    if it.repeated == "last":
        kinds[-1] = f"array of {kinds[-1]}"
    text = kinds[0] if len(kinds) == 1 else f"{{ {', '.join(kinds)} }}"
    return f"array of {text}" if it.repeated == "all" else text


def _used(site: Site) -> Iterator[str]:
    """Standard options that dhcpd lacks, where the site uses them."""
    compared = {option for it in site.classes.values() for option in it.options_compared()}
    if SUBSCRIBER in compared:
        yield f"option {SUBSCRIBER} code {STANDARD[SUBSCRIBER].code} = string;"
    used, routes = compared, False
    for _, scope in site.placed_scopes:
        used |= scope.options.keys() & LACKED.keys()
        routes = routes or bool(scope.routes)
    for name, it in LACKED.items():
        if name in used and name not in site.option_definitions:
            yield f"option {name} code {it.code} = {_kind(it)};"
    for code in ROUTE_CODES if routes else ():
        yield f"option {_of_routes(code, site)} code {code} = array of unsigned integer 8;"


def _opened(space: str, site: Site) -> Iterator[str]:
    """An empty option in ``space``, which is not sent.

    If no option of a space is set, dhcpd does not look for spaces inside its options
    (hashed_option_space_encapsulate in options.c).
    """
    inside = {
        name.rpartition(".")[2].lower(): it.code
        for name, it in site.option_definitions.items()
        if name.startswith(f"{space}.")
    }
    code = 0 if space in ENTERPRISES else max({*range(256)} - {*inside.values()})
    name = f"{space_name(space, site)}.{unused('nothing', {*inside})}"
    yield f"option {name} code {code} = string;"
    yield f'option {name} "";'
