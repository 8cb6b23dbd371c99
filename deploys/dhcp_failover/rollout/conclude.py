"""The last step of a run: both servers of each relationship serve together, and know the same."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import gevent
from pyinfra.api.host import Host
from pyinfra.api.state import State

from ..engines.engine import SERVING, Holding
from ..report.health import Trouble
from ..system import shell
from ..system.memory import Known
from . import change, ending, judge, proof, say
from .ask import Unreached
from .run import Run, Survey
from .turns import POLL, deadline

if TYPE_CHECKING:
    from ..site.relationships import Peer

AGAIN, LOOKS = 5.0, 5
"""Seconds between two looks at leases, and how many there are: a difference that is in all of them
is real. An update takes 0.7 to 2 seconds, and longer while the two still send each other much."""


def settled_already(run: Run, name: str) -> bool:
    """Whether the surveys that this run has made prove a server and its partners: nothing to do."""
    peers = run.site(name).peers[name]
    own = run.present(name)
    if isinstance(own, Unreached) or name in run.changed or run.unproven(name):
        return False
    surveys = {it.peer_server: run.present(it.peer_server) for it in peers}
    partners = {
        server: it.look["relations"] if isinstance(it, Survey) else None
        for server, it in surveys.items()
    }
    return (
        not run.changed & set(surveys)
        and not proof.not_together(peers, own.look["relations"], partners)
        and not proof.unproven(own.look, run.files(name))
        and not judge.failures(run, name)
    )


def concluded(state: State, host: Host) -> bool:
    """Wait until a server and its partners are together, as declared, with the same leases."""
    run = Run.of(state)
    peers = run.site(host.name).peers[host.name]
    partners = list(dict.fromkeys(it.peer_server for it in peers))
    until = deadline(run, host.name)
    while True:
        began = time.monotonic()
        answers = run.all_of([host.name, *partners], run.relations)
        others = {it: answers[it] for it in partners}
        reasons = proof.not_together(peers, answers[host.name], others)
        if not reasons:
            break
        if explained := _explained(run, host, peers, answers):
            for sentence in explained:
                say.warning(host, sentence)
            run.all_of([host.name, *partners], run.again)
            wrong = [it for it in judge.failures(run, host.name) if it.relationship is None]
            _report(host, wrong)
            return not wrong
        hopeless = host.name in run.lost or any(_hopeless(run, it) for it in partners)
        if hopeless or time.monotonic() > until:
            change.report(run, host, reasons, [it for it in partners if it not in run.lost])
            say.error(host, _next(run, host, peers))
            return False
        gevent.sleep(POLL)
    proven = _as_declared(run, host) and _healthy(run, host, partners, began)
    if not proven or not _same_leases(run, host, peers) or not _remembered(run, host, peers):
        return False
    ending.verdicts(run, host)
    return True


def _explained(
    run: Run, host: Host, peers: Sequence[Peer], answers: Mapping[str, proof.Relations | None]
) -> list[str]:
    """Why it is right that servers are not together yet; empty if it is wrong in one place."""
    sentences = []
    for peer in peers:
        if not proof.not_together([peer], answers[host.name], answers):
            continue
        sentence = _waiting(host.name, peer, answers) or _left_out(run, host, peer)
        if not sentence:
            return []
        sentences.append(f"{peer.name}: {sentence}")
    return sentences


def _waiting(name: str, peer: Peer, answers: Mapping[str, proof.Relations | None]) -> str:
    """Until when one of two servers waits while the other one serves."""
    for server, other in ((name, peer.peer_server), (peer.peer_server, name)):
        waits, serves = ((answers[it] or {}).get(peer.name) for it in (server, other))
        if waits and proof.waits(waits) and serves and serves["condition"] in SERVING:
            return f"{server} {proof.waiting(peer, waits)}"
    return ""


def _left_out(run: Run, host: Host, peer: Peer) -> str:
    """That a partner outside of --limit does not have the relationship yet."""
    survey = run.present(peer.peer_server) if run.left_out(peer.peer_server) else None
    if not isinstance(survey, Survey) or proof.informed(peer, survey.look):
        return ""
    return (
        f"{host.name} is ready, and waits for {peer.peer_server}, which is not part of this run and"
        f" has not been set up for it yet. Next: apply to {peer.peer_server}"
    )


def _hopeless(run: Run, name: str) -> bool:
    """Whether waiting for a partner makes no sense: it is lost, or failed in this run."""
    return name in run.lost or run.host(name) in run.state.failed_hosts


def _next(run: Run, host: Host, peers: Sequence[Peer]) -> str:
    """What was done, what was not, and what to do: the last words about a server."""
    names = dict.fromkeys([host.name, *(it.peer_server for it in peers)])
    lost = [it for it in names if it in run.lost]
    done = "nothing" if run.differing(host.name) else "its files and its service are as declared"
    if host.name in lost:
        done = "not known"
    missing = f"the connection to {', '.join(lost)}" if lost else "both servers together"
    todo = f"bring {', '.join(lost)} back" if lost else "fix what is reported above"
    return f"done: {done}; not seen: {missing}. Next: {todo}, then apply again"


def _as_declared(run: Run, host: Host) -> bool:
    survey = run.again(host.name)
    reasons = (
        [survey.reason]
        if isinstance(survey, Unreached)
        else proof.unproven(survey.look, run.files(host.name))
    )
    if reasons:
        change.report(run, host, reasons, [])
    return not reasons


def _healthy(run: Run, host: Host, partners: Sequence[str], began: float) -> bool:
    """Whether nothing is wrong that an apply must put right, or fails for; warnings are printed."""
    until = time.monotonic() + change.AGREE
    while True:
        while run.restarting & set(partners) and time.monotonic() < deadline(run, host.name):
            gevent.sleep(POLL)  # the steps of a run that keeps no order (--no-wait) overtake
            until = time.monotonic() + change.AGREE
        for name in partners:
            survey = run.survey(name)
            if isinstance(survey, Survey) and survey.when < began:
                run.again(name)
        found = judge.failures(run, host.name)
        overtaken = bool(run.restarting & set(partners)) and time.monotonic() < deadline(
            run, host.name
        )
        passing = all(it.code in judge.PASSING for it in found) and time.monotonic() < until
        if found and (overtaken or passing):
            gevent.sleep(POLL)
            began = time.monotonic()
            run.again(host.name)
            continue
        _report(host, found)
        ending.warnings(run, host, counted=not found)
        return not found


def _report(host: Host, found: Sequence[Trouble]) -> None:
    for it in found:
        say.error(host, f"{it.text}. {it.todo}")


def _same_leases(run: Run, host: Host, peers: Sequence[Peer]) -> bool:
    """Whether both servers of each relationship know the same clients; asked only where unsure."""
    names = [host.name, *(it.peer_server for it in peers)]
    if not run.changed & set(names) and not any(run.unproven(it) for it in names):
        return True
    engine = run.engine(host.name)
    for partner in dict.fromkeys(names[1:]):
        counts = run.all_of((host.name, partner), lambda it: run.ask(it, engine.HOLDING, 60))
        one, two = counts[host.name], counts[partner]
        if isinstance(one, Holding) and one == two:
            continue
        lost = None
        for _ in range(LOOKS):
            if lost is not None:
                gevent.sleep(AGAIN)
            holders = run.all_of((host.name, partner), lambda it: run.ask(it, engine.HOLDERS, 60))
            mine, theirs = holders[host.name], holders[partner]
            if isinstance(mine, Unreached) or isinstance(theirs, Unreached):
                say.error(
                    host,
                    f"the leases of {host.name} and {partner} cannot be compared; apply again",
                )
                return False
            shared = run.shared_ranges(host.name, partner)
            found = proof.lost_leases(shared(mine), shared(theirs))
            lost = found if lost is None else {k: v for k, v in lost.items() if found.get(k) == v}
            if not lost:
                break
        if lost:
            _report_lost(host, partner, lost)
            return False
    return True


def _report_lost(host: Host, partner: str, lost: dict[str, tuple[str, str]]) -> None:
    lines = [
        f"{address}: {host.name} says {mine}, {partner} says {theirs}"
        for address, (mine, theirs) in sorted(lost.items())[:10]
    ]
    if len(lost) > 10:
        lines.append(f"… and {len(lost) - 10} more")
    say.error(
        host,
        f"{host.name} and {partner} do not know the same leases ({len(lost)} differ), though both"
        " say that they are together: if one dies, the other gives these addresses away. Next:"
        " let the one that knows less learn again: stop DHCP there, wait 10 seconds, move its lease"
        " file away, then apply",
        lines,
    )


def _remembered(run: Run, host: Host, peers: Sequence[Peer]) -> bool:
    """Note on the server that the change is proven, and who its partners are."""
    known = []
    for peer in peers:
        survey = run.survey(peer.peer_server)
        if isinstance(survey, Survey):
            machine = survey.system["machine_id"]
            known.append(Known(peer.name, str(peer.peer_address), peer.peer_port, machine))
    own = run.survey(host.name)
    if isinstance(own, Survey):
        memory = own.system["memory"]
        if not memory["unproven"] and set(known) <= set(memory["partners"]):
            return True
    lines = [" ".join(map(str, it)) for it in known]
    main = run.engine(host.name).MAIN
    files = [(it.path, it.digest) for it in run.files(host.name)]
    outcome = run.tell(host.name, shell.proven(run.holder, main, files, lines))
    if not outcome.ok:
        say.error(host, "the proof cannot be noted:", outcome.lines)
    return outcome.ok
