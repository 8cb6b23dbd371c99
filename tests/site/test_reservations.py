"""Reservations that are accepted, and reservations that a server could not distinguish."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError

A, B = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
Data = dict[str, Any]


@pytest.fixture
def two(pair: Data) -> Data:
    """A pair with a second network."""
    pair["subnets"].append({"network": "203.0.113.0/24"})
    return pair


def reserve(data: Data, at: int = 0, **reservations: Data) -> Data:
    """Declare reservations in a subnet."""
    data["subnets"][at]["reservations"] = reservations
    return data


def test_a_laptop_has_an_address_in_each_network(two: Data) -> None:
    """As two reservations, of one name even, or as one."""
    reserve(two, laptop={"mac": A, "address": "192.0.2.9", "host_name": "x"})
    assert load(reserve(two, 1, laptop={"mac": A, "address": "203.0.113.9", "host_name": "x"}))
    assert load(
        reserve(reserve(two, 1), laptop={"mac": A, "address": ["192.0.2.9", "203.0.113.9"]})
    )


def test_several_clients_have_one_address(two: Data) -> None:
    """The two cards of a machine; two routers that back each other up."""
    assert load(
        reserve(two, a={"mac": A, "address": "192.0.2.9"}, b={"mac": B, "address": "192.0.2.9"})
    )
    assert load(reserve(two, a={"mac": [A, B], "address": "192.0.2.9"}))


def test_addresses_are_read_as_address_managers_print_them(two: Data) -> None:
    """With the length of the prefix."""
    site = load(reserve(two, a={"mac": A, "address": " 192.0.2.9/24 "}))
    assert str(site.subnets[0].reservations["a"].address[0]) == "192.0.2.9"


def test_a_reservation_of_the_site_belongs_to_the_subnet_of_its_address(two: Data) -> None:
    """A spreadsheet has one list for all networks."""
    two["reservations"] = {"a": {"mac": A, "address": "203.0.113.9"}}
    (network,) = load(two).reserved_networks
    assert str(network) == "203.0.113.0/24"


REFUSED: dict[str, tuple[Data, str]] = {
    "an address that is in no network": (
        {"a": {"mac": A, "address": ["192.0.2.9", "10.0.0.9"]}},
        "address[1] = '10.0.0.9': in none of the declared subnets",
    ),
    "two addresses on one wire": (
        {"a": {"mac": A, "address": ["192.0.2.9", "192.0.2.10"]}},
        "address[1] = '192.0.2.10': on the same wire as 192.0.2.9; servers would only give one;"
        " remove the other",
    ),
    "no address in its own network": (
        {"a": {"mac": A, "address": ["203.0.113.9", "203.0.113.9"]}},
        "none of them is in its network, 192.0.2.0/24",
    ),
    "two addresses of one client on one wire": (
        {"a": {"mac": A, "address": "192.0.2.9"}, "b": {"mac": A, "address": "192.0.2.10"}},
        f"reservations.b.mac = '{A}': already the hardware address of the reservation 'a' of"
        " 192.0.2.0/24 on this wire; a server would use only one of them; keep one",
    ),
    "a client twice without an address": (
        {"a": {"circuit_id": "31:32"}, "b": {"circuit_id": "12"}},
        "reservations.b.circuit_id = '12': already the circuit identifier of the reservation 'a'"
        " of 192.0.2.0/24 without an address; a server would use only one of them; keep one",
    ),
    "an identifier that is listed twice": (
        {"a": {"mac": [A, A.upper()]}},
        f"reservations.a.mac = '{A}': listed twice",
    ),
    "an address within a range": (
        {"a": {"mac": A, "address": "192.0.2.150"}},
        "inside the range 192.0.2.100-192.0.2.199; another client may get it; write the ranges"
        " ['192.0.2.100-192.0.2.149', '192.0.2.151-192.0.2.199']",
    ),
    "a group that is not declared": (
        {"a": {"mac": A, "group": "printers"}},
        "reservations.a.group = 'printers': unknown group; known: none",
    ),
    "a name with a line break": (
        {"a\nb": {"mac": A}},
        "expected 1 to 100 printable characters, no blanks at the ends",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_reservation_is_refused(two: Data, what: str) -> None:
    """With the place, and what to do."""
    reservations, line = REFUSED[what]
    with pytest.raises(SiteError) as refused:
        load(reserve(two, **reservations))
    assert line in str(refused.value)


def test_a_port_of_one_of_several_switches_is_no_reservation(pair: Data) -> None:
    """A server looks for one of the two identifiers; a reader expects both to count."""
    reserve(pair, a={"circuit_id": "port 7", "remote_id": "switch 2"})
    with pytest.raises(SiteError, match="write a class with both conditions, and a pool of one"):
        load(pair)


@pytest.mark.parametrize(
    ("which", "value", "written"),
    [
        ("client_identifier", "0100.5e00.5301", None),
        ("client_identifier", "0100.005e.0053.01", "01:00:00:5e:00:53:01"),
        ("client_identifier", "010000005e005301", None),
        ("client_identifier", "0100005E005301", "01:00:00:5e:00:53:01"),
        ("client_identifier", "0xff01", "ff:01"),
        ("circuit_id", "0x0004", "00:04"),
        ("circuit_id", "00-00-5e-00-53-01", None),
        ("remote_id", "100200300400", None),
    ],
)
def test_what_looks_like_bytes_is_no_text(
    pair: Data, which: str, value: str, written: str | None
) -> None:
    """A server would look for these letters. Relays do send the like of some as a text."""
    reserve(pair, a={which: value})
    if written is None:
        assert load(pair)
        return
    with pytest.raises(SiteError, match=f"bytes are written '{written}'"):
        load(pair)
