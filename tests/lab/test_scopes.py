"""Who is given what, as real clients see it: reservations, classes, booting, scopes."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from dhcp_failover.lab.client import client
from dhcp_failover.lab.machines import Lab
from machines import Pair
from sites import applied, lab_site
from wire import Answer, acknowledged

ROUTERS, HOST_NAME, ROOT_PATH, LEASE_TIME, SERVER = 3, 12, 17, 51, 54
SCOPES = ("site", "shared network", "subnet", "pool", "class", "member", "reservation")
"""From the furthest to the nearest."""
NUMBERS = {"reserved": 1, "named": 2, "phone": 3, "badge": 4, "alone": 5, "all": 6, "stranger": 7}
"""By what it is: the number of a client."""


def mac(which: str) -> str:
    """The hardware address of a client."""
    return f"02:00:5e:00:00:{NUMBERS[which]:02x}"


def said(scope: str) -> dict[str, str]:
    """The options of a scope: one for itself and for each that is nearer."""
    return {f"scope-{i}": scope for i in range(SCOPES.index(scope), len(SCOPES))}


BOOT = {
    "next_server": "192.0.2.60",
    "filename": "pxelinux.0",
    "by_architecture": {"efi-x64": "grubx64.efi", 11: "grubaa64.efi"},
    "ipxe": "http://boot.example/menu.ipxe",
}
SITE = lab_site(
    options=said("site"),
    option_definitions={
        f"scope-{i}": {"code": 230 + i, "type": "text"} for i in range(len(SCOPES))
    },
    default_lease_time=700,
    failover={
        "lab": {
            "primary": {"server": "dhcp1", "address": "198.51.100.1"},
            "secondary": {"server": "dhcp2", "address": "198.51.100.2"},
            "mclt": 600,
        }
    },
    classes={
        "phones": {
            "match": [{"option": "vendor-class-identifier", "starts_with": "Phone"}],
            "options": {"root-path": "for phones"},
        },
        "badges": {
            "match": [
                {"hardware": "02:00:5e"},
                {"option": "vendor-class-identifier", "equals": "Badge"},
            ],
        },
        "alone": {"member_by": "hardware", "members": [mac("alone")]},
        "everything": {
            "options": said("class"),
            "member_by": "hardware",
            "members": {mac("all"): {"options": said("member")}},
        },
    },
    subnets=[],
    shared_networks={
        "wire": {
            "options": said("shared network"),
            "subnets": [
                {
                    "network": "198.51.100.0/24",
                    "options": said("subnet"),
                    "boot": BOOT,
                    "pools": [
                        {
                            "failover": "lab",
                            "options": said("pool"),
                            "routers": ["198.51.100.254"],
                            "ranges": ["198.51.100.100-198.51.100.119"],
                            "deny": ["phones", "badges", "alone"],
                        },
                        {
                            "failover": "lab",
                            "routers": ["198.51.100.254"],
                            "ranges": ["198.51.100.120-198.51.100.139"],
                            "allow": ["phones", "badges"],
                        },
                        {
                            "server": "dhcp2",
                            "routers": ["198.51.100.254"],
                            "ranges": ["198.51.100.140-198.51.100.149"],
                            "allow": ["alone"],
                            "default_lease_time": 1200,
                        },
                    ],
                    "reservations": {
                        "printer": {
                            "mac": mac("reserved"),
                            "address": "198.51.100.50",
                            "host_name": "printer-7",
                            "default_lease_time": 900,
                        },
                        "door": {
                            "client_identifier": "door-7",
                            "address": "198.51.100.51",
                            "host_name": "door",
                        },
                        "all": {"mac": mac("all"), "options": said("reservation")},
                    },
                }
            ],
        }
    },
)


@pytest.fixture(scope="module")
def served(machines: Pair, converged: Lab, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A pair that serves the site above; its leases and those of others do not mix."""
    machines.restore(converged)
    applied(machines, SITE, tmp_path_factory.mktemp("sites"))
    return machines


