"""What one server has to serve: values of its own, and nothing hidden by a nearer scope."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.site.model import Site
from dhcp_failover.site.view import seen_by

SPECIAL = {"ipxe": "menu.ipxe", "by_architecture": {"efi-x64": "x64.efi", "efi-arm64": "arm.efi"}}
MATCH = [{"hardware": "00:00:5e"}]
RESERVED = {"mac": "00:00:5e:00:53:01", "boot": {"filename": "near.0"}}


def boot(it: Any) -> dict[str, Any]:
    """What is set of how to boot."""
    return {name: value for name, value in it.boot.model_dump().items() if value}


def test_a_site_without_anything_to_resolve_is_the_same_for_all(pair: dict[str, Any]) -> None:
    """And so is its text."""
    site = Site.model_validate(pair)
    assert seen_by(site, "dhcp1") is seen_by(site, "dhcp2") is site


def test_servers_for_which_nothing_differs_share_one_view(pair: dict[str, Any]) -> None:
    """Also where scopes are completed."""
    site = Site.model_validate(pair | {"boot": SPECIAL})
    assert seen_by(site, "dhcp1") is seen_by(site, "dhcp2")


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        ({"filename": "near.0"}, {"filename": "near.0", **SPECIAL}),
        ({"ipxe": "near"}, {"ipxe": "near"}),
        ({"next_server": "192.0.2.9"}, {"next_server": "192.0.2.9"}),
        (
            {"by_architecture": {"efi-x64": "near.efi"}},
            {"by_architecture": {"efi-x64": "near.efi"}, "ipxe": "menu.ipxe"},
        ),
        (
            {"filename": "near.0", "by_architecture": {"efi-x64": "near.efi"}},
            {
                "filename": "near.0",
                "by_architecture": {"efi-x64": "near.efi", "efi-arm64": "arm.efi"},
                "ipxe": "menu.ipxe",
            },
        ),
    ],
)
@pytest.mark.parametrize("where", ["subnet", "pool", "class", "member", "reservation"])
def test_a_near_scope_says_again_what_it_would_hide(
    pair: dict[str, Any], where: str, near: dict[str, Any], expected: dict[str, Any]
) -> None:
    """What is more special than what it sets, and nothing else."""
    subnet = pair["subnets"][0]
    scope = {"boot": near}
    member = {"member_by": "hardware", "members": {"00:00:5e:00:53:01": scope}}
    if where in ("subnet", "pool"):
        (subnet if where == "subnet" else subnet["pools"][0])["boot"] = near
    elif where == "reservation":
        subnet["reservations"] = {"a": {"mac": "00:00:5e:00:53:01"} | scope}
    else:
        pair["classes"] = {"c": {"match": MATCH} | scope if where == "class" else member}
    site = Site.model_validate(pair | {"boot": SPECIAL | {"filename": "far.0"}})
    seen = seen_by(site, "dhcp1")
    scopes: dict[str, Any] = {
        "subnet": lambda: seen.subnets[0],
        "pool": lambda: seen.subnets[0].pools[0],
        "class": lambda: seen.classes["c"],
        "member": lambda: next(iter(seen.classes["c"].members.values())),
        "reservation": lambda: seen.subnets[0].reservations["a"],
    }
    found = boot(scopes[where]())
    if "next_server" in found:
        found["next_server"] = str(found["next_server"])
    assert found == expected


def test_a_reserved_address_boots_as_its_subnet_does(pair: dict[str, Any]) -> None:
    """A client without one may be anywhere, and boots as the site does."""
    subnet = pair["subnets"][0]
    subnet["boot"] = {"ipxe": "subnet.ipxe"}
    subnet["reservations"] = {
        "a": RESERVED | {"address": "192.0.2.9"},
        "b": RESERVED | {"mac": "00:00:5e:00:53:02"},
    }
    seen = seen_by(Site.model_validate(pair | {"boot": {"ipxe": "site.ipxe"}}), "dhcp1")
    found = seen.subnets[0].reservations
    assert [boot(found[name])["ipxe"] for name in "ab"] == ["subnet.ipxe", "site.ipxe"]


def test_a_next_server_for_each_server(pair: dict[str, Any]) -> None:
    """All else is one text."""
    pair["boot"] = {"next_server": {"dhcp1": "192.0.2.1", "dhcp2": "192.0.2.2"}, "filename": "a"}
    pair["subnets"][0]["boot"] = {"next_server": {"dhcp1": "192.0.2.3", "dhcp2": "192.0.2.4"}}
    site = Site.model_validate(pair)
    one, two = (dhcpd_conf(site, name).splitlines() for name in ("dhcp1", "dhcp2"))
    peers = ("primary", "secondary", "address", "peer", "port", "mclt", "split")
    differing = [line for line in sorted({*one} ^ {*two}) if not line.strip().startswith(peers)]
    assert differing == [
        "    next-server 192.0.2.3;",
        "    next-server 192.0.2.4;",
        "next-server 192.0.2.1;",
        "next-server 192.0.2.2;",
    ]


def test_settings_of_one_server(pair: dict[str, Any]) -> None:
    """They are nearer than the site; the other server has none of them."""
    pair |= {
        "options": {"tftp-server-name": "all.example", "domain-name": "example.org"},
        "boot": {"filename": "all.0", "ipxe": "menu.ipxe"},
        "verbatim": ["min-secs 1;"],
        "servers": {
            "dhcp1": {
                "identifier": "192.0.2.1",
                "options": {"tftp-server-name": "one.example"},
                "boot": {"filename": "one.0"},
                "verbatim": ["min-secs 2;"],
            }
        },
    }
    site = Site.model_validate(pair)
    one, two = dhcpd_conf(site, "dhcp1"), dhcpd_conf(site, "dhcp2")
    for line in (
        "server-identifier 192.0.2.1;",
        'option tftp-server-name "one.example";',
        '    filename "one.0";',
        '    filename "menu.ipxe";',
        "min-secs 1;\nmin-secs 2;",
        'option domain-name "example.org";',
    ):
        assert line in one, line
    assert "one." not in two
    assert "server-identifier" not in two
    assert 'option tftp-server-name "all.example";' in two
