"""What a server's files hold, as text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from ...site.gc_paused import gc_paused
from ...site.model import Site, Subnet
from . import paths, statements


@gc_paused()
def dhcpd_conf(site: Site, server: str) -> str:
    """The text of ``dhcpd.conf`` on ``server``: see dhcpd.conf(5).

    The part after the failover blocks is the same on both servers of a relationship that
    have no other. Raises :class:`KeyError` for a server of no relationship.
    """
    networks = site.networks_for(server)
    wires: list[tuple[str | None, list[Subnet]]] = [(None, [it]) for it in networks.subnets]
    wires += networks.shared_networks.items()
    return _render(
        "dhcpd.conf.j2",
        site=site,
        peers=site.peers[server],
        wires=wires,
        known=any(it.reservations for _, subnets in wires for it in subnets),
        say=statements,
    )


def keys(site: Site) -> str:
    """The text of the file that has the secrets."""
    return _render(
        "dhcpd.keys.j2", keys=[statements.key_statements(*it) for it in site.keys.items()]
    )


def with_keys(conf: str, site: Site) -> str:
    """``dhcpd.conf`` with the secrets in it, line by line as it was: for dhcpd to try alone."""
    secrets = " ".join(statements.key_statements(*it) for it in site.keys.items())
    return conf.replace(f"include {statements.quoted(paths.KEYS)};", secrets)


def defaults(interfaces: Sequence[str]) -> str:
    """The text of ``/etc/default/isc-dhcp-server``, which the unit reads."""
    return _render("isc-dhcp-server.j2", conf=paths.CONF, interfaces=interfaces)


def firewall(site: Site, server: str) -> str:
    """The rules for the failover ports of ``server``: see nft(8).

    Only partners reach them. Without ``site.firewall``, rules that take such rules away.
    """
    ports: dict[int, list[str]] = {}
    for peer in site.peers[server] if site.firewall else ():
        ports.setdefault(peer.port, []).append(str(peer.peer_address))
    return _render("failover.nft.j2", ports=ports)


def unit(site: Site) -> str:
    """The text of the systemd unit: see systemd.service(5), systemd.exec(5)."""
    return _render(
        "isc-dhcp-server.service.j2",
        defaults=paths.DEFAULTS,
        firewall=paths.FIREWALL,
        firewall_needed=site.firewall,
        watched=paths.WATCHED,
        loaded=paths.LOADED,
        leases=paths.LEASES,
        pid_file=paths.PID_FILE,
    )


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 # nothing here is HTML; names are checked by the site's model
        loader=PackageLoader("dhcp_failover"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
