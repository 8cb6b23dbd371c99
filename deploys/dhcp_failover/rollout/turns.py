"""A server's turn: the only time in which it is changed, and nobody else changes it or a partner.

A turn is taken on the servers themselves, so it holds between runs of different people.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import gevent
from gevent.lock import BoundedSemaphore
from pyinfra.api.host import Host

from ..system import shell
from . import say
from .ask import ANSWER
from .run import Run, Survey

POLL = 0.2
"""Seconds between two looks at what somebody else decides."""
RENEW = shell.TURN_SECONDS / 4


class NoTurnError(Exception):
    """Why a server's turn could not be taken."""


def deadline(run: Run, name: str) -> float:
    """Until when this run waits for a server's turn to end, from the first time it is asked."""
    return run.waits.setdefault(name, time.monotonic() + run.site(name).normal_timeout)


@contextmanager
def turn(run: Run, host: Host, partners: list[str]) -> Iterator[None]:
    """Have the turn of a server and of those partners that can be reached.

    Raises :class:`NoTurnError` if another run has one of them for longer than this one waits. Turns
    are taken in one order everywhere, that of the machine-ids: two runs never wait for each other.
    """
    surveys = run.all_of([host.name, *partners], run.survey)
    found = {name: it for name, it in surveys.items() if isinstance(it, Survey)}
    names = sorted(found, key=lambda it: (found[it].system["machine_id"], it))
    taken: list[str] = []
    try:
        for name in names:
            if _take(run, host, name):
                taken.append(name)
        own = found.get(host.name)
        runs = own is None or own.look["daemon"]["running"]
        with _no_partner_restarting(run, host, partners if runs else []):
            yield
    finally:
        for name in reversed(taken):
            _give(run, name)


def _take(run: Run, host: Host, name: str) -> bool:
    """Whether the turn was taken; not, if a partner stops answering: the interlock asks again."""
    said = False
    until = deadline(run, host.name)
    while True:
        with _one_at_a_time(run, name):
            if run.turns.get(name, 0):
                run.turns[name] += 1
                return True
            outcome = run.tell(name, shell.take_turn(run.holder), seconds=ANSWER)
            words = "".join(outcome.lines[-1:]).split(maxsplit=3)
            if outcome.ok and words[:1] == ["taken"]:
                run.turns[name] = 1
                _renew_while_held(run)
                return True
        if words[:1] == ["busy:"]:
            sentence = f"another command is changing {name}"
        elif outcome.ok and words[:1] == ["held"]:
            sentence = _whose(name, words)
        elif name == host.name:
            raise NoTurnError(" ".join(outcome.lines) or "its turn cannot be taken")
        else:
            return False
        if time.monotonic() > until:
            raise NoTurnError(
                f"{sentence}: not finished within {run.site(host.name).normal_timeout} s"
            )
        if not said:
            say.note(host, f"Waits: {sentence}")
            said = True
        gevent.sleep(5 * POLL)


def _whose(name: str, words: Sequence[str]) -> str:
    """From ``held SECONDS-LEFT SINCE HOLDER``: who has a server's turn, and since when."""
    if len(words) < 4 or not words[2].isdecimal():
        return f"it is the turn of another run on {name}"
    since = time.strftime("%H:%M:%S", time.localtime(int(words[2]) % 2**32))
    return f"it is the turn of {words[3]} on {name}, since {since}"


def _give(run: Run, name: str) -> None:
    with _one_at_a_time(run, name):
        run.turns[name] -= 1
        if run.turns[name] == 0 and name not in run.lost:
            run.tell(name, shell.give_turn(run.holder), seconds=ANSWER)


def _one_at_a_time(run: Run, name: str) -> BoundedSemaphore:
    """A lock: what one step of this run gives back, another must not take at that moment."""
    return run.once("turn", name, BoundedSemaphore)


def _renew_while_held(run: Run) -> None:
    if run.renewing is None or run.renewing.dead:
        run.renewing = gevent.spawn(_renew, run)


def _renew(run: Run) -> None:
    while any(run.turns.values()):
        gevent.sleep(RENEW)
        held = [it for it, count in run.turns.items() if count and it not in run.lost]
        # All at the same time: one that hangs must not end the turns of the others.
        run.all_of(held, lambda it: run.tell(it, shell.renew_turn(run.holder), seconds=ANSWER))


@contextmanager
def _no_partner_restarting(run: Run, host: Host, partners: list[str]) -> Iterator[None]:
    """Wait for partners that this same run is restarting (--no-wait keeps no order).

    For a server that does not run there are none: two new servers start at the same time. One
    alone says for 15 seconds that it is starting.
    """
    until = deadline(run, host.name)
    while busy := run.restarting & set(partners):
        if time.monotonic() > until:
            raise NoTurnError(f"{', '.join(sorted(busy))} did not finish its own turn in time")
        gevent.sleep(POLL)
    run.restarting.add(host.name)
    try:
        yield
    finally:
        run.restarting.discard(host.name)
