"""Facts about a server, as ``pyinfra INVENTORY fact dhcp_failover.facts.NAME`` prints them.

Each answers quietly on a server that has no DHCP server yet.
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from gzip import decompress
from typing import Any, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from .engines.dhcpd import answers as records
from .engines.dhcpd import commands
from .report.health import PoolUse
from .system import shell
from .system.survey import InstalledFile, System, installed_file, system

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


class Links(FactBase[dict[str, records.Link]]):
    """The ends of each of the server's relationships, by name, as its daemon was told them.

    None are known of a daemon whose configuration file was replaced after it had read it.
    """

    @override
    def command(self) -> str:
        return commands.LINKS

    @override
    @staticmethod
    def default() -> dict[str, records.Link]:
        return {}

    @override
    @_readable
    def process(self, output: list[str]) -> dict[str, records.Link]:
        return records.links(output)


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


class Pools(FactBase["list[PoolUse] | None"]):
    """The use of every range, counted on the server, in the order of their addresses.

    None where it cannot be known: without ``dhcpd-pools``, a lease file or a range. See
    :class:`.report.PoolUse`.
    """

    @override
    def command(self) -> str:
        return commands.POOLS

    @override
    @_readable
    def process(self, output: list[str]) -> list[PoolUse]:
        return records.pools(output)


class ServerSystem(FactBase["System | None"]):
    """What has to be known of a server before anything is done to it: its rights, its addresses.

    See :class:`.system.System`.
    """

    @override
    def command(self) -> str:
        self._asked = time.time()
        return f"{shell.SYSTEM}{commands.SURVEY}"

    @override
    @_readable
    def process(self, output: list[str]) -> System:
        return system(output, now=(self._asked + time.time()) / 2)


class Verdict(FactBase[list[str]]):
    """What a server's own program says of a file that is about to be put there.

    As :func:`.shell.verdict` prints it; the file's content is the connector's ``_stdin``. A
    server that does not answer has not accepted it.
    """

    @override
    def command(self, path: str, program: str, check: str) -> str:
        return shell.verdict(path, program, check)

    @override
    @staticmethod
    def default() -> list[str]:
        return ["refused", "it could not be asked"]

    @override
    def process(self, output: list[str]) -> list[str]:
        return output


class FileState(FactBase["InstalledFile | None"]):
    """What is installed at a path; None if nothing is."""

    @override
    def command(self, path: str) -> str:
        return shell.file_state(path)

    @override
    @_readable
    def process(self, output: list[str]) -> InstalledFile:
        return installed_file(" ".join(output))


class FileText(FactBase[str]):
    """The whole text of the file at a path; empty if there is none.

    It comes compressed: of a large file that is a tenth, in one line and not in many.
    """

    @override
    def command(self, path: str) -> str:
        return shell.compressed(path)

    @override
    @staticmethod
    def default() -> str:
        return ""

    @override
    @_readable
    def process(self, output: list[str]) -> str:
        return decompress(b64decode("".join(output))).decode(errors="replace")
