"""Rules for the settings of scopes, except options and lease times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model import ServerSettings, Site
from ..networks import Place, Pool
from ..scopes import NetworkScope
from .mistake import Mistake

# In strings and comments, braces and semicolons have no meaning.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+("?)|#[^\n]*|([{};])|\s+|[^"#{};\s]+', re.DOTALL)


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    single = any(
        isinstance(it, NetworkScope) and it.one_lease_per_client for _, it in site.scopes()
    )
    for path, scope in site.scopes():
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


def unfinished(text: str) -> str:
    """Why the statements would not end, or would close the scope around them."""
    depth, ended = 0, True
    for token in _TOKEN.finditer(text):
        word, mark = token[0], token[2]
        if word[0] == '"' and not token[1]:
            return "a string is not closed; end it with '\"'"
        if mark == "}":
            depth -= 1
            if depth < 0:
                return "closes a brace that it did not open; remove one '}'"
        elif mark == "{":
            depth += 1
        if word[0] != "#" and not word.isspace():
            ended = mark in (";", "}")
    if depth:
        return f"a brace is not closed; write {'}' * depth!r} at the end"
    return "" if ended else "the last statement does not end; write ';' behind it"


def _of_the_unit(text: str) -> str:
    """Why a statement would break the unit that starts the server, or status."""
    if found := re.search(r"^\s*((?:lease|pid)-file-name)\b", text, re.MULTILINE):
        return f"{found[1]}: the unit and status use fixed paths; remove this statement"
    return ""


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
