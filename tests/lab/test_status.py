"""``deploys/status.py``, as cron runs it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dhcp_failover.engines.dhcpd.paths import LEASES
from dhcp_failover.lab.client import client

if TYPE_CHECKING:
    from machines import Pair

STATUS = ("-y", "inventories/lab.py", "deploys/status.py")


def sentences(output: str) -> str:
    """What was printed, without its line breaks."""
    return " ".join(output.split())


@pytest.mark.both_releases
def test_a_healthy_pair_is_reported_and_left_alone(pair: Pair, tmp_path: Path) -> None:
    """Status 0, the leases counted, nothing changed; the same in a file for machines."""
    with client(pair.lab, 9) as one:
        assert one.lease()
    before, path = pair.files(), tmp_path / "status.json"
    run = pair.pyinfra(*STATUS, "--data", f"dhcp_status_json={path}")
    assert run.status == 0, run.output
    assert pair.files() == before
    told = json.loads(path.read_text())
    assert (told["healthy"], told["trouble"]) == (True, [])
    (use,) = told["servers"]["dhcp1"]["pools"]
    assert use["size"] == 100
    assert use["active"] >= 1
    # The free addresses are shared out between the two, as dhcpd logs it: so many "backup".
    assert use["free"] + use["backup"] == 100 - use["active"]
    assert use["backup"] >= 40


@pytest.mark.both_releases
def test_both_servers_come_to_count_the_same(pair: Pair, tmp_path: Path) -> None:
    """A server writes what its partner sent a few seconds later."""
    with client(pair.lab, 9) as one:
        assert one.lease()
    path, deadline = tmp_path / "status.json", time.monotonic() + 30
    while True:
        assert pair.pyinfra(*STATUS, "--data", f"dhcp_status_json={path}").status == 0
        first, second = (it["pools"] for it in json.loads(path.read_text())["servers"].values())
        if first == second and first[0]["active"]:
            break
        assert time.monotonic() < deadline, (first, second)


def test_json_alone_is_on_standard_output(pair: Pair) -> None:
    """With "-" for a file; the table is with pyinfra's own lines."""
    command = pair.command(*STATUS, "--data", "dhcp_status_json=-")
    run = subprocess.run(
        command, **{**pair.surroundings(), "stderr": subprocess.PIPE}, timeout=300, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["healthy"] is True
    assert "ABAND" in run.stderr


def test_a_file_that_cannot_be_written_is_a_sentence(pair: Pair) -> None:
    """With status 1, and the table all the same."""
    run = pair.pyinfra(*STATUS, "--data", "dhcp_status_json=/nowhere/status.json")
    assert run.status == 1
    assert "dhcp_status_json=/nowhere/status.json: cannot be written: No such file" in run.output
    assert "ABAND" in run.output


@pytest.mark.both_releases
def test_an_abandoned_address_is_counted(pair: Pair, tmp_path: Path) -> None:
    """Of an address the last record counts."""
    record = "lease 198.51.100.{} {{\\n  binding state {};\\n}}\\n"
    text = "".join(
        record.format(last, state)
        for last, state in (
            *((150, "abandoned"), (150, "free"), (151, "free"), (151, "abandoned")),
            *((199, "abandoned"), (200, "abandoned")),  # the latter is in no range
        )
    )
    pair.lab.run("dhcp2", "systemctl stop isc-dhcp-server")
    pair.lab.run("dhcp1", f"systemctl stop isc-dhcp-server; cp -p {LEASES} /tmp/leases")
    pair.lab.run("dhcp1", f"printf '{text}' >> {LEASES}")
    path = tmp_path / "status.json"
    assert pair.pyinfra(*STATUS, "--data", f"dhcp_status_json={path}").status == 1
    pair.lab.run("dhcp1", f"cp -p /tmp/leases {LEASES}")
    (use,) = json.loads(path.read_text())["servers"]["dhcp1"]["pools"]
    assert use["abandoned"] == 2
    assert sum(use[it] for it in ("active", "free", "backup", "abandoned")) == use["size"]


def test_a_flushed_firewall_is_reported(pair: Pair) -> None:
    """With status 1, until the next apply."""
    pair.lab.run("dhcp1", "nft flush ruleset")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    said = "dhcp1: the firewall rules in force are not those of its rules file"
    assert said in sentences(run.output)
    pair.apply()
    assert pair.pyinfra(*STATUS).status == 0


def test_a_server_outside_the_limit_is_not_called_unreachable(pair: Pair) -> None:
    """It was not asked."""
    run = pair.pyinfra(*STATUS, "--limit", "dhcp1")
    assert run.status == 0, run.output
    assert re.search(r"^  dhcp2 +not asked", run.output, re.M)


def test_a_dead_daemon_is_reported(pair: Pair) -> None:
    """With exit status 1, and the state of its partner."""
    pair.lab.run("dhcp2", "systemctl stop isc-dhcp-server")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp2: dhcpd does not run" in sentences(run.output)
    assert "dhcp1: lab is in communications-interrupted" in sentences(run.output)


def test_a_hand_edit_is_reported(pair: Pair) -> None:
    """Whether a daemon has read it or not."""
    pair.lab.run("dhcp1", "echo '# edited' >> /etc/dhcp/dhcpd.conf")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp1: edited on the server: /etc/dhcp/dhcpd.conf" in sentences(run.output)


def test_pools_that_differ_are_reported_and_mended(pair: Pair) -> None:
    """Both daemons say normal; the log of one of them says why that is wrong."""
    narrower = "sed -i 's/range 198.51.100.100/range 198.51.100.199/' /etc/dhcp/dhcpd.conf"
    pair.lab.run("dhcp2", f"{narrower} && systemctl restart isc-dhcp-server")
    for number in (1, 2):
        with client(pair.lab, number) as one:
            assert one.lease()
    deadline = time.monotonic() + 30
    while "unknown IP address" not in (output := sentences(pair.pyinfra(*STATUS).output)):
        assert time.monotonic() < deadline, output
    assert "dhcp1: it logged 'bind update on 198.51.100." in output
    pair.apply()
    assert pair.pyinfra(*STATUS).status == 0


def test_a_configuration_that_no_daemon_has_read_is_reported(pair: Pair) -> None:
    """The files are right; what runs is not."""
    conf = "/etc/dhcp/dhcpd.conf"
    pair.lab.run("dhcp1", f"cp -p {conf} /tmp/kept && echo '# edited' >> {conf}")
    pair.lab.run("dhcp1", f"systemctl restart isc-dhcp-server && cp -p /tmp/kept {conf}")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp1: not loaded by the running daemon: /etc/dhcp/dhcpd.conf" in sentences(run.output)


def test_a_server_that_cannot_be_reached_is_reported(pair: Pair) -> None:
    """So is the other."""
    pair.lab.disconnect("dhcp2")
    try:
        run = pair.pyinfra(*STATUS)
    finally:
        pair.lab.connect("dhcp2")
    assert run.status == 1
    assert re.search(r"^  dhcp1 +(normal|communications-interrupted) ", run.output, re.M)
    assert re.search(r"^  dhcp2 +unreachable ", run.output, re.M)
