"""The tables, the verdicts and the sentences that a person reads."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from dhcp_failover.report.health import Unreached
from dhcp_failover.report.table import table, verdict
from dhcp_failover.site.model import Site
from report.healthy import KEYS, SINCE, USE, health, site_of

ALONE: dict[str, Any] = {
    "look.relations.lab": {"state": "communications-interrupted", "condition": "alone"},
}
DEAD: dict[str, Any] = {"look.daemon": {"running": False, "process": None, "loaded": {}}}


@pytest.fixture
def site(pair: dict[str, Any]) -> Site:
    """The pair's site."""
    return site_of(pair)


def renamed(data: dict[str, Any], ending: str) -> dict[str, Any]:
    """The same data, with a longer name for each server and each relationship."""
    data = deepcopy(data)
    for it in data["failover"].values():
        for role in ("primary", "secondary"):
            it[role]["server"] += ending
    for subnet in data["subnets"]:
        for pool in subnet.get("pools", []):
            pool["failover"] += ending
    data["failover"] = {f"{name}{ending}": it for name, it in data["failover"].items()}
    return data


def test_a_healthy_pair_is_two_tables_and_a_verdict(site: Site) -> None:
    """The verdict is the last line."""
    assert table(health(site)).splitlines() == [
        "SERVER   STATE   SINCE              FILES",
        "lab",
        "  dhcp1  normal  2026-11-24 04:54Z  as declared",
        "  dhcp2  normal  2026-11-24 04:54Z  as declared",
        "",
        "POOL             OWNER  SIZE  ACTIVE  FREE  BACKUP  ABAND  USED",
        "192.0.2.100-199  lab     100      25    36      37      2   25%",
        "",
        "lab: normal on both, as declared",
    ]


def test_trouble_is_said_below_the_tables_with_what_to_do(site: Site) -> None:
    """Failures before warnings, and one sentence for the site at the end."""
    found = table(health(site, dhcp1={"look.daemon.restarts": 2}, dhcp2=None))
    assert found.splitlines() == [
        "SERVER   STATE        SINCE              FILES",
        "lab",
        "  dhcp1  normal       2026-11-24 04:54Z  as declared",
        "  dhcp2  unreachable  -                  -",
        "",
        "POOL             OWNER  SIZE  ACTIVE  FREE  BACKUP  ABAND  USED",
        "192.0.2.100-199  lab     100      25    36      37      2   25%",
        "",
        "lab: NOT healthy: 1 failure, 1 warning",
        "",
        "dhcp2: it cannot be reached",
        "  → Check its power, its network and SSH, then run status again.",
        "warning: dhcp1: systemd has restarted dhcpd by itself 2 times",
        "  → Read its log: journalctl -u isc-dhcp-server.service.",
        "",
        "NOT healthy: 1 failure, 1 warning",
    ]


def test_a_server_that_was_not_asked_is_named(site: Site) -> None:
    """In the table, in the verdict, and in a sentence."""
    lines = table(health(site, dhcp2=...)).splitlines()
    assert "  dhcp2  not asked  -                  -" in lines
    assert lines[-3:] == [
        "dhcp2 was not asked: nothing is known of it.",
        "",
        "lab: normal on dhcp1, as declared; dhcp2 was not asked",
    ]
    none = health(site, dhcp1=..., dhcp2=...)
    assert verdict(none, "lab") == "lab: not asked"
    assert "\ndhcp1, dhcp2 were not asked: nothing is known of them.\n" in table(none)


def test_a_file_that_was_not_compared_is_named(site: Site) -> None:
    """The secrets are not everywhere where health is looked at."""
    lines = table(health(site, dhcp1={"uncompared": [KEYS]})).splitlines()
    assert lines[-3:] == [
        f"dhcp1: {KEYS} was not compared, because its secrets are not here.",
        "",
        "lab: normal on both, as declared, secrets not compared",
    ]


@pytest.mark.parametrize(
    ("answer", "cells"),
    [
        (Unreached("no end marker"), "unreadable  -                  -"),
        (DEAD, "not running  -                  as declared"),
        ({**DEAD, "look.daemon.version": None}, "not installed  -                  as declared"),
        ({"look.daemon.process": {"state": "T"}}, "stopped  -                  as declared"),
        ({"look.daemon.process": {"state": "D"}}, "hung    -                  as declared"),
        ({"look.relations": {}}, "no record  -                  as declared"),
        (ALONE, "communications-interrupted  2026-11-24 04:54Z  as declared"),
        ({"look.daemon.loaded": {KEYS: "9"}}, "normal  2026-11-24 04:54Z  not loaded"),
        ({"look.files": {}}, "normal  2026-11-24 04:54Z  edited"),
    ],
)
def test_the_state_of_a_server_is_what_is(site: Site, answer: Any, cells: str) -> None:
    """Its record is not believed where the process does not run."""
    row = table(health(site, dhcp2=answer)).splitlines()[3]
    assert " ".join(row.split()) == " ".join(f"dhcp2 {cells}".split())


