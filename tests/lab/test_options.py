"""Options, from the site's data to the bytes that a real client is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.lab.client import client
from dhcp_failover.options import Definition, OptionDefinition
from dhcp_failover.standard_options import NOT_DECLARED, STANDARD
from machines import Pair
from sites import applied, lab_site
from wire import Answer, acknowledged, names, suboptions

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
    "text": ['a "quoted" \\ text, é', "x" * 99],
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
    if name not in (*NOT_DECLARED, *NOT_SENT, "vendor-encapsulated-options")
}
LAST = ("text", "bytes", "domain-name", "domain-list")
KINDS = [kind for kind in VALUES if kind not in LAST]
SHAPES = {
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
PREFIXED = {f"own-{name}": {**it, "code": 220 + i} for i, (name, it) in enumerate(SHAPES.items())}
VENDOR = {f"acme.{name}": {**it, "code": 1 + i} for i, (name, it) in enumerate(SHAPES.items())}


def definition(it: dict[str, Any]) -> Definition:
    """An option of one's own as all others are defined."""
    return OptionDefinition.model_validate(it).definition


def same(definition: Definition, data: bytes | None, declared: Any) -> bool:
    """Whether these bytes are that value; names may be compressed."""
    expected = definition.encode(declared)
    if data is None or definition.kinds[-1] != "domain-list":
        return data == expected
    fixed = len(expected) - len(
        Definition(0, ("domain-list",)).encode(
            declared if len(definition.kinds) == 1 else declared[-1]
        )
    )
    return data[:fixed] == expected[:fixed] and names(data[fixed:]) == names(expected[fixed:])


@pytest.fixture(scope="module")
def sent(machines: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """By name: the bytes of all options, standard and own, as a real client was sent them."""
    own = {name: value(definition(it)) for name, it in PREFIXED.items()}
    site = lab_site(options=DECLARED | own, option_definitions=PREFIXED)
    applied(machines, site, tmp_path_factory.mktemp("sites"))
    codes = {name: STANDARD[name].code for name in DECLARED if "." not in name}
    codes |= {"nwip-suboptions": 63}
    codes |= {name: it["code"] for name, it in PREFIXED.items()}
    found: dict[str, bytes] = {}
    with client(machines.lab, 1) as one:
        for some in chunks(list(codes), 20):
            reply = asked(one, some)
            found |= {
                name: reply.options[codes[name]] for name in some if codes[name] in reply.options
            }
    nwip = suboptions(found.pop("nwip-suboptions", b""))
    return found | {
        name: nwip[STANDARD[name].code]
        for name in DECLARED
        if name.startswith("nwip.") and STANDARD[name].code in nwip
    }


def asked(one: Any, options: list[str], settings: str = "") -> Answer:
    """What a client is sent that asks for these options."""
    own = "".join(
        f"option {name} code {PREFIXED[name]['code']} = string;\n"
        for name in options
        if name in PREFIXED
    )
    request = f"{own}{settings}\nsend dhcp-max-message-size 1472;\nrequest {', '.join(options)};"
    reply = acknowledged(one, request)
    assert reply, (one.home / "log").read_text()
    return reply


def chunks(things: list[str], size: int) -> Iterator[list[str]]:
    """``things``, so many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


@pytest.mark.parametrize("types", sorted({family(STANDARD[name]) for name in DECLARED}))
def test_standard_options_arrive_as_declared(sent: dict[str, bytes], types: str) -> None:
    """All of a type, byte for byte."""
    wrong = {
        name: (sent.get(name), STANDARD[name].encode(declared))
        for name, declared in DECLARED.items()
        if family(STANDARD[name]) == types and not same(STANDARD[name], sent.get(name), declared)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", PREFIXED)
def test_options_of_ones_own_arrive_as_declared(sent: dict[str, bytes], name: str) -> None:
    """Every type, arrays and records."""
    it = definition(PREFIXED[name])
    assert same(it, sent.get(name), value(it)), (sent.get(name), it.encode(value(it)))


def test_a_vendors_options_arrive_in_option_43(machines: Pair, tmp_path: Path) -> None:
    """Every type, arrays and records; each with its code and length."""
    some = dict(list(VENDOR.items()))
    options = {name: value(definition(it)) for name, it in some.items()}
    shorter = {name: it for name, it in options.items() if len(str(it)) < 60}
    site = lab_site(option_definitions=VENDOR, vendor_option_space="acme", options=shorter)
    applied(machines, site, tmp_path)
    with client(machines.lab, 2) as one:
        found = suboptions(asked(one, ["vendor-encapsulated-options"]).options[43])
    wrong = {
        name: (found.get(VENDOR[name]["code"]), definition(VENDOR[name]).encode(declared))
        for name, declared in shorter.items()
        if not same(definition(VENDOR[name]), found.get(VENDOR[name]["code"]), declared)
    }
    assert wrong == {}


def test_option_43_itself_arrives_as_declared(machines: Pair, tmp_path: Path) -> None:
    """For a vendor whose options nobody wants to define."""
    raw = "01:04:c0:00:02:01:ff"
    applied(machines, lab_site(options={"vendor-encapsulated-options": raw}), tmp_path)
    with client(machines.lab, 3) as one:
        assert asked(one, ["vendor-encapsulated-options"]).options[43].hex(":") == raw


def test_an_option_can_fill_its_255_bytes(machines: Pair, tmp_path: Path) -> None:
    """Text and bytes; several of them take more than one part of the packet."""
    full = {"root-path": "r" * 255, "extensions-path": "e" * 255, "merit-dump": "m" * 255}
    applied(machines, lab_site(options=full), tmp_path)
    with client(machines.lab, 4) as one:
        reply = acknowledged(one, f"request {', '.join(full)};")
    assert reply
    assert {name: reply.options.get(STANDARD[name].code) for name in full} == {
        name: text.encode() for name, text in full.items()
    }
