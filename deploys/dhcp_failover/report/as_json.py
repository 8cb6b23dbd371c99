"""Health for programs: one JSON object, documented in ``docs/health.md``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from .codes import CODES
from .files import wrong_files
from .health import ServerHealth, SiteHealth, Trouble, not_asked
from .pools import rows
from .table import by_relationship, verdict_of
from .trouble import healthy, trouble

VERSION = 1
"""Of the object: it grows when a field goes or changes its meaning, not when one is added."""


def as_json(sites: Sequence[SiteHealth]) -> dict[str, Any]:
    """The health of all sites of an inventory, made at the same time."""
    found = [(health, trouble(health)) for health in sites]
    everything = [it for _, its in found for it in its]
    return {
        "version": VERSION,
        "time": datetime.fromtimestamp(max(it.now for it in sites), UTC).isoformat("T", "seconds"),
        "healthy": healthy(everything),
        "trouble": [_trouble(it) for it in everything],
        "relationships": [it for health, its in found for it in _relationships(health, its)],
        "servers": {
            name: _server(health, name, answer) if (answer := health.answered(name)) else None
            for health in sites
            for name in health.servers
            if name in health.site.peers
        },
        "not_asked": [name for health in sites for name in not_asked(health)],
        "pools": [it for health in sites for it in _pools(health)],
    }


def _trouble(it: Trouble) -> dict[str, Any]:
    return {
        "severity": it.severity,
        "server": it.server,
        "relationship": it.relationship,
        "code": it.code,
        "text": it.text,
        "todo": it.todo,
        "apply": CODES[it.code].apply,
    }


def _relationships(health: SiteHealth, found: list[Trouble]) -> list[dict[str, Any]]:
    sorted_out = by_relationship(health, found)
    return [
        {
            "name": name,
            "primary": it.primary.server,
            "secondary": it.secondary.server,
            "healthy": healthy(sorted_out[name]),
            "verdict": verdict_of(health, name, sorted_out[name]),
        }
        for name, it in health.site.failover.items()
    ]


def _server(health: SiteHealth, name: str, one: ServerHealth) -> dict[str, Any]:
    daemon, storage = one["look"]["daemon"], one["look"]["storage"]
    return {
        "running": daemon["running"],
        "pid": daemon["pid"],
        "started": daemon["started"],
        "version": daemon["version"],
        "restarts": daemon["restarts"],
        "enabled": daemon["enabled"],
        "firewall": daemon["firewall"],
        "interfaces": daemon["process"]["interfaces"] if daemon["process"] else [],
        "machine": one["system"]["machine_id"],
        "clock": one["system"]["clock"],
        "as_declared": not wrong_files(one),
        "wrong_files": wrong_files(one),
        "uncompared": one["uncompared"],
        "unproven": one["system"]["memory"]["unproven"],
        "complaints": daemon["complaints"],
        "clients": one["holding"].clients if one["holding"] else None,
        "storage": {"writable": storage["writable"], "free": storage["free"]},
        "relationships": {
            peer.name: _relation(health, name, one, peer.name, peer.role)
            for peer in health.site.peers[name]
        },
        "pools": one["pools"],
    }


def _relation(
    health: SiteHealth, server: str, one: ServerHealth, name: str, role: str
) -> dict[str, Any] | None:
    relation = health.relation(server, name)
    if relation is None:
        return None
    connected = one["look"]["links"].get(name)
    return {"role": role, **relation, "connected": connected}


def _pools(health: SiteHealth) -> list[dict[str, Any]]:
    counts = ("size", "active", "free", "backup", "abandoned", "percent")
    return [
        {
            "first": row.first,
            "last": row.last,
            "network": row.network,
            "relationship": row.relationship,
            "servers": list(row.servers),
            "counted_by": row.counted_by,
            **{key: row.use[key] if row.use else None for key in counts},  # type: ignore[literal-required]
        }
        for row in rows(health)
    ]
