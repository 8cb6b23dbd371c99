"""Look at every server of the inventory, and tell; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from weakref import WeakKeyDictionary

import click
from pyinfra import host
from pyinfra.api import DeployError, deploy
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.state import State

from .deploy import declared_files, site_of, survey
from .facts import Daemon, Failover, Pools
from .report import health as report
from .report.health import ServerHealth
from .site.model import Site
from .system.survey import System, digest

JSON = "dhcp_status_json"
"""The data that names a file for the machine-readable report; ``-`` is standard output."""


@deploy("DHCP status")
def status() -> None:
    """Print a table of every relationship and pool of the inventory, when all have been asked.

    Raises :class:`DeployError`, which ends pyinfra with status 1, if anything is
    unhealthy or not as declared. With the data ``dhcp_status_json`` the same is
    written to that file, as JSON; if that is standard output it has nothing else on
    it, and the table goes where pyinfra's own lines go, to standard error.
    """
    state = host.state
    site_of(host)  # data that cannot stand is told before anything is asked
    seen = _seen.setdefault(state, {})
    seen[host.name] = _look(host)
    if any(it.name not in seen for it in state.activated_hosts):
        return  # the last one tells
    asked = [it for it in state.inventory if state.is_host_in_limit(it) and it.data.get("dhcp")]
    servers = {it.name: seen.get(it.name) for it in asked}
    sites = list({id(site): site for site in map(site_of, asked)}.values())
    found = [it for site in sites for it in report.trouble(site, servers)]
    path = host.data.get(JSON)
    click.echo("\n\n".join(report.table(site, servers) for site in sites), err=path == "-")
    if path is not None:
        _write(str(path), {"healthy": not found, "trouble": found, "servers": servers})
    if found:
        raise DeployError("\n".join(found))


_seen: WeakKeyDictionary[State, dict[str, ServerHealth | None]] = WeakKeyDictionary()


def _write(path: str, told: object) -> None:
    text = json.dumps(told, indent=2)
    if path == "-":
        click.echo(text)
        return
    try:
        Path(path).write_text(f"{text}\n")
    except OSError as error:
        raise DeployError(f"{JSON}={path}: cannot be written: {error.strerror}") from None


def _look(server: Host) -> ServerHealth | None:
    """What a server says of itself; None if it does not answer."""
    try:
        system = survey(server.state, server.name)
        if system is None:
            return None
        health = _health(server, site_of(server), system)
    except PyinfraError:  # the last server that was left does not answer either
        return None
    return health if server in server.state.active_hosts else None


def _health(server: Host, site: Site, system: System) -> ServerHealth:
    daemon = server.get_fact(Daemon)
    files = declared_files(server.state, site, server.name, system)
    declared = {path: digest(text) for path, text in files.items()}
    found = {path: it["sha256"] for path, it in system["files"].items()}
    return {
        "running": daemon["running"],
        "configuration": report.configuration(declared, found, daemon["loaded"]),
        "clock": system["clock"],
        "states": {
            peer: (it["state"], it["since"]) for peer, it in server.get_fact(Failover).items()
        },
        "complaints": daemon["complaints"],
        "firewall": daemon["firewall"],
        "pools": server.get_fact(Pools),
    }
