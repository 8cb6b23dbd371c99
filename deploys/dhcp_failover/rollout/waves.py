"""In which order servers change, so that no two partners are ever down together."""

from __future__ import annotations

from collections.abc import Iterable


def waves(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """By server: the number of its wave, from 0.

    ``pairs`` are the partners. No two of them are in one wave; servers of one wave
    can change at the same time. Greedy colouring, the server with the most
    partners first: two waves for separate pairs and for hubs with branches.
    """
    partners: dict[str, list[str]] = {}
    for one, two in pairs:
        partners.setdefault(one, []).append(two)
        partners.setdefault(two, []).append(one)
    found: dict[str, int] = {}
    for server in sorted(partners, key=lambda it: -len(partners[it])):
        taken = {found[it] for it in partners[server] if it in found}
        found[server] = next(it for it in range(len(taken) + 1) if it not in taken)
    return found


def connected(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """By server: all that it is connected with, itself among them: partners, and theirs in turn."""
    found: dict[str, set[str]] = {}
    for one, two in pairs:
        together = found.get(one, {one}) | found.get(two, {two})
        found |= dict.fromkeys(together, together)
    return found
