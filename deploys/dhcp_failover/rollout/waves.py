"""In which order servers change: no two partners are ever down together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


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
    """By server: all servers that it is connected with, itself among them.

    Partners, their partners, and so on.
    """
    found: dict[str, set[str]] = {}
    for one, two in pairs:
        together = found.get(one, {one}) | found.get(two, {two})
        found |= dict.fromkeys(together, together)
    return found


def wave_of(
    order: Mapping[str, int], changing: Collection[str], serving: Collection[str]
) -> dict[str, int]:
    """By server that has something to change: its wave in this run; no wave is without a server.

    ``order`` is that of :func:`waves`. Servers that serve nobody are in a first wave: a partner
    may be waiting for them. Servers that change nothing need no wave.
    """
    turns = {name: order[name] + 1 if name in serving else 0 for name in changing}
    used = sorted(set(turns.values()))
    return {name: used.index(turn) for name, turn in turns.items()}
