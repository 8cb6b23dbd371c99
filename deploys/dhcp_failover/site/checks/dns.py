"""Rules for keys, dynamic DNS and the control channel."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Site
from ..networks import Place
from .mistake import Mistake, repeated


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    if site.dns:
        seen: dict[str, Place] = {}
        for domain, zone in site.dns.zones.items():
            path: Place = ("dns", "zones", domain)
            yield from _key((*path, "key"), zone.key, site)
            if repeated(seen, domain.lower().rstrip("."), path):
                yield Mistake(path, domain, "the same zone is declared already")
    else:
        for place, scope in site.placed_scopes:
            if scope.dns_updates:
                reason = "there is no dynamic DNS; declare 'dns'"
                yield Mistake((*place, "dns_updates"), True, reason, ("dns",))
    if site.omapi:
        yield from _key(("omapi", "key"), site.omapi.key, site)
        for name, relationship in site.failover.items():
            for which, port in (("port", relationship.port), ("peer_port", relationship.peer_port)):
                if port == site.omapi.port:
                    reason = "already the port of omapi; choose another one"
                    yield Mistake(("failover", name, which), port, reason)


def missing_secrets(site: Site) -> Iterator[Mistake]:
    """Keys without a secret."""
    for name, key in site.keys.items():
        if key.secret is None:
            # As messages.variable_name, of which this package knows nothing.
            variable = "".join(it if it.isascii() and it.isalnum() else "_" for it in name).upper()
            variable = f"DHCP_KEYS__{variable}__SECRET"
            reason = (
                f"required; set the environment variable {variable}, or write the secret to the"
                f" file {variable.lower()} of a secrets directory (DHCP_SECRETS_DIR)"
            )
            yield Mistake(("keys", name, "secret"), None, reason)


def _key(path: Place, key: str | None, site: Site) -> Iterator[Mistake]:
    if key is not None and key not in site.keys:
        yield Mistake(path, key, "unknown key", ("keys",), (key, site.keys))
