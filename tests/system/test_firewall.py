"""The rules that keep strangers from a server's ports."""

from __future__ import annotations

import shutil
import subprocess
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from dhcp_failover.system import firewall
from dhcp_failover.system.firewall import Guard


def drops(*guards: Guard) -> list[str]:
    """The rules that drop packets."""
    lines = firewall.text(guards).splitlines()
    return [line.strip() for line in lines if line.endswith(" drop")]


def test_only_the_named_sources_reach_a_port() -> None:
    """Nobody reaches it over IPv6, which no partner uses."""
    assert drops(Guard(520, [IPv4Address("192.0.2.2")])) == [
        "tcp dport 520 ip saddr != { 192.0.2.2 } drop",
        "tcp dport 520 meta nfproto ipv6 drop",
    ]


def test_a_port_can_be_open_to_the_server_itself() -> None:
    """To it alone, or to networks as well."""
    assert drops(Guard(7911, [], loopback=True))[0] == 'tcp dport 7911 iifname != "lo" drop'
    assert drops(Guard(7911, [IPv4Network("192.0.2.0/24")], loopback=True))[0] == (
        'tcp dport 7911 iifname != "lo" ip saddr != { 192.0.2.0/24 } drop'
    )


def test_networks_that_overlap_are_joined() -> None:
    """nft refuses a set with an address in it twice."""
    sources: list[IPv4Address | IPv4Network] = [
        IPv4Network("192.0.2.0/24"),
        IPv4Address("192.0.2.7"),
        IPv4Address("192.0.2.7"),
    ]
    assert "{ 192.0.2.0/24 }" in drops(Guard(7911, sources))[0]


def test_without_ports_the_table_is_removed() -> None:
    """Also where it was never there."""
    lines = firewall.text([]).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "table inet dhcp_failover",
        "delete table inet dhcp_failover",
    ]


@pytest.mark.skipif(not shutil.which("nft"), reason="nft(8) is not installed")
def test_nft_reads_the_rules(tmp_path: Path) -> None:
    """It checks them without loading them; for an ordinary user in a network of its own."""
    file = tmp_path / "rules.nft"
    file.write_text(
        firewall.text(
            [
                Guard(520, [IPv4Address("192.0.2.2"), IPv4Address("198.51.100.7")]),
                Guard(7911, [IPv4Network("192.0.2.0/24")], loopback=True),
                Guard(7912, [], loopback=True),
            ]
        )
    )
    command = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    subprocess.run([*command, firewall.check(str(file))], check=True)
