"""An apply whose link to one server ends at a chosen place of a chosen transfer.

A transfer is a command that is sent to a server, with the file that goes with it. The inventory
of such an apply calls :func:`watch`, in pyinfra's process: only there it is known where a
transfer begins and ends, for on the link it is encrypted.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
from base64 import b64decode
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import gevent
import paramiko
from dhcp_failover.lab.machines import Lab
from drilling import SERVERS, inventory
from pyinfra.connectors import ssh

Point = Literal["request", "first", "middle", "end"]
TELLS = "exec 2>&1\n"
"""With this begins what :meth:`.ask.Servers.tell` sends: a command that changes something."""
POINTS: tuple[Point, ...] = ("request", "first", "middle", "end")
"""Before its first byte; after that one; halfway; after its last byte, and before the answer."""


@dataclass(frozen=True)
class Transfer:
    """What is sent to a server, without the numbers in it, and how often it was sent before."""

    server: str
    what: str
    before: int
    changes: bool
    """Whether it may change something there; the others only ask."""


@dataclass(frozen=True)
class Watched:
    """The inventory of an apply, and what was seen of its transfers."""

    inventory: Path
    log: Path

    @property
    def transfers(self) -> list[Transfer]:
        """All of them, in their order."""
        return [Transfer(**json.loads(line)) for line in self.log.read_text().splitlines()]


def places(transfers: list[Transfer]) -> list[tuple[Transfer, Point]]:
    """Where to cut: each kind of transfer at every point.

    What changes something is cut at every point each time that it is sent. A question changes
    nothing wherever it is cut: it is cut each time at another point, and the last time at those
    that are left.
    """
    often = Counter((it.server, it.what) for it in transfers)
    found = []
    for it in transfers:
        points = POINTS
        if not it.changes:
            last = it.before + 1 == often[it.server, it.what]
            points = (POINTS[it.before % 4], *(POINTS[it.before + 1 :] if last else ()))
        found += [(it, point) for point in points]
    return found


def watched(
    lab: Lab, directory: Path, data: dict[str, Any], cut: tuple[Transfer, Point] | None = None
) -> Watched:
    """Write the inventory of an apply of ``data``, in which a link ends at ``cut``."""
    number = len(list(directory.iterdir()))
    log = directory / f"transfers{number}"
    log.touch()
    path = inventory(lab, directory / f"watched{number}.py", data, SERVERS)
    names = {lab.address(name): name for name in SERVERS}
    arguments = (str(log), names, *((asdict(cut[0]), cut[1]) if cut else (None, None)))
    path.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import transfers as _transfers\n"
        f"_transfers.watch(*{arguments!r})\n"
        f"{path.read_text()}"
    )
    return Watched(path, log)


def program(text: str) -> str:
    """What a shell on the server runs: the program that a command has packed, if it has one."""
    letters = re.search(r"echo ([A-Za-z0-9+/=]+) \| base64 -d \| gzip -d", text)
    return gzip.decompress(b64decode(letters[1])).decode() if letters else text


class Line(socket.socket):
    """A connection that ends, on both sides, when so many bytes more were sent."""

    left: int | None = None

    def send(self, data: Any, flags: int = 0) -> int:
        """Send what may still be sent."""
        if self.left is None:
            return super().send(data, flags)
        sent = super().send(data[: self.left], flags)
        self.left -= sent
        if not self.left:
            self.end()
        return sent

    def end(self) -> None:
        """What was sent arrives; nothing more does, in either direction."""
        with suppress(OSError):  # it has ended
            self.shutdown(socket.SHUT_RDWR)


def watch(log: str, names: dict[str, str], cut: dict[str, Any] | None, point: Point | None) -> None:
    """Have this process note each transfer in ``log``; after ``cut`` nothing gets through."""
    connect, send = paramiko.SSHClient.connect, ssh.SSHConnector.run_shell_command
    read = ssh.read_output_buffers
    lines: dict[str, Line] = {}
    often: Counter[tuple[str, str]] = Counter()
    over: set[str] = set()
    last: dict[gevent.Greenlet, Line] = {}

    def connecting(client: Any, address: str, port: int = 22, **settings: Any) -> Any:
        if names[address] in over:
            raise ConnectionRefusedError("the link is cut")
        line = lines[names[address]] = Line()
        line.connect((address, port))
        return connect(client, address, port, **{**settings, "sock": line})

    def sending(connector: Any, command: Any, *arguments: Any, **settings: Any) -> Any:
        name, text = connector.host.name, str(command)
        meant = program(text)
        what = sha256(re.sub(r"[0-9a-f]{8,}|[0-9]+", "", meant).encode()).hexdigest()
        it = asdict(Transfer(name, what, often[name, what], TELLS in meant))
        often[name, what] += 1
        with Path(log).open("a") as file:
            file.write(f"{json.dumps(it)}\n")
        if it == cut:
            over.add(name)
            if point == "request":
                lines[name].end()
            elif point == "end":
                last[gevent.getcurrent()] = lines[name]
            else:
                size = len(text) + sum(map(len, settings.get("_stdin") or []))
                lines[name].left = 1 if point == "first" else size // 2
        return send(connector, command, *arguments, **settings)

    def reading(*arguments: Any, **settings: Any) -> Any:
        if line := last.pop(gevent.getcurrent(), None):
            line.end()
        return read(*arguments, **settings)

    patch.object(paramiko.SSHClient, "connect", connecting).start()
    patch.object(ssh.SSHConnector, "run_shell_command", sending).start()
    patch.object(ssh, "read_output_buffers", reading).start()
