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
    output = run(lab, ("-vv", *apply(INVENTORY))).stdout
    commands = len(re.findall(r"\[dhcp1\]\s+>>> ", output))
    print(f"remote commands, converged, per server {commands:6}")


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

    All of them are converged or, if ``changing``, have other files and run from those declared,
    by a unit that systemd has yet to read: no step of a run changes a pretended server, and this
    is how one looks that has every step to do and is as it has to be at the end.
    """
    sys.path.insert(0, str(ROOT / "deploys"))
    from dhcp_failover.engines.dhcpd import files as render
    from dhcp_failover.engines.dhcpd import paths
    from dhcp_failover.site.model import Site
    from dhcp_failover.system.survey import digest

    data: dict[str, Any] = {"failover": {}, "subnets": []}
    for i in range(count // 2):
        network = f"10.{i >> 8}.{i & 255}."
        data["failover"][f"pair{i}"] = {
            "primary": {"server": f"@fake/a{i}", "address": f"{network}1"},
            "secondary": {"server": f"@fake/b{i}", "address": f"{network}2"},
        }
        pool = {"failover": f"pair{i}", "ranges": [f"{network}100-{network}199"]}
        data["subnets"].append({"network": f"{network}0/24", "pools": [pool]})
    site = Site.model_validate(data)
    servers = []
    for name, (peer,) in site.peers.items():
        files = {
            paths.DEFAULTS: (render.defaults(["eth0"]), "644"),
            paths.FIREWALL: (render.firewall(site, name), "644"),
            paths.KEYS: (render.keys(site), "640"),
            paths.CONF: (render.dhcpd_conf(site, name), "640"),
            paths.UNIT_FILE: (render.unit(site), "644"),
        }
        loaded = [f"Loaded={digest(text)}  {path}" for path, (text, _) in files.items()]
        found = {
            path: (mode, "0" * 64 if changing else digest(text))
            for path, (text, mode) in files.items()
        }
        address = f"address={peer.address} eth0"
        responses = {
            "echo untried": ["accepted"],
            "os-release": [
                *("id=debian", "version=13", "name=Debian", "user=0", "systemd=yes", "apt=yes"),
                *(address, "link=eth0 up", "dhcpd=4.4.3-P1", "Pid=1"),
                *(
                    f"file={path} {mode} root:root {sha256}"
                    for path, (mode, sha256) in found.items()
                ),
            ],
            "dpkg -l": [
                f"ii  {name}  1  amd64  a package"
                for name in (paths.PACKAGE, paths.COUNTER, paths.FILTER)
            ],
            **{
                f"sha256sum < {path}": [f"{mode} root:root", f"{sha256}  -"]
                for path, (mode, sha256) in found.items()
            },
            "dhcpd --version": [
                "Pid=1",
                "Started=1",
                "UnitFileState=enabled",
                "Firewall=yes",
                *loaded,
                *(["NeedDaemonReload=yes"] if changing else []),
            ],
            "sed -n '/^failover peer": render.dhcpd_conf(site, name).splitlines(),
            "grep -a -A 4": [
                "Pid=1",
                f'Record=failover peer "{peer.name}" state {{',
                "Record=  my state normal at 2 2026/11/24 04:54:32;",
            ],
        }
        pace = {"fake_delay": delay, "fake_delay_jitter": 0}
        servers.append((name, {**pace, "fake_responses": responses}))
    return f"servers = ({servers!r}, {{'dhcp': {data!r}}})\n"


if __name__ == "__main__":
    main()
