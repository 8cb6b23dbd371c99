"""Whom the status asks, and what it makes of silence; servers are only pretended (``@fake``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from shared import server, system

ROOT = Path(__file__).parent.parent
PYINFRA = Path(sys.executable).with_name("pyinfra")
Answers = dict[str, Any]


def run(
    tmp_path: Path, sites: list[tuple[dict[str, Any], dict[str, Answers]]], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Ask for the status of sites, each its data and what its servers answer."""
    text = "".join(
        f"site{i} = {([server(*it) for it in servers.items()], {'dhcp': data})!r}\n"
        for i, (data, servers) in enumerate(sites)
    )
    (tmp_path / "fake.py").write_text(text)
    result = subprocess.run(
        [str(PYINFRA), "-y", str(tmp_path / "fake.py"), "deploys/status.py", *arguments],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return result


def site(pair: dict[str, Any], prefix: str) -> tuple[dict[str, Any], dict[str, Answers]]:
    """The pair, of pretended servers with names of their own."""
    data, servers = deepcopy(pair), {}
    for end in data["failover"]["lab"].values():
        end["server"] = f"@fake/{prefix}-{end['server']}"
        servers[end["server"]] = {"os-release": system(end["address"])}
    return data, servers


def test_every_site_of_an_inventory_is_told(tmp_path: Path, pair: dict[str, Any]) -> None:
    """Not only that of the server which happens to answer last."""
    result = run(tmp_path, [site(pair, "a"), site(pair, "b")], "--data", "dhcp_status_json=-")
    assert result.returncode == 1
    trouble = json.loads(result.stdout)["trouble"]
    for name in ("a-dhcp1", "a-dhcp2", "b-dhcp1", "b-dhcp2"):
        assert f"@fake/{name}: dhcpd does not run" in trouble
        assert f"lab           @fake/{name}" in result.stderr


def test_a_server_that_stops_answering_is_not_told_from_its_silence(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    """The other is told of all the same, and nothing is said of a daemon that was not seen."""
    data, servers = site(pair, "a")
    servers["@fake/a-dhcp1"]["nft list table"] = {"success": False, "stderr": "gone"}
    result = run(tmp_path, [(data, servers)], "--data", "dhcp_status_json=-")
    assert result.returncode == 1
    told = json.loads(result.stdout)
    assert told["servers"]["@fake/a-dhcp1"] is None
    assert "@fake/a-dhcp1 cannot be reached" in told["trouble"]
    assert "@fake/a-dhcp2: dhcpd does not run" in told["trouble"]


def test_when_no_server_answers_that_is_told(tmp_path: Path, pair: dict[str, Any]) -> None:
    """With status 1, in the table as well."""
    data, servers = site(pair, "a")
    for answers in servers.values():
        answers["nft list table"] = {"success": False, "stderr": "gone"}
    result = run(tmp_path, [(data, servers)])
    assert result.returncode == 1
    assert result.stdout.count("unreachable") == 2
