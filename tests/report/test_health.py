"""What is told of a site's health."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.report import health as report
from dhcp_failover.report.health import ServerHealth
from dhcp_failover.site.load import load
from dhcp_failover.site.model import Site

SINCE = "2026-11-24T04:54:32+00:00"
USE: report.PoolUse = {
    "first": "192.0.2.100",
    "last": "192.0.2.199",
    "size": 100,
    "active": 25,
    "free": 36,
    "backup": 37,
    "abandoned": 2,
    "percent": 25.0,
}


@pytest.fixture
def site(pair: dict[str, Any]) -> Site:
    """The pair's site."""
    return load(pair, ["dhcp1", "dhcp2"])


def healthy() -> ServerHealth:
    """A server of which there is nothing to say."""
    return {
        "running": True,
        "configuration": "as declared",
        "clock": 0.04,
        "states": {"lab": ("normal", SINCE)},
        "complaints": [],
        "firewall": True,
        "pools": [USE],
    }


def test_a_healthy_site_has_no_trouble(site: Site) -> None:
    """Nothing to say, and exit status 0."""
    assert report.trouble(site, {"dhcp1": healthy(), "dhcp2": healthy()}) == []


def test_the_table_has_a_line_for_each_server_and_each_range(site: Site) -> None:
    """In columns, for people; what is not known is "-"."""
    dead = healthy() | {"running": False, "states": {"lab": ("not running", None)}}
    assert columns(report.table(site, {"dhcp1": None, "dhcp2": dead})) == [
        "RELATIONSHIP SERVER ROLE DAEMON STATE SINCE CLOCK FIREWALL CONFIGURATION",
        "lab dhcp1 primary unreachable - - - - -",
        "lab dhcp2 secondary dead not running - +0.0 s loaded as declared",
        "",
        "POOL RELATIONSHIP SIZE ACTIVE FREE BACKUP ABANDONED USED",
        "192.0.2.100-192.0.2.199 lab 100 25 36 37 2 25%",
    ]


def test_a_range_that_nobody_counted_is_not_told_as_empty(site: Site) -> None:
    """Without dhcpd-pools, or when the servers have other ranges: no zeros."""
    other: report.PoolUse = {**USE, "last": "192.0.2.150"}
    for pools in (None, [], [other]):
        one: Any = healthy() | {"pools": pools}
        row = columns(report.table(site, {"dhcp1": one}))[-1]
        assert row == "192.0.2.100-192.0.2.199 lab - - - - - -"


@pytest.mark.parametrize(
    "primary",
    [
        {"running": False, "states": {"lab": ("not running", None)}},
        {"states": {"lab": ("recover-wait", SINCE)}},
    ],
)
def test_leases_are_counted_by_the_server_that_knows_more(
    site: Site, primary: dict[str, Any]
) -> None:
    """A dead server's lease file is old, and a lost one empty: then it is the secondary's."""
    one: Any = healthy() | primary | {"pools": [{**USE, "active": 0, "percent": 0.0}]}
    assert " 25%" in report.table(site, {"dhcp1": one, "dhcp2": healthy()})


def columns(table: str) -> list[str]:
    """The lines of a table, with one space for many."""
    return [" ".join(line.split()) for line in table.splitlines()]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"running": False}, "dhcp1: dhcpd does not run"),
        ({"configuration": "drifted"}, "dhcp1: its configuration is drifted"),
        (
            {"states": {"lab": ("communications-interrupted", SINCE)}},
            f"dhcp1: lab is in communications-interrupted since {SINCE}",
        ),
        ({"states": {}}, "dhcp1: lab is in no record"),
        (
            {"firewall": False},
            "dhcp1: the table inet dhcp_failover, which keeps strangers from its failover port,"
            " is not loaded",
        ),
        ({"complaints": ["IMBALANCED pool"]}, "dhcp1: logged 'IMBALANCED pool'"),
    ],
)
def test_what_is_not_as_it_should_be_is_a_sentence(
    site: Site, changed: dict[str, Any], sentence: str
) -> None:
    """With the server's name."""
    one: Any = healthy() | changed
    assert report.trouble(site, {"dhcp1": one, "dhcp2": healthy()}) == [sentence]


def test_a_server_that_did_not_answer_is_trouble(site: Site) -> None:
    """Silence is no health; who was left out of the run is silent by right."""
    asked = {"dhcp1": healthy(), "dhcp2": None}
    assert report.trouble(site, asked) == ["dhcp2 cannot be reached"]
    assert report.trouble(site, {"dhcp1": healthy()}) == []
    assert "lab dhcp2 secondary not asked" in columns(report.table(site, {"dhcp1": healthy()}))[2]


def test_no_table_of_rules_is_missed_where_none_is_declared(pair: dict[str, Any]) -> None:
    """The site's ``firewall`` is off."""
    site = load({**pair, "firewall": False}, ["dhcp1", "dhcp2"])
    assert report.trouble(site, {"dhcp1": healthy() | {"firewall": False}}) == []


@pytest.mark.parametrize(
    ("files", "loaded", "found"),
    [
        ({"/a": "1", "/other": "9"}, {"/a": "1"}, "as declared"),
        ({"/a": "2"}, {"/a": "1"}, "drifted"),
        ({}, {}, "drifted"),
        ({"/a": "1"}, {"/a": "2"}, "not loaded"),
        ({"/a": "1"}, {}, "not loaded"),
    ],
)
def test_files_and_daemon_are_compared_with_the_data(
    files: dict[str, str], loaded: dict[str, str], found: str
) -> None:
    """By content, whoever wrote it."""
    assert report.configuration({"/a": "1"}, files, loaded) == found
