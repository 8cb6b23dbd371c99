"""What is read of the daemon's log: complaints, and its last lines for people."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import commands
from dhcp_failover.system.script import text
from programs import fake

HERE = commands.HERE


def complaints(*messages: str, continued: Sequence[str] = ()) -> list[str]:
    """What is kept of these messages of dhcpd, as journalctl prints them."""
    lines = [f"1795611896.692581 dhcpd[557]: {message}" for message in messages]
    lines += [f"                                {text}" for text in continued]
    result = subprocess.run(
        ["awk", text(HERE, "complaints.awk")],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()


UNKNOWN = "bind update on 10.8.0.9 from lab rejected: unknown IP address"
COVERED = (
    "bind update on 10.8.0.9 from lab rejected:"
    " IP address is covered by a different failover relationship state"
)
NORMAL = "failover peer lab: I move from communications-interrupted to normal"


@pytest.mark.parametrize(
    "message",
    [
        UNKNOWN,
        COVERED,
        "IMBALANCED pool 55bde64396f0 198.51.100.0/24  total 100  free 100  backup 0  lts 50",
        "Failover CONNECT to lab rejected: Connection rejected, time mismatch too great.",
        "Failover CONNECT from lab: time offset too large",
        "Lease conflict at 10.8.0.9",
    ],
)
def test_what_a_healthy_pair_does_not_log_is_a_complaint_once(message: str) -> None:
    """However often it is logged."""
    assert complaints(message, "Server starting service.", message) == [f"Complaint={message}"]


@pytest.mark.parametrize(
    "message",
    [
        "bind update on 10.8.0.9 from lab rejected: incoming update is less critical than outgoing",
        "bind update on 10.8.0.9 got ack from lab: xid mismatch.",
        "bind update on 10.8.0.9 from lab rejected: 10.8.0.9: invalid state transition: active to"
        " free",
        "balanced pool 55bde64396f0 198.51.100.0/24  total 100  free 50  backup 50  lts 0",
        "Update request from lab: nothing pending",
        "Failover CONNECT to lab rejected: Connection rejected, invalid failover partner.",
    ],
)
def test_what_a_healthy_pair_logs_too_is_no_complaint(message: str) -> None:
    """Seen in clean runs."""
    assert complaints(message) == []


@pytest.mark.parametrize(
    "name",
    [
        "IMBALANCED",
        "IMBALANCED pool 55bde64396f0 ",
        "failover peer lab: I move from normal to recover",
        UNKNOWN,
        "\\nIMBALANCED pool 55bde64396f0 \\n",
        "** Ignoring requests on host0.  If this is not what",
        "]: IMBALANCED pool 55bde64396f0 ",
        f"]: {UNKNOWN}",
        "]: Lease conflict at 10.8.0.9",
        "]: Failover CONNECT from lab: time offset too large",
    ],
)
def test_no_host_name_is_a_complaint(name: str) -> None:
    """dhcpd logs the names of clients, in lines that begin as it likes."""
    assert complaints(f"DHCPACK on 10.8.0.9 to 02:00:00:00:00:01 ({name}) via host0") == []


def test_a_later_line_of_a_message_is_not_read() -> None:
    """journalctl indents it: a client may have put it there."""
    assert (
        complaints("DHCPACK on 10.8.0.9 to (a", continued=[UNKNOWN, f"dhcpd[1]: {UNKNOWN}"]) == []
    )


def test_no_host_name_takes_a_complaint_back() -> None:
    """Only the daemon's own move to normal does."""
    hostile = f"DHCPACK on 10.8.0.9 to 02:00:00:00:00:01 ({NORMAL}) via host0"
    assert complaints(UNKNOWN, hostile) == [f"Complaint={UNKNOWN}"]


def test_normal_again_takes_back_what_was_wrong_with_that_partner() -> None:
    """A partner that did not know an address yet has read its new file since."""
    other = UNKNOWN.replace("lab", "branch")
    assert complaints(UNKNOWN, other, NORMAL) == [f"Complaint={other}"]
    assert complaints(NORMAL, UNKNOWN) == [f"Complaint={UNKNOWN}"]


def test_a_conflict_in_which_nothing_was_sent_lasts() -> None:
    """Both servers are in normal afterwards, and one of them knows no lease."""
    nothing = "Update request from lab: nothing pending"
    conflict = [
        "failover peer lab: I move from normal to potential-conflict",
        nothing,
        "failover peer lab: I move from potential-conflict to conflict-done",
        "failover peer lab: I move from conflict-done to normal",
    ]
    assert complaints(*conflict) == [f"Complaint={nothing}"]
    full = "failover peer lab: I move from recover-done to normal"
    assert complaints(*conflict, full) == []


