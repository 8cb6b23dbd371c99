"""A change to a pair that serves: nobody is left without a server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dhcp_failover.lab.client import client
from machines import APPLY, NORMAL
from shared import CONNECTED, RUN
from sites import applied, lab_site

if TYPE_CHECKING:
    from machines import Pair

ORDERS = [
    (),
    ("--no-wait",),
    pytest.param(("--parallel", "1"), marks=pytest.mark.everything),
    ("--serial",),
]
LIMITED = (*APPLY, "--limit", "dhcp1")
CHANGE = {"DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES": "33"}
# The machine's own ss; when it has broken the connection, it waits until the partner is dead.
BREAKS = """case " $* " in *" -K "*)
  /usr/bin/ss "$@"; touch /tmp/broken
  exec timeout 60 sh -c 'until [ -e /tmp/died ]; do sleep 0.1; done'
esac
exec /usr/bin/ss "$@" """
CONF, RULES = "/etc/dhcp/dhcpd.conf", "/etc/dhcp/failover.nft"


@pytest.mark.parametrize("how", ORDERS)
def test_partners_never_restart_together(pair: Pair, how: tuple[str, ...]) -> None:
    """The second stops when both have been in normal again, however the run is ordered."""
    unacked = str(40 + len(" ".join(how)))
    since = pair.lab.run("dhcp1", "date +%s.%N").strip()
    pair.apply(*how, DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES=unacked)
    stops, normals = zip(*(times(pair, name, since) for name in ("dhcp1", "dhcp2")), strict=True)
    first, second = sorted((0, 1), key=lambda it: stops[it])
    assert stops[first] < normals[first] <= stops[second] < normals[second]
    assert pair.states() == NORMAL


def times(pair: Pair, name: str, since: str) -> tuple[float, float]:
    """When a server's daemon was stopped, and when it was first in normal after that."""
    log = pair.lab.run(
        name, f"journalctl -q -o short-unix -u isc-dhcp-server --since @{since}"
    ).splitlines()
    stop = next(line for line in log if "Stopping isc-dhcp-server" in line)
    normal = next(line for line in log[log.index(stop) :] if "startup to normal" in line)
    return float(stop.split()[0]), float(normal.split()[0])


def test_both_answer_every_client_before_one_stops(pair: Pair) -> None:
    """The connection is broken first: neither leaves to the other what that one cannot answer."""
    since = pair.lab.run("dhcp1", "date +%s.%N").strip()
    pair.apply(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="36")
    for stopping in NORMAL:
        stop, _ = times(pair, stopping, since)
        for name in NORMAL:
            log = pair.lab.run(
                name,
                f"journalctl -q -o short-unix -u isc-dhcp-server --since @{since} --until @{stop}"
                " | grep 'I move from'",
            )
            assert log.splitlines()[-1].endswith("from normal to communications-interrupted")


def test_a_partner_that_dies_while_it_takes_the_clients_keeps_the_other_from_restarting(
    pair: Pair,
) -> None:
    """The interlock looks again in the last moment; the one that is left answers on."""
    pid = pair.pid("dhcp1")
    with (
        pair.replaced_program("dhcp1", "/usr/local/bin/ss", BREAKS),
        subprocess.Popen(pair.command(*LIMITED), **pair.surroundings(**CHANGE)) as run,
    ):
        pair.lab.run("dhcp1", "timeout 60 sh -c 'until [ -e /tmp/broken ]; do sleep 0.1; done'")
        pair.lab.run("dhcp2", "systemctl stop isc-dhcp-server")
        pair.lab.run("dhcp1", "touch /tmp/died")
        output = run.communicate(timeout=120)[0]
    assert run.returncode == 1
    assert "the pools of lab would go dark: its other server dhcp2 is not running" in output
    assert pair.pid("dhcp1") == pid


def test_clients_are_served_while_the_pair_changes(pair: Pair) -> None:
    """One new client after the other gets a lease, all through the change."""
    served_through(pair, 100, DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="34")


def served_through(pair: Pair, first: int, **change: str) -> None:
    """Apply a change while one client after the other, from number ``first`` on, gets a lease."""
    apply = subprocess.Popen(pair.command(*APPLY), **pair.surroundings(**change))
    served: list[bool] = []
    while apply.poll() is None or len(served) < 3:
        with client(pair.lab, first + len(served)) as one:
            served.append(one.lease(20) is not None)
    output = apply.communicate()[0]
    assert apply.returncode == 0, output
    assert all(served)


