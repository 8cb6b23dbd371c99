"""What the programs print about dhcpd, read; the lines were captured on Debian 13 and 12."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import answers
from dhcp_failover.engines.engine import Condition, DaemonState, Endpoints, Holding

SUM = "c6b2b47e38e3ec92a68e6da58becd54f67186913009f620f779aeabf9cb0489f"
CONF = "/etc/dhcp/dhcpd.conf"
RUNNING = f"""\
Pid=593
Started=1795496091
NRestarts=0
LoadState=loaded
FragmentPath=/etc/systemd/system/isc-dhcp-server.service
UnitFileState=enabled
NeedDaemonReload=no
Version=4.4.3-P1
Loaded={SUM}  {CONF}
Process=593 S 1795496091 isc-dhcp-server.service /usr/sbin/dhcpd
Command=593 /usr/sbin/dhcpd -4 -q -cf /etc/dhcp/dhcpd.conf host0\x20
Port67=593 198.51.100.1
Hears=593 host0
File={CONF} 640 root:root
Sum={SUM}  {CONF}
""".splitlines()

NORMAL = """\
Pid=592
Started=1795496091
Record=failover peer "lab" state {
Record=  my state normal at 2 2026/11/24 04:54:32;
Record=  partner state normal at 2 2026/11/24 04:54:32;
Record=  mclt 3600;
Record=}
""".splitlines()


def daemon(lines: Sequence[str]) -> DaemonState:
    """The daemon's part of a look."""
    return answers.look(lines)["daemon"]


def test_a_running_daemon() -> None:
    """Its process, its version, and the files that it was started from."""
    found = daemon(RUNNING)
    assert (found["running"], found["pid"], found["version"]) == (True, 593, "4.4.3-P1")
    assert (found["enabled"], found["masked"], found["stale_unit"]) == (True, False, False)
    assert found["started"] == "2026-11-24T04:54:51+00:00"
    assert found["loaded"] == {CONF: SUM}
    assert found["others"] == []
    assert found["process"] == {
        "pid": 593,
        "program": "/usr/sbin/dhcpd",
        "command": "/usr/sbin/dhcpd -4 -q -cf /etc/dhcp/dhcpd.conf host0",
        "unit": "isc-dhcp-server.service",
        "state": "S",
        "started": 1795496091,
        "interfaces": ["host0"],
        "port67": ["198.51.100.1"],
    }


def test_another_process_is_listed_beside_the_daemon() -> None:
    """With its own unit and program, which may have been replaced since its start."""
    other = ["Process=700 T 1795496099  /usr/sbin/dhcpd (deleted)", "Command=700 dhcpd -6"]
    (found,) = daemon([*RUNNING, *other])["others"]
    assert (found["pid"], found["unit"], found["state"]) == (700, "", "T")
    assert found["program"] == "/usr/sbin/dhcpd (deleted)"


def test_an_enabled_unit_without_a_process_is_not_running() -> None:
    """systemd alone is not believed."""
    found = daemon(["UnitFileState=generated", "NeedDaemonReload=yes", "NRestarts=3"])
    assert (found["running"], found["enabled"], found["stale_unit"]) == (False, False, True)
    assert found["restarts"] == 3


@pytest.mark.parametrize("line", ["LoadState=masked", "UnitFileState=masked-runtime"])
def test_a_masked_unit(line: str) -> None:
    """By a link to /dev/null, by an empty file, until the next boot or for ever."""
    assert daemon([line])["masked"] is True


def test_drop_ins_complaints_and_the_interfaces_of_the_last_apply_are_listed() -> None:
    """As they were found; a drop-in once."""
    line = "bind update on 192.0.2.9 from lab rejected: unknown IP address"
    found = daemon([f"Complaint={line}", "Served=eth0 eth1", *["DropIn=/b"] * 2, "DropIn=/a"])
    assert found["complaints"] == [line]
    assert found["set_up_for"] == ["eth0", "eth1"]
    assert found["drop_ins"] == ["/a", "/b"]


@pytest.mark.parametrize("words", ["-cf /etc/dhcp/other.conf", "-lf /tmp/leases"])
def test_a_daemon_of_other_files_was_not_started_from_ours(words: str) -> None:
    """Whatever its unit noted when it started; without a word, it takes the usual ones."""
    started = ["Loaded=0a  /etc/dhcp/dhcpd.conf", "Pid=700", "Process=700 S 1 u /usr/sbin/dhcpd"]
    assert daemon([*started, "Command=700 dhcpd -4 -q eth0"])["loaded"]
    assert daemon([*started, f"Command=700 dhcpd -4 {words} eth0"])["loaded"] == {}


def test_a_server_without_dhcpd_prints_nothing() -> None:
    """The look is quiet there."""
    look = answers.look([])
    assert look["daemon"]["running"] is False
    assert (look["relations"], look["endpoints"], look["legacy"]) == ({}, {}, [])
    assert look["storage"]["writable"] is True


