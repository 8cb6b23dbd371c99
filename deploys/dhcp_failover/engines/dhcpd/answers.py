"""Read what the programs of ``scripts/`` print about dhcpd, its unit and its files.

Each function takes the lines of one program, ``Key=value``, and raises :class:`ValueError` for
what it cannot read. On a server without dhcpd, the programs print next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import IPv4Address
from itertools import pairwise

from ..engine import (
    Condition,
    DaemonState,
    Endpoints,
    EngineLook,
    Holder,
    Holding,
    InstalledFile,
    PoolUse,
    Process,
    Relation,
    Storage,
)
from . import paths

CONDITIONS: Mapping[str, Condition] = {
    "normal": "together",
    "communications-interrupted": "alone",
    "partner-down": "alone",
    "startup": "starting",
    "recover": "recovering",
    "recover-wait": "recovering",
    "recover-done": "recovering",
    "potential-conflict": "recovering",
    "conflict-done": "recovering",
    "resolution-interrupted": "recovering",
}
"""By state of failover.c; every other state is ``down``."""
NOT_RUNNING = "not running"
NO_RECORD = "recover"
"""Where a server without a record starts (failover.c)."""

Values = Mapping[str, Sequence[str]]


def look(lines: Iterable[str]) -> EngineLook:
    """Read the whole look; without root it is that of a server without dhcpd."""
    values = _values(lines)
    processes = _processes(values)
    pid = _number(values, "Pid")
    process = None if pid is None else processes.get(pid)
    files, loaded = _files(values), _loaded(values) if _from_our_files(process) else {}
    current = bool(loaded) and loaded.get(paths.CONF) == files.get(paths.CONF, _NONE)["sha256"]
    endpoints = _endpoints(values.get("Peer", ())) if current else {}
    relations = _relations(values)
    if "Pid" in values:
        for name in endpoints:
            relations.setdefault(name, _blank())
    return {
        "daemon": _daemon(values, processes, loaded),
        "relations": relations,
        "endpoints": endpoints,
        "links": {name: _linked(values, ends) for name, ends in endpoints.items()},
        "files": files,
        "leftovers": list(values.get("Leftover", ())),
        "packages": sorted(values.get("Package", ())),
        "absent": "Absent" in values,
        "storage": _storage(values),
        "legacy": _legacy(values, processes),
    }


def relations(lines: Iterable[str]) -> dict[str, Relation]:
    """Read the states of a server's relationships, by name."""
    return _relations(_for_root(lines))


def pools(lines: Iterable[str]) -> list[PoolUse] | None:
    """Read the use of each range; None where it cannot be counted."""
    values = _for_root(lines)
    if "Counted" not in values:
        return None
    return [_pool(*line.split()) for line in values.get("Pool", ())] or None


def holding(lines: Iterable[str]) -> Holding | None:
    """Read how many clients hold an address; None without a lease file."""
    values = _for_root(lines)
    clients = _number(values, "Clients")
    if clients is None:
        return None
    digest = _last(values, "Digest").partition(" ")[0]
    return Holding(clients, digest or sha256().hexdigest())


def holders(lines: Iterable[str]) -> dict[str, Holder]:
    """Read who holds which address."""
    found = {}
    for line in _for_root(lines).get("Holder", ()):
        address, hardware, current = line.split(" ")
        found[address] = Holder(hardware, current == "current")
    return found


def log(lines: Iterable[str]) -> list[str]:
    """Read log lines, which are as they are printed."""
    return list(lines)


def _daemon(
    values: Values, processes: Mapping[int, Process], loaded: dict[str, str]
) -> DaemonState:
    pid = _number(values, "Pid")
    state = _last(values, "UnitFileState")
    return {
        "running": pid is not None,
        "pid": pid,
        "started": _time(_number(values, "Started")),
        "version": _last(values, "Version") or None,
        "enabled": state == "enabled",
        "masked": _last(values, "LoadState") == "masked" or state.startswith("masked"),
        "stale_unit": _last(values, "NeedDaemonReload") == "yes",
        "complaints": list(values.get("Complaint", ())),
        "firewall": "Firewall" in values,
        "loaded": loaded,
        "process": None if pid is None else processes.get(pid),
        "others": [process for number, process in processes.items() if number != pid],
        "drop_ins": sorted({*values.get("DropIn", ())}),
        "restarts": _number(values, "NRestarts") or 0,
        "set_up_for": _last(values, "Served").split(),
    }


def _processes(values: Values) -> dict[int, Process]:
    """Every DHCP server process; by pid."""
    found: dict[int, Process] = {}
    for line in values.get("Process", ()):
        pid, state, started, unit, program = line.split(" ", 4)
        found[int(pid)] = {
            "pid": int(pid),
            "program": program,
            "command": _of(values, "Command", pid)[0].strip(),
            "unit": unit,
            "state": state,
            "started": int(started),
            "interfaces": sorted(_of(values, "Hears", pid)),
            "port67": sorted(_of(values, "Port67", pid)),
        }
    return found


def _of(values: Values, key: str, pid: str) -> list[str]:
    """What lines ``Key=PID text`` have of one process."""
    pairs = (line.partition(" ") for line in values.get(key, ()))
    return [text for number, _, text in pairs if number == pid]


def _relations(values: Values) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    record = _blank()
    for line in values.get("Record", ()):
        if opening := re.match(r'failover peer "(.+)" state {', line):
            record = found[opening[1]] = _blank()
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
            found.setdefault(move[1], _blank())["state"] = move[2]
    for relation in found.values():
        if "Pid" not in values:
            relation["state"] = NOT_RUNNING
        relation["condition"] = _condition(relation["state"])
        relation["waiting"] = relation["state"] == "recover-wait"
        relation["partner_condition"] = _condition(relation["partner_state"])
    return found


