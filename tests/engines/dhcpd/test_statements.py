"""The rest of a site beside its pools, in dhcpd's statements."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd import statements
from dhcp_failover.engines.dhcpd.files import dhcpd_conf, keys
from dhcp_failover.site.model import Site
from dhcp_failover.site.options import Definition
from dhcp_failover.site.standard_options import STANDARD

TESTS = Path(__file__).parents[2]


@pytest.fixture
def campus() -> dict[str, Any]:
    """The data of the campus, with a key."""
    data = runpy.run_path(str(TESTS.parent / "inventories/campus.py"))["servers"][1]["dhcp"]
    data["keys"]["updates"]["secret"] = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="  # noqa: S105 # made up
    return dict(data)


@pytest.mark.parametrize("server", ["dhcp1", "dhcp2"])
def test_a_campus(campus: dict[str, Any], server: str) -> None:
    """Options, classes, one wire for two subnets, booting, reservations, DNS."""
    text = dhcpd_conf(Site.model_validate(campus), server)
    assert text == (TESTS / "engines/dhcpd/expected/campus" / f"{server}.conf").read_text()


def test_secrets_are_in_a_separate_file(campus: dict[str, Any]) -> None:
    """And in no other."""
    site = Site.model_validate(campus)
    assert keys(site) == (TESTS / "engines/dhcpd/expected/campus/dhcpd.keys").read_text()
    assert "c2VjcmV0" not in dhcpd_conf(site, "dhcp1")


def test_a_pool_of_one_server_is_not_on_the_other(campus: dict[str, Any]) -> None:
    """Two servers that give out the same addresses without failover give them out twice."""
    site = Site.model_validate(campus)
    assert "range 203.0.113.200 203.0.113.219;" in dhcpd_conf(site, "dhcp1")
    assert "range 203.0.113.200 203.0.113.219;" not in dhcpd_conf(site, "dhcp2")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('a "b" \\c', '"a \\"b\\" \\\\c"'),
        ("tab\tand é", '"tab\\011and \\303\\251"'),
    ],
)
def test_a_text_is_quoted_as_dhcpd_reads_it(text: str, written: str) -> None:
    """Whatever is in it."""
    assert statements.quoted(text) == written


@pytest.mark.parametrize(
    ("definition", "value", "written"),
    [
        (STANDARD["routers"], ["192.0.2.1", "192.0.2.2"], "192.0.2.1, 192.0.2.2"),
        (
            STANDARD["static-routes"],
            [["10.0.0.0", "192.0.2.1"], ["10.1.0.0", "192.0.2.2"]],
            "10.0.0.0 192.0.2.1, 10.1.0.0 192.0.2.2",
        ),
        (STANDARD["ip-forwarding"], False, "false"),
        (STANDARD["domain-search"], ["a.example", "b.example"], '"a.example", "b.example"'),
        (STANDARD["vendor-encapsulated-options"], "01:ff", "01:ff"),
        (
            STANDARD["slp-directory-agent"],
            [True, "192.0.2.1", "192.0.2.2"],
            "true 192.0.2.1, 192.0.2.2",
        ),
        (Definition(200, ("uint8", "text")), [7, "x"], '7 "x"'),
    ],
)
def test_an_option_is_written_by_its_type(definition: Definition, value: Any, written: str) -> None:
    """Scalars, arrays, records."""
    assert statements.option_value(definition, value) == written


def test_lease_times_are_those_of_the_nearest_scope(pair: dict[str, Any]) -> None:
    """Where somebody declares one, every pool has all of them written."""
    pair["max_lease_time"] = 90000
    pair["subnets"][0]["default_lease_time"] = 7200
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "        default-lease-time 7200;\n        max-lease-time 90000;\n" in text


def test_lease_times_of_nobody_are_not_written(pair: dict[str, Any]) -> None:
    """dhcpd's own hold."""
    assert "lease-time" not in dhcpd_conf(Site.model_validate(pair), "dhcp1")


def test_leases_without_an_end(pair: dict[str, Any]) -> None:
    """In words that dhcpd has for them; the longest follows."""
    pair["default_lease_time"] = -1
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "        default-lease-time infinite;\n        max-lease-time infinite;\n" in text


def test_a_class_lifts_the_limit_of_the_pools_for_its_own_leases(pair: dict[str, Any]) -> None:
    """dhcpd would cut its lease times to those of the pool."""
    match = [{"hardware": "00:00:5e"}]
    pair["classes"] = {
        "servers": {"match": match, "default_lease_time": 172800},
        "guests": {"match": match, "default_lease_time": 200},
    }
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "default-lease-time 172800;\n    max-lease-time 172800;\n" in text
    assert "default-lease-time 200;\n    min-lease-time 200;\n" in text


def test_a_subnet_with_reservations_has_its_lease_times(pair: dict[str, Any]) -> None:
    """Reserved clients get as long as those of the pools."""
    pair["default_lease_time"] = 90000
    pair["subnets"][0]["reservations"] = {"a": {"mac": "00-00-5E-00-53-01", "address": "192.0.2.9"}}
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "{\n    default-lease-time 90000;\n    max-lease-time 90000;\n    option routers" in text
    assert text.endswith(
        "\nhost a {\n    hardware ethernet 00:00:5e:00:53:01;\n    fixed-address 192.0.2.9;\n}\n"
    )


def test_verbatim_statements_are_marked(pair: dict[str, Any]) -> None:
    """At any scope."""
    pair["verbatim"] = ["one-lease-per-client true;"]
    pair["subnets"][0]["pools"][0]["verbatim"] = ["min-secs 1;"]
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert "# Verbatim, as declared:\none-lease-per-client true;\n" in text
    assert "        # Verbatim, as declared:\n        min-secs 1;\n" in text


def test_hba_is_written_in_place_of_split(pair: dict[str, Any]) -> None:
    """On the primary alone."""
    pair["failover"]["lab"]["hba"] = ":".join(["ff"] * 16 + ["00"] * 16)
    site = Site.model_validate(pair)
    one, two = (dhcpd_conf(site, name) for name in ("dhcp1", "dhcp2"))
    assert "    hba ff:ff:" in one
    assert "split" not in one
    assert "hba" not in two


def test_the_control_channel_has_a_key(pair: dict[str, Any]) -> None:
    """Without one, dhcpd would take commands from anybody."""
    pair["keys"] = {"control": {"secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="}}
    pair["omapi"] = {"key": "control"}
    text = dhcpd_conf(Site.model_validate(pair), "dhcp1")
    assert 'include "/etc/dhcp/dhcpd.keys";\nomapi-port 7911;\nomapi-key "control";\n' in text
