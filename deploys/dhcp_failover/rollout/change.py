"""What happens in a server's turn: look, hand over, put the new files in place, see it settle."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import gevent
from pyinfra.api.host import Host
from pyinfra.api.state import State

from ..engines.engine import EngineLook, Relation
from ..system import shell
from ..system.shell import Replacement
from . import acceptance, interlock, proof, say
from .ask import Outcome, Unreached
from .interlock import Partner
from .plan import Plan
from .run import Run, Survey
from .turns import POLL, NoTurnError, deadline, turn

if TYPE_CHECKING:
    from ..site.relationships import Peer

NOTICE = 1.0
"""Seconds within which servers notice that the connection between them was broken."""
PING, LONGEST_PING, A_LITTLE = 1, 2, 0.2
"""Seconds. A daemon may hold back an offer while it pings the address: for ``PING``, or for the
site's ``ping_timeout``, of which a run waits for ``LONGEST_PING`` at most. Together with ``NOTICE``
and a restart, this is less than the 5 seconds after which servers connect again (failover.c)."""
AGREE = 6.0
"""Seconds for which two records may contradict each other: servers connect again after 5."""


def change(state: State, host: Host, go_dark: bool) -> bool:
    """Do what a server's turn has to do; whether it is done."""
    run = Run.of(state)
    peers = run.site(host.name).peers[host.name]
    partners = list(dict.fromkeys(it.peer_server for it in peers))
    try:
        with turn(run, host, partners):
            done = _in_turn(run, host, peers, go_dark)
    except NoTurnError as error:
        say.error(host, f"not changed: {error}")
        done = False
    if not done:
        acceptance.discard(run, host.name)
    return done


def _in_turn(run: Run, host: Host, peers: Sequence[Peer], go_dark: bool) -> bool:
    survey = run.again(host.name)
    if isinstance(survey, Unreached):
        say.error(host, f"not changed: {survey.reason}")
        return False
    plan = run.plan(host.name)
    if not plan:
        return True
    if plan.files and (failed := _failed(run, host, peers)):
        say.error(
            host, f"its files stay as they are, because {failed} failed in this run; apply again"
        )
        return False
    if plan.files and (overtaken := _overtaken(run, peers)):
        say.error(
            host,
            f"its files stay as they are: another run, or a person, has changed {overtaken} after"
            " this run did; apply again",
        )
        return False
    if plan.restart:
        if refusals := _refusals(run, host, survey, peers, go_dark):
            for reason in refusals:
                say.error(host, reason)
            _without_restart(run, host, plan)
            return False
        if not _handed_over(run, host, peers, go_dark):
            _without_restart(run, host, plan)
            return False
    if plan.leftovers:
        run.tell(host.name, shell.remove(run.holder, plan.leftovers))
    if not plan._replace(leftovers=()):
        return True
    running = survey.look["daemon"]["running"]
    outcome = _activated(run, host, survey, plan)
    run.survey.forget(host.name)
    run.changed.add(host.name)
    if not outcome.ok:
        say.error(host, "the change failed:", outcome.lines)
        return False
    return not plan.restart or _settled(run, host, peers, running)


def _failed(run: Run, host: Host, peers: Sequence[Peer]) -> str | None:
    """A partner that failed in this run, and so does not have the new configuration."""
    main = run.engine(host.name).MAIN
    for peer in peers:
        partner = run.host(peer.peer_server)
        failed = partner in run.state.failed_hosts and partner.connected
        if failed and any(it.path == main for it in run.differing(peer.peer_server)):
            return peer.peer_server
    return None


def _overtaken(run: Run, peers: Sequence[Peer]) -> str | None:
    """A partner that this run has changed, and that has another configuration in the meantime.

    This run holds both turns when it looks. So of two runs with different data, one completes.
    """
    for name in run.changed.intersection(it.peer_server for it in peers):
        main = run.engine(name).MAIN
        known = isinstance(run.again(name), Survey)
        if known and any(it.path == main for it in run.differing(name)):
            return name
    return None


def _refusals(
    run: Run, host: Host, survey: Survey, peers: Sequence[Peer], go_dark: bool
) -> list[str]:
    """Why the daemon is not restarted, or not started."""
    if go_dark:
        return []
    until = time.monotonic() + AGREE
    look: EngineLook | None = survey.look
    partners = _partners(run, host, peers)
    while look and interlock.contradict(peers, look, partners) and time.monotonic() < until:
        gevent.sleep(POLL)
        again = run.again(host.name)
        look = again.look if isinstance(again, Survey) else None
        partners = _partners(run, host, peers)
    if look is None:
        return ["it cannot be asked any more"]
    if look["daemon"]["running"]:
        daemon = run.engine(host.name).DAEMON_NAME
        reasons = interlock.dark(peers, look, partners)
        end = f"{daemon} is not restarted; if clients may go without an answer for 15 seconds"
    else:
        reasons = interlock.alone(peers, partners)
        end = "it is not started; if its partner is dead for good"
    return [*reasons, f"{end}: --data {interlock.GO_DARK}=yes"] if reasons else []


