"""Settings of scopes: what is refused, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.reference import schema
from dhcp_failover.site.load import load
from dhcp_failover.site.model import Site
from dhcp_failover.site.validate import SiteError
from dhcp_failover.site.verbatim import unfinished
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

Data = dict[str, Any]


def subnet(data: Data) -> Data:
    """The subnet of ``data``."""
    first: Data = data["subnets"][0]
    return first


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("min-secs 1;", ""),
        ("if known {\n  min-secs 1;\n}", ""),
        ("# a comment {", ""),
        ('option domain-name "a } b";', ""),
        ('log(info, "a \\" } b");', ""),
        ("on commit {\n  # said } in passing\n  set a = 1;\n}\n", ""),
        ("% a directive;", ""),
        ("}", "closes a brace that it did not open; remove one '}'"),
        ("} subnet 10.0.0.0 netmask 255.0.0.0 {", "closes a brace that it did not open"),
        ("if known { if static {", "a brace is not closed; write '}}' at the end"),
        ("# }\nif known {", "a brace is not closed; write '}' at the end"),
        ('option domain-name "a;', "a string is not closed"),
        ("min-secs 1", "the last statement does not end; write ';' behind it"),
        ("min-secs 1 # ;", "the last statement does not end"),
        ("if known { min-secs 1; } min-secs", "the last statement does not end"),
    ],
)
def test_verbatim_statements_stay_in_their_scope(text: str, reason: str) -> None:
    """Strings and comments may have anything in them."""
    assert unfinished(text).startswith(reason)
    assert bool(unfinished(text)) == bool(reason)


def test_a_verbatim_statement_can_be_in_several_parts(pair: Data) -> None:
    """As they had to be while each took one line."""
    pair["verbatim"] = ["on commit {", "  set seen = 1;", "}"]
    assert "on commit {\n  set seen = 1;\n}\n" in dhcpd_conf(load(pair), "dhcp1")


def test_verbatim_statements_of_several_lines_are_written_as_they_are(pair: Data) -> None:
    """Of any length; a string in them keeps its line breaks and blanks."""
    text = 'log(info, "one\n two");\n' + "\n".join(f"  # line {i}" for i in range(2000))
    subnet(pair)["pools"][0]["verbatim"] = [text.replace("\n", "\r\n")]
    assert f"        # Verbatim, as declared:\n        {text}\n" in dhcpd_conf(load(pair), "dhcp1")


MISTAKES: dict[str, tuple[Callable[[Data], object], str]] = {
    "a verbatim statement that leaves its scope": (
        lambda d: subnet(d).update(verbatim=["min-secs 1; }"]),
        "subnets[192.0.2.0/24].verbatim = ['min-secs 1; }']: closes a brace that it did not"
        " open; remove one '}'",
    ),
    "another lease file": (
        lambda d: d.update(verbatim=['lease-file-name "/srv/leases";']),
        "verbatim = ['lease-file-name \"/srv/leases\";']: lease-file-name: the unit and status use"
        " fixed paths; remove this statement",
    ),
    "the same behind another statement, in capitals": (
        lambda d: d.update(verbatim=['min-secs 1; PID-file-name "/x";']),
        "verbatim = ['min-secs 1; PID-file-name \"/x\";']: PID-file-name: the unit and status use"
        " fixed paths; remove this statement",
    ),
    "a next server for one of a pair": (
        lambda d: d.update(boot={"next_server": {"dhcp1": "192.0.2.1"}}),
        "boot.next_server = {'dhcp1': '192.0.2.1'}: dhcp2, the partner of dhcp1, is missing; write"
        " its address too",
    ),
    "a next server for an unknown server": (
        lambda d: d.update(
            boot={"next_server": dict.fromkeys(("dhcp1", "dhcp2", "dhpc3"), "192.0.2.1")}
        ),
        "boot.next_server.dhpc3 = 'dhpc3': no relationship has this server; did you mean 'dhcp2'?",
    ),
    "a next server by name": (
        lambda d: d.update(boot={"next_server": {"dhcp1": "boot.example", "dhcp2": "192.0.2.1"}}),
        "boot.next_server = {'dhcp1': 'boot.example', 'dhcp2': '192.0.2.1'}: expected an IPv4"
        " address, such as '192.0.2.1'",
    ),
    "a next server for no server": (
        lambda d: d.update(boot={"next_server": {}}),
        "boot.next_server = {}: expected an address for each server, such as"
        " {'dhcp1': '192.0.2.1'}",
    ),
    "settings of an unknown server": (
        lambda d: d.update(servers={"dhpc1": {}}),
        "servers.dhpc1 = 'dhpc1': no relationship has this server; did you mean 'dhcp1'?",
    ),
    "lease times of one server": (
        lambda d: d.update(servers={"dhcp1": {"max_lease_time": 7200}}),
        "servers.dhcp1.max_lease_time = 7200: both servers of a pair give the same leases; write"
        " it for the site",
    ),
    "the identifier of another server": (
        lambda d: d.update(servers={"dhcp1": {"identifier": "192.0.2.2"}}),
        "servers.dhcp1.identifier = '192.0.2.2': the address of dhcp2: clients of dhcp1 would"
        " renew there; write its own",
    ),
    "a policy of a pool": (
        lambda d: subnet(d)["pools"][0].update(booting="deny"),
        "subnets[192.0.2.0/24].pools[0].booting = 'deny': not in a pool; name the clients under"
        " deny, or write it in the subnet",
    ),
    "an emptying pool for somebody": (
        lambda d: subnet(d)["pools"][0].update(emptying=True, allow=["known clients"]),
        "subnets[192.0.2.0/24].pools[0].allow = ['known clients']: an emptying pool gives"
        " out no addresses; remove allow, or emptying",
    ),
    "authority in a subnet of a shared network": (
        lambda d: d.update(
            shared_networks={
                "hall": {"subnets": [{"network": "10.0.0.0/24", "authoritative": False}]}
            }
        ),
        "shared_networks.hall.subnets[10.0.0.0/24].authoritative = False: without effect in a"
        " subnet of a shared network; write it in shared_networks.hall",
    ),
    "duplicates of those who may have them": (
        lambda d: subnet(d).update(duplicates="deny"),
        "subnets[192.0.2.0/24].duplicates = 'deny': without effect; write"
        ' "one_lease_per_client": true as well',
    ),
    "a ping timeout without pings": (
        lambda d: d.update(ping_check=False, ping_timeout=2),
        "ping_timeout = 2: without effect, as ping_check is false; remove one of them",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_says_what_to_write(pair: Data, what: str) -> None:
    """Path, value, and what is allowed."""
    break_, line = MISTAKES[what]
    break_(pair)
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert [it.strip() for it in str(refused.value).splitlines()[1:]] == [line]


WRITTEN: list[tuple[Data, str]] = [
    ({}, "\nauthoritative;\n"),
    ({"authoritative": True}, "\nauthoritative;\n"),
    ({"authoritative": False}, "\nnot authoritative;\n"),
    ({"declines": "deny"}, "\ndeny declines;\n"),
    ({"duplicates": "deny", "one_lease_per_client": True}, "\ndeny duplicates;\n"),
    ({"booting": "ignore"}, "\nignore booting;\n"),
    ({"one_lease_per_client": True}, "\none-lease-per-client true;\n"),
    ({"use_host_names": True}, "\nuse-host-decl-names true;\n"),
    ({"use_host_names": False}, "\nuse-host-decl-names false;\n"),
    ({"min_secs": 0}, "\nmin-secs 0;\n"),
    ({"ping_timeout": 2}, "\nping-timeout 2;\n"),
    ({"dns": {"client_updates": "ignore"}}, "\nignore client-updates;\n"),
    ({"dns": {"update_conflict_detection": False}}, "\nupdate-conflict-detection false;\n"),
]


@pytest.mark.parametrize(("declared", "line"), WRITTEN)
def test_a_setting_is_written(pair: Data, declared: Data, line: str) -> None:
    """In the words of dhcpd."""
    assert line in dhcpd_conf(Site.model_validate(pair | declared), "dhcp1")


def test_authority_stands_first_in_a_network(pair: Data) -> None:
    """dhcpd copies it when it opens what is inside."""
    subnet(pair)["authoritative"] = False
    pair["shared_networks"] = {
        "hall": {"authoritative": False, "bootp": "deny", "subnets": [{"network": "10.0.0.0/8"}]}
    }
    text = dhcpd_conf(load(pair), "dhcp1")
    assert "subnet 192.0.2.0 netmask 255.255.255.0 {\n    not authoritative;\n" in text
    assert 'shared-network "hall" {\n    not authoritative;\n    deny bootp;\n' in text


def test_an_emptying_pool_denies_everybody(pair: Data) -> None:
    """Its range stays, so that dhcpd knows whose addresses they are."""
    subnet(pair)["pools"][0]["emptying"] = True
    assert "        deny all clients;\n        range " in dhcpd_conf(load(pair), "dhcp1")


@pytest.mark.parametrize(
    "declared",
    [
        {"boot": {"next_server": {"dhcp1": "192.0.2.1", "dhcp2": "192.0.2.2"}}},
        {"max_lease_time": "infinite"},
        {"default_lease_time": -1},
        {"verbatim": ["if known {\n}"]},
    ],
)
def test_editors_accept_it_too(pair: Data, declared: Data) -> None:
    """By the JSON Schema."""
    assert Draft202012Validator(schema()).is_valid(pair | declared)