def test_without_root_a_look_is_quiet_and_a_question_is_an_error() -> None:
    """A look goes with a survey, which has the user; a lone answer would be wrong."""
    assert answers.look(["Root=no"])["daemon"]["running"] is False
    for read in (answers.relations, answers.pools, answers.holding, answers.holders):
        with pytest.raises(ValueError, match="add --sudo"):
            read(["Root=no"])


def test_the_record_of_a_secondary_in_normal() -> None:
    """States with their times, and the mclt that its primary sent."""
    assert answers.relations(NORMAL) == {
        "lab": {
            "state": "normal",
            "condition": "together",
            "since": "2026-11-24T04:54:32+00:00",
            "partner_state": "normal",
            "partner_condition": "together",
            "partner_since": "2026-11-24T04:54:32+00:00",
            "mclt": 3600,
            "waiting": False,
        }
    }


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        ("normal", "together"),
        ("communications-interrupted", "alone"),
        ("partner-down", "alone"),
        ("startup", "starting"),
        ("recover", "recovering"),
        ("recover-wait", "recovering"),
        ("recover-done", "recovering"),
        ("potential-conflict", "recovering"),
        ("conflict-done", "recovering"),
        ("resolution-interrupted", "recovering"),
        ("paused", "down"),
        ("shutdown", "down"),
        ("unknown-state", "down"),
    ],
)
def test_what_a_state_is_worth(state: str, condition: Condition) -> None:
    """Clients are served in the first three alone (failover.c)."""
    lines = [line.replace("my state normal", f"my state {state}") for line in NORMAL]
    relation = answers.relations(lines)["lab"]
    assert relation["condition"] == condition
    assert relation["waiting"] == (state == "recover-wait")


def test_the_log_of_a_daemon_that_just_started_is_above_its_record() -> None:
    """The record says "normal" for as long as the daemon is in startup."""
    moves = ["Move=failover peer lab: I move from normal to startup"]
    assert answers.relations(NORMAL + moves)["lab"]["condition"] == "starting"
    moves.append("Move=failover peer lab: I move from startup to communications-interrupted")
    assert answers.relations(NORMAL + moves)["lab"]["state"] == "communications-interrupted"


def test_a_dead_process_is_in_no_state() -> None:
    """Its record outlives it."""
    states = answers.relations([line for line in NORMAL if "Pid" not in line])
    assert (states["lab"]["state"], states["lab"]["condition"]) == ("not running", "down")
    assert states["lab"]["partner_state"] == "normal"


def test_several_relationships_are_told_apart() -> None:
    """By name, each with its own states."""
    lines = ["Pid=1", *NORMAL[2:], 'Record=failover peer "b" state {']
    lines += ["Record=  my state recover at 2 2026/11/24 04:54:32;", "Record=}"]
    states = {name: found["state"] for name, found in answers.relations(lines).items()}
    assert states == {"lab": "normal", "b": "recover"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("my state partner-down;", None),
        ("my state partner-down at epoch 1704888000; # Wed Jan 10", "2024-01-10T12:00:00+00:00"),
    ],
)
def test_the_other_forms_of_a_time(written: str, read: str | None) -> None:
    """None means now (dhcpd.leases(5)); seconds of the epoch come with local times."""
    lines = ["Pid=1", 'Record=failover peer "lab" state {', f"Record=  {written}", "Record=}"]
    state = answers.relations(lines)["lab"]
    assert (state["state"], state["since"]) == ("partner-down", read)


def test_a_time_that_dhcpd_does_not_write_is_an_error() -> None:
    """Rather than a wrong answer."""
    lines = ['Record=failover peer "lab" state {', "Record=  my state normal at noon;"]
    with pytest.raises(ValueError, match="not a time of a lease file: 'noon'"):
        answers.relations(lines)


def with_hub(*lines: str) -> list[str]:
    """A running daemon with two relationships."""
    conf = (Path(__file__).parent / "expected/branches/hub.conf").read_text()
    blocks = conf[conf.index("failover peer ") :].splitlines()
    return [*RUNNING, *(f"Peer={line}" for line in blocks), *lines]


def test_the_ends_of_each_relationship_are_read_from_the_configuration() -> None:
    """As the rendered file has them, with the server's role."""
    assert answers.look(with_hub())["endpoints"] == {
        "north": Endpoints("192.0.2.1", 847, "198.51.100.2", 647, "secondary"),
        "south": Endpoints("192.0.2.1", 520, "203.0.113.2", 520, "secondary"),
    }


def test_the_ends_of_a_file_that_the_daemon_has_not_read_are_unknown() -> None:
    """The file on disk says nothing about the daemon then."""
    lines = [line for line in with_hub() if not line.startswith("Sum=")]
    assert answers.look([*lines, f"Sum={'0' * 64}  {CONF}"])["endpoints"] == {}


