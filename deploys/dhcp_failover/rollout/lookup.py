"""Look up the addresses of host names, for messages that say what to write."""

from __future__ import annotations

import socket
from collections.abc import Iterable

import gevent
import gevent.socket

from ..site.host_names import explained, in_place_of_addresses
from ..site.messages import SiteError

PATIENCE = 2
"""Seconds for all names together."""


def with_addresses(error: SiteError) -> SiteError:
    """``error`` with the addresses of the host names that it has in place of addresses.

    Nothing is looked up if it has none.
    """
    names = in_place_of_addresses(error)
    return explained(error, addresses(names)) if names else error


def addresses(names: Iterable[str], seconds: float = PATIENCE) -> dict[str, list[str] | None]:
    """By name: its IPv4 addresses, possibly none; None without an answer in time."""
    asking = {name: gevent.spawn(_addresses, name) for name in names}
    gevent.joinall(list(asking.values()), timeout=seconds)
    found = {name: it.value if it.ready() else None for name, it in asking.items()}
    gevent.killall([it for it in asking.values() if not it.ready()], block=False)
    return found


def _addresses(name: str) -> list[str] | None:
    try:
        answer = gevent.socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_DGRAM)
    except socket.gaierror as error:
        return None if error.errno == socket.EAI_AGAIN else []
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(it[4][0]) for it in answer))
