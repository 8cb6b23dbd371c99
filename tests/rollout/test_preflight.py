"""What stops a run before anything is changed."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines import ENGINES
from dhcp_failover.engines.engine import EngineLook
from dhcp_failover.rollout import preflight
from dhcp_failover.site.load import load
from dhcp_failover.system.survey import System, system
from fake import system as survey_lines
from looks import look, process

DHCPD = ENGINES["dhcpd"]


def seen(*lines: str, own: str = "192.0.2.1/24", **changes: str) -> System:
    """A server whose survey prints this, beside what any prints."""
    return system([*survey_lines(own, **changes), "link=lo unknown", *lines], now=0)


def unready(
    pair: dict[str, Any], it: System, *interfaces: str, found: EngineLook | None = None
) -> list[str]:
    """What stands in the way of the primary of the pair."""
    site = load(pair, ["dhcp1", "dhcp2"])
    served = interfaces or preflight.served(site, "dhcp1", it)
    return [*preflight.unready(it, found or look(), site.peers["dhcp1"], served, DHCPD)]


def test_a_server_that_is_ready_gets_no_word(pair: dict[str, Any]) -> None:
    """Its own daemon may listen where it listens."""
    own = 'listen=tcp 0.0.0.0:520 users:(("dhcpd",pid=100,fd=7))'
    assert unready(pair, seen(own)) == []


@pytest.mark.parametrize("place", ["*", "192.0.2.1", "192.0.2.255", "0.0.0.0%eth0"])
def test_another_dhcp_server_on_a_served_interface_is_named(
    pair: dict[str, Any], place: str
) -> None:
    """By its process, unit, and where it listens; its own name does not matter."""
    other = process(
        pid=7,
        command="/usr/sbin/dhcpd -cf /etc/mine",
        unit="mine.service",
        port67=[place],
        interfaces=[],
    )
    (found,) = unready(pair, seen(), found=look(others=[other]))
    assert found.startswith("another DHCP server runs on it: /usr/sbin/dhcpd -cf /etc/mine")
    assert f"(process 7, unit mine.service) hears clients on {place}" in found


@pytest.mark.parametrize("place", ["127.0.0.1", "0.0.0.0%virbr0", "192.168.122.1"])
def test_a_dhcp_server_of_another_interface_is_no_obstacle(
    pair: dict[str, Any], place: str
) -> None:
    """That of a virtual network, say."""
    other = process(pid=7, command="dnsmasq", port67=[place], interfaces=[])
    assert unready(pair, seen(), found=look(others=[other])) == []


def test_another_program_on_the_failover_port_is_named(pair: dict[str, Any]) -> None:
    """Whatever it is called: it is not the daemon's process."""
    listener = 'listen=tcp [::]:520 users:(("dhcpd",pid=7,fd=7))'
    (found,) = unready(pair, seen(listener))
    assert found.startswith("dhcpd (process 7) listens on TCP port 520, which the relationship lab")
    elsewhere = 'listen=tcp 127.0.0.1:520 users:(("netcat",pid=7,fd=7))'
    assert unready(pair, seen(elsewhere)) == []


def test_an_interface_that_is_down_is_named(pair: dict[str, Any]) -> None:
    """The daemon would start, and hear nobody."""
    (found,) = unready(pair, seen("link=eth0 down"))
    assert found == "its interface eth0 is down; it must be up"


def test_an_interface_that_is_missing_is_named(pair: dict[str, Any]) -> None:
    """With those that are there."""
    (found,) = unready(pair, seen(), "eth9")
    assert found == "it has no interface eth9; it has eth0, lo"


def test_an_interface_without_an_address_is_named(pair: dict[str, Any]) -> None:
    """The daemon ignores all requests on it."""
    (found,) = unready(pair, seen("link=eth0 up", "link=eth1 up"), "eth0", "eth1")
    assert found == "its interface eth1 has no IPv4 address; it needs one to serve on"


