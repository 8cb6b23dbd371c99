"""Other servers, and the interfaces."""

from __future__ import annotations

import time
from shlex import quote
from typing import TYPE_CHECKING

import pytest
from breaking import ALONE, CONF, RESTART, UNIT, Item, subnets
from clients import population
from dhcp_failover.engines.dhcpd.paths import LEASES

if TYPE_CHECKING:
    from drills.health.conftest import Drilled


def by_hand(starter: str = "") -> str:
    """A command that starts another daemon beside the unit's, with files of its own."""
    return (
        f"{ALONE} > /etc/dhcp/x.conf && : > /var/lib/dhcp/x.leases && {starter} dhcpd -4 -q"
        " -cf /etc/dhcp/x.conf -lf /var/lib/dhcp/x.leases -pf /run/x.pid host0"
    )


NOT_BY_HAND = "pkill -9 -f '^(/usr/sbin/)?dhcpd .*x.conf'; rm -f /etc/dhcp/x.conf /run/x.pid"


LISTENER = (
    "socket(S, PF_INET, SOCK_DGRAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);"
    ' setsockopt(S, SOL_SOCKET, 25, "{}") if "{}"; bind(S, sockaddr_in(67, INADDR_ANY)) or die;'
    " sleep 600"
)
"""Something on UDP port 67, of one device or of all."""


def listener(device: str) -> str:
    """A command that puts a program on UDP port 67 of a device, or of all."""
    program = quote(LISTENER.format(device, device))
    return f"systemd-run -q --unit=other perl -MSocket -e {program}; sleep 0.3"


SECOND = {
    "network": "203.0.113.0/24",
    "pools": [
        {
            "failover": "lab",
            "routers": ["203.0.113.254"],
            "ranges": ["203.0.113.100-203.0.113.199"],
        }
    ],
}


ITEMS: dict[str, Item] = {
    "a second daemon of somebody's own unit": Item(
        "other-server",
        by_hand("systemd-run -q --unit=mine --service-type=forking -p PIDFile=/run/x.pid")
        + "; sleep 0.5",
        f"systemctl stop mine; {NOT_BY_HAND}",
        words="of mine.service",
        applied="another DHCP server runs on it",
    ),
    "a daemon that was started by hand": Item(
        "other-server",
        f"systemctl stop {UNIT}; dhcpd -4 -q -cf {CONF} -lf {LEASES} -pf /run/x.pid host0; sleep 7",
        f"pkill -9 -F /run/x.pid; rm /run/x.pid; systemctl start {UNIT}; sleep 7",
        applied="another DHCP server runs on it",
    ),
    "another program on the port": Item(
        "other-server",
        listener(""),
        "systemctl stop other",
        words="/usr/bin/perl of other.service",
        applied="another DHCP server runs on it",
    ),
}


FINE: dict[str, tuple[str, str]] = {
    "a program called dhcpd": (
        "cp /bin/sleep /root/dhcpd && systemd-run -q --unit=named /root/dhcpd 600",
        "systemctl stop named; rm /root/dhcpd",
    ),
    "a daemon in a network of its own": (
        "systemd-run -q --unit=apart -p PrivateNetwork=yes perl -MSocket -e "
        + quote(LISTENER.format("", "")),
        "systemctl stop apart",
    ),
    "the DHCP server of a bridge for virtual machines": (
        f"ip link add virbr0 type bridge && ip addr add 192.168.122.1/24 dev virbr0 &&"
        f" ip link set virbr0 up && {listener('virbr0')}",
        "systemctl stop other; ip link del virbr0",
    ),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_other_servers(drilled: Drilled, item: Item) -> None:
    """Another process answers clients."""
    drilled.broken(item)


@pytest.mark.parametrize(("made", "undo"), FINE.values(), ids=FINE)
def test_what_is_well(drilled: Drilled, made: str, undo: str) -> None:
    """A process that answers nobody of ours: status finds nothing, and apply changes nothing."""
    drilled.fine(made, undo)


def test_interfaces(drilled: Drilled) -> None:
    """A second network has an interface of its own on each server, and `interfaces` is not given.

    It is served; then it loses its address, has none when the daemon starts, and is made anew.
    """
    pair, lab = drilled.pair, drilled.pair.lab
    lab.add_network("more", "203.0.113.254/24")
    for number, name in enumerate(("dhcp1", "dhcp2"), 1):
        lab.plug(name, "more", f"203.0.113.{number}/24")
    first = {
        "network": "198.51.100.0/24",
        "pools": [{"failover": "lab", "ranges": ["198.51.100.100-198.51.100.199"]}],
    }
    both = subnets(first, SECOND)
    flush, again = "ip addr flush dev more", "ip addr add 203.0.113.1/24 dev more"
    try:
        drilled.apply(**both)
        looked = drilled.status(**both)
        assert looked.found["trouble"] == [], looked.output
        assert looked.found["servers"]["dhcp1"]["interfaces"] == ["host0", "more"]
        with population(lab, bridge="more", rate=2.0) as seen:
            time.sleep(3)
        assert seen.held
        assert not seen.never_answered

        lab.run("dhcp1", flush)
        looked = drilled.status(**both)
        assert looked.codes == {"interface-missing"}, looked.output
        run = drilled.refused(**both)
        assert "its interface more has no IPv4 address" in run.output
        lab.run("dhcp1", again)
        assert drilled.status(**both).found["trouble"] == []

        lab.run("dhcp1", f"{flush}; {RESTART}; {again}")
        pair.until_normal()
        looked = drilled.status(**both)
        assert looked.codes == {"interface-unheard"}, looked.output
        assert "does not hear clients on more" in looked.output
        drilled.apply(**both)
        assert drilled.status(**both).found["trouble"] == []

        lab.unplug("dhcp1", "more")
        looked = drilled.status(**both)
        assert looked.codes == {"interface-missing"}, looked.output
        lab.plug("dhcp1", "more", "203.0.113.1/24")
        time.sleep(1)
        looked = drilled.status(**both)
        assert looked.codes == {"interface-unheard"}, looked.output
        drilled.apply(**both)
        assert drilled.status(**both).found["trouble"] == []

        # The only pools are there, and the failover addresses on a link between the servers.
        alone = subnets({"network": "198.51.100.0/24"}, SECOND)
        drilled.apply(**alone)
        looked = drilled.status(**alone)
        assert looked.found["trouble"] == [], looked.output
        assert looked.found["servers"]["dhcp1"]["interfaces"] == ["more"]
        with population(lab, bridge="more", rate=2.0) as seen:
            time.sleep(3)
        assert seen.held
        assert not seen.never_answered
    finally:
        drilled.apply()
        for name in ("dhcp1", "dhcp2"):
            lab.unplug(name, "more")
    drilled.settle()
