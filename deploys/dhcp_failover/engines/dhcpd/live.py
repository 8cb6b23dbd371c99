"""What an installed ``dhcpd.conf`` says of ranges and relationships, made by hand or not.

Its grammar is the part of dhcpd.conf(5) that these two need. Files that it includes are
not read. Nothing here raises: what cannot be understood is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from typing import NamedTuple

from ..engine import Endpoints, LiveRange

PORT = 647
"""Where dhcpd listens to a partner if its configuration does not say (failover.c)."""

# Up to the end of a statement, or to a brace. Strings and comments may hold both. Possessive
# quantifiers keep the time in proportion to the size of the file, whatever is in it.
_STATEMENT = re.compile(
    r"""((?:[^"#;{}]++ | "(?:[^"\\]|\\.)*+"?+ | \#[^\n]*+)*+)([;{}]|\Z)""", re.VERBOSE | re.DOTALL
)
# As many whole statements and innermost blocks as there are that say nothing about ranges or
# relationships: most of a large file.
_OTHER = r"""\s*+ (?! (?i:range|failover)\b) [^"#;{}\s] [^"#;{}]*+
    (?:"(?:[^"\\]|\\.)*+" [^"#;{}]*+)*+"""
_OTHERS = re.compile(
    rf"(?: {_OTHER} (?: ; | \{{ (?:{_OTHER};)*+ \s*+ \}} ) )*+", re.VERBOSE | re.DOTALL
)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*+)"?|#[^\n]*+|([^\s"#,]++)', re.DOTALL)
_WANTED = re.compile(r"\b(?:range|failover|address|port|primary|secondary)\b", re.IGNORECASE)


class _Statement(NamedTuple):
    words: list[str]
    """Without comments; a string without its quotes, other words in lower case."""
    end: str
    """``;``, ``{`` or ``}``; empty at the end of the file."""


class _Block:
    """A block in braces that is open."""

    def __init__(self, relationship: str, peer: str = "") -> None:
        self.relationship = relationship
        """That which gives out its ranges: its own, or that of the block around it."""
        self.peer = peer
        """If it declares a relationship: its name."""
        self.ranges: list[int] = []
        """The places of its ranges among all."""
        self.ends: dict[str, str] = {}


def live_ranges(text: str) -> list[LiveRange]:
    """The ranges of a configuration in their order, the lower address first.

    ``failover peer`` holds for the whole pool in which it stands, and in a shared network for
    all pools that name no other.
    """
    return list(_read(text)[0])


def live_endpoints(text: str) -> dict[str, Endpoints]:
    """By name: the relationships that a configuration declares.

    An address that it leaves out is empty. A relationship that says neither ``primary`` nor
    ``secondary`` has no role here; dhcpd takes it for primary.
    """
    return dict(_read(text)[1])


@lru_cache(maxsize=1)
def _read(text: str) -> tuple[list[LiveRange], dict[str, Endpoints]]:
    """Both, in one pass: a large text takes a while."""
    found: list[tuple[str, str]] = []
    owners: list[str] = []
    endpoints = {}
    for blocks, (words, end) in _walk(text):
        block = blocks[-1]
        if block.peer:
            if end == "}":
                endpoints[block.peer] = _endpoints(block.ends)
            elif words in (["primary"], ["secondary"]):
                block.ends["role"] = words[0]
            elif end == ";" and len(words) >= 2:
                block.ends[" ".join(words[:-1])] = words[-1]
        if end == ";" and words[:1] == ["range"] and (pair := _range(words[1:])):
            block.ranges.append(len(found))
            found.append(pair)
            owners.append(block.relationship)
        elif end == ";" and _failover(words):
            block.relationship = words[2]
            for place in block.ranges:
                owners[place] = words[2]
    ranges = [LiveRange(*pair, owner) for pair, owner in zip(found, owners, strict=True)]
    return ranges, endpoints


def _walk(text: str) -> Iterator[tuple[list[_Block], _Statement]]:
    """Every statement, with the blocks around it, the outermost first."""
    blocks = [_Block("")]
    at = 0
    while True:
        if not blocks[-1].peer and (others := _OTHERS.match(text, at)):
            at = others.end()
        match = _STATEMENT.match(text, at)
        if not match:
            return
        at = match.end()
        said, end = match.groups()
        words = _words(said) if _WANTED.search(said) else []
        yield blocks, _Statement(words, end)
        if not end:
            return
        if end == "{":
            peer = words[2] if _failover(words) else ""
            blocks.append(_Block(blocks[-1].relationship, peer))
        elif end == "}" and len(blocks) > 1:
            blocks.pop()


def _words(said: str) -> list[str]:
    words = []
    for match in _WORD.finditer(said):
        string, word = match.groups()
        if word:
            words.append(word.lower())
        elif string is not None:
            words.append(re.sub(r"\\([0-7]{1,3}|.)", _character, string, flags=re.DOTALL))
    return words


def _character(match: re.Match[str]) -> str:
    escaped = match[1]
    return chr(int(escaped, 8)) if escaped[0] in "01234567" else escaped


def _failover(words: list[str]) -> bool:
    return len(words) == 3 and words[:2] == ["failover", "peer"]


def _range(words: list[str]) -> tuple[str, str] | None:
    addresses = words[1:] if words[:1] == ["dynamic-bootp"] else words
    if not 1 <= len(addresses) <= 2:
        return None
    try:
        ends = sorted(map(IPv4Address, addresses))
    except AddressValueError:
        return None
    return str(ends[0]), str(ends[-1])


def _endpoints(ends: dict[str, str]) -> Endpoints:
    return Endpoints(
        address=ends.get("address", ""),
        port=_port(ends.get("port", "")),
        peer_address=ends.get("peer address", ""),
        peer_port=_port(ends.get("peer port", "")),
        role=ends.get("role", ""),
    )


def _port(text: str) -> int:
    return int(text) or PORT if re.fullmatch("[0-9]{1,5}", text) else PORT