def _blank() -> Relation:
    return {
        "state": NO_RECORD,
        "condition": _condition(NO_RECORD),
        "since": None,
        "partner_state": "unknown-state",
        "partner_condition": "down",
        "partner_since": None,
        "mclt": None,
        "waiting": False,
    }


def _condition(state: str) -> Condition:
    return CONDITIONS.get(state, "down")


def _endpoints(lines: Iterable[str]) -> dict[str, Endpoints]:
    """The relationships of a configuration that this project wrote; by name."""
    found: dict[str, Endpoints] = {}
    for block in re.split("^failover peer ", "\n".join(lines), flags=re.MULTILINE)[1:]:
        ends = dict(re.findall(r"^\s*((?:peer )?(?:address|port)) (\S+);", block, re.MULTILINE))
        role = re.search(r"^\s*(primary|secondary);", block, re.MULTILINE)
        try:
            found[block.split('"')[1]] = Endpoints(
                ends["address"],
                int(ends["port"]),
                ends["peer address"],
                int(ends["peer port"]),
                role[1] if role else "",
            )
        except (KeyError, IndexError):
            continue  # written by somebody else, in another form
    return found


def _linked(values: Values, ends: Endpoints) -> bool:
    """Whether a connection of the daemon is this relationship's; either side may open it."""
    for line in values.get("Connection", ()):
        (own, port), (peer, peer_port) = (_address(end) for end in line.split())
        ports = port == ends.port or peer_port == ends.peer_port
        if (own, peer) == (ends.address, ends.peer_address) and ports:
            return True
    return False


def _address(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return address.partition("%")[0], int(port)


_NONE: InstalledFile = {"sha256": "", "mode": "", "owner": ""}


def _files(values: Values) -> dict[str, InstalledFile]:
    sums = {path: digest for digest, path in _sums(values, "Sum")}
    found: dict[str, InstalledFile] = {}
    for line in values.get("File", ()):
        path, mode, owner = line.split(" ", 2)  # a group of a directory service: domain users
        found[path] = {"sha256": sums.get(path, ""), "mode": mode, "owner": owner}
    return found


def _loaded(values: Values) -> dict[str, str]:
    return {path: digest for digest, path in _sums(values, "Loaded")}


def _from_our_files(process: Process | None) -> bool:
    """Whether a daemon was started with the files at their usual places."""
    given = dict(pairwise(process["command"].split() if process else ()))
    usual = {"-cf": paths.CONF, "-lf": paths.LEASES}
    return all(given.get(flag, path) == path for flag, path in usual.items())


def _sums(values: Values, key: str) -> list[tuple[str, str]]:
    pairs = (line.split(maxsplit=1) for line in values.get(key, ()))
    return [(digest, path) for digest, path in pairs]


def _storage(values: Values) -> Storage:
    why = "; ".join(values.get("Unwritable", ()))
    return {
        "writable": not why,
        "why": why,
        "free": _number(values, "Free") or 0,
        "leases": _number(values, "Size") or 0,
        "first_time": "FirstTime" in values,
    }


_DEFAULTS = {
    "DHCPDv4_CONF": ("conf", {paths.CONF}),
    "DHCPDv4_PID": ("pid", {"/var/run/dhcpd.pid", "/run/dhcpd.pid"}),
    "OPTIONS": ("options", set[str]()),
    "INTERFACESv6": ("v6", set[str]()),
}


def _legacy(values: Values, processes: Mapping[int, Process]) -> list[str]:
    """A line each: ``v6 eth0``, ``options -d``, ``conf /etc/other.conf``, ``pid /run/other``."""
    last = {key: text.strip() for key, _, text in _pairs(values.get("Default", ()))}
    found = [
        f"{_DEFAULTS[key][0]} {text}"
        for key, text in sorted(last.items())
        if text and text not in _DEFAULTS[key][1]
    ]
    for process in processes.values():
        if process["unit"] == paths.UNIT and "-6" in process["command"].split():
            found.append(f"v6 {process['command']}")
    return found


def _pairs(lines: Iterable[str]) -> list[tuple[str, str, str]]:
    return [line.partition(" ") for line in lines]


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


def _for_root(lines: Iterable[str]) -> Values:
    values = _values(lines)
    if "Root" in values:
        raise ValueError("only root can ask this: add --sudo")
    return values


def _values(lines: Iterable[str]) -> Values:
    values: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition("=")
        values.setdefault(key, []).append(value)
    return values


def _last(values: Values, key: str) -> str:
    return values[key][-1] if key in values else ""


def _number(values: Values, key: str) -> int | None:
    value = _last(values, key)
    return int(value) if value else None


def _time(seconds: int | None) -> str | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError):
        raise ValueError(f"not a time: {seconds}") from None


def _record_time(text: str) -> str | None:
    """The time of a record, in either form of dhcpd.leases(5): UTC, or seconds of the epoch."""
    if epoch := re.match(r"epoch (\d+)", text):
        return _time(int(epoch[1]))
    try:
        moment = datetime.strptime(text.split(" ", 1)[1], "%Y/%m/%d %H:%M:%S")
    except (IndexError, ValueError):
        raise ValueError(f"not a time of a lease file: {text!r}") from None
    return moment.replace(tzinfo=UTC).isoformat()