@pytest.mark.parametrize("ending", ["", ".example.com", ".dhcp.north.example.com", "x" * 40])
@pytest.mark.parametrize("broken", [ALONE["look.relations.lab"], None, {}])
def test_the_tables_fit_80_columns(pair: dict[str, Any], ending: str, broken: Any) -> None:
    """Ordinary names are whole; long ones are cut in the middle, and still differ."""
    site = site_of(renamed(pair, ending))
    name = f"lab{ending}"
    answer = None if broken is None else {"look.relations": {name: {**_relation(), **broken}}}
    lines = table(health(site, **{f"dhcp1{ending}": answer})).splitlines()
    tables = lines[: lines.index("", lines.index("") + 1)]
    assert max(map(len, tables)) <= 80
    assert len(tables) == 7
    if len(ending) <= len(".example.com"):
        assert tables[1] == name
        assert tables[2].startswith(f"  dhcp1{ending} ")
        assert (broken or {}).get("state", "") in tables[2]
    assert tables[2].split()[0] != tables[3].split()[0]


def _relation() -> dict[str, Any]:
    return {
        **{
            "state": "normal",
            "condition": "together",
            "since": SINCE,
            "mclt": 3600,
            "waiting": False,
        },
        **{"partner_state": "normal", "partner_condition": "together", "partner_since": SINCE},
    }


def test_addresses_of_any_length_fit(pair: dict[str, Any]) -> None:
    """The longest range across two networks, and 65,000 addresses."""
    subnet = pair["subnets"][0]
    subnet["network"] = "192.168.0.0/16"
    subnet["pools"][0] |= {"ranges": ["192.168.100.100-192.168.201.201"], "routers": []}
    for role, end in pair["failover"]["lab"].items():
        end["address"] = f"192.168.0.{len(role)}"
    use = USE | {"first": "192.168.100.100", "last": "192.168.201.201", "size": 25958}
    lines = table(health(site_of(pair), dhcp1={"pools": [use]})).splitlines()
    assert lines[6].startswith("192.168.100.100-192.168.201.201  lab")
    assert len(lines[6]) <= 80


def test_what_is_worst_comes_first(hub: dict[str, Any]) -> None:
    """Of relationships and of pools; the site's sentence counts them."""
    site = site_of(hub)
    fuller = [{**USE, "first": "203.0.113.10", "last": "203.0.113.250", "percent": 60.0}]
    servers: dict[str, Any] = {name: {"live": []} for name in site.peers}
    servers["south"] |= {"pools": fuller, "look.daemon.masked": True}
    lines = table(health(site, **servers)).splitlines()
    names = ["south", "south", "hub", "north", "north", "hub"]
    assert [line.split()[0] for line in lines[1:7]] == names
    assert [line.split()[0] for line in lines[9:12]] == [
        "203.0.113.10-250",
        "198.51.100.100-149",
        "198.51.100.200",
    ]
    assert lines[13:15] == [
        "south: NOT healthy: 1 failure",
        "north: normal on both, as declared",
    ]
    assert lines[-1] == "NOT healthy: 1 failure in 1 of 2 relationships"


def test_a_healthy_site_of_several_relationships_ends_with_one_word(hub: dict[str, Any]) -> None:
    """After the verdict of each."""
    site = site_of(hub)
    servers: dict[str, Any] = {name: {"live": []} for name in site.peers}
    assert table(health(site, **servers)).splitlines()[-4:] == [
        "north: normal on both, as declared",
        "south: normal on both, as declared",
        "",
        "Healthy: 2 relationships",
    ]


def test_a_range_that_nobody_counted_has_no_zeros(site: Site) -> None:
    """The program that counts is absent, or the server has other ranges."""
    for pools in (None, [], [{**USE, "last": "192.0.2.150"}]):
        found = table(health(site, dhcp1={"pools": pools}, dhcp2={"pools": pools}))
        row = " ".join(found.splitlines()[6].split())
        assert row == "192.0.2.100-199 lab - - - - - -"


def test_a_pool_of_one_server_says_so(pair: dict[str, Any]) -> None:
    """It has no partner."""
    pool = {"server": "dhcp1", "ranges": ["192.0.2.50-192.0.2.60"]}
    pair["subnets"][0]["pools"].append(pool)
    assert "192.0.2.50-60    dhcp1 alone" in table(health(site_of(pair)))


def test_warnings_alone_leave_the_verdict(site: Site) -> None:
    """They are counted behind it."""
    found = health(site, dhcp1={"look.daemon.restarts": 1})
    assert verdict(found, "lab") == "lab: normal on both, as declared; 1 warning"
    assert table(found).splitlines()[-1] == "Healthy: 1 warning"


def test_what_to_do_is_said_once_for_several_things(site: Site) -> None:
    """Where the next sentence of the same server has the same remedy."""
    change = {"look.daemon.enabled": False, "look.daemon.firewall": False}
    found = table(health(site, dhcp1=change, dhcp2={"look.daemon.enabled": False}))
    text = "dhcp{}: isc-dhcp-server.service does not start at boot"
    start = found.index("NOT healthy: 3 failures\n\n")
    assert found[start:].splitlines()[2:-2] == [
        text.format(1),
        "dhcp1: the firewall rules in force are not those of its rules file",
        "  → Run apply.",
        text.format(2),
        "  → Run apply.",
    ]