def test_the_interfaces_of_all_networks_with_pools_are_served(pair: dict[str, Any]) -> None:
    """Where the server has an address; a network without pools or reservations is not served."""
    pair["subnets"][0]["pools"] = []
    pool = {"failover": "lab", "ranges": ["203.0.113.100-203.0.113.199"]}
    pair["subnets"].append({"network": "203.0.113.0/24", "pools": [pool]})
    site = load(pair, ["dhcp1", "dhcp2"])
    own = "192.0.2.1/24"
    two = seen("address=203.0.113.1/24 eth1 eth1", own=own)
    assert preflight.served(site, "dhcp1", two) == ["eth1"]
    assert preflight.served(site, "dhcp1", seen(own=own)) == ["eth0"]
    pair["interfaces"] = {"dhcp1": ["eth5"]}
    assert preflight.served(load(pair), "dhcp1", two) == ["eth5"]


def test_an_interface_that_lost_its_address_is_served_until_the_data_says_otherwise(
    pair: dict[str, Any],
) -> None:
    """Its network is reached by no other; one that nothing needs any more goes."""
    before = ["eth0", "eth1"]
    assert preflight.served(load(pair), "dhcp1", seen(), before) == ["eth0"]
    pool = {"failover": "lab", "ranges": ["203.0.113.100-203.0.113.199"]}
    pair["subnets"].append({"network": "203.0.113.0/24", "pools": [pool]})
    assert preflight.served(load(pair), "dhcp1", seen(), before) == ["eth0", "eth1"]
    pair["interfaces"] = {"dhcp1": ["eth0"]}
    assert preflight.served(load(pair), "dhcp1", seen(), before) == ["eth0"]


def test_a_directory_in_place_of_a_file_is_named(pair: dict[str, Any]) -> None:
    """It cannot be replaced by a file."""
    found = look()
    found["files"] = {"/etc/dhcp/dhcpd.conf": {"sha256": "", "mode": "755", "owner": "root:root"}}
    (reason,) = unready(pair, seen(), found=found)
    assert reason.startswith("/etc/dhcp/dhcpd.conf is a directory, or something else that is not")


def test_a_drop_in_that_changes_what_runs_is_named(pair: dict[str, Any]) -> None:
    """The daemon would not run as declared."""
    (found,) = unready(pair, seen(), found=look(drop_ins=["/etc/x.conf"]))
    assert "its unit isc-dhcp-server.service is changed by /etc/x.conf" in found


def test_where_a_relay_is_needed_the_interface_of_the_failover_address_is_served(
    pair: dict[str, Any],
) -> None:
    """Relayed requests come in there."""
    pool = {"failover": "lab", "ranges": ["203.0.113.100-203.0.113.199"]}
    pair["subnets"].append({"network": "203.0.113.0/24", "pools": [pool]})
    assert preflight.served(load(pair), "dhcp1", seen()) == ["eth0"]


def test_a_masked_unit_is_left_masked(pair: dict[str, Any]) -> None:
    """Somebody has masked it on purpose."""
    (found,) = unready(pair, seen(), found=look(masked=True))
    assert "systemctl unmask isc-dhcp-server.service" in found


