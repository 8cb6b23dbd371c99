"""The deploy: every server of the inventory becomes its share of the site."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import partial
from typing import cast
from weakref import WeakKeyDictionary

from gevent.lock import BoundedSemaphore  # type: ignore[import-untyped]
from gevent.pool import Pool  # type: ignore[import-untyped]
from pyinfra import host, logger
from pyinfra.api import DeployError, deploy
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.facts import get_fact
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.connectors.ssh import SSHConnector

from . import operations
from .engines.dhcpd import commands, paths
from .engines.dhcpd import files as render
from .engines.dhcpd.answers import Link
from .facts import ServerSystem
from .rollout import preflight
from .rollout.partners import OVERRIDE, Candidate, propose
from .rollout.waves import connected, waves
from .site.load import load
from .site.model import Site
from .site.validate import SiteError
from .system.shell import candidate
from .system.survey import System, as_declared, digest


@deploy("DHCP failover")
def dhcp_failover() -> None:
    """Make this server what ``host.data.dhcp`` declares, and see it in normal with its partners.

    Raises :class:`DeployError` before anything is changed, for data that cannot
    stand and for a server that cannot be made so.
    """
    site = site_of(host)
    peers = site.peers[host.name]
    system = _checked(host, site)
    turns = _turns(host.state)
    count = 1 + max(turns.values())
    files = declared_files(host.state, site, host.name, system)
    # What the package brings is no file that this run has seen.
    planned = system["files"] if system["dhcpd"] else {}
    found = planned.get(paths.CONF)
    installed = found["sha256"] if found else None
    # Only who is about to change its own configuration has to know how its partners' stand.
    changing = installed != digest(files[paths.CONF])
    checks = {paths.CONF: ("dhcpd", commands.check(candidate(paths.CONF)))}
    if site.firewall:
        checks[paths.FIREWALL] = ("nft", commands.firewall_check(candidate(paths.FIREWALL)))
    replaced = [it for it in files if planned.get(it) != as_declared(files[it], paths.MODES[it])]
    propose(
        host.state,
        host,
        [
            # New secrets are not there yet when a configuration that names them is tried.
            Candidate(it, render.with_keys(files[it], site), *checks[it])
            for it in replaced
            if it in checks
        ],
    )
    partners = {peer.name: peer.peer_server for peer in peers}

    operations.packages(
        name=f"Install {paths.PACKAGE}",
        wanted=[paths.PACKAGE, paths.COUNTER, *([paths.FILTER] if site.firewall else [])],
    )
    operations.accepted(
        name="See the configuration accepted",
        replaced=replaced,
        servers=connected(site.pairs)[host.name],
        live=bool(system["dhcpd"]),
    )
    for wave in host.loop(range(count)):  # type: ignore[no-untyped-call]
        suffix = f", wave {wave + 1} of {count}"
        mine = wave == turns[host.name]
        for path in paths.WATCHED if mine else ():
            operations.file(
                name=f"Write {path}{suffix}",
                path=path,
                content=files[path],
                mode=paths.MODES[path],
                check=checks[path][1] if path in checks else None,
                planned=planned.get(path),
                secret=path == paths.KEYS,
                partners=_allowed(host.state, site, partners)
                if changing and path == paths.CONF
                else {},
            )
        # Every server comes here in every wave, which is what keeps the next wave behind it.
        operations.service(
            name=f"Run {paths.UNIT}, now and at boot{suffix}",
            watched=files if mine else {},
            partners=partners,
            links={
                peer.name: Link(
                    str(peer.peer_address), peer.peer_port, str(peer.address), peer.port
                )
                for peer in peers
            },
            timeout=site.normal_timeout,
            hand_over={peer.name: commands.hand_over(peer) for peer in peers},
            firewall=site.firewall,
            override=str(host.data.get(OVERRIDE, "")).lower() in ("yes", "true", "1"),
        )
    operations.normal(
        name="See both servers in normal",
        watched=files,
        partners=partners,
        timeout=site.normal_timeout,
    )


def declared_files(state: State, site: Site, server: str, system: System) -> dict[str, str]:
    """By path: the whole text of each file of a server."""
    interfaces = site.interfaces.get(server) or preflight.served(system, site.peers[server])
    return {
        paths.DEFAULTS: render.defaults(interfaces),
        paths.FIREWALL: render.firewall(site, server),
        paths.KEYS: render.keys(site),
        paths.CONF: _configuration(state, site, server),
        paths.UNIT_FILE: render.unit(site),
    }


def _configuration(state: State, site: Site, server: str) -> str:
    """A server's dhcpd.conf, rendered once a run: each of its partners asks for it too."""
    rendered = _configurations.setdefault(state, {})
    if server not in rendered:
        rendered[server] = render.dhcpd_conf(site, server)
    return rendered[server]


