"""Two controllers at once: a turn is taken on the servers, not in a controller's memory."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

from drilling import CONF, changed, down_between

if TYPE_CHECKING:
    from drills.conftest import Drill

TURN = "/run/dhcp-failover/turn"
ROUNDS = 4


def test_two_controllers_each_with_limit(quick: Drill) -> None:
    """A second apart, one server each, four rounds: never both daemons down, and all answered."""
    since = quick.lab.run("dhcp1", "date +%s.%N").strip()
    ended = []
    with quick.people(rate=5):
        for number in range(ROUNDS):
            runs = []
            for name in ("dhcp1", "dhcp2") if number % 2 else ("dhcp2", "dhcp1"):
                runs.append(quick.start(changed(40 + number), "--limit", name))
                time.sleep(1)
            outputs = [run.communicate(timeout=120)[0] for run in runs]
            assert not any("Traceback" in it for it in outputs), outputs
            ended += [run.returncode for run in runs]
            quick.apply(changed(40 + number))
    one, two = (down_between(quick.lab, name, since) for name in ("dhcp1", "dhcp2"))
    assert len(one) >= ROUNDS
    assert len(two) >= ROUNDS
    both = [(a, b) for a in one for b in two if a[0] < b[1] and b[0] < a[1]]
    assert not both
    quick.seen.append(f"{ended.count(0)} of {len(ended)} applies succeeded at once")


def test_two_controllers_with_different_data(quick: Drill) -> None:
    """Begun at once, or the second in any part of the first: both servers get the data of one."""
    ended = []
    with quick.people(rate=5):
        for number in range(ROUNDS + 2):
            numbers = (40 + 2 * number, 41 + 2 * number)
            runs = []
            for value in numbers:
                runs.append(quick.start(changed(value)))
                time.sleep(0.7 * number)
            outputs = [run.communicate(timeout=120)[0] for run in runs]
            assert not any("Traceback" in it for it in outputs), outputs
            ended += [run.returncode for run in runs]
            won = {n for n, run in zip(numbers, runs, strict=True) if run.returncode == 0}
            say = f"sed -n 's/.*max-unacked-updates \\(.*\\);/\\1/p' {CONF}"
            found = {int(quick.lab.run(name, say)) for name in ("dhcp1", "dhcp2")}
            assert len(found) == 1, outputs
            assert found <= won, outputs
            left = "ls -A /etc/dhcp | grep '[.]new$'"
            assert [quick.lab.run(it, left, check=False) for it in ("dhcp1", "dhcp2")] == ["", ""]
    quick.seen.append(f"{ended.count(0)} of {len(ended)} applies succeeded")


def test_suspended_controller(quick: Drill) -> None:
    """The other waits with a sentence; what wakes up changes nothing, and says why."""
    with quick.people():
        with quick.start(changed(51)) as sleeper:
            held = ""
            while not held:
                assert sleeper.poll() is None, sleeper.communicate()[0]
                held = quick.lab.run("dhcp1", f"cat {TURN} 2>/dev/null", check=False)
            os.kill(sleeper.pid, signal.SIGSTOP)
            started = time.monotonic()
            said = quick.apply(changed(52)).output
            quick.timed("the other applied after", started)
            assert time.monotonic() - started < 50
            assert "Waits: it is the turn of" in said
            files = quick.pair.files()
            os.kill(sleeper.pid, signal.SIGCONT)
            woken = sleeper.communicate(timeout=90)[0]
        assert sleeper.returncode == 1, woken
        # Its connections may have died in its sleep; if not, the servers refuse its old turn.
        assert re.search("its turn is over|another run is at work|did not answer", woken), woken
        assert "Traceback" not in woken
        assert quick.pair.files() == files
        assert "updates 52" in quick.lab.run("dhcp1", f"cat {CONF}")
    assert quick.apply(changed(52)).changes == []
