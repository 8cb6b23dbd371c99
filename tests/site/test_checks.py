"""Mistakes between the parts of a site: options, clients, networks, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.validate import SiteError

Data = dict[str, Any]

SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="  # noqa: S105 # made up


def subnet(data: Data) -> Data:
    """The subnet of ``data``."""
    first: Data = data["subnets"][0]
    return first


def pool(data: Data) -> Data:
    """The pool of ``data``."""
    first: Data = subnet(data)["pools"][0]
    return first


def reserve(data: Data, **reservations: Data) -> None:
    """Declare reservations in the subnet of ``data``."""
    subnet(data)["reservations"] = reservations


MAC = "00:00:5e:00:53:01"
MISTAKES: dict[str, tuple[Callable[[Data], object], str]] = {
    "an unknown option": (
        lambda d: d.update(options={"ntp-server": ["192.0.2.1"]}),
        "options.ntp-server = 'ntp-server': unknown option (define options of your own"
        " under option_definitions); did you mean 'ntp-servers'?",
    ),
    "an option of a wrong type": (
        lambda d: pool(d).update(options={"interface-mtu": "big"}),
        "subnets[192.0.2.0/24].pools[0].options.interface-mtu = 'big':"
        " interface-mtu: expected a whole number from 0 to 65535",
    ),
    "an option that the protocol sets": (
        lambda d: subnet(d).update(options={"dhcp-lease-time": 60}),
        "subnets[192.0.2.0/24].options.dhcp-lease-time = 60: cannot be declared:"
        " declare default_lease_time and max_lease_time instead",
    ),
    "an option of DHCPv6": (
        lambda d: d.update(options={"dhcp6.name-servers": "2001:db8::1"}),
        "options.dhcp6.name-servers = 'dhcp6.name-servers': DHCPv6 is not supported,"
        " it has no failover: leave it out",
    ),
    "a network of IPv6": (
        lambda d: d["subnets"].append({"network": "2001:db8::/64"}),
        "subnets[1].network = '2001:db8::/64': DHCPv6 is not supported, it has no"
        " failover: expected an IPv4 network, such as '192.0.2.0/24'",
    ),
    "two definitions of one code": (
        lambda d: d.update(
            option_definitions={
                "one": {"code": 224, "type": "text"},
                "two": {"code": 224, "type": "uint8"},
            }
        ),
        "option_definitions.two.code = 224: already the code of one",
    ),
    "a definition of a standard code": (
        lambda d: d.update(option_definitions={"gateway": {"code": 3, "type": "address"}}),
        "option_definitions.gateway.code = 3: already the code of routers",
    ),
    "an array of texts": (
        lambda d: d.update(option_definitions={"x": {"code": 224, "type": "text", "array": True}}),
        "option_definitions.x.array = True: an array of text is not possible",
    ),
    "a vendor space that is not defined": (
        lambda d: d.update(vendor_option_space="acme"),
        "vendor_option_space = 'acme': no option of this space is defined; known: none",
    ),
    "routers twice": (
        lambda d: pool(d).update(options={"routers": ["192.0.2.254"]}),
        "subnets[192.0.2.0/24].pools[0].options.routers = ['192.0.2.254']: the pool"
        " has 'routers' as well; remove one of them",
    ),
    "a reserved address inside a pool": (
        lambda d: reserve(d, a={"mac": MAC, "address": "192.0.2.150"}),
        "subnets[192.0.2.0/24].reservations.a.address = '192.0.2.150': inside the"
        " range 192.0.2.100-192.0.2.199; another client may get it",
    ),
    "a reserved address outside of its network": (
        lambda d: reserve(d, a={"mac": MAC, "address": "198.51.100.9"}),
        "subnets[192.0.2.0/24].reservations.a.address = '198.51.100.9': outside its"
        " network, 192.0.2.0/24",
    ),
    "a reserved address that is a server's": (
        lambda d: reserve(d, a={"mac": MAC, "address": "192.0.2.1"}),
        "subnets[192.0.2.0/24].reservations.a.address = '192.0.2.1': the address of"
        " the server dhcp1",
    ),
    "two reservations of a hardware address": (
        lambda d: reserve(d, a={"mac": MAC}, b={"mac": MAC.upper()}),
        "subnets[192.0.2.0/24].reservations.b.mac = '00:00:5e:00:53:01': already"
        " the hardware address of the reservation 'a' of 192.0.2.0/24 without an address; a server"
        " would use only one of them; keep one",
    ),
    "a reservation without a client": (
        lambda d: reserve(d, a={"address": "192.0.2.9"}),
        "subnets[192.0.2.0/24].reservations.a = {'address': '192.0.2.9'}: expected"
        " one of mac, client_identifier, circuit_id, remote_id",
    ),
    "a class that is never declared": (
        lambda d: pool(d).update(allow=["phones"]),
        "subnets[192.0.2.0/24].pools[0].allow[0] = 'phones': unknown class; known:"
        " 'known clients', 'unknown clients', 'all clients', 'dynamic bootp clients',"
        " 'authenticated clients', 'unauthenticated clients'",
    ),
    "clients as dhcpd.conf has them": (
        lambda d: pool(d).update(allow=["known-clients"]),
        "subnets[192.0.2.0/24].pools[0].allow[0] = 'known-clients': unknown class; did you mean"
        " 'known clients'?",
    ),
    "a class without conditions": (
        lambda d: d.update(classes={"phones": {}}),
        "classes.phones = {}: expected one of match, spawn_by, and member_by with members",
    ),
    "a member that is no hardware address": (
        lambda d: d.update(classes={"c": {"member_by": "hardware", "members": ["printer"]}}),
        "classes.c.members.printer = 'printer': expected 1 to 6 bytes of a hardware address,"
        " such as '00:00:5e'",
    ),
    "a pool without an owner": (
        lambda d: subnet(d)["pools"].append({"ranges": ["192.0.2.9"]}),
        "subnets[192.0.2.0/24].pools[1].failover: expected either failover (a"
        " relationship) or server (one server alone)",
    ),
    "BOOTP leases in a pool with failover": (
        lambda d: pool(d).update(dynamic_bootp=True),
        "subnets[192.0.2.0/24].pools[0].dynamic_bootp = True: not in a pool with"
        " failover: the partner does not learn of such leases",
    ),
    "an mclt above a lease time": (
        lambda d: (
            pool(d).update(default_lease_time=1800),
            d["failover"]["lab"].update(mclt=3600),
        ),
        "failover.lab.mclt = 3600: longer than the shortest default_lease_time of its"
        ' pools, 1800; write "mclt": 1800, or make the leases longer',
    ),
    "hba and split": (
        lambda d: d["failover"]["lab"].update(split=128, hba=":".join(["0f"] * 32)),
        "failover.lab.hba ="
        " '0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0f:0...:"
        " split is given as well; remove one of them",
    ),
    "an overlap between a shared network and a subnet": (
        lambda d: d.update(shared_networks={"s": {"subnets": [{"network": "192.0.2.128/25"}]}}),
        "shared_networks.s.subnets[0].network = '192.0.2.128/25': overlaps the subnet 192.0.2.0/24",
    ),
    "updates without dynamic DNS": (
        lambda d: subnet(d).update(dns_updates=True),
        "subnets[192.0.2.0/24].dns_updates = True: there is no dynamic DNS; declare 'dns'",
    ),
    "a key that is not declared": (
        lambda d: d.update(omapi={"key": "control"}),
        "omapi.key = 'control': unknown key; known: none",
    ),
    "a range of too many addresses": (
        lambda d: d["subnets"].append(
            {
                "network": "10.0.0.0/8",
                "pools": [{"failover": "lab", "ranges": ["10.0.0.1-10.200.0.0"]}],
            }
        ),
        "subnets[10.0.0.0/8].pools[0].ranges[0] = '10.0.0.1-10.200.0.0': holds"
        " 13107200 addresses; at most 1048576 are allowed in one range",
    ),
    "a router in the options inside a range": (
        lambda d: subnet(d).update(options={"routers": ["192.0.2.150"]}),
        "subnets[192.0.2.0/24].options.routers[0] = '192.0.2.150': inside the range"
        " 192.0.2.100-192.0.2.199; a client would get the router's address",
    ),
    "a reservation of a router in the options": (
        lambda d: d.update(
            options={"routers": ["192.0.2.9"]},
            subnets=[
                {**d["subnets"][0], "reservations": {"door": {"mac": MAC, "address": "192.0.2.9"}}}
            ],
        ),
        "subnets[192.0.2.0/24].reservations.door.address = '192.0.2.9': the address of a router",
    ),
    "a server with the broadcast address": (
        lambda d: d["failover"]["lab"]["primary"].update(address="192.0.2.255"),
        "failover.lab.primary.address = '192.0.2.255': not an address for a host: the"
        " network address or the broadcast address of 192.0.2.0/24",
    ),
    "a subnet of multicast addresses": (
        lambda d: d["subnets"].append({"network": "224.0.0.0/24"}),
        "subnets[1].network = '224.0.0.0/24': not a network for clients: loopback,"
        " multicast or unspecified",
    ),
    "lease times of reserved clients that differ from what they inherit": (
        lambda d: d["subnets"].append(
            {
                "network": "203.0.113.0/24",
                "min_lease_time": 40000,
                "max_lease_time": 36000,
                "reservations": {"door": {"mac": MAC, "address": "203.0.113.9"}},
            }
        ),
        "subnets[203.0.113.0/24].min_lease_time = 40000: above max_lease_time, 36000",
    ),
    "a client identifier in other letters": (
        lambda d: subnet(d).update(
            reservations={
                "door": {"client_identifier": "aa:bb:cc"},
                "gate": {"client_identifier": "AA:BB:CC"},
            }
        ),
        "subnets[192.0.2.0/24].reservations.gate.client_identifier = 'AA:BB:CC':"
        " already the client identifier of the reservation 'door' of 192.0.2.0/24",
    ),
    "a host name given twice": (
        lambda d: subnet(d).update(
            reservations={
                "door": {"mac": MAC, "host_name": "door", "options": {"host-name": "other"}},
            }
        ),
        "subnets[192.0.2.0/24].reservations.door.options.host-name = 'other':"
        " host_name is given as well; remove one of them",
    ),
    "an architecture twice": (
        lambda d: d.update(boot={"by_architecture": {"efi-x64": "a.efi", 9: "b.efi"}}),
        "boot.by_architecture.9 = 9: the same architecture as efi-x64",
    ),
    "an option of the protocol itself": (
        lambda d: d.update(option_definitions={"agents": {"code": 82, "type": "bytes"}}),
        "option_definitions.agents.code = 82: already the code of relay-agent-information",
    ),
    "a name of the protocol itself": (
        lambda d: d.update(option_definitions={"fqdn": {"code": 200, "type": "text"}}),
        "option_definitions.fqdn = 'fqdn': an option of the protocol itself; choose another name",
    ),
    "an option that differs from a standard one in capitals": (
        lambda d: d.update(option_definitions={"Routers": {"code": 200, "type": "text"}}),
        "option_definitions.Routers = 'Routers': differs from the option 'routers'"
        " only in capitals",
    ),
    "an option that differs from another in capitals": (
        lambda d: d.update(
            option_definitions={
                "mode": {"code": 200, "type": "text"},
                "Mode": {"code": 201, "type": "text"},
            }
        ),
        "option_definitions.Mode = 'Mode': differs from the option 'mode' only in capitals",
    ),
    "a space that differs from another in capitals": (
        lambda d: d.update(
            option_definitions={
                "zoo.kind": {"code": 1, "type": "text"},
                "Zoo.size": {"code": 2, "type": "text"},
            }
        ),
        "option_definitions.Zoo.size = 'Zoo.size': its space differs from 'zoo' only in capitals",
    ),
    "an option of a vendor's space that is never sent": (
        lambda d: d.update(
            option_definitions={"zoo.kind": {"code": 1, "type": "text"}},
            options={"zoo.kind": "lion"},
        ),
        "options.zoo.kind = 'lion': never sent; write \"vendor_option_space\": 'zoo' in the scope",
    ),
    "a client both allowed and denied": (
        lambda d: pool(d).update(allow=["known clients"], deny=["known clients"]),
        "subnets[192.0.2.0/24].pools[0].deny = 'known clients': both allowed and"
        " denied; remove one of them",
    ),
    "a condition on an unknown option": (
        lambda d: d.update(classes={"c": {"match": [{"option": "vendor-class"}]}}),
        "classes.c.match[0].option = 'vendor-class': unknown option (define options of"
        " your own under option_definitions); did you mean 'user-class'?",
    ),
    "a condition with a value that does not fit": (
        lambda d: d.update(classes={"c": {"match": [{"option": "boot-size", "equals": "x"}]}}),
        "classes.c.match[0].equals = 'x': expected a whole number from 0 to 65535",
    ),
    "a condition on the start of a number": (
        lambda d: d.update(classes={"c": {"match": [{"option": "boot-size", "starts_with": 1}]}}),
        "classes.c.match[0].starts_with = 1: boot-size is neither text nor bytes; use equals",
    ),
    "a condition with two values": (
        lambda d: d.update(
            classes={"c": {"match": [{"option": "host-name", "equals": "a", "starts_with": "a"}]}}
        ),
        "classes.c.match[0] = {'option': 'host-name', 'equals': 'a', 'starts_with':"
        " 'a'}: expected at most one of equals, starts_with, ends_with, matches, together"
        " with option",
    ),
    "an unknown option in a single condition": (
        lambda d: d.update(classes={"c": {"match": [{"none_of": {"option": "vendor-clas"}}]}}),
        "classes.c.match[0].none_of.option = 'vendor-clas': unknown option",
    ),
    "an unknown key in a single condition of a single condition": (
        lambda d: d.update(
            classes={"c": {"match": [{"any_of": {"none_of": {"option": "mud-url", "x": 1}}}]}}
        ),
        "classes.c.match[0].any_of.none_of.x = 1: unknown key",
    ),
    "a condition on nothing": (
        lambda d: d.update(classes={"c": {"match": [{}]}}),
        "classes.c.match[0] = {}: expected one of option, hardware, all_of, any_of, none_of,"
        " verbatim",
    ),
    "members by an unknown option": (
        lambda d: d.update(classes={"c": {"member_by": "host-nam", "members": ["a"]}}),
        "classes.c.member_by = 'host-nam': unknown option (define options of your own"
        " under option_definitions); did you mean 'host-name'?",
    ),
    "members by a number": (
        lambda d: d.update(classes={"c": {"member_by": "boot-size", "members": ["1"]}}),
        "classes.c.member_by = 'boot-size': neither text nor bytes; use an"
        " option of text or bytes, or hardware",
    ),
    "members by nothing": (
        lambda d: d.update(classes={"c": {"match": [{"hardware": "00:00:5e"}], "members": ["a"]}}),
        "classes.c = {'match': [{'hardware': '00:00:5e'}], 'members': ['a']}: members"
        " without member_by: say what identifies them",
    ),
    "a member twice": (
        lambda d: d.update(
            classes={
                "c": {"member_by": "hardware", "members": ["00:00:5e:00:53:01", "0000.5e00.5301"]}
            }
        ),
        "classes.c.members.0000.5e00.5301 = '0000.5e00.5301': the same member as 00:00:5e:00:53:01",
    ),
    "a member that does not fit the option": (
        lambda d: d.update(classes={"c": {"member_by": "host-name", "members": [""]}}),
        "classes.c.members. = '': expected a text of one character or more",
    ),
    "vendor options in two ways": (
        lambda d: d.update(
            option_definitions={"zoo.kind": {"code": 1, "type": "text"}},
            vendor_option_space="zoo",
            options={"vendor-encapsulated-options": "01:02:ff"},
        ),
        "vendor_option_space = 'zoo': the option vendor-encapsulated-options is given"
        " as well; remove one of them",
    ),
    "a definition of a standard option": (
        lambda d: d.update(option_definitions={"routers": {"code": 3, "type": "address"}}),
        "option_definitions.routers = 'routers': a standard option; remove this definition",
    ),
    "a definition in a space of the servers": (
        lambda d: d.update(
            option_definitions={"agent.x": {"code": 200, "type": "text"}},
            vendor_option_space="agent",
        ),
        "option_definitions.agent.x = 'agent.x': servers define the space 'agent'"
        " themselves; choose another one",
    ),
    "a record with a text in the middle": (
        lambda d: d.update(option_definitions={"x": {"code": 200, "type": ["text", "uint8"]}}),
        "option_definitions.x.type = ['text', 'uint8']: only the last part of a record"
        " can be one of text, bytes, domain-name, domain-list",
    ),
    "a longest lease below the shortest": (
        lambda d: d.update(
            classes={
                "c": {
                    "match": [{"hardware": "00:00:5e"}],
                    "min_lease_time": 700,
                    "max_lease_time": 600,
                }
            }
        ),
        "classes.c.min_lease_time = 700: above max_lease_time, 600",
    ),
    "an address of two servers": (
        lambda d: (
            d["failover"].update(
                branch={
                    "primary": {"server": "dhcp3", "address": "192.0.2.2"},
                    "secondary": {"server": "dhcp1", "address": "192.0.2.1"},
                }
            ),
            d["failover"]["lab"]["primary"].update(address="192.0.2.3"),
            subnet(d)["pools"].append({"failover": "branch", "ranges": ["192.0.2.9"]}),
        ),
        "failover.branch.primary.address = '192.0.2.2': already the address of dhcp2",
    ),
    "two relationships of two servers, the other way round and on other ports": (
        lambda d: (
            d["failover"].update(
                back={
                    "primary": {"server": "dhcp2", "address": "192.0.2.4"},
                    "secondary": {"server": "dhcp1", "address": "192.0.2.3"},
                    "port": 647,
                    "peer_port": 647,
                }
            ),
            pool(d).update(failover="lab"),
            subnet(d)["pools"].append({"failover": "back", "ranges": ["192.0.2.9"]}),
        ),
        "failover.back: between the same two servers as 'lab': one of the two would"
        ' never leave recover, on any port; keep one of them, with "split": 128 if both'
        " servers are to answer, and name it in all pools",
    ),
    "a zone twice": (
        lambda d: d.update(
            dns={
                "zones": {
                    "x.example": {"primary": "192.0.2.53"},
                    "X.example.": {"primary": "192.0.2.54"},
                }
            }
        ),
        "dns.zones.X.example. = 'X.example.': the same zone is declared already",
    ),
    "a failover port that is the port of omapi": (
        lambda d: (
            d["failover"]["lab"].update(port=7911),
            d.update(keys={"k": {}}, omapi={"key": "k"}),
        ),
        "failover.lab.port = 7911: already the port of omapi; choose another one",
    ),
    "a client of the control channel that is no address": (
        lambda d: d.update(keys={"k": {}}, omapi={"key": "k", "clients": ["192.0.2.0/33"]}),
        "omapi.clients[0] = '192.0.2.0/33': expected an IPv4 network, such as '192.0.2.0/24'",
    ),
    "a pool of an unknown server": (
        lambda d: subnet(d)["pools"].append({"server": "dhcp3", "ranges": ["192.0.2.9"]}),
        "subnets[192.0.2.0/24].pools[1].server = 'dhcp3': no relationship has this"
        " server; did you mean 'dhcp2'?",
    ),
    "a reservation of the broadcast address": (
        lambda d: reserve(d, a={"mac": MAC, "address": "192.0.2.255"}),
        "subnets[192.0.2.0/24].reservations.a.address = '192.0.2.255': not an"
        " address for a host: the network address or the broadcast address of"
        " 192.0.2.0/24",
    ),
    "an interface twice": (
        lambda d: d.update(interfaces={"dhcp1": ["eth0", "eth0"]}),
        "interfaces.dhcp1[1] = 'eth0': listed twice",
    ),
    "a network without the length of its prefix": (
        lambda d: d["subnets"].append({"network": "198.51.100.7"}),
        "subnets[1].network = '198.51.100.7': has no prefix length; write it behind the"
        " address, such as '198.51.100.0/24'",
    ),
    "a network of an unknown kind": (
        lambda d: d["subnets"].append({"network": ["198.51.100.0/24"]}),
        "subnets[1].network = ['198.51.100.0/24']: expected an IPv4 network, such as"
        " '192.0.2.0/24'",
    ),
    "a short lease of the site": (
        lambda d: d.update(default_lease_time=120),
        "default_lease_time = 120: expected 130 or more (better 180) in pools with"
        " failover: with less, a server that was away can give an address to a second"
        " client",
    ),
    "a short least lease time of a pool": (
        lambda d: pool(d).update(min_lease_time=129),
        "subnets[192.0.2.0/24].pools[0].min_lease_time = 129: expected 130 or more"
        " (better 180) in pools with failover: with less, a server that was away can"
        " give an address to a second client",
    ),
    "a short lease of a class": (
        lambda d: d.update(
            classes={"c": {"match": [{"hardware": "00:00:5e"}], "max_lease_time": 60}}
        ),
        "classes.c.max_lease_time = 60: expected 130 or more (better 180) in pools"
        " with failover: with less, a server that was away can give an address to a"
        " second client",
    ),
    "a short lease of a client without an address": (
        lambda d: reserve(d, a={"mac": MAC, "max_lease_time": 60}),
        "subnets[192.0.2.0/24].reservations.a.max_lease_time = 60: expected 130 or"
        " more (better 180) in pools with failover: with less, a server that was away"
        " can give an address to a second client",
    ),
    "a shortest lease above what the pool inherits": (
        lambda d: pool(d).update(min_lease_time=30000, default_lease_time=20000),
        "subnets[192.0.2.0/24].pools[0].min_lease_time = 30000: above default_lease_time, 20000",
    ),
    "a condition on a start that does not fit": (
        lambda d: d.update(classes={"c": {"match": [{"option": "host-name", "starts_with": ""}]}}),
        "classes.c.match[0].starts_with = '': expected a text of one character or more",
    ),
    "routers that are not a list": (
        lambda d: subnet(d).update(options={"routers": "192.0.2.254"}),
        "subnets[192.0.2.0/24].options.routers = '192.0.2.254': routers: expected a"
        " list, such as ['192.0.2.1']",
    ),
    "two reservations of a hardware address in a shared network": (
        lambda d: d.update(
            shared_networks={
                "halls": {
                    "subnets": [
                        {
                            "network": "198.51.100.0/24",
                            "reservations": {"a": {"mac": MAC}, "b": {"mac": MAC}},
                        }
                    ]
                }
            }
        ),
        "shared_networks.halls.subnets[198.51.100.0/24].reservations.b.mac ="
        " '00:00:5e:00:53:01': already the hardware address of the reservation 'a' of"
        " 198.51.100.0/24",
    ),
    "an unknown key in a part that can be left out": (
        lambda d: d.update(boot={"filenam": "x"}),
        "boot.filenam = 'x': unknown key; did you mean 'filename'?",
    ),
    "a value of very many parts": (
        lambda d: d.update(options={"ntp-servers": ["192.0.2.1"] * 100_000}),
        "options.ntp-servers = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.1',"
        " '192.0.2.1', '192.0.2.1'...: has more than 65536 parts; no packet has room"
        " for them",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_one_line(pair: Data, what: str) -> None:
    """One change to a good site."""
    change, line = MISTAKES[what]
    change(pair)
    with pytest.raises(SiteError) as refused:
        load(pair, ["dhcp1", "dhcp2", "dhcp3"], secrets_required=False)
    lines = str(refused.value).split("\n    ")[1:]
    assert [it for it in lines if it.startswith(line)] == lines


def test_a_secret_comes_from_outside_of_the_inventory(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inventories are shared, printed and kept in repositories."""
    monkeypatch.setenv("DHCP_KEYS__CONTROL__SECRET", SECRET)
    pair["keys"] = {"control": {}}
    secret = load(pair).keys["control"].secret
    assert secret is not None
    assert secret.get_secret_value() == SECRET
    pair["keys"] = {"control": {"secret": SECRET}}
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert "keys.control.secret = '********': not in the inventory; set the" in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("broken", [SECRET[:-1], {"secrets": SECRET}, [SECRET], 5])
def test_a_mistake_about_a_key_does_not_show_the_secret(pair: Data, broken: Any) -> None:
    """Not even a part of a wrong one."""
    pair["keys"] = {"control": {"secret": broken}, "other": broken}
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert SECRET[:12] not in str(refused.value)


