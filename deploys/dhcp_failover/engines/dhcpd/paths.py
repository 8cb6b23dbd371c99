"""Where ISC dhcpd and its package keep things on Debian."""

PACKAGE = "isc-dhcp-server"
COUNTER = "dhcpd-pools"
"""The package that counts leases."""
FILTER = "nftables"
"""The package that keeps strangers from the failover port."""
UNIT = "isc-dhcp-server.service"

DEFAULTS = "/etc/default/isc-dhcp-server"
FIREWALL = "/etc/dhcp/failover.nft"
CONF = "/etc/dhcp/dhcpd.conf"
KEYS = "/etc/dhcp/dhcpd.keys"
"""Where secrets are, and nothing else."""
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
WATCHED = (DEFAULTS, FIREWALL, KEYS, CONF, UNIT_FILE)
"""The files that the daemon is started from: it has to restart when one of them is another."""
MODES = {DEFAULTS: "644", FIREWALL: "644", KEYS: "640", CONF: "640", UNIT_FILE: "644"}

LEASES = "/var/lib/dhcp/dhcpd.leases"
PID_FILE = "/run/dhcp-server/dhcpd.pid"
"""The one place beside ``/run/dhcpd.pid`` that the package's AppArmor profile allows."""
LOADED = "/run/dhcp-server/loaded"
"""What the running daemon was started from: ``sha256sum`` of ``WATCHED``, gone when it stops."""