def asked(pair: Pair, which: str, settings: str = "", request: str = "root-path") -> Answer:
    """What a client is sent."""
    with client(pair.lab, NUMBERS[which]) as one:
        reply = acknowledged(one, f"{settings}\nrequest routers, host-name, {request};")
        assert reply, (one.home / "log").read_text()
    return reply


def among(address: IPv4Address, first: int, last: int) -> bool:
    """Whether an address is of a range of the lab's network."""
    return first <= int(address) - int(IPv4Address("198.51.100.0")) <= last


def test_a_reservation_by_hardware_address(served: Pair) -> None:
    """Its address, its name, and a lease time of its own."""
    reply = asked(served, "reserved")
    assert (str(reply.address), reply.options[HOST_NAME]) == ("198.51.100.50", b"printer-7")
    assert int.from_bytes(reply.options[LEASE_TIME], "big") == 900


def test_a_reservation_by_what_a_client_calls_itself(served: Pair) -> None:
    """Whatever its hardware address."""
    reply = asked(served, "named", 'send dhcp-client-identifier "door-7";')
    assert (str(reply.address), reply.options[HOST_NAME]) == ("198.51.100.51", b"door")


def test_a_member_of_a_class_gets_its_options_and_its_pool(served: Pair) -> None:
    """From the pool that allows it, not from the one that denies it."""
    reply = asked(served, "phone", 'send vendor-class-identifier "Phone 7";')
    assert reply.options[ROOT_PATH] == b"for phones"
    assert among(reply.address, 120, 139)


def test_all_conditions_of_a_class_have_to_hold(served: Pair) -> None:
    """A hardware address and an option."""
    reply = asked(served, "badge", 'send vendor-class-identifier "Badge";')
    assert among(reply.address, 120, 139)


def test_a_stranger_gets_an_address_of_the_pool_that_does_not_deny_it(served: Pair) -> None:
    """And no option of a class."""
    reply = asked(served, "stranger", 'send vendor-class-identifier "Badger";')
    assert among(reply.address, 100, 119)
    assert ROOT_PATH not in reply.options
    assert reply.options[ROUTERS] == IPv4Address("198.51.100.254").packed


def test_a_pool_of_one_server_is_given_out_by_that_one(served: Pair) -> None:
    """For its whole lease time from the first: no partner has to know."""
    reply = asked(served, "alone")
    assert among(reply.address, 140, 149)
    assert reply.options[SERVER] == IPv4Address("198.51.100.2").packed
    assert int.from_bytes(reply.options[LEASE_TIME], "big") == 1200


def test_the_nearest_scope_wins(served: Pair) -> None:
    """Each option is declared at a scope and at all that are further away."""
    names = [f"scope-{i}" for i in range(len(SCOPES))]
    own = "\n".join(f"option {name} code {230 + i} = text;" for i, name in enumerate(names))
    reply = asked(served, "all", own, ", ".join(names))
    found = tuple(reply.options.get(230 + i, b"").decode() for i in range(len(SCOPES)))
    assert found == SCOPES


@pytest.mark.parametrize(
    ("sent", "filename"),
    [
        ("", "pxelinux.0"),
        ("send pxe-system-type 0;", "pxelinux.0"),
        ("send pxe-system-type 7;", "grubx64.efi"),
        ("send pxe-system-type 9;", "grubx64.efi"),
        ("send pxe-system-type 11;", "grubaa64.efi"),
        ('send pxe-system-type 7; send user-class "iPXE";', "http://boot.example/menu.ipxe"),
    ],
)
def test_a_client_boots_what_its_architecture_can(served: Pair, sent: str, filename: str) -> None:
    """By option 93; iPXE by option 77, whatever the architecture."""
    reply = asked(served, "stranger", sent)
    assert (str(reply.next_server), reply.filename) == ("192.0.2.60", filename)