_configurations: WeakKeyDictionary[State, dict[str, str]] = WeakKeyDictionary()


def _checked(host: Host, site: Site) -> System:
    """The server's system; raises :class:`DeployError` for whatever stands in the way."""
    system = survey(host.state, host.name)
    if system is None:
        raise DeployError(f"{host.name}: cannot be examined; see the message above")
    peers = site.peers[host.name]
    partners = {}
    trouble = [*preflight.unsupported(system)]
    if not trouble:
        for name in dict.fromkeys(peer.peer_server for peer in peers):
            if partner := survey(host.state, name):
                partners[name] = partner
        trouble += preflight.unready(system, peers, site.interfaces.get(host.name))
        trouble += preflight.mismatched(system, partners)
    if trouble:
        raise DeployError("\n".join(f"{host.name}: {it}" for it in trouble))
    for it in preflight.warnings(system, partners, peers):
        host.log_styled(it, fg="yellow", log_func=logger.warning)
    return system


def _allowed(state: State, site: Site, partners: Mapping[str, str]) -> dict[str, set[str]]:
    """By partner: the SHA-256 of its dhcpd.conf as this run declares it, and as it found it."""
    allowed = {}
    for name in partners.values():
        found = survey(state, name)
        if found and found["dhcpd"]:
            allowed[name] = {digest(_configuration(state, site, name))}
            if conf := found["files"].get(paths.CONF):
                allowed[name].add(conf["sha256"])
    return allowed


_surveys: WeakKeyDictionary[State, dict[str, System | None]] = WeakKeyDictionary()
_looking: WeakKeyDictionary[State, dict[str, BoundedSemaphore]] = WeakKeyDictionary()


def survey(state: State, name: str) -> System | None:
    """What a server of the inventory is when a run first looks; None if it cannot be reached.

    Its partners ask as well, at the same time: one look is for all.
    """
    seen = _surveys.setdefault(state, {})
    with _looking.setdefault(state, {}).setdefault(name, BoundedSemaphore()):
        if name not in seen:
            seen[name] = _looked(state, state.inventory.get_host(name))
    return seen[name]


def _looked(state: State, server: Host) -> System | None:
    try:
        if not server.connected:
            server.connect(raise_exceptions=True)
        _answer_at_once(server)
        return cast(
            "System | None", get_fact(state, server, ServerSystem, apply_failed_hosts=False)
        )
    except ConnectError:
        return None


_sites: WeakKeyDictionary[State, dict[str, Site]] = WeakKeyDictionary()


def site_of(host: Host) -> Site:
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


def _turns(state: State) -> dict[str, int]:
    """By server of the run: the number of its wave, from 0; no wave is without a server.

    Servers that do not run are in a first one, for a partner may be waiting for them.
    """
    with _turning.setdefault(state, BoundedSemaphore()):
        if state not in _turns_found:
            names = [it.name for it in state.active_hosts if it.name in _sites[state]]
            systems = Pool(state.config.PARALLEL).map(partial(survey, state), names)
            turns = {
                name: waves(_sites[state][name].pairs)[name] + 1 if it and it["running"] else 0
                for name, it in zip(names, systems, strict=True)
            }
            order = sorted(set(turns.values()))
            _turns_found[state] = {name: order.index(turn) for name, turn in turns.items()}
    return _turns_found[state]


_turns_found: WeakKeyDictionary[State, dict[str, int]] = WeakKeyDictionary()
_turning: WeakKeyDictionary[State, BoundedSemaphore] = WeakKeyDictionary()


def _answer_at_once(host: Host) -> None:
    """Turn Nagle's algorithm off: it and a delayed ACK cost each command 40 ms."""
    if isinstance(host.connector, SSHConnector) and host.connector.client:
        transport = host.connector.client.get_transport()
        if transport and isinstance(transport.sock, socket.socket):
            transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
