"""A small provider: the access switch says which subscriber a client is (option 82).

The switches are DHCP relays. The remote identifier names a subscriber's line, for any device on
it. Each line gets four addresses at most: with ``spawn_by``, the servers make a class for each line
as soon as a request comes from it. Each server counts only the leases that it gave, so ``split``
stays at 255: if both servers answered the clients of a line, it could get more addresses.

A business customer has a fixed address on its line.
"""

servers = (
    [
        ("dhcp-a", {"ssh_hostname": "192.0.2.2", "ssh_user": "root"}),
        ("dhcp-b", {"ssh_hostname": "192.0.2.3", "ssh_user": "root"}),
    ],
    {
        "dhcp": {
            "failover": {
                "access": {
                    "primary": {"server": "dhcp-a", "address": "192.0.2.2"},
                    "secondary": {"server": "dhcp-b", "address": "192.0.2.3"},
                    "mclt": 600,
                    "split": 255,
                },
            },
            "options": {"domain-name-servers": ["192.0.2.53", "192.0.2.54"]},
            "default_lease_time": 3600,
            "max_lease_time": 3600,
            # Answer at once: when thousands of clients start together, a second for a ping is long.
            "ping_check": False,
            "classes": {
                "lines": {
                    "match": [{"option": "agent.remote-id"}],
                    "spawn_by": "agent.remote-id",
                    "lease_limit": 4,
                },
            },
            "subnets": [
                {"network": "192.0.2.0/24"},
                {
                    "network": "198.51.100.0/24",
                    "pools": [
                        {
                            "failover": "access",
                            "routers": ["198.51.100.1"],
                            "ranges": ["198.51.100.20-198.51.100.254"],
                            # Requests without the option of the switch get no address.
                            "allow": ["lines"],
                        },
                    ],
                    "reservations": {
                        "Bakery, Main Street": {
                            "remote_id": "line-1017",
                            "address": "198.51.100.10",
                        },
                    },
                },
                {
                    "network": "203.0.113.0/24",
                    "pools": [
                        {
                            "failover": "access",
                            "routers": ["203.0.113.1"],
                            "ranges": ["203.0.113.20-203.0.113.254"],
                            "allow": ["lines"],
                        },
                    ],
                },
            ],
        },
    },
)
