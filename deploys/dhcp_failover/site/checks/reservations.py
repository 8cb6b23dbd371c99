"""Rules for reservations: their addresses, what identifies a client, what it gets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address

from ..addresses import Range
from ..model import Site
from ..networks import Place, PlacedReservation, PlacedSubnet
from ..options import Definition
from ..reserved import differing, settings
from ..standard_options import STANDARD
from .mistake import Mistake, reservation_at
from .networks import of_no_host, optional_routers, ranges_of

WORDS = {
    "mac": "hardware address",
    "client_identifier": "client identifier",
    "circuit_id": "circuit identifier",
    "remote_id": "remote identifier",
}
BYTES: Definition = STANDARD["dhcp-client-identifier"]


def mistakes(site: Site) -> Iterator[Mistake]:
    """Every mistake in them."""
    servers = {end.address: end.server for _, end in site.ends}
    routers = {router for _, router in optional_routers(site)}
    homes = {placed.place: _Home(placed, servers, routers) for placed in site.placed_subnets}
    for it in site.placed_reservations():
        yield from _addresses(it, homes, site)
        if it.reservation.group is not None and it.reservation.group not in site.groups:
            known = (it.reservation.group, site.groups)
            place = (*it.place, "group")
            yield Mistake(place, it.reservation.group, "unknown group", ("groups",), known)
    yield from _one_client(site)
    for home in homes.values():
        if home.reserved and len(home.placed.subnet.pools) > 1:
            yield from _ambiguous(home, site)


@dataclass
class _Home:
    """A subnet, and the addresses in it that are not free."""

    placed: PlacedSubnet
    servers: dict[IPv4Address, str]
    routers: set[IPv4Address]
    reserved: list[PlacedReservation] = field(default_factory=list)
    """The reservations that have an address in it."""

    @cached_property
    def ends(self) -> tuple[int, int]:
        network = self.placed.subnet.network
        return int(network.network_address), int(network.broadcast_address)

    @cached_property
    def ranges(self) -> tuple[list[Range], list[int], list[int]]:
        ranges = sorted(ranges_of(self.placed), key=lambda it: it.last)
        # Numbers are compared much faster, and there may be many.
        return ranges, [int(it.first) for it in ranges], [int(it.last) for it in ranges]

    @cached_property
    def own_routers(self) -> set[IPv4Address]:
        return {router for pool in self.placed.subnet.pools for router in pool.routers}

    def objection(self, address: IPv4Address) -> str | None:
        """Why ``address``, which is inside, cannot be reserved."""
        number = int(address)
        ranges, firsts, lasts = self.ranges
        at = bisect_left(lasts, number)
        if at < len(ranges) and firsts[at] <= number:
            advice = _cut(ranges[at], address)
            return f"inside the range {ranges[at]}; another client may get it; {advice}"
        if number in self.ends and self.placed.subnet.network.prefixlen < 31:
            return of_no_host(self.placed.subnet.network)
        if address in self.servers:
            return f"the address of the server {self.servers[address]}"
        if address in self.own_routers or address in self.routers:
            return "the address of a router"
        return None


def _cut(range_: Range, address: IPv4Address) -> str:
    """How a range is written without an address of it."""
    parts = [
        f"{first}-{last}" if first != last else f"{first}"
        for first, last in ((range_.first, address - 1), (address + 1, range_.last))
        if int(first) <= int(last)
    ]
    return f"write the ranges {parts}" if parts else "remove the range"


def _addresses(it: PlacedReservation, homes: dict[Place, _Home], site: Site) -> Iterator[Mistake]:
    addresses = it.reservation.address
    if not addresses:
        return
    several = len(addresses) > 1
    wires: dict[str | Place, IPv4Address] = {}
    inside = False
    for i, address in enumerate(addresses):
        path = (*it.place, "address", i) if several else (*it.place, "address")
        home = _home(address, it, homes, site)
        if home is None:
            if it.subnet is not None and not several:
                reason = f"outside its network, {it.subnet.subnet.network}"
            else:
                reason = (
                    "in none of the declared subnets; declare its subnet, or correct the address"
                )
            yield Mistake(path, str(address), reason, ("subnets", "shared_networks"))
            continue
        home.reserved.append(it)
        inside = inside or it.subnet is None or home.placed.place == it.subnet.place
        wire = home.placed.shared or home.placed.place
        if (other := wires.setdefault(wire, address)) is not address:
            reason = f"on the same wire as {other}; servers would only give one; remove the other"
            yield Mistake(path, str(address), reason)
        elif objection := home.objection(address):
            yield Mistake(path, str(address), objection)
    if several and not inside and it.subnet is not None and wires:
        reason = f"none of them is in its network, {it.subnet.subnet.network}"
        yield Mistake((*it.place, "address"), [str(address) for address in addresses], reason)


def _home(
    address: IPv4Address, it: PlacedReservation, homes: dict[Place, _Home], site: Site
) -> _Home | None:
    """The subnet that ``address`` is in; for a reservation with one address, its own or none."""
    if it.subnet is not None:
        home = homes[it.subnet.place]
        low, high = home.ends
        if low <= int(address) <= high:
            return home
        if len(it.reservation.address) == 1:
            return None
    found = site.subnet_of(address)
    return homes[found.place] if found else None


def _one_client(site: Site) -> Iterator[Mistake]:
    """Reservations that a server could not distinguish: one identifier twice on one wire."""
    seen: dict[tuple[str, str, object], Place] = {}
    for it in site.placed_reservations():
        places = _wires(it, site)
        for which, value in it.reservation.identifiers:
            key = value if which == "mac" else BYTES.encode(value).hex()
            for wire in places:
                earlier = seen.get((which, key, wire))
                seen.setdefault((which, key, wire), it.place)
                if earlier is not None:
                    where = "without an address" if wire is None else "on this wire"
                    if earlier == it.place:
                        reason = "listed twice"
                    else:
                        reason = (
                            f"already the {WORDS[which]} of {reservation_at(earlier, site)}"
                            f" {where}; a server would use only one of them; keep one"
                        )
                    yield Mistake((*it.place, which), value, reason, other=earlier)


def _wires(it: PlacedReservation, site: Site) -> list[object]:
    """The wires on which it has an address; None in place of a wire if it has no address."""
    addresses = it.reservation.address
    if not addresses:
        return [None]
    if it.subnet is not None and len(addresses) == 1:
        return [it.subnet.shared or it.subnet.place]
    homes = map(site.subnet_of, addresses)
    return [*dict.fromkeys(home.shared or home.place for home in homes if home)]


def _ambiguous(home: _Home, site: Site) -> Iterator[Mistake]:
    """Settings of only some pools, which clients with a reservation would not get."""
    subnet, shared = home.placed.subnet, home.placed.shared
    around = {**settings(site), **settings(subnet)}
    if shared:
        around |= settings(site.shared_networks[shared])
    for name, (number, value) in differing(subnet).items():
        if name in around and name != "verbatim":
            continue
        without = [it for it in home.reserved if not _sets(it, name, site)]
        if not without:
            continue
        more = f" and {len(without) - 1} more" if len(without) > 1 else ""
        what = name.removeprefix("options.")
        reason = (
            f"the pools of {subnet.network} differ in it, so clients with a reserved address would"
            f" not get it ({reservation_at(without[0].place, site)}{more}); write {what} in the"
            " subnet, with the same value in each pool, or in the reservation"
        )
        steps = name.split(".", 1)
        if name == "options.routers" and subnet.pools[number].routers:
            steps = ["routers"]
        yield Mistake((*home.placed.place, "pools", number, *steps), value, reason)


def _sets(it: PlacedReservation, name: str, site: Site) -> bool:
    group = site.groups.get(it.reservation.group or "")
    return name in settings(it.reservation) or (group is not None and name in settings(group))
