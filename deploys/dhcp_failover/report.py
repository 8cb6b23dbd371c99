"""The health of a site, from what its servers say: for people, and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from .site import Site


class PoolUse(TypedDict):
    """A range and its leases, counted on a server."""

    first: str
    last: str
    size: int
    active: int
    free: int
    """Free on either server; ``backup`` of these belong to the secondary."""
    backup: int
    percent: float
    """Of the addresses, how many are active."""


class ServerHealth(TypedDict):
    """What a server says of itself."""

    running: bool
    configuration: str
    """``as declared``, ``drifted`` (other files) or ``not loaded`` (by the daemon)."""
    clock: float | None
    """Seconds that its clock is before the controller's."""
    states: dict[str, tuple[str, str | None]]
    """By relationship: its state, and since when."""
    complaints: list[str]
    pools: list[PoolUse] | None
    """None where nothing counts them: ``dhcpd-pools`` is not installed."""


def configuration(
    declared: Mapping[str, str], files: Mapping[str, str], loaded: Mapping[str, str]
) -> str:
    """How the files on a server, and those that its daemon was started from, stand to the data.

    All three are SHA-256 by path.
    """
    if any(files.get(path) != digest for path, digest in declared.items()):
        return "drifted"
    return "as declared" if loaded == declared else "not loaded"


def trouble(site: Site, servers: Mapping[str, ServerHealth]) -> list[str]:
    """What is not as it should be; a sentence each, none for a healthy site."""
    found = []
    for name, peers in site.peers.items():
        it = servers.get(name)
        if it is None:
            found.append(f"{name} cannot be reached")
            continue
        if not it["running"]:
            found.append(f"{name}: dhcpd does not run")
        if it["configuration"] != "as declared":
            found.append(f"{name}: its configuration is {it['configuration']}")
        for peer in peers:
            state, since = _state(it, peer.name)
            if state != "normal" and it["running"]:
                found.append(
                    f"{name}: {peer.name} is in {state}" + (f" since {since}" * bool(since))
                )
        found += [f"{name}: logged {line!r}" for line in it["complaints"]]
    return found


def table(site: Site, servers: Mapping[str, ServerHealth]) -> str:
    """Relationships and pools, in columns."""
    rows = [
        ("RELATIONSHIP", "SERVER", "ROLE", "DAEMON", "STATE", "SINCE", "CLOCK", "CONFIGURATION")
    ]
    for name, relationship in site.failover.items():
        for role, end in (("primary", relationship.primary), ("secondary", relationship.secondary)):
            it = servers.get(end.server)
            if it is None:
                rows.append((name, end.server, role, "unreachable", "-", "-", "-", "-"))
                continue
            state, since = _state(it, name)
            clock = "-" if it["clock"] is None else f"{it['clock']:+.1f} s"
            daemon = "runs" if it["running"] else "dead"
            rows.append(
                (name, end.server, role, daemon, state, since or "-", clock, it["configuration"])
            )
    text = _columns(rows)
    pools = _columns([_HEAD, *_pool_rows(site, servers)])
    return f"{text}\n\n{pools}"


_HEAD = ("POOL", "RELATIONSHIP", "SIZE", "ACTIVE", "FREE", "BACKUP", "USED")


def _pool_rows(
    site: Site, servers: Mapping[str, ServerHealth]
) -> Iterable[tuple[str, str, str, str, str, str, str]]:
    """A row for each range, by the first of its servers that has counted."""
    counted = {
        (name, use["first"]): use for name, it in servers.items() for use in it["pools"] or ()
    }
    for subnet in site.subnets:
        for pool in subnet.pools:
            it = site.failover[pool.failover]
            for a_range in pool.ranges:
                first = str(a_range.first)
                use = counted.get((it.primary.server, first))
                use = use or counted.get((it.secondary.server, first))
                if use is None:
                    yield (str(a_range), pool.failover, "-", "-", "-", "-", "-")
                    continue
                numbers = (use["size"], use["active"], use["free"], use["backup"])
                size, active, free, backup = map(str, numbers)
                used = f"{use['percent']:.0f}%"
                yield (str(a_range), pool.failover, size, active, free, backup, used)


def _state(it: ServerHealth, relationship: str) -> tuple[str, str | None]:
    return it["states"].get(relationship, ("no record", None))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
