"""Applies and dry runs on real machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from shared import CHECK, CONNECTED, CONVERGED, OFTEN, RUN

if TYPE_CHECKING:
    from machines import Pair

CONF = "/etc/dhcp/dhcpd.conf"


def test_a_dry_run_on_fresh_machines_says_what_would_be_done(fresh: Pair) -> None:
    """It shows whole files, and nothing is on the machines afterwards."""
    output = fresh.dry().output
    assert "[dhcp1] Will create /etc/dhcp/dhcpd.conf" in output
    assert "+     mclt 3600;" in output
    assert "[dhcp2] Will start dhcpd: it does not run" in output
    assert "dhcpd.conf" not in fresh.files()["dhcp1"]
    assert fresh.lab.run("dhcp1", "command -v dhcpd", check=False) == ""


def test_a_dry_run_of_a_converged_pair_reports_no_change(pair: Pair) -> None:
    """Neither a change nor a conditional one, for any operation."""
    assert pair.plan() == {step: ([], []) for step in CONVERGED}
    assert pair.dry().said == ["Nothing would change on dhcp1 and dhcp2."]


def test_a_dry_run_with_yes_says_why_it_shows_nothing(pair: Pair) -> None:
    """pyinfra detects no changes then; the sentence says what to leave out."""
    said = pair.dry("-y", DHCP_FAILOVER__LAB__MCLT="1800").said
    assert said == ["-y makes pyinfra skip the detection of changes: leave it out to see them"]


def test_a_difference_that_both_servers_have_is_shown_once(pair: Pair) -> None:
    """Though it does not stand in the same line of their files; the second names the first."""
    run = pair.dry(DHCP_MIN_LEASE_TIME="200")
    assert run.output.count("+         min-lease-time 200;") == 1
    (said,) = (it for it in run.said if "the same difference" in it)
    assert re.fullmatch(f"Will modify {CONF}: the same difference as on dhcp[12]", said)


def test_a_dry_run_after_a_change_shows_exactly_that_and_touches_nothing(pair: Pair) -> None:
    """The primary alone has the mclt; the primary alone would restart."""
    before = pair.files()
    output = pair.dry(DHCP_FAILOVER__LAB__MCLT="1800").output
    diff = [line.strip() for line in output.splitlines() if line.strip()[:2] in ("- ", "+ ", "@@")]
    assert [it for it in diff if it[0] != "@"] == ["-     mclt 3600;", "+     mclt 1800;"]
    assert "[dhcp1] Will restart dhcpd: it runs from other files" in output
    assert "[dhcp2] Will" not in output
    assert pair.files() == before


def test_a_change_is_applied_where_it_matters(pair: Pair) -> None:
    """One server's file, one restart; the pair is in normal afterwards."""
    changes = pair.apply(DHCP_FAILOVER__LAB__MCLT="1800").changes
    assert [it for it in changes if it[0] != CONNECTED] == [
        (step, "dhcp1") for step in sorted([CHECK, OFTEN[1], RUN])
    ]
    assert pair.fact("Failover")["dhcp2"]["lab"]["mclt"] == 1800


def test_a_limited_apply_changes_one_server_and_sees_both(pair: Pair) -> None:
    """The partner is asked for its state over a connection of its own."""
    change = {"DHCP_FAILOVER__LAB__MAX_RESPONSE_DELAY": "30"}
    run = pair.apply("--limit", "dhcp1", **change)
    assert {server for _, server in run.changes} == {"dhcp1"}
    assert "max-response-delay 30;" in pair.lab.run("dhcp1", "cat /etc/dhcp/dhcpd.conf")
    assert "max-response-delay 60;" in pair.lab.run("dhcp2", "cat /etc/dhcp/dhcpd.conf")
    changes = pair.apply(**change).changes
    assert {server for step, server in changes if step != CONNECTED} == {"dhcp2"}


@pytest.mark.both_releases
def test_an_ordinary_user_with_sudo_does_it_all(fresh: Pair) -> None:
    """Fresh machines, a second apply, a dry run and the facts, as ``admin``."""
    as_admin = ("--ssh-user", "admin", "--sudo")
    fresh.apply(*as_admin)
    assert fresh.apply(*as_admin).changes == []
    assert "Will " not in fresh.dry(*as_admin).output
    assert fresh.fact("Daemon", *as_admin)["dhcp1"]["running"] is True


@pytest.mark.both_releases
def test_every_tunable_of_a_relationship_is_accepted_by_dhcpd(pair: Pair) -> None:
    """And the pair is in normal with them."""
    tunables = {
        "AUTO_PARTNER_DOWN": "3600",
        "MAX_LEASE_MISBALANCE": "20",
        "MAX_LEASE_OWNERSHIP": "5",
        "MIN_BALANCE": "30",
        "MAX_BALANCE": "900",
    }
    declared = {f"DHCP_FAILOVER__LAB__{name}": value for name, value in tunables.items()}
    run = pair.apply(**declared, DHCP_PING_CHECK="false")
    assert "[dhcp1] 3600 seconds after it lost sight of dhcp2" in run.output
    assert set(pair.states().values()) == {"normal"}
