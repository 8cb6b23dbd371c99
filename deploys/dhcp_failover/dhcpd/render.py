"""What a server's files hold, as text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..site import Relationship, Site
from . import paths

TUNABLES = (
    "auto_partner_down",
    "max_lease_misbalance",
    "max_lease_ownership",
    "min_balance",
    "max_balance",
)
"""Of a relationship: what is rendered only where it is not the default, which is dhcpd's own."""


def dhcpd_conf(site: Site, server: str) -> str:
    """The text of ``dhcpd.conf`` on ``server``: see dhcpd.conf(5).

    The part after the failover blocks is the same on both servers of a
    relationship. Raises :class:`KeyError` for a server of no relationship.
    """
    return _render(
        "dhcpd.conf.j2",
        site=site,
        peers=site.peers[server],
        subnets=site.subnets_of(server),
        tunables=_tunables,
    )


def _tunables(relationship: Relationship) -> dict[str, int]:
    """By dhcpd's statement: its value, of those that dhcpd has to be told."""
    fields = Relationship.model_fields
    values = {name: getattr(relationship, name) for name in TUNABLES}
    return {k.replace("_", "-"): v for k, v in values.items() if v != fields[k].default}


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
