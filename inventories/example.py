"""Two servers of your own, reached by SSH.

Replace the names and addresses by those of your servers, then run

    pyinfra inventories/example.py deploys/dhcp.py --dry --diff

If you log in as an ordinary user with sudo, add ``--ssh-user NAME --sudo``.
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
                # The network of the servers. No clients here, so no pools.
                {"network": "192.0.2.0/28"},
                # A network of clients behind a DHCP relay.
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
