"""Whether a server may be restarted, or started: decisions about values, each with its reasons.

The rules come from the failover protocol as ISC's server implements it (failover.c): a server whose
partner is not connected is silent for 15 seconds after a start; one without a record of a
relationship, or in recovery, is silent until its partner has sent all that it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..engines.engine import SERVING, EngineLook, Relation

if TYPE_CHECKING:
    from ..site.relationships import Peer

GO_DARK = "dhcp_go_dark"
"""The data that lets a server restart while its partner does not serve."""


class Partner(NamedTuple):
    """The other server of a relationship, as a run found it."""

    look: EngineLook | None
    why: str = ""
    """Why there is no look at it."""
    reachable: bool = True
    """Whether this server gets a connection to its failover port."""


Partners = Mapping[str, Partner]
"""By the name of the server in the inventory."""


def live_name(peer: Peer, look: EngineLook) -> str | None:
    """The name under which a daemon has the relationship that ``peer`` declares; None: not yet.

    A relationship keeps its identity by its name or, renamed, by the addresses of its two ends.
    """
    known = look["endpoints"] or look["relations"]
    if peer.name in known:
        return peer.name
    ends = {str(peer.address), str(peer.peer_address)}
    for name, it in look["endpoints"].items():
        if {it.address, it.peer_address} == ends:
            return name
    return None


def serves(look: EngineLook) -> bool:
    """Whether a server answers clients now: alone, or in one of its relationships."""
    if not look["daemon"]["running"] or _hangs(look):
        return False
    relations = look["relations"].values()
    return not relations or any(it["condition"] in SERVING for it in relations)


def dark(peers: Sequence[Peer], own: EngineLook, partners: Partners) -> list[str]:
    """Why clients would go unanswered if this server were restarted; empty if none would.

    A server that serves may stop only while its partner serves *now*: its process runs, both
    records agree, and its port can be reached from here. One that becomes part of a relationship
    may stop only while its partner waits for it.
    """
    if not own["daemon"]["running"] or _hangs(own):
        return []
    found = []
    for peer in peers:
        name = live_name(peer, own)
        relation = own["relations"].get(name) if name else None
        partner = partners[peer.peer_server]
        if relation is None or name is None:
            reason = _not_waiting(peer, partner) if serves(own) else None
            reason = reason and reason + _under_another_name(peers, own)
        elif relation["condition"] in SERVING:
            reason = _not_serving(peer, name, relation, own, partner)
        else:
            reason = None  # it serves nobody in it now, so nobody loses it
        if reason:
            found.append(reason)
    return found


def contradict(peers: Sequence[Peer], own: EngineLook, partners: Partners) -> bool:
    """Whether the records of two servers say different things of how they serve.

    For a moment after a change that is right: each notices the other in its own time.
    """
    for peer in peers:
        name, partner = live_name(peer, own), partners[peer.peer_server].look
        pair = [it["relations"].get(name) for it in (own, partner) if it and name]
        conditions = {it["condition"] for it in pair if it and it["condition"] in SERVING}
        if len(conditions) > 1:
            return True
    return False


def alone(peers: Sequence[Peer], partners: Partners) -> list[str]:
    """Why a server that does not run must not be started; empty if it may be.

    A partner that cannot be asked may be giving out the addresses of both (partner-down).
    """
    return [
        f"{peer.peer_server}, its partner in {peer.name}, cannot be asked ({it.why}): it may be"
        " giving out the addresses of both"
        for peer in peers
        if (it := partners[peer.peer_server]).look is None
    ]


def hand_over_complete(
    names: Sequence[str], looks: Sequence[Mapping[str, Relation] | None]
) -> bool:
    """Whether no server says any more that it shares its clients with the partner."""
    return not any(
        it and name in it and it[name]["condition"] == "together" for name in names for it in looks
    )


def shared(peers: Sequence[Peer], own: EngineLook, partners: Partners) -> list[Peer]:
    """The relationships whose two servers share the clients now."""
    return [
        peer
        for peer in peers
        if all(
            look
            and peer.name in look["relations"]
            and look["relations"][peer.name]["condition"] == "together"
            for look in (own, partners[peer.peer_server].look)
        )
    ]


def _hangs(look: EngineLook) -> bool:
    process = look["daemon"]["process"]
    return process is not None and process["state"] in ("T", "t", "D", "Z")


def _absent(partner: Partner) -> str | None:
    """Why a partner cannot be counted on at all."""
    if partner.look is None:
        return f"cannot be asked ({partner.why})"
    if not partner.look["daemon"]["running"]:
        return "is not running"
    if _hangs(partner.look):
        process = partner.look["daemon"]["process"]
        return f"does not work: its process is in state {process['state']}" if process else None
    return None


def _not_waiting(peer: Peer, partner: Partner) -> str | None:
    """Why a server cannot enter a relationship: it would be silent until its partner is there."""
    trouble = _absent(partner)
    if trouble is None and partner.look is not None:
        theirs = partner.look["relations"].get(peer.name)
        if theirs is None or theirs["condition"] == "down":
            trouble = f"does not run with the relationship {peer.name} yet"
        elif theirs["condition"] != "recovering":
            trouble = f"is {theirs['state']} in it, and does not wait for this server"
        elif not partner.reachable:
            trouble = _unreachable(peer)
    if trouble is None:
        return None
    return (
        f"this server would answer nobody until {peer.name} is complete: {peer.peer_server}"
        f" {trouble}. Have {peer.peer_server} wait for it first: apply to both servers, or with"
        f" --limit {peer.peer_server}; if both serve by themselves today, stop DHCP on one of them"
    )


def _under_another_name(peers: Sequence[Peer], own: EngineLook) -> str:
    """What to do where a pair made by hand has a name of which the data say nothing.

    The names of its two ends are not read from such a configuration.
    """
    if own["endpoints"]:
        return ""
    declared = {it.name for it in peers}
    names = [
        name
        for name, it in own["relations"].items()
        if it["condition"] in SERVING and name not in declared
    ]
    if not names:
        return ""
    return (
        f". Today it serves in {', '.join(names)}, which the data do not name: if that is the same"
        " relationship, give it this name in the data, and rename it later"
    )


def _not_serving(
    peer: Peer, name: str, relation: Relation, own: EngineLook, partner: Partner
) -> str | None:
    trouble = _absent(partner)
    if trouble is None and partner.look is not None:
        trouble = _disagreeing(peer, name, relation, own, partner.look)
        if trouble is None and not partner.reachable:
            trouble = _unreachable(peer)
    if trouble is None:
        return None
    return f"the pools of {peer.name} would go dark: its other server {peer.peer_server} {trouble}"


def _disagreeing(
    peer: Peer, name: str, relation: Relation, own: EngineLook, partner: EngineLook
) -> str | None:
    theirs = partner["relations"].get(name)
    known = own["endpoints"].get(name)
    replaced = known is not None and known.peer_address != str(peer.peer_address)
    if theirs is not None and theirs["condition"] in SERVING:
        if theirs["condition"] != relation["condition"]:
            return (
                f"says {theirs['state']}, and this server says {relation['state']}: one of the two"
                " is wrong; wait until both say the same"
            )
        return None
    waiting = partner["relations"].get(peer.name)
    if waiting is None:
        return "does not take part in it"
    if waiting["condition"] != "recovering" or (not replaced and theirs is not None):
        return f"is {waiting['state']}"
    if relation["condition"] == "together":
        return "".join(_replaced_too_early(peer, known.peer_address if known else "its partner"))
    return None


def _replaced_too_early(peer: Peer, before: str) -> Iterator[str]:
    """A survivor in *normal* believes that its new partner knows every lease; it knows none."""
    yield f"is new, and this server is still connected to {before}, which the data no longer"
    yield f" names. Stop DHCP on {before} for good (stop its service and disable it), wait until"
    yield " this server says communications-interrupted, then apply again"


def _unreachable(peer: Peer) -> str:
    return (
        f"cannot be reached on TCP port {peer.peer_port} of {peer.peer_address} from this server:"
        " open the port in the firewalls between the two, in both directions"
    )
