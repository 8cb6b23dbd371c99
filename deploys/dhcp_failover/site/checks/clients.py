"""Rules for classes, reservations, and who may have an address."""

from __future__ import annotations

from collections.abc import Iterator

from ..clients import ClientClass, Condition
from ..model import Place, Site
from ..options import Definition
from ..standard_options import STANDARD
from ..values import hardware_address
from .mistake import Mistake, repeated, reservation_at
from .options import unknown

CLIENT_IDENTIFIER = STANDARD["dhcp-client-identifier"]


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    for name, a_class in site.classes.items():
        for i, condition in enumerate(a_class.match):
            yield from _condition(("classes", name, "match", i), condition, site)
        if a_class.member_by:
            yield from _members(("classes", name), a_class, a_class.member_by, site)
    for placed in site.placed_subnets:
        for j, pool in enumerate(placed.subnet.pools):
            for which in ("allow", "deny"):
                path = (*placed.place, "pools", j, which)
                yield from _permits(path, getattr(pool, which), site)
            for permit in set(pool.allow) & set(pool.deny):
                path = (*placed.place, "pools", j, "deny")
                yield Mistake(path, permit, "both allowed and denied; remove one of them")
    yield from _duplicates(site)


def _permits(path: Place, permits: tuple[str, ...], site: Site) -> Iterator[Mistake]:
    for k, permit in enumerate(permits):
        if " " not in permit and permit not in site.classes:
            known = (permit, site.classes)
            yield Mistake((*path, k), permit, "unknown class", ("classes",), known)


def _condition(path: Place, condition: Condition, site: Site) -> Iterator[Mistake]:
    if condition.option is None:
        return
    definition = site.option(condition.option)
    if definition is None:
        yield unknown((*path, "option"), condition.option, site)
        return
    if condition.equals is not None:
        yield from _value((*path, "equals"), definition, condition.equals)
    if condition.starts_with is not None:
        if not _is_text(definition):
            reason = f"{condition.option} is neither text nor bytes; use equals instead"
            yield Mistake((*path, "starts_with"), condition.starts_with, reason)
        else:
            yield from _value((*path, "starts_with"), definition, condition.starts_with)


def _value(path: Place, definition: Definition, value: object) -> Iterator[Mistake]:
    try:
        definition.parse(value)
    except ValueError as error:
        yield Mistake(path, value, str(error))


def _is_text(definition: Definition) -> bool:
    return definition.kinds in (("text",), ("bytes",))


def _members(path: Place, it: ClientClass, by: str, site: Site) -> Iterator[Mistake]:
    definition = None if by == "hardware" else site.option(by)
    if by != "hardware" and definition is None:
        yield unknown((*path, "member_by"), by, site)
        return
    if definition and not _is_text(definition):
        reason = "neither text nor bytes; use such an option, or hardware"
        yield Mistake((*path, "member_by"), by, reason)
        return
    seen: dict[str, Place] = {}
    for value in it.members:
        place = (*path, "members", value)
        try:
            key = definition.encode(value).hex() if definition else hardware_address(value)
        except ValueError as error:
            yield Mistake(place, value, str(error))
        else:
            if earlier := repeated(seen, key, place):
                yield Mistake(place, value, f"the same member as {earlier[-1]}")


WORDS = {
    "name": "name",
    "mac": "hardware address",
    "client_identifier": "client identifier",
    "host_name": "host name",
}
"""What no two reservations may share."""


def _duplicates(site: Site) -> Iterator[Mistake]:
    seen: dict[str, dict[str, Place]] = {what: {} for what in WORDS}
    for placed in site.placed_subnets:
        for name, reservation in placed.subnet.reservations.items():
            place = (*placed.place, "reservations", name)
            for what, places in seen.items():
                value = name if what == "name" else getattr(reservation, what)
                if value is None:
                    continue
                key = (
                    CLIENT_IDENTIFIER.encode(value).hex() if what == "client_identifier" else value
                )
                if earlier := repeated(places, key.lower(), place):
                    path = place if what == "name" else (*place, what)
                    yield Mistake(
                        path, value, f"already the {WORDS[what]} of {reservation_at(earlier, site)}"
                    )
