"""Lease times: what follows from what is declared."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.lease_times import USUAL, LeaseTimes, nearest, own_times
from dhcp_failover.site.model import Site
from dhcp_failover.site.scopes import Scope
from dhcp_failover.site.values import INFINITE
from pydantic import ValidationError


def scope(default: Any = None, least: Any = None, most: Any = None) -> Scope:
    """A scope with these lease times."""
    times = {"default_lease_time": default, "min_lease_time": least, "max_lease_time": most}
    return Scope(**{name: seconds for name, seconds in times.items() if seconds is not None})


@pytest.mark.parametrize(
    ("scopes", "times"),
    [
        ([scope()], (43200, 300, 86400)),
        ([scope(default=172800)], (172800, 300, 172800)),
        ([scope(default=200)], (200, 200, 86400)),
        ([scope(most=7200)], (7200, 300, 7200)),
        ([scope(most=200)], (200, 200, 200)),
        ([scope(least=50000)], (50000, 50000, 86400)),
        ([scope(least=100000)], (100000, 100000, 100000)),
        ([scope(default=600, most=7200)], (600, 300, 7200)),
        ([scope(default=600), scope(default=60, most=700)], (600, 300, 700)),
        ([scope(default="infinite")], (INFINITE, 300, INFINITE)),
        ([scope(most=-1)], (43200, 300, INFINITE)),
        ([scope(least=-1)], (INFINITE, INFINITE, INFINITE)),
    ],
)
def test_times_that_nobody_declares_make_way(
    scopes: list[Scope], times: tuple[int, int, int]
) -> None:
    """So that the declared ones have their effect."""
    assert nearest(scopes)[:3] == times


@pytest.mark.parametrize(
    ("client", "around", "written"),
    [
        (scope(), USUAL, {}),
        (scope(default=600), USUAL, {"default": 600}),
        (scope(default=200), USUAL, {"default": 200, "min": 200}),
        (scope(default=90000), USUAL, {"default": 90000, "max": 90000}),
        (scope(least=90000), USUAL, {"min": 90000, "max": 90000}),
        (scope(default=90000, most=99999), USUAL, {"default": 90000, "max": 99999}),
        (scope(default=900), LeaseTimes(600, 300, 700), {"default": 900, "max": 900}),
        (scope(most=60), USUAL, {"max": 60}),
    ],
)
def test_times_of_a_client_are_not_cut_by_those_of_a_pool(
    client: Scope, around: LeaseTimes, written: dict[str, int]
) -> None:
    """Only what is in the way is written beside them."""
    assert own_times(client, around) == written


@pytest.mark.parametrize(
    ("declared", "leases", "mclt"),
    [
        (None, None, 3600),
        (None, 7200, 3600),
        (None, 600, 600),
        (None, "infinite", 3600),
        (1800, 7200, 1800),
        (1800, 600, 1800),
    ],
)
def test_an_mclt_that_nobody_declares_follows_the_leases(
    pair: dict[str, Any], declared: int | None, leases: Any, mclt: int
) -> None:
    """It is no longer than the shortest of them; both servers' views have it."""
    if leases:
        pair["default_lease_time"] = leases
    if declared:
        pair["failover"]["lab"]["mclt"] = declared
    site = Site.model_validate(pair)
    assert site.mclt("lab") == mclt
    assert {peer.mclt for peers in site.peers.values() for peer in peers} == {mclt}


@pytest.mark.parametrize("value", [0, -2, True, 1.5, 2**31, "forever", "0"])
def test_a_lease_time_is_seconds_or_infinite(pair: dict[str, Any], value: Any) -> None:
    """Nothing else."""
    with pytest.raises(ValidationError, match="'infinite' for leases without an end"):
        Site.model_validate(pair | {"default_lease_time": value})


def test_a_lease_time_can_come_from_the_environment(pair: dict[str, Any]) -> None:
    """There it is a text."""
    assert Site.model_validate(pair | {"default_lease_time": "600"}).default_lease_time == 600
