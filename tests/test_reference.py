"""The reference and the schema are made from the model, and agree with it."""

from __future__ import annotations

import re
import runpy
import sys
from ast import literal_eval
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.files import defaults, dhcpd_conf, keys, rules, unit
from dhcp_failover.engines.dhcpd.vocabulary import VOCABULARY
from dhcp_failover.reference import fields, files, main, meaning, places, schema, words
from dhcp_failover.site.model import Site
from dhcp_failover.site.standard_options import NOT_CONFIGURABLE, STANDARD
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

INVENTORIES = Path(__file__).parent.parent / "inventories"


def declared(inventory: str) -> Any:
    """The ``dhcp`` data of an inventory, in types that JSON has."""
    return deepcopy(runpy.run_path(str(INVENTORIES / f"{inventory}.py"))["servers"][1]["dhcp"])


def accepts(data: object) -> bool:
    """Whether the schema does."""
    return bool(Draft202012Validator(schema()).is_valid(data))


@pytest.mark.parametrize("name", ["REFERENCE.md", "site.schema.json"])
def test_what_is_made_is_what_the_model_says(name: str) -> None:
    """After a change of the model: ``make reference``."""
    assert (INVENTORIES / name).read_text() == files()[name]


def test_every_field_has_a_meaning() -> None:
    """The text under it; without one, the field is named."""
    missing = []
    for model in places():
        for name in fields(model):
            try:
                meaning(model, name)
            except LookupError as error:
                missing.append(str(error))
    assert missing == []


def test_every_field_has_its_statement_and_every_statement_a_field() -> None:
    """By part of the model."""
    of_the_model = {model.__name__: set(fields(model)) for model in places()}
    assert {model.__name__: set(it) for model, it in VOCABULARY.items()} == of_the_model


@pytest.mark.parametrize(
    ("model", "name"),
    [(model, name) for model, it in VOCABULARY.items() for name in it],
    ids=lambda it: it if isinstance(it, str) else it.__name__,
)
def test_a_statement_stands_in_the_files_of_a_server(model: type, name: str, rich: str) -> None:
    """What the reference quotes is what a site that declares everything becomes."""
    quoted = re.findall("`([^`]+)`", VOCABULARY[model][name])
    assert [
        it for it in quoted if not re.search(rf"(?<![a-z-]){re.escape(it)}(?![a-z-])", rich)
    ] == []


@pytest.fixture(scope="module")
def rich() -> str:
    """The files of both servers of a site that declares everything."""
    data = declared("campus")
    ends = {end: data["failover"]["campus"][end] for end in ("primary", "secondary")}
    data["failover"]["second"] = ends | {
        "port": 647,
        "peer_port": 647,
        "hba": ":".join(["0f"] * 32),
        "auto_partner_down": 600,
        "max_lease_misbalance": 20,
        "max_lease_ownership": 5,
        "min_balance": 30,
        "max_balance": 900,
    }
    data["keys"]["updates"] |= {"secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="}
    data["dns"] |= {"ttl": 300, "update_static_leases": True, "update_conflict_detection": False}
    data["option_definitions"]["codes"] = {"code": 224, "type": "uint8", "array": True}
    data["option_definitions"]["badges.kind"] = {"code": 1, "type": "text"}
    data["option_definitions"]["badges"] = {"code": 225, "encapsulates": "badges"}
    data["classes"]["virtual"] = {"match": [{"hardware": "52:54:00"}]}
    data["classes"]["relayed"] = {"match": [{"option": "agent.circuit-id"}]}
    data["classes"]["modems"] = {"spawn_by": "agent.remote-id", "lease_limit": 4}
    hosts = [{"option": "host-name", it: "x"} for it in ("matches", "ends_with")]
    data["classes"]["some"] = {
        "match": [
            {"all_of": [{"hardware": "02"}]},
            {"any_of": hosts},
            {"none_of": {"verbatim": "known"}},
        ]
    }
    data["groups"] = {"cameras": {"default_lease_time": 900}}
    data["reservations"] = {
        "camera": {"circuit_id": "port 7", "group": "cameras"},
        "line": {"remote_id": "switch 2"},
    }
    data["classes"]["sites"] = {"member_by": "host-name", "members": ["a", "b"]}
    halls = data["shared_networks"]["halls"]["subnets"]
    halls[1]["pools"][1]["dynamic_bootp"] = True
    halls[0]["pools"][0] |= {"emptying": True, "allow": []}
    data["subnets"][0]["authoritative"] = False
    halls[1]["boot"]["server_name"] = "boot.campus.example"
    data |= {
        "omapi": {"key": "updates"},
        "servers": {"dhcp1": {"identifier": "192.0.2.1"}},
        "ping_check": False,
        "ping_timeout": 2,
        "log_facility": "local7",
        "duplicates": "deny",
        "declines": "ignore",
        "one_lease_per_client": True,
        "min_secs": 1,
        "use_host_names": True,
        "booting": "allow",
        "unknown_clients": "deny",
        "bootp": "ignore",
        "default_lease_time": 3600,
        "min_lease_time": 600,
        "max_lease_time": 7200,
        "routes": {"0.0.0.0/0": "203.0.113.254"},
    }
    site = Site.model_validate(data)
    return "\n".join(
        (
            *(dhcpd_conf(site, server) for server in site.peers),
            keys(site),
            defaults(["eth0"]),
            rules(site, "dhcp1"),
            unit(site),
        )
    )


