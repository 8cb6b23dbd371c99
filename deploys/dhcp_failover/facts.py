"""Facts about a server, as ``pyinfra INVENTORY fact dhcp_failover.facts.NAME`` prints them.

Each answers quietly on a server that has no DHCP server yet.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from . import shell
from .dhcpd import commands, records
from .report import PoolUse

Result = TypeVar("Result")


def _readable(
    process: Callable[[Any, list[str]], Result],
) -> Callable[[Any, list[str]], Result]:
    """Any other exception in a fact would end the run of every server."""

    @wraps(process)
    def wrapped(self: Any, output: list[str]) -> Result:
        try:
            return process(self, output)
        except (ValueError, KeyError, IndexError) as error:
            raise FactProcessError(f"{type(self).__name__}: {error}") from error

    return wrapped


class Daemon(FactBase[records.Daemon]):
    """Whether the DHCP daemon lives, and what it was started from.

    Told from its process; systemd is asked only what it alone knows. See
    :class:`.dhcpd.records.Daemon`.
    """

    @override
    def command(self) -> str:
        return commands.DAEMON

    @override
    @staticmethod
    def default() -> records.Daemon:
        return records.daemon([])

    @override
    @_readable
    def process(self, output: list[str]) -> records.Daemon:
        return records.daemon(output)


class Failover(FactBase[dict[str, records.Failover]]):
    """The state of each of the server's relationships, by name.

    Told from its process, its lease file and, in its first minute, its log. See
    :class:`.dhcpd.records.Failover`.
    """

    @override
    def command(self) -> str:
        return commands.FAILOVER

    @override
    @staticmethod
    def default() -> dict[str, records.Failover]:
        return {}

    @override
    @_readable
    def process(self, output: list[str]) -> dict[str, records.Failover]:
        return records.failover(output)


class DaemonLog(FactBase[list[str]]):
    """The last lines that the DHCP daemon and its unit logged, the newest last."""

    @override
    def command(self) -> str:
        return commands.LOG

    @override
    @staticmethod
    def default() -> list[str]:
        return []

    @override
    def process(self, output: list[str]) -> list[str]:
        return output


class Complaints(FactBase[list[str]]):
    """What the DHCP daemon has logged in *normal* that a healthy pair does not log."""

    @override
    def command(self) -> str:
        return commands.COMPLAINTS

    @override
    @staticmethod
    def default() -> list[str]:
        return []

    @override
    def process(self, output: list[str]) -> list[str]:
        return [line.partition("=")[2] for line in output if line.startswith("Complaint=")]


class Pools(FactBase["list[PoolUse] | None"]):
    """The use of every range, counted on the server; None where ``dhcpd-pools`` is missing."""

    @override
    def command(self) -> str:
        return commands.POOLS

    @override
    @_readable
    def process(self, output: list[str]) -> list[PoolUse]:
        return records.pools(output)


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
    """Seconds of the epoch by the server's clock, less those by this computer's."""
    dhcpd: str | None
    """Its version; None where there is none."""
    running: bool
    """Whether a process of it lives."""
    absent: bool
    """Whether the server's package sources are known not to have dhcpd."""
    files: dict[str, str]
    """By path: the SHA-256 of the files that this project writes, as far as they are there."""


class ServerSystem(FactBase[System | None]):
    """The system of a server: its release, its rights, its addresses."""

    @override
    def command(self) -> str:
        self._asked = time.time()
        return f"{shell.SYSTEM}{commands.SURVEY}"

    @override
    @_readable
    def process(self, output: list[str]) -> System:
        pairs = [line.split("=", 1) for line in output if "=" in line]
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
            "clock": self._offset(float(values["clock"])) if "clock" in values else None,
            "dhcpd": values.get("dhcpd"),
            "running": "Pid" in values,
            "absent": "absent" in values,
            "files": dict(value.split() for key, value in pairs if key == "file"),
        }

    def _offset(self, clock: float) -> float:
        return clock - (self._asked + time.time()) / 2


def _listener(line: str) -> tuple[str, int, str]:
    protocol, address, *process = line.split(maxsplit=2)
    program = re.search(r'"([^"]*)"', " ".join(process))
    return protocol, int(address.rpartition(":")[2]), program[1] if program else "?"


class InstalledFile(TypedDict):
    """A regular file: ``mode`` as in ``640``, ``owner`` as in ``root:root``."""

    sha256: str
    mode: str
    owner: str


class FileState(FactBase[InstalledFile | None]):
    """What is installed at a path; None if nothing is."""

    @override
    def command(self, path: str) -> str:
        return shell.file_state(path)

    @override
    @_readable
    def process(self, output: list[str]) -> InstalledFile:
        mode, owner = output[0].split()
        return {"sha256": output[1].split()[0], "mode": mode, "owner": owner}