def test_a_dhcpv6_server_of_the_old_script_is_not_ended(pair: dict[str, Any]) -> None:
    """The run stops and says what to do first."""
    found = look()
    found["legacy"] = ["v6 eth0", "options -d"]
    (reason,) = unready(pair, seen(), found=found)
    assert "also runs a DHCPv6 server (eth0), which would end; give that a unit first" in reason
    (warning,) = preflight.warnings(seen(), found, {}, [], DHCPD)
    assert "set up with -d" in warning


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"writable": False, "why": "/var/lib/dhcp is read-only"}, "/var/lib/dhcp is read-only"),
        ({"free": 1000}, "is full (1000 bytes left)"),
    ],
)
def test_a_lease_file_that_cannot_be_written_stops_a_run(
    pair: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    """The daemon would not start again."""
    found = look()
    found["storage"] = {**found["storage"], **change}  # type: ignore[typeddict-item]
    (reason,) = unready(pair, seen(), found=found)
    assert words in reason


def test_little_space_for_leases_is_warned_of() -> None:
    """Below 100 MB."""
    found = look()
    found["storage"]["free"] = 50_000_000
    (warning,) = preflight.warnings(seen(), found, {}, [], DHCPD)
    assert warning == "only 50 MB are left on the file system of its lease file"


@pytest.mark.parametrize(
    ("apart", "fails", "warns"), [(0, 0, 0), (29, 0, 0), (31, 0, 1), (59, 0, 1), (61, 1, 0)]
)
def test_clocks_may_be_half_a_minute_apart(apart: float, fails: int, warns: int) -> None:
    """Up to a minute it is a warning; from there the daemon refuses its partner."""
    one, two = seen(), seen(own="192.0.2.2/24")
    one["clock"], two["clock"] = 5, 5 - apart
    partners = {"dhcp2": (two, look())}
    assert len([*preflight.mismatched(one, look(), partners, DHCPD)]) == fails
    assert len([*preflight.warnings(one, look(), partners, [], DHCPD)]) == warns


def test_partners_have_the_same_version() -> None:
    """One that has none yet gets the other's."""
    two = seen(own="192.0.2.2/24")
    other = {"dhcp2": (two, look(version="4.3.5"))}
    (found,) = preflight.mismatched(seen(), look(), other, DHCPD)
    assert found == "it has dhcpd 4.4.3-P1 and dhcp2 has 4.3.5; both need the same version"
    none = {"dhcp2": (two, look(version=None))}
    assert [*preflight.mismatched(seen(), look(), none, DHCPD)] == []


def test_a_copy_of_its_partner_is_named() -> None:
    """Two machines with one machine-id cannot be told apart."""
    one, two = seen("machine=0123"), seen("machine=0123", own="192.0.2.2/24")
    (found,) = preflight.mismatched(one, look(), {"dhcp2": (two, look())}, DHCPD)
    assert "it has the same machine-id as dhcp2" in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"user": "1000"}, "commands run as an ordinary user there; root is needed: add --sudo"),
        ({"version": "14", "name": "Debian 14"}, "Debian 14 has no isc-dhcp-server; Debian 12 and"),
        ({"id": "fedora", "name": "Fedora 44", "apt": ""}, "Fedora 44 is not supported; Debian 12"),
        ({"apt": ""}, "is not supported; Debian 12 and 13 with systemd and apt are"),
        ({"systemd": ""}, "is not supported; Debian 12 and 13 with systemd and apt are"),
    ],
)
def test_a_server_that_cannot_be_set_up_is_one_sentence(
    changes: dict[str, str], sentence: str
) -> None:
    """Whatever else is wrong with it."""
    (found,) = preflight.unsupported(seen(**changes), look(), DHCPD)
    assert sentence in found


def test_package_sources_without_the_daemon_are_a_sentence() -> None:
    """Before apt is asked to install what it does not have."""
    found = look()
    found["absent"] = True
    (reason,) = preflight.unsupported(seen(), found, DHCPD)
    assert "its package sources have no isc-dhcp-server" in reason


def test_a_partner_that_is_treated_as_down_by_itself_is_warned_of(pair: dict[str, Any]) -> None:
    """With the seconds, the partner and the relationship."""
    pair["failover"]["lab"]["auto_partner_down"] = 7200
    peers = load(pair).peers["dhcp1"]
    (found,) = preflight.warnings(seen(), look(), {}, peers, DHCPD)
    assert found.startswith("7200 seconds after it lost sight of dhcp2 it gives out the addresses")
    assert "auto_partner_down of lab" in found
