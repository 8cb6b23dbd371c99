"""A large site: what it costs the controller and the servers.

A tenth of it and all of it, side by side, so that growth shows; the same files through the
``dhcpd`` of the machines' Debian, and on a pair of machines. Root is needed: ``make bench``.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dhcp_failover.engines.dhcpd import paths
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.lab import image
from dhcp_failover.lab.machines import Lab
from dhcp_failover.site.load import load

ROOT = Path(__file__).parents[2]
PYINFRA = Path(sys.executable).with_name("pyinfra")
SUBNETS, RESERVATIONS, ADDRESSES = 10_000, 10, 20
"""Subnets, and of each: the reservations, and the addresses of its pool."""
CHANGE = ("host-5000-5", "moved-5000-5")
"""The name of one client, and another."""


def site(subnets: int, change: tuple[str, str] = ("", "")) -> dict[str, Any]:
    """The data of a site of so many subnets, the servers' own and others behind relays."""
    declared: list[dict[str, Any]] = [{"network": "198.51.100.0/24"}]
    for i in range(subnets - 1):
        high, low = divmod(i, 256)
        net = f"10.{high}.{low}."
        pool = {
            "failover": "large",
            "routers": [f"{net}1"],
            "ranges": [f"{net}100-{net}{99 + ADDRESSES}"],
        }
        names = {j: f"host-{i}-{j}" for j in range(RESERVATIONS)}
        declared.append(
            {
                "network": f"{net}0/24",
                "options": {"domain-name": f"net-{i}.example", "ntp-servers": [f"{net}2"]},
                "pools": [pool],
                "reservations": {
                    name: {
                        "mac": f"02:00:{high:02x}:{low:02x}:00:{j:02x}",
                        "address": f"{net}{10 + j}",
                        "host_name": change[1] if name == change[0] else name,
                    }
                    for j, name in names.items()
                },
            }
        )
    return {
        "failover": {
            "large": {
                "primary": {"server": "dhcp1", "address": "198.51.100.1"},
                "secondary": {"server": "dhcp2", "address": "198.51.100.2"},
            }
        },
        "options": {"domain-name-servers": ["198.51.100.53"], "domain-search": ["example"]},
        "subnets": declared,
        "normal_timeout": 600,
    }


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as directory:
        files = {count: Path(directory) / f"{count}.conf" for count in (SUBNETS // 10, SUBNETS)}
        runs = [{count: rendered(count, file) for count, file in files.items()} for _ in range(3)]
        for count, file in files.items():
            told = f"{count:6} subnets, {(count - 1) * RESERVATIONS:6} reservations"
            seconds, megabytes = min(run[count] for run in runs)
            print(f"{told}: loaded, checked, rendered twice {seconds:6.2f} s {megabytes:5.0f} MB")
            seconds, megabytes = tested(file)
            size = file.stat().st_size / 1e6
            print(
                f"{told}: dhcpd -t of {size:5.1f} MB         {seconds:6.2f} s {megabytes:5.0f} MB"
            )
        whole, tenth = (min(run[count] for run in runs)[0] for count in (SUBNETS, SUBNETS // 10))
        print(
            f"the whole is {whole / tenth:.1f} times its tenth (processor time, the least of three)"
        )
        lab = Lab(f"{os.environ.get('DHCP_LAB', 'bench')}l")
        lab.down()
        try:
            lab.up()
            on_machines(lab, Path(directory))
        finally:
            lab.down()


def rendered(count: int, file: Path) -> tuple[float, float]:
    """Both servers' files in a process of its own: its seconds of the processor, its megabytes."""
    lines = subprocess.run(
        [sys.executable, __file__, str(count), str(file)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()
    return float(lines[0]), float(lines[1])


def render_both(count: int, file: Path) -> None:
    """What the process for :func:`rendered` does."""
    data = site(count)
    before = time.process_time()
    loaded = load(data, ["dhcp1", "dhcp2"])
    texts = [dhcpd_conf(loaded, server) for server in ("dhcp1", "dhcp2")]
    print(time.process_time() - before)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    file.write_text(texts[0])


def tested(file: Path) -> tuple[float, float]:
    """``dhcpd -t``: its seconds of the processor and its megabytes."""
    tree = image.tree("13")
    unpacked = file.parent / "dhcpd"
    if not unpacked.exists():
        (package,) = (tree / "srv/packages").glob("isc-dhcp-server_*.deb")
        subprocess.run(["dpkg", "-x", package, unpacked], check=True)
    loader = [f"{tree}/lib64/ld-linux-x86-64.so.2", "--library-path"]
    loader.append(f"{tree}/usr/lib/x86_64-linux-gnu")
    command = [*loader, f"{unpacked}/usr/sbin/dhcpd", "-4", "-t", "-q", "-cf", str(file)]
    _, _, usage, output = waited_for(command)
    if "rror" in output:
        sys.exit(output)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def waited_for(command: list[str], **surroundings: Any) -> tuple[int, float, Any, str]:
    """Status, seconds on the wall, usage and output of a command."""
    before = time.perf_counter()
    with TemporaryDirectory() as directory, (Path(directory) / "output").open("w+") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, **surroundings
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - before
        output.seek(0)
        return process.returncode, wall, usage, output.read()


def on_machines(lab: Lab, directory: Path) -> None:
    """A pair of machines that serve the site: applied, applied again, run dry with a change."""
    for name, change in (("large", ("", "")), ("changed", CHANGE)):
        (directory / f"{name}.py").write_text(
            "from tests.bench.large import SUBNETS as _SUBNETS, site as _site\n"
            f"servers = (['@lab/dhcp1', '@lab/dhcp2'], {{'dhcp': _site(_SUBNETS, {change})}})\n"
        )
    large, changed = (str(directory / f"{name}.py") for name in ("large", "changed"))
    for what, arguments in (
        ("first apply of it, to normal", ("-y", large, "deploys/dhcp.py")),
        ("applied again", ("-y", large, "deploys/dhcp.py")),
        ("run dry with a change", (changed, "deploys/dhcp.py", "--dry", "--diff")),
    ):
        status, wall, usage, output = waited_for(
            lab.inside(str(PYINFRA), *arguments),
            env={**os.environ, "DHCP_LAB": lab.name, "DHCP_LAB_DEBIAN": lab.debian},
            stdin=subprocess.DEVNULL,
        )
        if status:
            sys.exit(output)
        memory = usage.ru_maxrss / 1024
        processor = usage.ru_utime + usage.ru_stime
        print(
            f"{what:30} {wall:6.1f} s ({processor:.1f} s of processor) {memory:5.0f} MB", flush=True
        )
    print("lines of its diff:", len(re.findall(r"^\s+(?:\x1b\[\d+m)?[-+] ", output, re.M)))
    before = time.perf_counter()
    lab.run("dhcp1", "systemctl restart isc-dhcp-server")
    print(f"dhcpd started                  {time.perf_counter() - before:6.1f} s", end=" ")
    peak = lab.run("dhcp1", f"grep VmHWM /proc/$(cat {paths.PID_FILE})/status").split()[1]
    print(f"{int(peak) / 1024:5.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        render_both(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
