"""The health of a site, from what its servers say: for people, and for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypedDict

from ..site.model import Site


class PoolUse(TypedDict):
    """A range and its addresses, each counted once, by the last record in a server's lease file.

    A server records what its partner told it within seconds, so the two may differ for as long.
    ``size`` is the sum of ``active``, ``free``, ``backup`` and ``abandoned``. From a million
    on, ``active`` and ``backup`` have six digits.
    """

    first: str
    last: str
    size: int
    active: int
    """Leased to a client."""
    free: int
    """For the primary to give out: without a lease, or with one that is over."""
    backup: int
    """Free, for the secondary to give out."""
    abandoned: int
    """Found in use by somebody who has no lease; given out again when nothing else is left."""
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
    firewall: bool
    """Whether the table of rules about the failover port is loaded."""
    pools: list[PoolUse] | None
    """None where they cannot be counted: without ``dhcpd-pools``, say."""


def configuration(
    declared: Mapping[str, str], files: Mapping[str, str], loaded: Mapping[str, str]
) -> str:
    """How the files on a server, and those that its daemon was started from, stand to the data.

    All three are SHA-256 by path.
    """
    if any(files.get(path) != digest for path, digest in declared.items()):
        return "drifted"
    return "as declared" if loaded == declared else "not loaded"


Servers = Mapping[str, ServerHealth | None]
"""By name, of the servers that were asked: None for one that could not be."""


def trouble(site: Site, servers: Servers) -> list[str]:
    """What is not as it should be; a sentence each, none for a healthy site."""
    found = []
    for name, peers in site.peers.items():
        if name not in servers:
            continue
        it = servers[name]
        if it is None:
            found.append(f"{name} cannot be reached")
            continue
        if not it["running"]:
            found.append(f"{name}: dhcpd does not run")
        if it["configuration"] != "as declared":
            found.append(f"{name}: its configuration is {it['configuration']}")
        if site.firewall and it["running"] and not it["firewall"]:
            found.append(
                f"{name}: the table inet dhcp_failover, which keeps strangers from its failover"
                " port, is not loaded"
            )
        for peer in peers:
            state, since = _state(it, peer.name)
            if state != "normal" and it["running"]:
                found.append(
                    f"{name}: {peer.name} is in {state}" + (f" since {since}" * bool(since))
                )
        found += [f"{name}: logged {line!r}" for line in it["complaints"]]
    return found


def table(site: Site, servers: Servers) -> str:
    """Relationships and pools, in columns; ``-`` is what is not known."""
    rows = [_HEAD]
    for name, relationship in site.failover.items():
        for role, end in (("primary", relationship.primary), ("secondary", relationship.secondary)):
            it = servers.get(end.server)
            if it is None:
                daemon = "unreachable" if end.server in servers else "not asked"
                rows.append((name, end.server, role, daemon, *["-"] * 5))
                continue
            state, since = _state(it, name)
            clock = "-" if it["clock"] is None else f"{it['clock']:+.1f} s"
            daemon = "runs" if it["running"] else "dead"
            firewall = "loaded" if it["firewall"] else "none"
            more = (state, since or "-", clock, firewall, it["configuration"])
            rows.append((name, end.server, role, daemon, *more))
    return f"{_columns(rows)}\n\n{_columns([_POOL_HEAD, *_pool_rows(site, servers)])}"


_HEAD: tuple[str, ...] = (
    *("RELATIONSHIP", "SERVER", "ROLE", "DAEMON", "STATE"),
    *("SINCE", "CLOCK", "FIREWALL", "CONFIGURATION"),
)
_POOL_HEAD: tuple[str, ...] = (
    *("POOL", "RELATIONSHIP", "SIZE", "ACTIVE", "FREE", "BACKUP", "ABANDONED", "USED"),
)


def _pool_rows(site: Site, servers: Servers) -> Iterable[tuple[str, ...]]:
    """A row for each range, as the better of its servers has counted."""
    counted = {
        (name, use["first"], use["last"]): use
        for name, it in servers.items()
        for use in (it and it["pools"]) or ()
    }
    for located in site.placed_subnets:
        for pool in located.subnet.pools:
            if pool.failover:
                pair = site.failover[pool.failover]
                ends = [pair.primary.server, pair.secondary.server]
                owner, names = pool.failover, sorted(ends, key=_doubt(pool.failover, servers))
            else:
                owner = f"{pool.server} alone"
                names = [pool.server or ""]
            for a_range in pool.ranges:
                keys = ((name, str(a_range.first), str(a_range.last)) for name in names)
                use = next((counted[key] for key in keys if key in counted), None)
                if use is None:
                    yield (str(a_range), owner, *["-"] * 6)
                    continue
                numbers = ("size", "active", "free", "backup", "abandoned")
                counts = [str(use[key]) for key in numbers]  # type: ignore[literal-required]
                yield (str(a_range), owner, *counts, f"{use['percent']:.0f}%")


def _doubt(relationship: str, servers: Servers) -> Callable[[str], tuple[bool, bool]]:
    """How little the lease file of a server is believed; of two that are equal, the first is."""

    def doubt(name: str) -> tuple[bool, bool]:
        it = servers.get(name)
        return (it is None or not it["running"], not it or _state(it, relationship)[0] != "normal")

    return doubt


def _state(it: ServerHealth, relationship: str) -> tuple[str, str | None]:
    return it["states"].get(relationship, ("no record", None))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
