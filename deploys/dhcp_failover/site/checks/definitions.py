"""Rules for the options and option spaces that a site defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import Site
from ..networks import Place
from ..options import ENTERPRISES, LAST, MOST_IN_A_SPACE, OptionDefinition
from ..standard_options import LACKED, STANDARD
from .mistake import Mistake

OF_THE_PROTOCOL = {
    "fqdn": 81,
    "relay-agent-information": 82,
    "vivco": 124,
    "vivso": 125,
}
"""By name: codes of options that contain other options. Servers build them themselves."""
RESERVED_SPACES = (
    "dhcp",
    "nwip",
    "agent",
    "fqdn",
    "server",
    "dhcp6",
    "isc",
    "vsio",
    "isc6",
)
"""Option spaces that servers define themselves."""
REDEFINABLE = {*ENTERPRISES.values()}
"""Codes of the protocol's options that a site can define as bytes of its own."""
LARGEST_ENTERPRISE = 2**32 - 1


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    codes = {("", it.code): name for name, it in STANDARD.items() if "." not in name}
    for it in LACKED.values():
        del codes["", it.code]
    codes |= {("", code): name for name, code in OF_THE_PROTOCOL.items()}
    for code in REDEFINABLE:
        del codes["", code]
    known = {name.lower(): name for name in (*STANDARD, *OF_THE_PROTOCOL)}
    spaces: dict[str, str] = {}
    for name, definition in site.option_definitions.items():
        yield from _definition(name, definition, codes, known, spaces)
    yield from _encapsulations(site)


def containers(site: Site) -> dict[str, str]:
    """By space: the option that encapsulates it; the first one, of several."""
    found: dict[str, str] = {}
    for name, it in site.option_definitions.items():
        if it.encapsulates:
            found.setdefault(it.encapsulates, name)
    return found


def path_of(space: str, within: Mapping[str, str]) -> list[str]:
    """``space`` and the spaces around it, the nearest first. If a space contains itself, the list
    ends with its second mention."""
    found = [space]
    while space := within.get(space, "").rpartition(".")[0]:
        found.append(space)
        if space in found[:-1]:
            break
    return found


def space_of(name: str) -> str:
    """The space of an option; "" if it is in none."""
    return name.rpartition(".")[0]


def _definition(
    name: str,
    it: OptionDefinition,
    codes: dict[tuple[str, int], str],
    known: dict[str, str],
    spaces: dict[str, str],
) -> Iterator[Mistake]:
    path: Place = ("option_definitions", name)
    space = space_of(name)
    if (other := known.setdefault(name.lower(), name)) != name:
        yield Mistake(path, name, f"differs from the option {other!r} only in capitals; rename one")
        return
    if (other := spaces.setdefault(space.lower(), space)) != space:
        yield Mistake(path, name, f"its space differs from {other!r} only in capitals; rename one")
    if name in STANDARD and name not in LACKED:
        yield Mistake(path, name, "a standard option; remove this definition")
        return
    if name in OF_THE_PROTOCOL:
        yield Mistake(path, name, "an option of the protocol itself; choose another name")
        return
    if space.lower() in RESERVED_SPACES:
        yield Mistake(
            path, name, f"servers define the space {space!r} themselves; choose another one"
        )
    low, high = 1 if not space or space in ENTERPRISES else 0, 254
    if space in ENTERPRISES:
        high = LARGEST_ENTERPRISE
    if not low <= it.code <= high:
        what = ", the number of an enterprise" if space in ENTERPRISES else ""
        yield Mistake((*path, "code"), it.code, f"expected {low} to {high}{what}")
    if (other := codes.setdefault((space, it.code), name)) != name:
        yield Mistake((*path, "code"), it.code, f"already the code of {other}")
    kinds = it.definition(in_space=bool(space)).kinds
    if any(kind in LAST for kind in kinds[:-1]):
        reason = f"only the last part of a record can be one of {', '.join(LAST)}"
        yield Mistake((*path, "type"), list(kinds), reason)
    if it.array and kinds[-1] in LAST:
        yield Mistake((*path, "array"), True, f"an array of {kinds[-1]} is not possible")


def _encapsulations(site: Site) -> Iterator[Mistake]:
    definitions = site.option_definitions
    defined = {space_of(name) for name in definitions if "." in name}
    within = containers(site)
    for name, it in definitions.items():
        path: Place = ("option_definitions", name)
        if space := it.encapsulates:
            place = (*path, "encapsulates")
            if space in ENTERPRISES:
                reason = f"always sent in option {ENTERPRISES[space]}; remove this definition"
                yield Mistake(place, space, reason)
            elif space not in defined:
                reason = "no option of this space is defined"
                yield Mistake(place, space, reason, ("option_definitions",), (space, defined))
            elif within[space] != name:
                yield Mistake(place, space, f"already inside the option {within[space]!r}")
            elif space in path_of(space, within)[1:]:
                yield Mistake(place, space, "contains itself")
        elif "." not in name:
            for enterprises, code in ENTERPRISES.items():
                if it.code == code and enterprises in defined:
                    reason = f"carries the space {enterprises!r}, too; remove one of the two"
                    yield Mistake((*path, "code"), code, reason)
    yield from _too_long(site, within)


def _too_long(site: Site, within: Mapping[str, str]) -> Iterator[Mistake]:
    """A space inside an option of another space has room for 255 bytes in total."""
    inner = {space: name for space, name in within.items() if "." in name}
    largest: dict[str, int] = {}
    for _, scope in site.placed_scopes if inner else ():
        for name, value in scope.options.items():
            definition = site.option(name) if space_of(name) in inner else None
            try:
                length = len(definition.encode(value)) if definition else 0
            except ValueError:
                continue  # reported where the option is
            largest[name] = max(largest.get(name, 0), length)
    for space, name in inner.items():
        total = sum(it + 2 for option, it in largest.items() if space_of(option) == space)
        if total > MOST_IN_A_SPACE:
            reason = f"its options take up to {total} bytes together; there is room for"
            yield Mistake(
                ("option_definitions", name, "encapsulates"), space, f"{reason} {MOST_IN_A_SPACE}"
            )
