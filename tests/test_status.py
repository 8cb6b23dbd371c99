"""Which servers status asks, and what it makes of silence; on pretended servers (``@fake``)."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import fake

JSON = ("--data", "dhcp_status_json=-")
Group = tuple[list[Any], dict[str, Any]]


def status(
    tmp_path: Path, groups: dict[str, Group], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Ask for the status of sites."""
    return fake.run_pyinfra(tmp_path, groups, "deploys/status.py", "-y", *arguments)


def site(pair: dict[str, Any], prefix: str, healthy: bool = True) -> Group:
    """The pair, of pretended servers with names of their own."""
    data = deepcopy(pair)
    for end in data["failover"]["lab"].values():
        end["server"] = f"@fake/{prefix}-{end['server']}"
    loaded = fake.loaded(data)
    servers = []
    for name, (peer,) in loaded.peers.items():
        answers = (
            fake.converged(loaded, name) if healthy else fake.answers(fake.fresh(str(peer.address)))
        )
        servers.append(fake.host(name, answers))
    return servers, {"dhcp": data}


def test_a_healthy_site_is_reported_healthy(tmp_path: Path, pair: dict[str, Any]) -> None:
    """With exit status 0; the verdict is the last line."""
    result = status(tmp_path, {"a": site(pair, "a")})
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == "lab: normal on both, as declared"


def test_every_site_of_an_inventory_is_reported(tmp_path: Path, pair: dict[str, Any]) -> None:
    """Not only that of the server which happens to answer last."""
    groups = {name: site(pair, name, healthy=False) for name in ("a", "b")}
    result = status(tmp_path, groups, *JSON)
    assert result.returncode == 1
    servers = {it["server"] for it in json.loads(result.stdout)["trouble"]}
    assert servers == {f"@fake/{prefix}-dhcp{i}" for prefix in "ab" for i in (1, 2)}


def test_an_answer_that_cannot_be_read_is_reported_as_that(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    """The other server is reported all the same."""
    servers, data = site(pair, "a")
    servers[0][1]["fake_responses"][fake.SURVEY] = ["nonsense"]
    result = status(tmp_path, {"a": (servers, data)}, *JSON)
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert report["servers"]["@fake/a-dhcp1"] is None
    (trouble,) = [it for it in report["trouble"] if it["server"] == "@fake/a-dhcp1"]
    assert "cannot be read" in trouble["text"]
    assert report["servers"]["@fake/a-dhcp2"]


def test_a_server_that_is_left_out_is_not_called_unreachable(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    """It was not asked; the report says so."""
    result = status(tmp_path, {"a": site(pair, "a")}, "--limit", "@fake/a-dhcp1")
    assert "@fake/a-dhcp2 was not asked: nothing is known of it." in result.stdout


def test_an_ordinary_user_is_one_sentence(tmp_path: Path, pair: dict[str, Any]) -> None:
    """Not a daemon that does not run."""
    servers, data = site(pair, "a")
    for i, (_, answers) in enumerate(servers, 1):
        survey = [*fake.system(f"192.0.2.{i}", user="1000"), "<engine>", "Root=no"]
        answers["fake_responses"][fake.SURVEY] = survey
    result = status(tmp_path, {"a": (servers, data)})
    assert result.returncode == 1
    assert "add --sudo" in result.stdout
    assert "does not run" not in result.stdout


def test_no_secret_is_needed_to_look(tmp_path: Path, pair: dict[str, Any]) -> None:
    """What cannot be compared without it is named."""
    pair["keys"] = {"control": {"algorithm": "hmac-sha256"}}
    pair["omapi"] = {"key": "control"}
    result = status(tmp_path, {"a": site(pair, "a", healthy=False)})
    assert "secret" not in result.stderr
    assert "never applied" in result.stdout


def test_a_report_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    """After the table, with exit status 1."""
    path = ("--data", "dhcp_status_json=/nowhere/status.json")
    result = status(tmp_path, {"a": site(pair, "a")}, *path)
    assert result.returncode == 1
    assert "dhcp_status_json=/nowhere/status.json: cannot be written: No such" in result.stderr
    assert "lab: normal on both" in result.stdout
