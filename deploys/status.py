"""Look at the DHCP servers of the inventory and report; nothing is changed."""

from dhcp_failover.status import status

status()
