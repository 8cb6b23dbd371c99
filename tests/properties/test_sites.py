"""Whatever the model accepts, dhcpd accepts, on both releases, and has no warning for."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.validate import SiteError, validated
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
    """The same hundred each time."""
    accepted_by_dhcpd(daemons, 100, fixed=True)


@pytest.mark.properties
def test_thousands_of_sites_are_accepted_by_dhcpd(daemons: dict[str, Dhcpd]) -> None:
    """Others each time."""
    accepted_by_dhcpd(daemons, 2000, fixed=False)
