"""A small provider: subscribers are told apart by what their access switch adds (option 82).

The switches are DHCP relays. The remote identifier names a subscriber's line, whatever is plugged
in there. Each line has four addresses at most; with ``spawn_by``, the servers make a class for
each line as soon as they hear of it. Each server counts the leases that it gave itself, so a line
whose clients are split between both servers can get more: ``split`` stays at 255.

A business customer has a fixed address at its port.
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
            # An answer comes at once; a second for a ping is long where thousands start together.
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
                            # Without what the switch adds there is no address.
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
