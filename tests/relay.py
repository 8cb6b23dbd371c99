"""A DHCP relay on the lab's bridge, with clients behind it that are made of bytes.

Run as a program it asks a server once, and prints what comes back in base 16.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from ipaddress import IPv4Address

from dhcp_failover.lab.machines import Lab
from wire import Answer, answer

DISCOVER, REQUEST, INFORM = 1, 3, 8
TYPE, PARAMETERS, RELAY = 53, 55, 82
CIRCUIT, REMOTE = 1, 2


def asked(
    lab: Lab,
    mac: str,
    *,
    relay: str = "198.51.100.254",
    server: str = "198.51.100.1",
    circuit: bytes = b"",
    remote: bytes = b"",
    **options: bytes,
) -> Answer | None:
    """What a server offers a client behind ``relay``; None if it says nothing for two seconds.

    ``options`` are further ones by code, as in ``o60=b"Phone"``.
    """
    agent = b"".join(
        bytes([code, len(data)]) + data
        for code, data in ((CIRCUIT, circuit), (REMOTE, remote))
        if data
    )
    sent = {TYPE: bytes([DISCOVER]), PARAMETERS: bytes(range(1, 255))}
    sent |= {int(name[1:]): data for name, data in options.items()}
    packet = request(mac, relay, {**sent, RELAY: agent} if agent else sent)
    command = lab.inside(sys.executable, __file__, relay, server, packet.hex())
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    heard = json.loads(result.stdout)
    return answer(bytes.fromhex(heard)) if heard else None


def request(mac: str, relay: str, options: dict[int, bytes]) -> bytes:
    """A BOOTREQUEST of RFC 2131 as a relay passes it on."""
    head = bytes([1, 1, 6, 1]) + bytes.fromhex(mac.replace(":", ""))[2:] + bytes(4)
    addresses = bytes(12) + IPv4Address(relay).packed
    client = bytes.fromhex(mac.replace(":", "")) + bytes(10 + 64 + 128)
    body = b"".join(bytes([code, len(data)]) + data for code, data in options.items())
    return head + addresses + client + b"\x63\x82\x53\x63" + body + b"\xff"


def ask(relay: str, server: str, packet: str) -> None:
    """Send ``packet`` to ``server``; print what it sends the relay, or nothing after 2 s."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as card:
        card.bind((relay, 67))
        card.settimeout(2)
        card.sendto(bytes.fromhex(packet), (server, 67))
        try:
            print(json.dumps(card.recv(65535).hex()))
        except TimeoutError:
            print(json.dumps(""))


if __name__ == "__main__":
    ask(*sys.argv[1:])
