"""What a pair goes through, and comes out of."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from machines import NORMAL
from shared import CHANGED

if TYPE_CHECKING:
    from machines import Pair


@pytest.mark.both_releases
def test_two_machines_that_lost_power_come_back_in_normal(pair: Pair) -> None:
    """Nothing needs an apply: their units are enabled and their lease files are kept."""
    pair.lab.crash("dhcp1")
    pair.lab.crash("dhcp2")
    pair.lab.up()
    pair.until_normal()
    assert {operation for operation, _ in pair.apply().changes} <= {"Both servers connected"}


def test_servers_that_cannot_see_each_other_serve_on_and_agree_again(pair: Pair) -> None:
    """Each finds out after ``max_response_delay``; both are in normal when the cable is back."""
    short = {"DHCP_FAILOVER__LAB__MAX_RESPONSE_DELAY": "3"}
    pair.apply(**short)
    pair.lab.disconnect("dhcp2")
    deadline = time.monotonic() + 30
    try:
        while pair.fact("Failover", "--limit", "dhcp1")["dhcp1"]["lab"]["state"] == "normal":
            assert time.monotonic() < deadline
        states = pair.fact("Failover", "--limit", "dhcp1")
        assert states["dhcp1"]["lab"]["state"] == "communications-interrupted"
    finally:
        pair.lab.connect("dhcp2")
    pair.until_normal()


@pytest.mark.parametrize("step", CHANGED)
def test_an_apply_that_is_killed_is_finished_by_the_next(pair: Pair, step: str) -> None:
    """At any step, whatever it has done by then; the one after that has nothing to do."""
    unacked = 20 + CHANGED.index(step)
    change = {"DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES": str(unacked)}
    pair.killed_apply(step, **change)
    pair.apply(**change)
    for name in NORMAL:
        conf = pair.lab.run(name, "cat /etc/dhcp/dhcpd.conf; ls -A /etc/dhcp")
        assert f"max-unacked-updates {unacked};" in conf
        assert ".new" not in conf
    assert pair.states() == NORMAL
    assert pair.apply(**change).changes == []
