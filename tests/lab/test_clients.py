"""Real clients: what they are given, and by whom when a server is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dhcp_failover.lab.client import client

if TYPE_CHECKING:
    from machines import Pair


@pytest.mark.both_releases
def test_a_client_gets_a_lease_as_declared(pair: Pair) -> None:
    """An address of the pool and its router; a first lease is at most the mclt long."""
    with client(pair.lab, 1) as one:
        lease = one.lease()
    assert lease
    assert lease.address.startswith("198.51.100.1")
    assert (lease.routers, lease.seconds) == ("198.51.100.254", 3600)


def test_when_the_primarys_daemon_is_gone_the_secondary_answers(pair: Pair) -> None:
    """A client that nobody knows gets a lease all the same."""
    pair.lab.run("dhcp1", "systemctl stop isc-dhcp-server")
    with client(pair.lab, 2) as one:
        lease = one.lease()
    assert lease
    assert lease.server == "198.51.100.2"


def test_when_the_primarys_machine_is_gone_the_secondary_answers(pair: Pair) -> None:
    """Before it has even noticed: for clients that have waited long enough."""
    pair.lab.crash("dhcp1")
    with client(pair.lab, 3) as one:
        lease = one.lease(60)
    assert lease
    assert lease.server == "198.51.100.2"


def test_a_client_keeps_its_address_when_its_server_is_gone(pair: Pair) -> None:
    """The partner knows the lease."""
    with client(pair.lab, 4) as one:
        first = one.lease()
        assert first
        pair.lab.run("dhcp1", "systemctl stop isc-dhcp-server")
        second = one.lease()
    assert second
    assert (second.address, second.server) == (first.address, "198.51.100.2")
