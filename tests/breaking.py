"""How an item of health is broken on a machine, and undone: what several of the drills use."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from shlex import quote
from typing import Any

CONF, DEFAULTS = "/etc/dhcp/dhcpd.conf", "/etc/default/isc-dhcp-server"
UNIT = "isc-dhcp-server.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
RESTART = "systemctl restart isc-dhcp-server"
DROP_IN = f"mkdir -p {UNIT_FILE}.d && printf '[Service]\\n%s\\n' {{}} > {UNIT_FILE}.d/x.conf"
NO_DROP_IN = f"rm -rf {UNIT_FILE}.d; systemctl daemon-reload"
ALONE = "sed '/^failover/,/^}/d; /failover peer/d; /peer_port/d' " + CONF
"""The configuration as of a server without a partner."""


@dataclass(frozen=True)
class Item:
    """How an item is broken, on one server or on both, and how somebody undoes it."""

    code: str
    broken: str = ""
    undo: str = ""
    words: str = ""
    """In status."""
    applied: str = ""
    """What an apply that fails or warns says, if that is something else than ``words``."""
    fails: bool | None = None
    """Whether an apply fails; as the table says, if it is None."""
    both: bool = False
    server: str = "dhcp1"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def servers(self) -> tuple[str, ...]:
        """Where it is broken."""
        return ("dhcp1", "dhcp2") if self.both else (self.server,)


def drop_in(line: str) -> str:
    """A command that writes a drop-in of the unit."""
    return DROP_IN.format(quote(line))


def subnets(*its: dict[str, Any]) -> dict[str, str]:
    """Other networks for the lab's site."""
    return {"DHCP_SUBNETS": json.dumps(list(its))}
