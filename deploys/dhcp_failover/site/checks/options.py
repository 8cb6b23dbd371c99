"""What has to hold of options, lease times and booting, at every scope."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..clients import Reservation
from ..model import Place, Pool, Site, Subnet
from ..options import LAST, OptionDefinition
from ..scopes import ARCHITECTURES, Boot, Scope
from ..standard_options import NOT_CONFIGURABLE, STANDARD
from .mistake import Mistake, nearest


def mistakes(site: Site) -> Iterator[Mistake]:
    """All that is wrong with them."""
    codes = {("", it.code): name for name, it in STANDARD.items() if "." not in name}
    codes |= {("", code): name for name, code in OF_THE_PROTOCOL.items()}
    known = {name.lower(): name for name in (*STANDARD, *OF_THE_PROTOCOL)}
    spaces: dict[str, str] = {}
    for name, definition in site.option_definitions.items():
        yield from _definition(name, definition, codes, known, spaces)
    sent = {scope.vendor_option_space or "" for _, scope in site.scopes()}
    for _, scope in site.scopes():
        sent.update(*(re.findall(r"[\w-]+", line) for line in scope.verbatim))
    for path, scope in site.scopes():
        if scope.options or scope.vendor_option_space:
            yield from _options(path, scope, site)
            yield from _unsent(path, scope, site, sent)
        if scope.boot:
            yield from _architectures((*path, "boot", "by_architecture"), scope.boot)
        yield from _lease_times(path, scope)


def unknown(path: Place, name: str, site: Site) -> Mistake:
    """An option that is neither standard nor defined."""
    if name.startswith("dhcp6."):
        return Mistake(path, name, "DHCPv6 is out, there is no failover for it")
    reason = f"unknown option; {nearest(name, [*site.option_definitions, *STANDARD])}"
    if "did you mean" not in reason:
        reason = "unknown option: define it under option_definitions"
    return Mistake(path, name, reason, needs="option_definitions")


def _options(path: Place, scope: Scope, site: Site) -> Iterator[Mistake]:
    for name, value in scope.options.items():
        place = (*path, "options", name)
        definition = site.option(name)
        if definition is None:
            yield unknown(place, name, site)
        elif name in NOT_CONFIGURABLE and name not in site.option_definitions:
            yield Mistake(place, value, f"not for a site to declare: {NOT_CONFIGURABLE[name]}")
        else:
            try:
                definition.parse(value)
            except ValueError as error:
                yield Mistake(place, value, f"{name}: {error}")
    if isinstance(scope, Pool) and scope.routers and "routers" in scope.options:
        place = (*path, "options", "routers")
        yield Mistake(place, scope.options["routers"], "the pool's routers are given as well")
    if isinstance(scope, Reservation) and scope.host_name and "host-name" in scope.options:
        place = (*path, "options", "host-name")
        yield Mistake(place, scope.options["host-name"], "host_name is given as well")
    space = scope.vendor_option_space
    spaces = {name.partition(".")[0] for name in site.option_definitions if "." in name}
    if space and space not in spaces:
        reason = f"no option of this space is defined; {nearest(space, sorted(spaces))}"
        place = (*path, "vendor_option_space")
        yield Mistake(place, space, reason, needs="option_definitions")
    if space and "vendor-encapsulated-options" in scope.options:
        place = (*path, "vendor_option_space")
        yield Mistake(place, space, "vendor-encapsulated-options is given as well")


def _unsent(path: Place, scope: Scope, site: Site, sent: set[str]) -> Iterator[Mistake]:
    """Options of a vendor's space are sent where that space is asked for, and nowhere else."""
    for name in scope.options:
        space = name.partition(".")[0]
        if "." in name and name in site.option_definitions and space not in sent:
            reason = f"never sent: no scope has vendor_option_space {space!r}"
            place = (*path, "options", name)
            yield Mistake(place, scope.options[name], reason, needs="classes")


def _architectures(path: Place, boot: Boot) -> Iterator[Mistake]:
    seen: dict[int, str | int] = {}
    for name in boot.by_architecture:
        for number in (name,) if isinstance(name, int) else ARCHITECTURES[name]:
            if (other := seen.setdefault(number, name)) != name:
                yield Mistake((*path, name), name, f"is {other} already")


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
        yield Mistake(path, name, f"differs from the option {other!r} in capitals only")
        return
    if (other := spaces.setdefault(space.lower(), space)) != space:
        yield Mistake(path, name, f"its space differs from {other!r} in capitals only")
    if name in STANDARD:
        yield Mistake(path, name, "a standard option; it needs no definition")
        return
    if name in OF_THE_PROTOCOL:
        yield Mistake(path, name, "the protocol itself has this option")
        return
    for part in filter(None, (space, own)):
        if re.fullmatch("[A-Fa-f][0-9A-Fa-f]*", part):
            yield Mistake(path, name, f"{part!r} reads as a number in base 16")
    if space.lower() in RESERVED_SPACES:
        yield Mistake(path, name, f"the space {space!r} has its options already")
    if (other := codes.setdefault((space, it.code), name)) != name:
        yield Mistake((*path, "code"), it.code, f"the code of {other} already")
    kinds = it.definition.kinds
    if any(kind in LAST for kind in kinds[:-1]):
        reason = f"of a record only the last part can be one of {', '.join(LAST)}"
        yield Mistake((*path, "type"), list(kinds), reason)
    if it.array and kinds[-1] in LAST:
        yield Mistake((*path, "array"), True, f"there are no arrays of {kinds[-1]}")


OF_THE_PROTOCOL = {
    "fqdn": 81,
    "relay-agent-information": 82,
    "vivco": 124,
    "vivso": 125,
}
"""By name: codes of options that hold others, and that servers make up themselves."""
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
"""Those that servers know from the beginning."""


def _lease_times(path: Place, scope: Scope) -> Iterator[Mistake]:
    if isinstance(scope, Pool) or (isinstance(scope, Subnet) and scope.reservations):
        return  # its own and those that it inherits are looked at together
    for shorter, longer in (("min", "default"), ("default", "max"), ("min", "max")):
        less = getattr(scope, f"{shorter}_lease_time")
        more = getattr(scope, f"{longer}_lease_time")
        if less is not None and more is not None and less > more:
            reason = f"above {longer}_lease_time, {more}"
            yield Mistake((*path, f"{shorter}_lease_time"), less, reason)
            return
