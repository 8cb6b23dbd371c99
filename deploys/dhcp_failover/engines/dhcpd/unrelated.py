"""Differences of a ``dhcpd.conf`` that cannot concern ranges and relationships.

Reading a whole large file takes seconds; looking at its differences does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

VERBATIM = "# Verbatim, as declared:"
"""The line above statements that only dhcpd checks."""
_KNOWN_IN_PART = (VERBATIM, "include")
"""Marks of a text whose content does not come only from fields of the data."""
# A statement that begins with a word without meaning for ranges and relationships. Possessive
# quantifiers keep the time in proportion to the size of the text.
_STATEMENT = r"""\s*+ (?! (?i:range|failover|address|peer|port|primary|secondary|include)\b)
    [^"#;{}\s,] [^"#;{}]*+ (?:"(?:[^"\\]|\\.)*+" [^"#;{}]*+)*+"""
_STATEMENTS = re.compile(
    rf"(?: {_STATEMENT} (?: ; | \{{ (?:{_STATEMENT};)*+ \s*+ \}} ) )*+ \s*+",
    re.VERBOSE | re.DOTALL,
)


def same_ranges(new: str, differences: Iterable[str]) -> bool:
    """Whether an installed file certainly has the ranges and relationships of ``new``.

    ``new`` is a text of this project: each of its lines ends where a statement or a block begins
    or ends. ``differences`` are the runs of lines that only one of the two texts has. If each
    consists of whole statements and blocks, dhcpd reads the rest of both texts in the same way.
    """
    if any(it in new for it in _KNOWN_IN_PART):
        return False
    return all(map(_STATEMENTS.fullmatch, differences))
