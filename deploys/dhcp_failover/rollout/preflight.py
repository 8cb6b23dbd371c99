"""What is wrong with a server, or between it and its partners, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..engines.engine import Engine, EngineLook
from ..report.hearing import heard_on
from ..system.survey import System

if TYPE_CHECKING:
    from ..site.model import Site
    from ..site.networks import Subnet
    from ..site.relationships import Peer

CLOCK_WARNING = 30
"""Seconds between two clocks from which a run warns."""
EVERYWHERE = ("0.0.0.0", "*", "[::]")  # noqa: S104 # read, not bound to
"""How ss(8) prints a socket that is bound to no address."""
LITTLE_SPACE, NO_SPACE = 100_000_000, 1_000_000
"""Bytes left for leases: from where a run warns, and from where it fails."""


def unsupported(system: System, look: EngineLook, engine: Engine) -> Iterator[str]:
    """Why the engine cannot run on a server at all."""
    supported = " and ".join(engine.RELEASES)
    package = engine.PACKAGE
    if system["user"] != 0:
        yield "commands run as an ordinary user there; root is needed: add --sudo"
    elif system["id"] == "debian" and system["version"] not in engine.RELEASES:
        yield f"{system['name']} has no {package}; Debian {supported} are the last that do"
    elif system["id"] != "debian" or not system["apt"] or not system["systemd"]:
        yield f"{system['name']} is not supported; Debian {supported} with systemd and apt are"
    elif look["absent"]:
        yield (
            f"its package sources have no {package}; Debian's own (main) are needed in"
            " /etc/apt/sources.list"
        )


def unready(
    system: System,
    look: EngineLook,
    peers: Sequence[Peer],
    served_on: Sequence[str],
    engine: Engine,
) -> Iterator[str]:
    """Why a server cannot take its part in the relationships ``peers``."""
    mine = addresses(system)
    for peer in peers:
        if peer.address not in mine:
            yield (
                f"{peer.address}, declared as its address in the relationship {peer.name}, is not"
                f" on this server; it has {', '.join(map(str, mine)) or 'none'}"
            )
    for name in served_on:
        if name not in system["links"] and system["links"]:
            yield f"it has no interface {name}; it has {', '.join(system['links'])}"
        elif "down" in system["links"].get(name, ""):
            yield f"its interface {name} is {system['links'][name]}; it must be up"
        elif name in system["links"] and name not in system["interfaces"].values():
            yield f"its interface {name} has no IPv4 address; it needs one to serve on"
    yield from _in_the_way(system, look, peers, served_on, engine)
    yield from _masked(look, engine)
    for path, it in look["files"].items():
        if not it["sha256"] and not look["daemon"]["masked"]:  # a masked unit is a link to nothing
            yield f"{path} is a directory, or something else that is not a file; move it away"
    yield from _without_leases(look)


def _in_the_way(
    system: System,
    look: EngineLook,
    peers: Sequence[Peer],
    served_on: Sequence[str],
    engine: Engine,
) -> Iterator[str]:
    """Other programs where this server's daemon has to listen."""
    process = look["daemon"]["process"]
    own = {process["pid"]} if process else set()
    for other in look["daemon"]["others"]:
        if other["pid"] in own or not (where := heard_on(other, served_on, system)):
            continue
        unit = f", unit {other['unit']}" if other["unit"] else ""
        yield (
            f"another DHCP server runs on it: {other['command']} (process {other['pid']}{unit})"
            f" hears clients on {', '.join(where)}; stop and disable it, or have it serve on other"
            " interfaces"
        )
    wanted = {peer.port: peer for peer in peers}
    for protocol, port, address, program, pid in system["listeners"]:
        peer = wanted.get(port)
        if protocol != "tcp" or peer is None or pid in own:
            continue
        if address in (*EVERYWHERE, str(peer.address)):
            yield (
                f"{program} (process {pid}) listens on TCP port {port}, which the relationship"
                f" {peer.name} needs; stop it or give it another port"
            )


def _masked(look: EngineLook, engine: Engine) -> Iterator[str]:
    if look["daemon"]["masked"]:
        yield (
            f"its unit {engine.UNIT} is masked, so an administrator keeps DHCP from starting there;"
            f" if it may start: systemctl unmask {engine.UNIT}"
        )
    if look["daemon"]["drop_ins"]:
        yield (
            f"its unit {engine.UNIT} is changed by {', '.join(look['daemon']['drop_ins'])}, so it"
            " would not run as declared; remove that, or what in it changes how the daemon starts"
        )
    for it in look["legacy"]:
        what, _, rest = it.partition(" ")
        if what == "v6":
            yield (
                f"its old start script also runs a DHCPv6 server ({rest}), which would end; give"
                " that a unit first, and empty INTERFACESv6 in its defaults file"
            )


