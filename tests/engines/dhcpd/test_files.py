"""dhcpd's files, compared whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd import paths
from dhcp_failover.engines.dhcpd.files import (
    defaults,
    dhcpd_conf,
    files,
    packages,
    rules,
    tmpfiles,
    unit,
    unknown_secrets,
)
from dhcp_failover.site.model import Site

EXPECTED = Path(__file__).parent / "expected"
SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="  # noqa: S105 # made up

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


HANDED_OVER = {"default_lease_time": 21600, "max_lease_time": 36000}


def test_the_primary_has_the_handed_over_statements(pair: dict[str, Any]) -> None:
    """The defaults of a relationship are the handed-over values, in their order."""
    pair["subnets"][0]["pools"][0] |= HANDED_OVER
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert statements(text) == seed("master.conf", "subnet.conf")


def test_the_secondary_has_the_handed_over_statements_and_authority(pair: dict[str, Any]) -> None:
    """``authoritative`` is on both: the survivor of a failure must be able to refuse."""
    pair["subnets"][0]["pools"][0] |= HANDED_OVER
    text = dhcpd_conf(Site.model_validate(pair), "dhcp2")
    assert statements(text) == ["authoritative", ";", *seed("slave.conf", "subnet.conf")]


@pytest.mark.parametrize("server", ["hub", "north", "south"])
def test_a_hub_and_its_branches(hub: dict[str, Any], server: str) -> None:
    """Several relationships, different ports, subnets without pools."""
    text = dhcpd_conf(Site.model_validate(hub), server)
    assert text == (EXPECTED / "branches" / f"{server}.conf").read_text()


def test_the_subnet_block_is_the_same_text_on_both_servers(pair: dict[str, Any]) -> None:
    """What follows the failover block does not depend on the role."""
    site = Site.model_validate(pair)
    one, two = (dhcpd_conf(site, name).split("\nsubnet ") for name in ("dhcp1", "dhcp2"))
    assert one[1:] == two[1:]
    assert one[1:]


def test_the_defaults_file_names_the_configuration_and_the_interfaces() -> None:
    """The unit reads it, and so does Debian's own init script."""
    expected = (EXPECTED / "isc-dhcp-server").read_text()
    assert defaults(["eth0", "eth1.20"]) == expected


def test_the_unit_is_native_and_restarts_a_daemon_that_died(pair: dict[str, Any]) -> None:
    """systemd watches the daemon itself, not an init script that has ended."""
    text = unit(Site.model_validate(pair))
    assert text == (EXPECTED / "isc-dhcp-server.service").read_text()


def test_only_partners_reach_the_ports_of_a_hub(hub: dict[str, Any]) -> None:
    """Two relationships, a port each."""
    text = rules(Site.model_validate(hub), "hub")
    assert text == (EXPECTED / "branches" / "hub.nft").read_text()


def test_leftovers_are_removed_at_boot() -> None:
    """What a loss of power left beside the live files, and where turns are kept."""
    assert tmpfiles() == (EXPECTED / "dhcp-failover.conf").read_text()


def test_the_files_are_put_in_place_in_this_order(pair: dict[str, Any]) -> None:
    """Rules and secrets before what needs them, the unit after what it starts."""
    written = files(Site.model_validate(pair), "dhcp1", ["eth0"])
    assert [file.path for file in written] == list(paths.FILES)


def test_only_the_secrets_are_kept_from_other_users(pair: dict[str, Any]) -> None:
    """The rest is as readable as Debian has it."""
    written = files(Site.model_validate(pair), "dhcp1", ["eth0"])
    modes = {file.path: (file.mode, file.secret) for file in written}
    assert modes.pop(paths.KEYS) == ("600", True)
    assert set(modes.values()) == {("644", False)}


def test_a_server_checks_its_rules_and_its_configuration(pair: dict[str, Any]) -> None:
    """With the program that will read them."""
    written = files(Site.model_validate(pair), "dhcp1", ["eth0"])
    programs = {file.path: file.check.program for file in written if file.check}
    assert programs == {paths.FIREWALL: "nft", paths.CONF: "dhcpd"}


