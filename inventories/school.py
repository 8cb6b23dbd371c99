"""A school: VLANs behind one router, phones, classrooms that boot over the network, a spreadsheet.

The router of each VLAN relays requests to both servers (two helper addresses). The reservations are
in ``school/reservations.csv``, which the school office keeps as a spreadsheet. Its column ``group``
names the group of printers or projectors, with the settings that they share.
"""

from dhcp_failover.sources import reservations_from


def _vlan(network, router, *ranges, **more):
    """A VLAN: clients get addresses of ``ranges``; the first addresses are for reservations."""
    pool = {"failover": "school", "routers": [router], "ranges": list(ranges)}
    return {"network": network, "pools": [pool], **more}


servers = (
    [
        ("dhcp-a", {"ssh_hostname": "10.1.0.2", "ssh_user": "root"}),
        ("dhcp-b", {"ssh_hostname": "10.1.0.3", "ssh_user": "root"}),
    ],
    {
        "dhcp": {
            "failover": {
                "school": {
                    "primary": {"server": "dhcp-a", "address": "10.1.0.2"},
                    "secondary": {"server": "dhcp-b", "address": "10.1.0.3"},
                    "split": 128,
                },
            },
            "options": {
                "domain-name": "school.example",
                "domain-name-servers": ["10.1.0.53"],
                "ntp-servers": ["10.1.0.1"],
            },
            # A lesson is the shortest time that a laptop stays.
            "default_lease_time": 7200,
            "max_lease_time": 14400,
            "classes": {
                "IP phones": {
                    "match": [
                        {
                            "any_of": [
                                {"option": "vendor-class-identifier", "starts_with": "Phone"},
                                {"hardware": ["00:00:5e", "00-00-0C"]},
                            ],
                        },
                    ],
                    "options": {"tftp-server-name": "phones.school.example"},
                },
            },
            "groups": {
                "printers": {"default_lease_time": 86400, "max_lease_time": 86400},
                "projectors": {"options": {"domain-search": ["rooms.school.example"]}},
            },
            "reservations": reservations_from("school/reservations.csv"),
            "subnets": [
                {"network": "10.1.0.0/24"},
                _vlan("10.1.10.0/24", "10.1.10.1", "10.1.10.100-10.1.10.249"),
                _vlan(
                    "10.1.20.0/23",
                    "10.1.20.1",
                    "10.1.20.100-10.1.21.249",
                    boot={
                        "next_server": "10.1.0.60",
                        "filename": "pxelinux.0",
                        "by_architecture": {"efi-x64": "grubx64.efi"},
                        "ipxe": "http://10.1.0.60/classroom.ipxe",
                    },
                ),
                {
                    "network": "10.1.40.0/24",
                    "pools": [
                        {
                            "failover": "school",
                            "routers": ["10.1.40.1"],
                            "ranges": ["10.1.40.20-10.1.40.249"],
                            "allow": ["IP phones"],
                        },
                    ],
                },
                # Guests come and go: their addresses are free again after half an hour.
                _vlan(
                    "10.1.50.0/23",
                    "10.1.50.1",
                    "10.1.50.20-10.1.51.249",
                    default_lease_time=900,
                    max_lease_time=1800,
                ),
            ],
        },
    },
)
