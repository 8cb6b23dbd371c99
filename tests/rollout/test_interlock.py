"""Whether a server may be restarted or started, as a table of what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.engine import EngineLook
from dhcp_failover.rollout import interlock
from dhcp_failover.rollout.interlock import Partner
from dhcp_failover.site.load import load
from dhcp_failover.site.relationships import Peer
from looks import look, process


@pytest.fixture
def peers(pair: dict[str, Any]) -> tuple[Peer, ...]:
    """The relationship, as its primary sees it."""
    return load(pair, ["dhcp1", "dhcp2"]).peers["dhcp1"]


def dark(
    peers: tuple[Peer, ...],
    own: EngineLook,
    partner: EngineLook | None,
    *,
    reachable: bool = True,
) -> list[str]:
    """Why the primary may not be restarted."""
    return interlock.dark(peers, own, {"dhcp2": Partner(partner, "no route", reachable)})


def other(state: str | None = "normal", **changes: Any) -> EngineLook:
    """The secondary."""
    return look(state, first=False, **changes)


STOPPED = other(process=process(state="T"))
HUNG = other(process=process(state="D"))


@pytest.mark.parametrize(
    ("own", "partner"),
    [
        (look(), other()),
        (look("communications-interrupted"), other("communications-interrupted")),
        (look("communications-interrupted"), other("partner-down")),
        (look(running=False), other(running=False)),
        (look("recover"), other(running=False)),
        (look("startup"), other("recover")),
        (look(process=process(state="T")), other("communications-interrupted")),
    ],
    ids=[
        *("both in normal", "both alone", "partner-down", "dead", "in recovery", "starting"),
        "frozen",
    ],
)
def test_a_server_restarts_where_nobody_loses_it(
    peers: tuple[Peer, ...], own: EngineLook, partner: EngineLook
) -> None:
    """Its partner serves, or it serves nobody itself."""
    assert dark(peers, own, partner) == []


@pytest.mark.parametrize(
    ("own", "partner", "words"),
    [
        (look(), other(running=False), "is not running"),
        (look(), None, "cannot be asked (no route)"),
        (look(), STOPPED, "its process is in state T"),
        (look(), HUNG, "its process is in state D"),
        (look(), other("recover-wait"), "is recover-wait"),
        (look(), other("startup"), "is startup"),
        (look(), other("paused"), "is paused"),
        (look(), other(None), "does not take part in it"),
        (look("communications-interrupted"), other("normal"), "one of the two is wrong"),
        (look("normal"), other("communications-interrupted"), "one of the two is wrong"),
        (look("partner-down"), other("recover-wait"), "is recover-wait"),
    ],
)
def test_a_server_that_serves_is_not_restarted_while_its_partner_does_not_serve(
    peers: tuple[Peer, ...], own: EngineLook, partner: EngineLook | None, words: str
) -> None:
    """The reason names the pools, the partner, and what is wrong with it."""
    (reason,) = dark(peers, own, partner)
    assert reason.startswith("the pools of lab would go dark: its other server dhcp2 ")
    assert words in reason


def test_a_partner_that_cannot_be_reached_on_its_port_does_not_take_over(
    peers: tuple[Peer, ...],
) -> None:
    """After the restart the two would not find each other."""
    (reason,) = dark(peers, look(), other(), reachable=False)
    assert "cannot be reached on TCP port 520 of 192.0.2.2 from this server" in reason


def test_a_single_server_enters_a_relationship_whose_partner_waits(
    peers: tuple[Peer, ...],
) -> None:
    """It is silent until the two have sent each other what they know: moments."""
    assert dark(peers, look(None), other("recover")) == []


@pytest.mark.parametrize(
    ("partner", "reachable", "words"),
    [
        (other(None), True, "does not run with the relationship lab yet"),
        (other(running=False), True, "is not running"),
        (None, True, "cannot be asked"),
        (other("normal"), True, "is normal in it, and does not wait"),
        (other("recover"), False, "cannot be reached on TCP port 520"),
    ],
)
def test_a_single_server_serves_on_until_its_new_partner_waits(
    peers: tuple[Peer, ...], partner: EngineLook | None, reachable: bool, words: str
) -> None:
    """Restarted before that it would answer nobody, for as long as the partner is not there."""
    (reason,) = dark(peers, look(None), partner, reachable=reachable)
    assert reason.startswith("this server would answer nobody until lab is complete: dhcp2 ")
    assert words in reason
    assert "apply to both servers" in reason


def test_a_new_machine_comes_in_where_the_survivor_knows_that_the_old_one_is_gone(
    peers: tuple[Peer, ...],
) -> None:
    """From communications-interrupted it sends all leases; it serves all through that."""
    own = look("communications-interrupted", peer="192.0.2.9")
    assert dark(peers, own, other("recover")) == []


def test_a_new_machine_waits_while_the_survivor_is_still_connected_to_the_old_one(
    peers: tuple[Peer, ...],
) -> None:
    """From normal it would send nothing, and both would call themselves normal."""
    (reason,) = dark(peers, look("normal", peer="192.0.2.9"), other("recover"))
    assert "Stop DHCP on 192.0.2.9 for good" in reason


def test_a_new_machine_with_the_old_address_is_no_reason_to_restart_its_partner(
    peers: tuple[Peer, ...],
) -> None:
    """The survivor serves alone while the new one learns."""
    (reason,) = dark(peers, look("communications-interrupted"), other("recover"))
    assert "is recover" in reason


def test_a_relationship_is_renamed_on_one_server_after_the_other(peers: tuple[Peer, ...]) -> None:
    """It is the same by its addresses; the second serves until the first waits."""
    before = look("normal", name="old")
    assert dark(peers, before, other("normal", name="old")) == []
    alone = look("communications-interrupted", name="old")
    assert dark(peers, alone, other("recover")) == []


def test_a_stopped_server_is_not_started_while_its_partner_cannot_be_asked(
    peers: tuple[Peer, ...],
) -> None:
    """Its partner may be declared down there, and give out both halves."""
    (reason,) = interlock.alone(peers, {"dhcp2": Partner(None, "no route")})
    assert "dhcp2, its partner in lab, cannot be asked (no route)" in reason
    assert interlock.alone(peers, {"dhcp2": Partner(other(running=False))}) == []


@pytest.mark.parametrize(
    ("state", "serves"),
    [
        ("normal", True),
        ("communications-interrupted", True),
        ("partner-down", True),
        ("startup", False),
        ("recover", False),
        ("recover-wait", False),
        ("paused", False),
        (None, True),
    ],
)
def test_which_states_answer_clients(state: str | None, serves: bool) -> None:
    """A server of no relationship serves by itself."""
    assert interlock.serves(look(state)) is serves
    assert interlock.serves(look(state, running=False)) is False
    assert interlock.serves(look(state, process=process(state="T"))) is False


def test_clients_are_handed_over_where_both_are_in_normal(peers: tuple[Peer, ...]) -> None:
    """A partner that serves alone has all clients already."""
    assert interlock.shared(peers, look(), {"dhcp2": Partner(other())}) == list(peers)
    apart = look("communications-interrupted")
    assert interlock.shared(peers, apart, {"dhcp2": Partner(other())}) == []


def test_a_hand_over_is_complete_when_neither_says_normal() -> None:
    """Each then answers every client."""
    alone, together = look("communications-interrupted")["relations"], look()["relations"]
    assert interlock.hand_over_complete(["lab"], [alone, alone])
    assert not interlock.hand_over_complete(["lab"], [alone, together])
    assert interlock.hand_over_complete(["lab"], [alone, None])


@pytest.mark.parametrize(
    ("own", "partner", "contradict"),
    [
        ("normal", "normal", False),
        ("normal", "communications-interrupted", True),
        ("communications-interrupted", "normal", True),
        ("communications-interrupted", "partner-down", False),
        ("normal", "recover", False),
        ("startup", "normal", False),
    ],
)
def test_two_records_contradict_each_other_for_a_moment(
    peers: tuple[Peer, ...], own: str, partner: str, contradict: bool
) -> None:
    """Both say that they serve, and each says it in another way."""
    assert interlock.contradict(peers, look(own), {"dhcp2": Partner(other(partner))}) is contradict
    assert not interlock.contradict(peers, look(own), {"dhcp2": Partner(None)})


def test_a_pair_made_by_hand_under_another_name_is_asked_to_keep_it(
    peers: tuple[Peer, ...],
) -> None:
    """Neither server could wait for the other first: each serves with the old name."""
    own, partner = look(name="office"), other(name="office")
    own["endpoints"], partner["endpoints"] = {}, {}
    (reason,) = dark(peers, own, partner)
    assert "Today it serves in office, which the data do not name: " in reason
    assert "office" not in dark(peers, look(None), partner)[0]
