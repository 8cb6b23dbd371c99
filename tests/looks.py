"""Values of a healthy pair, for tests of decisions; each test changes what it is about."""

from __future__ import annotations

from typing import Any

from dhcp_failover.engines.engine import (
    DaemonState,
    Endpoints,
    EngineLook,
    Process,
    Relation,
)

CONDITIONS = {
    "normal": "together",
    "communications-interrupted": "alone",
    "partner-down": "alone",
    "startup": "starting",
    "recover": "recovering",
    "recover-wait": "recovering",
    "paused": "down",
}
ONE, TWO = "192.0.2.1", "192.0.2.2"


def relation(state: str = "normal", **changes: Any) -> Relation:
    """How a server sees a relationship."""
    found: dict[str, Any] = {
        "state": state,
        "condition": CONDITIONS.get(state, "down"),
        "since": "2026-11-24T04:54:32+00:00",
        "partner_state": "normal",
        "partner_condition": "together",
        "partner_since": "2026-11-24T04:54:32+00:00",
        "mclt": None,
        "waiting": state == "recover-wait",
    }
    return Relation(**{**found, **changes})  # type: ignore[typeddict-item]


def process(**changes: Any) -> Process:
    """The daemon's process."""
    found: dict[str, Any] = {
        "pid": 100,
        "program": "/usr/sbin/dhcpd",
        "command": "/usr/sbin/dhcpd -4",
        "unit": "isc-dhcp-server.service",
        "state": "S",
        "started": 1_700_000_000,
        "interfaces": ["eth0"],
        "port67": ["*"],
    }
    return Process(**{**found, **changes})  # type: ignore[typeddict-item]


def look(
    state: str | None = "normal",
    *,
    name: str = "lab",
    first: bool = True,
    peer: str | None = None,
    **daemon: Any,
) -> EngineLook:
    """A server of the pair: the primary, or with ``first=False`` the secondary.

    ``state`` is its own in the relationship ``name``; None for a server of no relationship.
    ``peer`` is the partner's address that its daemon knows.
    """
    own, other, role = (ONE, TWO, "primary") if first else (TWO, ONE, "secondary")
    running = daemon.get("running", True)
    found: dict[str, Any] = {
        "running": running,
        "pid": 100 if running else None,
        "started": None,
        "version": "4.4.3-P1",
        "enabled": True,
        "masked": False,
        "stale_unit": False,
        "complaints": [],
        "firewall": True,
        "loaded": {},
        "process": process() if running else None,
        "others": [],
        "drop_ins": [],
        "restarts": 0,
        "set_up_for": ["eth0"],
    }
    ends = Endpoints(own, 520, peer or other, 520, role)
    return {
        "daemon": DaemonState(**{**found, **daemon}),  # type: ignore[typeddict-item]
        "relations": {name: relation(state)} if state else {},
        "endpoints": {name: ends} if state else {},
        "links": {name: True} if state else {},
        "files": {},
        "leftovers": [],
        "packages": [],
        "absent": False,
        "storage": {
            "writable": True,
            "why": "",
            "free": 10**10,
            "leases": 1000,
            "first_time": False,
        },
        "legacy": [],
    }
