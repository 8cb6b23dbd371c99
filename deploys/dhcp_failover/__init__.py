"""A pair of DHCP servers that back each other up, as pyinfra operations."""
