"""Two real Debian machines on this computer, booted when they are first used."""

servers = (
    ["@lab/dhcp1", "@lab/dhcp2"],
    {
        "dhcp": {
            "failover": {
                "lab": {
                    "primary": {"server": "dhcp1", "address": "192.0.2.1"},
                    "secondary": {"server": "dhcp2", "address": "192.0.2.2"},
                },
            },
            "subnets": [
                {
                    "network": "192.0.2.0/24",
                    "pools": [
                        {
                            "failover": "lab",
                            "routers": ["192.0.2.254"],
                            "ranges": ["192.0.2.100-192.0.2.199"],
                        },
                    ],
                },
            ],
        },
    },
)
