"""What dhcpd and its unit print, parsed; the lines were captured on Debian 13 and 12."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import answers as records

RUNNING = """\
Pid=593
Started=1795496091
UnitFileState=enabled
NeedDaemonReload=no
Version=4.4.3-P1
Loaded=c6b2b47e38e3ec92a68e6da58becd54f67186913009f620f779aeabf9cb0489f  /etc/dhcp/dhcpd.conf
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


def test_a_running_daemon() -> None:
    """Its process, its version, and the files that it was started from."""
    daemon = records.daemon(RUNNING)
    assert daemon["running"] is True
    assert (daemon["pid"], daemon["version"], daemon["enabled"]) == (593, "4.4.3-P1", True)
    assert daemon["started"] == "2026-11-24T04:54:51+00:00"
    assert list(daemon["loaded"]) == ["/etc/dhcp/dhcpd.conf"]


def test_what_a_healthy_daemon_does_not_log() -> None:
    """The lines are handed on whole; usually there is none."""
    line = "bind update on 192.0.2.9 from lab rejected: unknown IP address"
    assert records.daemon([*RUNNING, f"Complaint={line}"])["complaints"] == [line]
    assert records.daemon(RUNNING)["complaints"] == []


def test_an_enabled_unit_without_a_process_is_not_running() -> None:
    """systemd alone is not believed."""
    daemon = records.daemon(["UnitFileState=generated", "NeedDaemonReload=yes"])
    assert (daemon["running"], daemon["enabled"], daemon["stale_unit"]) == (False, False, True)


def test_a_server_without_dhcpd_prints_nothing() -> None:
    """The fact is quiet there."""
    assert records.daemon([])["running"] is False
    assert records.failover([]) == {}


def test_the_record_of_a_secondary_in_normal() -> None:
    """States with their times, and the mclt that its primary told it."""
    assert records.failover(NORMAL) == {
        "lab": {
            "state": "normal",
            "since": "2026-11-24T04:54:32+00:00",
            "partner_state": "normal",
            "partner_since": "2026-11-24T04:54:32+00:00",
            "mclt": 3600,
        }
    }


def test_the_log_of_a_daemon_that_just_started_is_above_its_record() -> None:
    """The record says "normal" for as long as the daemon is in startup."""
    moves = ["Move=failover peer lab: I move from normal to startup"]
    assert records.failover(NORMAL + moves)["lab"]["state"] == "startup"
    moves.append("Move=failover peer lab: I move from startup to communications-interrupted")
    assert records.failover(NORMAL + moves)["lab"]["state"] == "communications-interrupted"


def test_a_dead_process_is_in_no_state() -> None:
    """Its record outlives it."""
    states = records.failover([line for line in NORMAL if "Pid" not in line])
    assert (states["lab"]["state"], states["lab"]["partner_state"]) == ("not running", "normal")


def test_several_relationships_are_told_apart() -> None:
    """By name, each with its own states."""
    lines = ["Pid=1", *NORMAL[2:], 'Record=failover peer "b" state {']
    lines += ["Record=  my state recover at 2 2026/11/24 04:54:32;", "Record=}"]
    states = {name: it["state"] for name, it in records.failover(lines).items()}
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
    state = records.failover(lines)["lab"]
    assert (state["state"], state["since"]) == ("partner-down", read)


def test_a_time_that_dhcpd_does_not_write_is_an_error() -> None:
    """Rather than a wrong answer."""
    lines = ['Record=failover peer "lab" state {', "Record=  my state normal at noon;"]
    with pytest.raises(ValueError, match="no time that dhcpd writes: 'noon'"):
        records.failover(lines)


POOLS = """\
Pool=10.8.0.10 10.8.0.19 1 1 1
Pool=10.8.0.30 10.8.0.30 0 0 1
Pool=10.16.0.0 10.31.255.255 1.04858e+06 0 0
""".splitlines()
"""Both releases print the same."""


def test_every_address_of_a_range_is_counted_once() -> None:
    """What is neither active, nor the secondary's, nor abandoned, is free."""
    assert records.pools(POOLS)[0] == {
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
    one, many = records.pools(POOLS)[1:]
    assert (one["size"], one["free"], one["percent"]) == (1, 0, 0.0)
    assert (many["size"], many["free"], many["percent"]) == (1048576, 0, 100.0)


def test_a_line_about_a_pool_that_is_cut_off_is_an_error() -> None:
    """Rather than a zero."""
    with pytest.raises(ValueError, match="not enough values"):
        records.pools(["Pool=10.8.0.10 10.8.0.19 1 1"])


def test_the_ends_of_each_relationship_are_read_from_the_configuration() -> None:
    """As the rendered file has them."""
    conf = (Path(__file__).parent / "expected/branches/hub.conf").read_text()
    assert records.links(conf.splitlines()) == {
        "north": records.Link("192.0.2.1", 847, "198.51.100.2", 647),
        "south": records.Link("192.0.2.1", 520, "203.0.113.2", 520),
    }
