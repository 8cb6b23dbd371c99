"""What went wrong by hand or by accident, and the apply that puts it right."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from dhcp_failover.engines.dhcpd.paths import LEASES
from dhcp_failover.lab.client import client
from machines import APPLY

if TYPE_CHECKING:
    from machines import Pair

DROP_IN = "/run/systemd/system/isc-dhcp-server.service.d"
KILL_FOR_GOOD = (
    f"mkdir -p {DROP_IN} && printf '[Service]\\nRestart=no\\n' > {DROP_IN}/no.conf"
    " && systemctl daemon-reload && pkill -9 dhcpd && sleep 0.2"
    f" && rm -r {DROP_IN} && systemctl daemon-reload"
)


@pytest.mark.both_releases
@pytest.mark.parametrize(
    "file",
    [
        "/etc/default/isc-dhcp-server",
        "/etc/dhcp/dhcpd.conf",
        "/etc/systemd/system/isc-dhcp-server.service",
    ],
)
def test_a_file_edited_by_hand_is_put_back(pair: Pair, file: str) -> None:
    """Content and mode; a daemon that never read the edit is not restarted for it."""
    pid = pair.pid("dhcp2")
    pair.lab.run("dhcp2", f"echo '# edited' >> {file}; chmod 666 {file}")
    assert (f"Prepare {file}", "dhcp2") in pair.apply().changes
    assert "edited" not in pair.lab.run("dhcp2", f"cat {file}")
    assert pair.lab.run("dhcp2", f"stat -c %a {file}").strip() == "644"
    if "systemd" not in file:
        assert pair.pid("dhcp2") == pid
    assert pair.apply().changes == []


def test_a_daemon_that_read_a_hand_edit_restarts(pair: Pair) -> None:
    """What counts is what the daemon was started from, not which run wrote it."""
    conf = "/etc/dhcp/dhcpd.conf"
    pair.lab.run("dhcp1", f"cp -p {conf} /tmp/kept && echo '# edited' >> {conf}")
    pair.lab.run("dhcp1", f"systemctl restart isc-dhcp-server && cp -p /tmp/kept {conf}")
    assert (
        "Run isc-dhcp-server",
        "dhcp1",
    ) in pair.apply().changes
    assert pair.apply().changes == []


def test_a_stopped_service_is_started(pair: Pair) -> None:
    """And the pair is seen in normal."""
    pair.lab.run("dhcp1", "systemctl stop isc-dhcp-server")
    states = {server: it["lab"]["state"] for server, it in pair.fact("Failover").items()}
    assert states == {"dhcp1": "not running", "dhcp2": "communications-interrupted"}
    pair.apply()
    assert pair.states() == {"dhcp1": "normal", "dhcp2": "normal"}


def test_a_disabled_service_is_enabled_without_a_restart(pair: Pair) -> None:
    """It would not have come back after a reboot."""
    pid = pair.pid("dhcp1")
    pair.lab.run("dhcp1", "systemctl disable isc-dhcp-server")
    assert pair.fact("Daemon")["dhcp1"]["enabled"] is False
    pair.apply()
    daemon = pair.fact("Daemon")["dhcp1"]
    assert (daemon["enabled"], daemon["pid"]) == (True, pid)


def test_a_killed_daemon_is_never_called_running_and_is_started(pair: Pair) -> None:
    """Its lease file still says normal; its process is gone."""
    pair.lab.run("dhcp1", KILL_FOR_GOOD)
    assert pair.fact("Daemon")["dhcp1"]["running"] is False
    assert pair.fact("Failover")["dhcp1"]["lab"]["state"] == "not running"
    pair.apply()
    assert pair.states() == {"dhcp1": "normal", "dhcp2": "normal"}


@pytest.mark.both_releases
def test_a_killed_daemon_comes_back_by_itself(pair: Pair) -> None:
    """The unit restarts what died."""
    pid = pair.pid("dhcp1")
    pair.lab.run("dhcp1", "pkill -9 dhcpd")
    deadline = time.monotonic() + 20
    while not (daemon := pair.fact("Daemon")["dhcp1"])["running"]:
        assert time.monotonic() < deadline
    assert daemon["pid"] != pid


def test_a_server_that_was_rebooted_needs_nothing(pair: Pair) -> None:
    """It serves again by itself; the apply has nothing to do but look."""
    pair.lab.stop("dhcp1")
    pair.lab.up()
    changes = {operation for operation, _ in pair.apply().changes}
    assert changes <= {"Both servers connected"}
    assert pair.states() == {"dhcp1": "normal", "dhcp2": "normal"}


@pytest.mark.both_releases
def test_a_daemon_of_debians_init_script_that_died_is_seen_to_be_dead(pair: Pair) -> None:
    """systemd calls it active; the fact looks at the process."""
    pair.lab.run(
        "dhcp1",
        "systemctl stop isc-dhcp-server && rm /etc/systemd/system/isc-dhcp-server.service"
        " && systemctl daemon-reload && systemctl start isc-dhcp-server",
    )
    daemon = pair.fact("Daemon")["dhcp1"]
    assert (daemon["running"], daemon["enabled"], daemon["loaded"]) == (True, False, {})
    pair.lab.run("dhcp1", "pkill -9 dhcpd && sleep 0.2")
    assert pair.lab.run("dhcp1", "systemctl is-active isc-dhcp-server").strip() == "active"
    assert pair.fact("Daemon")["dhcp1"]["running"] is False
    pair.apply()
    assert pair.states() == {"dhcp1": "normal", "dhcp2": "normal"}


def test_a_run_that_cannot_see_normal_fails_and_says_why(pair: Pair) -> None:
    """Which server is in which state, and its last log lines."""
    pair.lab.disconnect("dhcp2")
    try:
        run = pair.pyinfra(
            *("-y", "inventories/lab.py", "deploys/dhcp.py", "--limit", "dhcp1"),
            *("--data", "dhcp_go_dark=yes"),
            DHCP_NORMAL_TIMEOUT="5",
            DHCP_FAILOVER__LAB__MAX_RESPONSE_DELAY="30",
        )
    finally:
        pair.lab.connect("dhcp2")
    assert run.status == 1
    assert re.search(r"\[dhcp1\] lab is in (startup|communications-interrupted) since", run.output)
    assert "dhcp2: no connection to it" in run.output
    assert "to startup" in run.output


def test_a_configuration_that_dhcpd_refuses_changes_nothing(pair: Pair) -> None:
    """Its own message with the line is shown, the candidate is gone, the file as it was."""
    before = pair.files()
    run = pair.pyinfra("-y", "inventories/lab.py", "tests/lab/deploys/refused.py")
    assert run.status == 1
    assert "/etc/dhcp/.dhcpd.conf.new line 2: expecting number." in run.output
    assert pair.files() == before
    assert pair.apply().changes == []


@pytest.mark.everything
def test_a_lease_that_one_server_forgot_is_reported_and_learned_again(pair: Pair) -> None:
    """dhcpd forgets at its start what is in none of its ranges; a partner sends no lease twice.

    What the sentence says to do helps.
    """
    narrower = "sed -i 's/range 198.51.100.100/range 198.51.100.199/' /etc/dhcp/dhcpd.conf"
    with client(pair.lab, 9) as one:
        lease = one.lease()
    assert lease
    record = f"tac {LEASES} | sed '/^lease {lease.address} /q'"
    deadline = time.monotonic() + 30
    while "  atsfp " not in pair.lab.run("dhcp1", record):  # dhcp2 has it, and has said so
        assert time.monotonic() < deadline
        time.sleep(0.1)
    pair.lab.run("dhcp2", f"{narrower} && systemctl restart isc-dhcp-server")
    run = pair.pyinfra(*APPLY)
    assert run.status == 1
    assert f"{lease.address}: dhcp2 says free, dhcp1 says 02:00:5e:00:00:09" in run.output
    pair.lab.run("dhcp2", f"systemctl stop isc-dhcp-server && sleep 10 && mv {LEASES} /root/")
    assert "waits until" in pair.apply().output
    assert "  binding state active;" in pair.lab.run("dhcp2", record)
