"""What can be declared and ISC dhcpd cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from ...site.checks import Mistake
from ...site.model import Site


def limits(site: Site) -> Iterator[Mistake]:
    """Every such mistake in ``site``: none, for the site's checks refuse all that is known."""
    yield from ()
