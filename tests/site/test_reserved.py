"""What a client with a reserved address gets of the pools of its subnet."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError
from dhcp_failover.site.networks import Subnet
from dhcp_failover.site.reserved import as_reserved, common, differing

ROUTERS = {"routers": ["192.0.2.254"]}


def subnet(*pools: dict[str, Any], **more: Any) -> Subnet:
    """A subnet with pools that set these things."""
    made = [{"server": "a", "ranges": [f"192.0.2.{10 + i}"], **it} for i, it in enumerate(pools)]
    return Subnet.model_validate({"network": "192.0.2.0/24", "pools": made, **more})


@pytest.mark.parametrize(
    ("pools", "alike", "different"),
    [
        ([], {}, {}),
        ([ROUTERS], {"options.routers": ["192.0.2.254"]}, {}),
        ([ROUTERS, {"options": ROUTERS}], {"options.routers": ["192.0.2.254"]}, {}),
        ([ROUTERS, {}], {}, {"options.routers": (0, ["192.0.2.254"])}),
        ([{}, {"dns_domain": "a.example"}], {}, {"dns_domain": (1, "a.example")}),
        ([{"dns_updates": False}, {"dns_updates": True}], {}, {"dns_updates": (0, False)}),
        ([{"default_lease_time": 600}, {"default_lease_time": 900}], {}, {}),
        ([{"allow": ["known clients"]}, {"deny": ["known clients"]}], {}, {}),
        (
            [
                {"verbatim": ['# x\nDeny members of "x"; min-secs 3;']},
                {"verbatim": ["min-secs 3;"]},
            ],
            {"verbatim": ("min-secs 3;",)},
            {},
        ),
        (
            [{"verbatim": ["min-secs 3;", 'deny members of "x";']}, {"verbatim": ["min-secs 3;"]}],
            {"verbatim": ("min-secs 3;",)},
            {},
        ),
    ],
)
def test_what_pools_have_in_common(
    pools: list[dict[str, Any]], alike: dict[str, Any], different: dict[str, Any]
) -> None:
    """Lease times may differ, and who may have an address."""
    assert common(subnet(*pools)) == alike
    assert differing(subnet(*pools)) == different


def test_it_is_laid_over_what_the_subnet_says() -> None:
    """A pool is nearer to its clients."""
    said = {"options": {"routers": ["192.0.2.1"], "time-offset": 0}, "verbatim": ["min-secs 1;"]}
    found = as_reserved(subnet({**ROUTERS, "verbatim": ["min-secs 3;"]}, **said))
    assert found.options == {"routers": ["192.0.2.254"], "time-offset": 0}
    assert found.verbatim == ("min-secs 1;", "min-secs 3;")


@pytest.fixture
def ambiguous(pair: dict[str, Any]) -> dict[str, Any]:
    """A subnet whose second pool has no routers, and a printer."""
    only = pair["subnets"][0]
    only["pools"].append({"failover": "lab", "ranges": ["192.0.2.9"]})
    only["reservations"] = {"printer": {"mac": "00:00:5e:00:53:01", "address": "192.0.2.8"}}
    return pair


def test_what_is_ambiguous_is_refused(ambiguous: dict[str, Any]) -> None:
    """With whom it concerns, and what to write."""
    with pytest.raises(SiteError) as refused:
        load(ambiguous)
    assert str(refused.value).endswith(
        "the pools of 192.0.2.0/24 differ in it, so clients with a reserved address would not get"
        " it (the reservation 'printer' of 192.0.2.0/24); write routers in the subnet, with the"
        " same value in each pool, or in the reservation"
    )


@pytest.mark.parametrize("where", ["subnet", "site", "reservation", "group", "no address"])
def test_it_is_not_ambiguous_where_somebody_else_says_it(
    ambiguous: dict[str, Any], where: str
) -> None:
    """A scope around the pools, the reservation itself or its group."""
    only, said = ambiguous["subnets"][0], {"options": {"routers": ["192.0.2.254"]}}
    printer = only["reservations"]["printer"]
    match where:
        case "subnet":
            only |= said
        case "site":
            ambiguous |= said
        case "reservation":
            printer |= said
        case "group":
            ambiguous["groups"] = {"printers": said}
            printer["group"] = "printers"
        case _:
            del printer["address"]
    assert load(ambiguous)