FAILED = """\
13:04:56 systemd[1]: Starting isc-dhcp-server.service - ISC DHCP server...
13:04:56 dhcpd[557]: Internet Systems Consortium DHCP Server 4.4.3-P1
13:04:56 dhcpd[557]: Copyright 2004-2022 Internet Systems Consortium.
13:04:56 dhcpd[557]: All rights reserved.
13:04:56 dhcpd[557]: For info, please visit https://www.isc.org/software/dhcp/
13:04:56 dhcpd[557]: Wrote 0 leases to leases file.
13:04:56 dhcpd[557]:
13:04:56 dhcpd[557]: No subnet declaration for host0 (198.51.100.1).
13:04:56 dhcpd[557]: Not configured to listen on any interfaces!
13:04:56 dhcpd[557]:
13:04:56 dhcpd[557]: If you think you have received this message due to a bug rather
13:04:56 dhcpd[557]: than a configuration issue please read the section on submitting
13:04:56 dhcpd[557]: bugs on either our web page at www.isc.org or in the README file
13:04:56 dhcpd[557]: before submitting a bug.  These pages explain the proper
13:04:56 dhcpd[557]: process and the information we find helpful for debugging.
13:04:56 dhcpd[557]:
13:04:56 dhcpd[557]: exiting.
13:04:56 systemd[1]: isc-dhcp-server.service: Failed with result 'exit-code'.
"""


def log(root: Path, text: str) -> list[str]:
    """The lines that are left of a journal."""
    fake(root, "journalctl", text)
    environment = {**os.environ, "PATH": f"{root}:{os.environ['PATH']}"}
    command = ["sh", "-c", commands.LOG.script]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_the_reason_of_a_failed_start_is_left_of_its_log(root: Path) -> None:
    """dhcpd writes a banner above it and boilerplate below."""
    assert [line.split(": ", 1)[1] for line in log(root, FAILED)] == [
        "No subnet declaration for host0 (198.51.100.1).",
        "Not configured to listen on any interfaces!",
        "isc-dhcp-server.service: Failed with result 'exit-code'.",
    ]


@pytest.mark.parametrize(
    "message",
    [
        "DHCPREQUEST for 192.0.2.9 from 00:00:5e:00:53:01 (pc) via eth0",
        "DHCPREQUEST for 192.0.2.9 from 00:00:5e:00:53:01 via eth0: load balance to peer lab",
        "DHCPREQUEST for 192.0.2.9 from 00:00:5e:00:53:01 via eth0: unknown lease 192.0.2.9.",
        "DHCPDISCOVER from 00:00:5e:00:53:01 via eth0: peer holds all free leases",
        "DHCPDISCOVER from 00:00:5e:00:53:01 via eth0: network 192.0.2.0/24: no free leases",
        "DHCPRELEASE of 192.0.2.9 from 00:00:5e:00:53:01 (pc) via eth0 (found)",
        "DHCPACK on 192.0.2.9 to 00:00:5e:00:53:01 (pc\n            dhcpd[1]: exiting.) via eth0",
        "BOOTREQUEST from 00:00:5e:00:53:01 via eth0",
        "reuse_lease: lease age 12 (secs) under 25% threshold, reply with unaltered lease",
        "uid lease 192.0.2.8 for client 00:00:5e:00:53:01 is duplicate on 192.0.2.0/24",
        "Abandoning IP address 192.0.2.9: pinged before offer",
        "Added new forward map from exiting.example.com to 192.0.2.9",
        "Unable to add forward map from pc.example.com to 192.0.2.9: timed out",
    ],
)
@pytest.mark.parametrize("stamp", ["2026-11-25T13:04:56+0000", "Nov  5 13:04:56 dhcp1"])
def test_no_line_that_a_client_causes_is_in_the_log(root: Path, message: str, stamp: str) -> None:
    """There are hundreds a second, and they would push out what the daemon says itself."""
    own = f"{stamp} dhcpd[557]: failover peer lab: I move from normal to communications-interrupted"
    text = f"{own}\n" + f"{stamp} dhcpd[557]: {message}\n" * 20
    assert log(root, text) == [own]


def test_a_message_of_several_lines_stays_whole(root: Path) -> None:
    """journalctl indents all but the first."""
    text = "13:04:56 dhcpd[557]: Can't open lease database:\n         no such file\n"
    assert log(root, text) == text.splitlines()
