"""Configure every server of the inventory as its ``dhcp`` data declares."""

from dhcp_failover.deploy import dhcp_failover

dhcp_failover()
