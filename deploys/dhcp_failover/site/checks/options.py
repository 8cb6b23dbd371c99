"""Rules for options and booting, at every scope."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

from ..addresses import NO_IPV6
from ..clients import Reservation
from ..model import Site
from ..networks import Place, Pool
from ..options import ENTERPRISES
from ..scopes import ARCHITECTURES, ROUTE_CODES, Boot, Scope
from ..standard_options import LACKED, NOT_CONFIGURABLE, STANDARD
from .definitions import containers, path_of, space_of
from .mistake import Mistake

TOP = {name: it for name, it in STANDARD.items() if "." not in name and not it.in_space}


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    sent = _sent(site)
    defined = {space_of(name) for name in site.option_definitions if "." in name}
    for path, scope in site.placed_scopes:
        if scope.options or scope.vendor_option_space:
            yield from _options(path, scope, site)
            yield from _space(path, scope, defined)
            yield from _unsent(path, scope, site, sent)
        if scope.boot:
            yield from _architectures((*path, "boot", "by_architecture"), scope.boot)


def _sent(site: Site) -> set[str]:
    """The spaces that are sent: in option 43, or inside another option that is sent."""
    sent = {*ENTERPRISES}
    for _, scope in site.placed_scopes:
        if scope.vendor_option_space:
            sent.add(scope.vendor_option_space)
        sent.update(*(re.findall(r"[\w-]+", line) for line in scope.verbatim))
    within = containers(site)
    around = {space: path_of(space, within) for space in within}
    return sent | {
        space
        for space, spaces in around.items()
        if not sent.isdisjoint(spaces) or "." not in within.get(spaces[-1], ".")
    }


def unknown(path: Place, name: str, site: Site) -> Mistake:
    """An option that is neither standard nor defined."""
    if name.startswith("dhcp6."):
        return Mistake(path, name, f"{NO_IPV6}leave it out")
    if name in LACKED:
        code = LACKED[name].code
        own = next(
            own for own, it in site.option_definitions.items() if "." not in own and it.code == code
        )
        return Mistake(path, name, f"the site defines option {code} itself; write {own!r}")
    if space := {"vivso": "vendor", "vivco": "vendor-class"}.get(name):
        reason = f"define {space}.NAME, with the number of the enterprise as its code"
        return Mistake(path, name, f"has no value of its own; {reason}")
    if by_code := _of_code(name):
        return Mistake(path, name, f"an option is declared by its name; write {by_code!r}")
    if "classless" in name or name in map(str, ROUTE_CODES):
        return Mistake(path, name, "write these routes under 'routes', in the same scope")
    reason = "unknown option (define options of your own under option_definitions)"
    known = ChainMap[str, Any]({}, site.option_definitions, STANDARD)
    return Mistake(path, name, reason, ("option_definitions",), (name, known))


def _of_code(name: str) -> str | None:
    """The standard option whose number somebody has written in place of its name."""
    code = re.fullmatch(r"(?:(?:option|unknown)-)?([0-9]{1,3})", name)
    return next((it for it, one in TOP.items() if code and one.code == int(code[1])), None)


def _options(path: Place, scope: Scope, site: Site) -> Iterator[Mistake]:
    for name, value in scope.options.items():
        place = (*path, "options", name)
        definition = site.option(name)
        own = site.option_definitions.get(name)
        if definition is None:
            yield unknown(place, name, site)
        elif own and own.encapsulates:
            reason = f"carries the options of the space {own.encapsulates!r}; set these options"
            yield Mistake(place, value, reason)
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
        space = space_of(name)
        if "." in name and name in site.option_definitions and space not in sent:
            reason = (
                f'never sent; write "vendor_option_space": {space!r} in the scope, or define an'
                " option that encapsulates this space"
            )
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