def test_without_a_secret_its_file_is_left_out(pair: dict[str, Any]) -> None:
    """A dry run works without secrets; what it cannot compare has a name."""
    site = Site.model_validate(pair | {"keys": {"control": {}}})
    assert unknown_secrets(site) == ["control"]
    assert paths.KEYS not in [file.path for file in files(site, "dhcp1", ["eth0"])]


def test_omapi_is_open_to_this_server_alone(pair: dict[str, Any]) -> None:
    """Also where the site does without a firewall, which then needs nft all the same."""
    pair |= {"keys": {"control": {"secret": SECRET}}, "omapi": {"key": "control"}}
    site = Site.model_validate(pair | {"firewall": False})
    assert 'tcp dport 7911 iifname != "lo" drop' in rules(site, "dhcp1")
    assert "tcp dport 7911 meta nfproto ipv6 drop" in rules(site, "dhcp1")
    assert "dport 520" not in rules(site, "dhcp1")
    assert "nftables" in packages(site)
    assert "ExecStartPre=+/usr/sbin/nft" in unit(site)


def test_omapi_is_open_to_the_clients_that_the_site_names(pair: dict[str, Any]) -> None:
    """Addresses and networks, beside this server."""
    omapi = {"key": "control", "clients": ["198.51.100.7", "203.0.113.0/24"]}
    site = Site.model_validate(pair | {"keys": {"control": {"secret": SECRET}}, "omapi": omapi})
    assert (
        'tcp dport 7911 iifname != "lo" ip saddr != { 198.51.100.7, 203.0.113.0/24 } drop'
        in rules(site, "dhcp1")
    )


def test_nft_is_needed_only_for_rules(pair: dict[str, Any]) -> None:
    """A site without a firewall and without OMAPI has none."""
    assert "nftables" not in packages(Site.model_validate(pair | {"firewall": False}))


def test_without_a_firewall_the_rules_are_taken_away(hub: dict[str, Any]) -> None:
    """Also where nft is missing: the unit starts without it."""
    site = Site.model_validate({**hub, "firewall": False})
    lines = rules(site, "hub").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "table inet dhcp_failover",
        "delete table inet dhcp_failover",
    ]
    assert "ExecStartPre=-+/usr/sbin/nft" in unit(site)


def test_the_ping_check_is_dhcpds_own_default_and_can_be_switched_off(pair: dict[str, Any]) -> None:
    """A statement is written only where it differs from the default."""
    assert "ping-check" not in dhcpd_conf(Site.model_validate(pair), "dhcp1")
    pair["ping_check"] = False
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "authoritative;\nping-check false;\n" in text


def test_tunables_are_written_on_both_servers_where_they_are_declared(pair: dict[str, Any]) -> None:
    """In dhcpd's words, after the load balancing."""
    pair["failover"]["lab"] |= {"auto_partner_down": 3600, "min_balance": 30, "max_balance": 900}
    pair["failover"]["lab"] |= {"max_lease_misbalance": 20, "max_lease_ownership": 5}
    for server in ("dhcp1", "dhcp2"):
        text = dhcpd_conf(Site.model_validate(pair), server)
        assert (
            "    load balance max seconds 3;\n"
            "    auto-partner-down 3600;\n"
            "    max-lease-misbalance 20;\n"
            "    max-lease-ownership 5;\n"
            "    min-balance 30;\n"
            "    max-balance 900;\n"
        ) in text


def test_an_option_that_dhcpd_does_not_know_is_defined(pair: dict[str, Any]) -> None:
    """Where a class is matched by the relay's subscriber identifier (RFC 3993)."""
    pair["classes"] = {"one": {"match": [{"option": "agent.subscriber-id", "equals": "one"}]}}
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "option agent.subscriber-id code 6 = string;\n" in text


def test_a_byte_that_is_not_text_can_be_compared(pair: dict[str, Any]) -> None:
    """One byte of 255, as a string: alone, it would not read as bytes."""
    pair["classes"] = {"one": {"match": [{"option": "default-ip-ttl", "equals": 255}]}}
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert 'match if (option default-ip-ttl = "\\377");\n' in text
