"""What dhcpd and its unit say of themselves, parsed.

Each parser takes the lines that a command of :mod:`.commands` prints and raises
:class:`ValueError` for what it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import NamedTuple, TypedDict

from ...report.health import PoolUse


class Daemon(TypedDict):
    """The daemon of a server."""

    running: bool
    pid: int | None
    started: str | None
    """UTC, as in ``2026-11-24T04:03:21+00:00``."""
    version: str | None
    """As dhcpd says it, ``4.4.3-P1``; None where there is none."""
    enabled: bool
    """Whether it starts at boot, by a unit that is no shadow of an init script."""
    stale_unit: bool
    """Whether systemd has yet to read the unit that is on disk."""
    complaints: list[str]
    """What it has logged, since it was last in normal again, that a healthy pair does not log."""
    firewall: bool
    """Whether the table of rules about the failover port is loaded."""
    loaded: dict[str, str]
    """By path: the SHA-256 of the files that the running daemon was started from."""


class Failover(TypedDict):
    """A relationship as its record, its log and the life of the process tell it.

    ``state`` and ``partner_state`` are dhcpd's names (``normal``,
    ``communications-interrupted``, …). ``state`` is ``not running`` when the
    process is dead, whatever the record says; ``partner_state`` is the last that
    this server heard of its partner, which goes stale when the partner dies.
    """

    state: str
    since: str | None
    partner_state: str
    partner_since: str | None
    mclt: int | None
    """Seconds; on a secondary, as told by its primary."""


class Link(NamedTuple):
    """The two ends of a relationship, as one of its servers is told them."""

    address: str
    port: int
    peer_address: str
    peer_port: int


SERVING = ("normal", "communications-interrupted", "partner-down")
"""The states in which a server answers clients (failover.c)."""
NOT_RUNNING = "not running"
NO_RECORD = "recover"
"""Where a server without a record starts (failover.c)."""


def daemon(lines: Iterable[str]) -> Daemon:
    """Read what :data:`.commands.DAEMON` prints."""
    values = _values(lines)
    sums = [line.split(maxsplit=1) for line in values.get("Loaded", ())]
    return {
        "running": "Pid" in values,
        "pid": _number(values, "Pid"),
        "started": _time(_number(values, "Started")),
        "version": _last(values, "Version"),
        "enabled": _last(values, "UnitFileState") == "enabled",
        "stale_unit": _last(values, "NeedDaemonReload") == "yes",
        "complaints": values.get("Complaint", []),
        "firewall": "Firewall" in values,
        "loaded": {path: digest for digest, path in sums},
    }


def failover(lines: Iterable[str]) -> dict[str, Failover]:
    """Read what :data:`.commands.FAILOVER` prints; by relationship."""
    values = _values(lines)
    states: dict[str, Failover] = {}
    for line in values.get("Record", ()):
        if opening := re.match(r'failover peer "(.+)" state {', line):
            record = states[opening[1]] = _blank()
        elif state := re.match(r"\s*(my|partner) state (\S+?)(?: at (.+))?;", line):
            whose, name, at = state.groups()
            since = _record_time(at) if at else None
            if whose == "my":
                record["state"], record["since"] = name, since
            else:
                record["partner_state"], record["partner_since"] = name, since
        elif mclt := re.match(r"\s*mclt (\d+);", line):
            record["mclt"] = int(mclt[1])
    for line in values.get("Move", ()):
        if move := re.match(r"failover peer (.+): I move from \S+ to (\S+)", line):
            states.setdefault(move[1], _blank())["state"] = move[2]
    if "Pid" not in values:
        for state_of in states.values():
            state_of["state"] = NOT_RUNNING
    return states


def pools(lines: Iterable[str]) -> list[PoolUse]:
    """Read what :data:`.commands.POOLS` prints."""
    return [_pool(*line.split()) for line in _values(lines).get("Pool", ())]


def _pool(first: str, last: str, *counts: str) -> PoolUse:
    size = int(IPv4Address(last)) - int(IPv4Address(first)) + 1
    # dhcpd-pools writes 1.04858e+06 where a million is reached.
    active, backup, abandoned = (round(float(count)) for count in counts)
    return {
        "first": first,
        "last": last,
        "size": size,
        "active": active,
        "free": max(0, size - active - backup - abandoned),
        "backup": backup,
        "abandoned": abandoned,
        "percent": round(100 * active / size, 1),
    }


def links(lines: Iterable[str]) -> dict[str, Link]:
    """Read what :data:`.commands.LINKS` prints; by relationship."""
    found: dict[str, Link] = {}
    for block in re.split("^failover peer ", "\n".join(lines), flags=re.MULTILINE)[1:]:
        said = dict(re.findall(r"^\s*((?:peer )?(?:address|port)) (\S+);", block, re.MULTILINE))
        found[block.split('"')[1]] = Link(
            said["address"], int(said["port"]), said["peer address"], int(said["peer port"])
        )
    return found


def _blank() -> Failover:
    return {
        "state": NO_RECORD,
        "since": None,
        "partner_state": "unknown-state",
        "partner_since": None,
        "mclt": None,
    }


def _values(lines: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition("=")
        values.setdefault(key, []).append(value)
    return values


def _last(values: dict[str, list[str]], key: str) -> str | None:
    return values[key][-1] if key in values else None


def _number(values: dict[str, list[str]], key: str) -> int | None:
    value = _last(values, key)
    return int(value) if value else None


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _record_time(text: str) -> str | None:
    """The time of a record, in any of dhcpd.leases(5)'s forms: UTC, or seconds of the epoch."""
    if epoch := re.match(r"epoch (\d+)", text):
        return _time(int(epoch[1]))
    try:
        moment = datetime.strptime(text.split(" ", 1)[1], "%Y/%m/%d %H:%M:%S")
    except (IndexError, ValueError):
        raise ValueError(f"no time that dhcpd writes: {text!r}") from None
    return moment.replace(tzinfo=UTC).isoformat()
