"""A campus: two servers, two networks on one wire, and many kinds of clients.

In the residence, the switches are DHCP relays, which add the port of the client (option 82).
The circuit identifier of a Cisco switch is ``00:04``, the VLAN in two bytes, module and port.

The secret of the key is set in the environment or in a secrets directory, never here:

    DHCP_KEYS__UPDATES__SECRET=$(tsig-keygen updates | sed -n 's/.*secret "\\(.*\\)".*/\\1/p')
"""

servers = (
    [
        ("dhcp1", {"ssh_hostname": "192.0.2.2", "ssh_user": "root"}),
        ("dhcp2", {"ssh_hostname": "192.0.2.3", "ssh_user": "root"}),
    ],
    {
        "dhcp": {
            "failover": {
                "campus": {
                    "primary": {"server": "dhcp1", "address": "192.0.2.2"},
                    "secondary": {"server": "dhcp2", "address": "192.0.2.3"},
                    "mclt": 1800,
                    "split": 128,
                },
            },
            "options": {
                "domain-name": "campus.example",
                "domain-name-servers": ["192.0.2.53", "192.0.2.54"],
                "domain-search": ["campus.example", "example"],
                "ntp-servers": ["192.0.2.123"],
            },
            "option_definitions": {
                "wpad-url": {"code": 252, "type": "text"},
                "phones.server": {"code": 1, "type": "address"},
                "phones.vlan": {"code": 2, "type": "uint16"},
            },
            "dns": {
                "zones": {
                    "campus.example": {"primary": "192.0.2.53", "key": "updates"},
                    "113.0.203.in-addr.arpa": {"primary": "192.0.2.53", "key": "updates"},
                },
            },
            "keys": {"updates": {"algorithm": "hmac-sha256"}},
            "classes": {
                "phones": {
                    "match": [{"option": "vendor-class-identifier", "starts_with": "Phone"}],
                    "vendor_option_space": "phones",
                    "options": {"phones.server": "192.0.2.70", "phones.vlan": 70},
                },
                # VLAN 20 is that of the rooms; VLAN 30, of machines, has no addresses of the pool.
                "Residence, rooms": {
                    "match": [{"option": "agent.circuit-id", "starts_with": "00:14", "at": 2}],
                },
                "lab-machines": {
                    "member_by": "hardware",
                    "members": {
                        "00:00:5e:00:53:10": {},
                        "00:00:5e:00:53:11": {"options": {"root-path": "192.0.2.60:/lab"}},
                    },
                },
            },
            "subnets": [
                {"network": "192.0.2.0/24"},
                {
                    "network": "10.20.0.0/22",
                    "pools": [
                        {
                            "failover": "campus",
                            "routers": ["10.20.0.1"],
                            "ranges": ["10.20.0.50-10.20.3.250"],
                            "allow": ["Residence, rooms"],
                        },
                    ],
                    # Any device at this port of the switch.
                    "reservations": {
                        "Laundry, paying terminal": {
                            "circuit_id": "00:04:00:1e:00:07",
                            "address": "10.20.0.10",
                        },
                    },
                },
            ],
            "shared_networks": {
                "halls": {
                    "dns_updates": True,
                    "dns_domain": "campus.example",
                    "subnets": [
                        {
                            "network": "198.51.100.0/24",
                            "pools": [
                                {
                                    "failover": "campus",
                                    "routers": ["198.51.100.1"],
                                    "ranges": ["198.51.100.20-198.51.100.239"],
                                    "deny": ["phones"],
                                },
                            ],
                        },
                        {
                            "network": "203.0.113.0/24",
                            "options": {"wpad-url": "http://wpad.campus.example/wpad.dat"},
                            "boot": {
                                "next_server": "192.0.2.60",
                                "filename": "pxelinux.0",
                                "by_architecture": {
                                    "efi-x64": "grubx64.efi",
                                    "efi-arm64": "grubaa64.efi",
                                },
                                "ipxe": "http://boot.campus.example/menu.ipxe",
                            },
                            "pools": [
                                {
                                    "failover": "campus",
                                    "routers": ["203.0.113.1"],
                                    "ranges": ["203.0.113.20-203.0.113.119"],
                                    "allow": ["phones", "lab-machines"],
                                },
                                {
                                    "server": "dhcp1",
                                    "routers": ["203.0.113.1"],
                                    "ranges": ["203.0.113.200-203.0.113.219"],
                                    "allow": ["known clients"],
                                    "default_lease_time": 600,
                                },
                            ],
                            "reservations": {
                                "printer-1": {
                                    "mac": "00:00:5e:00:53:01",
                                    "address": "203.0.113.10",
                                    "host_name": "printer-1",
                                },
                                "door": {
                                    "client_identifier": "door-7",
                                    "address": "203.0.113.11",
                                    "options": {"tftp-server-name": "door.campus.example"},
                                },
                            },
                        },
                    ],
                },
            },
        },
    },
)
