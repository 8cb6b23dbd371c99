"""What this project keeps on a server: what is not proven yet, partners, whose turn it is.

Everything else that a run needs is read from the daemon and its files.
"""

from __future__ import annotations

from typing import NamedTuple, TypedDict

HOME = "/var/lib/dhcp-failover"
"""For root alone."""
UNPROVEN = f"{HOME}/unproven"
"""A directory: the files that were replaced, until the proof. While it is there, the last change
of this server is not proven."""
PARTNERS = f"{HOME}/partners"
"""A line for each relationship, written at the proof: its name, the partner's address and port,
and the partner's machine-id."""
FORMER = f"{HOME}/former"
"""A line for each partner that a change has replaced: relationship, address, port."""
TURN = "/run/dhcp-failover/turn"
"""Whose turn it is to change this server; gone after a reboot."""


class Known(NamedTuple):
    """A partner as it was at the last proof."""

    relationship: str
    address: str
    port: int
    machine: str
    """Its machine-id."""


class Former(NamedTuple):
    """A partner of before, and whether a DHCP server still answers on its failover port."""

    relationship: str
    address: str
    port: int
    answers: bool


class Turn(NamedTuple):
    """Whose turn it is to change a server."""

    token: str
    holder: str
    """Who, for people: ``root@controller, process 4711``."""
    since: int
    """Seconds of the epoch."""
    left: int
    """Seconds until it ends by itself, unless its holder renews it."""


class Memory(TypedDict):
    """What a survey finds of it."""

    unproven: bool
    replaced: list[str]
    """The paths of the files that are kept until the proof."""
    partners: list[Known]
    former: list[Former]
    turn: Turn | None
