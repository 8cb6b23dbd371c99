"""Rules between the parts of a site, for any server software."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import Site
from . import (
    clients,
    definitions,
    dns,
    lease_times,
    networks,
    options,
    relationships,
    reservations,
    routes,
    scopes,
)
from .mistake import Mistake, nearest

__all__ = ["Mistake", "mistakes", "nearest"]


def mistakes(
    site: Site, servers: Iterable[str] | None = None, *, secrets_required: bool = False
) -> Iterator[Mistake]:
    """Every mistake in ``site``, whose values are each right by themselves.

    ``servers`` are the names in the inventory, if known.
    """
    yield from relationships.mistakes(site, None if servers is None else set(servers))
    yield from networks.mistakes(site)
    yield from lease_times.mistakes(site)
    yield from reservations.mistakes(site)
    yield from clients.mistakes(site)
    yield from definitions.mistakes(site)
    yield from options.mistakes(site)
    yield from routes.mistakes(site)
    yield from dns.mistakes(site)
    yield from scopes.mistakes(site)
    if secrets_required:
        yield from dns.missing_secrets(site)
