"""Changes that would give one address to two clients in between."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from dhcp_failover.engines.engine import Endpoints, LiveRange, PoolUse
from dhcp_failover.rollout.sequences import Live, unsafe
from dhcp_failover.site.load import load

FIRST, LAST = "192.0.2.100", "192.0.2.199"
BOTH = {"dhcp1", "dhcp2"}


def pool(active: int) -> list[PoolUse]:
    """The use of the range."""
    counts = {"size": 100, "free": 0, "backup": 0, "abandoned": 0, "percent": 0.0}
    return [{"first": FIRST, "last": LAST, "active": active, **counts}]  # type: ignore[typeddict-item]


def ends(role: str = "primary", own: int = 1, peer: int = 2) -> Endpoints:
    """A relationship in an installed configuration."""
    return Endpoints(f"192.0.2.{own}", 520, f"192.0.2.{peer}", 520, role)


def live(
    relationship: str = "lab",
    endpoints: Endpoints | None = None,
    *,
    running: bool = True,
    active: int = 5,
    first_time: bool = False,
) -> Live:
    """A server whose range belongs to a relationship, or to itself alone."""
    peers = {relationship: endpoints or ends()} if relationship else {}
    a_range = LiveRange(FIRST, LAST, relationship)
    return Live(running, [a_range], peers, pool(active), first_time)


ALONE = live("")
PRIMARY, SECONDARY = live(), live(endpoints=ends("secondary", 2, 1))


def test_a_change_that_moves_nothing_is_safe(pair: dict[str, Any]) -> None:
    """Also under another name, or at other addresses."""
    site = load(pair, BOTH)
    assert unsafe(site, {"dhcp1": PRIMARY, "dhcp2": SECONDARY}, BOTH) == {}
    renamed = live("old"), live("old", ends("secondary", 2, 1))
    assert unsafe(site, dict(zip(("dhcp1", "dhcp2"), renamed, strict=True)), BOTH) == {}
    moved = live(endpoints=ends(own=11, peer=12)), live(endpoints=ends("secondary", 12, 11))
    assert unsafe(site, dict(zip(("dhcp1", "dhcp2"), moved, strict=True)), BOTH) == {}


def test_roles_are_not_swapped_while_a_server_runs(pair: dict[str, Any]) -> None:
    """On the way there would be two primaries; the steps say which server stops first."""
    swapped = {
        "dhcp1": live(endpoints=ends("secondary")),
        "dhcp2": live(endpoints=ends("primary", 2, 1)),
    }
    found = unsafe(load(pair, BOTH), swapped, BOTH)
    assert set(found) == BOTH
    assert "stop DHCP on dhcp2, 2 seconds later on the other" in found["dhcp1"][0]
    assert "stop DHCP on this server" in found["dhcp2"][0]
    stopped = {name: it._replace(running=False) for name, it in swapped.items()}
    assert unsafe(load(pair, BOTH), stopped, set()) == {}


@pytest.mark.parametrize(
    ("name", "partner"), [("dhcp1", None), ("dhcp2", None), ("dhcp1", live("", first_time=True))]
)
def test_a_single_server_becomes_a_pair(
    pair: dict[str, Any], name: str, partner: Live | None
) -> None:
    """Its partner is new: both send each other all that they know."""
    lives = {name: ALONE}
    if partner:
        lives["dhcp2"] = partner
    assert unsafe(load(pair, BOTH), lives, {name}) == {}


def with_pool_of(pair: dict[str, Any], **owner: str) -> dict[str, Any]:
    """The data with the pool of somebody else, beside one of the relationship."""
    data = deepcopy(pair)
    network = data["subnets"][0]
    (declared,) = network["pools"]
    del declared["failover"]
    declared.update(owner)
    network["pools"].append({"failover": "lab", "ranges": ["192.0.2.50-192.0.2.59"]})
    return data


@pytest.mark.parametrize("name", ["dhcp1", "dhcp2"])
def test_a_pool_of_a_pair_does_not_become_that_of_one_server(
    pair: dict[str, Any], name: str
) -> None:
    """The other one still gives out its half."""
    site = load(with_pool_of(pair, server=name), BOTH)
    found = unsafe(site, {"dhcp1": PRIMARY, "dhcp2": SECONDARY}, BOTH)
    assert found["dhcp1"][0].startswith(
        "192.0.2.100-192.0.2.199 belongs to the relationship lab today"
    )
    assert f"to {name} alone in the data" in found["dhcp1"][0]
    assert unsafe(site, {"dhcp1": PRIMARY, "dhcp2": SECONDARY}, set()) == {}


@pytest.mark.parametrize(("owner", "other"), [("dhcp1", "dhcp2"), ("dhcp2", "dhcp1")])
def test_the_server_that_will_have_a_pool_stops_last(
    pair: dict[str, Any], owner: str, other: str
) -> None:
    """What the other one gives out until it stops reaches it."""
    site = load(with_pool_of(pair, server=owner), BOTH)
    for reasons in unsafe(site, {"dhcp1": PRIMARY, "dhcp2": SECONDARY}, BOTH).values():
        assert f"stop DHCP on {other}, then 2 seconds later on {owner}, then apply" in reasons[0]


def test_a_pool_does_not_go_to_a_server_that_knows_none_of_its_leases(
    pair: dict[str, Any],
) -> None:
    """Not even when all are stopped."""
    site = load(with_pool_of(pair, server="dhcp2"), BOTH)
    for running in (BOTH, set()):
        (reason,) = unsafe(site, {"dhcp1": ALONE}, running)["dhcp1"]
        assert "dhcp2 alone does not know them" in reason


def test_a_pool_of_one_server_of_a_pair_does_not_join_the_relationship(
    pair: dict[str, Any],
) -> None:
    """Not even when both are stopped: the relationship needs a new name to exchange all leases."""
    before = ALONE._replace(endpoints={"lab": ends()})
    site = load(pair, BOTH)
    (reason,) = unsafe(site, {"dhcp1": before}, BOTH)["dhcp1"]
    assert "give the relationship lab a new name in the data, stop DHCP on dhcp2, then" in reason
    assert unsafe(site, {"dhcp1": before}, set()) != {}
    renamed = ALONE._replace(endpoints={"old": ends()})
    assert unsafe(site, {"dhcp1": renamed}, set()) == {}


def test_a_pool_without_a_client_moves_freely(pair: dict[str, Any]) -> None:
    """Where nobody counts them, there may be clients."""
    site = load(with_pool_of(pair, server="dhcp1"), BOTH)
    assert unsafe(site, {"dhcp1": live(active=0)}, BOTH) == {}
    assert unsafe(site, {"dhcp1": live(active=0)._replace(pools=None)}, BOTH) != {}
    assert unsafe(site, {"dhcp1": live(first_time=True)}, BOTH) == {}


def test_a_range_without_leases_keeps_its_owner_while_clients_are_about(
    pair: dict[str, Any],
) -> None:
    """Between two restarts, the next of them may be given an address of it."""
    elsewhere = [*pool(0), *pool(1)]
    site = load(with_pool_of(pair, server="dhcp1"), BOTH)
    found = unsafe(site, {"dhcp1": PRIMARY._replace(pools=elsewhere)}, BOTH)
    assert "belongs to the relationship lab today" in found["dhcp1"][0]


def test_a_pool_does_not_move_to_another_relationship(hub: dict[str, Any]) -> None:
    """The hub stays, its partner is another."""
    hub["subnets"][1]["pools"][0]["failover"] = "south"
    hub["subnets"][1]["pools"].append({"failover": "north", "ranges": ["198.51.100.2"]})
    hub["subnets"][1]["pools"][1]["ranges"] = ["198.51.100.60"]
    site = load(hub, ["hub", "north", "south"])
    a_range = LiveRange("198.51.100.100", "198.51.100.149", "north")
    north = Endpoints("192.0.2.1", 847, "198.51.100.2", 647, "secondary")
    before = Live(True, [a_range], {"north": north}, None, False)
    (reason,) = unsafe(site, {"hub": before}, {"hub", "north", "south"})["hub"]
    assert "belongs to the relationship north today and to the relationship south" in reason


def test_many_ranges_that_move_together_are_one_sentence(pair: dict[str, Any]) -> None:
    """A thousand equal ones hide what there is to do."""
    pair["subnets"] += [
        {
            "network": f"10.{i}.0.0/16",
            "pools": [{"failover": "lab", "ranges": [f"10.{i}.1.0-10.{i}.2.0"]}],
        }
        for i in range(30)
    ]
    ranges = [LiveRange(f"10.{i}.1.0", f"10.{i}.2.0", "other") for i in range(30)]
    found = unsafe(load(pair, BOTH), {"dhcp1": PRIMARY._replace(ranges=ranges)}, BOTH)
    assert len(found["dhcp1"]) == 1
    assert found["dhcp1"][0].startswith("10.0.1.0-10.0.2.0, 10.1.1.0-10.1.2.0, ")
    assert " and 20 more ranges belong to the relationship other today" in found["dhcp1"][0]
