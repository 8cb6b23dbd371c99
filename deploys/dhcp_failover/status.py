"""Look at every server of the inventory, and tell; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from weakref import WeakKeyDictionary

import click
from pyinfra import host
from pyinfra.api import DeployError, deploy
from pyinfra.api.state import State

from . import report
from .deploy import declared_files, site_of, survey
from .facts import Daemon, Failover, Pools
from .report import ServerHealth
from .system import digest

JSON = "dhcp_status_json"
"""The data that names a file for the machine-readable report."""


@deploy("DHCP status")
def status() -> None:
    """Print a table of every relationship and pool of the inventory, when all have been asked.

    Raises :class:`DeployError`, which ends pyinfra with status 1, if anything is
    unhealthy or not as declared. With the data ``dhcp_status_json`` the same is
    written to that file, as JSON.
    """
    state = host.state
    site = site_of(host)
    seen = _seen.setdefault(state, {})
    seen[host.name] = _look(host.name)
    if seen.keys() != {it.name for it in state.active_hosts}:
        return  # the last one tells
    found = report.trouble(site, seen)
    click.echo(report.table(site, seen))
    if path := host.data.get(JSON):
        Path(path).write_text(
            json.dumps({"healthy": not found, "trouble": found, "servers": seen}, indent=2) + "\n"
        )
    if found:
        raise DeployError("\n".join(found))


_seen: WeakKeyDictionary[State, dict[str, ServerHealth]] = WeakKeyDictionary()


def _look(name: str) -> ServerHealth:
    system = survey(host.state, name)
    if system is None:
        raise DeployError(f"{name}: cannot be examined; see the message above")
    daemon = host.get_fact(Daemon)
    declared = {
        path: digest(text) for path, text in declared_files(site_of(host), name, system).items()
    }
    found = {path: it["sha256"] for path, it in system["files"].items()}
    return {
        "running": daemon["running"],
        "configuration": report.configuration(declared, found, daemon["loaded"]),
        "clock": system["clock"],
        "states": {
            peer: (it["state"], it["since"]) for peer, it in host.get_fact(Failover).items()
        },
        "complaints": daemon["complaints"],
        "pools": host.get_fact(Pools),
    }
