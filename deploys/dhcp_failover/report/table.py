"""A site's health for people: tables that fit a terminal, a verdict, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from .files import configuration
from .health import SiteHealth, Trouble, Unreached, minute_of, not_asked, notes
from .pools import Row, rows
from .trouble import healthy, trouble

WIDTH = 80
GAP = "  "
SERVERS_HEAD = ("SERVER", "STATE", "SINCE", "FILES")
POOLS_HEAD = ("POOL", "OWNER", "SIZE", "ACTIVE", "FREE", "BACKUP", "ABAND", "USED")
SERVERS_CUT = ({0: 16}, {1: 12})
POOLS_CUT = ({1: 5}, {0: 19})
"""Columns that may be cut where a line is too long, in this order, and what is left of each."""


def table(health: SiteHealth, width: int = WIDTH) -> str:
    """Servers, pools, what was not looked at, verdicts, trouble, and a last verdict.

    What is worst comes first; of a relationship the primary is above the secondary. ``-`` is
    what is not known. No line of the tables is longer than ``width``: names are cut in the
    middle.
    """
    found = trouble(health)
    sorted_out = by_relationship(health, found)
    names = sorted(sorted_out, key=lambda name: _badness(sorted_out[name]))
    parts = [_columns(_server_rows(health, names), width, cut=SERVERS_CUT)]
    if pools := _pool_rows(health):
        parts.append(_columns(pools, width, cut=POOLS_CUT, right=range(2, 8)))
    if said := list(notes(health)):
        parts.append("\n".join(line for note in said for line in wrap(note, width)))
    parts.append("\n".join(verdict_of(health, name, sorted_out[name]) for name in names))
    if found:
        parts.append("\n".join(_sentences(found, width)))
    if found or len(names) > 1:
        parts.append(_summary(health, found, sum(map(bool, sorted_out.values()))))
    return "\n\n".join(parts)


def verdict(health: SiteHealth, relationship: str) -> str:
    """One line: ``office: normal on both, as declared``, or how much is wrong."""
    found = by_relationship(health, trouble(health))
    return verdict_of(health, relationship, found[relationship])


def by_relationship(health: SiteHealth, found: Sequence[Trouble]) -> dict[str, list[Trouble]]:
    """The trouble of each relationship, that of its servers as a whole included."""
    sorted_out: dict[str, list[Trouble]] = {name: [] for name in health.site.failover}
    for it in found:
        if it.relationship in sorted_out:
            sorted_out[it.relationship].append(it)
        else:
            for peer in health.site.peers.get(it.server, ()):
                sorted_out[peer.name].append(it)
    return sorted_out


def _badness(found: list[Trouble]) -> int:
    return 0 if not healthy(found) else 1 if found else 2


def _summary(health: SiteHealth, found: list[Trouble], wrong: int) -> str:
    """The last line: the whole site in one sentence."""
    total = len(health.site.failover)
    where = f" in {wrong} of {total} relationships" if total > 1 and wrong else ""
    missing = len(not_asked(health))
    asked = f"; {missing} of {len(health.site.peers)} servers not asked" if missing else ""
    word = "Healthy" if healthy(found) else "NOT healthy"
    if not found:
        return f"{word}: {total} relationships{asked}"
    return f"{word}{_counts(found, ': ')}{where}{asked}"


def verdict_of(health: SiteHealth, name: str, found: list[Trouble]) -> str:
    """The verdict of a relationship whose trouble is ``found``."""
    if not healthy(found):
        return f"{name}: NOT healthy{_counts(found, ': ')}"
    ends = _ends(health, name)
    relations = {end: health.relation(end, name) for end in ends}
    states = {end: its["state"] for end, its in relations.items() if its}
    if not states:
        return f"{name}: not asked"
    if len(states) < len(ends):
        where = f"{states[next(iter(states))]} on {next(iter(states))}"
    elif len(set(states.values())) == 1:
        where = f"{states[ends[0]]} on both"
    else:
        where = " and ".join(states.values())
    answers = [health.answered(end) for end in states]
    secrets = ", secrets not compared" * any(one and one["uncompared"] for one in answers)
    absent = "".join(f"; {end} was not asked" for end in ends if end not in health.servers)
    return f"{name}: {where}, as declared{secrets}{absent}{_counts(found, '; ')}"


def _counts(found: Sequence[Trouble], before: str) -> str:
    counts = []
    for severity in ("failure", "warning"):
        if count := sum(it.severity == severity for it in found):
            counts.append(f"{count} {severity}{'s' * (count > 1)}")
    return before + ", ".join(counts) if counts else ""


def _ends(health: SiteHealth, name: str) -> tuple[str, str]:
    ends = health.site.failover[name]
    return ends.primary.server, ends.secondary.server


def _server_rows(health: SiteHealth, names: Sequence[str]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [SERVERS_HEAD]
    for name in names:
        lines.append((name, "", "", ""))
        lines += [(f"{GAP}{end}", *_state(health, end, name)) for end in _ends(health, name)]
    return lines


def _state(health: SiteHealth, server: str, relationship: str) -> tuple[str, str, str]:
    """State, since when, and the files of a server."""
    if server not in health.servers:
        return "not asked", "-", "-"
    one = health.servers[server]
    if one is None or isinstance(one, Unreached):
        return "unreadable" if one else "unreachable", "-", "-"
    daemon, files = one["look"]["daemon"], configuration(one)
    if not daemon["running"]:
        return "not running" if daemon["version"] else "not installed", "-", files
    process = daemon["process"]
    relation = health.relation(server, relationship)
    if process and process["state"] in ("T", "t", "D"):
        return "hung" if process["state"] == "D" else "stopped", "-", files
    if relation is None:
        return "no record", "-", files
    return relation["state"], minute_of(relation["since"]), files


def _pool_rows(health: SiteHealth) -> list[tuple[str, ...]]:
    found = sorted(rows(health), key=_fullness)
    lines: list[tuple[str, ...]] = [_pool(row) for row in found]
    return [POOLS_HEAD, *lines] if lines else []


def _fullness(row: Row) -> float:
    return -row.use["percent"] if row.use else 1.0


def _pool(row: Row) -> tuple[str, ...]:
    owner = row.relationship or f"{row.servers[0]} alone"
    if row.use is None:
        return (row.range, owner, *["-"] * 6)
    use = row.use
    numbers = (use["size"], use["active"], use["free"], use["backup"], use["abandoned"])
    return (row.range, owner, *map(str, numbers), f"{use['percent']:.0f}%")


def _sentences(found: Sequence[Trouble], width: int) -> list[str]:
    """What is wrong, each with what to do; where that is the same, it is said once."""
    lines = []
    for it, after in zip(found, [*found[1:], None], strict=True):
        text = f"warning: {it}" if it.severity == "warning" else str(it)
        lines += wrap(text, width, subsequent_indent=GAP, break_on_hyphens=False)
        if after is None or (after.server, after.todo) != (it.server, it.todo):
            todo = f"{GAP}→ {it.todo}"
            lines += wrap(todo, width, subsequent_indent="    ", break_on_hyphens=False)
    return lines


def _columns(
    lines: Sequence[Sequence[str]],
    width: int,
    cut: Sequence[Mapping[int, int]],
    right: Sequence[int] = (),
) -> str:
    """Lines in columns; those of ``cut`` are made narrower where ``width`` asks for it."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for columns in cut:
        while sum(widths) + len(GAP) * (len(widths) - 1) > width:
            widest = max(columns, key=lambda column: widths[column] - columns[column])
            if widths[widest] <= columns[widest]:
                break
            widths[widest] -= 1
    return "\n".join(
        GAP.join(
            _short(cell, size).rjust(size) if i in right else _short(cell, size).ljust(size)
            for i, (cell, size) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _short(text: str, size: int) -> str:
    """``text`` with its middle left out, so that its beginning and its end are to be seen."""
    if len(text) <= size:
        return text
    head = size // 2
    return f"{text[:head]}…{text[len(text) - (size - head - 1) :]}"
