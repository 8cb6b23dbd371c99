"""A slow link: a relay in front of the machines' SSH that holds everything back.

As a program, ``slow_link.py SECONDS PORT:HOST:PORT…``, it listens on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dhcp_failover.lab.machines import Lab


@contextmanager
def slow_link(lab: Lab, delay: float) -> Iterator[Path]:
    """The lab's inventory, with its servers reached through ``delay`` seconds each way."""
    ports = {"dhcp1": 2201, "dhcp2": 2202}
    routes = [f"{port}:{lab.address(name)}:22" for name, port in ports.items()]
    command = lab.inside(sys.executable, __file__, str(delay), *routes)
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(command, stdout=subprocess.PIPE) as relay,
    ):
        assert relay.stdout
        relay.stdout.readline()
        inventory = write_inventory(lab, Path(directory), ports)
        try:
            yield inventory
        finally:
            relay.terminate()


def write_inventory(lab: Lab, directory: Path, ports: dict[str, int]) -> Path:
    """The lab's inventory, with its servers reached at these ports of 127.0.0.1."""
    ssh = {"ssh_user": "root", "ssh_key": str(lab.key), "ssh_strict_host_key_checking": "off"}
    servers = [
        (name, {"ssh_hostname": "127.0.0.1", "ssh_port": port, **ssh})
        for name, port in ports.items()
    ]
    inventory = directory / "through.py"
    inventory.write_text(
        "import runpy\n"
        f"servers = ({servers!r}, runpy.run_path('inventories/lab.py')['servers'][1])\n"
    )
    return inventory


async def main(delay: float, routes: list[str]) -> None:
    """Listen on every route's port until the process is ended."""
    servers = []
    for route in routes:
        port, host, target = route.split(":")
        servers.append(await serve(delay, int(port), host, int(target)))
    print("listening", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def serve(delay: float, port: int, host: str, target: int) -> asyncio.Server:
    """Relay one port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, target)
        await asyncio.gather(held(delay, reader, back), held(delay, there, writer))

    return await asyncio.start_server(connected, "127.0.0.1", port)


async def held(delay: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass everything on, each piece ``delay`` seconds after it came, in its order."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), sys.argv[2:]))
