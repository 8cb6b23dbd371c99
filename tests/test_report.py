"""What is told of a site's health."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover import report
from dhcp_failover.load import load
from dhcp_failover.report import ServerHealth
from dhcp_failover.site import Site

SINCE = "2026-11-24T04:54:32+00:00"


@pytest.fixture
def site(pair: dict[str, Any]) -> Site:
    """The pair's site."""
    return load(pair, ["dhcp1", "dhcp2"])


def healthy() -> ServerHealth:
    """A server of which there is nothing to say."""
    use: report.PoolUse = {
        "first": "192.0.2.100",
        "last": "192.0.2.199",
        "size": 100,
        "active": 25,
        "free": 75,
        "backup": 37,
        "percent": 25.0,
    }
    return {
        "running": True,
        "configuration": "as declared",
        "clock": 0.04,
        "states": {"lab": ("normal", SINCE)},
        "complaints": [],
        "pools": [use],
    }


def test_a_healthy_site_has_no_trouble(site: Site) -> None:
    """Nothing to say, and exit status 0."""
    assert report.trouble(site, {"dhcp1": healthy(), "dhcp2": healthy()}) == []


def test_the_table_has_a_line_for_each_server_and_each_range(site: Site) -> None:
    """In columns, for people."""
    dead = healthy() | {"running": False, "states": {"lab": ("not running", None)}}
    assert report.table(site, {"dhcp2": dead}) == (
        "RELATIONSHIP  SERVER  ROLE       DAEMON       STATE        SINCE  CLOCK   CONFIGURATION\n"
        "lab           dhcp1   primary    unreachable  -            -      -       -\n"
        "lab           dhcp2   secondary  dead         not running  -      +0.0 s  as declared\n"
        "\n"
        "POOL                     RELATIONSHIP  SIZE  ACTIVE  FREE  BACKUP  USED\n"
        "192.0.2.100-192.0.2.199  lab           100   25      75    37      25%"
    )


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
    """Silence is no health."""
    assert report.trouble(site, {"dhcp1": healthy()}) == ["dhcp2 cannot be reached"]


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
