"""Conditions, classes, reservations and groups in the words of dhcpd.conf(5)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.clients import condition
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.site.conditions import Condition
from dhcp_failover.site.load import load

MAC = "00:00:5e:00:53:0{}"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ({"option": "user-class"}, "exists user-class"),
        ({"option": "user-class", "equals": "a"}, 'option user-class = "a"'),
        (
            {"option": "user-class", "starts_with": "ab"},
            'substring(option user-class, 0, 2) = "ab"',
        ),
        (
            {"option": "agent.circuit-id", "starts_with": "00:14", "at": 2},
            "substring(option agent.circuit-id, 2, 2) = 00:14",
        ),
        ({"option": "user-class", "ends_with": "abc"}, 'suffix(option user-class, 3) = "abc"'),
        ({"option": "user-class", "matches": r"^a\.b$"}, r'option user-class ~= "^a\\.b$"'),
        ({"hardware": "00-00-5E"}, "substring(hardware, 0, 4) = 1:00:00:5e"),
        (
            {"hardware": ["00005e", "52:54"]},
            "substring(hardware, 0, 4) = 1:00:00:5e or substring(hardware, 0, 3) = 1:52:54",
        ),
        (
            {"any_of": [{"option": "user-class"}, {"option": "host-name"}]},
            "(exists user-class) or (exists host-name)",
        ),
        (
            {"none_of": {"all_of": [{"option": "user-class"}, {"option": "host-name"}]}},
            'not (((exists user-class) and (exists host-name)) or "0" = "1")',
        ),
        ({"verbatim": "known"}, "known"),
    ],
)
def test_a_condition(pair: dict[str, Any], declared: dict[str, Any], written: str) -> None:
    """Parentheses around whatever belongs together."""
    assert condition(Condition.model_validate(declared), load(pair)) == written


def text(pair: dict[str, Any], **changes: Any) -> str:
    """What the first server is given."""
    return dhcpd_conf(load(pair | changes), "dhcp1")


def test_a_class_of_the_first_bytes_of_hardware_addresses(pair: dict[str, Any]) -> None:
    """Each as many bytes as the others."""
    made = text(pair, classes={"a b": {"member_by": "hardware", "members": ["00005e", "52:54:00"]}})
    assert (
        'class "a b" {\n    match substring(hardware, 0, 4);\n}\n'
        'subclass "a b" 1:00:00:5e;\nsubclass "a b" 1:52:54:00;\n'
    ) in made


def test_a_class_that_makes_subclasses_by_itself(pair: dict[str, Any]) -> None:
    """With a limit for each."""
    made = text(pair, classes={"modems": {"spawn_by": "agent.remote-id", "lease_limit": 4}})
    assert (
        'class "modems" {\n    match if exists agent.remote-id;\n'
        "    spawn with option agent.remote-id;\n    lease limit 4;\n}\n"
    ) in made


def test_a_reservation_with_several_identifiers_is_several_hosts(pair: dict[str, Any]) -> None:
    """dhcpd keeps one of a kind for each; a comment has the name as declared."""
    pair["subnets"][0]["reservations"] = {
        "Büro 1": {"mac": [MAC.format(1), MAC.format(2)], "circuit_id": "1", "address": "192.0.2.9"}
    }
    assert text(pair).endswith(
        "# Büro 1\nhost Buro-1 {\n    hardware ethernet 00:00:5e:00:53:01;\n"
        "    fixed-address 192.0.2.9;\n}\n"
        "# Büro 1\nhost Buro-1-2 {\n    hardware ethernet 00:00:5e:00:53:02;\n"
        "    fixed-address 192.0.2.9;\n}\n"
        '# Büro 1\nhost Buro-1-3 {\n    host-identifier option agent.circuit-id "1";\n'
        "    fixed-address 192.0.2.9;\n}\n"
    )


def test_all_hosts_of_a_reservation_send_its_name(pair: dict[str, Any]) -> None:
    """Where hosts send their names: those of one client have numbers behind theirs."""
    pair["subnets"][0]["reservations"] = {"a b": {"mac": [MAC.format(1), MAC.format(2)]}}
    assert "config-option" not in text(pair)
    assert text(pair, use_host_names=True).endswith(
        "# a b\nhost a-b {\n    hardware ethernet 00:00:5e:00:53:01;\n}\n"
        "# a b\nhost a-b-2 {\n    hardware ethernet 00:00:5e:00:53:02;\n"
        "    if config-option server.use-host-decl-names = 01 {\n"
        '        default host-name "a-b";\n    }\n}\n'
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("^[[:digit:]]+[]a]$", ""),
        (r"^a\.b[^.]\[$", ""),
        (r"^\d", "not part of an extended regular expression"),
        (r"a\tb", "not part of an extended regular expression"),
        (r"^[\w.]+$", "stands for itself"),
        (r"[a\]]", "stands for itself"),
        ("(a", "not a regular expression"),
    ],
)
def test_a_pattern_is_read_as_the_server_reads_it(pattern: str, reason: str) -> None:
    """POSIX and Python differ; what would match nothing, or something else, is refused."""
    declared = {"option": "user-class", "matches": pattern}
    if not reason:
        assert Condition.model_validate(declared)
        return
    with pytest.raises(ValueError, match=reason):
        Condition.model_validate(declared)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ('(known) and option user-class = "a)#"', ""),
        ("known) or (static", "closes a parenthesis that it did not open; remove one ')'"),
        ("substring(hardware, 1, 3 = 00:00:5e", "a parenthesis is not closed; write ')' at the"),
        ('option user-class = "a', "a string is not closed"),
        ("known # or not", "has a comment; leave it out"),
    ],
)
def test_a_verbatim_condition_stands_by_itself(expression: str, reason: str) -> None:
    """Whatever is around it."""
    if not reason:
        assert Condition.model_validate({"verbatim": expression})
        return
    with pytest.raises(ValueError, match=re.escape(reason)):
        Condition.model_validate({"verbatim": expression})


def test_a_group_stands_around_its_reservations(pair: dict[str, Any]) -> None:
    """Whatever subnet they are of."""
    pair["subnets"][0]["reservations"] = {"a": {"mac": MAC.format(1), "group": "some"}}
    made = text(
        pair,
        groups={"some": {"default_lease_time": 900}},
        reservations={"b": {"mac": MAC.format(2), "group": "some"}, "c": {"mac": MAC.format(3)}},
    )
    assert made.endswith(
        "host c {\n    hardware ethernet 00:00:5e:00:53:03;\n}\n"
        "# some\ngroup {\n    default-lease-time 900;\n"
        "host a {\n    hardware ethernet 00:00:5e:00:53:01;\n}\n"
        "host b {\n    hardware ethernet 00:00:5e:00:53:02;\n}\n}\n"
    )


def test_a_reservation_stands_where_a_network_of_its_addresses_does(hub: dict[str, Any]) -> None:
    """And one without an address on every server."""
    networks = [it["network"] for it in hub["subnets"]]
    first = str(load(hub).subnets[0].network[9])
    hub["reservations"] = {
        "there": {"mac": MAC.format(1), "address": first},
        "anywhere": {"mac": MAC.format(2)},
    }
    site = load(hub)
    for server in site.peers:
        made = dhcpd_conf(site, server)
        known = {str(it.network) for it in site.networks_for(server).every()}
        assert ("host there {" in made) == (networks[0] in known)
        assert "host anywhere {" in made
