"""Whatever the model accepts, dhcpd accepts, on both releases, and has no warning for."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.validate import SiteError, validated
from dhcpd import Dhcpd
from hypothesis import HealthCheck, Verbosity, given, settings
from properties.sites import sites


def accepted_by_dhcpd(daemons: dict[str, Dhcpd], count: int, *, fixed: bool) -> None:
    """Show ``count`` sites to each daemon, as every server of the site is given them."""
    drawn = accepted = 0

    @settings(
        max_examples=count,
        derandomize=fixed,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )
    @given(sites())
    def show(data: dict[str, Any]) -> None:
        nonlocal drawn, accepted
        drawn += 1
        try:
            site = validated(data)
        except SiteError:
            return
        accepted += 1
        for release, dhcpd in daemons.items():
            for server in site.peers:
                complaint = dhcpd.complaint(site, server)
                assert not complaint, f"dhcpd of Debian {release} for {server}:\n{complaint}"

    show()
    print(f"{drawn} sites drawn, {accepted} accepted by the model")
    assert accepted >= 0.8 * drawn


def test_a_fixed_set_of_sites_is_accepted_by_dhcpd(daemons: dict[str, Dhcpd]) -> None:
    """The same sixty each time."""
    accepted_by_dhcpd(daemons, 60, fixed=True)


REFUSED_ONCE: dict[str, dict[str, Any]] = {
    "an option that dhcpd does not know by itself": {
        "classes": {"one": {"match": [{"option": "agent.subscriber-id", "equals": "one"}]}}
    },
    "a byte that is no text": {
        "classes": {"one": {"match": [{"option": "default-ip-ttl", "equals": 255}]}}
    },
    "names of domains that begin with an underscore, as texts": {
        "options": {"domain-search": ["_tcp.example"]},
        "dns_domain": "_tcp.example",
    },
}


@pytest.mark.parametrize("what", REFUSED_ONCE)
def test_what_dhcpd_once_refused_it_accepts(
    daemons: dict[str, Dhcpd], pair: dict[str, Any], what: str
) -> None:
    """Found by sites that were drawn, and what is next to them."""
    site = validated(pair | REFUSED_ONCE[what])
    assert [it.complaint(site, "dhcp1") for it in daemons.values()] == ["", ""]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("no-such-thing 1;", "semicolon expected"),
        ("subnet 10.0.0.0 netmask 255.255.0.0 { range 10.1.0.1; }", "not in subnet"),
    ],
)
def test_what_dhcpd_complains_of_is_seen(
    daemons: dict[str, Dhcpd], pair: dict[str, Any], statement: str, word: str
) -> None:
    """Else the tests here could not fail."""
    site = validated(pair | {"verbatim": [statement]})
    for dhcpd in daemons.values():
        assert word in dhcpd.complaint(site, "dhcp1")


@pytest.mark.properties
def test_thousands_of_sites_are_accepted_by_dhcpd(daemons: dict[str, Dhcpd]) -> None:
    """Others each time."""
    accepted_by_dhcpd(daemons, 2200, fixed=False)
