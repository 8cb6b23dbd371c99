"""The programs about dhcpd, run by a real shell on files and programs of the test's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import answers, commands
from dhcp_failover.engines.engine import Holder, Holding
from dhcp_failover.system.script import script, text

HERE = commands.HERE


def run(program: str, *, path: Path | None = None, **settings: str) -> list[str]:
    """Run a program with sh, with fake programs first on its PATH; return what it prints."""
    before = f"{path}:" if path else ""
    environment = {**os.environ, "PATH": before + os.environ["PATH"], "LC_ALL": "C"}
    command = ["sh", "-c", script(HERE, program, **settings)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


def fake(directory: Path, name: str, output: str) -> None:
    """A program that prints this, whatever it is asked."""
    (directory / f"{name}.out").write_text(output)
    program = directory / name
    program.write_text(f"#!/bin/sh\ncat '{directory}/{name}.out'\n")
    program.chmod(0o755)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Programs of a server on which the test is root."""
    programs = tmp_path / "programs"
    programs.mkdir()
    fake(programs, "id", "0\n")
    return programs


# Complaints.


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


# Sockets.

SOCKETS = """\
p_raw UNCONN 0      0      [35020]:host0 * users:(("systemd-network",pid=50,fd=18))
p_raw UNCONN 0      0            *:host0 * users:(("dhcpd",pid=557,fd=6))
p_raw UNCONN 0      0            *:eth0.5 * users:(("dhcpd",pid=557,fd=7),("dhcpd",pid=558,fd=7))
udp   UNCONN 0      0      0.0.0.0:67 0.0.0.0:* users:(("dhcpd",pid=557,fd=8))
udp   UNCONN 0      0      192.168.122.1%virbr0:67 0.0.0.0:* users:(("dnsmasq",pid=80,fd=3))
udp   UNCONN 0      0      0.0.0.0:6767 0.0.0.0:* users:(("other",pid=81,fd=3))
tcp   ESTAB  0      0      10.0.0.1:35491 10.0.0.2:520 users:(("dhcpd",pid=557,fd=9))
tcp   ESTAB  0      0      10.0.0.1:22 10.0.0.9:5201 users:(("sshd",pid=5,fd=9))
tcp   LISTEN 0      5      10.0.0.1:520 0.0.0.0:* users:(("dhcpd",pid=557,fd=5))
"""