def _partners(run: Run, host: Host, peers: Sequence[Peer]) -> dict[str, Partner]:
    """The partners as they are now, and whether their ports can be reached from this server."""
    surveys = run.all_of((it.peer_server for it in peers), run.again)
    own = run.survey(host.name)
    found = {}
    for peer in peers:
        survey = surveys[peer.peer_server]
        if isinstance(survey, Unreached):
            found[peer.peer_server] = Partner(None, survey.reason)
            continue
        linked = isinstance(own, Survey) and any(
            own.look["links"].get(it)
            for it in {peer.name, interlock.live_name(peer, own.look)}
            if it
        )
        reachable = linked or _reached(run, host.name, peer, survey.look)
        found[peer.peer_server] = Partner(survey.look, reachable=reachable)
    return found


def _reached(run: Run, name: str, peer: Peer, partner: EngineLook) -> bool:
    """Whether a server reaches its partner where that one listens now, as its own files say."""
    own = run.survey(name)
    address, port, local = str(peer.peer_address), peer.peer_port, str(peer.address)
    if ends := partner["endpoints"].get(interlock.live_name(peer, partner) or ""):
        address, port = ends.address, ends.port
        if isinstance(own, Survey) and ends.peer_address in own.system["interfaces"]:
            local = ends.peer_address
    return run.tell(name, shell.reachable(address, port, local), seconds=15).ok


def _without_restart(run: Run, host: Host, plan: Plan) -> None:
    """What needs no restart is done all the same; then, what was not done, and what to do."""
    done = []
    if plan.enable or plan.rules:
        rest = plan._replace(files=(), restart="", reload=False)
        survey = run.survey(host.name)
        if isinstance(survey, Unreached) or not survey.look["daemon"]["version"]:
            pass
        elif run.tell(host.name, _activation(run, host, survey, rest)).ok:
            done = ["it starts at boot"] * plan.enable
            done += ["its firewall rules are in force"] * plan.rules
    not_done = ", ".join(it.path for it in plan.files) or "nothing"
    say.error(
        host,
        f"done: {', '.join(done) or 'nothing'}; not done: the restart ({plan.restart}), new files:"
        f" {not_done}. Next: fix what is reported above, then apply again",
    )


def _activated(run: Run, host: Host, survey: Survey, plan: Plan) -> Outcome:
    """Put the staged files in place; those that another run has staged over are staged again."""
    command = _activation(run, host, survey, plan)
    outcome = run.tell(host.name, command, seconds=240)
    for _ in range(2):
        if not any(shell.NOT_OURS in it for it in outcome.lines):
            break
        for it in plan.files:
            acceptance.staged(run, host.name, it)
        outcome = run.tell(host.name, command, seconds=240)
    return outcome


def _activation(run: Run, host: Host, survey: Survey, plan: Plan) -> str:
    engine = run.engine(host.name)
    found = {path: it["sha256"] for path, it in survey.look["files"].items()}
    found |= {path: digest for (name, path), digest in run.replaces.items() if name == host.name}
    files = [Replacement(it.path, it.digest, found.get(it.path, "")) for it in plan.files]
    daemon = shell.Daemon(
        engine.UNIT,
        reload=plan.reload,
        enable=plan.enable,
        restart=bool(plan.restart),
        rules=engine.LOAD_RULES if plan.rules else "",
        reason=engine.LOG.script,
    )
    return shell.activate(run.holder, files, daemon, run.former(host.name))


