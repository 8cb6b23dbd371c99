"""ISC dhcpd: its files, its commands, its records. As a module, an ``engine.Engine``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..engine import Words
from . import paths
from .commands import HOLDERS, HOLDING, LOG, LOOK, POOLS, RELATIONS, WHOLE, hand_over, install
from .concealed import concealed
from .files import files, packages, uncompared
from .live import live_endpoints, live_ranges
from .paths import LOAD_RULES, PACKAGE, UNIT
from .trials import trial
from .unrelated import same_ranges

__all__ = [
    "CLOCKS_APART",
    "DAEMON_NAME",
    "HOLDERS",
    "HOLDING",
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
    "WHOLE",
    "concealed",
    "files",
    "hand_over",
    "install",
    "live_endpoints",
    "live_ranges",
    "packages",
    "same_ranges",
    "trial",
    "uncompared",
    "words",
]

NAME = "dhcpd"
TITLE = "ISC dhcpd"
DAEMON_NAME = "dhcpd"
SERVICE = UNIT.removesuffix(".service")
MAIN = paths.CONF
STEPS: Sequence[str] = (paths.DEFAULTS, paths.CONF)
CLOCKS_APART = 60
"""From here on, a CONNECT is refused (failover.c)."""
RELEASES: Mapping[str, str] = {"12": "bookworm", "13": "trixie"}


def words() -> Words:
    """dhcpd's words for the fields of the data."""
    # Imported here, as they need the model: importing it takes long.
    from .definitions import KINDS
    from .vocabulary import VOCABULARY

    return Words("In dhcpd.conf", KINDS, VOCABULARY)
