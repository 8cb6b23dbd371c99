"""The daemon, its unit, and what it says."""

from __future__ import annotations

import re
import time
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import pytest
from breaking import CONF, DEFAULTS, DROP_IN, NO_DROP_IN, RESTART, UNIT, UNIT_FILE, Item, drop_in
from dhcp_failover.lab.client import client

if TYPE_CHECKING:
    from drills.health.conftest import Drilled


def test_before_the_first_apply(bare: Drilled) -> None:
    """One server has nothing; the other the package's own script, and IPv6 in it."""
    pair = bare.pair
    pair.lab.run(
        "dhcp1",
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -y install isc-dhcp-server;"
        " ip -6 addr add fd00::1/64 dev host0 nodad;"
        f' printf \'INTERFACESv4=""\\nINTERFACESv6="host0"\\nOPTIONS="-x"\\n\' > {DEFAULTS};'
        " printf 'subnet6 fd00::/64 { range6 fd00::100 fd00::200; }\\n' > /etc/dhcp/dhcpd6.conf;"
        " : > /var/lib/dhcp/dhcpd6.leases; systemctl restart isc-dhcp-server; true",
        check=False,
    )
    looked = bare.status()
    by_server = {(it["server"], it["code"]) for it in looked.found["trouble"]}
    assert by_server == {
        ("dhcp1", "never-applied"),
        ("dhcp1", "old-script-dhcpv6"),
        ("dhcp1", "old-script-use"),
        ("dhcp2", "not-installed"),
    }, looked.output
    run = bare.refused()
    assert "its old start script also runs a DHCPv6 server (host0), which would end" in run.output
    assert "Starting operation" not in run.output
    pair.lab.run("dhcp1", f"sed -i 's/^INTERFACESv6=.*/INTERFACESv6=\"\"/' {DEFAULTS}")
    pair.lab.run("dhcp1", "pkill -f '[d]hcpd -6'; ip -6 addr flush dev host0 scope global; true")
    assert "its old start script is set up with -x" in bare.apply().output
    bare.settle()


ITEMS: dict[str, Item] = {
    "a daemon that does not run": Item("not-running", f"systemctl stop {UNIT}"),
    "a daemon that systemd has restarted": Item(
        "restarted", "pkill -9 -F /run/dhcp-server/dhcpd.pid; sleep 9", f"{RESTART}; sleep 7"
    ),
    "a stopped process": Item(
        "process-stopped", "kill -STOP $(cat /run/dhcp-server/dhcpd.pid)", words="is stopped"
    ),
    "a package that was upgraded": Item(
        "program-replaced",
        "DEBIAN_FRONTEND=noninteractive apt-get -qq -y --reinstall install isc-dhcp-server",
    ),
    "a drop-in with another configuration": Item(
        "unit-changed",
        DROP_IN.format(
            quote(
                "ExecStart=\nExecStart=/usr/sbin/dhcpd -4 -q -cf /etc/dhcp/y.conf"
                " -pf /run/dhcp-server/dhcpd.pid $INTERFACESv4"
            )
        )
        + f"; sed 's/split 128/split 64/' {CONF} > /etc/dhcp/y.conf;"
        f" systemctl daemon-reload; {RESTART}; sleep 7",
        f"{NO_DROP_IN}; {RESTART}; rm -f /etc/dhcp/y.conf; sleep 7",
        words="is changed by",
    ),
    "a drop-in that systemd has not read": Item(
        "unit-changed",
        DROP_IN.format("Environment=INTERFACESv4=lo"),
        NO_DROP_IN,
        words="is changed by",
    ),
    "a process of a drop-in that is gone": Item(
        "not-loaded",
        DROP_IN.format(
            quote(
                "ExecStart=\nExecStart=/usr/sbin/dhcpd -4 -q -cf /etc/dhcp/y.conf"
                " -pf /run/dhcp-server/dhcpd.pid $INTERFACESv4"
            )
        )
        + f"; cp {CONF} /etc/dhcp/y.conf; systemctl daemon-reload; {RESTART}; {NO_DROP_IN};"
        " sleep 7",
        "rm -f /etc/dhcp/y.conf",
    ),
    "a masked unit": Item(
        "unit-masked",
        f"mv {UNIT_FILE} /root/kept && ln -s /dev/null {UNIT_FILE} && systemctl daemon-reload",
        f"mv -f /root/kept {UNIT_FILE} && systemctl daemon-reload",
        applied="is masked",
    ),
    "a disabled unit": Item("unit-not-enabled", "systemctl -q disable isc-dhcp-server"),
    "a unit file that systemd has not read": Item(
        "unit-not-reloaded", f"sleep 1.1; touch {UNIT_FILE}"
    ),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_daemon(drilled: Drilled, item: Item) -> None:
    """It runs from something else, not at all, or will not at the next boot."""
    drilled.broken(item)


def test_a_process_that_hangs(drilled: Drilled) -> None:
    """It is in state D for longer than a second: here its control group is frozen."""
    freezer = Path("/sys/fs/cgroup/freezer")
    if not (freezer / "tasks").exists():
        pytest.skip("this computer has no freezer of control groups, version 1")
    group = freezer / f"{drilled.pair.lab.name}-hung"
    inside = drilled.pair.lab.run("dhcp1", "cat /run/dhcp-server/dhcpd.pid").strip()
    outside = next(
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/status")
        if re.search(rf"^Name:\tdhcpd\n(.*\n)*NSpid:.*\t{inside}$", read(path), re.MULTILINE)
        and drilled.pair.lab.name in read(path.with_name("cgroup"))
    )
    group.mkdir(exist_ok=True)
    try:
        (group / "tasks").write_text(outside)
        (group / "freezer.state").write_text("FROZEN")
        looked = drilled.status()
        assert "process-hung" in looked.codes
        drilled.refused()
    finally:
        (group / "freezer.state").write_text("THAWED")
        (freezer / "tasks").write_text(outside)
        group.rmdir()
    drilled.settle()


def read(path: Path) -> str:
    """A file of a process that may be gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def test_what_a_daemon_complains_of(drilled: Drilled) -> None:
    """Its partner has other pools: both call themselves normal, and the log says it.

    Nobody has a lease before: a server forgets those that are in none of its pools.
    """
    narrower = f"sed -i 's/range 198.51.100.100/range 198.51.100.199/' {CONF} && {RESTART}"
    drilled.run("dhcp2", narrower)
    drilled.pair.until_normal()
    until = time.monotonic() + 40
    number = 20
    while "complaint" not in (looked := drilled.status()).codes:
        assert time.monotonic() < until, looked.output
        number += 1
        with client(drilled.pair.lab, number) as one:
            one.lease(timeout=5)
    drilled.apply()
    drilled.settle()


def test_a_drop_in_that_gives_more_rights(drilled: Drilled) -> None:
    """Hooks need some: it is fine."""
    more = drop_in("ReadWritePaths=/srv")
    drilled.fine(f"{more}; systemctl daemon-reload", NO_DROP_IN)
