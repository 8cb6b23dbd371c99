"""dhcpd's files, compared whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd import files as render
from dhcp_failover.site.model import Site

EXPECTED = Path(__file__).parent / "expected"

SEED = {
    "<NomFailover>": "lab",
    "<IPMaster>": "192.0.2.1",
    "<IPSlave>": "192.0.2.2",
    "<@Réseau>": "192.0.2.0",
    "<Masque>": "255.255.255.0",
    "<Passerelle>": "192.0.2.254",
    "<IPDebut>": "192.0.2.100",
    "<IPFin>": "192.0.2.199",
}


def statements(text: str) -> list[str]:
    """A configuration as dhcpd reads it: its words, braces and semicolons, without comments."""
    return re.findall(r'"[^"]*"|[{};]|[^\s{};"]+', re.sub(r"#.*", "", text))


def seed(*files: str) -> list[str]:
    """The handed-over configuration, with this pair's values in its placeholders."""
    text = "".join((EXPECTED / "seed" / file).read_text() for file in files)
    for placeholder, value in SEED.items():
        text = text.replace(placeholder, value)
    return statements(text)


def test_the_primary_has_the_handed_over_statements(pair: dict[str, Any]) -> None:
    """The defaults are the handed-over values, in their order."""
    text = render.dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert statements(text) == seed("master.conf", "subnet.conf")


def test_the_secondary_has_the_handed_over_statements_and_authority(pair: dict[str, Any]) -> None:
    """``authoritative`` goes on both: the survivor of a failure has to be able to refuse."""
    text = render.dhcpd_conf(Site.model_validate(pair), "dhcp2")
    assert statements(text) == ["authoritative", ";", *seed("slave.conf", "subnet.conf")]


@pytest.mark.parametrize("server", ["hub", "north", "south"])
def test_a_hub_and_its_branches(hub: dict[str, Any], server: str) -> None:
    """Several relationships, ports of their own, subnets without pools."""
    text = render.dhcpd_conf(Site.model_validate(hub), server)
    assert text == (EXPECTED / "branches" / f"{server}.conf").read_text()


def test_the_subnet_block_is_the_same_text_on_both_servers(pair: dict[str, Any]) -> None:
    """What follows the failover block does not depend on the role."""
    site = Site.model_validate(pair)
    one, two = (render.dhcpd_conf(site, name).split("\nsubnet ") for name in ("dhcp1", "dhcp2"))
    assert one[1:] == two[1:]
    assert one[1:]


def test_the_defaults_file_names_the_configuration_and_the_interfaces() -> None:
    """The unit reads it, and so does Debian's own init script."""
    expected = (EXPECTED / "isc-dhcp-server").read_text()
    assert render.defaults(["eth0", "eth1.20"]) == expected


def test_the_unit_is_native_and_restarts_a_daemon_that_died(pair: dict[str, Any]) -> None:
    """systemd is to know the daemon itself, not an init script that has long ended."""
    text = render.unit(Site.model_validate(pair))
    assert text == (EXPECTED / "isc-dhcp-server.service").read_text()


def test_only_partners_reach_the_ports_of_a_hub(hub: dict[str, Any]) -> None:
    """Two relationships, a port each."""
    text = render.firewall(Site.model_validate(hub), "hub")
    assert text == (EXPECTED / "branches" / "hub.nft").read_text()


def test_without_a_firewall_the_rules_are_taken_away(hub: dict[str, Any]) -> None:
    """Also where nft is missing: the unit does not mind."""
    site = Site.model_validate({**hub, "firewall": False})
    lines = render.firewall(site, "hub").splitlines()[2:]
    assert lines == ["table inet dhcp_failover", "delete table inet dhcp_failover"]
    assert "ExecStartPre=-+/usr/sbin/nft" in render.unit(site)


def test_the_ping_check_is_dhcpds_own_default_and_can_be_switched_off(pair: dict[str, Any]) -> None:
    """A statement is written only where it says something."""
    assert "ping-check" not in render.dhcpd_conf(Site.model_validate(pair), "dhcp1")
    pair["ping_check"] = False
    text = render.dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "authoritative;\nping-check false;\n" in text


def test_tunables_are_written_on_both_servers_where_they_are_declared(pair: dict[str, Any]) -> None:
    """In dhcpd's words, after the load balancing."""
    pair["failover"]["lab"] |= {"auto_partner_down": 3600, "min_balance": 30, "max_balance": 900}
    pair["failover"]["lab"] |= {"max_lease_misbalance": 20, "max_lease_ownership": 5}
    for server in ("dhcp1", "dhcp2"):
        text = render.dhcpd_conf(Site.model_validate(pair), server)
        assert (
            "    load balance max seconds 3;\n"
            "    auto-partner-down 3600;\n"
            "    max-lease-misbalance 20;\n"
            "    max-lease-ownership 5;\n"
            "    min-balance 30;\n"
            "    max-balance 900;\n"
        ) in text


def test_dhcpd_is_told_of_the_option_that_it_does_not_know(pair: dict[str, Any]) -> None:
    """Where a class tells its clients by what the relay says of the subscriber (RFC 3993)."""
    pair["classes"] = {"one": {"match": [{"option": "agent.subscriber-id", "equals": "one"}]}}
    text = render.dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "option agent.subscriber-id code 6 = string;\n" in text


def test_a_byte_that_is_no_text_is_compared_all_the_same(pair: dict[str, Any]) -> None:
    """One byte of 255, as a string: alone, it would not read as bytes."""
    pair["classes"] = {"one": {"match": [{"option": "default-ip-ttl", "equals": 255}]}}
    text = render.dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert 'match if (option default-ip-ttl = "\\377");\n' in text