def _handed_over(run: Run, host: Host, peers: Sequence[Peer], go_dark: bool) -> bool:
    """Have the partners answer every client, and look again whether they still serve.

    Where a connection cannot be broken, the restart goes ahead without.
    """
    survey = run.survey(host.name)
    if isinstance(survey, Unreached):
        return False
    known = {
        it.peer_server: Partner(
            found.look if isinstance(found := run.survey(it.peer_server), Survey) else None
        )
        for it in peers
    }
    shared = interlock.shared(peers, survey.look, known)
    if not shared:
        return True
    engine = run.engine(host.name)
    commands = [it for it in map(engine.hand_over, shared) if it]
    run.tell(host.name, shell.in_turn(run.holder, "\n".join(commands)))
    names = [it.name for it in shared]
    until = time.monotonic() + NOTICE
    while not interlock.hand_over_complete(names, _relations(run, host, shared)):
        if time.monotonic() > until:
            break
        gevent.sleep(POLL)
    else:
        held = run.site(host.name).ping_timeout or PING
        gevent.sleep(min(held, LONGEST_PING) + A_LITTLE)
    again = run.again(host.name)
    if isinstance(again, Unreached):
        say.error(host, f"not changed: {again.reason}")
        return False
    reasons = [] if go_dark else interlock.dark(peers, again.look, _partners(run, host, peers))
    for reason in reasons:
        say.error(host, reason)
    if reasons:
        say.error(host, f"{engine.DAEMON_NAME} is not restarted")
    return not reasons


def _relations(run: Run, host: Host, peers: Sequence[Peer]) -> list[Mapping[str, Relation] | None]:
    names = [host.name, *(it.peer_server for it in peers)]
    answers = run.all_of(names, run.relations)
    return [answers[it] for it in dict.fromkeys(names)]


def _settled(run: Run, host: Host, peers: Sequence[Peer], ran_before: bool) -> bool:
    """Wait until the restarted server is together with partners that know it, or serves alone.

    A change that fails before any partner has it is taken back, and one that leaves clients
    without a server.
    """
    until = deadline(run, host.name)
    surveys = run.all_of((it.peer_server for it in peers), run.again)
    looks = {name: it.look if isinstance(it, Survey) else None for name, it in surveys.items()}
    ready = frozenset(it.name for it in peers if proof.informed(it, looks[it.peer_server]))
    next_to_start = frozenset(
        it.name
        for it in peers
        if not ran_before
        and run.takes_part(it.peer_server)
        and (look := looks[it.peer_server]) is not None
        and not look["daemon"]["running"]
    )
    partners = list(looks)

    def amiss() -> list[str]:
        answers = run.all_of([host.name, *partners], run.relations)
        own = answers[host.name]
        # A partner that stops answering is not waited for: this server has to serve without it.
        known = frozenset(it.name for it in peers if it.peer_server not in run.lost)
        others = {it: answers[it] for it in partners}
        return proof.unsettled(peers, own, others, ready & known, next_to_start)

    reasons = waited(amiss, until, lambda: host.name in run.lost)
    run.survey.forget(host.name)
    if not reasons:
        return True
    report(run, host, reasons, partners)
    first = any(looks.values()) and not run.changed & set(partners)
    if ran_before and (first or not _somebody_serves(run, [host.name, *partners])):
        _take_back(run, host)
    return False


def _somebody_serves(run: Run, names: Sequence[str]) -> bool:
    surveys = run.all_of(names, run.again).values()
    return any(isinstance(it, Survey) and interlock.serves(it.look) for it in surveys)


def _take_back(run: Run, host: Host) -> None:
    outcome = run.tell(
        host.name, shell.restore(run.holder, run.engine(host.name).UNIT), seconds=120
    )
    run.survey.forget(host.name)
    if not outcome.ok:
        say.error(host, "its previous files could not be put back:", outcome.lines)
        return
    for line in outcome.lines:
        say.error(host, line)

    def amiss() -> list[str]:
        survey = run.again(host.name)
        served = isinstance(survey, Survey) and interlock.serves(survey.look)
        return [] if served else ["it does not serve"]

    words = waited(amiss, time.monotonic() + 30)
    say.error(
        host,
        "its previous files are back in place, and it "
        + ("does not serve with them either" if words else "serves with them again")
        + ". Next: fix what is reported above, then apply again",
    )


def waited(
    amiss: Callable[[], list[str]], until: float, hopeless: Callable[[], bool] = lambda: False
) -> list[str]:
    """Wait until nothing is amiss, until ``until`` (monotonic), or until it is hopeless."""
    while reasons := amiss():
        if time.monotonic() > until or hopeless():
            return reasons
        gevent.sleep(POLL)
    return []


def report(run: Run, host: Host, reasons: Sequence[str], partners: Sequence[str]) -> None:
    """Why a server, or a partner, is not as it should be, with the last lines of their logs."""
    for reason in reasons:
        say.error(host, reason)
    for name in (host.name, *partners):
        log = run.ask(name, run.engine(host.name).LOG)
        if isinstance(log, Unreached):
            say.error(host, f"{name}: {log.reason}")
        else:
            say.error(host, f"{name}: the last log lines of its DHCP server:", log or ["(none)"])