def test_the_schema_is_one_of_draft_2020_12() -> None:
    """By the draft's own schema; no limit is in words that it does not know."""
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("inventory", sorted(it.stem for it in INVENTORIES.glob("*.py")))
def test_the_schema_accepts_the_data_of_every_inventory(inventory: str) -> None:
    """Without the secrets, which come from elsewhere."""
    assert list(Draft202012Validator(schema()).iter_errors(declared(inventory))) == []


def test_the_schema_accepts_the_sites_of_the_tests(
    pair: dict[str, Any], hub: dict[str, Any]
) -> None:
    """Two servers, and a hub."""
    assert accepts(pair)
    assert accepts(hub)


@pytest.mark.parametrize("value", ["text", 7, True, ["192.0.2.1"], [["192.0.2.1", "192.0.2.2"]]])
def test_the_schema_accepts_a_value_of_any_kind_for_an_option(
    value: object, pair: dict[str, Any]
) -> None:
    """The option's type says which one fits."""
    assert accepts(pair | {"options": {"some-option": value}})


@pytest.mark.parametrize("name", sorted(STANDARD.keys() - NOT_CONFIGURABLE.keys()))
def test_the_schema_accepts_a_value_that_fits_a_standard_option(name: str) -> None:
    """The example that messages show."""
    value = literal_eval(STANDARD[name].example())
    assert accepts({"failover": {}, "options": {name: value}})


@pytest.mark.parametrize(
    ("hardware", "right"),
    [
        ("00:00:5e", True),
        (["00-00-5E", "0000.5e"], True),
        ("00:00:5e:00:53:01", True),
        ("00:00:5g", False),
        (["00:00:5e", "printer"], False),
    ],
)
def test_the_schema_knows_the_first_bytes_of_a_hardware_address(
    hardware: object, right: bool
) -> None:
    """In all the ways to write them."""
    classes = {"c": {"match": [{"hardware": hardware}]}}
    assert accepts({"failover": {}, "classes": classes}) == right


def test_the_schema_accepts_names_as_people_write_them() -> None:
    """Those of options and of spaces."""
    definition = {"code": 1, "type": "text"}
    for name in ("Cisco_LWAPP_AP.server-address", "Küche 3.3com Modus", "10"):
        assert accepts({"failover": {}, "option_definitions": {name: definition}})
        assert accepts({"failover": {}, "options": {name: "x"}})


def test_the_schema_accepts_its_own_name(pair: dict[str, Any]) -> None:
    """Editors find the schema by it."""
    assert accepts(pair | {"$schema": "site.schema.json"})


