"""No byte reaches a live file unless the whole content has: links, controllers and power fail."""

from __future__ import annotations

import re
import time
from itertools import count
from typing import TYPE_CHECKING

from cutting import link
from drilling import FILES, LEFT, changed
from machines import DEPLOY

if TYPE_CHECKING:
    from pathlib import Path

    from drills.conftest import Drill


def whole(drill: Drill, name: str) -> dict[str, str]:
    """A server's live files, without the number that the drill changes."""
    return {
        path: re.sub("updates [0-9]+;", "updates N;", drill.lab.run(name, f"cat {path}"))
        for path in FILES
    }


def through(inventory: Path, number: int) -> Path:
    """The inventory of a link, with the data of the drill."""
    text = inventory.read_text()
    servers = text.index(", runpy.run_path")
    inventory.write_text(f"{text[:servers]}, {{'dhcp': {changed(number)!r}}})\n")
    return inventory


def test_link_falls_silent(quick: Drill) -> None:
    """Each live file is old or new, and whole; the next apply completes the change.

    At some places only: each time, an apply waits 10 seconds for what does not come.
    """
    numbers = count(20)
    quick.apply(changed(next(numbers)))
    files = {name: whole(quick, name) for name in ("dhcp1", "dhcp2")}
    with link(quick.lab) as counting:
        run = quick.pair.pyinfra("-y", str(through(counting.inventory, next(numbers))), DEPLOY)
        assert run.status == 0, run.output
        points = {name: counting.points(name) for name in files}
    longest = 0.0
    with quick.people():
        for name, places in points.items():
            for place in places[:: max(1, len(places) // 3)]:
                number = next(numbers)
                with link(quick.lab, **{name: place}) as cut:
                    started = time.monotonic()
                    inventory = through(cut.inventory, number)
                    run = quick.pair.pyinfra("-y", str(inventory), DEPLOY)
                    longest = max(longest, time.monotonic() - started)
                assert {it: whole(quick, it) for it in files} == files, (place, run.output)
        quick.apply(changed(number))
    for name in files:
        assert quick.lab.run(name, LEFT) == ""
    quick.seen.append(f"silent at 6 of {sum(map(len, points.values()))} places or more")
    quick.seen.append(f"longest apply {longest:.1f} s")


def test_controller_killed_in_every_transfer(quick: Drill) -> None:
    """Killed after so many seconds; what is left is seen, and removed by the next apply."""
    files = {name: whole(quick, name) for name in ("dhcp1", "dhcp2")}
    numbers = count(60)
    with quick.people():
        for tenths in range(8, 48, 5):
            process = quick.start(changed(next(numbers)))
            time.sleep(tenths / 10)
            process.kill()
            process.wait()
            found = {name: whole(quick, name) for name in files}
            for name, texts in found.items():
                for path, text in texts.items():
                    assert re.sub(" *max-unacked-updates N;\n", "", text) == re.sub(
                        " *max-unacked-updates N;\n", "", files[name][path]
                    )
        quick.apply(changed(next(numbers)))
    for name in files:
        assert quick.lab.run(name, LEFT) == ""


def test_what_a_power_loss_leaves(quick: Drill) -> None:
    """Status sees it; a boot removes it, and so does an apply."""
    left = "/etc/dhcp/.dhcpd.conf.new"
    data = changed(33)
    quick.apply(data)
    with quick.people():
        for name in ("dhcp1", "dhcp2"):
            quick.lab.run(name, f"echo 'secret \"half' > {left}")
        run = quick.status(data)
        assert run.status == 0, run.output  # a warning: no live file is touched by it
        assert left in run.output
        quick.lab.stop("dhcp1")
        quick.lab.up()
        quick.pair.until_normal()
        assert quick.lab.run("dhcp1", LEFT) == ""
        quick.apply(data)
        assert quick.lab.run("dhcp2", LEFT) == ""
        assert quick.status(data).status == 0
