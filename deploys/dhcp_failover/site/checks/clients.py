"""Rules for classes, and who may have an address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ..addresses import hardware_bytes
from ..clients import ClientClass
from ..conditions import Condition
from ..model import Site
from ..networks import PERMITS, Place
from ..options import Definition
from .mistake import Mistake, repeated
from .options import unknown

DECLARED = re.compile(r'\b(?i:class)\s+"([^"]+)"')
"""A class that a verbatim statement declares."""


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    for name, a_class in site.classes.items():
        if name in PERMITS:
            reason = "has a meaning of its own in allow and deny; give the class another name"
            yield Mistake(("classes", name), name, reason)
        for i, condition in enumerate(a_class.match):
            yield from _condition(("classes", name, "match", i), condition, site)
        if a_class.member_by:
            yield from _members(("classes", name), a_class, a_class.member_by, site)
        if a_class.spawn_by and site.option(a_class.spawn_by) is None:
            yield unknown(("classes", name, "spawn_by"), a_class.spawn_by, site)
    own = (it for line in site.verbatim for it in DECLARED.findall(line))
    classes = [*dict.fromkeys((*site.classes, *own))]
    for placed in site.placed_subnets:
        for j, pool in enumerate(placed.subnet.pools):
            for which in ("allow", "deny"):
                path = (*placed.place, "pools", j, which)
                yield from _permits(path, getattr(pool, which), classes)
            for permit in set(pool.allow) & set(pool.deny):
                path = (*placed.place, "pools", j, "deny")
                yield Mistake(path, permit, "both allowed and denied; remove one of them")


def _permits(path: Place, permits: tuple[str, ...], classes: Collection[str]) -> Iterator[Mistake]:
    for k, permit in enumerate(permits):
        if permit not in PERMITS and permit not in classes:
            reason = "unknown class"
            known = (permit, [*classes, *PERMITS])
            yield Mistake((*path, k), permit, reason, ("classes",), known)


def _condition(path: Place, condition: Condition, site: Site) -> Iterator[Mistake]:
    for which in ("all_of", "any_of", "none_of"):
        for i, part in enumerate(getattr(condition, which)):
            yield from _condition((*path, which, i), part, site)
    if condition.option is None:
        return
    definition = site.option(condition.option)
    if definition is None:
        yield unknown((*path, "option"), condition.option, site)
        return
    if condition.equals is not None:
        yield from _value((*path, "equals"), definition, condition.equals)
    for which in ("starts_with", "ends_with", "matches"):
        value = getattr(condition, which)
        if value is None:
            continue
        if not _is_text(definition):
            reason = f"{condition.option} is neither text nor bytes; use equals"
            yield Mistake((*path, which), value, reason)
        elif which != "matches":
            yield from _value((*path, which), definition, value)


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
        reason = "neither text nor bytes; use an option of text or bytes, or hardware"
        yield Mistake((*path, "member_by"), by, reason)
        return
    seen: dict[str, Place] = {}
    length = 0
    for value in it.members:
        place = (*path, "members", value)
        try:
            key = definition.encode(value).hex() if definition else hardware_bytes(value)
        except ValueError as error:
            yield Mistake(place, value, str(error))
        else:
            if earlier := repeated(seen, key, place):
                yield Mistake(place, value, f"the same member as {earlier[-1]}")
            length = length or len(key)
            if definition is None and len(key) != length:
                reason = (
                    "another length than the first member; write the same number of bytes for each,"
                    ' or "match": [{"hardware": […]}] in place of members'
                )
                yield Mistake(place, value, reason)
