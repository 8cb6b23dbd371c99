"""What is ISC dhcpd's own: its files, its commands, its records."""
