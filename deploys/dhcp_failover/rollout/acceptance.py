"""New files are staged whole, and accepted by all servers or put in place on none.

Any server's step may come here first for any other server (``--serial`` takes all steps of one
server before those of the next), so what is done for a server is done once a run.
"""

from __future__ import annotations

from collections.abc import Collection

from pyinfra.api.host import Host
from pyinfra.api.state import State

from ..engines.engine import ConfigFile
from ..system import shell
from . import say
from .ask import Outcome
from .run import Run

UNTRIED = 75
"""The exit status of a trial that cannot be made on a server."""


def prepared(state: State, host: Host, declared: ConfigFile) -> bool:
    """Whether the whole new file lies beside the live one, and its check accepts it."""
    run = Run.of(state)
    outcome = _prepared(run, host.name, declared)
    if not outcome.ok and host.name in run.lost:
        say.error(host, f"{declared.path} stays as it is: {run.lost[host.name].reason}")
    elif not outcome.ok:
        say.error(host, f"{host.name} refuses the new {declared.path}:", outcome.lines)
        discard(run, host.name, declared)
    return outcome.ok


def _prepared(run: Run, name: str, declared: ConfigFile) -> Outcome:
    return run.once("prepare", (name, declared.path), lambda: _prepare(run, name, declared))


def _prepare(run: Run, name: str, declared: ConfigFile) -> Outcome:
    found = run.installed(name, declared.path)
    run.replaces[name, declared.path] = found["sha256"] if found else ""
    outcome = staged(run, name, declared)
    if outcome.ok and declared.check is not None:
        outcome = run.tell(name, declared.check.command)
        if not outcome.ok and not outcome.lines:
            return Outcome(False, ["the check failed without a reason"])
    return outcome


def staged(run: Run, name: str, declared: ConfigFile) -> Outcome:
    """Write a new file beside the live one, whole."""
    command = shell.stage(declared.path, declared.mode, declared.digest)
    return run.tell(name, command, stdin=declared.text)


def accepted(state: State, host: Host, servers: Collection[str], fresh: bool) -> bool:
    """Whether none of ``servers`` that are part of the run refuses its new files, or failed.

    ``fresh`` servers, without a daemon before this run, go on where a partner that had no
    objection fails later: that one may be waiting for them.
    """
    run = Run.of(state)
    for name in sorted(servers, key=lambda it: (it != host.name, it)):
        server = run.host(name)
        if run.left_out(name) or (name in run.lost and not run.takes_part(name)):
            continue  # the turn asks whether it serves
        if server in state.failed_hosts:
            if not server.connected or (fresh and run.refusals.get(name) == []):
                continue
            return _stays(run, host, f", because {name} failed in this run; apply again")
        if words := refusal(run, name, asking=host.name):
            say.error(host, f"{name} refuses the new files:", words)
            return _stays(run, host, "" if server is host else f", because {name} refuses")
    return True


def refusal(run: Run, name: str, asking: str) -> list[str]:
    """What a server says against its new files; empty if it accepts them.

    A server that is asked by another before its packages are installed asks for itself later.
    """
    if name != asking and run.is_fresh(name):
        return []
    run.refusals[name] = run.once("refusal", name, lambda: _refusal(run, name))
    return run.refusals[name]


def _refusal(run: Run, name: str) -> list[str]:
    differing = run.differing(name)
    for declared in differing:
        outcome = _prepared(run, name, declared)
        if not outcome.ok:
            return [f"{declared.path}:", *(f"  {line}" for line in outcome.lines)]
    if not differing:
        return []
    trial = run.engine(name).trial(run.served(name))
    outcome = run.tell(name, f"{trial}\ncode=$?\n[ $code = {UNTRIED} ] || exit $code")
    if outcome.ok:
        return []
    return ["it would not start with them:", *(f"  {line}" for line in outcome.lines)]


def discard(run: Run, name: str, *others: ConfigFile) -> None:
    """Remove what was staged on a server; what cannot be removed now goes at its next boot."""
    if name not in run.lost:
        files = (*run.files(name), *others)
        run.tell(name, shell.discard((it.path, it.digest) for it in files))


def _stays(run: Run, host: Host, why: str) -> bool:
    paths = [it.path for it in run.differing(host.name)]
    if paths:
        verb = "stay as they are" if len(paths) > 1 else "stays as it is"
        say.error(host, f"{', '.join(paths)} {verb}{why}")
    discard(run, host.name)
    return False
