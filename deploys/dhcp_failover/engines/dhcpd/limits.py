"""What can be declared and ISC dhcpd cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from ...site.checks import Mistake
from ...site.model import Site


def limits(site: Site) -> Iterator[Mistake]:
    """Every such mistake in ``site``; placed as those of the site's own checks are."""
    pairs: dict[frozenset[object], str] = {}
    for name, relationship in site.failover.items():
        addresses = frozenset((relationship.primary.address, relationship.secondary.address))
        first = pairs.setdefault(addresses, name)
        if first != name:
            # The listener knows a partner by its address alone (failover.c).
            yield Mistake(
                ("failover", name),
                f"has the same two addresses as {first}: dhcpd cannot tell the two apart,"
                " whatever their ports; use one relationship for all their pools",
            )
