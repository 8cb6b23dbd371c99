"""Timings of one run on this computer, side by side; ratios are what to compare.

Boots a lab of its own, so root is needed: ``make bench``.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import fake
from dhcp_failover.lab.machines import Lab
from slow_link import slow_link

ROOT = Path(__file__).parents[2]
PYINFRA = Path(sys.executable).with_name("pyinfra")
INVENTORY = "inventories/lab.py"
RUNS = 7


def main() -> None:
    """Measure and print."""
    lab = Lab("bench")
    lab.down()
    try:
        lab.up()
        on_machines(lab)
        through_a_slow_link(lab)
    finally:
        lab.down()
    pretended()
    pairs_that_change()


def on_machines(lab: Lab) -> None:
    """A first apply, converged applies, and the floor under them."""
    first = timed(lab, apply(INVENTORY))
    print(f"first apply on fresh machines          {first.wall:6.2f} s")
    report(lab, INVENTORY, "")
    output = run(lab, ("--debug", *apply(INVENTORY))).stdout
    commands = len(re.findall("Running command on dhcp1: ", output))
    print(f"remote commands, converged, per server {commands:6}      (goal: 2 at most)")
    operations = len(re.findall("Starting operation: ", output))
    print(f"operations, converged                  {operations:6}      (goal: 7 at most)")


def apply(inventory: str) -> tuple[str, ...]:
    """What a user types to apply."""
    return "-y", inventory, "deploys/dhcp.py"


def report(lab: Lab, inventory: str, link: str) -> None:
    """Converged applies and the floor in turn."""
    applies, floors = [], []
    for _ in range(RUNS):
        applies.append(timed(lab, apply(inventory)))
        floors.append(timed(lab, (inventory, "exec", "--", "true")))
    median, floor = (statistics.median(it.wall for it in them) for them in (applies, floors))
    print(f"converged apply{link:24}{median:6.2f} s")
    print(f"exec -- true{link:27}{floor:6.2f} s")
    ratio = statistics.median(a.wall / f.wall for a, f in zip(applies, floors, strict=True))
    print(f"ratio{link:34}{ratio:6.2f}")
    print(f"controller's memory at most{link:12}{max(it.megabytes for it in applies):6.0f} MB")


class Timing:
    """What a run took: seconds on the wall and of the processor, and megabytes at most."""

    def __init__(self, wall: float, usage: resource.struct_rusage) -> None:
        self.wall = wall
        self.processor = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024


def timed(lab: Lab | None, arguments: tuple[str, ...]) -> Timing:
    """Run pyinfra once, without looking at what it prints; it has to succeed."""
    command = [str(PYINFRA), *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(
        lab.inside(*command) if lab else command,
        cwd=ROOT,
        env=environment(lab),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{' '.join(command)} failed; run it by hand to see why")
    return Timing(time.perf_counter() - start, usage)


def run(lab: Lab, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run pyinfra and keep what it prints."""
    return subprocess.run(
        lab.inside(str(PYINFRA), *arguments),
        cwd=ROOT,
        env=environment(lab),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )


def environment(lab: Lab | None) -> dict[str, str]:
    """This process's environment, with the lab's name."""
    return {**os.environ, **({"DHCP_LAB": lab.name, "DHCP_LAB_DEBIAN": lab.debian} if lab else {})}


def through_a_slow_link(lab: Lab) -> None:
    """The same as a branch office sees it: 25 ms each way between controller and servers."""
    with slow_link(lab, 0.025) as inventory:
        report(lab, str(inventory), ", 25 ms each way")


def pretended() -> None:
    """The controller's processor time per server, as the inventory grows."""
    for count in (10, 100, 1000):
        with tempfile.TemporaryDirectory() as directory:
            inventory = Path(directory) / "many.py"
            inventory.write_text(many(count))
            floor = timed(None, ("@fake/one", "exec", "--", "true")).processor
            took = timed(None, apply(str(inventory))).processor
        each = (took - floor) / count * 1000
        print(f"processor per server, {count:5} pretended  {each:6.1f} ms")


def pairs_that_change() -> None:
    """An apply that changes every server, for 1, 10 and 100 pairs whose commands take a while.

    Shows how the run's waiting and computing grow with the number of pairs. It does not show
    what real servers take to restart and to be in normal again.
    """
    alone = None
    for pairs in (1, 10, 100):
        with tempfile.TemporaryDirectory() as directory:
            inventory = Path(directory) / "many.py"
            inventory.write_text(many(2 * pairs, delay=0.05, changing=True))
            runs = [timed(None, apply(str(inventory))) for _ in range(3)]
        took = sorted(runs, key=lambda it: it.wall)[1]
        alone = alone or took
        print(
            f"a change to {pairs:3} pretended pairs {took.wall:6.2f} s,"
            f" {took.wall / alone.wall:5.2f} times one pair; processor {took.processor:6.2f} s"
        )


def many(count: int, delay: float = 0, changing: bool = False) -> str:
    """An inventory of pretended servers in pairs, whose commands take ``delay`` seconds.

    All of them are converged or, if ``changing``, run with another limit of unacknowledged
    updates until they are restarted.
    """
    data: dict[str, Any] = {"failover": {}, "subnets": []}
    for i in range(count // 2):
        network = f"10.{i >> 8}.{i & 255}."
        data["failover"][f"pair{i}"] = {
            "primary": {"server": f"@fake/a{i}", "address": f"{network}1"},
            "secondary": {"server": f"@fake/b{i}", "address": f"{network}2"},
        }
        pool = {"failover": f"pair{i}", "ranges": [f"{network}100-{network}199"]}
        data["subnets"].append({"network": f"{network}0/24", "pools": [pool]})
    before = fake.loaded(data)
    if changing:
        for relationship in data["failover"].values():
            relationship["max_unacked_updates"] = 33
    site = fake.loaded(data)
    servers = []
    for name in site.peers:
        after = fake.converged(site, name)
        first = fake.answers(fake.running(before, name), fake.records(before, name))
        responses, then = (first, after) if changing else (after, None)
        servers.append(fake.host(name, responses, then, delay))
    return fake.inventory({"servers": (servers, {"dhcp": data})})


if __name__ == "__main__":
    main()
