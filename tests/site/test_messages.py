"""Messages: readable, in one line, whatever the declared data is."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.checks import Mistake, nearest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError, place, printable, shown

Data = dict[str, Any]


class Unprintable:
    """An object that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


class Loud:
    """An object that writes to the terminal when it is shown."""

    def __repr__(self) -> str:
        return "\x1b[31mred\x07\n"


def itself() -> list[Any]:
    """A list that contains itself."""
    found: list[Any] = []
    found.append(found)
    return found


def mapping_of_itself() -> dict[str, Any]:
    """A mapping that contains itself."""
    found: dict[str, Any] = {}
    found["it"] = found
    return found


def nested(depth: int, value: Any = "deep") -> Any:
    """``value`` in so many mappings and lists."""
    for _ in range(depth):
        value = [{"x": value}]
    return value


HOSTILE: dict[str, Any] = {
    "a list that contains itself": itself(),
    "a mapping that contains itself": mapping_of_itself(),
    "lists that grow with their depth": (lambda it: [it] * 9)(itself() * 9),
    "very deep data": nested(5000),
    "not a number": float("nan"),
    "bytes": b"bytes",
    "an object that cannot be shown": Unprintable(),
    "an object that writes to the terminal": Loud(),
    "a number of five thousand digits": 10**5000,
    "a surrogate": "\udc80",
    "a key that is a number": {1: 2},
    "a key that is nothing": {None: 1},
    "a key of five thousand digits": {10**5000: {"secret": "x"}},
    "a key with a surrogate": {"\udc80": 1},
    "a key with a line break": {"a\nb": 1},
    "a key of a megabyte": {"x" * 2**20: 1},
    "a text of a megabyte": "x" * 2**20,
    "a set": {1, 2},
}
PLACES: dict[str, Any] = {
    "the top": lambda d, value: d.update(value if isinstance(value, dict) else {"x": value}),
    "the relationships": lambda d, value: d.update(failover=value),
    "a relationship": lambda d, value: d["failover"].update(lab=value),
    "a number": lambda d, value: d["failover"]["lab"].update(mclt=value),
    "the subnets": lambda d, value: d.update(subnets=value),
    "a subnet": lambda d, value: d["subnets"].append(value),
    "a network": lambda d, value: d["subnets"][0].update(network=value),
    "a range": lambda d, value: d["subnets"][0]["pools"][0].update(ranges=[value]),
    "the options": lambda d, value: d.update(options=value),
    "an option": lambda d, value: d.update(options={"ntp-servers": value}),
    "the keys": lambda d, value: d.update(keys=value),
    "a key": lambda d, value: d.update(keys={"updates": value}),
    "an algorithm": lambda d, value: d.update(keys={"updates": {"algorithm": value}}),
    "the members of a class": lambda d, value: d.update(
        classes={"phones": {"member_by": "hardware", "members": value}}
    ),
    "a hardware address": lambda d, value: d["subnets"][0].update(
        reservations={"door": {"mac": value}}
    ),
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("what", HOSTILE)
def test_any_value_is_refused_in_lines_that_can_be_printed(
    pair: Data, what: str, where: str
) -> None:
    """No traceback, no control characters, no line without end."""
    PLACES[where](pair, HOSTILE[what])
    with pytest.raises(SiteError) as refused:
        load(pair, ["dhcp1", "dhcp2"])
    lines = str(refused.value).splitlines()
    assert len(lines) == 1 + len(refused.value.mistakes)
    assert [it for it in lines if not it.isprintable() or len(it) > 2000] == []


@pytest.mark.parametrize("what", HOSTILE)
def test_any_value_in_place_of_the_data_is_refused(what: str) -> None:
    """Whether it is a mapping or not."""
    with pytest.raises(SiteError):
        load(HOSTILE[what])


def test_a_place_in_a_subnet_names_the_network(pair: Data) -> None:
    """Nobody counts subnets. At the network itself the value says it."""
    assert place(("subnets", 0, "pools", 0), pair) == "subnets[192.0.2.0/24].pools[0]"
    assert place(("subnets", 0, "network"), pair) == "subnets[0].network"
    pair["shared_networks"] = {"halls": {"subnets": pair["subnets"]}}
    path = ("shared_networks", "halls", "subnets", 0, "bootp")
    assert place(path, pair) == "shared_networks.halls.subnets[192.0.2.0/24].bootp"


def test_a_network_that_is_declared_twice_is_named_by_its_number(pair: Data) -> None:
    """Else nobody knew which."""
    pair["subnets"] *= 2
    assert place(("subnets", 1, "pools"), pair) == "subnets[1].pools"


def test_a_place_is_written_without_data_too() -> None:
    """A network that is no text is left out."""
    assert place(("subnets", 0, "pools", 0)) == "subnets[0].pools[0]"
    assert place(("subnets", 0, "pools"), {"subnets": [{"network": 5}]}) == "subnets[0].pools"


def test_control_characters_are_escaped() -> None:
    """Those that change colours or direction, too."""
    assert printable("a\x1b[31m\u202eé\n") == "a\\x1b[31m\\u202eé\\n"


def test_a_long_value_is_cut() -> None:
    """Its beginning is enough to find it."""
    assert shown(list(range(1000)), ("subnets",)).endswith("...")
    assert len(shown("x" * 1000, ("subnets",))) == 80


def test_a_secret_in_a_value_is_hidden() -> None:
    """Also where the value is shown for another mistake in it."""
    value = {"key": "updates", "secret": "c2VjcmV0"}
    assert shown(value, ("omapi",)) == "{'key': 'updates', 'secret': '********'}"


def test_the_nearest_name_is_offered() -> None:
    """Else the names, if they are few."""
    assert nearest("dchp1", ["dhcp1", "web"]) == "; did you mean 'dhcp1'?"
    assert nearest("x", ["dhcp1", "web"]) == "; known: 'dhcp1', 'web'"
    assert nearest("x", []) == "; known: none"
    assert nearest("x", [f"name-{i}" for i in range(40)]) == ""


def test_the_nearest_of_many_names_is_offered() -> None:
    """Those around it in the alphabet are compared."""
    assert nearest("host-5000x", [f"host-{i}" for i in range(10_000)]).startswith("; did you mean")


def test_one_mistake_is_a_mistake() -> None:
    """And two are counted."""
    one = Mistake(("a",), 1, "wrong")
    assert str(SiteError([one])) == "the declared DHCP data has a mistake:\n    a = 1: wrong"
    assert str(SiteError([one, one])).startswith("the declared DHCP data has 2 mistakes:")
