"""The rules that keep strangers from a server's TCP ports: see nft(8).

They have a table to themselves: rules of others stay as they are, and still apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from shlex import quote
from typing import NamedTuple

from .template import render

TABLE = "dhcp_failover"
"""Of the family ``inet``."""


class Guard(NamedTuple):
    """A TCP port, and who may connect to it. Everybody else's packets are dropped."""

    port: int
    sources: Sequence[IPv4Address | IPv4Network]
    loopback: bool = False
    """Whether programs on the server itself may connect, too."""


def text(guards: Sequence[Guard]) -> str:
    """A file of rules that replaces the table; without guards it only removes the table."""
    return render(
        "failover.nft.j2", table=TABLE, rules=[(it.port, _strangers(it)) for it in guards]
    )


def _strangers(guard: Guard) -> str:
    """Which packets come from somebody else."""
    words = []
    if guard.loopback:
        words.append('iifname != "lo"')
    if guard.sources:
        words.append(f"ip saddr != {{ {', '.join(_addresses(guard.sources))} }}")
    return " ".join(words)


def _addresses(sources: Sequence[IPv4Address | IPv4Network]) -> list[str]:
    """The sources as nft wants them: each address once."""
    networks = collapse_addresses(map(IPv4Network, sources))
    return [str(it.network_address if it.prefixlen == 32 else it) for it in networks]


def check(path: str) -> str:
    """A command that has nft check a file of rules and loads nothing."""
    return f"nft -c -f {quote(path)}"