def test_the_schema_accepts_what_the_model_accepts(pair: dict[str, Any]) -> None:
    """Hardware addresses, networks and ranges in all the ways to write them."""
    pair["omapi"] = {"key": "control", "clients": ["192.0.2.7", "198.51.100.0/24"]}
    subnet = pair["subnets"][0]
    subnet["network"] = "192.0.2.0/255.255.255.0"
    subnet["pools"][0]["ranges"] = ["192.0.2.9", "192.0.2.10 - 192.0.2.19"]
    macs = ("00:00:5E:00:53:01", "00-00-5e-00-53-02", "0000.5e00.5303", "00005e005304")
    subnet["reservations"] = {f"r{i}": {"mac": mac} for i, mac in enumerate(macs)}
    Site.model_validate(pair)
    assert accepts(pair)


def test_the_schema_accepts_members_as_a_list(pair: dict[str, Any]) -> None:
    """If no member has settings."""
    member_by_hardware = {"member_by": "hardware", "members": ["00:00:5e:00:53:01"]}
    assert accepts(pair | {"classes": {"machines": member_by_hardware}})


@pytest.mark.parametrize(
    "mistake",
    [
        {"failover": {}, "subnet": []},
        {"failover": {}, "normal_timeout": 0},
        {"failover": {}, "log_facility": "local8"},
        {"failover": {}, "subnets": [{"network": 1}]},
        {"failover": {}, "subnets": [{"network": "192.0.2.0/24", "pools": [{"ranges": []}]}]},
        {"failover": {}, "subnets": [{"network": "192.0.2.0"}]},
        {"failover": {}, "subnets": [{"network": "192.0.2.256/24"}]},
        {"failover": {}, "subnets": [{"network": "192.0.2.0/33"}]},
        {
            "failover": {},
            "subnets": [{"network": "192.0.2.0/24", "reservations": {"a": {"mac": "00:00:5e:00"}}}],
        },
        {"failover": {}, "options": {"interface-mtu": 1.5}},
        {"failover": {}, "options": {"interface-mtu": 70000}},
        {"failover": {}, "options": {"routers": "192.0.2.254"}},
        {"failover": {}, "options": {"routers": ["gateway"]}},
        {"failover": {}, "options": {"static-routes": [["192.0.2.9"]]}},
        {"failover": {}, "options": {"slp-directory-agent": [True]}},
        {"failover": {}, "options": {"subnet-mask": "255.255.255.0"}},
        {"failover": {}, "options": {"a.b.c": 1}},
        {"failover": {}, "option_definitions": {"a.b.c": {"code": 1, "type": "text"}}},
        {"failover": {}, "option_definitions": {"": {"code": 1, "type": "text"}}},
        {"failover": {}, "routes": {"192.0.2.0": "192.0.2.254"}},
        {"failover": {}, "routes": {"192.0.2.0/24": "gateway"}},
        {"failover": {}, "subnets": [{"network": "192.0.2.0/24", "options": {"log-servers": 7}}]},
        {"failover": {}, "boot": {"next_server": "boot.example"}},
        {"subnets": []},
    ],
)
def test_the_schema_refuses_what_cannot_be(mistake: dict[str, Any]) -> None:
    """Unknown keys, values out of range and of other types, what is missing."""
    assert not accepts(mistake)


def test_every_field_is_described_to_an_editor() -> None:
    """In the words of the reference."""
    whole = schema()
    parts = [whole, *(it for it in whole["$defs"].values() if it["type"] == "object")]
    undescribed = [
        name for part in parts for name, it in part["properties"].items() if not it["description"]
    ]
    assert undescribed == []


def test_types_are_written_in_words() -> None:
    """Units and limits with them."""
    whole = schema()
    relationship = whole["$defs"]["Relationship"]["properties"]
    assert words(relationship["mclt"], whole) == "seconds, 130 to 86400"
    assert words(relationship["port"], whole) == "TCP port, 1 to 65535"
    pool = whole["$defs"]["Pool"]["properties"]
    assert words(pool["ranges"], whole) == "list of range, at least one"
    assert (
        words(whole["properties"]["failover"], whole) == "mapping to [Relationship](#relationship)"
    )


def test_a_path_that_is_not_a_directory_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And nothing is written."""
    monkeypatch.setattr(sys, "argv", ["reference", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit, match="nowhere is not a directory"):
        main()


def test_both_files_are_written_to_the_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And no other."""
    monkeypatch.setattr(sys, "argv", ["reference", str(tmp_path)])
    main()
    assert {it.name: it.read_text() for it in tmp_path.iterdir()} == files()
