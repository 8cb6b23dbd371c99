"""Names of hosts as dhcpd can read them, see parse_host_name in its confpars.c."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .names import in_ascii

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*")
"""A host name that dhcpd can read."""


def word(name: str) -> str:
    """``name`` in letters, digits, ``_``, ``-`` and ``.``: umlauts lose their dots."""
    parts = re.sub("[^A-Za-z0-9._-]+", "-", in_ascii(name)).split(".")
    return ".".join(filter(None, (part.strip("_-") for part in parts))) or "host"


def unique_words(names: Sequence[tuple[str, int]]) -> list[list[str]]:
    """For each name, a unique word for each of its hosts; ``names`` has the number of hosts.

    The first host keeps a name that dhcpd can read. The others get a number after it.
    """
    taken: set[str] = set()
    found: list[list[str]] = []
    for name, _ in names:
        own = WORD.fullmatch(name) and name.lower() not in taken
        if own:
            taken.add(name.lower())
        found.append([name] if own else [])
    for (name, count), words in zip(names, found, strict=True):
        if len(words) == count:
            continue
        base = name if words else word(name)
        number = 1
        while len(words) < count:
            candidate = base if number == 1 else f"{base}-{number}"
            number += 1
            if candidate.lower() not in taken:
                taken.add(candidate.lower())
                words.append(candidate)
    return found
