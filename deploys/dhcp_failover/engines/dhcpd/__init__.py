"""ISC dhcpd: its files, its commands, its records. As a module, an ``engine.Engine``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import paths
from .commands import HOLDERS, HOLDING, LOG, LOOK, POOLS, RELATIONS, WHOLE, hand_over, install
from .concealed import concealed
from .definitions import KINDS
from .files import files, packages, uncompared
from .live import live_endpoints, live_ranges
from .paths import LOAD_RULES, PACKAGE, UNIT
from .trials import trial
from .vocabulary import VOCABULARY

__all__ = [
    "CLOCKS_APART",
    "COLUMN",
    "DAEMON_NAME",
    "HOLDERS",
    "HOLDING",
    "KINDS",
    "LOAD_RULES",
    "LOG",
    "LOOK",
    "MAIN",
    "NAME",
    "PACKAGE",
    "POOLS",
    "RELATIONS",
    "RELEASES",
    "SERVICE",
    "STEPS",
    "TITLE",
    "UNIT",
    "VOCABULARY",
    "WHOLE",
    "concealed",
    "files",
    "hand_over",
    "install",
    "live_endpoints",
    "live_ranges",
    "packages",
    "trial",
    "uncompared",
]

NAME = "dhcpd"
TITLE = "ISC dhcpd"
COLUMN = "In dhcpd.conf"
DAEMON_NAME = "dhcpd"
SERVICE = UNIT.removesuffix(".service")
MAIN = paths.CONF
STEPS: Sequence[str] = (paths.DEFAULTS, paths.CONF)
CLOCKS_APART = 60
"""From here on, a CONNECT is refused (failover.c)."""
RELEASES: Mapping[str, str] = {"12": "bookworm", "13": "trixie"}
