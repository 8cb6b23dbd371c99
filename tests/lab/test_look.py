"""What a look at a real server sees, where nothing is as it should be."""

from __future__ import annotations

import pytest
from dhcp_failover.engines.dhcpd import commands
from dhcp_failover.engines.engine import EngineLook, Process
from dhcp_failover.lab.client import client
from dhcp_failover.system.marks import marked, unmarked
from machines import Pair

pytestmark = pytest.mark.both_releases


def look(pair: Pair, name: str = "dhcp1") -> EngineLook:
    """A look at a server, as a run takes it."""
    script = commands.LOOK.script
    return commands.LOOK.read(unmarked(script, pair.lab.run(name, marked(script)).splitlines()))


def process(pair: Pair) -> Process:
    """The process of the first server's unit."""
    found = look(pair)["daemon"]["process"]
    assert found
    return found


def test_a_look_at_a_real_server(pair: Pair) -> None:
    """Healthy; then its process, its rules, its unit and its lease file are tampered with."""
    run = pair.lab.run
    healthy = look(pair)
    daemon = healthy["daemon"]
    assert (daemon["enabled"], daemon["firewall"], daemon["others"]) == (True, True, [])
    assert (daemon["drop_ins"], daemon["set_up_for"]) == ([], ["host0"])
    assert daemon["complaints"] == []
    assert (healthy["links"], healthy["storage"]["writable"]) == ({"lab": True}, True)
    assert healthy["endpoints"]["lab"].role == "primary"
    assert process(pair)["interfaces"] == ["host0"]

    pid = process(pair)["pid"]
    run("dhcp1", f"kill -STOP {pid}")
    assert process(pair)["state"] == "T"
    run("dhcp1", f"kill -CONT {pid}")
    run("dhcp1", "nft insert rule inet dhcp_failover input accept")
    assert look(pair)["daemon"]["firewall"] is False
    run("dhcp1", "mkdir -p /etc/systemd/system/isc-dhcp-server.service.d")
    mine = "/etc/systemd/system/isc-dhcp-server.service.d/mine.conf"
    run("dhcp1", f"printf '[Service]\\nReadWritePaths=/srv\\n' > {mine}")
    assert look(pair)["daemon"]["drop_ins"] == []
    run("dhcp1", f"echo Environment=INTERFACESv4=eth9 >> {mine}")
    assert len(look(pair)["daemon"]["drop_ins"]) == 1
    run("dhcp1", "chmod 555 /var/lib/dhcp")
    assert "mode 555" in look(pair)["storage"]["why"]
    run("dhcp1", "chmod 755 /var/lib/dhcp; mount -t tmpfs -o size=64k tmpfs /var/lib/dhcp")
    run("dhcp1", "head -c 100000 /dev/zero > /var/lib/dhcp/dhcpd.leases; true")
    assert "0 bytes free" in look(pair)["storage"]["why"]
    run("dhcp1", "umount /var/lib/dhcp")
    run("dhcp1", "DEBIAN_FRONTEND=noninteractive apt-get -q -y --reinstall install isc-dhcp-server")
    assert process(pair)["program"] == "/usr/sbin/dhcpd (deleted)"


def test_a_second_daemon_and_an_interface_without_an_address(pair: Pair) -> None:
    """Both are seen, no matter who started the one and when the other gets its address."""
    run = pair.lab.run
    run("dhcp1", "ip link add late type veth peer other && ip link set late up")
    run("dhcp1", "sed -i 's/host0/host0 late/' /etc/default/isc-dhcp-server")
    at_once = "/run/systemd/system/isc-dhcp-server.service.d"  # no wait for the address
    run("dhcp1", f"mkdir -p {at_once} && printf '[Service]\nExecStartPre=\n' > {at_once}/now.conf")
    run("dhcp1", "systemctl daemon-reload && systemctl restart isc-dhcp-server")
    run("dhcp1", "ip addr add 203.0.113.1/24 dev late")
    run(
        "dhcp1", "sed '/^failover/,/^}/d; /failover peer/d' /etc/dhcp/dhcpd.conf > /etc/dhcp/x.conf"
    )
    run("dhcp1", ": > /var/lib/dhcp/dhcpd.leases2")
    run("dhcp1", "dhcpd -4 -q -cf /etc/dhcp/x.conf -lf /var/lib/dhcp/dhcpd.leases2 -pf /run/x.pid")
    daemon = look(pair)["daemon"]
    assert daemon["set_up_for"] == ["host0", "late"]
    assert process(pair)["interfaces"] == ["host0"]
    (other,) = daemon["others"]
    assert "-cf /etc/dhcp/x.conf" in other["command"]
    assert other["interfaces"] == ["host0"]


def test_no_host_name_is_taken_for_the_daemons_words(pair: Pair) -> None:
    """A client calls itself what it likes, and dhcpd logs it."""
    names = ["IMBALANCED", "failover peer lab: I move from normal to recover"]
    names.append(r"\nbind update on 198.51.100.100 from lab rejected: unknown IP address")
    for number, name in enumerate(names, 1):
        with client(pair.lab, number) as someone:
            assert someone.lease(settings=f'send host-name "{name}";')
    for server in ("dhcp1", "dhcp2"):
        found = look(pair, server)
        assert found["daemon"]["complaints"] == []
        assert found["relations"]["lab"]["condition"] == "together"
