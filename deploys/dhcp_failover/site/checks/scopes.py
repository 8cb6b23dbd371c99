"""Rules for the settings of scopes, except options and lease times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import ServerSettings, Site
from ..networks import Place, Pool
from ..scopes import NetworkScope
from ..verbatim import unfinished, words
from .mistake import Mistake

OF_THE_UNIT = ("lease-file-name", "pid-file-name")


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    single = any(
        isinstance(it, NetworkScope) and it.one_lease_per_client for _, it in site.placed_scopes
    )
    for path, scope in site.placed_scopes:
        if scope.verbatim:
            text = "\n".join(scope.verbatim)
            if reason := unfinished(text) or _of_the_unit(text):
                yield Mistake((*path, "verbatim"), list(scope.verbatim), reason)
        if scope.boot and isinstance(scope.boot.next_server, Mapping):
            yield from _of_servers((*path, "boot", "next_server"), scope.boot.next_server, site)
        if isinstance(scope, NetworkScope) and scope.duplicates == "deny" and not single:
            reason = 'without effect; write "one_lease_per_client": true as well'
            yield Mistake((*path, "duplicates"), scope.duplicates, reason)
        if isinstance(scope, Pool):
            yield from _pool(path, scope)
        if isinstance(scope, ServerSettings):
            yield from _server(path, scope, site)
    for placed in site.placed_subnets:
        if placed.shared and placed.subnet.authoritative is not None:
            reason = (
                "without effect in a subnet of a shared network; write it in"
                f" shared_networks.{placed.shared}"
            )
            yield Mistake((*placed.place, "authoritative"), placed.subnet.authoritative, reason)
    if site.ping_timeout and not site.ping_check:
        reason = "without effect, as ping_check is false; remove one of them"
        yield Mistake(("ping_timeout",), site.ping_timeout, reason)


def _of_the_unit(text: str) -> str:
    """Why a statement would break the unit that starts the server, or status."""
    found = next((it for it in words(text) if it.lower() in OF_THE_UNIT), "")
    return f"{found}: the unit and status use fixed paths; remove this statement" if found else ""


def _of_servers(path: Place, found: Mapping[str, object], site: Site) -> Iterator[Mistake]:
    """A mapping by server has only servers of the site, and both servers of a pair."""
    for name in found:
        if name not in site.peers:
            yield _unknown((*path, name), name, site)
    for pair in site.pairs:
        for one, other in (pair, pair[::-1]):
            if one in found and other not in found:
                reason = f"{other}, the partner of {one}, is missing; write its address too"
                yield Mistake(path, {name: str(it) for name, it in found.items()}, reason)


def _unknown(path: Place, name: str, site: Site) -> Mistake:
    reason = "no relationship has this server"
    return Mistake(path, name, reason, ("failover",), (name, site.peers))


def _pool(path: Place, pool: Pool) -> Iterator[Mistake]:
    if pool.booting:
        reason = "not in a pool; name the clients under deny, or write it in the subnet"
        yield Mistake((*path, "booting"), pool.booting, reason)
    if pool.emptying and pool.allow:
        reason = "an emptying pool gives out no addresses; remove allow, or emptying"
        yield Mistake((*path, "allow"), list(pool.allow), reason)


def _server(path: Place, own: ServerSettings, site: Site) -> Iterator[Mistake]:
    name = str(path[-1])
    if name not in site.peers:
        yield _unknown(path, name, site)
    for which in ("default_lease_time", "min_lease_time", "max_lease_time"):
        if seconds := getattr(own, which):
            reason = "both servers of a pair give the same leases; write it for the site"
            yield Mistake((*path, which), seconds, reason)
    for end in (end for _, end in site.ends if end.address == own.identifier):
        if end.server != name:
            reason = (
                f"the address of {end.server}: clients of {name} would renew there; write its own"
            )
            yield Mistake((*path, "identifier"), str(own.identifier), reason)
            return
