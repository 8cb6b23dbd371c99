"""The DHCP servers that a site can become; ``engine`` is what each of them offers."""

from __future__ import annotations

from . import dhcpd
from .engine import Engine

ENGINES: dict[str, Engine] = {"dhcpd": dhcpd}
"""By name, as in the data."""
DEFAULT = "dhcpd"
"""The engine of a site."""
