"""What a server does with regard to its partners: it asks how they are, waits, goes ahead or not.

Everything here is called while operations are executed, of servers that are what they are
at that moment, and prints why it fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from io import StringIO
from typing import NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from gevent.lock import BoundedSemaphore  # type: ignore[import-untyped]
from pyinfra import logger
from pyinfra.api import FactBase
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.facts import get_fact
from pyinfra.api.host import Host
from pyinfra.api.state import State

from ..engines.dhcpd.answers import NO_RECORD, SERVING, Link
from ..engines.dhcpd.answers import Daemon as DaemonState
from ..engines.dhcpd.answers import Failover as FailoverState
from ..facts import Daemon, DaemonLog, Failover, FileState, Links, Verdict
from ..system.survey import digest

Result = TypeVar("Result")

OVERRIDE = "dhcp_go_dark"
"""The data that lets a server restart while its partner does not serve."""
POLL = 0.2
"""Seconds between two looks at a lease file: dhcpd tells its state in no other way."""
NOTICE = 1.0
"""Seconds within which servers notice that the connection between them was broken."""
HELD = 1.2
"""Seconds, and a little, for which dhcpd holds an offer back while it looks if its address is
in use (dhcpd.conf(5), ``ping-timeout``). Together with ``NOTICE`` and a restart less than the 5
after which servers connect again (failover.c)."""


class Candidate(NamedTuple):
    """A file that a run is about to put somewhere, and who has to accept it there."""

    path: str
    content: str
    program: str
    """What the check needs, as on the ``PATH``."""
    check: str
    """A command that names the candidate as :func:`.shell.candidate` does."""


_candidates: WeakKeyDictionary[State, dict[str, list[Candidate]]] = WeakKeyDictionary()
_refusals: WeakKeyDictionary[State, dict[str, list[str]]] = WeakKeyDictionary()
_asking: WeakKeyDictionary[State, dict[str, BoundedSemaphore]] = WeakKeyDictionary()


def propose(state: State, host: Host, candidates: list[Candidate]) -> None:
    """Tell the run what it is about to put on a server; :func:`accepted` asks about that."""
    _candidates.setdefault(state, {})[host.name] = candidates


def accepted(
    state: State, host: Host, replaced: Sequence[str], servers: Collection[str], live: bool
) -> bool:
    """Whether none of ``servers`` that are part of the run refuses its candidates, or failed."""
    stay = f"{', '.join(replaced)} {'stay as they are' if len(replaced) > 1 else 'stays as it is'}"
    for name in sorted(servers, key=lambda it: (it != host.name, it)):
        server = state.inventory.get_host(name)
        # A fresh server goes on where one that had no objection fails later: it may wait for this.
        if server in state.failed_hosts and (live or name not in _refusals.get(state, {})):
            _fail(host, f"{stay}, because {name} failed in this run; apply again, or use --limit")
            return False
        if name not in _candidates[state]:
            continue  # no part of the run
        if refusal := _refusal(state, host, server):
            for line in refusal:
                _fail(host, line)
            _fail(host, f"{stay}" + ("" if server is host else f", because {name} refuses"))
            return False
    return True


def _refusal(state: State, host: Host, server: Host) -> list[str]:
    """What a server says against its candidates, asked once a run; empty if it accepts them."""
    known = _refusals.setdefault(state, {})
    with _asking.setdefault(state, {}).setdefault(server.name, BoundedSemaphore()):
        if server.name in known:
            return known[server.name]
        said: list[str] = []
        for it in _candidates[state][server.name]:
            asked = {"path": it.path, "program": it.program, "check": it.check}
            # Of a text pyinfra would print, with --verbose, all of it.
            answer = _ask(state, server, Verdict, **asked, _stdin=StringIO(it.content))
            verdict, *words = answer or ["refused", "it cannot be reached"]
            if verdict == "untried":
                if server is not host:
                    return said  # it will ask for itself when it has the program
                words = [f"it has no {it.program}"]
            if verdict != "accepted":
                said += [f"{server} refuses the new {it.path}:", *(f"  {line}" for line in words)]
        known[server.name] = said
    return said


def as_planned(
    state: State, host: Host, path: str, partners: Mapping[str, Collection[str]]
) -> bool:
    """Whether each partner has one of the ``allowed`` files at ``path``, and has not failed."""
    for name, allowed in partners.items():
        server = state.inventory.get_host(name)
        if server in state.failed_hosts:
            trouble = "failed in this run"
        elif server not in state.active_hosts:
            continue
        else:
            installed = _ask(state, server, FileState, path=path)
            if installed is None or installed["sha256"] in allowed:
                continue
            trouble = f"has another {path} since this run looked at it: another apply is at work"
        _fail(host, f"{path} stays as it is, because {name} {trouble}; apply again")
        return False
    return True


_restarting: WeakKeyDictionary[State, set[Host]] = WeakKeyDictionary()
"""By run: the servers that are restarting. A lock for runs that keep no order (--no-wait)."""


def take_turn(
    state: State, host: Host, partners: Mapping[str, str], timeout: int, override: bool
) -> bool:
    """Whether this server may restart now; waits for partners that are restarting."""
    others = {state.inventory.get_host(it) for it in partners.values()}
    restarting = _restarting.setdefault(state, set())
    deadline = time.monotonic() + timeout
    while restarting & others & state.active_hosts and time.monotonic() < deadline:
        time.sleep(POLL)
    restarting.add(host)
    return _may_restart(state, host, partners, override)


def shared(state: State, host: Host, partners: Mapping[str, str]) -> dict[str, str]:
    """Of these relationships and partners: those whose two servers share the clients now."""
    states = _states(state, host, partners)
    return {name: it for name, it in partners.items() if states[name] == {"normal"}}


def handed_over(
    state: State,
    host: Host,
    shared: Mapping[str, str],
    partners: Mapping[str, str],
    override: bool,
) -> bool:
    """Whether this server may still restart, when the others answer all clients of ``shared``.

    Waits until they do and what was held back before that is answered as well. Where a
    connection could not be broken the restart goes ahead without.
    """
    deadline = time.monotonic() + NOTICE
    while any("normal" in it for it in _states(state, host, shared).values()):
        if time.monotonic() > deadline:
            break
        time.sleep(POLL)
    else:
        time.sleep(HELD)
    return _may_restart(state, host, partners, override)


def _states(state: State, host: Host, partners: Mapping[str, str]) -> dict[str, set[str]]:
    """By relationship: the states of its two servers, as far as they tell."""
    own = _ask(state, host, Failover) or {}
    found = {}
    for name, partner in partners.items():
        theirs = _ask(state, state.inventory.get_host(partner), Failover) or {}
        found[name] = {it[name]["state"] if name in it else "unknown" for it in (own, theirs)}
    return found


def _may_restart(state: State, host: Host, partners: Mapping[str, str], override: bool) -> bool:
    dark = [] if override else _would_go_dark(state, host, partners)
    if dark:
        _restarting[state].discard(host)
        for reason in dark:
            _fail(host, reason)
        _fail(host, f"dhcpd is not restarted; to restart it all the same: --data {OVERRIDE}=yes")
    return not dark


def _would_go_dark(state: State, host: Host, partners: Mapping[str, str]) -> list[str]:
    own = _ask(state, host, Failover) or {}
    dark = []
    for name, partner in partners.items():
        if name not in own or own[name]["state"] not in SERVING:
            continue  # nobody is served by it now, so nobody loses it
        theirs = _ask(state, state.inventory.get_host(partner), Failover)
        if theirs is None:
            trouble = "cannot be reached"
        elif name not in theirs:
            trouble = "does not take part in it"
        elif theirs[name]["state"] not in SERVING:
            trouble = f"is {theirs[name]['state']}"
        else:
            continue
        dark.append(f"the pools of {name} would go dark: its other server {partner} {trouble}")
    return dark


def end_turn(
    state: State,
    host: Host,
    partners: Mapping[str, str],
    links: Mapping[str, Link],
    timeout: int,
) -> bool:
    """Wait for normal with the partners that run, and know of ``links`` as this server does.

    One that has yet to be told of another name, address or port cannot be connected to
    before its turn: then this server has waited enough when it does without. So it is with one
    of which that is not known, unless the two come to normal.
    """
    ready: dict[str, str] = {}
    unready: dict[str, str] = {}
    for name, partner in partners.items():
        server = state.inventory.get_host(partner)
        daemon = _ask(state, server, Daemon)
        if daemon and daemon["running"]:
            told = (_ask(state, server, Links) or {}).get(name)
            (ready if told == links[name] else unready)[name] = partner
    try:
        return _wait(
            state, host, lambda: _starting(state, host, unready), timeout
        ) and _wait_for_normal(state, host, ready, timeout, everyone=True)
    finally:
        _restarting[state].discard(host)


def _starting(state: State, host: Host, partners: Mapping[str, str]) -> dict[Host, list[str]]:
    """By server: why one is neither in normal nor does without its partner, nor waits for it."""
    own = _ask(state, host, Failover) or {}
    settled = {*SERVING, NO_RECORD} - {"normal"}
    others = {
        name: partner
        for name, partner in partners.items()
        if name in own and own[name]["state"] not in settled
    }
    return not_normal(state, host, others, everyone=True) if others else {}


def proven(
    state: State,
    host: Host,
    watched: Mapping[str, str],
    partners: Mapping[str, str],
    timeout: int,
) -> bool:
    """Whether both servers of each relationship are in normal in time, and this one means it."""
    if not _wait_for_normal(state, host, partners, timeout):
        return False
    reasons = not_declared(state, host, watched)
    if reasons:
        _report(state, host, {host: reasons})
    return not reasons


def not_declared(state: State, host: Host, watched: Mapping[str, str]) -> list[str]:
    """Why a server is no proof of what is declared, though it is in normal."""
    daemon = _ask(state, host, Daemon)
    if daemon is None:
        return ["cannot be reached"]
    reasons = [f"has logged: {it}" for it in daemon["complaints"]]
    if not runs_from(daemon, watched):
        reasons.append("its daemon runs from other files than those declared")
    return reasons


def runs_from(daemon: DaemonState, watched: Mapping[str, str]) -> bool:
    """Whether a daemon was started from exactly these files."""
    return daemon["loaded"] == {path: digest(text) for path, text in watched.items()}


def _wait_for_normal(
    state: State, host: Host, partners: Mapping[str, str], timeout: int, everyone: bool = False
) -> bool:
    return _wait(state, host, lambda: not_normal(state, host, partners, everyone), timeout)


def _wait(
    state: State, host: Host, amiss: Callable[[], Mapping[Host, list[str]]], timeout: int
) -> bool:
    """Whether nothing is amiss within ``timeout`` seconds; if not, what is, is told."""
    deadline = time.monotonic() + timeout
    while found := amiss():
        if time.monotonic() > deadline:
            _report(state, host, found)
            return False
        time.sleep(POLL)
    return True


def _report(state: State, host: Host, amiss: Mapping[Host, list[str]]) -> None:
    for server, reasons in amiss.items():
        for reason in reasons:
            _fail(host, f"{server}: {reason}")
        host.log(f"{server}: the last log lines of its DHCP server:", logger.error)
        for line in _ask(state, server, DaemonLog) or ["(none)"]:
            host.log(f"  {line}", logger.error)


def _fail(host: Host, reason: str) -> None:
    host.log_styled(reason, fg="red", log_func=logger.error)


def not_normal(
    state: State, host: Host, partners: Mapping[str, str], everyone: bool = False
) -> dict[Host, list[str]]:
    """By server: why it is not in normal. Partners in the run look at themselves, in general."""
    relationships = {host: list(partners)}
    for name, partner in partners.items():
        server = state.inventory.get_host(partner)
        if everyone or server not in state.active_hosts:
            relationships.setdefault(server, []).append(name)
    amiss = {}
    for server, names in relationships.items():
        states = _ask(state, server, Failover)
        if states is None:
            amiss[server] = ["cannot be reached"]
        elif reasons := [why for name in names if (why := _reason(name, states.get(name)))]:
            amiss[server] = reasons
    return amiss


def _reason(name: str, it: FailoverState | None) -> str | None:
    if it is None:
        return f"has no record of the relationship {name}"
    if it["state"] == "normal":
        return None
    return (
        f"{name} is in {it['state']} since {it['since']}; its partner was in {it['partner_state']}"
    )


def _ask(
    state: State, server: Host, fact: type[FactBase[Result]], **arguments: object
) -> Result | None:
    """A fact of any server of the inventory; None if that cannot be reached."""
    try:
        return cast(
            "Result", get_fact(state, server, fact, kwargs=arguments, apply_failed_hosts=False)
        )
    except ConnectError:
        return None