@pytest.mark.parametrize("how", ORDERS)
def test_a_server_is_not_restarted_while_its_partner_is_down(
    pair: Pair, how: tuple[str, ...]
) -> None:
    """Its pools would go dark; what would be lost is said, and how to do it all the same."""
    pid = pair.pid("dhcp1")
    pair.lab.run("dhcp2", "systemctl stop isc-dhcp-server")
    run = subprocess.run(
        pair.command(*LIMITED, *how), **pair.surroundings(**CHANGE), timeout=120, check=False
    )
    # Of what fails under --no-wait pyinfra prints a traceback, and ends with 0.
    assert run.returncode == (0 if how == ("--no-wait",) else 1)
    assert "the pools of lab would go dark: its other server dhcp2 is not running" in run.stdout
    assert "--data dhcp_go_dark=yes" in run.stdout
    assert pair.pid("dhcp1") == pid


def test_a_server_is_not_restarted_while_its_partner_cannot_be_reached(pair: Pair) -> None:
    """Nobody knows whether that one serves."""
    pid = pair.pid("dhcp1")
    pair.lab.disconnect("dhcp2")
    try:
        run = pair.pyinfra(*LIMITED, **CHANGE)
    finally:
        pair.lab.connect("dhcp2")
    assert run.status == 1
    assert re.search(r"its other server dhcp2 cannot be asked \(no connection", run.output), (
        run.output
    )
    assert pair.pid("dhcp1") == pid


def test_a_change_starts_a_dead_server_before_it_restarts_the_other(pair: Pair) -> None:
    """One apply does both."""
    pair.lab.run("dhcp1", "systemctl stop isc-dhcp-server")
    pair.apply(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="35")
    assert pair.states() == NORMAL
    assert pair.apply(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="35").changes == []


def test_two_applies_at_once_leave_one_of_them_whole(pair: Pair) -> None:
    """The other fails, and says that it found another's file."""
    runs = {
        value: subprocess.Popen(
            pair.command(*APPLY),
            **pair.surroundings(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES=value),
        )
        for value in ("51", "52")
    }
    output = {value: run.communicate(timeout=120)[0] for value, run in runs.items()}
    winners = {value for value, run in runs.items() if run.returncode == 0}
    found = {
        re.findall(r"max-unacked-updates (\d+);", pair.lab.run(name, "cat /etc/dhcp/dhcpd.conf"))[0]
        for name in NORMAL
    }
    assert len(found) == 1, output
    assert found <= winners, output
    for value in set(runs) - winners:
        assert "has changed since this run looked at it" in output[value], output[value]
    assert ".new" not in pair.lab.run("dhcp1", "ls -A /etc/dhcp")


def test_the_files_of_before_are_kept_until_the_change_is_proven(pair: Pair) -> None:
    """For root alone, where the next apply or an administrator finds them; then they are gone."""
    kept = "/var/lib/dhcp-failover/unproven"
    before = pair.lab.run("dhcp1", f"cat {CONF}")
    pair.killed_apply(CONNECTED, DHCP_FAILOVER__LAB__MCLT="1900")
    assert pair.lab.run("dhcp1", f"cat {kept}/files{CONF}") == before
    assert pair.lab.run("dhcp1", f"stat -c '%a %U' {kept}").strip() == "700 root"
    pair.apply(DHCP_FAILOVER__LAB__MCLT="1900")
    assert pair.lab.run("dhcp1", f"ls -d {kept} 2>&1; true").startswith("ls: cannot access")


def test_a_configuration_made_by_hand_is_kept_for_good(pair: Pair) -> None:
    """As it was before the first apply, for root alone; a later change does not replace it."""
    home = "/var/lib/dhcp-failover/original"
    pair.lab.run("dhcp1", f"rm -r {home}; sed -i '1s/.*/# by hand/' {CONF}")
    pair.apply()
    pair.apply(DHCP_FAILOVER__LAB__MCLT="1900")
    assert pair.lab.run("dhcp1", f"head -n 1 {home}{CONF}") == "# by hand\n"
    assert pair.lab.run("dhcp1", f"stat -c '%a %U' {home}{CONF}").strip() == "600 root"


@pytest.mark.both_releases
def test_the_unit_is_confined(pair: Pair) -> None:
    """As systemd rates it: at most 2.0, on the way to 0."""
    rating = pair.lab.run("dhcp1", "systemd-analyze security --no-pager isc-dhcp-server.service")
    exposure = float(rating.strip().splitlines()[-1].split(":")[1].split()[0])
    assert exposure <= 2.0


AS_ADMIN = ("--serial", "--ssh-user", "admin", "--sudo")
# The machine's own dhcpd, shown one line more than the file has; and an nft that refuses.
DHCPD = r"""case " $* " in *" -t "*)
  for file; do :; done
  { cat "$file"; echo 'default-lease-time soon;'; } > /tmp/refused.conf
  exec /usr/sbin/dhcpd -4 -t -cf /tmp/refused.conf
esac
exec /usr/sbin/dhcpd "$@" """
NFT = r"""case " $* " in *" -c "*) echo 'refused.nft:3:7-9: Error: refused' >&2; exit 1; esac
exec /usr/sbin/nft "$@" """
SAID = {
    "dhcpd": r"refused\.conf line \d+: .*\n.*  default-lease-time soon;\n.*  +\^",
    "nft": r"  refused\.nft:3:7-9: Error: refused",
}


