"""The networks of a site and their clients as text: the long part of ``dhcpd.conf``.

Plain Python, because a template takes twice as long for a large site.
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from ...site.model import Site
from ...site.networks import Networks, Subnet
from .clients import hosts
from .statements import (
    network_statements,
    pool_statements,
    quoted,
    subnet_statements,
)

_made: WeakKeyDictionary[Networks, str] = WeakKeyDictionary()


def text(networks: Networks, site: Site) -> str:
    """The declarations of ``networks``, made once for all servers that know the same."""
    if networks not in _made:
        _made[networks] = _text(networks, site)
    return _made[networks]


def _text(networks: Networks, site: Site) -> str:
    blocks = [_subnet(it, None, site) for it in networks.subnets]
    blocks += [_shared(name, them, site) for name, them in networks.shared_networks.items()]
    reserved = "".join(hosts(networks, site))
    return "\n".join(blocks) + ("\n" + reserved if reserved else "")


def _shared(name: str, subnets: Iterable[Subnet], site: Site) -> str:
    own = "".join(f"    {it}\n" for it in network_statements(site.shared_networks[name], site))
    inside = "".join(_subnet(it, name, site) for it in subnets)
    return f"shared-network {quoted(name)} {{\n{own}{inside}}}\n"


def _subnet(it: Subnet, shared: str | None, site: Site) -> str:
    opening = f"subnet {it.network.network_address} netmask {it.network.netmask} {{\n"
    own = "".join(f"    {line}\n" for line in subnet_statements(it, shared, site))
    for pool in it.pools:
        times = site.lease_times(it, shared, pool)
        lines = "".join(f"        {line}\n" for line in pool_statements(pool, times, site))
        own += f"    pool {{\n{lines}    }}\n"
    return f"{opening}{own}}}\n"
