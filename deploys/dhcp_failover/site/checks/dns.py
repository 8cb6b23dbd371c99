"""What has to hold of keys, dynamic DNS and the control channel."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Place, Site
from .mistake import Mistake, nearest, repeated


def mistakes(site: Site) -> Iterator[Mistake]:
    """All that is wrong with them."""
    if site.dns:
        seen: dict[str, Place] = {}
        for domain, zone in site.dns.zones.items():
            path: Place = ("dns", "zones", domain)
            yield from _key((*path, "key"), zone.key, site)
            if repeated(seen, domain.lower().rstrip("."), path):
                yield Mistake(path, domain, "the same zone is declared already")
    else:
        for place, scope in site.scopes():
            if scope.dns_updates:
                reason = "there is no dynamic DNS: declare 'dns'"
                yield Mistake((*place, "dns_updates"), True, reason, needs="dns")
    if site.omapi:
        yield from _key(("omapi", "key"), site.omapi.key, site)
        for name, it in site.failover.items():
            for which, port in (("port", it.port), ("peer_port", it.peer_port)):
                if port == site.omapi.port:
                    yield Mistake(("failover", name, which), port, "the port of omapi already")


def _key(path: Place, key: str | None, site: Site) -> Iterator[Mistake]:
    if key is not None and key not in site.keys:
        reason = f"unknown key; {nearest(key, site.keys)}"
        yield Mistake(path, key, reason, needs="keys")
