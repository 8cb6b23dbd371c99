"""What is wrong with a server, or between it and its partners, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..engines.dhcpd import paths
from ..site.model import Peer
from ..system.survey import System

CLOCK_WARNING, CLOCK_FAILURE = 30, 60
"""Seconds between two clocks; dhcpd refuses its partner beyond 60 (failover.c)."""


def unsupported(system: System) -> Iterator[str]:
    """Why dhcpd cannot be run on a server at all; a sentence each."""
    if system["id"] == "debian" and system["version"] not in ("12", "13"):
        yield f"{system['name']} has no {paths.PACKAGE}; Debian 12 and 13 are the last that do"
    elif system["id"] != "debian" or not system["apt"] or not system["systemd"]:
        yield f"{system['name']} is not supported; Debian 12 and 13 with systemd and apt are"
    elif system["user"] != 0:
        yield "commands run as an ordinary user there; root is needed: add --sudo"
    elif system["absent"]:
        yield (
            f"its package sources have no {paths.PACKAGE}; Debian's own (main) are needed in"
            " /etc/apt/sources.list"
        )


def unready(system: System, peers: Sequence[Peer], declared: Sequence[str] | None) -> Iterator[str]:
    """Why a server cannot be its part of the relationships ``peers``; a sentence each.

    ``declared`` are the interfaces that it is to serve on, None to go by its addresses.
    """
    interfaces = system["interfaces"]
    for peer in peers:
        if str(peer.address) not in interfaces:
            yield (
                f"{peer.address}, declared as its address in the relationship {peer.name}, is not"
                f" on this server; it has {', '.join(interfaces) or 'none'}"
            )
    for name in declared or served(system, peers):
        if name not in system["links"] and system["links"]:
            yield f"it has no interface {name}; it has {', '.join(system['links'])}"
        elif "down" in system["links"].get(name, ""):
            yield f"its interface {name} is {system['links'][name]}; it has to be up to serve on"
    wanted = {("udp", 67): "DHCP"} | {
        ("tcp", peer.port): f"the relationship {peer.name}" for peer in peers
    }
    for protocol, port, program in sorted(set(system["listeners"])):
        use = wanted.get((protocol, port))
        if use and program != "dhcpd":
            yield (
                f"{program} listens on {protocol.upper()} port {port}, which {use} needs; stop it"
                " or give it another port"
            )


def served(system: System, peers: Sequence[Peer]) -> list[str]:
    """The interfaces that have the server's failover addresses."""
    found = system["interfaces"]
    return sorted({found[str(it.address)] for it in peers if str(it.address) in found})


def mismatched(system: System, partners: Mapping[str, System]) -> Iterator[str]:
    """What a server and its ``partners``, by name, cannot disagree on; a sentence each."""
    for name, partner in partners.items():
        apart = _apart(system, partner)
        if apart >= CLOCK_FAILURE:
            yield (
                f"its clock and that of {name} are {apart:.0f} seconds apart; partners"
                f" refuse each other from {CLOCK_FAILURE} on: have both keep time"
            )
        mine, other = system["dhcpd"], partner["dhcpd"]
        if mine and other and mine != other:
            yield f"it has dhcpd {mine} and {name} has {other}; both need the same version"


def warnings(
    system: System, partners: Mapping[str, System], peers: Sequence[Peer]
) -> Iterator[str]:
    """What may become a failure later; a sentence each."""
    for peer in peers:
        if seconds := peer.relationship.auto_partner_down:
            yield (
                f"{seconds} seconds after it lost sight of {peer.peer_server} it gives out the"
                f" addresses of that one too (auto_partner_down of {peer.name}): not safe where"
                " both can live and not see each other"
            )
    for name, partner in partners.items():
        if CLOCK_WARNING <= (apart := _apart(system, partner)) < CLOCK_FAILURE:
            yield (
                f"its clock and that of {name} are {apart:.0f} seconds apart; from {CLOCK_FAILURE}"
                " on they refuse each other"
            )


def _apart(one: System, two: System) -> float:
    if one["clock"] is None or two["clock"] is None:
        return 0
    return abs(one["clock"] - two["clock"])
