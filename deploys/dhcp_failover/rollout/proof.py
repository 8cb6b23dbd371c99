"""When a change has settled, and when it is proven: decisions about values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..engines.engine import SERVING, ConfigFile, Endpoints, EngineLook, Holder, Relation
from .plan import stale

if TYPE_CHECKING:
    from ..site.relationships import Peer

Relations = Mapping[str, Relation]


def mirrored(peer: Peer) -> Endpoints:
    """The ends of a relationship, as its other server must be configured with them."""
    role = "secondary" if peer.role == "primary" else "primary"
    return Endpoints(str(peer.peer_address), peer.peer_port, str(peer.address), peer.port, role)


def informed(peer: Peer, partner: EngineLook | None) -> bool:
    """Whether a partner runs with the relationship as it is declared now."""
    return (
        partner is not None
        and partner["daemon"]["running"]
        and partner["endpoints"].get(peer.name) == mirrored(peer)
    )


def unsettled(
    peers: Sequence[Peer],
    own: Relations | None,
    partners: Mapping[str, Relations | None],
    ready: frozenset[str],
    next_to_start: frozenset[str] = frozenset(),
) -> list[str]:
    """Why a server's restart is not over; empty when the next server may be restarted.

    ``ready`` are the relationships whose partner runs and knows them as they are declared: both
    ends must be together. In the others it is enough that this server serves, or waits for
    its partner. In ``next_to_start`` neither server ran: the partner starts next, and until then
    this one waits in vain.
    """
    if own is None:
        return ["cannot be asked"]
    reasons = []
    for peer in peers:
        mine = own.get(peer.name)
        if mine is not None and waits(mine):
            continue
        if peer.name in ready:
            theirs = (partners.get(peer.peer_server) or {}).get(peer.name)
            if theirs is not None and waits(theirs) and mine and mine["condition"] in SERVING:
                continue
            reasons += _apart(peer, mine, theirs)
        elif mine is None:
            reasons.append(f"has no record of the relationship {peer.name}")
        elif peer.name in next_to_start and mine["condition"] == "starting":
            continue
        elif mine["condition"] not in (*SERVING, "recovering"):
            reasons.append(sentence(peer.name, mine))
    return reasons


def not_together(
    peers: Sequence[Peer], own: Relations | None, partners: Mapping[str, Relations | None]
) -> list[str]:
    """Why the two servers of each relationship do not serve together; empty if they do."""
    if own is None:
        return ["cannot be asked"]
    reasons = []
    for peer in peers:
        theirs = partners.get(peer.peer_server)
        if theirs is None:
            reasons.append(f"{peer.peer_server}, its partner in {peer.name}, cannot be asked")
        else:
            reasons += _apart(peer, own.get(peer.name), theirs.get(peer.name))
    return reasons


def waits(relation: Relation) -> bool:
    """Whether a server waits for a time that its protocol sets, and nothing is to be done."""
    return relation["waiting"]


def waiting(peer: Peer, relation: Relation) -> str:
    """Until when a server waits, and that nothing is to be done."""
    seconds = relation["mclt"] or peer.mclt
    until = "for up to its mclt"
    if relation["since"]:
        since = datetime.fromisoformat(relation["since"])
        with suppress(OverflowError):  # of a clock that was far in the future
            until = f"until {since + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"waits {until} ({relation['state']}: its mclt of {seconds} s), because it has lost its"
        " leases or is new. Its partner serves meanwhile; nothing is to be done"
    )


def unproven(look: EngineLook, files: Sequence[ConfigFile]) -> list[str]:
    """Why a server does not prove the declared state, though it serves with its partner."""
    reasons = [f"has logged: {it}" for it in look["daemon"]["complaints"]]
    if why := stale(look, files):
        reasons.append(f"its daemon is not as declared: {why}")
    return reasons


def lost_leases(one: Mapping[str, Holder], two: Mapping[str, Holder]) -> dict[str, tuple[str, str]]:
    """By address: what each of two servers knows, where a client's lease is known to one only.

    An address that is in use on one must be in use by the same client on the other, whatever
    time that one has for it: copies lag one renewal behind.
    """
    found = {}
    for here, there in ((one, two), (two, one)):
        for address, it in here.items():
            other = there.get(address)
            if it.current and (other is None or other.hardware != it.hardware):
                known = (one.get(address), two.get(address))
                found[address] = (
                    known[0].hardware if known[0] else "free",
                    known[1].hardware if known[1] else "free",
                )
    return found


def sentence(name: str, it: Relation) -> str:
    """The state of a relationship, in words."""
    since = f" since {it['since']}" if it["since"] else ""
    return f"{name} is in {it['state']}{since}; its partner was in {it['partner_state']}"


def _apart(peer: Peer, mine: Relation | None, theirs: Relation | None) -> list[str]:
    reasons = []
    for server, it in (("", mine), (f"{peer.peer_server}: ", theirs)):
        if it is None:
            reasons.append(f"{server}has no record of the relationship {peer.name}")
        elif it["condition"] != "together":
            reasons.append(server + sentence(peer.name, it))
    return reasons
