"""On which interfaces DHCP servers hear clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from ..engines.engine import Process
from ..system.survey import System

EVERYWHERE = (IPv4Address(0), IPv4Address("255.255.255.255"))
"""A socket on one of these hears broadcasts on every interface."""


def unheard(process: Process | None, needed: Sequence[str], system: System) -> list[str]:
    """Of the interfaces ``needed`` that have an address: where a daemon does not hear clients.

    It hears where it takes packets off: an interface that had no address when it started, or
    was made anew since then, is not among those.
    """
    if process is None:
        return []
    there = {it.interface for it in system["addresses"]}
    return [it for it in needed if it in there and it not in process["interfaces"]]


def heard_on(process: Process, needed: Sequence[str], system: System) -> list[str]:
    """Where another process hears the clients of the interfaces ``needed``; empty if nowhere.

    It counts by its process, device and address, whatever it is called. One that takes packets
    off interfaces hears them there alone, whatever its sockets are bound to. Any other is judged
    by the device and the address of its sockets on UDP port 67.
    """
    if process["interfaces"]:
        return [it for it in process["interfaces"] if it in needed]
    return [it for it in process["port67"] if _is_heard(it, needed, system)]


def _is_heard(listening: str, needed: Sequence[str], system: System) -> bool:
    address, _, device = listening.partition("%")
    if device:
        return device in needed
    try:
        ip = IPv4Address(address.strip("[]"))
    except AddressValueError:  # * and ::, which take IPv4 too
        return True
    if ip in EVERYWHERE:
        return True
    return any(it in needed for it in _owners(ip, system))


def _owners(ip: IPv4Address, system: System) -> Iterator[str]:
    """The interfaces that have an address, or are in the network that it is the broadcast of."""
    for it in system["addresses"]:
        network = IPv4Network(f"{it.address}/{it.prefix}", strict=False)
        if ip in (IPv4Address(it.address), network.broadcast_address):
            yield it.interface