def test_sockets_are_told_apart_by_process_device_and_protocol() -> None:
    """A name alone proves nothing, and LLDP is not DHCP."""
    command = ["awk", "-v", "main=557", text(HERE, "sockets.awk")]
    result = subprocess.run(command, input=SOCKETS, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == [
        "Hears=557 host0",
        "Hears=557 eth0.5",
        "Hears=558 eth0.5",
        "Port67=557 0.0.0.0",
        "Port67=80 192.168.122.1%virbr0",
        "Connection=10.0.0.1:35491 10.0.0.2:520",
    ]


# Leases.


def lease(address: str, mac: str, ends: str, state: str = "active") -> str:
    """A record of a lease file."""
    hardware = f"  hardware ethernet {mac};\n" if mac else ""
    return (
        f"lease {address} {{\n  starts 2 2026/11/24 04:54:32;\n  ends {ends};\n"
        f"  tstp 2 2026/11/24 13:54:32;\n  binding state {state};\n"
        f'  next binding state expired;\n{hardware}  client-hostname "lease 10.0.0.1 {{";\n}}\n'
    )


FUTURE, PAST = "4 2099/11/24 04:54:32", "4 2020/11/24 04:54:32"


def holders(root: Path, leases: str) -> dict[str, Holder]:
    """Who holds an address by this lease file."""
    file = root / "leases"
    file.write_text(leases)
    lines = run(
        "holders.sh",
        path=root,
        LEASES=str(file),
        AS="holders",
        HOLDERS_AWK=text(HERE, "holders.awk"),
    )
    return answers.holders(lines)


@pytest.mark.parametrize("ends", [FUTURE, "never", "epoch 4000000000; # Thu Oct  2 07:06:40 2096"])
def test_an_active_lease_that_is_not_over_has_a_holder(root: Path, ends: str) -> None:
    """In every form of a time (dhcpd.leases(5))."""
    assert holders(root, lease("10.0.0.1", "02:00:00:00:00:01", ends)) == {
        "10.0.0.1": Holder("02:00:00:00:00:01", current=True)
    }


@pytest.mark.parametrize("ends", [PAST, "epoch 1700000000; # past"])
def test_a_lease_that_is_over_is_listed_as_such_and_not_counted(root: Path, ends: str) -> None:
    """Its record stays active until dhcpd ends it."""
    leases = lease("10.0.0.1", "02:00:00:00:00:01", ends)
    assert holders(root, leases) == {"10.0.0.1": Holder("02:00:00:00:00:01", current=False)}
    found = holding(root, leases)
    assert found
    assert found.clients == 0


@pytest.mark.parametrize("state", ["free", "backup", "expired", "released", "abandoned", "reset"])
def test_the_last_record_of_an_address_counts(root: Path, state: str) -> None:
    """In either direction."""
    active = lease("10.0.0.1", "02:00:00:00:00:01", FUTURE)
    other = lease("10.0.0.1", "02:00:00:00:00:02", FUTURE, state)
    assert holders(root, active + other) == {}
    assert holders(root, other + active)["10.0.0.1"].hardware.endswith(":01")
    again = lease("10.0.0.1", "02:00:00:00:00:03", FUTURE)
    assert holders(root, active + again)["10.0.0.1"].hardware.endswith(":03")


def holding(root: Path, leases: str) -> Holding | None:
    """The clients of a lease file, counted."""
    file = root / "leases"
    file.write_text(leases)
    awk = text(HERE, "holders.awk")
    return answers.holding(
        run("holders.sh", path=root, LEASES=str(file), AS="holding", HOLDERS_AWK=awk)
    )


def test_servers_that_know_the_same_clients_have_the_same_digest(root: Path) -> None:
    """Whatever the order and the ends of their records."""
    one = lease("10.0.0.1", "02:00:00:00:00:01", FUTURE)
    two = lease("10.0.0.2", "02:00:00:00:00:02", "never")
    same = holding(root, one + two)
    assert same
    assert same.clients == 2
    assert same == holding(root, two + one.replace("2099", "2098"))
    assert same != holding(root, one + two.replace(":02;", ":03;"))


def test_a_lease_file_without_a_lease_holds_nobody(root: Path) -> None:
    """And no lease file is another answer."""
    empty = holding(root, "# nothing\n")
    assert empty
    assert empty.clients == 0
    lines = run("holders.sh", path=root, LEASES="/none", AS="holding", HOLDERS_AWK="")
    assert answers.holding(lines) is None


# Pools.


def test_abandoned_addresses_are_counted_beside_dhcpd_pools(root: Path) -> None:
    """Across the edge of a /24; the last record of an address counts."""
    fake(root, "dhcpd-pools", '"all","10.8.0.250","10.8.1.5","12","2","x","y"\n')
    leases = lease("10.8.0.249", "", PAST, "abandoned") + lease("10.8.1.5", "", PAST, "abandoned")
    leases += lease("10.8.0.251", "", PAST, "abandoned") + lease("10.8.0.251", "", PAST, "free")
    leases += lease("10.8.0.255", "", PAST, "free") + lease("10.8.0.255", "", PAST, "abandoned")
    file = root / "leases"
    file.write_text(leases)
    awk = text(HERE, "pools.awk")
    lines = run("pools.sh", path=root, LEASES=str(file), CONF=str(file), POOLS_AWK=awk)
    (pool,) = answers.pools(lines) or []
    assert (pool["size"], pool["active"], pool["abandoned"], pool["free"]) == (12, 2, 2, 8)


def test_pools_are_not_counted_without_the_program_or_a_lease_file(root: Path) -> None:
    """Then their use is unknown, which is not zero."""
    fake(root, "dhcpd-pools", "")
    assert run("pools.sh", path=root, LEASES="/none", CONF="/etc/passwd", POOLS_AWK="") == []


# Relationships.


def relations(root: Path, leases: str, log: str = "") -> list[str]:
    """Run the program behind a process that has just started."""
    fake(root, "journalctl", log)
    file = root / "leases"
    file.write_text(leases)
    before = 'pid=557 started=$(date +%s)\necho "Pid=$pid"\n'
    program = before + script(HERE, "relations.sh", LEASES=str(file))
    environment = {**os.environ, "PATH": f"{root}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["sh", "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout.splitlines()


def record(name: str, state: str) -> str:
    """A failover record of a lease file."""
    at = "at 2 2026/11/24 04:54:32;"
    return (
        f'failover peer "{name}" state {{\n  my state {state} {at}\n'
        f"  partner state normal {at}\n  mclt 3600;\n}}\n"
    )


def test_the_last_record_of_a_relationship_counts(root: Path) -> None:
    """Each relationship has its own."""
    leases = record("a", "recover") + record("b", "normal") + record("a", "partner-down")
    found = answers.relations(relations(root, leases))
    states = {name: relation["state"] for name, relation in found.items()}
    assert states == {"a": "partner-down", "b": "normal"}


def test_the_log_of_the_first_minute_is_above_the_record(root: Path) -> None:
    """And a host name in it is not."""
    log = (
        "1795611896.705251 dhcpd[557]: failover peer lab: I move from normal to startup\n"
        "1795611896.705252 dhcpd[557]: DHCPACK on 10.0.0.1 to 02:00:00:00:00:01"
        " (failover peer lab: I move from startup to normal) via host0\n"
        "                              failover peer lab: I move from startup to normal\n"
    )
    found = answers.relations(relations(root, record("lab", "normal"), log))
    assert found["lab"]["state"] == "startup"


# The log.

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


def test_the_reason_of_a_failed_start_is_left_of_its_log(root: Path) -> None:
    """dhcpd writes a banner above it and boilerplate below."""
    fake(root, "journalctl", FAILED)
    environment = {**os.environ, "PATH": f"{root}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["sh", "-c", commands.LOG.script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(": ", 1)[1] for line in result.stdout.splitlines()]
    assert lines == [
        "No subnet declaration for host0 (198.51.100.1).",
        "Not configured to listen on any interfaces!",
        "isc-dhcp-server.service: Failed with result 'exit-code'.",
    ]


def test_clients_that_are_served_do_not_push_the_reason_out_of_the_log(root: Path) -> None:
    """A busy server logs hundreds of lines a second; what went wrong for a client stays."""
    client = "dhcpd[557]: DHCPREQUEST for 192.0.2.9 from 00:00:5e:00:53:01 (pc) via eth0"
    lines = [
        "dhcpd[557]: failover peer lab: I move from normal to communications-interrupted",
        *[client, f"{client}: load balance to peer lab", "dhcpd[557]: reuse_lease: lease age"] * 20,
        f"{client}: unknown lease 192.0.2.9.",
    ]
    fake(root, "journalctl", "".join(f"13:04:56 {line}\n" for line in lines))
    result = subprocess.run(
        ["sh", "-c", commands.LOG.script],
        env={**os.environ, "PATH": f"{root}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines() == [f"13:04:56 {lines[0]}", f"13:04:56 {lines[-1]}"]
