"""What is sent to a server about dhcpd: questions, and commands. Each is POSIX ``sh``."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote
from typing import TYPE_CHECKING

from ...system import firewall, shell
from ...system.script import script, text
from ..engine import EngineLook, Holder, Holding, PoolUse, Question, Relation
from . import answers, paths

if TYPE_CHECKING:
    from ...site.relationships import Peer

HERE = "dhcp_failover.engines.dhcpd"
MADE = "# Made by pyinfra"
"""How a file of this project begins."""
PACKAGES = (paths.PACKAGE, paths.COUNTER, paths.FILTER)
_PROCESS = script(HERE, "process.sh", UNIT=paths.UNIT, PID_FILE=paths.PID_FILE)

RELATIONS: Question[dict[str, Relation]] = Question(
    _PROCESS + script(HERE, "relations.sh", LEASES=paths.LEASES), answers.relations
)
LOOK: Question[EngineLook] = Question(
    RELATIONS.script
    + script(
        HERE,
        "look.sh",
        LOADED=paths.LOADED,
        RULES=paths.FIREWALL,
        TABLE=f"inet {firewall.TABLE}",
        FILES=" ".join(paths.FILES),
        CHECKED=paths.CHECKED,
        MADE=MADE,
        CONF=paths.CONF,
        DEFAULTS=paths.DEFAULTS,
        UNIT_FILE=paths.UNIT_FILE,
        INIT_SCRIPT="/etc/init.d/isc-dhcp-server",
        PACKAGE=paths.PACKAGE,
        PACKAGES=" ".join(PACKAGES),
        SOCKETS_AWK=text(HERE, "sockets.awk"),
        COMPLAINTS_AWK=text(HERE, "complaints.awk"),
    ),
    answers.look,
)
POOLS: Question[list[PoolUse] | None] = Question(
    script(
        HERE,
        "pools.sh",
        LEASES=paths.LEASES,
        CONF=paths.CONF,
        POOLS_AWK=text(HERE, "pools.awk"),
    ),
    answers.pools,
)
WHOLE: Question[str] = Question(
    f"awk -v CONF={paths.CONF} {quote(text(HERE, 'whole.awk'))} | gzip -c | base64 -w 0",
    shell.decompressed,
)
_BOILERPLATE = (
    "Internet Systems Consortium DHCP Server ",
    "Copyright [0-9]+-[0-9]+ Internet Systems",
    r"All rights reserved\.$",
    "For info, please visit ",
    "(Config|Database|PID) file: ",
    "Wrote [0-9]+ .* to leases file",
    "lease [0-9.]+: no subnet",
    "If you think you have received this message due to a bug",
    "than a configuration issue please read the section on",
    "bugs on either our web page at ",
    "before submitting a bug",
    "process and the information we find helpful",
    r"exiting\.$",
    "$",
)
"""The beginnings of dhcpd's lines around the reason of a failed start."""
_OF_CLIENTS = (
    "(DHCP|BOOT)[A-Z]+ ",
    "reuse_lease: ",
    "uid lease ",
    "[Cc]lient ",
    "Abandoning IP address ",
    "Reclaiming abandoned lease ",
    "ICMP Echo [Rr]eply ",
    "Dynamic and static leases present ",
    "(Added new|Removed) (forward|reverse) map ",
    "Unable to (add|remove) (forward|reverse) map ",
    "(Forward|Reverse) map from ",
    "(Discarding|Packet from|Unknown message type) ",
)
"""The beginnings of lines that clients cause. There may be hundreds a second, and clients choose
parts of their text."""
_OF_SYSTEMD = (
    "Starting ",
    "Started ",
    "Stopping ",
    "Stopped ",
    ".*: Deactivated successfully",
    ".*: Consumed ",
    ".*: Scheduled restart job",
    ".*: Start request repeated too quickly",
)
_STAMP = "([A-Z][a-z][a-z] +[0-9]+ )?[^ ]+ ([^ ]+ )?"
"""Before the name of the program: the time; in syslog also a date and the host."""
LOG: Question[list[str]] = Question(
    script(
        HERE,
        "log.sh",
        UNIT=paths.UNIT,
        BOILERPLATE=rf"^{_STAMP}dhcpd\[[0-9]+\]: ?({'|'.join((*_BOILERPLATE, *_OF_CLIENTS))})"
        rf"|^{_STAMP}systemd\[1\]: ({'|'.join(_OF_SYSTEMD)})",
    ),
    answers.log,
)


def _holders(of: str) -> str:
    program = text(HERE, "holders.awk")
    return script(HERE, "holders.sh", LEASES=paths.LEASES, AS=of, HOLDERS_AWK=program)


HOLDING: Question[Holding | None] = Question(_holders("holding"), answers.holding)
HOLDERS: Question[dict[str, Holder]] = Question(_holders("holders"), answers.holders)


def hand_over(peer: Peer) -> str:
    """Break the connection of a relationship: both its servers answer every client from then on.

    Both are in *communications-interrupted* at once, and connect again 5 seconds later
    (failover.c). Nothing happens where the kernel cannot do it.
    """
    return script(
        HERE,
        "hand_over.sh",
        PARTNER=str(peer.peer_address),
        PORT=str(peer.port),
        PARTNER_PORT=str(peer.peer_port),
    )


def install(packages: Iterable[str]) -> str:
    """Install Debian packages without starting dhcpd.

    Waits up to two minutes for another program that holds dpkg's lock.
    """
    return script(HERE, "install.sh", UNIT=paths.UNIT, PACKAGES=" ".join(packages))
