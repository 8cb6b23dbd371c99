"""Options, from the site's data to the bytes that a real client is sent."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.lab.client import Client, client
from dhcp_failover.lab.machines import Lab
from dhcp_failover.site.options import Definition, OptionDefinition
from dhcp_failover.site.standard_options import NOT_CONFIGURABLE, STANDARD
from machines import Pair
from sites import applied, lab_site
from wire import Answer, acknowledged, suboptions

VENDOR_OPTIONS = 43
NOT_SENT = ("dhcp-parameter-request-list",)
"""What dhcpd answers with, not something that it sends."""
VALUES: dict[str, list[Any]] = {
    "address": ["192.0.2.1", "203.0.113.255"],
    "address6": ["2001:db8::1", "2001:db8:ffff::"],
    "boolean": [True, False],
    "int8": [-128, 127],
    "int16": [-32768, 32767],
    "int32": [-2147483648, 2147483647],
    "uint8": [255, 0],
    "uint16": [65535, 1],
    "uint32": [4294967295, 1],
    "text": ['a "quoted" \\ text, é', "x" * 98 + "\0"],
    "bytes": ["00:01:fe:ff", "plain text"],
    "domain-name": ["host.example.org", "a.b"],
    "domain-list": [["a.example.org", "b.example.org"], ["example.org", "c.example.org"]],
}
"""By type: values with a reason to go wrong."""
SENSIBLE = {
    "dhcp-renewal-time": 300,
    "dhcp-rebinding-time": 500,
    "auto-config": 1,
    "domain-name": "example.org",
    "host-name": "somebody",
    "v6-only-preferred": 300,
}
"""Where the client itself makes something of the value."""


def value(definition: Definition) -> Any:
    """A value for an option: the worst of its types; two of an array."""
    which = definition.code % 2
    if definition.kinds == ("text",):
        return VALUES["text"][0]
    parts = [VALUES[kind][which] for kind in definition.kinds]
    if definition.repeated == "last":
        parts.append(VALUES[definition.kinds[-1]][1 - which])
    record: Any = parts if len(parts) > 1 else parts[0]
    if definition.repeated != "all":
        return record
    others = [VALUES[kind][1 - which] for kind in definition.kinds]
    return [record, others if len(others) > 1 else others[0]]


def family(definition: Definition) -> str:
    """The types of an option, as a word."""
    array = {"": "", "all": " array", "last": " ..."}[definition.repeated]
    return "+".join(definition.kinds) + array


DECLARED = {
    name: SENSIBLE.get(name, value(it))
    for name, it in STANDARD.items()
    if name not in (*NOT_CONFIGURABLE, *NOT_SENT, "vendor-encapsulated-options")
}
LAST = ("text", "bytes", "domain-name", "domain-list")
KINDS = [kind for kind in VALUES if kind not in LAST]
SHAPES: dict[str, dict[str, Any]] = {
    **{kind: {"type": kind} for kind in VALUES},
    **{f"{kind}s": {"type": kind, "array": True} for kind in KINDS},
    "record": {"type": ["uint8", "address", "boolean", "int16"]},
    "ending-in-text": {"type": ["uint16", "text"]},
    "ending-in-bytes": {"type": ["uint16", "bytes"]},
    "ending-in-name": {"type": ["uint16", "domain-name"]},
    "ending-in-names": {"type": ["uint16", "domain-list"]},
    "records": {"type": ["address", "uint8"], "array": True},
}
"""Options of one's own: every type, arrays, and records of each kind."""
OWN = {f"own-{name}": {**it, "code": 220 + i} for i, (name, it) in enumerate(SHAPES.items())}
VENDOR = {f"acme.{name}": {**it, "code": 1 + i} for i, (name, it) in enumerate(SHAPES.items())}


def definition(it: dict[str, Any]) -> Definition:
    """An option of one's own as all others are defined."""
    return OptionDefinition.model_validate(it).definition(in_space=False)


