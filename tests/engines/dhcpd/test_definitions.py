"""The definitions of options that dhcpd does not have itself."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.definitions import definitions
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.site.validate import validated

Data = dict[str, Any]
TEXT = {"type": "text"}
WRITTEN: dict[str, tuple[Data, str]] = {
    "a space in an option of its own": (
        {
            "option_definitions": {
                "encap": {"code": 175, "encapsulates": "ipxe"},
                "ipxe.no-pxedhcp": {"code": 176, "type": "uint8"},
            },
            "options": {"ipxe.no-pxedhcp": 1},
        },
        """\
option space ipxe;
option encap code 175 = encapsulate ipxe;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
""",
    ),
    "options of an enterprise": (
        {
            "option_definitions": {
                "phone.config": {"code": 0, **TEXT},
                "vendor.phone": {"code": 1027, "encapsulates": "phone"},
            },
            "options": {"phone.config": "x"},
        },
        """\
option space phone;
option phone.config code 0 = text;
option vendor.phone code 1027 = encapsulate phone;
option vendor.nothing code 0 = string;
option vendor.nothing "";
""",
    ),
    "a space in a space": (
        {
            "option_definitions": {
                "inner.x": {"code": 254, **TEXT},
                "outer.nothing": {"code": 255 - 2, **TEXT},
                "outer.more": {"code": 254, "encapsulates": "inner"},
            },
            "vendor_option_space": "outer",
        },
        """\
option space inner;
option space outer;
option inner.x code 254 = text;
option outer.nothing code 253 = text;
option outer.more code 254 = encapsulate inner;
option outer.nothing-2 code 255 = string;
option outer.nothing-2 "";
""",
    ),
    "names that dhcpd does not read": (
        {
            "option_definitions": {
                "Küche 3.3com Modus": {"code": 1, **TEXT},
                "Küche 3.3com-Modus": {"code": 2, **TEXT},
                "Küche 3.3com_Modus": {"code": 3, **TEXT},
                "Kuche-3.a": {"code": 1, **TEXT},
                "face": {"code": 200, **TEXT},
                "space": {"code": 201, **TEXT},
                "unknown-7": {"code": 202, **TEXT},
                "日本": {"code": 203, **TEXT},
                "Cisco_AP": {"code": 204, **TEXT},
            },
        },
        """\
# in the data: Küche 3
option space Kuche-3-2;
option space Kuche-3;
# in the data: Küche 3.3com Modus
option Kuche-3-2.3com-Modus-2 code 1 = text;
# in the data: Küche 3.3com-Modus
option Kuche-3-2.3com-Modus code 2 = text;
# in the data: Küche 3.3com_Modus
option Kuche-3-2.3com_Modus code 3 = text;
# in the data: Kuche-3.a
option Kuche-3.own-a code 1 = text;
# in the data: face
option own-face code 200 = text;
# in the data: space
option own-space code 201 = text;
# in the data: unknown-7
option own-unknown-7 code 202 = text;
# in the data: 日本
option own code 203 = text;
option Cisco_AP code 204 = text;
""",
    ),
    "standard options that dhcpd lacks, where they are used": (
        {
            "options": {"sip-servers": [1, "192.0.2.5"]},
            "classes": {"c": {"match": [{"option": "mud-url"}]}},
        },
        """\
option sip-servers code 120 = { unsigned integer 8, array of ip-address };
option mud-url code 161 = text;
""",
    ),
    "routes": (
        {"routes": {"0.0.0.0/0": "192.0.2.254"}},
        """\
option rfc3442-classless-static-routes code 121 = array of unsigned integer 8;
option ms-classless-static-routes code 249 = array of unsigned integer 8;
""",
    ),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_options_that_dhcpd_lacks_are_defined(pair: Data, what: str) -> None:
    """In an order that dhcpd can read."""
    data, text = WRITTEN[what]
    assert [*definitions(validated(pair | data))] == text.splitlines()


def test_every_statement_uses_the_name_of_the_definition(pair: Data) -> None:
    """Values, conditions and members."""
    data = {
        "option_definitions": {"a b.Größe": {"code": 1, **TEXT}, "1 2": {"code": 200, **TEXT}},
        "vendor_option_space": "a b",
        "options": {"a b.Größe": "x", "1 2": "y"},
        "classes": {
            "c": {"match": [{"option": "a b.Größe", "starts_with": "x"}, {"option": "1 2"}]},
            "d": {"member_by": "1 2", "members": ["z"]},
        },
    }
    text = dhcpd_conf(validated(pair | data), "dhcp1")
    for line in (
        "vendor-option-space a-b;",
        'option a-b.Grosse "x";',
        'option own-1-2 "y";',
        'match if (substring(option a-b.Grosse, 0, 1) = "x") and (exists own-1-2);',
        "match option own-1-2;",
    ):
        assert line in text


def test_routes_are_sent_in_two_options(pair: Data) -> None:
    """For old Windows too."""
    text = dhcpd_conf(validated(pair | {"routes": {"0.0.0.0/0": "192.0.2.254"}}), "dhcp1")
    assert "\noption rfc3442-classless-static-routes 0, 192, 0, 2, 254;\n" in text
    assert "\noption ms-classless-static-routes 0, 192, 0, 2, 254;\n" in text


@pytest.mark.parametrize("architecture", ["http-x64", 16, 30])
def test_clients_that_boot_over_http_get_option_60(pair: Data, architecture: str | int) -> None:
    """By the name or the number of its architecture; other clients do not get it."""
    files = {architecture: "http://192.0.2.60/x.efi", "efi-x64": "x.efi"}
    text = dhcpd_conf(validated(pair | {"boot": {"by_architecture": files}}), "dhcp1")
    assert text.count("HTTPClient") == 1
    assert (
        'filename "http://192.0.2.60/x.efi";\n    option vendor-class-identifier "HTTPClient";\n}'
        in text
    )
