"""Applies that meet clients, load and trouble."""

from __future__ import annotations

import fcntl
import json
import re
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
from machines import APPLY, DEPLOY
from shared import CHANGED
from slow_link import slow_link

if TYPE_CHECKING:
    from drills.conftest import Drill

UNACKED = "DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES"
CHANGE = {UNACKED: "33"}
LOAD = {
    "DHCP_SUBNETS": json.dumps(
        [
            {
                "network": "198.51.100.0/24",
                "pools": [{"failover": "lab", "ranges": ["198.51.100.100-198.51.100.199"]}],
            },
            {
                "network": "198.18.0.0/16",
                "pools": [{"failover": "lab", "ranges": ["198.18.1.0-198.18.63.255"]}],
            },
        ]
    ),
}


def unanswered(output: str) -> list[tuple[int, int]]:
    """What perfdhcp sent, DISCOVERs and REQUESTs: how many, and how many got no answer."""
    sent, received = (
        map(int, re.findall(rf"{what} packets: (\d+)", output)) for what in ("sent", "received")
    )
    return [(asked, asked - answered) for asked, answered in zip(sent, received, strict=True)]


@pytest.mark.parametrize("ping", ["true", "false"], ids=["ping_check", "no_ping_check"])
def test_change_under_load(drill: Drill, ping: str) -> None:
    """200 new clients a second, each asking once: all are offered an address, all through it.

    A REQUEST can go unanswered, for an address that the secondary had offered just before the
    two even out their pools again; a computer would ask again.
    """
    declared = {**LOAD, "DHCP_PING_CHECK": ping}
    drill.pair.apply(**declared)
    with drill.load(200, 10) as load:
        quiet = load.communicate(timeout=60)[0]
    with drill.clients(), drill.load(200, 30) as load:
        time.sleep(1)  # into the middle of it
        started = time.monotonic()
        drill.pair.apply(**declared, **CHANGE)
        drill.timed("apply", started)
        assert load.poll() is None, "the load ended before the change did"
        busy = load.communicate(timeout=60)[0]
    for what, output in (("without a change", quiet), ("with it", busy)):
        (discovers, lost), (requests, refused) = unanswered(output)
        drill.seen.append(
            f"{what} {lost} of {discovers} first DISCOVERs and"
            f" {refused} of {requests} REQUESTs unanswered"
        )
    assert unanswered(busy)[0][1] == 0


def test_apply_killed_at_every_step(drill: Drill) -> None:
    """After each kill the next apply completes the change."""
    steps = list(dict.fromkeys(CHANGED))
    with drill.clients(every=3):
        for number, step in enumerate(steps):
            change = {UNACKED: str(20 + number)}
            drill.pair.killed_apply(step, **change)
            drill.pair.apply(**change)
            assert drill.pair.apply(**change).changes == []
    drill.seen.append(f"{len(steps)} steps")


def test_apply_while_the_partner_is_down(drill: Drill) -> None:
    """It starts the partner before it touches the server that still answers."""
    drill.pair.lab.run("dhcp1", "systemctl stop isc-dhcp-server")
    with drill.clients():
        started = time.monotonic()
        drill.pair.apply(**CHANGE)
        drill.timed("apply", started)


def test_apply_with_limit(drill: Drill) -> None:
    """One server after the other, by hand."""
    with drill.clients():
        for name in ("dhcp1", "dhcp2"):
            drill.pair.apply("--limit", name, **CHANGE)
    assert drill.pair.apply(**CHANGE).changes == []


def test_two_applies_at_once(drill: Drill) -> None:
    """One wins whole."""
    with drill.clients():
        runs = {
            value: subprocess.Popen(
                drill.pair.command(*APPLY), **drill.pair.surroundings(**{UNACKED: value})
            )
            for value in ("51", "52")
        }
        for run in runs.values():
            run.communicate(timeout=120)
    won = [value for value, run in runs.items() if run.returncode == 0]
    drill.seen.append(f"{len(won)} of 2 applies succeeded")
    assert won
    found = {
        drill.pair.lab.run(name, "grep max-unacked /etc/dhcp/dhcpd.conf").split()[1].strip(";")
        for name in ("dhcp1", "dhcp2")
    }
    assert len(found) == 1
    assert found <= set(won)


