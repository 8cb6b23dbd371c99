"""What stops a run before anything is changed; each a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.rollout import preflight
from dhcp_failover.site.load import load
from dhcp_failover.system.survey import System, system
from shared import system as said


def seen(own: str = "192.0.2.1", *lines: str) -> System:
    """A server of which its commands say this, beside what any says."""
    return system([*said(own), "link=lo unknown", *(lines or ("link=eth0 up",))], now=0)


def unready(pair: dict[str, Any], it: System, *interfaces: str) -> list[str]:
    """What stands in the way of the primary of the pair."""
    peers = load(pair, ["dhcp1", "dhcp2"]).peers["dhcp1"]
    return [*preflight.unready(it, peers, interfaces or None)]


def test_a_server_that_is_ready_gets_no_word(pair: dict[str, Any]) -> None:
    """Its own dhcpd may listen where dhcpd listens."""
    own = 'listen=udp 0.0.0.0:67 users:(("dhcpd",pid=1,fd=7))'
    assert unready(pair, seen("192.0.2.1", "link=eth0 up", own)) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            'listen=udp 0.0.0.0:67 users:(("dnsmasq",pid=1,fd=7))',
            "dnsmasq listens on UDP port 67, which DHCP needs",
        ),
        (
            'listen=tcp [::]:520 users:(("netcat",pid=1,fd=7))',
            "netcat listens on TCP port 520, which the relationship lab needs",
        ),
    ],
)
def test_another_program_on_a_port_is_named(pair: dict[str, Any], line: str, sentence: str) -> None:
    """DHCP's own port, and that of each relationship."""
    (found,) = unready(pair, seen("192.0.2.1", "link=eth0 up", line))
    assert found.startswith(sentence)


def test_an_interface_that_is_down_is_named(pair: dict[str, Any]) -> None:
    """dhcpd would start, and hear nobody."""
    (found,) = unready(pair, seen("192.0.2.1", "link=eth0 down"))
    assert found == "its interface eth0 is down; it has to be up to serve on"


def test_an_interface_that_is_missing_is_named(pair: dict[str, Any]) -> None:
    """With those that are there."""
    (found,) = unready(pair, seen(), "eth9")
    assert found == "it has no interface eth9; it has lo, eth0"


@pytest.mark.parametrize(
    ("apart", "fails", "warns"), [(0, 0, 0), (29, 0, 0), (31, 0, 1), (59, 0, 1), (61, 1, 0)]
)
def test_clocks_may_be_half_a_minute_apart(apart: float, fails: int, warns: int) -> None:
    """Up to a minute it is a warning; from there dhcpd refuses its partner."""
    one, two = seen(), seen("192.0.2.2")
    one["clock"], two["clock"] = 5, 5 - apart
    assert len([*preflight.mismatched(one, {"dhcp2": two})]) == fails
    assert len([*preflight.warnings(one, {"dhcp2": two}, [])]) == warns


def test_partners_have_the_same_version_of_dhcpd() -> None:
    """One that has none yet gets the other's."""
    one, two = seen("192.0.2.1", "dhcpd=4.4.3-P1"), seen("192.0.2.2", "dhcpd=4.3.5")
    (found,) = preflight.mismatched(one, {"dhcp2": two})
    assert found == "it has dhcpd 4.4.3-P1 and dhcp2 has 4.3.5; both need the same version"
    assert [*preflight.mismatched(one, {"dhcp2": seen("192.0.2.2")})] == []


def test_package_sources_without_dhcpd_are_a_sentence() -> None:
    """Before apt is asked to install what it does not have."""
    (found,) = preflight.unsupported(seen("192.0.2.1", "absent=yes"))
    assert "its package sources have no isc-dhcp-server" in found


def test_a_partner_that_is_taken_for_down_by_itself_is_warned_of(pair: dict[str, Any]) -> None:
    """With the seconds, the partner and the relationship."""
    pair["failover"]["lab"]["auto_partner_down"] = 7200
    (found,) = preflight.warnings(seen(), {}, load(pair).peers["dhcp1"])
    assert found.startswith("7200 seconds after it lost sight of dhcp2 it gives out the addresses")
    assert "auto_partner_down of lab" in found
