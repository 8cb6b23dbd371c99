"""What a server says of its system, parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import TypedDict


class InstalledFile(TypedDict):
    """A regular file: ``mode`` as in ``640``, ``owner`` as in ``root:root``."""

    sha256: str
    mode: str
    owner: str


class System(TypedDict):
    """What has to be known of a server before anything is done to it."""

    id: str
    """Of os-release(5): ``debian``."""
    version: str
    name: str
    user: int
    """The user that commands run as; 0 is root."""
    systemd: bool
    apt: bool
    interfaces: dict[str, str]
    """By IPv4 address: the interface that has it."""
    links: dict[str, str]
    """By interface: its state, ``up`` or ``down`` or what else Linux calls it."""
    listeners: list[tuple[str, int, str]]
    """``tcp`` or ``udp``, the port and the program that listens there."""
    clock: float | None
    """Seconds by which the server's clock is ahead of this computer's."""
    dhcpd: str | None
    """Its version; None where there is none."""
    running: bool
    """Whether a process of it lives."""
    absent: bool
    """Whether the server's package sources are known not to have dhcpd."""
    files: dict[str, InstalledFile]
    """By path: the files that this project writes, as far as they are there."""


def system(lines: Iterable[str], now: float) -> System:
    """Read what :data:`.shell.SYSTEM` and :data:`.dhcpd.commands.SURVEY` print.

    ``now`` is this computer's clock when they did, in seconds of the epoch. Raises
    :class:`ValueError` or :class:`KeyError` for what cannot be read.
    """
    pairs = [line.split("=", 1) for line in lines if "=" in line]
    values = dict(pairs)
    return {
        "id": values["id"],
        "version": values["version"],
        "name": values["name"],
        "user": int(values["user"]),
        "systemd": "systemd" in values,
        "apt": "apt" in values,
        "interfaces": dict(value.split() for key, value in pairs if key == "address"),
        "links": dict(value.split() for key, value in pairs if key == "link"),
        "listeners": [_listener(value) for key, value in pairs if key == "listen"],
        "clock": float(values["clock"]) - now if "clock" in values else None,
        "dhcpd": values.get("dhcpd"),
        "running": "Pid" in values,
        "absent": "absent" in values,
        "files": dict(_file(value) for key, value in pairs if key == "file"),
    }


def digest(content: str) -> str:
    """The SHA-256 of a file with this content, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def as_declared(content: str, mode: str) -> InstalledFile:
    """What is found where a file of this project is as it has to be."""
    return {"sha256": digest(content), "mode": mode, "owner": "root:root"}


def installed_file(text: str) -> InstalledFile:
    """Read mode, owner and SHA-256, as :func:`.shell.file_state` prints them."""
    mode, owner, sha256, *_ = text.split()
    return {"sha256": sha256, "mode": mode, "owner": owner}


def _file(text: str) -> tuple[str, InstalledFile]:
    path, _, state = text.partition(" ")
    return path, installed_file(state)


def _listener(text: str) -> tuple[str, int, str]:
    protocol, address, *process = text.split(maxsplit=2)
    program = re.search(r'"([^"]*)"', " ".join(process))
    return protocol, int(address.rpartition(":")[2]), program[1] if program else "?"
