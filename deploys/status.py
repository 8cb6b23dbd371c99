"""Tell how the DHCP servers of the inventory are; changes nothing."""

from dhcp_failover.status import status

status()
