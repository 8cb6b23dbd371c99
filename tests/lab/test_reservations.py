"""Who a client is, and what it gets for that, as real servers answer a relay."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest
from dhcp_failover.lab.machines import Lab
from dhcp_failover.lab.network import BRIDGE
from machines import Pair
from relay import asked
from sites import applied, lab_site
from wire import Answer

ROUTERS, NAME_SERVERS, HOST_NAME, ROOT_PATH, LEASE_TIME, SERVER = 3, 6, 12, 17, 51, 54
PHONE, DOOR, LAPTOP, DOCK, SPARE, PRINTER, CAMERA = (f"02:00:5e:00:01:{i:02x}" for i in range(7))
STRANGER, OTHER = "02:00:5e:00:02:01", "02:00:5e:00:02:02"
PORT = bytes.fromhex("000400140007")

CONDITIONS: dict[str, dict[str, Any]] = {
    "any of": {"any_of": [{"hardware": ["52:54", "02:00:5e:00:01:00"]}, {"option": "user-class"}]},
    "none of": {"none_of": [{"option": "vendor-class-identifier", "matches": "^Pho"}]},
    "not": {"none_of": {"option": "vendor-class-identifier", "equals": "Phone 7"}},
    "prefix": {"option": "vendor-class-identifier", "starts_with": "Phone"},
    "suffix": {"option": "vendor-class-identifier", "ends_with": " 7"},
    "offset": {"option": "agent.circuit-id", "starts_with": "00:14", "at": 2},
    "pattern": {"option": "vendor-class-identifier", "matches": "^Ph[a-z]+ [0-9]$"},
    "known": {"verbatim": "known"},
    "verbatim": {"verbatim": 'option user-class = "BC"'},
    "nested": {
        "all_of": [
            {"any_of": [{"option": "user-class"}, {"option": "vendor-class-identifier"}]},
            {"none_of": [{"hardware": "02:00:5e:00:02"}, {"option": "user-class"}]},
        ]
    },
}
"""By the name of a class, blanks and all."""
FIRST_CODE = 224
COMMON = {
    "routers": ["198.51.100.254"],
    "options": {"domain-name-servers": ["198.51.100.53"]},
    "boot": {"next_server": "198.51.100.9", "filename": "pxelinux.0"},
    "default_lease_time": 1800,
    "max_lease_time": 3600,
}
SITE = lab_site(
    option_definitions={
        f"in-{i}": {"code": FIRST_CODE + i, "type": "uint8"} for i, _ in enumerate(CONDITIONS)
    },
    failover={
        "lab": {
            "primary": {"server": "dhcp1", "address": "198.51.100.1"},
            "secondary": {"server": "dhcp2", "address": "198.51.100.2"},
            "mclt": 600,
        }
    },
    classes={
        "Makers of phones": {
            "member_by": "hardware",
            "members": ["02:00:5e:00:01", "00:00:0c:00:00"],
        },
        **{
            name: {"match": [condition], "options": {f"in-{i}": 1}}
            for i, (name, condition) in enumerate(CONDITIONS.items())
        },
        "modems": {"spawn_by": "agent.remote-id", "lease_limit": 1},
    },
    groups={"Cameras, all": {"options": {"root-path": "/cameras"}}},
    subnets=[
        {
            "network": "198.51.100.0/24",
            "pools": [
                {
                    "failover": "lab",
                    "ranges": ["198.51.100.100-198.51.100.149"],
                    "deny": ["Makers of phones", "modems"],
                    **COMMON,
                },
                {
                    "failover": "lab",
                    "ranges": ["198.51.100.150-198.51.100.179"],
                    "allow": ["Makers of phones"],
                    "deny": ["prefix", "modems"],
                    **COMMON,
                },
                {
                    "server": "dhcp1",
                    "ranges": ["198.51.100.180-198.51.100.189"],
                    "allow": ["modems"],
                    **COMMON,
                },
            ],
            "reservations": {
                "Drucker Büro": {"mac": PRINTER, "address": "198.51.100.44/24"},
                "3com.door_1": {"circuit_id": PORT.hex(":"), "address": "198.51.100.45"},
                "laptop": {"mac": LAPTOP, "address": "198.51.100.46", "host_name": "laptop"},
                "dock": {
                    "mac": [DOCK, SPARE],
                    "address": "198.51.100.47",
                    "use_host_names": True,
                },
                "by both": {
                    "mac": DOOR,
                    "client_identifier": "door-7",
                    "address": "198.51.100.48",
                },
            },
        },
        {
            "network": "203.0.113.0/24",
            "pools": [{"failover": "lab", "ranges": ["203.0.113.100-203.0.113.199"]}],
            "reservations": {
                "laptop": {"mac": LAPTOP, "address": "203.0.113.46", "host_name": "laptop"},
            },
        },
    ],
    reservations={
        "camera": {
            "mac": CAMERA,
            "address": ["198.51.100.49", "203.0.113.49"],
            "group": "Cameras, all",
        }
    },
)


@pytest.fixture(scope="module")
def lab(machines: Pair, converged: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A pair that serves the site above, and a relay with an interface in the second network."""
    machines.restore(converged)
    applied(machines, SITE, tmp_path_factory.mktemp("sites"))
    for name in ("dhcp1", "dhcp2"):
        machines.lab.run(name, "ip route replace 203.0.113.0/24 via 198.51.100.254")
    address = ("203.0.113.254/24", "dev", BRIDGE)
    subprocess.run(machines.lab.inside("ip", "addr", "replace", *address), check=True)
    yield machines.lab
    subprocess.run(machines.lab.inside("ip", "addr", "del", *address), check=True)


