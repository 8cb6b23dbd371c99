"""What a run says at its end: a verdict for each relationship, or what a dry run would do."""

from __future__ import annotations

from pyinfra.api.host import Host

from . import judge, say
from .ask import Unreached
from .run import Run, Survey


def nothing_to_do(run: Run, host: Host) -> None:
    """Say that no relationship names a server of the inventory."""
    say.note(host, "no relationship names this server: nothing to do for it")


def planned(run: Run, host: Host) -> None:
    """In a dry run, when the last server was looked at: what would change, in words."""
    if not run.dry:
        return
    run.finished.add(host.name)
    servers = sorted(run.servers())
    if not set(servers) <= run.finished:
        return
    if not run.state.check_for_changes:
        say.warning(
            host, "-y makes pyinfra skip the detection of changes: leave it out to see them"
        )
        return
    changing = [it for it in servers if run.plan(it) or run.lacks(it)]
    if changing:
        return
    say.note(host, f"Nothing would change on {_listed(servers)}.")


def warnings(run: Run, host: Host, *, counted: bool = False) -> None:
    """Print what is wrong with a server, and is no failure of an apply.

    Its ranges are counted where something was changed: that may take a server a while.
    """
    found = [*judge.at_end(run, host.name), *(judge.used_up(run, host.name) if counted else ())]
    for it in found:
        said = (it.relationship or host.name, it.text)  # of a range, both its servers say the same
        if not judge.is_failure(it) and said not in run.said:
            run.said.add(said)
            say.warning(host, f"{it.text}. {it.todo}")


def verdicts(run: Run, host: Host) -> None:
    """Print a line for each relationship of a server, when its servers in this run are done."""
    run.finished.add(host.name)
    for peer in run.site(host.name).peers[host.name]:
        partner = peer.peer_server
        if partner not in run.finished and run.takes_part(partner):
            continue
        states = {name: _state(run, name, peer.name) for name in (host.name, partner)}
        if len(set(states.values())) == 1:
            text = f"{peer.name}: {states[partner]} on both"
        else:
            text = f"{peer.name}: " + ", ".join(f"{it} on {name}" for name, it in states.items())
        behind = _behind(run, partner) if run.left_out(partner) else ""
        say.note(host, text + (f"; {behind}" if behind else ", as declared"))


def _state(run: Run, name: str, relationship: str) -> str:
    survey = run.present(name)
    if isinstance(survey, Unreached):
        return "not known"
    relation = survey.look["relations"].get(relationship)
    return relation["state"] if relation else "not set up"


def _behind(run: Run, name: str) -> str:
    """What is left to do for a server that is not part of this run."""
    survey = run.survey(name)
    if not isinstance(survey, Survey):
        return f"{name} is not part of this run, and cannot be asked"
    paths = [it.path for it in run.differing(name)]
    if not paths:
        return ""
    return f"{name} is not part of this run and differs in {', '.join(paths)}: apply to it too"


def _listed(names: list[str]) -> str:
    if len(names) > 6:
        return f"{len(names)} servers"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
