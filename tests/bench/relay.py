"""A relay that holds everything back: ``relay.py SECONDS PORT:HOST:PORT…``, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import sys


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
