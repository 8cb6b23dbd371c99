"""Options within options, routes, and long options, to the byte as a real client is sent them."""

from __future__ import annotations

import pytest
from dhcp_failover.lab.client import client
from dhcp_failover.lab.machines import Lab
from dhcp_failover.site.options import MOST
from dhcp_failover.site.standard_options import STANDARD
from machines import Pair
from sites import applied, lab_site
from wire import Answer, acknowledged

SMALL = 472
"""Bytes of one option that a packet of 576 bytes has room for."""
PLACES = ("headquarters", "berlin", "hamburg", "munich", "cologne", "vienna", "zurich", "geneva")
DOMAINS = [f"{it}.intranet.example.com" for it in (*PLACES, "labs")]
CLASS_IDENTIFIER, SEARCH, ENTERPRISE_CLASS, ENTERPRISE = 60, 119, 124, 125
SITE = lab_site(
    option_definitions={
        "Ztp Images.first": {"code": 0, "type": "text"},
        "Ztp Images.second": {"code": 1, "type": "text"},
        "Cisco_LWAPP_AP.server-address": {"code": 241, "type": "address", "array": True},
        "encap": {"code": 175, "encapsulates": "ipxe"},
        "ipxe.no-pxedhcp": {"code": 176, "type": "uint8"},
        "ipxe.größe": {"code": 0, "type": "uint16"},
        "phone.config": {"code": 5, "type": "text"},
        "phone.model": {"code": 77, "type": "text"},
        "phone.lines": {"code": 6, "encapsulates": "lines"},
        "lines.first": {"code": 1, "type": "uint8"},
        "vendor.phone": {"code": 1027, "encapsulates": "phone"},
        "vendor.other": {"code": 4294967295, "type": "bytes"},
        "vendor-class.phone": {"code": 1027, "type": "text"},
        "face": {"code": 230, "type": "text"},
        "unknown-7": {"code": 231, "type": "text"},
        "10": {"code": 232, "type": "text"},
        "largest": {"code": 240, "type": "text"},
        "small": {"code": 241, "type": "text"},
        "above-small": {"code": 242, "type": "text"},
    },
    vendor_option_space="Ztp Images",
    options={
        "Ztp Images.first": "image.tgz",
        "Ztp Images.second": "switch.conf",
        "ipxe.no-pxedhcp": 1,
        "ipxe.größe": 258,
        "phone.config": "id:phone",
        "lines.first": 7,
        "vendor.other": "01:02:03",
        "vendor-class.phone": "desk",
        "face": "a number in base 16",
        "unknown-7": "not option 7",
        "10": "ten",
        "sip-servers": [1, "192.0.2.5", "192.0.2.6"],
        "domain-search": DOMAINS,
        "largest": "l" * MOST,
        "small": "s" * SMALL,
        "above-small": "a" * (SMALL + 1),
    },
    routes={
        "0.0.0.0/0": "198.51.100.254",
        "10.0.0.0/8": "198.51.100.253",
        "192.168.16.0/20": "198.51.100.252",
        "203.0.113.7/32": "198.51.100.251",
    },
    boot={"by_architecture": {"http-x64": "http://192.0.2.60/x.efi", "efi-x64": "x.efi"}},
    classes={
        "desk-phones": {
            "match": [{"option": "phone.model", "equals": "M7"}],
            "options": {"phone.config": "id:desk"},
        },
        "APs": {
            "match": [{"option": "vendor-class-identifier", "starts_with": "Cisco AP"}],
            "vendor_option_space": "Cisco_LWAPP_AP",
            "options": {"Cisco_LWAPP_AP.server-address": ["198.51.100.9", "198.51.100.10"]},
        },
    },
)
ROUTES = "00c63364fe 080ac63364fd 14c0a810c63364fc 20cb007107c63364fb"
ENTERPRISES = "ffffffff 03 010203 00000403 0f 0508 69643a70686f6e65 0603 010107"
WIRE: dict[int, str | bytes] = {
    43: "0009 696d6167652e74677a 010b 7377697463682e636f6e66",
    175: "0002 0102 b001 01",
    ENTERPRISE: ENTERPRISES,
    ENTERPRISE_CLASS: "00000403 04 6465736b",
    230: b"a number in base 16",
    231: b"not option 7",
    232: b"ten",
    120: "01 c0000205 c0000206",
    121: ROUTES,
    249: ROUTES,
    SEARCH: STANDARD["domain-search"].encode(DOMAINS),
}
"""By code: what is sent, in base 16 where it is no text."""


@pytest.fixture(scope="module")
def served(machines: Pair, converged: Lab, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A pair that serves the site above."""
    machines.restore(converged)
    applied(machines, SITE, tmp_path_factory.mktemp("sites"))
    return machines


def asked(pair: Pair, codes: str, settings: str = "", room: int | None = 1500) -> Answer:
    """What a client is sent that asks for these options; by default it takes large packets."""
    says = f"send dhcp-max-message-size {room};" if room else ""
    with client(pair.lab, 5) as one:
        wanted = f"send dhcp-parameter-request-list {codes};"
        reply = acknowledged(one, f"{wanted}\n{says}\n{settings}")
        assert reply, (one.home / "log").read_text()
    return reply


def test_every_space_arrives_in_its_option(served: Pair) -> None:
    """Code 0, names that dhcpd would not read, spaces in spaces and of enterprises, routes."""
    found = asked(served, ", ".join(map(str, WIRE))).options
    expected = {
        code: data if isinstance(data, bytes) else bytes.fromhex(data)
        for code, data in WIRE.items()
    }
    assert {code: found.get(code) for code in WIRE} == expected


def test_what_a_client_says_of_itself_within_an_enterprise_is_understood(served: Pair) -> None:
    """By a class, which gives it another value there."""
    says = "option says code 125 = string; send says 00:00:04:03:04:4d:02:4d:37;"
    found = asked(served, "125", says).options
    desk = ENTERPRISES.replace("0f 0508 69643a70686f6e65", "0e 0507 69643a6465736b")
    assert found[ENTERPRISE] == bytes.fromhex(desk)


def test_a_class_has_a_space_of_its_own_in_option_43(served: Pair) -> None:
    """Under the name that the vendor gives it."""
    found = asked(served, "43", 'send vendor-class-identifier "Cisco AP c1100";').options
    assert found[43] == bytes.fromhex("f108 c6336409 c633640a")


def test_an_option_of_the_largest_size_arrives_whole(served: Pair) -> None:
    """In parts; one byte more would be refused."""
    assert asked(served, "240").options[240] == b"l" * MOST


def test_a_client_that_does_not_say_what_it_takes_gets_what_576_bytes_have_room_for(
    served: Pair,
) -> None:
    """What does not fit is left out."""
    assert asked(served, "241", room=None).options[241] == b"s" * SMALL
    assert 242 not in asked(served, "242", room=None).options


def test_who_boots_over_http_is_told_that_a_server_of_its_kind_answers(served: Pair) -> None:
    """Option 60, without which the firmware takes no file; who boots otherwise gets none."""
    over_http = asked(served, "60", "send pxe-system-type 16;")
    assert over_http.filename == "http://192.0.2.60/x.efi"
    assert over_http.options[CLASS_IDENTIFIER] == b"HTTPClient"
    over_tftp = asked(served, "60", "send pxe-system-type 7;")
    assert (over_tftp.filename, over_tftp.options.get(CLASS_IDENTIFIER)) == ("x.efi", None)
