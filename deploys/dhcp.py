"""Make every server of the inventory what its ``dhcp`` data declares."""

from dhcp_failover.deploy import dhcp_failover

dhcp_failover()
