"""What is met before anything is changed on any server: a sentence, with the server's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from machines import APPLY

if TYPE_CHECKING:
    from machines import Pair

SOURCES = "/etc/apt/sources.list"
EMPTY = (
    "mkdir -p /srv/empty && : > /srv/empty/Packages"
    f" && echo 'deb [trusted=yes] file:/srv/empty ./' > {SOURCES}"
)
NO_CANDIDATE = "dhcp2: its package sources have no isc-dhcp-server; Debian's own (main) are needed"
CHANGE = {"DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES": "33"}


def stopped(pair: Pair, **change: str) -> str:
    """What a run says that ends before it has changed anything on either server."""
    before = pair.files()
    run = pair.pyinfra(*APPLY, **(CHANGE | change))
    assert run.status == 1, run.output
    assert "Starting operation" not in run.output
    assert pair.files() == before
    return run.output


def fast_clock(pair: Pair, seconds: int) -> str:
    """A ``date`` for dhcp2 that is ahead; a machine's clock itself is the computer's."""
    pair.lab.run("dhcp2", "apt-get -qq update && apt-get -qq -y install faketime")
    return f'exec faketime -f +{seconds}s /bin/date "$@"'


def test_a_port_that_another_program_has(pair: Pair) -> None:
    """The program, the port and what needs it."""
    squat = "systemd-run -q --unit=squatter systemd-socket-activate -l 521 /bin/true"
    pair.lab.run("dhcp2", squat)
    try:
        said = stopped(pair, DHCP_FAILOVER__LAB__PEER_PORT="521")
    finally:
        pair.lab.run("dhcp2", "systemctl stop squatter")
    assert re.search(r"dhcp2: systemd-socket- \(process \d+\) listens on TCP port 521, which", said)


def test_clocks_two_minutes_apart(pair: Pair) -> None:
    """The servers would refuse each other."""
    with pair.replaced_program("dhcp2", "/usr/local/bin/date", fast_clock(pair, 120)):
        said = stopped(pair)
    assert "its clock and that of dhcp" in said
    assert "are 120 seconds apart; partners refuse each other from 60 on" in said


def test_clocks_forty_seconds_apart_are_warned_of_and_the_run_goes_on(pair: Pair) -> None:
    """They do not refuse each other yet."""
    with pair.replaced_program("dhcp2", "/usr/local/bin/date", fast_clock(pair, 40)):
        said = pair.apply(DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES="34").output
    assert "[dhcp1] its clock and that of dhcp2 are 40 seconds apart; from 60 on they" in said
    assert "max-unacked-updates 34;" in pair.lab.run("dhcp1", "cat /etc/dhcp/dhcpd.conf")


def test_an_interface_that_is_not_there(pair: Pair) -> None:
    """Declared for one server, with those that it has."""
    said = stopped(pair, DHCP_INTERFACES='{"dhcp2": ["eth9"]}')
    assert "dhcp2: it has no interface eth9; it has host0, lo" in said


def test_an_interface_that_is_down(pair: Pair) -> None:
    """dhcpd would start, and hear nobody there."""
    pair.lab.run("dhcp2", "ip link add spare0 type bridge")
    try:
        said = stopped(pair, DHCP_INTERFACES='{"dhcp2": ["host0", "spare0"]}')
    finally:
        pair.lab.run("dhcp2", "ip link del spare0")
    assert "dhcp2: its interface spare0 is down; it must be up" in said


def test_two_versions_of_dhcpd(pair: Pair) -> None:
    """Both are named, by whichever server is looked at first."""
    other = 'case "$*" in --version) echo isc-dhcpd-4.3.5 >&2;; *) exec /usr/sbin/dhcpd "$@";; esac'
    with pair.replaced_program("dhcp2", "/usr/local/sbin/dhcpd", other):
        said = stopped(pair)
    assert re.search(
        "dhcp1: it has dhcpd 4.4.3-P1 and dhcp2 has 4.3.5; both need the same version"
        "|dhcp2: it has dhcpd 4.3.5 and dhcp1 has 4.4.3-P1; both need the same version",
        said,
    )


def test_a_release_without_dhcpd(pair: Pair) -> None:
    """Debian 14 carries it no more."""
    release = 'ID=debian\nVERSION_ID=14\nPRETTY_NAME="Debian GNU/Linux 14 (forky)"\n'
    pair.lab.run("dhcp2", "cp -P /etc/os-release /tmp/kept; rm /etc/os-release")
    pair.lab.run("dhcp2", f"printf '{release}' > /etc/os-release")
    try:
        said = stopped(pair)
    finally:
        pair.lab.run("dhcp2", "rm /etc/os-release; cp -P /tmp/kept /etc/os-release")
    assert "dhcp2: Debian GNU/Linux 14 (forky) has no isc-dhcp-server; Debian 12 and 13" in said


@pytest.fixture
def without_sources(fresh: Pair) -> Iterator[Pair]:
    """Two fresh machines, the second of which has no package sources, nor lists of packages."""
    fresh.lab.run("dhcp2", f"mv {SOURCES} /root/kept")
    yield fresh
    fresh.lab.run("dhcp2", f"mv /root/kept {SOURCES}")


def test_package_sources_without_dhcpd(without_sources: Pair) -> None:
    """There are none at all."""
    assert NO_CANDIDATE in stopped(without_sources)
    assert without_sources.lab.run("dhcp1", "command -v dhcpd", check=False) == ""


@pytest.mark.both_releases
def test_package_lists_without_dhcpd(without_sources: Pair) -> None:
    """They were fetched, and do not have it."""
    without_sources.lab.run("dhcp2", f"{EMPTY} && apt-get -qq update")
    assert NO_CANDIDATE in stopped(without_sources)
    assert without_sources.lab.run("dhcp1", "command -v dhcpd", check=False) == ""


@pytest.mark.both_releases
def test_package_sources_that_were_put_right(without_sources: Pair) -> None:
    """The lists are still those of the old ones: the run fetches them anew."""
    without_sources.lab.run("dhcp2", f"{EMPTY} && apt-get -qq update && cp /root/kept {SOURCES}")
    without_sources.apply()


def test_package_sources_that_turn_out_to_have_no_dhcpd(without_sources: Pair) -> None:
    """Lists that were never fetched show it in the first step only; no file is changed."""
    pair, before = without_sources, without_sources.files()["dhcp2"]
    pair.lab.run("dhcp2", EMPTY)
    run = pair.pyinfra(*APPLY)
    assert run.status == 1
    assert re.search(r"\[dhcp2\] .*isc-dhcp-server", run.output)
    assert "stay as they are, because dhcp2 failed in this run" in run.output
    assert pair.files()["dhcp2"] == before
    assert pair.lab.run("dhcp1", "cat /run/dhcp-server/dhcpd.pid /etc/dhcp/failover.nft; true") == (
        "cat: /run/dhcp-server/dhcpd.pid: No such file or directory\n"
        "cat: /etc/dhcp/failover.nft: No such file or directory\n"
    )