@pytest.fixture(scope="module")
def sent(
    machines: Pair, converged: Lab, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """By name: the bytes of all options, standard and own, as a real client was sent them."""
    own = {name: value(definition(it)) for name, it in OWN.items()}
    site = lab_site(options=DECLARED | own, option_definitions=OWN)
    machines.restore(converged)
    applied(machines, site, tmp_path_factory.mktemp("sites"))
    codes = {name: STANDARD[name].code for name in DECLARED}
    codes |= {name: int(it["code"]) for name, it in OWN.items()}
    wanted = sorted(codes.values())
    found: dict[int, bytes] = {}
    with client(machines.lab, 1) as one:
        for start in range(0, len(wanted), 20):
            found |= asked(one, wanted[start : start + 20]).options
    return {name: found[code] for name, code in codes.items() if code in found}


def asked(one: Client, codes: Iterable[int], room: int = 1472) -> Answer:
    """What a client is sent that asks for these options and takes packets of ``room`` bytes."""
    # As bytes to send, not as a request: the client is to ignore what it is sent.
    wanted = f"send dhcp-parameter-request-list {', '.join(map(str, codes))};"
    reply = acknowledged(one, f"{wanted}\nsend dhcp-max-message-size {room};")
    assert reply, (one.home / "log").read_text()
    return reply


@pytest.mark.parametrize("types", sorted({family(STANDARD[name]) for name in DECLARED}))
def test_standard_options_arrive_as_declared(sent: dict[str, bytes], types: str) -> None:
    """All of a type, byte for byte."""
    wrong = {
        name: (sent.get(name), STANDARD[name].encode(declared))
        for name, declared in DECLARED.items()
        if family(STANDARD[name]) == types and sent.get(name) != STANDARD[name].encode(declared)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", OWN)
def test_options_of_ones_own_arrive_as_declared(sent: dict[str, bytes], name: str) -> None:
    """Every type, arrays and records."""
    it = definition(OWN[name])
    assert sent.get(name) == it.encode(value(it))


def test_a_vendors_options_arrive_in_option_43(pair: Pair, tmp_path: Path) -> None:
    """Every type, arrays and records; each with its code and length."""
    options = {name: value(definition(it)) for name, it in VENDOR.items()}
    site = lab_site(option_definitions=VENDOR, vendor_option_space="acme", options=options)
    applied(pair, site, tmp_path)
    with client(pair.lab, 2) as one:
        found = suboptions(asked(one, [VENDOR_OPTIONS]).options[VENDOR_OPTIONS])
    wrong = {
        name: (found.get(it["code"]), definition(it).encode(options[name]))
        for name, it in VENDOR.items()
        if found.get(it["code"]) != definition(it).encode(options[name])
    }
    assert wrong == {}


def test_option_43_itself_arrives_as_declared(pair: Pair, tmp_path: Path) -> None:
    """For a vendor whose options nobody wants to define."""
    raw = "01:04:c0:00:02:01:ff"
    applied(pair, lab_site(options={"vendor-encapsulated-options": raw}), tmp_path)
    with client(pair.lab, 3) as one:
        assert asked(one, [VENDOR_OPTIONS]).options[VENDOR_OPTIONS].hex(":") == raw


def test_option_63_can_be_one_of_ones_own(pair: Pair, tmp_path: Path) -> None:
    """In place of the options of its space, of which dhcpd sends none."""
    definition = {"novell": {"code": 63, "type": "bytes"}}
    site = lab_site(option_definitions=definition, options={"novell": "02:00:05:01:01"})
    applied(pair, site, tmp_path)
    with client(pair.lab, 3) as one:
        assert asked(one, [63]).options[63].hex(":") == "02:00:05:01:01"


def test_a_site_can_say_what_is_sent_whatever_a_client_asks_for(pair: Pair, tmp_path: Path) -> None:
    """By the list of requested options, which takes the place of the client's."""
    declared = {"dhcp-parameter-request-list": [17], "root-path": "/srv", "pcode": "UTC"}
    applied(pair, lab_site(options=declared), tmp_path)
    with client(pair.lab, 3) as one:
        reply = asked(one, [100])
    assert (reply.options.get(17), reply.options.get(100)) == (b"/srv", None)


FULL = {"root-path": "r" * 255, "extensions-path": "e" * 255, "merit-dump": "m" * 255}


SHORTER = {"root-path": "r" * 200, "extensions-path": "e" * 90, "merit-dump": "m" * 50}


@pytest.mark.parametrize(
    ("room", "declared"), [(1472, FULL), (576, SHORTER)], ids=["in-one-piece", "overloaded"]
)
def test_long_options_arrive_whole(
    pair: Pair, tmp_path: Path, room: int, declared: dict[str, str]
) -> None:
    """Up to their 255 bytes; in a small packet where the header has room (RFC 2132, 9.3)."""
    applied(pair, lab_site(options=declared), tmp_path)
    with client(pair.lab, 4) as one:
        reply = asked(one, [STANDARD[name].code for name in declared], room)
    assert {name: reply.options.get(STANDARD[name].code) for name in declared} == {
        name: text.encode() for name, text in declared.items()
    }
