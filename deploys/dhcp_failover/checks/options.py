"""What has to hold of options, lease times and booting, at every scope."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..options import LAST, OptionDefinition
from ..scopes import Scope
from ..site import Place, Pool, Site
from ..standard_options import NOT_DECLARED, STANDARD
from .mistake import Mistake, nearest


def mistakes(site: Site) -> Iterator[Mistake]:
    """All that is wrong with them."""
    codes: dict[tuple[str, int], str] = {("", it.code): name for name, it in STANDARD.items()}
    for name, definition in site.option_definitions.items():
        yield from _definition(name, definition, codes)
    for path, scope in site.scopes():
        if scope.options or scope.vendor_option_space:
            yield from _options(path, scope, site)
        yield from _lease_times(path, scope)


def unknown(path: Place, name: str, site: Site) -> Mistake:
    """An option that is neither standard nor defined."""
    if name.startswith("dhcp6."):
        return Mistake(path, name, "DHCPv6 is out, there is no failover for it")
    reason = f"unknown option; {nearest(name, [*site.option_definitions, *STANDARD])}"
    if "did you mean" not in reason:
        reason = "unknown option: define it under option_definitions"
    return Mistake(path, name, reason, rests_on="option_definitions")


def _options(path: Place, scope: Scope, site: Site) -> Iterator[Mistake]:
    for name, value in scope.options.items():
        place = (*path, "options", name)
        definition = site.option(name)
        if definition is None:
            yield unknown(place, name, site)
        elif name in NOT_DECLARED and name not in site.option_definitions:
            yield Mistake(place, value, f"not for a site to declare: {NOT_DECLARED[name]}")
        else:
            try:
                definition.read(value)
            except ValueError as error:
                yield Mistake(place, value, f"{name}: {error}")
    if isinstance(scope, Pool) and scope.routers and "routers" in scope.options:
        place = (*path, "options", "routers")
        yield Mistake(place, scope.options["routers"], "the pool's routers are given as well")
    space = scope.vendor_option_space
    spaces = {name.partition(".")[0] for name in site.option_definitions if "." in name}
    if space and space not in spaces:
        reason = f"no option of this space is defined; {nearest(space, sorted(spaces))}"
        place = (*path, "vendor_option_space")
        yield Mistake(place, space, reason, rests_on="option_definitions")
    if space and "vendor-encapsulated-options" in scope.options:
        place = (*path, "vendor_option_space")
        yield Mistake(place, space, "vendor-encapsulated-options is given as well")


def _definition(
    name: str, it: OptionDefinition, codes: dict[tuple[str, int], str]
) -> Iterator[Mistake]:
    path: Place = ("option_definitions", name)
    space, _, own = name.rpartition(".")
    if name in STANDARD:
        yield Mistake(path, name, "a standard option; it needs no definition")
        return
    for part in filter(None, (space, own)):
        if re.fullmatch("[A-Fa-f][0-9A-Fa-f]*", part):
            yield Mistake(path, name, f"{part!r} reads as a number in base 16")
    if space in RESERVED_SPACES:
        yield Mistake(path, name, f"the space {space!r} has its options already")
    other = codes.setdefault((space, it.code), name)
    if other != name:
        yield Mistake((*path, "code"), it.code, f"the code of {other} already")
    kinds = it.definition.kinds
    if any(kind in LAST for kind in kinds[:-1]):
        reason = f"of a record only the last part can be one of {', '.join(LAST)}"
        yield Mistake((*path, "type"), list(kinds), reason)
    if it.array and kinds[-1] in LAST:
        yield Mistake((*path, "array"), True, f"there are no arrays of {kinds[-1]}")


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
)
"""Those that servers know from the beginning."""


def _lease_times(path: Place, scope: Scope) -> Iterator[Mistake]:
    if isinstance(scope, Pool):
        return  # its own and those that it inherits are looked at together
    for shorter, longer in (("min", "default"), ("default", "max"), ("min", "max")):
        less = getattr(scope, f"{shorter}_lease_time")
        more = getattr(scope, f"{longer}_lease_time")
        if less is not None and more is not None and less > more:
            reason = f"above {longer}_lease_time, {more}"
            yield Mistake((*path, f"{shorter}_lease_time"), less, reason)
            return
