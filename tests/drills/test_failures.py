"""Servers, machines, cables and lease files that go, and come back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from shared import CONNECTED

if TYPE_CHECKING:
    from drills.conftest import Drill


@pytest.mark.parametrize("server", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
def test_daemon_killed(drill: Drill, server: str) -> None:
    """The unit brings it back by itself."""
    with drill.clients():
        started = time.monotonic()
        drill.pair.lab.run(server, "pkill -9 dhcpd")
        time.sleep(0.1)  # the state before the death is no answer
        drill.pair.until_normal()
        drill.timed("normal again after", started)


@pytest.mark.parametrize("server", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
def test_machine_crashed_and_back(drill: Drill, server: str) -> None:
    """Its partner sees no connection closed."""
    other = {"dhcp1": "dhcp2", "dhcp2": "dhcp1"}[server]
    with drill.clients():
        started = time.monotonic()
        drill.pair.lab.crash(server)
        drill.until_interrupted(other)
        drill.timed("partner noticed after", started)
        back = time.monotonic()
        drill.pair.lab.up()
        drill.pair.until_normal()
        drill.timed("normal after the boot", back)


def test_partition_and_healing(drill: Drill) -> None:
    """The servers do not see each other; the clients see the primary only."""
    with drill.clients():
        started = time.monotonic()
        drill.pair.lab.disconnect("dhcp2")
        drill.until_interrupted("dhcp1")
        drill.timed("noticed after", started)
        healed = time.monotonic()
        drill.pair.lab.connect("dhcp2")
        drill.pair.until_normal()
        drill.timed("normal after healing", healed)


def test_both_crashed_and_back(drill: Drill) -> None:
    """Nobody answers until one is back."""
    with drill.clients():
        drill.pair.lab.crash("dhcp1")
        drill.pair.lab.crash("dhcp2")
        back = time.monotonic()
        drill.pair.lab.up()
        drill.pair.until_normal()
        drill.timed("normal after the boot", back)


def test_lease_file_lost(drill: Drill) -> None:
    """Its server is silent for the mclt, here 130 s; the partner has all leases and answers.

    The apply does not wait for it: it says until when, and that nothing is to be done.
    """
    short = {"DHCP_FAILOVER__LAB__MCLT": "130"}
    drill.pair.apply(**short)
    with drill.clients(every=3):
        lab = drill.pair.lab
        lost = time.monotonic()
        lab.run("dhcp2", "systemctl stop isc-dhcp-server && rm /var/lib/dhcp/dhcpd.leases*")
        said = drill.pair.apply(**short).output
        drill.timed("applied after", lost)
        assert "recover-wait" in said
        assert "nothing is to be done" in said
        drill.pair.until_normal(150)
        drill.timed("normal after", lost)
    # The proof that had to wait is the one thing that is left to do.
    assert {step for step, _ in drill.pair.apply(**short).changes} <= {CONNECTED}
    assert drill.pair.apply(**short).changes == []
