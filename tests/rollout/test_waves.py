"""The order in which servers change."""

from __future__ import annotations

import pytest
from dhcp_failover.rollout.waves import connected, wave_of, waves

BRANCHES = [f"branch{i}" for i in range(20)]
PAIRS = {
    "a pair": [("one", "two")],
    "a hundred pairs": [(f"a{i}", f"b{i}") for i in range(100)],
    "a hub": [(it, "hub") for it in BRANCHES],
    "a chain": [("a", "b"), ("b", "c"), ("c", "d")],
    "a ring of three": [("a", "b"), ("b", "c"), ("c", "a")],
}


@pytest.mark.parametrize("name", PAIRS)
def test_partners_are_never_in_one_wave(name: str) -> None:
    """Whatever the relationships look like."""
    found = waves(PAIRS[name])
    assert all(found[one] != found[two] for one, two in PAIRS[name])


@pytest.mark.parametrize(
    ("name", "count"),
    [("a hundred pairs", 2), ("a hub", 2), ("a chain", 2), ("a ring of three", 3)],
)
def test_there_are_as_few_waves_as_it_takes(name: str, count: int) -> None:
    """A hundred pairs take as long as one."""
    assert set(waves(PAIRS[name]).values()) == set(range(count))


def test_the_primary_goes_first() -> None:
    """Of a pair, in the order in which it is declared."""
    assert waves([("primary", "secondary")]) == {"primary": 0, "secondary": 1}


def test_those_that_share_relationships_are_connected_and_others_are_not() -> None:
    """A chain is one group from its first server to its last; a pair beside it is another."""
    found = connected([("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")])
    assert found == {it: set("abcd") for it in "abcd"} | {it: set("xy") for it in "xy"}


def test_servers_that_change_wait_for_their_wave() -> None:
    """Of a pair that runs, one after the other."""
    assert wave_of({"a": 0, "b": 1}, ["a", "b"], ["a", "b"]) == {"a": 0, "b": 1}


def test_a_server_that_does_not_run_comes_first() -> None:
    """Its partner may be waiting for it."""
    assert wave_of({"a": 0, "b": 1}, ["a", "b"], ["a"]) == {"b": 0, "a": 1}


def test_no_wave_is_without_a_server() -> None:
    """Where only the second changes, there is one wave."""
    assert wave_of({"a": 0, "b": 1}, ["b"], ["a", "b"]) == {"b": 0}
