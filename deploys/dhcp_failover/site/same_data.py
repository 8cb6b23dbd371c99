"""Servers with equal data share one site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def by_data(servers: Iterable[tuple[str, Any]]) -> list[tuple[Any, list[str]]]:
    """Each different data, with the names of the servers that have it: they are one site.

    Servers whose data is None are left out.
    """
    found: list[tuple[Any, list[str]]] = []
    for name, data in servers:
        if data is None:
            continue
        for known, names in found:
            if _equal(known, data):
                names.append(name)
                break
        else:
            found.append((data, [name]))
    return found


def _equal(one: object, two: object) -> bool:
    """Whether the data of two servers are the same; of data that nest without end, identity."""
    try:
        return one is two or one == two
    except RecursionError:
        return False
