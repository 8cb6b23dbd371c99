"""A configuration that no dhcpd reads."""

from dhcp_failover import operations
from dhcp_failover.engines.dhcpd import commands, paths
from dhcp_failover.system.shell import candidate

operations.file(
    name="Write what dhcpd refuses",
    path=paths.CONF,
    content="authoritative;\ndefault-lease-time soon;\n",
    mode="640",
    check=commands.check(candidate(paths.CONF)),
)
