"""Host names where addresses belong: what the message says to write."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.host_names import MOST, explained, in_place_of_addresses
from dhcp_failover.site.validate import SiteError, validated

Data = dict[str, Any]


@pytest.fixture
def named(pair: Data) -> Data:
    """A site with a name in every place where an address belongs."""
    pair["failover"]["lab"]["primary"]["address"] = "dhcp1.example.com"
    subnet = pair["subnets"][0]
    subnet["pools"][0]["routers"] = ["gw.example.com"]
    subnet["reservations"] = {"p": {"mac": "00:00:5e:00:53:01", "address": "p.example.com"}}
    return pair | {
        "options": {
            "domain-name-servers": ["ns1.example.com", "192.0.2.53", "ns2"],
            "static-routes": [["192.0.2.9", "router.example.com"]],
            "swap-server": "swap.example.com",
            "ntp-servers": "ntp.example.com",
        },
        "boot": {"next_server": {"dhcp1": "tftp.example.com", "dhcp2": "192.0.2.60"}},
        "routes": {"0.0.0.0/0": "gw"},
    }


def refused(data: Data) -> SiteError:
    """The error that data are refused with."""
    with pytest.raises(SiteError) as error:
        validated(data)
    return error.value


def test_names_are_found_in_every_place_where_an_address_belongs(named: Data) -> None:
    """In lists and records too, each once."""
    assert set(in_place_of_addresses(refused(named))) == {
        *("dhcp1.example.com", "gw.example.com", "p.example.com", "ns1.example.com", "ns2"),
        *("router.example.com", "swap.example.com", "tftp.example.com", "gw"),
        "ntp.example.com",
    }


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        (["192.0.2.7"], "swap.example.com has the address 192.0.2.7 now; write this address"),
        (
            ["192.0.2.7", "192.0.2.8"],
            "swap.example.com has the addresses 192.0.2.7 and 192.0.2.8 now; write those that you"
            " need",
        ),
        ([], "swap.example.com has no address now"),
        (None, "the address of swap.example.com could not be looked up in time"),
    ],
)
def test_the_message_says_what_to_write(
    named: Data, addresses: list[str] | None, said: str
) -> None:
    """Behind what is allowed."""
    text = str(explained(refused(named), {"swap.example.com": addresses}))
    assert (
        "options.swap-server = 'swap.example.com': swap-server: expected an IPv4 address, such as"
        f" '192.0.2.1'; {said}" in text
    )


def test_every_name_of_a_list_is_explained(named: Data) -> None:
    """In one line."""
    found = {"ns1.example.com": ["192.0.2.7"], "ns2": []}
    text = str(explained(refused(named), found))
    assert (
        "ns1.example.com has the address 192.0.2.7 now; write this address; ns2 has no address"
        in text
    )


@pytest.mark.parametrize("value", ["", "300.1.2.3", "a b", "2001:db8::1", "-", 7, None])
def test_what_is_no_name_is_not_looked_up(pair: Data, value: object) -> None:
    """Nor is a name where no address belongs."""
    error = refused(pair | {"boot": {"next_server": value}, "log_facility": "here.example"})
    assert in_place_of_addresses(error) == []


def test_not_more_names_are_looked_up_than_somebody_corrects(pair: Data) -> None:
    """The others wait for the next run."""
    reservations = {
        f"r{i}": {"mac": f"00:00:5e:00:53:{i:02x}", "address": f"r{i}.example"} for i in range(99)
    }
    pair["subnets"][0]["reservations"] = reservations
    assert len(in_place_of_addresses(refused(pair))) == MOST
