"""A hub that backs up two branches: each branch's server is the primary of its own clients.

The branches reach the hub through routers. When a branch's line is cut, its own server goes on
serving it. Each branch has its own failover port, so that firewalls in between can tell which is
which.
"""

servers = (
    [
        ("hub", {"ssh_hostname": "192.0.2.2", "ssh_user": "root"}),
        ("north", {"ssh_hostname": "203.0.113.2", "ssh_user": "root"}),
        ("south", {"ssh_hostname": "203.0.113.130", "ssh_user": "root"}),
    ],
    {
        "dhcp": {
            "failover": {
                "north": {
                    "primary": {"server": "north", "address": "203.0.113.2"},
                    "secondary": {"server": "hub", "address": "192.0.2.2"},
                    "port": 647,
                    "peer_port": 647,
                    # The line of this branch is slow: its own server answers first.
                    "load_balance_max_seconds": 5,
                },
                "south": {
                    "primary": {"server": "south", "address": "203.0.113.130"},
                    "secondary": {"server": "hub", "address": "192.0.2.2"},
                    "port": 847,
                    "peer_port": 847,
                    "split": 192,
                    "mclt": 1800,
                },
            },
            "options": {"domain-name-servers": ["192.0.2.53"]},
            "subnets": [
                # The network of the hub. No clients here, so no pools.
                {"network": "192.0.2.0/24"},
                {
                    "network": "203.0.113.0/25",
                    "options": {"domain-name": "north.example"},
                    "pools": [
                        {
                            "failover": "north",
                            "routers": ["203.0.113.1"],
                            "ranges": ["203.0.113.20-203.0.113.119"],
                        },
                    ],
                    "reservations": {
                        "printer-north": {
                            "mac": "00:00:5e:00:53:01",
                            "address": "203.0.113.10",
                        },
                    },
                },
                {
                    "network": "203.0.113.128/25",
                    "options": {"domain-name": "south.example"},
                    "default_lease_time": 3600,
                    "max_lease_time": 7200,
                    "pools": [
                        {
                            "failover": "south",
                            "routers": ["203.0.113.129"],
                            "ranges": ["203.0.113.150-203.0.113.249"],
                        },
                    ],
                },
            ],
        },
    },
)
