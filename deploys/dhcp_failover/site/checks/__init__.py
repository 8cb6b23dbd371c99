"""What has to hold between the parts of a site, whichever server software serves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import Site
from . import clients, options, relationships
from . import dns as updates
from . import networks as topology
from .mistake import Mistake, nearest

__all__ = ["Mistake", "mistakes", "nearest"]


def mistakes(site: Site, servers: Iterable[str] | None = None) -> Iterator[Mistake]:
    """All that cannot stand in ``site``, whose values are each right by themselves.

    ``servers`` are the names of the inventory's DHCP servers, when known.
    """
    yield from relationships.mistakes(site, None if servers is None else set(servers))
    yield from topology.mistakes(site)
    yield from clients.mistakes(site)
    yield from options.mistakes(site)
    yield from updates.mistakes(site)
