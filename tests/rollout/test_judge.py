"""The end of an apply judges as status does, by the surveys that it has; on pretended servers."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import fake
import pytest

DEPLOY = "deploys/dhcp.py"


@pytest.fixture
def data(pair: dict[str, Any]) -> dict[str, Any]:
    """The pair, of pretended servers."""
    for end in pair["failover"]["lab"].values():
        end["server"] = f"@fake/{end['server']}"
    pair["normal_timeout"] = 2
    return pair


def applied(
    tmp_path: Path, data: dict[str, Any], *lines: str, instead_of: str = "", system: bool = False
) -> subprocess.CompletedProcess[str]:
    """Apply to a pair that is as declared, but for lines of the first server's survey."""
    site = fake.loaded(data)
    servers = [fake.host(name, fake.converged(site, name)) for name in site.peers]
    survey = servers[0][1]["fake_responses"][fake.SURVEY]
    kept = [it for it in survey if not instead_of or not it.startswith(instead_of)]
    at = kept.index("<engine>") if system else len(kept)
    servers[0][1]["fake_responses"][fake.SURVEY] = [*kept[:at], *lines, *kept[at:]]
    return fake.run_pyinfra(tmp_path, {"servers": (servers, {"dhcp": data})}, DEPLOY, "-y")


PROCESS = "Process=100 {} 1 isc-dhcp-server.service /usr/sbin/dhcpd"
FAILS = {
    "a process that hangs": ([PROCESS.format("D")], "Process=", False, "it waits for a disk"),
    "a former partner that answers": (
        ["former=lab 192.0.2.9 520", "answers=192.0.2.9 520"],
        "",
        True,
        "the former partner 192.0.2.9 of lab still answers on port 520",
    ),
    "no connection": ([], "Connection=", False, "has no connection to @fake/dhcp2"),
    "a record that contradicts the partner": (
        ["Record=  partner state recover at 2 2026/11/24 04:54:32;", "Record=}"],
        "Record=  partner state",
        False,
        "",
    ),
    "a drop-in": (["DropIn=/etc/x.conf"], "", False, "is changed by /etc/x.conf"),
}


@pytest.mark.parametrize(("lines", "instead", "system", "words"), FAILS.values(), ids=FAILS)
def test_what_the_table_says_fails_fails(
    tmp_path: Path,
    data: dict[str, Any],
    lines: list[str],
    instead: str,
    system: bool,
    words: str,
) -> None:
    """Though both servers say that they are in normal, as declared."""
    result = applied(tmp_path, data, *lines, instead_of=instead, system=system)
    assert result.returncode == 1, result.stderr
    assert words in " ".join(result.stderr.split()), result.stderr


def test_what_the_table_says_warns_is_printed(tmp_path: Path, data: dict[str, Any]) -> None:
    """With what to do; the run succeeds, and says its verdict."""
    result = applied(tmp_path, data, "NRestarts=2", instead_of="NRestarts=")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("systemd has restarted dhcpd by itself 2 times. Read its log") == 1
    assert "lab: normal on both, as declared" in result.stderr


def test_somebody_elses_turn_is_no_failure_of_a_run_that_needs_none(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Nothing is changed, so nobody is waited for."""
    result = applied(tmp_path, data, "turn=t 1 20 somebody@else", system=True)
    assert result.returncode == 0, result.stderr
