"""The DHCP servers that a site can become; ``engine`` is what each of them offers."""