def test_hand_edit_that_dhcpd_refuses(drill: Drill) -> None:
    """Its server dies of the next restart; the apply puts both right."""
    with drill.clients():
        drill.pair.lab.run("dhcp1", "echo nonsense >> /etc/dhcp/dhcpd.conf")
        drill.pair.lab.run("dhcp1", "systemctl restart isc-dhcp-server", check=False)
        assert drill.pair.states()["dhcp1"] == "not running"
        started = time.monotonic()
        drill.pair.apply()
        drill.timed("apply", started)


def test_disk_full(fresh: Drill) -> None:
    """The run fails for that server and its partner stays as it was; with room again it goes."""
    drill, lab = fresh, fresh.pair.lab
    lab.down()
    lab.up(["dhcp1"])
    disk = lab.home / "machines" / "dhcp2"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400M", "disk", str(disk)], check=True)
    lab.up()
    drill.pair.apply()
    before = drill.pair.files()
    with drill.clients():
        lab.run("dhcp2", "dd if=/dev/zero of=/full bs=64k status=none", check=False)
        run = drill.pair.pyinfra(*APPLY, **CHANGE)
        assert run.status == 1
        assert re.search("No space left on device|bytes free|is full", run.output), run.output
        assert drill.pair.files() == before
        lab.run("dhcp2", "rm /full")
        drill.pair.apply(**CHANGE)


def test_apt_locked(fresh: Drill) -> None:
    """Another program holds dpkg's lock for a while: the apply waits for it."""
    root = fresh.pair.lab.home / "machines/dhcp2/root"
    with (root / "var/lib/dpkg/lock-frontend").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        threading.Timer(10, fcntl.lockf, (lock, fcntl.LOCK_UN)).start()
        started = time.monotonic()
        fresh.pair.apply()
        fresh.timed("applied, the lock being held for 10 s, in", started)
        assert time.monotonic() - started > 10
    with fresh.clients():
        pass


def test_clock_off_by_two_minutes(drill: Drill) -> None:
    """The daemon's own: the servers refuse each other, and an apply does not call that health."""
    lab = drill.pair.lab
    lab.run("dhcp2", "apt-get -qq update && apt-get -qq -y install faketime")
    library = lab.run("dhcp2", "ls /usr/lib/*/faketime/libfaketime.so.1").strip()
    names = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "FAKETIME_DISABLE_SHM")
    # What systemd gives every service that it starts: no file of the unit changes.
    values = " ".join(map("=".join, zip(names, (library, "+120s", "1", "1"), strict=True)))
    off = f"systemctl set-environment {values} && systemctl restart isc-dhcp-server"
    with drill.clients():
        lab.run("dhcp2", off)
        run = drill.pair.pyinfra(*APPLY, DHCP_NORMAL_TIMEOUT="20")
        assert run.status == 1
        assert re.search("time mismatch|time offset too large", run.output), run.output
        started = time.monotonic()
        lab.run("dhcp2", f"systemctl unset-environment {' '.join(names)}")
        lab.run("dhcp2", "systemctl restart isc-dhcp-server")
        drill.pair.apply()
        drill.timed("the clock being right, normal after", started)


def test_slow_link(drill: Drill) -> None:
    """50 ms each way between controller and servers."""
    with drill.clients(), slow_link(drill.pair.lab, 0.05) as inventory:
        started = time.monotonic()
        run = drill.pair.pyinfra("-y", str(inventory), DEPLOY, **CHANGE)
        assert run.status == 0, run.output
        drill.timed("apply", started)