def test_verbatim_statements_can_send_a_vendors_options(pair: Data) -> None:
    """If they name its space."""
    pair["option_definitions"] = {"zoo.kind": {"code": 1, "type": "text"}}
    pair |= {"options": {"zoo.kind": "lion"}, "verbatim": ["vendor-option-space zoo;"]}
    assert load(pair)


def test_an_impossible_address_is_reported_wherever_it_is_declared(pair: Data) -> None:
    """Of a server in two relationships, at each."""
    hub = {"server": "dhcp1", "address": "192.0.2.255"}
    pair["failover"]["lab"]["primary"] = hub
    branch = {"server": "dhcp3", "address": "192.0.2.4"}
    pair["failover"]["branch"] = {"primary": branch, "secondary": hub}
    with pytest.raises(SiteError) as refused:
        load(pair)
    for place in ("lab.primary", "branch.secondary"):
        assert f"failover.{place}.address = '192.0.2.255': not an address for a host" in str(
            refused.value
        )


def test_a_lease_time_that_no_client_under_failover_gets_may_be_short(pair: Data) -> None:
    """Of a pool of one server, of a client with its own address, and one that is overruled."""
    pair["default_lease_time"] = 60
    pair["max_lease_time"] = 7200
    pool(pair)["default_lease_time"] = 3600
    subnet(pair)["pools"].append(
        {
            "server": "dhcp1",
            "routers": ["192.0.2.254"],
            "ranges": ["192.0.2.9"],
            "default_lease_time": 100,
        }
    )
    reserve(pair, a={"mac": MAC, "address": "192.0.2.8", "default_lease_time": 120})
    assert load(pair)


def test_a_short_lease_time_is_reported_once_where_it_is_set(pair: Data) -> None:
    """And not for every pool that inherits it."""
    pair["default_lease_time"] = 120
    subnet(pair)["pools"] += [
        {"failover": "lab", "ranges": [f"192.0.2.{i}"]} for i in range(10, 20)
    ]
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert [it.path for it in refused.value.mistakes] == [("default_lease_time",)]
