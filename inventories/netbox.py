"""A site from NetBox: subnets, ranges and reservations are exported, and not written twice.

In NetBox, export these four tables (Export, All data) into the directory ``netbox`` beside this
file: IPAM, Prefixes, IP ranges and IP addresses; Devices, Interfaces. The inventory uses:

- prefixes with the status Active: subnets; their first address is the router
- IP ranges with the role DHCP: the ranges of pools
- IP addresses with the status DHCP: reservations, with the hardware address of the interface that
  has the address. Older versions of NetBox call the column MAC Address, and not Primary MAC
"""

from ipaddress import ip_interface, ip_network

from dhcp_failover.sources import rows_from

_prefixes = [row for row in rows_from("netbox/prefixes.csv") if row["Status"] == "Active"]
_ranges = [row for row in rows_from("netbox/ip_ranges.csv") if row["Role"] == "DHCP"]
_addresses = [row for row in rows_from("netbox/ip_addresses.csv") if row["Status"] == "DHCP"]
_macs = {
    address: row["Primary MAC"]
    for row in rows_from("netbox/interfaces.csv")
    for address in row["IP Addresses"].split(",")
}


def _pool(network, ranges):
    return {"failover": "office", "routers": [str(network[1])], "ranges": ranges}


def _subnet(prefix):
    network = ip_network(prefix, strict=False)
    ends = [
        (ip_interface(row["Start address"]), ip_interface(row["End address"])) for row in _ranges
    ]
    ranges = [f"{first.ip}-{last.ip}" for first, last in ends if first.ip in network]
    return {"network": prefix, "pools": [_pool(network, ranges)] if ranges else []}


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
                },
            },
            "subnets": [_subnet(row["Prefix"]) for row in _prefixes],
            "reservations": {
                f"{row['DNS Name']} {row['IP Address']}": {
                    "mac": _macs.get(row["IP Address"]),
                    "address": row["IP Address"],
                }
                for row in _addresses
            },
        },
    },
)