def offered(lab: Lab, mac: str, **more: Any) -> Answer:
    """What the first server offers; it has to."""
    reply = asked(lab, mac, **more)
    assert reply
    return reply


def classes(lab: Lab, mac: str, **more: Any) -> set[str]:
    """The classes that a client is in."""
    reply = offered(lab, mac, **more)
    return {name for i, name in enumerate(CONDITIONS) if FIRST_CODE + i in reply.options}


def test_a_reserved_address_comes_with_what_all_pools_of_its_subnet_have(lab: Lab) -> None:
    """Routers, options, boot file and lease time; alike from both servers."""
    for server in ("198.51.100.1", "198.51.100.2"):
        reply = offered(lab, PRINTER, server=server)
        assert str(reply.address) == "198.51.100.44"
        assert reply.options[ROUTERS] == IPv4Address("198.51.100.254").packed
        assert reply.options[NAME_SERVERS] == IPv4Address("198.51.100.53").packed
        assert (str(reply.next_server), reply.filename) == ("198.51.100.9", "pxelinux.0")
        assert int.from_bytes(reply.options[LEASE_TIME], "big") == 1800


def test_a_client_has_an_address_in_each_of_its_networks(lab: Lab) -> None:
    """As two reservations of one name, or as one with two addresses."""
    for mac, last in ((LAPTOP, 46), (CAMERA, 49)):
        for network in ("198.51.100.{}", "203.0.113.{}"):
            reply = offered(lab, mac, relay=network.format(254))
            assert str(reply.address) == network.format(last)
    assert offered(lab, LAPTOP).options[HOST_NAME] == b"laptop"


def test_a_machine_with_two_cards_has_one_address(lab: Lab) -> None:
    """Whichever of them asks; and one name."""
    replies = [offered(lab, mac) for mac in (DOCK, SPARE)]
    assert {str(it.address) for it in replies} == {"198.51.100.47"}
    assert {it.options[HOST_NAME] for it in replies} == {b"dock"}


def test_a_client_is_known_by_any_of_its_identifiers(lab: Lab) -> None:
    """A hardware address, or what it calls itself."""
    assert str(offered(lab, DOOR).address) == "198.51.100.48"
    assert str(offered(lab, STRANGER, o61=b"door-7").address) == "198.51.100.48"


def test_what_is_plugged_in_at_a_port_has_the_address_of_the_port(lab: Lab) -> None:
    """By the relay's circuit identifier."""
    assert str(offered(lab, STRANGER, circuit=PORT).address) == "198.51.100.45"


def test_a_reservation_gets_what_its_group_has(lab: Lab) -> None:
    """And others do not."""
    assert offered(lab, CAMERA).options[ROOT_PATH] == b"/cameras"
    assert ROOT_PATH not in offered(lab, PRINTER).options


def test_classes_by_every_kind_of_condition(lab: Lab) -> None:
    """A test on what a client does not send fails, also where it is denied."""
    assert classes(lab, STRANGER) == {"none of", "not"}
    phone = {"prefix", "suffix", "pattern"}
    assert classes(lab, STRANGER, o60=b"Phone 7") == phone
    assert classes(lab, DOOR, o60=b"x") == {"none of", "not", "nested"}
    assert classes(lab, STRANGER, o60=b"Phone 8", o77=b"A") == {
        "not",
        "prefix",
        "pattern",
        "any of",
    }
    assert classes(lab, STRANGER, o77=b"BC") == {"none of", "not", "any of", "verbatim"}
    assert classes(lab, STRANGER, circuit=bytes.fromhex("0004001400")) == {
        "none of",
        "not",
        "offset",
    }


def test_a_client_is_in_five_classes_at_most(lab: Lab) -> None:
    """Those that are declared first: the makers of phones and these, but not "verbatim"."""
    found = classes(lab, PRINTER, o60=b"Phone 7", o77=b"BC")
    assert found == {"any of", "prefix", "suffix", "pattern"}


def test_a_class_cannot_know_who_has_a_reservation(lab: Lab) -> None:
    """Servers sort clients into classes before they look for reservations."""
    assert "known" not in classes(lab, PRINTER)


def test_members_by_the_first_bytes_of_a_hardware_address(lab: Lab) -> None:
    """A pool may allow and deny classes at the same time."""
    assert 100 <= last(offered(lab, STRANGER)) <= 149
    assert 150 <= last(offered(lab, PHONE)) <= 179
    assert asked(lab, PHONE, o60=b"Phone 7") is None


def test_each_subscriber_has_so_many_leases(lab: Lab) -> None:
    """Each value of the option is a class of its own; others are not in it."""
    first = offered(lab, STRANGER, remote=b"modem-1")
    assert 180 <= last(first) <= 189
    wanted = {"o50": first.address.packed, "o54": first.options[SERVER], "o53": b"\x03"}
    assert offered(lab, STRANGER, remote=b"modem-1", **wanted).address == first.address
    assert asked(lab, OTHER, remote=b"modem-1") is None
    assert 180 <= last(offered(lab, OTHER, remote=b"modem-2")) <= 189


def last(reply: Answer) -> int:
    """The last number of the address."""
    return reply.address.packed[3]
