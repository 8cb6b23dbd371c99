"""What the lab can do to its machines, which drills build on."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dhcp_failover.lab.machines import Lab
    from machines import Pair

CARRIER = "cat /sys/class/net/host0/carrier"


def reached(lab: Lab, name: str, port: int = 22) -> bool:
    """Whether this computer gets a connection to a machine."""
    knock = f"exec 3<>/dev/tcp/{lab.address(name)}/{port}"
    command = lab.inside("timeout", "3", "bash", "-c", knock)
    return not subprocess.run(command, capture_output=True, check=False).returncode


def comes_back(lab: Lab, name: str) -> bool:
    """Whether a machine is reached again within ten seconds."""
    deadline = time.monotonic() + 10
    while not reached(lab, name):
        if time.monotonic() > deadline:
            return False
    return True


def ssh(lab: Lab, name: str, command: str) -> list[str]:
    """The command line that runs ``command`` on a machine through SSH."""
    options = ("-i", str(lab.key), "-o", f"UserKnownHostsFile={lab.known_hosts}")
    return lab.inside("ssh", *options, f"root@{lab.address(name)}", command)


def test_a_cut_loses_packets_and_no_carrier(pair: Pair) -> None:
    """The machine sees nothing of it; put together again, it is reached."""
    pair.lab.cut("dhcp1")
    try:
        assert not reached(pair.lab, "dhcp1")
        assert pair.lab.run("dhcp1", CARRIER).strip() == "1"
    finally:
        pair.lab.connect("dhcp1")
    assert comes_back(pair.lab, "dhcp1")


def test_a_pulled_cable_is_seen_by_the_machine(pair: Pair) -> None:
    """Its interface has no carrier."""
    pair.lab.disconnect("dhcp1")
    try:
        assert not reached(pair.lab, "dhcp1")
        assert pair.lab.run("dhcp1", CARRIER).strip() == "0"
    finally:
        pair.lab.connect("dhcp1")
    assert comes_back(pair.lab, "dhcp1")


def test_a_frozen_machine_takes_connections_and_never_answers(pair: Pair) -> None:
    """Until it is thawed."""
    pair.lab.freeze("dhcp1")
    try:
        assert reached(pair.lab, "dhcp1")
        silent = ["timeout", "2", *ssh(pair.lab, "dhcp1", "true")]
        assert subprocess.run(silent, check=False).returncode == 124
    finally:
        pair.lab.thaw("dhcp1")
    subprocess.run(ssh(pair.lab, "dhcp1", "true"), check=True)


def test_a_reset_ends_a_connection_at_once(pair: Pair) -> None:
    """An SSH session that waits for a long command."""
    with subprocess.Popen(ssh(pair.lab, "dhcp1", "echo here; sleep 30"), stdout=-1) as session:
        assert session.stdout
        session.stdout.readline()
        pair.lab.reset("dhcp1")
        assert session.wait(5) == 255


def test_machines_can_have_more_networks(pair: Pair) -> None:
    """An interface in each, with an address; it is there after a reboot, and can be unplugged."""
    lab = pair.lab
    lab.add_network("floor1", "192.0.2.254/24")
    for number, name in enumerate(lab.names(), 1):
        lab.plug(name, "floor1", f"192.0.2.{number}/24")
    lab.stop("dhcp1")
    lab.up()
    deadline = time.monotonic() + 10
    while "192.0.2.2 dev floor1" not in lab.run("dhcp1", "ip route get 192.0.2.2; true"):
        assert time.monotonic() < deadline
    hello = "exec 3<>/dev/tcp/192.0.2.2/22 && head -c 3 <&3"
    assert lab.run("dhcp1", f"timeout 5 bash -c '{hello}'") == "SSH"
    lab.unplug("dhcp1", "floor1")
    assert "floor1" not in lab.run("dhcp1", "ip -o link")


def test_a_crashed_machine_is_gone_though_it_was_frozen(pair: Pair) -> None:
    """And comes up again on its disk."""
    pair.lab.run("dhcp1", "echo kept > /root/note")
    pair.lab.freeze("dhcp1")
    pair.lab.crash("dhcp1")
    assert not pair.lab.running("dhcp1")
    pair.lab.up()
    assert pair.lab.run("dhcp1", "cat /root/note") == "kept\n"