def test_a_relationship_without_a_record_starts_in_recover() -> None:
    """It is in the configuration that the daemon runs with."""
    assert answers.look(with_hub())["relations"]["north"]["condition"] == "recovering"


@pytest.mark.parametrize(
    ("connection", "north", "south"),
    [
        ("192.0.2.1:847 198.51.100.2:40001", True, False),
        ("192.0.2.1:40001 198.51.100.2:647", True, False),
        ("192.0.2.1:40001 198.51.100.2:22", False, False),
        ("192.0.2.1:40001 203.0.113.2:520", False, True),
    ],
)
def test_either_side_may_have_opened_the_connection(
    connection: str, north: bool, south: bool
) -> None:
    """It is known by the partner's address and one of the two ports."""
    links = answers.look(with_hub(f"Connection={connection}"))["links"]
    assert links == {"north": north, "south": south}


def test_a_file_without_content_has_no_digest() -> None:
    """A directory, a fifo, a dangling link: it is there, and is not what was declared."""
    files = answers.look([f"File={CONF} 755 root:root"])["files"]
    assert files == {CONF: {"sha256": "", "mode": "755", "owner": "root:root"}}


def test_what_is_in_the_way_of_the_lease_file() -> None:
    """In words, for the user."""
    storage = answers.look(["Free=0", "Size=27", "Unwritable=no space", "FirstTime=yes"])["storage"]
    assert storage == {
        "writable": False,
        "why": "no space",
        "free": 0,
        "leases": 27,
        "first_time": True,
    }


def test_the_uses_of_the_old_start_script() -> None:
    """Those alone that this project would end: the last assignment of each counts."""
    lines = ["Default=INTERFACESv6 eth0", "Default=INTERFACESv6 eth1 eth2", "Default=OPTIONS "]
    lines += ["Default=DHCPDv4_CONF /etc/dhcp/dhcpd.conf", "Default=DHCPDv4_PID /run/mine.pid"]
    assert answers.look(lines)["legacy"] == ["pid /run/mine.pid", "v6 eth1 eth2"]


def test_a_dhcpv6_daemon_of_the_unit_is_legacy() -> None:
    """Restarting the unit would end it; one of another unit goes on."""
    for unit, legacy in (
        ("isc-dhcp-server.service", ["v6 dhcpd -6 -cf six"]),
        ("six.service", []),
    ):
        lines = [f"Process=9 S 1 {unit} /usr/sbin/dhcpd", "Command=9 dhcpd -6 -cf six "]
        assert answers.look(lines)["legacy"] == legacy


POOLS = """\
Counted=yes
Pool=10.8.0.10 10.8.0.19 1 1 1
Pool=10.8.0.30 10.8.0.30 0 0 1
Pool=10.16.0.0 10.31.255.255 1.04858e+06 0 0
""".splitlines()
"""Both releases print the same."""


def test_every_address_of_a_range_is_counted_once() -> None:
    """What is neither active, nor the secondary's, nor abandoned, is free."""
    pools = answers.pools(POOLS)
    assert pools
    assert pools[0] == {
        "first": "10.8.0.10",
        "last": "10.8.0.19",
        "size": 10,
        "active": 1,
        "free": 7,
        "backup": 1,
        "abandoned": 1,
        "percent": 10.0,
    }


def test_the_size_of_a_range_is_exact_and_nothing_is_below_zero() -> None:
    """dhcpd-pools rounds a million and more to six digits."""
    one, many = (answers.pools(POOLS) or [])[1:]
    assert (one["size"], one["free"], one["percent"]) == (1, 0, 0.0)
    assert (many["size"], many["free"], many["percent"]) == (1048576, 0, 100.0)


def test_a_line_about_a_pool_that_is_cut_off_is_an_error() -> None:
    """Rather than a zero."""
    with pytest.raises(ValueError, match="not enough values"):
        answers.pools(["Counted=yes", "Pool=10.8.0.10 10.8.0.19 1 1"])


def test_pools_that_cannot_be_counted_are_unknown() -> None:
    """Without dhcpd-pools or a lease file."""
    assert answers.pools([]) is None


def test_holding_is_unknown_without_a_lease_file() -> None:
    """And zero clients have the digest of nothing."""
    assert answers.holding([]) is None
    assert answers.holding(["Digest=ab  -", "Clients=2"]) == Holding(2, "ab")
    empty = answers.holding(["Clients=0"])
    assert empty
    assert empty.digest.startswith("e3b0c442")


def test_a_group_can_have_a_space_in_its_name() -> None:
    """As a directory service has it: the look is read all the same."""
    found = answers.look([f"File={CONF} 640 root:domain users"])
    assert found["files"][CONF]["owner"] == "root:domain users"
