"""A Debian server, whatever DHCP server it runs: pure text about it."""
