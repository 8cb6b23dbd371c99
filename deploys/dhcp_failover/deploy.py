"""The deploy: every server of the inventory becomes its share of the site."""

from __future__ import annotations

import socket
from weakref import WeakKeyDictionary

from pyinfra import host
from pyinfra.api import DeployError, deploy
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.connectors.ssh import SSHConnector

from . import operations
from .dhcpd import commands, paths, render
from .facts import ServerSystem, System
from .load import load
from .shell import candidate
from .site import Peer, Site
from .validate import SiteError


@deploy("DHCP failover")
def dhcp_failover() -> None:
    """Make this server what ``host.data.dhcp`` declares, and see it in normal with its partners.

    Raises :class:`DeployError` before anything is changed, for data that cannot
    stand and for a server that cannot be made so.
    """
    _answer_at_once(host)
    site = _site(host)
    peers = site.peers[host.name]
    system = _supported(host)
    interfaces = site.interfaces.get(host.name) or _interfaces(host, system, peers)
    files = {
        paths.DEFAULTS: render.defaults(interfaces),
        paths.CONF: render.dhcpd_conf(site, host.name),
        paths.UNIT_FILE: render.unit(),
    }

    operations.package(name=f"Install {paths.PACKAGE}")
    operations.file(
        name=f"Write {paths.DEFAULTS}", path=paths.DEFAULTS, content=files[paths.DEFAULTS]
    )
    operations.file(
        name=f"Write {paths.CONF}",
        path=paths.CONF,
        content=files[paths.CONF],
        mode="640",
        check=commands.check(candidate(paths.CONF)),
    )
    operations.file(
        name=f"Write {paths.UNIT_FILE}", path=paths.UNIT_FILE, content=files[paths.UNIT_FILE]
    )
    operations.service(name=f"Run {paths.UNIT}, now and at boot", watched=files)
    operations.normal(
        name="See both servers in normal",
        partners={peer.name: peer.peer_server for peer in peers},
        timeout=site.normal_timeout,
    )


_sites: WeakKeyDictionary[State, dict[str, Site]] = WeakKeyDictionary()


def _site(host: Host) -> Site:
    """The site that ``host`` is part of; loaded once a run, for all servers of the inventory."""
    if host.data.get("dhcp") is None:
        raise DeployError(
            f"{host.name}: the inventory declares no 'dhcp' data for it; leave it out with --limit"
        )
    if host.state not in _sites:
        try:
            _sites[host.state] = _load_all(host.state)
        except SiteError as error:
            raise DeployError(str(error)) from None
    return _sites[host.state][host.name]


def _load_all(state: State) -> dict[str, Site]:
    """By server: its site. Servers with equal data share one."""
    shared: list[tuple[object, list[str]]] = []
    for it in state.inventory:
        data = it.data.get("dhcp")
        if data is None:
            continue
        for known, servers in shared:
            if known == data:
                servers.append(it.name)
                break
        else:
            shared.append((data, [it.name]))
    loaded = [(load(data, servers), servers) for data, servers in shared]
    return {name: site for site, servers in loaded for name in servers}


def _supported(host: Host) -> System:
    system = host.get_fact(ServerSystem)
    if system is None:
        raise DeployError(f"{host.name}: cannot be examined; see the message above")
    trouble = None
    if system["id"] == "debian" and system["version"] not in ("12", "13"):
        trouble = f"{system['name']} has no {paths.PACKAGE}; Debian 12 and 13 are the last that do"
    elif system["id"] != "debian" or not system["apt"] or not system["systemd"]:
        trouble = f"{system['name']} is not supported; Debian 12 and 13 with systemd and apt are"
    elif system["user"] != 0:
        trouble = "commands run as an ordinary user there; root is needed: add --sudo"
    if trouble:
        raise DeployError(f"{host.name}: {trouble}")
    return system


def _interfaces(host: Host, system: System, peers: tuple[Peer, ...]) -> list[str]:
    """The interfaces that have the server's failover addresses."""
    found = system["interfaces"]
    for peer in peers:
        if str(peer.address) not in found:
            raise DeployError(
                f"{host.name}: {peer.address}, declared as its address in the relationship"
                f" {peer.name}, is not on this server; it has {', '.join(found) or 'none'}"
            )
    return sorted({found[str(peer.address)] for peer in peers})


def _answer_at_once(host: Host) -> None:
    """Turn Nagle's algorithm off: it and a delayed ACK cost each command 40 ms."""
    if isinstance(host.connector, SSHConnector) and host.connector.client:
        transport = host.connector.client.get_transport()
        if transport and isinstance(transport.sock, socket.socket):
            transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
