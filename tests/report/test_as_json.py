"""What a program reads about the health of a site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.report.as_json import as_json
from dhcp_failover.report.health import Unreached
from dhcp_failover.site.model import Site
from report.healthy import SINCE, USE, health, site_of

DOCS = Path(__file__).parents[2] / "docs" / "health.md"


@pytest.fixture
def site(pair: dict[str, Any]) -> Site:
    """The pair's site."""
    return site_of(pair)


def test_the_object_is_complete(site: Site) -> None:
    """A program finds the same words as a person."""
    found = as_json([health(site, dhcp2={"look.daemon.masked": True})])
    assert json.loads(json.dumps(found)) == found
    assert found["version"] == 1
    assert found["time"] == "2026-11-24T12:00:00+00:00"
    assert found["healthy"] is False
    assert found["trouble"] == [
        {
            "severity": "failure",
            "server": "dhcp2",
            "relationship": None,
            "code": "unit-masked",
            "text": "isc-dhcp-server.service is masked",
            "todo": "If it may run again: systemctl unmask isc-dhcp-server.service,"
            " then run apply.",
            "apply": "fails",
        }
    ]
    assert found["relationships"] == [
        {
            "name": "lab",
            "primary": "dhcp1",
            "secondary": "dhcp2",
            "healthy": False,
            "verdict": "lab: NOT healthy: 1 failure",
        }
    ]
    one = found["servers"]["dhcp1"]
    assert one["running"] is True
    assert one["clients"] == 25
    assert one["relationships"]["lab"] == {
        **{"role": "primary", "state": "normal", "condition": "together", "since": SINCE},
        **{"partner_state": "normal", "partner_condition": "together", "partner_since": SINCE},
        **{"mclt": 3600, "waiting": False, "connected": True},
    }
    assert found["pools"] == [
        {
            **USE,
            "network": "192.0.2.0/24",
            "relationship": "lab",
            "servers": ["dhcp1", "dhcp2"],
            "counted_by": "dhcp1",
        }
    ]
    assert found["not_asked"] == []


def test_a_server_without_a_readable_answer_is_null(site: Site) -> None:
    """One that was not asked is not there."""
    found = as_json([health(site, dhcp1=None, dhcp2=Unreached("no end marker"))])
    assert found["servers"] == {"dhcp1": None, "dhcp2": None}
    found = as_json([health(site, dhcp2=...)])
    assert list(found["servers"]) == ["dhcp1"]
    assert found["not_asked"] == ["dhcp2"]


def test_a_daemon_that_does_not_run_has_no_state(site: Site) -> None:
    """Its record is not believed."""
    dead: dict[str, Any] = {
        "look.daemon": {"running": False, "process": None, "loaded": {}},
        "holding": None,
    }
    one = as_json([health(site, dhcp1=dead)])["servers"]["dhcp1"]
    assert one["relationships"] == {"lab": None}
    assert one["clients"] is None
    assert one["interfaces"] == []


def test_several_sites_are_one_object(site: Site, hub: dict[str, Any]) -> None:
    """As one inventory may have several."""
    other = site_of(hub)
    servers: dict[str, Any] = {name: {"live": []} for name in other.peers}
    found = as_json([health(site), health(other, **servers)])
    assert found["healthy"] is True
    assert [it["name"] for it in found["relationships"]] == ["lab", "north", "south"]
    assert sorted(found["servers"]) == ["dhcp1", "dhcp2", "hub", "north", "south"]


def test_every_field_is_documented(site: Site) -> None:
    """And every documented field is there."""
    found = as_json([health(site, dhcp2=None)])
    fields = {
        *(f"`{key}`" for key in found),
        *(f"`trouble[].{key}`" for key in found["trouble"][0]),
        *(f"`relationships[].{key}`" for key in found["relationships"][0]),
        *(f"`servers.NAME.{key}`" for key in found["servers"]["dhcp1"]),
        *(
            f"`servers.NAME.relationships.NAME.{key}`"
            for key in found["servers"]["dhcp1"]["relationships"]["lab"]
        ),
        *(f"`pools[].{key}`" for key in found["pools"][0]),
    }
    section = DOCS.read_text().partition("## For programs")[2]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.M)
    documented = [name for row in rows for name in re.findall(r"`[^`]+`", row)]
    assert sorted(documented) == sorted(fields)
