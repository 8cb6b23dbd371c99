"""Everything ends: a server that is dead, cut off or frozen, before an apply and in it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from drilling import CONF, changed, pair_of

if TYPE_CHECKING:
    from drills.conftest import Drill

FREEZE = "pkill -STOP sshd; pkill -STOP sshd-session; true"
THAW = "pkill -CONT sshd; pkill -CONT sshd-session; true"
WAYS = ["power", "cable", "sshd"]


def lose(drill: Drill, name: str, way: str) -> None:
    """A server stops answering the controller."""
    if way == "power":
        drill.lab.crash(name)
    elif way == "cable":
        drill.lab.disconnect(name)
    else:
        drill.lab.run(name, FREEZE)


def bring_back(drill: Drill, name: str, way: str) -> None:
    """It answers again."""
    if way == "power":
        drill.lab.up()
    elif way == "cable":
        drill.lab.connect(name)
    else:
        drill.lab.run(name, THAW)


def last_words(output: str) -> str:
    """The sentence that says what was done, what was not, and what to do next."""
    found = re.findall(r"(done: .*?; not .*?Next: .*)", output)
    assert found, output
    return str(found[-1])


@pytest.mark.parametrize("way", WAYS)
def test_server_lost_before_an_apply(quick: Drill, way: str) -> None:
    """The run ends within 20 seconds, changes nothing that clients need, and says what is next."""
    pid = quick.pair.pid("dhcp1")
    with quick.people(silence=12):
        lose(quick, "dhcp2", way)
        started = time.monotonic()
        run = quick.apply(changed(33), status=1)
        quick.timed("apply", started)
        took = time.monotonic() - started
        assert quick.pair.pid("dhcp1") == pid
        assert "updates 33" not in quick.lab.run("dhcp1", f"cat {CONF}")
        last_words(run.output)
        assert len(re.findall("dhcp2.*onnect", run.output)) <= 6, run.output
        started = time.monotonic()
        assert quick.status(pair_of()).status == 1
        quick.timed("status", started)
        bring_back(quick, "dhcp2", way)
        quick.pair.until_normal()
    assert took < 20
    quick.apply(changed(33))


@pytest.mark.parametrize(
    ("way", "step"),
    [
        ("cable", "Prepare /etc/dhcp/dhcpd.conf"),
        ("power", "wave 1 of 2"),
        ("sshd", "wave 1 of 2"),
        ("cable", "wave 2 of 2"),
    ],
)
def test_server_lost_in_an_apply(quick: Drill, way: str, step: str) -> None:
    """At whatever step: the run ends, with a sentence, and one server serves all through it."""
    with quick.people(silence=16):
        with quick.start(changed(33)) as run:
            assert run.stdout
            said = ""
            while step not in (line := run.stdout.readline()):
                said += line
                assert line, said
            started = time.monotonic()
            lose(quick, "dhcp2", way)
            rest = run.communicate(timeout=120)[0]
        quick.timed(f"{step}: ended after", started)
        took = time.monotonic() - started
        assert "Traceback" not in rest, rest
        assert run.returncode == 1, rest
        assert "dhcp2" in rest
        bring_back(quick, "dhcp2", way)
        quick.pair.until_normal(60)
        quick.apply(changed(33))
    assert took < 60


def test_both_servers_dead(quick: Drill) -> None:
    """Apply and status end."""
    with quick.people(silence=90, rate=1, most=20, patience=120):
        for name in ("dhcp1", "dhcp2"):
            quick.lab.crash(name)
        started = time.monotonic()
        quick.apply(changed(33), status=1)
        quick.timed("apply", started)
        assert time.monotonic() - started < 20
        started = time.monotonic()
        assert quick.status(pair_of()).status == 1
        quick.timed("status", started)
        quick.lab.up()
        quick.pair.until_normal()


def test_command_that_hangs(quick: Drill) -> None:
    """A checksum on a dead disk never returns: apply and status end, and name the server."""
    hang = "exec sleep 1000"
    with quick.people():
        with quick.pair.replaced_program("dhcp2", "/usr/local/bin/sha256sum", hang):
            started = time.monotonic()
            run = quick.apply(changed(33), status=1)
            quick.timed("apply", started)
            assert time.monotonic() - started < 40
            assert re.search("dhcp2.*did not answer for", run.output), run.output
            started = time.monotonic()
            run = quick.status(pair_of())
            quick.timed("status", started)
            assert run.status == 1
        quick.apply(changed(33))
