"""What it costs a server to count a million leases, and whether the counts are right.

Runs the command of the fact ``Pools`` on a machine of each Debian release, so root is
needed: ``make bench``.
"""

from __future__ import annotations

import os
import re
import sys
import time

from dhcp_failover.engines.dhcpd import answers as records
from dhcp_failover.engines.dhcpd import commands, paths
from dhcp_failover.lab.machines import Lab
from leases import STATES, Known, Leases

CASES = {
    "16 ranges": Leases(16, 62_500, STATES),
    "4,000 ranges": Leases(4_000, 250, STATES),
    "10,000 ranges": Leases(10_000, 100, STATES),
    "16 ranges, all abandoned": Leases(16, 62_500, {"abandoned": 1}),
}
WHY = "the counts are not those that were written"


def main() -> None:
    """Measure and print; fails if a count is wrong."""
    for debian in ("13", "12"):
        lab = Lab(f"{os.environ.get('DHCP_LAB', 'bench')}c{debian}", debian)
        lab.down()
        try:
            lab.up(["dhcp1"])
            packages = f"{paths.PACKAGE} {paths.COUNTER}"
            lab.run("dhcp1", f"apt-get -qq update && apt-get -qq -y install {packages}")
            for name, case in CASES.items():
                print(f"Debian {debian}, {name:25}", measured(lab, case), flush=True)
        finally:
            lab.down()


def measured(lab: Lab, case: Leases) -> str:
    """A line of figures for a lease file."""
    root = lab.home / "machines" / "dhcp1" / "root"
    with root.joinpath(paths.CONF[1:]).open("w") as file:
        case.write_configuration(file)
    leases = root / paths.LEASES[1:]
    with leases.open("w") as file:
        known = case.write(file)
    root.joinpath("count").write_text(commands.POOLS.script)
    start = time.perf_counter()
    output = lab.run("dhcp1", "sh /count")
    seconds = time.perf_counter() - start
    if not as_known(output, known):
        sys.exit(WHY)
    # times(1p): minutes and seconds, user and system; the second line is of the children.
    spent = lab.run("dhcp1", "sh /count > /dev/null; times").splitlines()[-1]
    processor = sum(60 * int(m) + float(s) for m, s in re.findall(r"(\d+)m([\d.]+)s", spent))
    figures = f"{leases.stat().st_size / 1e6:4.0f} MB of leases: {seconds:5.2f} s"
    figures += f" ({processor:.2f} s of processors), {peak(lab):4.0f} MB resident"
    return f"{figures}, {len(output) / 1000:6.1f} kB over the wire"


def as_known(output: str, known: Known) -> bool:
    """Whether what the command printed is what was written."""
    told = {
        (it["first"], it["last"]): (it["active"], it["backup"], it["abandoned"], it["size"])
        for it in (records.pools(output.splitlines()) or [])
    }
    return told == {
        ends: (it["active"], it["backup"], it["abandoned"], size(*ends))
        for ends, it in known.items()
    }


def size(first: str, last: str) -> int:
    """How many addresses are from ``first`` to ``last``, counted in another way than the fact."""
    high, low = (
        sum(int(part) << shift for part, shift in zip(it.split("."), (24, 16, 8, 0), strict=True))
        for it in (last, first)
    )
    return high - low + 1


def peak(lab: Lab) -> float:
    """Megabytes resident at most, of all processes of a run together."""
    # One line for each process and moment: what the kernel calls its high-water mark.
    watch = r"""
        sh /count > /dev/null & count=$!
        while [ -d /proc/$count ] && ! grep -q '^State:.Z' /proc/$count/status; do
          sleep 0.02
          echo moment
          grep -h VmHWM $(for comm in dhcpd-pools grep awk mawk gawk cat sh; do
            pidof "$comm" | tr ' ' '\n' | sed 's|.*|/proc/&/status|'
          done | sort -u) 2>/dev/null
        done
        true"""
    moments = lab.run("dhcp1", watch).split("moment")
    return max(sum(map(int, re.findall(r"VmHWM:\s*(\d+)", it))) for it in moments) / 1024


if __name__ == "__main__":
    main()
