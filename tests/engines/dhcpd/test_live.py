"""What an installed configuration says of ranges and relationships."""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.engines.dhcpd.live import live_endpoints, live_ranges
from dhcp_failover.engines.engine import Endpoints, LiveRange
from dhcp_failover.site.model import Site
from dhcp_failover.site.validate import SiteError, validated
from hypothesis import HealthCheck, given, reject, settings
from properties.sites import sites

ROOT = Path(__file__).parents[3]


def declared_ranges(site: Site, server: str) -> set[LiveRange]:
    """The ranges that a server gives out, and by which relationship."""
    networks = site.networks_for(server)
    subnets = [
        *networks.subnets,
        *(it for all_ in networks.shared_networks.values() for it in all_),
    ]
    return {
        LiveRange(str(it.first), str(it.last), pool.failover or "")
        for subnet in subnets
        for pool in subnet.pools
        for it in pool.ranges
    }


def campus() -> dict[str, Any]:
    """Pools of a relationship and of one server, a shared network, hooks and classes."""
    data = runpy.run_path(str(ROOT / "inventories/campus.py"))["servers"][1]["dhcp"]
    data["keys"]["updates"]["secret"] = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="  # noqa: S105 # made up
    return dict(data)


@pytest.mark.parametrize("name", ["pair", "hub", "campus"])
def test_a_file_of_this_project_has_the_declared_ranges(
    pair: dict[str, Any], hub: dict[str, Any], name: str
) -> None:
    """Every server's, with their relationships."""
    site = Site.model_validate({"pair": pair, "hub": hub, "campus": campus()}[name])
    for server in site.peers:
        found = live_ranges(dhcpd_conf(site, server))
        assert set(found) == declared_ranges(site, server)
        assert len(found) == len(set(found))


@settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(sites())
def test_a_file_of_any_site_has_the_declared_ranges(data: dict[str, Any]) -> None:
    """Whatever names, texts and statements are in it."""
    try:
        site = validated(data)
    except SiteError:
        reject()
    for server in site.peers:
        text = dhcpd_conf(site, server)
        assert set(live_ranges(text)) == declared_ranges(site, server)
        assert set(live_endpoints(text)) == {peer.name for peer in site.peers[server]}


def test_a_file_of_this_project_has_the_declared_endpoints(hub: dict[str, Any]) -> None:
    """As this server sees them."""
    assert live_endpoints(dhcpd_conf(Site.model_validate(hub), "hub")) == {
        "north": Endpoints("192.0.2.1", 847, "198.51.100.2", 647, "secondary"),
        "south": Endpoints("192.0.2.1", 520, "203.0.113.2", 520, "secondary"),
    }


def in_pool(*statements: str) -> list[LiveRange]:
    """The ranges of a pool with these statements."""
    return live_ranges("subnet 10.0.0.0 netmask 255.0.0.0 { pool {" + " ".join(statements) + "} }")


ONE = LiveRange("10.0.0.1", "10.0.0.9", "")


@pytest.mark.parametrize(
    "statement",
    [
        "range 10.0.0.1 10.0.0.9;",
        "range 10.0.0.9 10.0.0.1;",
        "RANGE\n\t10.0.0.1 # the first\n 10.0.0.9 ;",
        "range dynamic-bootp 10.0.0.1 10.0.0.9;",
        "# range 10.1.0.1 10.1.0.9;\nrange 10.0.0.1 10.0.0.9;",
        'option x "range 10.1.0.1 10.1.0.9; }"; range 10.0.0.1 10.0.0.9;',
        'option x "a \\" } {"; range 10.0.0.1 10.0.0.9;',
        "if option x = 1 { range 10.0.0.1 10.0.0.9; } else { }",
        "range 10.0.0.1 10.0.0.9",
    ],
)
def test_a_range_in_any_spelling(statement: str) -> None:
    """Case, space, comments and strings, as dhcpd reads them; the last lacks its semicolon."""
    assert in_pool(statement) == ([ONE] if statement.endswith((";", "}")) else [])


def test_a_range_of_one_address() -> None:
    """Its first address is its last."""
    assert in_pool("range 10.0.0.1;") == [LiveRange("10.0.0.1", "10.0.0.1", "")]


@pytest.mark.parametrize("value", ["", "host.example", "10.0.0.1 10.0.0.2 10.0.0.3", "10.0.0.256"])
def test_what_is_not_a_range_is_left_out(value: str) -> None:
    """The ranges around it are found."""
    assert in_pool(f"range {value};", "range 10.0.0.1 10.0.0.9;") == [ONE]


def test_a_relationship_holds_for_its_whole_pool_and_no_other() -> None:
    """Before it and after it."""
    found = live_ranges("""
        shared-network one {
          subnet 10.0.0.0 netmask 255.0.0.0 {
            range 10.0.0.1;
            pool { range 10.0.0.2; failover peer "a"; range 10.0.0.3; }
            pool { range 10.0.0.4; }
          }
        }
    """)
    assert [it.relationship for it in found] == ["", "a", "a", ""]


def test_a_shared_network_has_a_relationship_for_its_pools() -> None:
    """Unless a pool has another one. Groups change nothing."""
    found = live_ranges("""
        group { shared-network one {
          failover peer "a";
          subnet 10.0.0.0 netmask 255.0.0.0 {
            range 10.0.0.1;
            pool { range 10.0.0.2; }
            pool { failover peer "b"; range 10.0.0.3; }
          }
        } }
        subnet 11.0.0.0 netmask 255.0.0.0 { range 11.0.0.1; }
    """)
    assert [it.relationship for it in found] == ["a", "a", "b", ""]


def test_endpoints_written_by_hand() -> None:
    """Names without quotes, upper case, default ports, addresses by name or left out."""
    text = """
        FAILOVER PEER office { PRIMARY; address dhcp1.example; peer address 10.0.0.2;
          max-response-delay 60; load balance max seconds 3; port 519 ; }
        failover peer "out side" { peer port 0; }
        subnet 10.0.0.0 netmask 255.0.0.0 { pool { failover peer "office"; range 10.0.0.9; } }
    """
    assert live_endpoints(text) == {
        "office": Endpoints("dhcp1.example", 519, "10.0.0.2", 647, "primary"),
        "out side": Endpoints("", 647, "", 647, ""),
    }


HOSTILE = [
    *(text * 100_000 for text in ('"', "#", "{", "}", ";", "\\", 'a"b\\', "a #", "range ", "\0")),
    "failover peer x {" * 50_000,
    "{ range 10.0.0.1; " * 50_000,
    'failover peer "\\777\\8\\',
    "failover peer " + "x" * 1_000_000 + ";",
    "failover peer x { port 99999999999999999999; port ٣; port ; }",
    "range \ud800;",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_read_in_time_in_proportion_to_its_size(text: str) -> None:
    """Nothing raises, nothing takes long."""
    started = time.process_time()
    live_ranges(text)
    live_endpoints(text)
    assert time.process_time() - started < 5
