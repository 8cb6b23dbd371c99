"""Ten thousand mistakes: found in seconds, and the first hundred shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SHOWN, SiteError

Data = dict[str, Any]
COUNT = 10_000
SECONDS = 10
"""Of processor time. Each kind takes about one; what is quadratic takes minutes."""


def address(number: int) -> str:
    """An address of 10.0.0.0/8."""
    return str(IPv4Address("10.0.0.0") + number)


def one_subnet(**declared: Any) -> Data:
    """A subnet with many mistakes in it."""
    return {"subnets": [{"network": "10.0.0.0/8", **declared}]}


def subnets(declared: Callable[[int], Data]) -> Data:
    """Many subnets with a mistake each."""
    return {"subnets": [{"network": f"{address(256 * i)}/24", **declared(i)} for i in range(COUNT)]}


def pools(declared: Callable[[int], Data]) -> Data:
    """One subnet with many pools and a mistake in each."""
    return one_subnet(
        pools=[{"failover": "lab", "ranges": [address(i + 1)], **declared(i)} for i in range(COUNT)]
    )


def relationships(first: Callable[[int], tuple[str, str]]) -> Data:
    """Many relationships; ``first`` is the primary's name and address."""
    return {
        "failover": {
            f"f{i}": {
                "primary": dict(zip(("server", "address"), first(i), strict=True)),
                "secondary": {"server": f"b{i}", "address": address(2 * i + 2)},
            }
            for i in range(COUNT)
        }
    }


KINDS: dict[str, Callable[[], Data]] = {
    "bad hardware addresses": lambda: one_subnet(
        reservations={f"r{i}": {"mac": "00:zz"} for i in range(COUNT)}
    ),
    "a hardware address in every reservation": lambda: one_subnet(
        reservations={f"r{i}": {"mac": "00:00:5e:00:53:01"} for i in range(COUNT + 1)}
    ),
    "bad ranges in one list": lambda: one_subnet(
        pools=[{"failover": "lab", "ranges": ["x"] * COUNT}]
    ),
    "bad ranges in pools": lambda: pools(lambda i: {"ranges": ["x"]}),
    "overlapping ranges": lambda: pools(
        lambda i: {"ranges": ["10.0.0.1-10.0.0.9"], "routers": ["10.0.0.5"]}
    ),
    "unknown keys in one place": lambda: one_subnet(**{f"k{i}": 1 for i in range(COUNT)}),
    "unknown keys in many places": lambda: subnets(lambda i: {"pool": []}),
    "subnets without a network": lambda: {"subnets": [{} for _ in range(COUNT)]},
    "unknown relationships": lambda: pools(lambda i: {"failover": f"lab{i}"}),
    "unknown classes beside many known ones": lambda: (
        pools(lambda i: {"allow": [f"client-{i}"]})
        | {"classes": {f"client-{i}x": {"member_by": "hardware"} for i in range(COUNT)}}
    ),
    "unknown options beside many defined ones": lambda: (
        subnets(lambda i: {"options": {f"o{i}": 1}})
        | {"option_definitions": {f"x{i}.y": {"code": 1, "type": "text"} for i in range(COUNT)}}
    ),
    "servers outside the inventory": lambda: relationships(lambda i: (f"a{i}", address(2 * i + 1))),
    "relationships of one hub": lambda: relationships(lambda i: ("hub", "192.0.2.1")),
    "short leases": lambda: pools(lambda i: {"default_lease_time": 60}),
    "keys without a secret": lambda: {"keys": {f"k{i}": {} for i in range(COUNT)}},
}


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_mistakes_take_seconds_and_show_the_first_hundred(
    pair: Data, kind: str
) -> None:
    """Whatever their kind: no step takes time for each pair of mistakes."""
    data = KINDS[kind]()
    data["failover"] = pair["failover"] | data.get("failover", {})
    data["subnets"] = pair["subnets"] + data.get("subnets", [])
    before = time.process_time()
    with pytest.raises(SiteError) as refused:
        load(data, ["dhcp1", "dhcp2"])
    text = str(refused.value)
    assert time.process_time() - before < SECONDS
    count = len(refused.value.mistakes)
    assert count >= COUNT
    assert len(text.splitlines()) == 1 + SHOWN + 1
    assert text.endswith(f"\n    … and {count - SHOWN} more")
