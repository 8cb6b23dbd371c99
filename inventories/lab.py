"""Two real Debian machines on this computer. They boot when they are first used."""

servers = (
    ["@lab/dhcp1", "@lab/dhcp2"],
    {
        "dhcp": {
            "failover": {
                "lab": {
                    "primary": {"server": "dhcp1", "address": "198.51.100.1"},
                    "secondary": {"server": "dhcp2", "address": "198.51.100.2"},
                },
            },
            "subnets": [
                {
                    "network": "198.51.100.0/24",
                    "pools": [
                        {
                            "failover": "lab",
                            "routers": ["198.51.100.254"],
                            "ranges": ["198.51.100.100-198.51.100.199"],
                            "default_lease_time": 21600,
                            "max_lease_time": 36000,
                        },
                    ],
                },
            ],
        },
    },
)
