"""A pair that was configured by hand, and serves, is taken over."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import pytest
from dhcp_failover.lab.client import client
from machines import NORMAL

if TYPE_CHECKING:
    from machines import Pair

BY_HAND = """\
default-lease-time 600;
failover peer "lab" {{
  {role};
  address 198.51.100.{own}; port 520;
  peer address 198.51.100.{other}; peer port 520;
  max-response-delay 60; max-unacked-updates 10; load balance max seconds 3;
  {primary}
}}
subnet 198.51.100.0 netmask 255.255.255.0 {{
  option routers 198.51.100.254;
  pool {{ failover peer "lab"; range 198.51.100.100 198.51.100.199; }}
}}
"""
INSTALLED = "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install"


@pytest.mark.everything
@pytest.mark.both_releases
def test_a_pair_made_by_hand_is_taken_over_with_its_leases(fresh: Pair) -> None:
    """Its old configuration is kept once, and its clients keep their addresses."""
    for own, role, primary in ((1, "primary", "mclt 3600; split 255;"), (2, "secondary", "")):
        name = f"dhcp{own}"
        text = BY_HAND.format(role=role, own=own, other=3 - own, primary=primary)
        fresh.lab.run(name, f"{INSTALLED} isc-dhcp-server > /dev/null 2>&1 || true")
        fresh.lab.run(name, "echo INTERFACESv4=host0 > /etc/default/isc-dhcp-server")
        fresh.lab.run(name, f"printf %s {quote(text)} > /etc/dhcp/dhcpd.conf")
    for name in NORMAL:
        fresh.lab.run(name, "systemctl restart isc-dhcp-server")
    fresh.until_normal()
    with client(fresh.lab, 1) as one:
        before = one.lease()
        assert before
        fresh.apply()
        assert not fresh.apply().changes
        after = one.lease()
    assert after
    assert after.address == before.address
    for name in NORMAL:
        kept = fresh.lab.run(name, "cat /var/lib/dhcp-failover/original/etc/dhcp/dhcpd.conf")
        assert kept.startswith("default-lease-time 600;")
