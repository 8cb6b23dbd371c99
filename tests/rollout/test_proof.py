"""When a change has settled and when it is proven, as tables of what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.engine import ConfigFile, EngineLook, Holder, Relation
from dhcp_failover.rollout import proof
from dhcp_failover.site.load import load
from dhcp_failover.site.relationships import Peer
from looks import look, relation

READY = frozenset({"lab"})
FILE = ConfigFile("/etc/dhcp/dhcpd.conf", "authoritative;\n")


@pytest.fixture
def peers(pair: dict[str, Any]) -> tuple[Peer, ...]:
    """The relationship, as its primary sees it."""
    return load(pair, ["dhcp1", "dhcp2"]).peers["dhcp1"]


def unsettled(
    peers: tuple[Peer, ...],
    own: Relation | None,
    partner: Relation | None,
    ready: frozenset[str] = READY,
) -> list[str]:
    """Why the primary's restart is not over."""
    mine = {"lab": own} if own else {}
    theirs = {"lab": partner} if partner else {}
    return proof.unsettled(peers, mine, {"dhcp2": theirs}, ready)


@pytest.mark.parametrize(
    ("own", "partner", "ready"),
    [
        ("normal", "normal", READY),
        ("communications-interrupted", None, frozenset()),
        ("partner-down", None, frozenset()),
        ("recover", "communications-interrupted", frozenset()),
        ("normal", "normal", frozenset()),
        ("recover-wait", "partner-down", READY),
        ("partner-down", "recover-wait", READY),
    ],
)
def test_a_restart_has_settled(
    peers: tuple[Peer, ...], own: str, partner: str | None, ready: frozenset[str]
) -> None:
    """Together with a partner that knows the relationship; without it, serving or waiting."""
    theirs = relation(partner) if partner else None
    assert unsettled(peers, relation(own), theirs, ready) == []


@pytest.mark.parametrize(
    ("own", "partner", "ready", "words"),
    [
        ("startup", "communications-interrupted", READY, "lab is in startup since"),
        ("normal", "communications-interrupted", READY, "dhcp2: lab is in communications-"),
        ("recover", "communications-interrupted", READY, "lab is in recover since"),
        ("startup", None, frozenset(), "lab is in startup since"),
        ("paused", None, frozenset(), "lab is in paused since"),
        (None, "normal", frozenset(), "has no record of the relationship lab"),
    ],
)
def test_a_restart_has_not_settled(
    peers: tuple[Peer, ...],
    own: str | None,
    partner: str | None,
    ready: frozenset[str],
    words: str,
) -> None:
    """The next server waits until it has."""
    found = unsettled(
        peers, relation(own) if own else None, relation(partner) if partner else None, ready
    )
    assert any(it.startswith(words) for it in found)


def test_of_two_servers_that_were_down_the_second_is_started_at_once(
    peers: tuple[Peer, ...],
) -> None:
    """Alone, the first would wait 15 seconds for it."""
    own = {"lab": relation("startup")}
    assert proof.unsettled(peers, own, {"dhcp2": {}}, frozenset(), READY) == []
    own = {"lab": relation("paused")}
    assert proof.unsettled(peers, own, {"dhcp2": {}}, frozenset(), READY)


def test_a_server_that_cannot_be_asked_has_not_settled(peers: tuple[Peer, ...]) -> None:
    """Its silence proves nothing."""
    assert proof.unsettled(peers, None, {"dhcp2": {}}, READY) == ["cannot be asked"]
    assert proof.not_together(peers, None, {"dhcp2": {}}) == ["cannot be asked"]
    (reason,) = proof.not_together(peers, look()["relations"], {"dhcp2": None})
    assert reason == "dhcp2, its partner in lab, cannot be asked"


def test_both_servers_have_to_say_that_they_are_together(peers: tuple[Peer, ...]) -> None:
    """One word is no proof."""
    both = look()["relations"]
    alone = look("communications-interrupted")["relations"]
    assert proof.not_together(peers, both, {"dhcp2": both}) == []
    assert len(proof.not_together(peers, both, {"dhcp2": alone})) == 1
    assert len(proof.not_together(peers, alone, {"dhcp2": both})) == 1
    assert len(proof.not_together(peers, {}, {"dhcp2": {}})) == 2


@pytest.mark.parametrize(
    ("partner", "informed"),
    [
        (look(first=False), True),
        (look(first=False, running=False), False),
        (look(first=False, peer="192.0.2.9"), False),
        (look(None, first=False), False),
        (look(first=False, name="old"), False),
        (None, False),
    ],
)
def test_which_partners_know_the_relationship_as_it_is_declared(
    peers: tuple[Peer, ...], partner: EngineLook | None, informed: bool
) -> None:
    """By name, addresses, ports and role; only a daemon that runs."""
    assert proof.informed(peers[0], partner) is informed


def test_a_partner_with_the_same_role_does_not_know_the_relationship(
    peers: tuple[Peer, ...],
) -> None:
    """Two primaries never meet."""
    partner = look(first=False)
    partner["endpoints"]["lab"] = partner["endpoints"]["lab"]._replace(role="primary")
    assert not proof.informed(peers[0], partner)


def test_a_server_that_runs_as_declared_without_a_complaint_is_proof() -> None:
    """Its state alone is not."""
    loaded = {FILE.path: FILE.digest}
    assert proof.unproven(look(loaded=loaded), [FILE]) == []
    (reason,) = proof.unproven(look(loaded=loaded, complaints=["IMBALANCED pool"]), [FILE])
    assert reason == "has logged: IMBALANCED pool"
    (reason,) = proof.unproven(look(loaded={FILE.path: "0" * 64}), [FILE])
    assert "runs from other files" in reason


def test_a_wait_of_known_length_says_until_when_and_that_nothing_is_to_be_done(
    peers: tuple[Peer, ...],
) -> None:
    """The mclt from its beginning; on the primary, as declared."""
    words = proof.waiting(peers[0], relation("recover-wait", mclt=600))
    assert "until 2026-11-24 05:04:32 UTC" in words
    assert "nothing is to be done" in words
    words = proof.waiting(peers[0], relation("recover-wait"))
    assert "until 2026-11-24 05:54:32 UTC" in words


A, B = Holder("02:00:00:00:00:0a", True), Holder("02:00:00:00:00:0b", True)
OVER = Holder("02:00:00:00:00:0a", False)


@pytest.mark.parametrize(
    ("one", "two", "lost"),
    [
        ({"192.0.2.9": A}, {"192.0.2.9": A}, []),
        ({"192.0.2.9": A}, {"192.0.2.9": OVER}, []),
        ({"192.0.2.9": OVER}, {}, []),
        ({"192.0.2.9": A}, {}, ["192.0.2.9"]),
        ({}, {"192.0.2.9": A}, ["192.0.2.9"]),
        ({"192.0.2.9": A}, {"192.0.2.9": B}, ["192.0.2.9"]),
    ],
    ids=["same", "copy lags", "over", "unknown", "unknown to the first", "two clients"],
)
def test_a_lease_has_to_be_known_to_both_servers(
    one: dict[str, Holder], two: dict[str, Holder], lost: list[str]
) -> None:
    """By address and client; a copy may have an older time."""
    assert list(proof.lost_leases(one, two)) == lost
