"""Everything that is not as it should be in a site."""

from __future__ import annotations

from .health import SiteHealth, Trouble
from .leases import lease_trouble
from .pair import pair_trouble
from .pools import pool_trouble, range_trouble, rows
from .server import server_trouble


def trouble(health: SiteHealth) -> list[Trouble]:
    """What is wrong: failures first, then warnings, each in the order of the servers.

    Servers that were not asked are in no trouble; :func:`.health.notes` names them.
    """
    found: list[Trouble] = []
    for server in health.site.peers:
        if server in health.servers:
            found += of_server(health, server)
    found += lease_trouble(health)
    found += range_trouble(health)
    found += pool_trouble(health, rows(health))
    order = {server: i for i, server in enumerate(health.site.peers)}
    return sorted(found, key=lambda it: (it.severity != "failure", order.get(it.server, 0)))


def of_server(health: SiteHealth, server: str) -> list[Trouble]:
    """What is wrong with one server that was asked, and with its relationships as it sees them."""
    return [*server_trouble(health, server), *pair_trouble(health, server)]


def healthy(found: list[Trouble]) -> bool:
    """Whether there is no failure; warnings do not make a site unhealthy."""
    return all(it.severity == "warning" for it in found)
