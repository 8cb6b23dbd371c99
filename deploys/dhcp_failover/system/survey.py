"""What a survey finds of a server's system, whatever DHCP server it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, TypedDict

from . import memory
from .memory import Former, Known, Memory, Turn
from .script import script

SURVEY = script(
    "dhcp_failover.system",
    "survey.sh",
    UNPROVEN=memory.UNPROVEN,
    PARTNERS=memory.PARTNERS,
    FORMER=memory.FORMER,
    TURN=memory.TURN,
)
"""A POSIX ``sh`` script that changes nothing; :func:`system` reads what it prints."""


class InstalledFile(TypedDict):
    """A file as found on a server: ``mode`` as in ``640``, ``owner`` as in ``root:root``.

    ``sha256`` is empty where the path is no regular file, or cannot be read.
    """

    sha256: str
    mode: str
    owner: str


class Address(NamedTuple):
    """An IPv4 address of an interface."""

    address: str
    prefix: int
    interface: str
    label: str
    """``eth0:1`` for an alias; else the interface."""


class Listener(NamedTuple):
    """A socket that waits for clients."""

    protocol: str
    """``tcp`` or ``udp``."""
    port: int
    address: str
    """As in ``0.0.0.0``, ``192.0.2.1%eth0`` or ``[::]``; with the device that it is bound to."""
    program: str
    """The name of its process; ``?`` where it cannot be seen."""
    pid: int | None


class System(TypedDict):
    """What must be known of a server before anything is done to it."""

    id: str
    """Of os-release(5): ``debian``."""
    version: str
    name: str
    user: int
    """The user that commands run as; 0 is root."""
    systemd: bool
    apt: bool
    machine_id: str
    """Of machine-id(5); empty where there is none."""
    interfaces: dict[str, str]
    """By IPv4 address: the interface that has it."""
    addresses: list[Address]
    """The same addresses with their prefixes, in the order of the interfaces."""
    links: dict[str, str]
    """By interface: its state, ``up`` or ``down`` or what else Linux calls it."""
    listeners: list[Listener]
    clock: float | None
    """Seconds by which the server's clock is ahead of this computer's."""
    memory: Memory


def system(lines: Iterable[str], now: float) -> System:
    """Read what :data:`SURVEY` prints.

    ``now`` is this computer's clock when it did, in seconds of the epoch. Raises
    :class:`ValueError` for what cannot be read.
    """
    values: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition("=")
        values.setdefault(key, []).append(value)
    last = {key: texts[-1] for key, texts in values.items()}
    if "user" not in last:
        raise ValueError("the survey does not say which user it ran as")
    addresses = [_address(text) for text in values.get("address", ())]
    return {
        "id": last.get("id", "unknown"),
        "version": last.get("version", ""),
        "name": last.get("name", "unknown"),
        "user": int(last["user"]),
        "systemd": "systemd" in last,
        "apt": "apt" in last,
        "machine_id": last.get("machine", ""),
        "interfaces": {found.address: found.interface for found in addresses},
        "addresses": addresses,
        "links": dict(_words(text, 2) for text in values.get("link", ())),
        "listeners": [_listener(text) for text in values.get("listen", ())],
        "clock": float(last["clock"]) - now if "clock" in last else None,
        "memory": _memory(values),
    }


def digest(content: str) -> str:
    """The SHA-256 of a file with this content, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def as_declared(content: str, mode: str) -> InstalledFile:
    """The expected state of a file with this content."""
    return {"sha256": digest(content), "mode": mode, "owner": "root:root"}


def installed_file(text: str) -> InstalledFile:
    """Read mode, owner and SHA-256, as :func:`.shell.file_state` prints them."""
    mode, *owner, sha256 = text.strip().removesuffix("-").split()
    if not owner:
        raise ValueError(f"expected mode, owner and SHA-256: {text!r}")
    return {"sha256": sha256, "mode": mode, "owner": " ".join(owner)}


def _address(text: str) -> Address:
    address, interface, label = _words(text, 3)
    number, _, prefix = address.partition("/")
    return Address(number, int(prefix or 32), interface.partition("@")[0], label)


def _listener(text: str) -> Listener:
    protocol, local, *process = text.split(maxsplit=2)
    address, _, port = local.rpartition(":")
    found = re.match(r'users:\(\("(.*?)",pid=(\d+),', " ".join(process))
    program, pid = (found[1], int(found[2])) if found else ("?", None)
    return Listener(protocol, int(port), address, program, pid)


def _memory(values: Mapping[str, Sequence[str]]) -> Memory:
    """A line that a power loss or a person has damaged is left out."""
    answering = set(values.get("answers", ()))
    partners = (text.rsplit(" ", maxsplit=3) for text in values.get("partner", ()))
    former = (text.rsplit(" ", maxsplit=2) for text in values.get("former", ()))
    turns = [turn for text in values.get("turn", ()) if (turn := _turn(text))]
    return {
        "unproven": "unproven" in values,
        "replaced": sorted(values.get("replaced", ())),
        "partners": [
            Known(name, address, int(port), machine)
            for name, address, port, machine in _whole(partners, 4)
        ],
        "former": [
            Former(name, address, int(port), f"{address} {port}" in answering)
            for name, address, port in _whole(former, 3)
        ],
        "turn": next((turn for turn in turns if turn.left > 0), None),
    }


def _whole(lines: Iterable[Sequence[str]], count: int) -> Iterable[Sequence[str]]:
    """The lines of so many words, whose third is a port."""
    return [it for it in lines if len(it) == count and it[2].isdecimal()]


def _turn(text: str) -> Turn | None:
    found = re.fullmatch(r"(\S+) (\d+) (-?\d+) ?(.*)", text)
    return Turn(found[1], found[4], int(found[2]), int(found[3])) if found else None


def _words(text: str, count: int) -> list[str]:
    words = text.split()
    if len(words) != count:
        raise ValueError(f"expected {count} words: {text!r}")
    return words
