"""Rules for options and booting, at every scope."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

from ..clients import Reservation
from ..model import Place, Pool, Site
from ..options import LAST, OptionDefinition
from ..scopes import ARCHITECTURES, Boot, Scope
from ..standard_options import NOT_CONFIGURABLE, STANDARD
from ..values import NO_IPV6
from .mistake import Mistake


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    codes = {("", it.code): name for name, it in STANDARD.items() if "." not in name}
    codes |= {("", code): name for name, code in OF_THE_PROTOCOL.items()}
    known = {name.lower(): name for name in (*STANDARD, *OF_THE_PROTOCOL)}
    spaces: dict[str, str] = {}
    for name, definition in site.option_definitions.items():
        yield from _definition(name, definition, codes, known, spaces)
    sent = {scope.vendor_option_space or "" for _, scope in site.scopes()}
    for _, scope in site.scopes():
        sent.update(*(re.findall(r"[\w-]+", line) for line in scope.verbatim))
    defined = {name.partition(".")[0] for name in site.option_definitions if "." in name}
    for path, scope in site.scopes():
        if scope.options or scope.vendor_option_space:
            yield from _options(path, scope, site)
            yield from _space(path, scope, defined)
            yield from _unsent(path, scope, site, sent)
        if scope.boot:
            yield from _architectures((*path, "boot", "by_architecture"), scope.boot)


def unknown(path: Place, name: str, site: Site) -> Mistake:
    """An option that is neither standard nor defined."""
    if name.startswith("dhcp6."):
        return Mistake(path, name, f"{NO_IPV6}leave it out")
    reason = "unknown option (define options of your own under option_definitions)"
    known = ChainMap[str, Any]({}, site.option_definitions, STANDARD)
    return Mistake(path, name, reason, ("option_definitions",), (name, known))


def _options(path: Place, scope: Scope, site: Site) -> Iterator[Mistake]:
    for name, value in scope.options.items():
        place = (*path, "options", name)
        definition = site.option(name)
        if definition is None:
            yield unknown(place, name, site)
        elif name in NOT_CONFIGURABLE and name not in site.option_definitions:
            yield Mistake(place, value, f"cannot be declared: {NOT_CONFIGURABLE[name]}")
        else:
            try:
                definition.parse(value)
            except ValueError as error:
                yield Mistake(place, value, f"{name}: {error}")
    if isinstance(scope, Pool) and scope.routers and "routers" in scope.options:
        place = (*path, "options", "routers")
        yield Mistake(
            place, scope.options["routers"], "the pool has 'routers' as well; remove one of them"
        )
    if isinstance(scope, Reservation) and scope.host_name and "host-name" in scope.options:
        place = (*path, "options", "host-name")
        yield Mistake(
            place, scope.options["host-name"], "host_name is given as well; remove one of them"
        )


def _space(path: Place, scope: Scope, defined: set[str]) -> Iterator[Mistake]:
    space = scope.vendor_option_space
    if space and space not in defined:
        place = (*path, "vendor_option_space")
        reason = "no option of this space is defined"
        yield Mistake(place, space, reason, ("option_definitions",), (space, defined))
    if space and "vendor-encapsulated-options" in scope.options:
        place = (*path, "vendor_option_space")
        yield Mistake(
            place,
            space,
            "the option vendor-encapsulated-options is given as well; remove one of them",
        )


def _unsent(path: Place, scope: Scope, site: Site, sent: set[str]) -> Iterator[Mistake]:
    """Options of a vendor's space are sent only where a scope names that space."""
    for name in scope.options:
        space = name.partition(".")[0]
        if "." in name and name in site.option_definitions and space not in sent:
            reason = f'never sent; write "vendor_option_space": {space!r} in the scope'
            place = (*path, "options", name)
            yield Mistake(
                place, scope.options[name], reason, ("classes", "subnets", "shared_networks")
            )


def _architectures(path: Place, boot: Boot) -> Iterator[Mistake]:
    seen: dict[int, str | int] = {}
    for name in boot.by_architecture:
        for number in (name,) if isinstance(name, int) else ARCHITECTURES[name]:
            if (other := seen.setdefault(number, name)) != name:
                yield Mistake((*path, name), name, f"the same architecture as {other}")


def _definition(
    name: str,
    it: OptionDefinition,
    codes: dict[tuple[str, int], str],
    known: dict[str, str],
    spaces: dict[str, str],
) -> Iterator[Mistake]:
    path: Place = ("option_definitions", name)
    space, _, own = name.rpartition(".")
    if (other := known.setdefault(name.lower(), name)) != name:
        yield Mistake(path, name, f"differs from the option {other!r} only in capitals")
        return
    if (other := spaces.setdefault(space.lower(), space)) != space:
        yield Mistake(path, name, f"its space differs from {other!r} only in capitals")
    if name in STANDARD:
        yield Mistake(path, name, "a standard option; remove this definition")
        return
    if name in OF_THE_PROTOCOL:
        yield Mistake(path, name, "an option of the protocol itself; choose another name")
        return
    for part in filter(None, (space, own)):
        if re.fullmatch("[A-Fa-f][0-9A-Fa-f]*", part):
            yield Mistake(
                path, name, f"servers read {part!r} as a number in base 16; choose another name"
            )
    if space.lower() in RESERVED_SPACES:
        yield Mistake(
            path, name, f"servers define the space {space!r} themselves; choose another one"
        )
    if (other := codes.setdefault((space, it.code), name)) != name:
        yield Mistake((*path, "code"), it.code, f"already the code of {other}")
    kinds = it.definition.kinds
    if any(kind in LAST for kind in kinds[:-1]):
        reason = f"only the last part of a record can be one of {', '.join(LAST)}"
        yield Mistake((*path, "type"), list(kinds), reason)
    if it.array and kinds[-1] in LAST:
        yield Mistake((*path, "array"), True, f"an array of {kinds[-1]} is not possible")


OF_THE_PROTOCOL = {
    "fqdn": 81,
    "relay-agent-information": 82,
    "vivco": 124,
    "vivso": 125,
}
"""By name: codes of options that contain other options. Servers make them themselves."""
RESERVED_SPACES = (
    "dhcp",
    "nwip",
    "agent",
    "fqdn",
    "server",
    "dhcp6",
    "vendor",
    "vendor-class",
    "isc",
    "vsio",
    "isc6",
)
"""Option spaces that servers define themselves."""
