"""What a server's files hold, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...site.gc_paused import gc_paused
from ...system import firewall
from ...system.memory import TURN
from ...system.shell import staging_path
from ...system.template import render
from ..engine import Check, ConfigFile
from . import paths, trials

if TYPE_CHECKING:
    from ...site.model import Site


def packages(site: Site) -> list[str]:
    """The Debian packages that a server of this site needs."""
    return [paths.PACKAGE, paths.COUNTER, *([paths.FILTER] if _guarded(site) else [])]


def files(site: Site, server: str, interfaces: Sequence[str]) -> list[ConfigFile]:
    """The files of ``server``, in the order in which they are put in place.

    Without the file of secrets where one of them is not known: see :func:`unknown_secrets`.
    Raises :class:`KeyError` for a server of no relationship.
    """
    nft = Check("nft", firewall.check(staging_path(paths.FIREWALL)))
    written = [
        ConfigFile(paths.DEFAULTS, defaults(interfaces)),
        ConfigFile(
            paths.FIREWALL,
            rules(site, server),
            check=nft if _guarded(site) else None,
        ),
        ConfigFile(paths.CONF, dhcpd_conf(site, server), check=Check("dhcpd", trials.check())),
        ConfigFile(paths.UNIT_FILE, unit(site)),
        ConfigFile(paths.TMPFILES, tmpfiles()),
    ]
    if not unknown_secrets(site):
        written.append(ConfigFile(paths.KEYS, keys(site), mode="600", secret=True))
    return sorted(written, key=lambda file: paths.FILES.index(file.path))


@gc_paused()
def dhcpd_conf(site: Site, server: str) -> str:
    """The text of ``dhcpd.conf`` on ``server``, without secrets: see dhcpd.conf(5).

    The part after the failover blocks is the same on both servers of a relationship that
    have no other. Raises :class:`KeyError` for a server of no relationship.
    """
    # Imported here, as they need the model: importing it takes long.
    from ...site.view import seen_by
    from . import clients, networks, statements
    from .definitions import definitions

    site = seen_by(site, server)
    return render(
        "dhcpd/dhcpd.conf.j2",
        site=site,
        definitions=definitions(site),
        peers=site.peers[server],
        networks=networks.text(site.networks_for(server), site),
        statements=statements,
        clients=clients,
    )


def unknown_secrets(site: Site) -> list[str]:
    """The names of the keys whose secrets were not given, as in a dry run without them."""
    return [name for name, key in site.keys.items() if key.secret is None]


def uncompared(site: Site) -> list[str]:
    """The file of secrets, where one of them is not known."""
    return [paths.KEYS] if unknown_secrets(site) else []


def keys(site: Site) -> str:
    """The text of the file that has the secrets, all of which are known."""
    from . import statements

    return render(
        "dhcpd/dhcpd.keys.j2", keys=[statements.key_statements(*it) for it in site.keys.items()]
    )


def defaults(interfaces: Sequence[str]) -> str:
    """The text of ``/etc/default/isc-dhcp-server``, which the unit reads."""
    return render("dhcpd/isc-dhcp-server.j2", conf=paths.CONF, interfaces=interfaces)


def rules(site: Site, server: str) -> str:
    """The rules for the ports of ``server``: see nft(8).

    Only partners reach the failover ports, unless the site does without a firewall. OMAPI
    commands the daemon: only this server and the declared clients reach it, always.
    """
    peers = site.peers[server] if site.firewall else ()
    guards = [
        firewall.Guard(port, [peer.peer_address for peer in peers if peer.port == port])
        for port in dict.fromkeys(peer.port for peer in peers)
    ]
    if site.omapi:
        guards.append(firewall.Guard(site.omapi.port, site.omapi.clients, loopback=True))
    return firewall.text(guards)


def unit(site: Site) -> str:
    """The text of the systemd unit: see systemd.service(5), systemd.exec(5)."""
    return render(
        "dhcpd/isc-dhcp-server.service.j2",
        defaults=paths.DEFAULTS,
        firewall=paths.FIREWALL,
        guarded=_guarded(site),
        files=paths.FILES,
        loaded=paths.LOADED,
        leases=paths.LEASES,
        pid_file=paths.PID_FILE,
    )


def tmpfiles() -> str:
    """The text of the file by which systemd removes leftovers at boot: see tmpfiles.d(5)."""
    others = [staging_path(it) for it in paths.FILES if not it.startswith("/etc/dhcp/")]
    return render(
        "dhcpd/tmpfiles.conf.j2",
        run=TURN.rpartition("/")[0],
        leftovers=["/etc/dhcp/.*.new", paths.CHECKED, *others],
    )


def _guarded(site: Site) -> bool:
    """Whether some port of the site's servers is not for everybody."""
    return site.firewall or site.omapi is not None
