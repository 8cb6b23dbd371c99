"""Changes that would give one address to two clients in between, and the steps that do not.

While a change reaches one server after the other, the two servers of a relationship must never
disagree about who gives out an address, nor about which of them is the primary
(the failover protocol's draft, section 5; failover.c).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from ..engines.engine import Endpoints, LiveRange, PoolUse

if TYPE_CHECKING:
    from ..site.model import Site
    from ..site.relationships import Peer

SHOWN = 10
"""How many ranges a sentence names."""


class Live(NamedTuple):
    """What is installed on a server today."""

    running: bool
    ranges: Sequence[LiveRange]
    endpoints: Mapping[str, Endpoints]
    pools: Sequence[PoolUse] | None
    """The use of its ranges; None where it is not known."""
    first_time: bool
    """Whether it has never recorded a lease."""


class Owner(NamedTuple):
    """Who gives out a range: a relationship, by name and the addresses of its ends, or a server."""

    relationship: str
    ends: frozenset[str]
    server: str

    def same(self, other: Owner, declared: Collection[frozenset[str]]) -> bool:
        """A relationship stays the same under another name, or at other addresses.

        ``declared`` are the ends of all declared ones. Two that exchange their names are the same
        by their ends.
        """
        if self.relationship and other.relationship:
            by_name = self.relationship == other.relationship and self.ends not in declared
            return by_name or self.ends == other.ends
        return self.relationship == other.relationship and self.server == other.server


def unsafe(site: Site, lives: Mapping[str, Live], running: set[str]) -> dict[str, list[str]]:
    """By server: why the declared change cannot be made in one go, each with the steps to take.

    ``lives`` are servers whose configuration would change; ``running`` are the names of all
    servers of the site whose daemon runs, or may run.
    """
    found: dict[str, list[str]] = {}
    for name, live in lives.items():
        reasons = [*_swapped(site, name, live, running), *_moved(site, name, live, lives, running)]
        if reasons:
            found[name] = list(dict.fromkeys(reasons))
    return found


def _swapped(site: Site, name: str, live: Live, running: set[str]) -> Iterator[str]:
    for peer in site.peers.get(name, ()):
        before = _before(peer, live)
        if before is None or before.role in ("", peer.role) or not live.running:
            continue
        yield (
            f"it is the {before.role} of {peer.name} today, and the data make it the {peer.role}:"
            " in between, both would have the same role, and give one address to two clients."
            f" Steps: stop DHCP on {_primary(peer, before)}, 2 seconds later on the other server"
            ", then apply to both at once; nobody is answered from the second stop until the"
            " apply has started them"
        )


def _primary(peer: Peer, before: Endpoints) -> str:
    return "this server" if before.role == "primary" else peer.peer_server


def _before(peer: Peer, live: Live) -> Endpoints | None:
    ends = {str(peer.address), str(peer.peer_address)}
    return next(
        (it for it in live.endpoints.values() if {it.address, it.peer_address} == ends),
        live.endpoints.get(peer.name),
    )


def _moved(
    site: Site, name: str, live: Live, lives: Mapping[str, Live], running: set[str]
) -> Iterator[str]:
    declared = sorted(_declared(site), key=lambda it: it[0])
    ends = {it.ends for _, _, it in declared}
    moves: dict[tuple[Owner, Owner], list[LiveRange]] = {}
    for a_range in live.ranges:
        first, last = (int(IPv4Address(it)) for it in (a_range.first, a_range.last))
        before = _owner_of(a_range, name, live)
        for after in _overlapping(declared, first, last):
            if before.same(after, ends) or not _used(live):
                continue
            if _becomes_a_pair(site, name, before, after, live, lives):
                continue
            involved = _servers(site, before) | _servers(site, after) | {name}
            knowing = (_servers(site, before) | {name}) & _servers(site, after)
            stopped = not involved & running
            if stopped and knowing and after.relationship not in live.endpoints:
                continue
            moves.setdefault((before, after), []).append(a_range)
    for (before, after), ranges in moves.items():
        involved = _servers(site, before) | _servers(site, after) | {name}
        knowing = (_servers(site, before) | {name}) & _servers(site, after)
        yield _steps(ranges, before, after, involved, knowing)


def _declared(site: Site) -> Iterator[tuple[int, int, Owner]]:
    for place in site.placed_subnets:
        for pool in place.subnet.pools:
            for it in pool.ranges:
                yield int(it.first), int(it.last), _declared_owner(site, pool.failover, pool.server)


def _declared_owner(site: Site, relationship: str | None, server: str | None) -> Owner:
    if relationship is None:
        return Owner("", frozenset(), server or "")
    pair = site.failover[relationship]
    ends = frozenset({str(pair.primary.address), str(pair.secondary.address)})
    return Owner(relationship, ends, "")


def _owner_of(it: LiveRange, server: str, live: Live) -> Owner:
    if not it.relationship:
        return Owner("", frozenset(), server)
    ends = live.endpoints.get(it.relationship)
    both = frozenset({ends.address, ends.peer_address}) if ends else frozenset()
    return Owner(it.relationship, both, "")


def _overlapping(
    declared: Sequence[tuple[int, int, Owner]], first: int, last: int
) -> Iterator[Owner]:
    """Whose the ranges are that share addresses; all sorted by their first, without overlaps."""
    low, high = 0, len(declared)
    while low < high:
        middle = (low + high) // 2
        if declared[middle][1] < first:
            low = middle + 1
        else:
            high = middle
    while low < len(declared) and declared[low][0] <= last:
        yield declared[low][2]
        low += 1


def _used(live: Live) -> bool:
    """Whether clients hold addresses of a server: at any moment one may come for any of them."""
    return not live.first_time and (live.pools is None or any(it["active"] for it in live.pools))


def _becomes_a_pair(
    site: Site, name: str, before: Owner, after: Owner, live: Live, lives: Mapping[str, Live]
) -> bool:
    """Whether a server that has no partner gets one that has no leases: a safe change.

    The new one waits; the old one enters the relationship without a record, so that both
    send each other all that they know.
    """
    if before.relationship or not after.relationship or live.endpoints:
        return False
    peers = [it for it in site.peers.get(name, ()) if it.name == after.relationship]
    if not peers:
        return False
    partner = lives.get(peers[0].peer_server)
    return partner is None or partner.first_time or not partner.running


def _servers(site: Site, owner: Owner) -> set[str]:
    if not owner.relationship:
        return {owner.server}
    for name, pair in site.failover.items():
        ends = frozenset({str(pair.primary.address), str(pair.secondary.address)})
        if name == owner.relationship or ends == owner.ends:
            return {pair.primary.server, pair.secondary.server}
    return set()


def _steps(
    ranges: Sequence[LiveRange],
    before: Owner,
    after: Owner,
    involved: set[str],
    knowing: set[str],
) -> str:
    """``knowing`` are the servers that have the leases and will have the ranges.

    They stop last: what the others give out until they stop reaches them.
    """
    shown = ", ".join(f"{it.first}-{it.last}" for it in ranges[:SHOWN])
    more = f" and {len(ranges) - SHOWN} more ranges" if len(ranges) > SHOWN else ""
    belong, them = ("belongs", "it") if len(ranges) == 1 else ("belong", "them")
    what = (
        f"{shown}{more} {belong} to {_named(before)} today and to {_named(after)} in the data, and"
        " clients hold addresses: "
    )
    if not knowing:
        return (
            f"{what}{_named(after)} does not know them, and would give them out again. Steps: put"
            f" {them} into a relationship of a server that has {them} and one that is to have"
            f" {them}, and apply; then declare {them} as now, and apply again"
        )
    rename = (
        f"give the relationship {after.relationship} a new name in the data, "
        if after.relationship
        else ""
    )
    servers = ", then 2 seconds later on ".join([*sorted(involved - knowing), *sorted(knowing)])
    return (
        f"{what}in between, two servers would give out the same addresses. Steps:"
        f" {rename}stop DHCP on {servers}, then apply to all of them at"
        " once; nobody is answered from the last stop until the apply has started them"
    )


def _named(owner: Owner) -> str:
    if owner.relationship:
        return f"the relationship {owner.relationship}"
    return f"{owner.server} alone"
