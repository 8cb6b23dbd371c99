"""Differences of a ``dhcpd.conf`` that say nothing about ranges and relationships.

A large file takes seconds to be read, a difference of it takes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

VERBATIM = "# Verbatim, as declared:"
"""The line above statements that only dhcpd checks."""
_KNOWN_IN_PART = (VERBATIM, "include")
"""What a text of this project has where it holds more than the site's data says."""
# A statement that begins with a word that means nothing to ranges and relationships. Possessive
# quantifiers keep the time in proportion to the size of the text.
_STATEMENT = r"""\s*+ (?! (?i:range|failover|address|peer|port|primary|secondary|include)\b)
    [^"#;{}\s,] [^"#;{}]*+ (?:"(?:[^"\\]|\\.)*+" [^"#;{}]*+)*+"""
_STATEMENTS = re.compile(
    rf"(?: {_STATEMENT} (?: ; | \{{ (?:{_STATEMENT};)*+ \s*+ \}} ) )*+ \s*+",
    re.VERBOSE | re.DOTALL,
)


def same_ranges(new: str, differences: Iterable[str]) -> bool:
    """Whether an installed file has the ranges and relationships of ``new``, for sure.

    ``new`` is a text of this project: each of its lines ends where a statement or a block begins
    or ends. ``differences`` are the runs of lines that only one of the two texts has. Where each of
    them is whole statements and whole blocks, all else is read in both texts in the same way.
    """
    if any(it in new for it in _KNOWN_IN_PART):
        return False
    return all(map(_STATEMENTS.fullmatch, differences))
