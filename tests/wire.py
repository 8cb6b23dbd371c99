"""What DHCP servers answer, as it is on the wire: read in the lab's network, and taken apart.

Run as a program it prints, a line each in base 16, the answers that come to an interface.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import IO

from dhcp_failover.lab.client import Client

ACK = b"\x05"
HEADER, MAGIC = 236, b"\x63\x82\x53\x63"
MESSAGE_TYPE, OVERLOAD = 53, 52
FILE, NAME = slice(108, 236), slice(44, 108)


@dataclass(frozen=True)
class Answer:
    """A BOOTREPLY (RFC 2131); ``options`` by code, those in parts joined (RFC 3396)."""

    address: IPv4Address
    next_server: IPv4Address
    filename: str
    options: dict[int, bytes]


def answer(packet: bytes) -> Answer:
    """Take apart what is in a UDP packet from a server."""
    assert packet[HEADER : HEADER + 4] == MAGIC
    options = suboptions(packet[HEADER + 4 :], padded=True)
    overload = options.get(OVERLOAD, b"\0")[0]
    for bit, part in ((1, FILE), (2, NAME)):
        if overload & bit:
            for code, data in suboptions(packet[part], padded=True).items():
                options[code] = options.get(code, b"") + data
    filename = b"" if overload & 1 else packet[FILE].partition(b"\0")[0]
    return Answer(
        IPv4Address(packet[16:20]), IPv4Address(packet[20:24]), filename.decode(), options
    )


def suboptions(data: bytes, padded: bool = False) -> dict[int, bytes]:
    """By code: options in ``data``, one after the other; with padding and an end, or without."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        code = data[at]
        if padded and code == 255:
            break
        if padded and code == 0:
            at += 1
            continue
        length = data[at + 1]
        found[code] = found.get(code, b"") + data[at + 2 : at + 2 + length]
        at += 2 + length
    return found


def acknowledged(one: Client, settings: str = "", timeout: int = 15) -> Answer | None:
    """What ``dhclient`` with these settings is sent with its lease; None if it gets none."""
    with _listener(one) as lines:
        lease = one.lease(timeout, settings)
        # The listener has what the client has, or will have it in a moment.
        while lease:
            reply = answer(bytes.fromhex(lines.readline()))
            if reply.options[MESSAGE_TYPE] == ACK and str(reply.address) == lease.address:
                return reply
    return None


@contextmanager
def _listener(one: Client) -> Iterator[IO[str]]:
    with subprocess.Popen(
        one.lab.inside(sys.executable, __file__, one.interface),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "listening\n"
            yield process.stdout
        finally:
            process.terminate()


def listen(interface: str) -> None:
    """Print the UDP packets from port 67 that come to ``interface``."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800)) as card:
        card.bind((interface, 0x0800))
        print("listening", flush=True)
        while True:
            packet, (_, _, kind, *_) = card.recvfrom(65535)
            length = (packet[0] & 15) * 4
            udp = packet[length:]
            if packet[9] == socket.IPPROTO_UDP and udp[:2] == b"\0\x43" and kind != OUTGOING:
                print(udp[8:].hex(), flush=True)


OUTGOING = 4  # PACKET_OUTGOING of packet(7)


if __name__ == "__main__":
    listen(sys.argv[1])
