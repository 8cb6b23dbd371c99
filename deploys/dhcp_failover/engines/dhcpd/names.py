"""Names of options and option spaces, as dhcpd can read them.

Names that dhcpd can read are not changed. Others become a similar name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ...site.model import Site

_PLAIN = re.compile(
    r"(?![0-9A-Fa-f]+$|0[Xx]|(?i:unknown-|space$))[A-Za-z0-9]*[A-Za-z][A-Za-z0-9_-]*"
)
"""Not a number, also not in base 16 (conflex.c); not ``unknown-7``, which is option 7; not
``space``, which defines a space (parse.c)."""


def option_name(name: str, site: Site) -> str:
    """The name of an option, with that of its space."""
    space, dot, own = name.rpartition(".")
    if _is_plain(own) and (not space or _is_plain(space)):
        return name
    written = spelled(tuple(site.option_definitions))
    return f"{space_name(space, site)}{dot}{written.get(name, own)}" if dot else written[name]


def space_name(space: str, site: Site) -> str:
    """The name of an option space."""
    if _is_plain(space):
        return space
    return spelled(tuple(site.option_definitions)).get(f"{space}.", space)


@lru_cache(maxsize=8)
def spelled(names: tuple[str, ...]) -> dict[str, str]:
    """By name of an option: its last part as dhcpd reads it. By space and a dot: that of a space.

    Names that would become equal get numbers; names that dhcpd can read are not changed.
    """
    found: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    for name in names:
        space, dot, own = name.rpartition(".")
        options.setdefault(space + dot, {})[own] = name
    spaces = [it[:-1] for it in options if it]
    found |= {f"{space}.": it for space, it in _unlike(spaces).items()}
    for inside in options.values():
        found |= {inside[own]: it for own, it in _unlike(inside).items()}
    return found


def _is_plain(name: str) -> bool:
    return bool(_PLAIN.fullmatch(name))


def _unlike(names: Iterable[str]) -> dict[str, str]:
    names = list(names)
    taken = {name.lower() for name in names if _is_plain(name)}
    found = {}
    for name in names:
        found[name] = name
        if not _is_plain(name):
            found[name] = unused(_nearest(name), taken)
            taken.add(found[name].lower())
    return found


def unused(name: str, taken: set[str]) -> str:
    """``name``, followed by a number if it is among ``taken``, which are in small letters."""
    number, found = 1, name
    while found.lower() in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def in_ascii(name: str) -> str:
    """``name`` without accents and dots on letters, and without letters of other scripts."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return plain.encode("ascii", "ignore").decode()


def _nearest(name: str) -> str:
    word = re.sub("[^A-Za-z0-9_]+", "-", in_ascii(name)).strip("-_")
    return word if _is_plain(word) else f"own-{word}".rstrip("-")
