"""On which interfaces DHCP servers hear clients."""

from __future__ import annotations

import pytest
from dhcp_failover.report.hearing import heard_on, unheard
from dhcp_failover.system.survey import System, system
from looks import process
from report.healthy import EVERYWHERE

LINES = ["user=0", "address=192.0.2.1/24 eth0 eth0", "address=192.168.122.1/24 virbr0 virbr0"]


@pytest.fixture
def server() -> System:
    """A server with an interface that it serves on, and a bridge of virtual machines."""
    return system(LINES, 0)


@pytest.mark.parametrize(
    ("place", "heard"),
    [
        ("*", True),
        (EVERYWHERE, True),
        ("[::]", True),
        ("255.255.255.255", True),
        ("0.0.0.0%eth0", True),
        ("192.0.2.1", True),
        ("192.0.2.255", True),
        ("0.0.0.0%virbr0", False),
        ("*%virbr0", False),
        ("192.168.122.1", False),
        ("127.0.0.1", False),
        ("203.0.113.1", False),
    ],
)
def test_a_socket_hears_by_its_device_and_address(server: System, place: str, heard: bool) -> None:
    """Whatever the program is called."""
    other = process(interfaces=[], port67=[place])
    assert heard_on(other, ["eth0"], server) == ([place] if heard else [])


def test_a_program_that_takes_packets_off_interfaces_hears_there_alone(server: System) -> None:
    """Its socket on every address is for what comes through relays."""
    other = process(interfaces=["lxdbr0"], port67=[EVERYWHERE])
    assert heard_on(other, ["eth0"], server) == []
    assert heard_on(other, ["eth0", "lxdbr0"], server) == ["lxdbr0"]


def test_an_interface_that_the_daemon_does_not_hear(server: System) -> None:
    """One without an address is another trouble; a dead daemon too."""
    needed = ["eth0", "virbr0", "eth9"]
    assert unheard(process(interfaces=["eth0"]), needed, server) == ["virbr0"]
    assert unheard(None, needed, server) == []