NFT_REFUSES = ("nft", NFT, RULES, {"DHCP_FAILOVER__LAB__PEER_PORT": "523"})
DHCPD_REFUSES = ("dhcpd", DHCPD, CONF, CHANGE)


@pytest.mark.parametrize(
    ("refuses", "how"),
    [
        *((DHCPD_REFUSES, how) for how in ((), ("--no-wait",), AS_ADMIN)),
        (NFT_REFUSES, ("--serial",)),
        *(
            pytest.param(refuses, how, marks=pytest.mark.everything)
            for refuses in (DHCPD_REFUSES, NFT_REFUSES)
            for how in (("--serial",), ("--parallel", "1"), AS_ADMIN)
        ),
    ],
    ids=lambda it: it[0] if it and len(it) == 4 else "-".join(it) or "plain",
)
def test_what_one_server_refuses_changes_none(
    pair: Pair, refuses: tuple[str, str, str, dict[str, str]], how: tuple[str, ...]
) -> None:
    """The program's own words are shown; its partner, which has no objection, stays as it was."""
    program, script, path, change = refuses
    before = pair.files()
    with pair.replaced_program("dhcp2", f"/usr/local/sbin/{program}", script):
        run = subprocess.run(
            pair.command(*APPLY, *how), **pair.surroundings(**change), timeout=120, check=False
        )
    # Of what fails under --no-wait pyinfra prints a traceback, and ends with 0.
    assert run.returncode == (0 if how == ("--no-wait",) else 1)
    assert f"[dhcp2] dhcp2 refuses the new {path}:" in run.stdout
    assert re.search(SAID[program], run.stdout), run.stdout
    assert re.search(r"\[dhcp1\] .*stays? as (it is|they are), because dhcp2 ", run.stdout)
    assert pair.files() == before


def test_a_first_apply_one_server_after_the_other_gets_through(fresh: Pair) -> None:
    """The first is not seen in normal before there is a second; that one starts all the same."""
    run = fresh.pyinfra(*APPLY, "--serial", DHCP_NORMAL_TIMEOUT="5")
    assert run.status == 1
    assert "refuses" not in run.output
    fresh.until_normal()
    assert {operation for operation, _ in fresh.apply().changes} <= {"Both servers connected"}


@pytest.mark.parametrize(
    "change",
    [
        {"DHCP_FAILOVER__LAB__PORT": "647", "DHCP_FAILOVER__LAB__PEER_PORT": "847"},
        {
            "DHCP_FAILOVER__LAB__PRIMARY__ADDRESS": "198.51.100.21",
            "DHCP_FAILOVER__LAB__SECONDARY__ADDRESS": "198.51.100.22",
        },
    ],
    ids=["ports", "addresses"],
)
def test_another_way_to_the_partner_is_taken_to_one_server_after_the_other(
    pair: Pair, change: dict[str, str]
) -> None:
    """They cannot see each other in between: each serves by itself, and clients notice nothing."""
    for number, name in enumerate(NORMAL, start=21):
        pair.lab.run(name, f"ip addr replace 198.51.100.{number}/24 dev host0")
    served_through(pair, 200, **change)
    assert pair.states() == NORMAL
    assert pair.apply(**change).changes == []


def test_a_change_goes_on_where_the_partner_has_yet_to_read_the_new_way(pair: Pair) -> None:
    """Its file is the new one, its daemon runs from the old: a run was killed between the two."""
    ports = {"DHCP_FAILOVER__LAB__PORT": "648", "DHCP_FAILOVER__LAB__PEER_PORT": "848"}
    pair.killed_apply(f"{RUN}, wave 2 of 2", **ports)
    pair.apply(**ports, DHCP_FAILOVER__LAB__MCLT="1700", DHCP_NORMAL_TIMEOUT="30")
    assert pair.states() == NORMAL


def test_a_relationship_can_be_given_another_name(pair: Pair, tmp_path: Path) -> None:
    """To dhcpd that is the end of one and the beginning of another, in one apply."""
    data = lab_site()
    data["failover"] = {"renamed": data["failover"]["lab"]}
    data["subnets"][0]["pools"][0]["failover"] = "renamed"
    applied(pair, data, tmp_path)
    states = {server: it["renamed"]["state"] for server, it in pair.fact("Failover").items()}
    assert states == NORMAL
