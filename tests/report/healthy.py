"""The answers of a healthy pair, and how a test changes a part of them."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any, cast

from dhcp_failover.engines.engine import Endpoints, Holding, LiveRange, PoolUse, Process
from dhcp_failover.report.health import Daemon, ServerHealth, SiteHealth
from dhcp_failover.site.load import load
from dhcp_failover.site.model import Site
from dhcp_failover.system.memory import Known
from dhcp_failover.system.survey import Address

EVERYWHERE = "0.0.0.0"  # noqa: S104
NOW = 1795521600.0
"""2026-11-24T12:00:00Z."""
SINCE = "2026-11-24T04:54:32+00:00"
CONF = "/etc/dhcp/dhcpd.conf"
KEYS = "/etc/dhcp/dhcpd.keys"
ENGINE = cast(
    Daemon,
    SimpleNamespace(DAEMON_NAME="dhcpd", UNIT="isc-dhcp-server.service", CLOCKS_APART=60),
)
USE: PoolUse = {
    "first": "192.0.2.100",
    "last": "192.0.2.199",
    "size": 100,
    "active": 25,
    "free": 36,
    "backup": 37,
    "abandoned": 2,
    "percent": 25.0,
}
PROCESS: Process = {
    "pid": 4711,
    "program": "/usr/sbin/dhcpd",
    "command": "/usr/sbin/dhcpd -4 -f eth0",
    "unit": "isc-dhcp-server.service",
    "state": "S",
    "started": 1795496072,
    "interfaces": ["eth0"],
    "port67": [EVERYWHERE],
}
LIVE = LiveRange("192.0.2.100", "192.0.2.199", "lab")


def site_of(data: dict[str, Any]) -> Site:
    """The site of these data, whose servers are those of its relationships."""
    ends = [end for it in data["failover"].values() for end in (it["primary"], it["secondary"])]
    return load(data, list(dict.fromkeys(end["server"] for end in ends)))


def server(site: Site, name: str) -> ServerHealth:
    """A server of the site without any trouble."""
    peers = site.peers[name]
    return {
        "look": {
            "daemon": {
                "running": True,
                "pid": 4711,
                "started": SINCE,
                "version": "4.4.3-P1",
                "enabled": True,
                "masked": False,
                "stale_unit": False,
                "complaints": [],
                "firewall": True,
                "loaded": {CONF: "1", KEYS: "2"},
                "process": deepcopy(PROCESS),
                "others": [],
                "drop_ins": [],
                "restarts": 0,
                "set_up_for": ["eth0"],
            },
            "relations": {
                peer.name: {
                    "state": "normal",
                    "condition": "together",
                    "since": SINCE,
                    "partner_state": "normal",
                    "partner_condition": "together",
                    "partner_since": SINCE,
                    "mclt": 3600,
                    "waiting": False,
                }
                for peer in peers
            },
            "endpoints": {
                peer.name: Endpoints(
                    str(peer.address), peer.port, str(peer.peer_address), peer.peer_port, peer.role
                )
                for peer in peers
            },
            "links": {peer.name: True for peer in peers},
            "files": {
                CONF: {"sha256": "1", "mode": "644", "owner": "root:root"},
                KEYS: {"sha256": "2", "mode": "600", "owner": "root:root"},
            },
            "leftovers": [],
            "packages": ["isc-dhcp-server"],
            "absent": False,
            "storage": {
                "writable": True,
                "why": "",
                "free": 5_000_000_000,
                "leases": 40_000,
                "first_time": False,
            },
            "legacy": [],
        },
        "system": {
            "id": "debian",
            "version": "13",
            "name": "Debian GNU/Linux 13 (trixie)",
            "user": 0,
            "systemd": True,
            "apt": True,
            "machine_id": machine_of(name),
            "interfaces": {"127.0.0.1": "lo", str(peers[0].address): "eth0"},
            "addresses": [
                Address("127.0.0.1", 8, "lo", "lo"),
                Address(str(peers[0].address), 24, "eth0", "eth0"),
            ],
            "links": {"lo": "unknown", "eth0": "up"},
            "listeners": [],
            "clock": 0.04,
            "memory": {
                "unproven": False,
                "replaced": [],
                "partners": [
                    Known(it.name, str(it.peer_address), it.peer_port, machine_of(it.peer_server))
                    for it in peers
                ],
                "former": [],
                "turn": None,
            },
        },
        "pools": [
            {**USE, "first": str(its.first), "last": str(its.last)}
            for located in site.placed_subnets
            for pool in located.subnet.pools
            for its in pool.ranges
        ],
        "holding": Holding(25, "d1"),
        "live": [LIVE],
        "declared": {CONF: ("1", "644"), KEYS: ("2", "600")},
        "needed_interfaces": ["eth0"],
        "uncompared": [],
    }


def machine_of(name: str) -> str:
    """The machine-id of a server."""
    return f"machine of {name}"


def health(site: Site, **servers: Any) -> SiteHealth:
    """All servers of a site healthy, but those given: their answer, or changes by place.

    A change is ``{"look.daemon.running": False}``: dots separate the parts of a place.
    ``...`` is a server that was not asked.
    """
    answers: dict[str, Any] = {name: server(site, name) for name in site.peers}
    for name, given in servers.items():
        if given is ...:
            del answers[name]
        elif isinstance(given, dict):
            for place, value in given.items():
                put(answers[name], place, value)
        else:
            answers[name] = given
    return SiteHealth(site, ENGINE, answers, NOW)


def put(values: Any, place: str, value: Any) -> None:
    """Set what is at ``place``; a dictionary is merged into the one there, an empty one ends it.

    Addresses are added to those that the server has.
    """
    *parents, last = place.split(".")
    for parent in parents:
        values = values[parent]
    if isinstance(value, list) and place.endswith("addresses"):
        values[last] = values[last] + value
        values["interfaces"] = {it.address: it.interface for it in values[last]}
    elif value and isinstance(value, dict) and isinstance(values.get(last), dict):
        values[last] = values[last] | value
    else:
        values[last] = value
