"""Options: which values fit which type, and what of them goes over the wire."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dhcp_failover.site.options import Definition
from dhcp_failover.site.standard_options import NOT_CONFIGURABLE, STANDARD


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("swap-server", "192.0.2.1", "c0000201"),
        ("routers", ["192.0.2.1", "192.0.2.2"], "c0000201c0000202"),
        ("static-routes", [["198.51.100.0", "192.0.2.1"]], "c6336400c0000201"),
        ("ip-forwarding", True, "01"),
        ("ip-forwarding", "false", "00"),
        ("time-offset", -3600, "fffff1f0"),
        ("interface-mtu", 1500, "05dc"),
        ("interface-mtu", "1500", "05dc"),
        ("domain-name", "a.example", "612e6578616d706c65"),
        ("vendor-encapsulated-options", "01:02:ff", "0102ff"),
        ("vendor-encapsulated-options", "text", "74657874"),
        ("domain-search", ["a.example"], "0161076578616d706c6500"),
        ("domain-search", ["a.example", "b.Example."], "0161076578616d706c65000162c002"),
        ("domain-search", ["a.b.c", "B.c", "c"], "016101620163 00 c002 c004".replace(" ", "")),
        ("bcms-controller-names", ["a.b", "b"], "016101620001 6200".replace(" ", "")),
        ("slp-directory-agent", [True, "192.0.2.1", "192.0.2.2"], "01c0000201c0000202"),
    ],
)
def test_a_value_that_fits_is_known_to_the_byte(name: str, value: Any, wire: str) -> None:
    """RFC 2132; names as in RFC 1035."""
    assert STANDARD[name].encode(value).hex() == wire


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("routers", "192.0.2.1", "expected a list, such as ['192.0.2.1']"),
        ("routers", [], "expected a list, such as ['192.0.2.1']"),
        ("swap-server", "192.0.2", "expected an IPv4 address, such as '192.0.2.1'"),
        ("swap-server", "2001:db8::1", "DHCPv6 is not supported, it has no failover"),
        ("option-6rd", [1, 2, "2001:db8::g", "192.0.2.1"], "expected an IPv6 address, such as"),
        ("ip-forwarding", 1, "expected true or false"),
        ("ip-forwarding", "perhaps", "expected true or false"),
        ("vendor-encapsulated-options", "0x0104", "bytes are written '01:04'"),
        ("interface-mtu", 65536, "expected a whole number from 0 to 65535"),
        ("interface-mtu", True, "expected a whole number from 0 to 65535"),
        ("domain-name", "", "expected a text of one character or more"),
        ("domain-search", "example.org", "expected a list of domain names"),
        ("domain-search", ["a..b"], "expected a domain name, such as 'example.org'"),
        ("static-routes", ["192.0.2.1"], "expected address and address, such as [['192.0.2.1'"),
        (
            "routers",
            ["192.0.2.1"] * 348,
            "takes 1392 bytes; the largest packet to a client has room for 1390",
        ),
        ("root-path", "r" * 1391, "takes 1391 bytes; the largest packet"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_is_expected(
    name: str, value: Any, reason: str
) -> None:
    """With an example that does."""
    with pytest.raises(ValueError, match=re.escape(reason)):
        STANDARD[name].parse(value)


@pytest.mark.parametrize("word", ["true", "True", "yes", "on"])
def test_a_truth_value_may_be_a_word(word: str) -> None:
    """As YAML has it, whose values stay texts here."""
    assert STANDARD["ip-forwarding"].parse(word) == [[True]]


@pytest.mark.parametrize("name", STANDARD)
def test_the_example_of_every_standard_option_fits(name: str) -> None:
    """It is what messages show."""
    definition = STANDARD[name]
    assert definition.parse(eval(definition.example()))  # noqa: S307 # a literal of our own


def test_what_a_site_may_not_declare_is_known_all_the_same() -> None:
    """Classes match on it."""
    assert set(NOT_CONFIGURABLE) <= set(STANDARD)


def test_a_record_ends_with_what_has_no_length() -> None:
    """A number, and then any text."""
    assert Definition(200, ("uint8", "text")).encode([1, "ab"]).hex() == "016162"


def test_an_option_has_room_for_what_the_largest_packet_has_room_for() -> None:
    """Above 255 bytes it is sent in parts."""
    assert len(STANDARD["root-path"].encode("r" * 1390)) == 1390


def test_an_option_within_another_has_room_for_255_bytes() -> None:
    """Its length is one byte."""
    inside = Definition(1, ("text",), in_space=True)
    assert len(inside.encode("x" * 255)) == 255
    with pytest.raises(ValueError, match="takes 256 bytes; an option inside another has room"):
        inside.parse("x" * 256)


def test_names_of_one_company_are_measured_as_they_are_sent() -> None:
    """Nine domains take 267 bytes one by one, and 107 compressed (RFC 3397)."""
    places = ["headquarters", "berlin", "hamburg", "munich", "cologne", "vienna", "zurich"]
    places += ["geneva", "labs"]
    names = [f"{place}.intranet.example.com" for place in places]
    assert len(STANDARD["domain-search"].encode(names)) == 107
    assert len(Definition(200, ("domain-list",)).encode(names)) == 267
