"""Sites of the lab's pair, and how they are applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from machines import DEPLOY, Pair


def lab_site(**changes: Any) -> dict[str, Any]:
    """The data of ``inventories/lab.py`` without the look at free addresses, and ``changes``."""
    pool = {
        "failover": "lab",
        "ranges": ["198.51.100.100-198.51.100.199"],
        "default_lease_time": 21600,
        "max_lease_time": 36000,
    }
    return {
        "failover": {
            "lab": {
                "primary": {"server": "dhcp1", "address": "198.51.100.1"},
                "secondary": {"server": "dhcp2", "address": "198.51.100.2"},
            }
        },
        "subnets": [{"network": "198.51.100.0/24", "pools": [pool]}],
        "ping_check": False,
    } | changes


def applied(pair: Pair, site: dict[str, Any], directory: Path) -> None:
    """Apply ``site`` to the machines; it has to succeed."""
    pair.lab.up()
    inventory = directory / "site.py"
    inventory.write_text(f"servers = (['@lab/dhcp1', '@lab/dhcp2'], {{'dhcp': {site!r}}})\n")
    run = pair.pyinfra("-y", str(inventory), DEPLOY)
    assert run.status == 0, run.output
