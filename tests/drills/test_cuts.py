"""An apply loses its link to a server at every place: no live file is ever half a file.

The link is closed, as by a firewall that refuses what it does not know; of one that falls silent,
an apply has to wait 10 seconds: :mod:`.test_content` has that at some places.

A transfer is a command, with the file that goes with it, to one of the servers. What may change
something is cut before its first byte, after that byte, halfway, and between its last byte and the
answer. A question changes nothing: each time it is asked it is cut at another of these places, and
the last time at those that are left.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from drilling import CONF, FILES, LEFT, SERVERS, changed, pair_of
from machines import DEPLOY, NORMAL
from transfers import POINTS, Point, Transfer, places, watched

if TYPE_CHECKING:
    from drills.conftest import Drill

TURN = "/run/dhcp-failover"
"""The turn of a run that was cut off ends by itself after 30 seconds. Here it ends at once, but not
before the command that was running when it was cut."""
SETTLED = f"""
mkdir -p {TURN}; flock -w 60 {TURN}/lock rm -f {TURN}/turn
while pgrep -x 'apt-get|dpkg' > /dev/null; do sleep 0.1; done
"""
UNSET = f"""
systemctl -q disable --now isc-dhcp-server 2> /dev/null
nft delete table inet dhcp_failover 2> /dev/null
rm -rf {" ".join(FILES)} /etc/dhcp/.[!.]* /var/lib/dhcp/* /var/lib/dhcp-failover /run/dhcp-server
systemctl daemon-reload
"""
"""The package is there, and was never configured."""
PURGED = f"""{UNSET}
dpkg --force-all --purge isc-dhcp-server > /dev/null 2>&1
rm -rf /etc/dhcp /var/lib/dhcp
"""
PACKAGE = """
apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install isc-dhcp-server \
  > /dev/null 2>&1
dpkg -s isc-dhcp-server > /dev/null
"""
Files = dict[str, dict[str, str]]


def test_every_transfer_of_a_change_cut(quick: Drill) -> None:
    """Each file is the old or the new one, clients are served, and the next apply completes it."""
    numbers = count(20)
    latest = 0

    def change() -> dict[str, Any]:
        nonlocal latest
        latest = next(numbers)
        return changed(latest)

    apply(quick, change())
    transfers = apply(quick, change())
    before = found(quick)
    # Nobody gives an address back: a release that meets a restart makes dhcpd log "Lease conflict",
    # for which an apply fails.
    with quick.people(rate=0.1, most=220, renew=5.0):
        for cut, point in cut_everywhere(quick, transfers, change):
            after, new = found(quick), {it: numbered(before[it], latest) for it in SERVERS}
            for name in SERVERS:
                for path in FILES:
                    assert after[name][path] in (before[name][path], new[name][path]), (cut, path)
            if after != before and point == POINTS[-1]:
                apply(quick, change())
                after = found(quick)
                assert after == {it: numbered(before[it], latest) for it in SERVERS}
            before = after
        apply(quick, change())
    completed(quick)


def test_every_transfer_of_a_first_apply_cut(empty: Drill) -> None:
    """Each file is whole, the package's own or not there; the next apply completes it.

    Until the package is installed, each apply finds machines without it; after that, machines
    that have it and were never configured.
    """
    empty.pair.renew()
    data = pair_of()
    for name in SERVERS:
        empty.lab.run(name, PACKAGE)
    old = found(empty)
    apply(empty, data)
    new = found(empty)
    for state in (PURGED, UNSET):

        def forget(state: str = state) -> dict[str, Any]:
            for name in SERVERS:
                empty.lab.run(name, state)
            return data

        transfers = apply(empty, forget())
        if state == PURGED:  # what changes something first is what installs the package
            transfers = until(transfers, next(it.what for it in transfers if it.changes))
        for cut, point in cut_everywhere(empty, transfers, forget):
            for name, files in found(empty).items():
                for path, text in files.items():
                    assert text in ("", old[name][path], new[name][path]), (cut, path)
            if point == POINTS[-1]:
                apply(empty, data)
                assert found(empty) == new
    apply(empty, data)
    completed(empty)


def cut_everywhere(
    drill: Drill, transfers: list[Transfer], prepare: Callable[[], dict[str, Any]]
) -> Iterator[tuple[Transfer, Point]]:
    """Cut applies of what ``prepare`` returns at every place of ``transfers``."""
    chosen, done, longest = places(transfers), set(), 0.0
    for it, point in chosen:
        data = prepare()
        started = time.monotonic()
        if it in apply(drill, data, (it, point)):
            done.add((it.server, it.what, point))
        longest = max(longest, time.monotonic() - started)
        yield it, point
    # Some transfers are not sent each time: how often depends on what the cut before has left.
    missed = {(it.server, it.what, point) for it, point in chosen} - done
    assert len(missed) <= len(chosen) // 20, missed
    drill.seen.append(f"{len(transfers)} transfers cut at {len(chosen) - len(missed)} places")
    drill.seen.append(f"longest apply {longest:.1f} s")


def apply(
    drill: Drill, data: dict[str, Any], cut: tuple[Transfer, Point] | None = None
) -> list[Transfer]:
    """The transfers of an apply; without a cut it has to succeed."""
    link = watched(drill.lab, drill.directory, data, cut)
    # Where a file is cut, paramiko prints a traceback ("Exception ignored") and pyinfra goes on.
    command = drill.pair.command("-y", str(link.inventory), DEPLOY)
    run = subprocess.run(command, **drill.pair.surroundings(), timeout=300, check=False)
    assert cut or run.returncode == 0, run.stdout
    for name in SERVERS:
        drill.lab.run(name, SETTLED)
    return link.transfers


def found(drill: Drill) -> Files:
    """By server and path: the live files; "" for one that is not there."""
    script = "".join(f"cat {path} 2> /dev/null; echo '<end>';" for path in FILES)
    return {
        name: dict(zip(FILES, drill.lab.run(name, script).split("<end>\n"), strict=False))
        for name in SERVERS
    }


def numbered(files: dict[str, str], number: int) -> dict[str, str]:
    """A server's files, with this number in the place of that which the drill changes."""
    return {**files, CONF: re.sub("updates [0-9]+;", f"updates {number};", files[CONF])}


def until(transfers: list[Transfer], last: str) -> list[Transfer]:
    """The transfers to each server up to one."""
    kept, over = [], set()
    for it in transfers:
        if it.server not in over:
            kept.append(it)
        if it.what == last:
            over.add(it.server)
    return kept


def completed(drill: Drill) -> None:
    """Both serve, and nothing of an apply that was cut is left."""
    assert drill.pair.states() == NORMAL
    for name in SERVERS:
        assert drill.lab.run(name, LEFT) == ""
