"""Options that a site defines itself: what is accepted, and what is refused with what to write."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.validate import SiteError, validated

Data = dict[str, Any]


def defined(**options: Data) -> Data:
    """Definitions; ``__`` in a name is a dot."""
    return {name.replace("__", ".").replace("_", "-"): it for name, it in options.items()}


TEXT = {"type": "text"}
ACCEPTED: dict[str, Data] = {
    "the option 0 of a space": {
        "option_definitions": defined(ztp__image={"code": 0, **TEXT}),
        "vendor_option_space": "ztp",
        "options": {"ztp.image": "image.tgz"},
    },
    "a space in an option of its own": {
        "option_definitions": defined(
            ipxe__no={"code": 176, "type": "uint8"}, encap={"code": 175, "encapsulates": "ipxe"}
        ),
        "options": {"ipxe.no": 1},
    },
    "a space in a space": {
        "option_definitions": defined(
            inner__a={"code": 1, **TEXT},
            outer__more={"code": 9, "encapsulates": "inner"},
            whole={"code": 180, "encapsulates": "outer"},
        ),
        "options": {"inner.a": "x"},
    },
    "options of an enterprise": {
        "option_definitions": defined(
            phone__config={"code": 5, **TEXT}, vendor__phone={"code": 1027, "encapsulates": "phone"}
        ),
        "options": {"phone.config": "x"},
    },
    "the class of an enterprise": {
        "option_definitions": {"vendor-class.phone": {"code": 2**32 - 1, "type": "text"}},
        "options": {"vendor-class.phone": "x"},
    },
    "125 as bytes": {
        "option_definitions": {"option-125": {"code": 125, "type": "bytes"}},
        "options": {"option-125": "00:00:04:03:05:69:64:3a:78:3b"},
    },
    "124 as bytes": {
        "option_definitions": {"option-124": {"code": 124, "type": "bytes"}},
        "options": {"option-124": "00:00:04:03"},
    },
    "a space with an underscore": {
        "option_definitions": {"Cisco_LWAPP_AP.server-address": {"code": 241, "type": "address"}},
        "classes": {
            "APs": {
                "match": [{"option": "vendor-class-identifier", "starts_with": "Cisco AP"}],
                "vendor_option_space": "Cisco_LWAPP_AP",
                "options": {"Cisco_LWAPP_AP.server-address": "198.51.100.9"},
            }
        },
    },
    "names with blanks and umlauts": {
        "option_definitions": {"Küche 3.3com Modus": {"code": 1, "type": "text"}},
        "vendor_option_space": "Küche 3",
        "options": {"Küche 3.3com Modus": "x"},
    },
    "a name that reads as a number": {
        "option_definitions": {"face": {"code": 200, "type": "text"}},
        "options": {"face": "x"},
    },
    "a standard option that servers lack": {"options": {"sip-servers": [1, "192.0.2.5"]}},
    "its code under another name": {
        "option_definitions": {"sip": {"code": 120, "type": "bytes"}},
        "options": {"sip": "01:c0:00:02:05"},
    },
    "its name in an own definition": {
        "option_definitions": {"sip-servers": {"code": 120, "type": "bytes"}},
        "options": {"sip-servers": "01:c0:00:02:05"},
    },
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_a_definition_is_accepted(pair: Data, what: str) -> None:
    """As real sites have it."""
    assert validated(pair | ACCEPTED[what])


REFUSED: dict[str, tuple[Data, str]] = {
    "neither type nor space": (
        {"option_definitions": {"a": {"code": 200}}},
        "expected either type, or encapsulates with the name of a space",
    ),
    "both": (
        {"option_definitions": {"a": {"code": 200, "type": "text", "encapsulates": "b"}}},
        "expected either type, or encapsulates with the name of a space",
    ),
    "an array of spaces": (
        {"option_definitions": {"a": {"code": 200, "array": True, "encapsulates": "b"}}},
        "array goes with a type, not with encapsulates",
    ),
    "code 0 outside of a space": (
        {"option_definitions": {"a": {"code": 0, "type": "text"}}},
        "option_definitions.a.code = 0: expected 1 to 254",
    ),
    "code 255 in a space": (
        {"option_definitions": {"a.b": {"code": 255, "type": "text"}}},
        "option_definitions.a.b.code = 255: expected 0 to 254",
    ),
    "the enterprise 0": (
        {"option_definitions": {"vendor.b": {"code": 0, "type": "text"}}},
        "expected 1 to 4294967295, the number of an enterprise",
    ),
    "an unknown space": (
        {
            "option_definitions": defined(
                a={"code": 200, "encapsulates": "ipx"}, ipxe__b={"code": 1, **TEXT}
            )
        },
        "no option of this space is defined; did you mean 'ipxe'?",
    ),
    "a space in two options": (
        {
            "option_definitions": defined(
                a={"code": 200, "encapsulates": "s"},
                b={"code": 201, "encapsulates": "s"},
                s__x={"code": 1, **TEXT},
            )
        },
        "option_definitions.b.encapsulates = 's': already inside the option 'a'",
    ),
    "a space in itself": (
        {"option_definitions": defined(s__x={"code": 1, "encapsulates": "s"})},
        "option_definitions.s.x.encapsulates = 's': contains itself",
    ),
    "the space of all enterprises": (
        {
            "option_definitions": defined(
                a={"code": 200, "encapsulates": "vendor"}, vendor__x={"code": 1, **TEXT}
            )
        },
        "always sent in option 125; remove this definition",
    ),
    "125 in two ways": (
        {
            "option_definitions": defined(
                a={"code": 125, "type": "bytes"}, vendor__x={"code": 1, **TEXT}
            )
        },
        "option_definitions.a.code = 125: carries the space 'vendor', too; remove one of the two",
    ),
    "a value for what holds a space": (
        {
            "option_definitions": defined(
                a={"code": 200, "encapsulates": "s"}, s__x={"code": 1, **TEXT}
            ),
            "options": {"a": "x"},
        },
        "options.a = 'x': carries the options of the space 's'; set these options",
    ),
    "a space that is sent nowhere": (
        {
            "option_definitions": defined(
                t__more={"code": 2, "encapsulates": "s"}, s__x={"code": 1, **TEXT}
            ),
            "options": {"s.x": "x"},
        },
        "never sent; write \"vendor_option_space\": 's' in the scope, or define an option that"
        " encapsulates this space",
    ),
    "more than an enterprise has room for": (
        {
            "option_definitions": defined(
                p__a={"code": 1, **TEXT},
                p__b={"code": 2, **TEXT},
                vendor__p={"code": 9, "encapsulates": "p"},
            ),
            "options": {"p.a": "x" * 200, "p.b": "x" * 60},
        },
        "option_definitions.vendor.p.encapsulates = 'p': its options take up to 264 bytes"
        " together; there is room for 255",
    ),
    "option 125 by its name": (
        {"options": {"vivso": "x"}},
        "has no value of its own; define vendor.NAME, with the number of the enterprise",
    ),
    "an option that the site defines under another name": (
        {
            "option_definitions": {"sip": {"code": 120, "type": "bytes"}},
            "options": {"sip-servers": [1, "192.0.2.5"]},
        },
        "options.sip-servers = 'sip-servers': the site defines option 120 itself; write 'sip'",
    ),
    "a name with a quote": (
        {"option_definitions": {'a"b': {"code": 200, "type": "text"}}},
        "expected the name of an option",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_definition_is_refused_with_what_to_write(pair: Data, what: str) -> None:
    """One mistake for each."""
    data, said = REFUSED[what]
    with pytest.raises(SiteError) as refused:
        validated(pair | data)
    assert said in str(refused.value)
    assert len(refused.value.mistakes) == 1, refused.value
