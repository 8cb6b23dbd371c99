"""New files are staged whole, and accepted by all servers or put in place on none."""

from __future__ import annotations

from collections.abc import Collection

from pyinfra.api.host import Host
from pyinfra.api.state import State

from ..engines.engine import ConfigFile
from ..system import shell
from . import say
from .run import Run

UNTRIED = 75
"""The exit status of a check that cannot be made on a server."""


def stage(state: State, host: Host, declared: ConfigFile) -> bool:
    """Whether the whole file lies beside the live one now; the live one is not touched."""
    run = Run.of(state)
    command = shell.stage(declared.path, declared.mode, declared.digest)
    outcome = run.tell(host.name, command, stdin=declared.text)
    if not outcome.ok:
        say.error(host, f"{declared.path} cannot be prepared:", outcome.lines)
    return outcome.ok


def accepted(state: State, host: Host, servers: Collection[str], fresh: bool) -> bool:
    """Whether none of ``servers`` that are part of the run refuses its new files, or failed.

    ``fresh`` servers, without a daemon before this run, go on where a partner that had no
    objection fails later: that one may be waiting for them.
    """
    run = Run.of(state)
    for name in sorted(servers, key=lambda it: (it != host.name, it)):
        server = run.host(name)
        if server in state.failed_hosts and not (fresh and run.refusals.get(name) == []):
            reason = f"{name} failed in this run"
            if name in run.lost:
                reason = f"{name} cannot be reached ({run.lost[name].reason})"
            return _stays(run, host, f", because {reason}; apply again, or use --limit")
        if not run.takes_part(name):
            continue
        if words := refusal(run, name):
            say.error(host, f"{name} refuses the new files:", words)
            return _stays(run, host, "" if server is host else f", because {name} refuses")
    return True


def refusal(run: Run, name: str) -> list[str]:
    """What a server says against its staged files, asked once a run; empty if it accepts them."""
    run.refusals[name] = run.once("refusal", name, lambda: _refusal(run, name))
    return run.refusals[name]


def _refusal(run: Run, name: str) -> list[str]:
    engine, said = run.engine(name), []
    differing = run.differing(name)
    for it in differing:
        if it.check is None:
            continue
        outcome = run.tell(name, it.check.command)
        if not outcome.ok:
            said += [f"{it.path}:", *(f"  {line}" for line in outcome.lines or ["no reason given"])]
    if differing and not said:
        outcome = run.tell(name, f"{engine.trial(run.served(name))}\nexit $?")
        if not outcome.ok and outcome.lines[-1:] != [str(UNTRIED)]:
            said += ["it would not start with them:", *(f"  {line}" for line in outcome.lines)]
    return said


def discard(run: Run, name: str) -> None:
    """Remove what was staged on a server; what cannot be removed now goes at its next boot."""
    if name not in run.lost:
        run.tell(name, shell.discard(shell.staging_path(it.path) for it in run.files(name)))


def _stays(run: Run, host: Host, why: str) -> bool:
    paths = [it.path for it in run.differing(host.name)]
    if paths:
        verb = "stay as they are" if len(paths) > 1 else "stays as it is"
        say.error(host, f"{', '.join(paths)} {verb}{why}")
    discard(run, host.name)
    return False