def _without_leases(look: EngineLook) -> Iterator[str]:
    storage = look["storage"]
    if not look["daemon"]["version"]:
        return
    if not storage["writable"]:
        yield f"its lease file cannot be written: {storage['why']}"
    elif storage["free"] < NO_SPACE:
        yield (
            f"the file system of its lease file is full ({storage['free']} bytes left); free some"
            " space there"
        )


def addresses(system: System) -> list[IPv4Address]:
    """All IPv4 addresses of a server."""
    return [IPv4Address(it.address) for it in system["addresses"]]


def served(site: Site, server: str, system: System | None, before: Sequence[str] = ()) -> list[str]:
    """The interfaces that a server serves on: those declared, or those that its networks need.

    These have an address in a network with pools or reservations. Where other networks are
    reached through relays only, the interface of the failover address is one too. One of
    ``before`` that has lost its address is still one: nobody has declared that it goes.
    """
    if declared := site.interfaces.get(server):
        return list(declared)
    if system is None:
        return []
    networks = [
        subnet.network
        for subnet in _subnets(site, server)
        if subnet.pools or subnet.reservations or subnet.network in site.reserved_networks
    ]
    ends = {peer.address for peer in site.peers.get(server, ())}
    found, reached, own = set(), set(), set()
    for it in system["addresses"]:
        address = IPv4Address(it.address)
        if address in ends:
            own.add(it.interface)
        inside = [network for network in networks if address in network]
        if inside:
            found.add(it.interface)
            reached.update(inside)
    if not found or len(reached) < len(set(networks)):
        found |= own
        found |= set(before) - {it.interface for it in system["addresses"]}
    return sorted(found)


def _subnets(site: Site, server: str) -> Iterator[Subnet]:
    networks = site.networks_for(server)
    yield from networks.subnets
    for subnets in networks.shared_networks.values():
        yield from subnets


def mismatched(
    system: System,
    look: EngineLook,
    partners: Mapping[str, tuple[System, EngineLook]],
    engine: Engine,
) -> Iterator[str]:
    """In what a server differs from its ``partners``, by name, though it must not."""
    for name, (partner, theirs) in partners.items():
        apart = _apart(system, partner)
        if apart >= engine.CLOCKS_APART:
            yield (
                f"its clock and that of {name} are {apart:.0f} seconds apart; partners"
                f" refuse each other from {engine.CLOCKS_APART} on: set both clocks by NTP"
            )
        mine, other = look["daemon"]["version"], theirs["daemon"]["version"]
        if mine and other and mine != other:
            yield (
                f"it has {engine.DAEMON_NAME} {mine} and {name} has {other}; both need the same"
                " version"
            )
        if system["machine_id"] and system["machine_id"] == partner["machine_id"]:
            yield (
                f"it has the same machine-id as {name}: one is a copy of the other. Remove"
                " /etc/machine-id there and run systemd-machine-id-setup, then reboot it"
            )


def warnings(
    system: System,
    look: EngineLook,
    partners: Mapping[str, tuple[System, EngineLook]],
    peers: Sequence[Peer],
    engine: Engine,
) -> Iterator[str]:
    """What may become a failure later."""
    for peer in peers:
        if seconds := peer.relationship.auto_partner_down:
            yield (
                f"{seconds} seconds after it lost sight of {peer.peer_server} it gives out the"
                f" addresses of that one too (auto_partner_down of {peer.name}): not safe where"
                " both can live and not see each other"
            )
    for name, (partner, _) in partners.items():
        if CLOCK_WARNING <= (apart := _apart(system, partner)) < engine.CLOCKS_APART:
            yield (
                f"its clock and that of {name} are {apart:.0f} seconds apart; from"
                f" {engine.CLOCKS_APART} on they refuse each other"
            )
    for it in look["legacy"]:
        what, _, rest = it.partition(" ")
        if what != "v6":
            yield f"its old start script is set up with {rest}, which this project does not use"
    if look["daemon"]["version"] and NO_SPACE <= look["storage"]["free"] < LITTLE_SPACE:
        megabytes = look["storage"]["free"] // 1_000_000
        yield f"only {megabytes} MB are left on the file system of its lease file"


def _apart(one: System, two: System) -> float:
    if one["clock"] is None or two["clock"] is None:
        return 0
    return abs(one["clock"] - two["clock"])
