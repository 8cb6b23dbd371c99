"""Two servers of your own, reached by SSH.

Put your servers' names and addresses in place of these, then

    pyinfra inventories/example.py deploys/dhcp.py --dry --diff

As an ordinary user with sudo on the servers: add ``--ssh-user NAME --sudo``.
"""

servers = (
    [
        ("dhcp-a", {"ssh_hostname": "192.0.2.2", "ssh_user": "root"}),
        ("dhcp-b", {"ssh_hostname": "192.0.2.3", "ssh_user": "root"}),
    ],
    {
        "dhcp": {
            "failover": {
                "office": {
                    "primary": {"server": "dhcp-a", "address": "192.0.2.2"},
                    "secondary": {"server": "dhcp-b", "address": "192.0.2.3"},
                    "port": 647,
                    "peer_port": 647,
                    "mclt": 1800,
                    "split": 128,
                },
            },
            "subnets": [
                # Where the servers themselves are, and no client is given an address.
                {"network": "192.0.2.0/28"},
                # Reached through a DHCP relay.
                {
                    "network": "203.0.113.0/24",
                    "pools": [
                        {
                            "failover": "office",
                            "routers": ["203.0.113.1"],
                            "ranges": ["203.0.113.50-203.0.113.150", "203.0.113.200"],
                            "default_lease_time": 3600,
                            "max_lease_time": 7200,
                        },
                    ],
                },
            ],
        },
    },
)
