"""The steps of the deploy, and servers that are only pretended (``@fake``)."""

from __future__ import annotations

from typing import Any

WAVE = [
    "Write /etc/default/isc-dhcp-server",
    "Write /etc/dhcp/failover.nft",
    "Write /etc/dhcp/dhcpd.keys",
    "Write /etc/dhcp/dhcpd.conf",
    "Write /etc/systemd/system/isc-dhcp-server.service",
    "Run isc-dhcp-server.service, now and at boot",
]
STEPS = [
    "Install isc-dhcp-server",
    "See the configuration accepted",
    *(f"{step}, wave 1 of 1" for step in WAVE),
    "See both servers in normal",
]
"""Of an apply to servers that do not run yet."""
RUNNING = [
    *STEPS[:2],
    *(f"{step}, wave {wave} of 2" for wave in (1, 2) for step in WAVE),
    "See both servers in normal",
]
"""Of an apply to a pair that runs."""


def system(own: str, **changes: str) -> list[str]:
    """What a supported server says of itself."""
    said = {"id": "debian", "version": "13", "name": "Debian GNU/Linux 13 (trixie)", "user": "0"}
    said |= {"systemd": "yes", "apt": "yes", "address": f"{own} eth0"} | changes
    return [f"{key}={value}" for key, value in said.items() if value]


def server(name: str, responses: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A pretended server that answers at once."""
    quick = {"fake_delay": 0, "fake_delay_jitter": 0}
    accepting = {"echo untried": ["accepted"]}
    return name, {**quick, "fake_responses": {**responses, **accepting}}
