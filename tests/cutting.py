"""A link that falls silent after so many bytes: a relay in front of the machines' SSH.

As a program, ``cutting.py LOG CUTS PORT:NAME:HOST:PORT...``, it listens on 127.0.0.1. What a
controller has sent to a server so far, it writes into the log, a line for each piece; after
``CUTS[NAME]`` bytes, over all connections, it passes nothing more on.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dhcp_failover.lab.machines import Lab
from slow_link import write_inventory

PORTS = {"dhcp1": 2211, "dhcp2": 2212}


@dataclass
class Link:
    """The way to the servers; ``inventory`` is the lab's, through it."""

    inventory: Path
    log: Path

    def sent(self, server: str) -> list[int]:
        """How many bytes had been sent to a server after each piece: where it can be cut."""
        pairs = (line.split() for line in self.log.read_text().splitlines())
        return [int(number) for name, number in pairs if name == server]

    def points(self, server: str, more_than: int = 2048) -> list[int]:
        """Places to cut: before each piece, after its first byte; of large ones the middle, too."""
        ends = self.sent(server)
        found = set()
        for start, end in zip([0, *ends], ends, strict=False):
            found |= {start, start + 1, end - 1}
            if end - start > more_than:
                found.add((start + end) // 2)
        return sorted(found)


@contextmanager
def link(lab: Lab, **cuts: int) -> Iterator[Link]:
    """The lab's servers behind a relay that passes on so many bytes to each, and then nothing.

    As in ``link(lab, dhcp1=20_000)``. All that follows is lost, as behind a firewall that forgets
    the connection. Without a number the relay only counts.
    """
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "sent"
        log.touch()
        routes = [f"{port}:{name}:{lab.address(name)}:22" for name, port in PORTS.items()]
        command = lab.inside(sys.executable, __file__, str(log), json.dumps(cuts), *routes)
        with subprocess.Popen(command, stdout=subprocess.PIPE) as relay:
            assert relay.stdout
            relay.stdout.readline()
            try:
                yield Link(write_inventory(lab, Path(directory), PORTS), log)
            finally:
                relay.kill()


class Route:
    """All connections to one server."""

    def __init__(self, name: str, log: Path, cut: int | None) -> None:
        self.name, self.log, self.cut = name, log, cut
        self.sent = 0
        self.over = cut == 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A controller comes; after the cut it is let in, and hears nothing."""
        if self.over:
            await silence()
        there, back = await asyncio.open_connection(self.host, self.port)
        await asyncio.gather(self.there(reader, back), self.back(there, writer))

    async def serve(self, port: int, host: str, target: int) -> asyncio.Server:
        """Listen."""
        self.host, self.port = host, target
        return await asyncio.start_server(self.connected, "127.0.0.1", port)

    async def there(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """From the controller to the server, up to the cut."""
        while data := await reader.read(65536):
            if self.over:
                break
            if self.cut is not None and self.sent + len(data) >= self.cut:
                data, self.over = data[: self.cut - self.sent], True
            self.sent += len(data)
            with self.log.open("a") as file:
                file.write(f"{self.name} {self.sent}\n")
            back.write(data)
            await back.drain()
            if self.over:
                break
        if self.over:
            await silence()
        back.close()

    async def back(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the server to the controller, until the cut."""
        while data := await there.read(65536):
            if not self.over:
                writer.write(data)
        if not self.over:
            writer.close()


async def silence() -> None:
    """What comes after the cut: neither a byte nor the end of the connection."""
    await asyncio.Event().wait()


async def main(log: str, cuts: str, routes: list[str]) -> None:
    """Listen on every route's port until the process is ended."""
    limits: dict[str, int] = json.loads(cuts)
    servers = []
    for text in routes:
        port, name, host, target = text.split(":")
        route = Route(name, Path(log), limits.get(name))
        servers.append(await route.serve(int(port), host, int(target)))
    print("listening", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(given[0], given[1], given[2:]))
