"""What is not as it should be between the two servers of a relationship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..engines.engine import Condition, Relation
from .health import Found, ServerHealth, SiteHealth, Trouble, epoch, minute, minute_of
from .server import APPLY, untouched

if TYPE_CHECKING:
    from ..site.relationships import Peer

CLOCKS_WARN = 30
"""Seconds between two clocks from which there is a warning."""


def pair_trouble(health: SiteHealth, server: str) -> Iterator[Trouble]:
    """What is wrong with the relationships of ``server``, as it sees them.

    What only both servers together can show comes with the primary.
    """
    mine = health.answered(server)
    if mine is None or untouched(mine):
        return
    for found, relationship in _undeclared(health, server, mine):
        yield Trouble(found[0], server, relationship, *found[1:])
    for peer in health.site.peers[server]:
        for check in (_state, _records, _link, _partner):
            for code, text, todo in check(health, server, mine, peer):
                yield Trouble(code, server, peer.name, text, todo)
        theirs = health.answered(peer.peer_server)
        if peer.role == "primary" and theirs is not None:
            yield from _clocks(health, server, mine, theirs, peer)
            for code, text, todo in _twins(health, mine, theirs, peer):
                yield Trouble(code, server, peer.name, text, todo)


def _state(health: SiteHealth, server: str, mine: ServerHealth, peer: Peer) -> Iterator[Found]:
    if not mine["look"]["daemon"]["running"]:
        return
    own = health.relation(server, peer.name)
    if own is None:
        text = f"{health.engine.DAEMON_NAME} runs without {peer.name}"
        yield "no-relationship", text, APPLY
    elif own["condition"] != "together":
        since = f" since {minute_of(own['since'])}" if own["since"] else ""
        theirs = health.relation(peer.peer_server, peer.name)
        condition = theirs["condition"] if theirs else None
        text = f"{peer.name} is in {own['state']}{since}"
        if own["waiting"]:
            yield "recover-wait", text, _wait(own, peer)
        else:
            asked = peer.peer_server in health.servers
            todo = TODO[own["condition"], condition] if asked else ASK_BOTH
            filled = todo.format(partner=peer.peer_server, port=peer.peer_port)
            yield own["condition"], text, filled


def _wait(own: Relation, peer: Peer) -> str:
    seconds = own["mclt"] or peer.mclt
    until = f" until {minute(epoch(own['since']) + seconds)}" if own["since"] else ""
    return f"Nothing is to be done: it is silent{until}, and {peer.peer_server} answers everybody."


SOON = "Run status again in a minute."
NETWORK = "Check the network between the two servers: TCP port {port} has to pass both ways."
BRING_BACK = "It answers everybody. Bring {partner} back before its own free addresses are used up."
ASK_BOTH = "Run status for {partner} as well: it was not asked."
LOOK_UP = "Nobody answers clients. Look the two states up in docs/health.md."
TODO: dict[tuple[Condition, Condition | None], str] = {
    ("alone", "together"): SOON,
    ("alone", "alone"): f"Both answer clients. {NETWORK}",
    ("alone", "starting"): SOON,
    ("alone", "recovering"): "Nothing yet: it answers everybody until {partner} has caught up.",
    ("alone", "down"): "It answers everybody. See what is said of {partner}.",
    ("alone", None): BRING_BACK,
    ("starting", "together"): SOON,
    ("starting", "alone"): SOON,
    ("starting", "starting"): SOON,
    ("starting", "recovering"): SOON,
    ("starting", "down"): f"{SOON} See what is said of {{partner}}.",
    ("starting", None): "It answers clients 15 seconds after its start. Bring {partner} back.",
    ("recovering", "together"): SOON,
    ("recovering", "alone"): f"{{partner}} answers everybody. If it lasts for minutes: {NETWORK}",
    ("recovering", "starting"): SOON,
    ("recovering", "recovering"): f"Nobody answers clients. If it lasts for a minute: {NETWORK}",
    ("recovering", "down"): LOOK_UP,
    ("recovering", None): "It is silent until {partner} answers. Bring {partner} up.",
    ("down", "together"): SOON,
    ("down", "alone"): "{partner} answers everybody. Look this state up in docs/health.md.",
    ("down", "starting"): f"{SOON} Look this state up in docs/health.md.",
    ("down", "recovering"): LOOK_UP,
    ("down", "down"): LOOK_UP,
    ("down", None): "It is silent. Look this state up in docs/health.md.",
}
"""What to do, by the conditions of a server and of its partner; None: the partner does not say."""


def _records(health: SiteHealth, server: str, mine: ServerHealth, peer: Peer) -> Iterator[Found]:
    own = health.relation(server, peer.name)
    theirs = health.relation(peer.peer_server, peer.name)
    if not own or not theirs or own["condition"] != "together":
        return
    todo = f"{SOON} If it stays: {NETWORK.format(port=peer.peer_port)}"
    if theirs["condition"] != "together":
        text = f"it says that {peer.name} is in {own['state']}, {peer.peer_server} says"
        yield "records-disagree", f"{text} {theirs['state']}", todo
    elif own["partner_condition"] != theirs["condition"]:
        text = f"its record of {peer.peer_server} in {peer.name} is {own['partner_state']}"
        yield "records-disagree", f"{text}, {peer.peer_server} says {theirs['state']}", todo


def _link(health: SiteHealth, server: str, mine: ServerHealth, peer: Peer) -> Iterator[Found]:
    if not health.together(server, peer.name):
        return
    theirs = health.relation(peer.peer_server, peer.name)
    if theirs and theirs["condition"] != "together":
        return
    if mine["look"]["links"].get(peer.name) is False:
        text = f"{peer.name} says that all is well, but has no connection to {peer.peer_server}"
        yield "not-connected", text, NETWORK.format(port=peer.peer_port)


def _partner(health: SiteHealth, server: str, mine: ServerHealth, peer: Peer) -> Iterator[Found]:
    partner = health.answered(peer.peer_server)
    for known in mine["system"]["memory"]["partners"]:
        machine = partner["system"]["machine_id"] if partner else ""
        if known.relationship == peer.name and machine and known.machine not in ("", machine):
            text = f"{peer.peer_server} is another machine than at the last proof of {peer.name}"
            yield "partner-replaced", text, APPLY
    declared = (str(peer.peer_address), peer.peer_port)
    for former in mine["system"]["memory"]["former"]:
        again = (former.address, former.port) == declared
        if former.relationship == peer.name and former.answers and not again:
            text = (
                f"the former partner {former.address} of {peer.name} still answers on port"
                f" {former.port}: two servers may give out one range"
            )
            todo = f"Stop and disable {health.engine.UNIT} on {former.address}."
            yield "former-partner", text, todo


def _undeclared(
    health: SiteHealth, server: str, mine: ServerHealth
) -> Iterator[tuple[Found, str | None]]:
    """Partners of the running daemon that the data does not name."""
    if not mine["look"]["daemon"]["running"]:
        return
    peers = {peer.name: peer for peer in health.site.peers[server]}
    for name, ends in mine["look"]["endpoints"].items():
        peer = peers.get(name)
        if peer is None:
            text = f"it has a relationship {name} with {ends.peer_address} that is not declared"
            yield ("undeclared-partner", text, APPLY), None
        elif ends.peer_address != str(peer.peer_address):
            text = (
                f"in {name} its partner is {ends.peer_address}; declared is {peer.peer_address}"
                f" ({peer.peer_server})"
            )
            yield ("undeclared-partner", text, APPLY), name


def _clocks(
    health: SiteHealth, server: str, mine: ServerHealth, theirs: ServerHealth, peer: Peer
) -> Iterator[Trouble]:
    one, two = mine["system"]["clock"], theirs["system"]["clock"]
    if one is None or two is None or abs(one - two) < CLOCKS_WARN:
        return
    wrong, other = (server, peer.peer_server)
    if abs(two) > abs(one):
        one, two, wrong, other = two, one, other, wrong
    which = "ahead of" if one > two else "behind"
    text = f"its clock is {abs(one - two):.0f} s {which} that of {other}"
    apart = abs(one - two) >= health.engine.CLOCKS_APART
    code = "clocks-apart" if apart else "clocks-drifting"
    todo = "Set the clocks by NTP; check with timedatectl on both servers."
    yield Trouble(code, wrong, peer.name, text, todo)


def _twins(
    health: SiteHealth, mine: ServerHealth, theirs: ServerHealth, peer: Peer
) -> Iterator[Found]:
    """What two servers of a relationship must have alike, or must not."""
    one, two = (it["look"]["daemon"]["version"] for it in (mine, theirs))
    if one and two and one != two:
        text = f"it has {health.engine.DAEMON_NAME} {one}, {peer.peer_server} has {two}"
        yield "versions-differ", text, "Upgrade the older one: partners need the same version."
    machine = mine["system"]["machine_id"]
    if machine and machine == theirs["system"]["machine_id"]:
        text = f"it has the same machine-id as {peer.peer_server}: one is a copy of the other"
        todo = "Remove /etc/machine-id on the copy, run systemd-machine-id-setup there, reboot it."
        yield "same-machine", text, todo
