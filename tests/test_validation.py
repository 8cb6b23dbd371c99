"""``dhcp-failover validate``: an inventory's data, without any server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.lab import connector
from dhcp_failover.lab.connector import LabConnector

ROOT = Path(__file__).parent.parent
Data = dict[str, Any]


def command(*words: str, **environment: str) -> tuple[int, str, str]:
    """Exit status, output and errors of ``dhcp-failover``."""
    result = subprocess.run(
        [sys.executable, "-m", "dhcp_failover.console", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = result.stdout.splitlines() if "--json" not in words else []
    assert [it for it in lines if len(it) > 80 and " " in it.strip()] == []
    return result.returncode, result.stdout, result.stderr


def written(directory: Path, code: str) -> str:
    """The name of an inventory of this code."""
    (directory / "mine.py").write_text(code)
    return str(directory / "mine.py")


def test_an_inventory_of_the_lab_holds_without_the_lab() -> None:
    """No machine is booted for it, and nobody has to be root."""
    assert command("validate", "inventories/lab.py") == (
        0,
        "inventories/lab.py: no mistakes\ndhcp1, dhcp2: 1 relationship, 1 subnet, 1 pool\n",
        "",
    )


def test_a_machine_of_the_lab_is_not_booted_where_only_names_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has its name and its group, and no address."""
    monkeypatch.setattr(connector, "boots", False)
    assert list(LabConnector.make_names_data("dhcp3")) == [("dhcp3", {}, ["@lab"])]


def test_a_secret_that_is_not_set_is_no_mistake() -> None:
    """It is said that nobody looked at it."""
    status, out, _ = command("validate", "inventories/campus.py")
    assert status == 0
    assert out.endswith("\n    secret not set, so not checked: updates\n")
    secret = {"DHCP_KEYS__UPDATES__SECRET": "no base64"}
    status, out, _ = command("validate", "inventories/campus.py", **secret)
    assert status == 2
    assert "    keys.updates.secret = '********': " in out


def test_each_mistake_is_printed_within_80_columns(tmp_path: Path) -> None:
    """What goes on in the next line is indented."""
    status, out, _ = command("validate", "inventories/lab.py", DHCP_FAILOVER__LAB__MCLT="30")
    assert (status, out) == (
        2,
        "dhcp1, dhcp2: the declared DHCP data has a mistake:\n"
        "    failover.lab.mclt = '30': expected 130 or more (better 180): with less, a\n"
        "        server that was away can give an address to a second client (from the\n"
        "        environment variable DHCP_FAILOVER__LAB__MCLT)\n",
    )


SITES = """
print("loading")
from copy import deepcopy
def site(name):
    ends = [{"server": f"{name}{i}", "address": f"192.0.2.{i}"} for i in (1, 2)]
    pool = {"failover": name, "ranges": ["192.0.2.9"]}
    return {
        "failover": {name: dict(zip(("primary", "secondary"), ends))},
        "subnets": [{"network": "192.0.2.0/24", "pools": [pool]}],
    }
east = (["east1", "east2"], {"dhcp": site("east")})
west = (["west1", "west2"], {"dhcp": {**site("west"), "firewal": True}})
web = ["web1"]
"""


def test_the_sites_of_an_inventory_are_checked_each_by_itself(tmp_path: Path) -> None:
    """Servers without data are named; what an inventory prints is no part of the result."""
    status, out, err = command("validate", written(tmp_path, SITES))
    assert status == 2
    assert err == "loading\n"
    assert out == (
        "east1, east2: 1 relationship, 1 subnet, 1 pool\n"
        "west1, west2: the declared DHCP data has a mistake:\n"
        "    firewal = True: unknown key; did you mean 'firewall'?\n"
        "without 'dhcp' data: web1\n"
    )


@pytest.mark.parametrize(
    ("limit", "status", "servers"),
    [
        (["east"], 0, [["east1", "east2"]]),
        (["east1"], 0, [["east1", "east2"]]),
        (["e*2", "west"], 2, [["east1", "east2"], ["west1", "west2"]]),
    ],
)
def test_a_limit_leaves_sites_out(
    tmp_path: Path, limit: list[str], status: int, servers: list[list[str]]
) -> None:
    """By a group, a name or a pattern; a site is checked as a whole."""
    words = [word for it in limit for word in ("--limit", it)]
    found = command("validate", written(tmp_path, SITES), *words, "--json")
    assert found[0] == status
    said = json.loads(found[1])
    assert (said["version"], said["valid"]) == (1, status == 0)
    assert [it["servers"] for it in said["sites"]] == servers
    assert said["sites"][-1]["mistakes"] == (
        []
        if status == 0
        else [
            {
                "place": "firewal",
                "value": "True",
                "reason": "unknown key; did you mean 'firewall'?",
                "from": None,
                "text": "firewal = True: unknown key; did you mean 'firewall'?",
            }
        ]
    )


BROKEN = {
    "a = \n": "mine.py, line 1: SyntaxError: invalid syntax",
    "\ndef f():\n    return {}['x']\nf()\n": "mine.py, line 3: KeyError: 'x'",
    "from dhcp_failover.sources import rows_from\nrows_from('x.csv')\n": "mine.py, line 2: ValueEr",
    "import sys\nsys.exit(0)\n": "mine.py: ends Python before it is read",
}


@pytest.mark.parametrize("code", BROKEN)
def test_an_inventory_that_python_cannot_run_is_invalid(tmp_path: Path, code: str) -> None:
    """With the line of the inventory, and no traceback."""
    status, out, err = command("validate", written(tmp_path, code))
    assert (status, err) == (2, "")
    assert BROKEN[code] in " ".join(out.split())
    status, out, err = command("validate", written(tmp_path, code), "--json")
    assert (status, json.loads(out)["valid"], err) == (2, False, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "none.py"], "none.py: no such file"),
        (["validate", "inventories/lab.py", "--limit", "x"], "--limit x matches no server of"),
        (["validate", "tests/docs.py"], "no server of this inventory has 'dhcp' data"),
        (["validat"], "invalid choice: 'validat'"),
        (["validate"], "the following arguments are required: INVENTORY"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_what_cannot_be_known_is_3(words: list[str], said: str) -> None:
    """Also wrong usage: 2 is an alarm to a monitoring system."""
    status, out, err = command(*words)
    assert (status, out) == (3, "")
    assert said in err


def test_help_is_a_page_that_can_be_read() -> None:
    """Within 80 columns, with examples and the exit statuses."""
    for words in (["--help"], ["validate", "--help"]):
        status, out, _ = command(*words, COLUMNS="80")
        assert status == 0
        assert "exit status:\n  0  good\n" in out
        assert [it for it in out.splitlines() if len(it) > 80] == []
