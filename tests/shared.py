"""The steps of the deploy, by their names."""

from __future__ import annotations

OFTEN = ["Prepare /etc/default/isc-dhcp-server", "Prepare /etc/dhcp/dhcpd.conf"]
"""The files that are a step of every run."""
SELDOM = [
    "Prepare /etc/dhcp/failover.nft",
    "Prepare /etc/dhcp/dhcpd.keys",
    "Prepare /etc/systemd/system/isc-dhcp-server.service",
    "Prepare /etc/tmpfiles.d/dhcp-failover.conf",
]
"""The files that are a step only where they differ."""
INSTALL, CHECK = "Install isc-dhcp-server", "Check the new configuration"
RUN, CONNECTED = "Run isc-dhcp-server", "Both servers connected"
CONVERGED = [INSTALL, *OFTEN, RUN, CONNECTED]
"""Of an apply to a pair that is as declared."""
FRESH = [INSTALL, OFTEN[0], *SELDOM[:2], OFTEN[1], *SELDOM[2:], CHECK, RUN, CONNECTED]
"""Of an apply to servers that do not run yet."""
CHANGED = [*CONVERGED[:3], CHECK, f"{RUN}, wave 1 of 2", f"{RUN}, wave 2 of 2", CONNECTED]
"""Of an apply to a pair that runs and gets a new dhcpd.conf."""
