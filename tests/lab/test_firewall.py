"""The failover port is for the partners alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from machines import NORMAL
from shared import CONNECTED, RUN

if TYPE_CHECKING:
    from machines import Pair


def admitted(pair: Pair) -> bool:
    """Whether a computer on the same network gets a connection to the primary's port."""
    knock = "exec 3<>/dev/tcp/198.51.100.1/520"
    return not subprocess.run(
        pair.lab.inside("timeout", "4", "bash", "-c", knock), capture_output=True, check=False
    ).returncode


@pytest.mark.both_releases
def test_a_stranger_is_not_admitted_and_the_pair_is_in_normal(pair: Pair) -> None:
    """What else the server offers is reached as before."""
    assert not admitted(pair)
    assert pair.states() == NORMAL


@pytest.mark.both_releases
def test_a_table_that_was_flushed_is_put_back_without_a_restart(pair: Pair) -> None:
    """Whatever flushed it."""
    pid = pair.pid("dhcp1")
    pair.lab.run("dhcp1", "nft flush ruleset")
    assert admitted(pair)
    assert [it for it in pair.apply().changes if it[0] != CONNECTED] == [(RUN, "dhcp1")]
    assert not admitted(pair)
    assert pair.pid("dhcp1") == pid
    assert pair.apply().changes == []


def test_other_tables_are_left_alone(pair: Pair) -> None:
    """A firewall of the administrator's own."""
    pair.lab.run("dhcp1", "nft add table inet mine")
    pair.apply(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="61")
    assert "table inet mine" in pair.lab.run("dhcp1", "nft list tables")


@pytest.mark.both_releases
def test_the_table_is_there_after_a_reboot(pair: Pair) -> None:
    """Before the port is opened: dhcpd's unit loads it."""
    pair.lab.stop("dhcp1")
    pair.lab.up()
    pair.apply()
    assert not admitted(pair)


@pytest.mark.both_releases
def test_it_can_be_switched_off(pair: Pair) -> None:
    """The table is gone, and the next apply changes nothing."""
    pair.apply(DHCP_FIREWALL="false")
    assert admitted(pair)
    assert "dhcp_failover" not in pair.lab.run("dhcp1", "nft list tables")
    assert pair.apply(DHCP_FIREWALL="false").changes == []
