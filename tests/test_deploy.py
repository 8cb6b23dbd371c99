"""The order of the steps and what stops them, on servers that are only pretended (``@fake``)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shared import STEPS, server, system

ROOT = Path(__file__).parent.parent
PYINFRA = Path(sys.executable).with_name("pyinfra")


def run(
    tmp_path: Path,
    data: dict[str, Any] | None,
    *arguments: str,
    one: dict[str, Any] | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Apply the deploy to the two servers of ``data``; ``one`` is what the first answers."""
    servers = [
        server("@fake/dhcp1", {**(one or {}), "os-release": system("192.0.2.1")}),
        server("@fake/dhcp2", {"os-release": system("192.0.2.2")}),
    ]
    return applied(tmp_path, servers, data, *arguments, **environment)


def applied(
    tmp_path: Path,
    servers: list[Any],
    data: dict[str, Any] | None,
    *arguments: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Apply the deploy to an inventory of these servers."""
    inventory = tmp_path / "servers.py"
    inventory.write_text(f"servers = {(servers, {'dhcp': data} if data else {})!r}\n")
    result = subprocess.run(
        [str(PYINFRA), "-y", str(inventory), "deploys/dhcp.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DHCP_NORMAL_TIMEOUT": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture
def fake(pair: dict[str, Any]) -> dict[str, Any]:
    """The pair, of pretended servers."""
    for end in ("primary", "secondary"):
        pair["failover"]["lab"][end]["server"] = "@fake/" + pair["failover"]["lab"][end]["server"]
    return pair


def test_the_steps_are_those_of_a_person(tmp_path: Path, fake: dict[str, Any]) -> None:
    """In their order, each on both servers before the next."""
    output = run(tmp_path, fake).stderr
    assert re.findall(r"Starting operation: DHCP failover \| (.+?) *\n", output) == STEPS


def test_a_pair_that_is_not_seen_in_normal_is_a_failure(
    tmp_path: Path, fake: dict[str, Any]
) -> None:
    """Pretended servers have no lease file: the run says so and fails."""
    result = run(tmp_path, fake)
    assert result.returncode == 1
    assert "@fake/dhcp1: has no record of the relationship lab" in result.stderr


def test_a_step_that_fails_on_one_server_changes_no_file_of_its_partner(
    tmp_path: Path, fake: dict[str, Any]
) -> None:
    """Here the package could not be installed."""
    failing = {"apt-get -q update": {"success": False, "stderr": "E: no package has this name"}}
    output = run(tmp_path, fake, one=failing).stderr
    assert "E: no package has this name" in output
    assert "stay as they are, because @fake/dhcp1 failed in this run" in output
    assert "Write /etc/default/isc-dhcp-server" not in output


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"user": "1000"}, "commands run as an ordinary user there; root is needed: add --sudo"),
        ({"version": "14", "name": "Debian 14"}, "Debian 14 has no isc-dhcp-server; Debian 12 and"),
        ({"id": "fedora", "name": "Fedora 44", "apt": ""}, "Fedora 44 is not supported; Debian 12"),
        ({"address": "192.0.2.9 eth0"}, "192.0.2.1, declared as its address in the relationship"),
        ({"apt": ""}, "is not supported; Debian 12 and 13 with systemd and apt are"),
    ],
)
def test_a_server_that_cannot_be_made_so_is_one_sentence(
    tmp_path: Path, fake: dict[str, Any], changes: dict[str, str], sentence: str
) -> None:
    """With its name, and before anything is changed on any server."""
    result = run(tmp_path, fake, one={"/etc/os-release": system("192.0.2.1", **changes)})
    assert result.returncode == 1
    assert f"@fake/dhcp1: {sentence}" in result.stderr.replace("(trixie) ", "").replace(
        "Debian GNU/Linux 13 ", ""
    )
    assert "Starting operation" not in result.stderr


def test_mistakes_in_the_data_are_found_before_anything_is_done(
    tmp_path: Path, fake: dict[str, Any]
) -> None:
    """All of them, in one message, with exit status 1."""
    fake["failover"]["lab"]["split"] = 300
    result = run(tmp_path, fake, DHCP_FAILOVER__LAB__MCLT="30")
    assert result.returncode == 1
    assert "the declared DHCP data has 2 mistakes" in result.stderr
    assert "failover.lab.split = 300" in result.stderr
    assert "DHCP_FAILOVER__LAB__MCLT" in result.stderr
    assert "Starting operation" not in result.stderr


def test_a_server_without_data_is_one_sentence(tmp_path: Path) -> None:
    """An inventory may hold other computers."""
    result = run(tmp_path, None)
    assert result.returncode == 1
    assert "the inventory declares no 'dhcp' data for it; leave it out" in result.stderr


def test_where_one_server_cannot_be_reached_no_file_of_its_partner_is_changed(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    """Who wants it all the same says so."""
    pair["failover"]["lab"]["primary"]["server"] = "@fake/dhcp1"
    closed = {"ssh_hostname": "127.0.0.1", "ssh_port": 1, "ssh_user": "root"}
    servers = [server("@fake/dhcp1", {"os-release": system("192.0.2.1")}), ("dhcp2", closed)]
    output = applied(tmp_path, servers, pair).stderr
    assert "because dhcp2 failed in this run; apply again, or use --limit" in output
    assert "Write /etc/default/isc-dhcp-server" not in output


def test_an_unreachable_server_is_one_sentence(tmp_path: Path, pair: dict[str, Any]) -> None:
    """A port of this computer on which nothing listens."""
    closed = {"ssh_hostname": "127.0.0.1", "ssh_port": 1, "ssh_user": "root"}
    result = applied(tmp_path, [("dhcp1", closed)], pair)
    assert result.returncode == 1
    assert "[dhcp1] Could not connect" in result.stderr


def test_up_to_500_servers_are_taken_at_a_time(tmp_path: Path) -> None:
    """By the settings that pyinfra finds where it is started."""
    deploy = tmp_path / "deploy.py"
    deploy.write_text(
        "from pyinfra import state\n"
        "from pyinfra.api.state import MAX_PARALLEL\n"
        "assert state.config.PARALLEL == state.pool.size == min(500, MAX_PARALLEL)\n"
    )
    command = [str(PYINFRA), "-y", "@fake/one", str(deploy)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
