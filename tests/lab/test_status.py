"""``deploys/status.py``, as cron runs it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dhcp_failover.lab.client import client

if TYPE_CHECKING:
    from machines import Pair

STATUS = ("-y", "inventories/lab.py", "deploys/status.py")


def test_a_healthy_pair_is_told_and_left_alone(pair: Pair, tmp_path: Path) -> None:
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
    assert use["active"] + use["free"] == 100


def test_a_dead_daemon_is_told(pair: Pair) -> None:
    """With status 1, and what its partner makes of it."""
    pair.lab.run("dhcp2", "systemctl stop isc-dhcp-server")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp2: dhcpd does not run" in run.output
    assert "dhcp1: lab is in communications-interrupted" in run.output


def test_a_hand_edit_is_told(pair: Pair) -> None:
    """Whether a daemon has read it or not."""
    pair.lab.run("dhcp1", "echo '# edited' >> /etc/dhcp/dhcpd.conf")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp1: its configuration is drifted" in run.output


def test_pools_that_differ_are_told_and_mended(fresh: Pair) -> None:
    """Both daemons call themselves normal; what the one has logged tells."""
    fresh.apply()
    narrower = "sed -i 's/range 198.51.100.100/range 198.51.100.199/' /etc/dhcp/dhcpd.conf"
    fresh.lab.run("dhcp2", f"{narrower} && systemctl restart isc-dhcp-server")
    for number in (1, 2):
        with client(fresh.lab, number) as one:
            assert one.lease()
    deadline = time.monotonic() + 30
    while "unknown IP address" not in (output := fresh.pyinfra(*STATUS).output):
        assert time.monotonic() < deadline, output
    assert "dhcp1: logged 'bind update on 198.51.100." in output
    fresh.apply()
    assert fresh.pyinfra(*STATUS).status == 0


def test_a_configuration_that_no_daemon_has_read_is_told(pair: Pair) -> None:
    """The files are right; what runs is not."""
    conf = "/etc/dhcp/dhcpd.conf"
    pair.lab.run("dhcp1", f"cp -p {conf} /tmp/kept && echo '# edited' >> {conf}")
    pair.lab.run("dhcp1", f"systemctl restart isc-dhcp-server && cp -p /tmp/kept {conf}")
    run = pair.pyinfra(*STATUS)
    assert run.status == 1
    assert "dhcp1: its configuration is not loaded" in run.output


def test_a_server_that_cannot_be_reached_is_told(pair: Pair) -> None:
    """The other is told of all the same."""
    pair.lab.disconnect("dhcp2")
    try:
        run = pair.pyinfra(*STATUS)
    finally:
        pair.lab.connect("dhcp2")
    assert run.status == 1
    assert "dhcp2 cannot be reached" in run.output
    assert "dhcp1   primary    runs" in run.output
