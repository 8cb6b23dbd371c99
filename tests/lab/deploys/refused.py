"""A configuration that no dhcpd reads."""

from dhcp_failover import operations
from dhcp_failover.engines.dhcpd import paths, trials
from dhcp_failover.engines.engine import Check

operations.file(
    name="Prepare what dhcpd refuses",
    path=paths.CONF,
    content="authoritative;\ndefault-lease-time soon;\n",
    check=Check("dhcpd", trials.check()),
)
