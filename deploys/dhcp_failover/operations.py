"""The steps by which a server becomes what is declared, each idempotent.

What a step does follows from what the server is at that moment, never from what
an earlier step of the same run changed.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from types import MappingProxyType

from pyinfra import host, logger, state
from pyinfra.api import FunctionCommand, StringCommand, operation
from pyinfra.api.output import format_text
from pyinfra.facts.deb import DebPackages

from .engines.dhcpd import commands
from .engines.dhcpd.answers import Link
from .facts import Daemon, FileState, FileText
from .rollout import partners as others
from .rollout.diff import differences
from .system import shell
from .system.survey import InstalledFile, as_declared, digest

COLOURS = {"-": "red", "+": "green"}


@operation()
def packages(wanted: Sequence[str]) -> Generator[str, None, None]:
    """These Debian packages are installed, and dhcpd is not started by that.

    Nothing is updated or upgraded when it is there. Waits up to two minutes for
    another program that holds dpkg's lock.
    """
    installed = host.get_fact(DebPackages)
    missing = [name for name in wanted if name not in installed]
    if not missing:
        host.noop(f"{', '.join(wanted)}: installed")
        return
    host.log(f"Will install {', '.join(missing)}")
    yield commands.install(missing)


@operation()
def accepted(
    replaced: Sequence[str], servers: Collection[str], live: bool = True
) -> Generator[FunctionCommand, None, None]:
    """Every file that this run is about to put anywhere among ``servers`` would be accepted there.

    + replaced: the paths of this server's files that are about to be replaced; none, and
      nobody is asked
    + servers: names of this server and of those that are to change with it or not at all
    + live: whether this server had a dhcpd before the run; one that had none goes on where
      another, whose candidates were accepted, failed after that: it may be waiting for this one

    Nothing is changed by this. Of all servers that are part of the run, each candidate that
    has a check is looked at on its own server, once a run, by whoever comes here first: so it
    holds in any order. One that is refused, or a server that has failed in this run, fails the
    step, which shows the check's own words and says what stays as it is. A server that does
    not have the program of a check yet has nothing live that could differ.

    A dry run only says that it would be looked at.
    """
    if not replaced:
        host.noop("no file is to be replaced")
        return
    yield FunctionCommand(others.accepted, (replaced, servers, live), {})


@operation()
def file(
    path: str,
    content: str,
    mode: str = "644",
    check: str | None = None,
    planned: InstalledFile | None = None,
    secret: bool = False,
    partners: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Generator[StringCommand | FunctionCommand, None, None]:
    """A file has exactly this content and mode, and belongs to root.

    + path: where it is; its directory exists
    + content: the whole text, ending in a newline
    + mode: as chmod(1) takes it
    + check: a command that has to accept the candidate, :func:`.shell.candidate`
    + planned: what this run found there when it looked; with anything else there now that is
      not as declared either the step fails, for another run or a person is at work. By
      default what is there when the step begins
    + secret: whether its content is kept out of what is printed
    + partners: by server, the SHA-256 that the same file may have there, with the same
      consequence; a server that failed in this run fails the step as well

    **Atomicity:** the candidate is written beside the file and renamed into place, so that
    a reader finds the old file or the new one. A candidate that the check refuses is removed
    and the file stays as it was; the step fails with the check's own words. The file that was
    replaced is kept beside it, as ``.previous``.

    **Diff:** printed under ``--diff``, in a dry run too, before anything is changed.
    """
    installed = planned or host.get_fact(FileState, path=path)
    if installed == as_declared(content, mode):
        host.noop(f"{path} is as declared")
        return
    if state.config.DIFF:
        host.log(f"Will {'modify' if installed else 'create'} {path}")
        if secret:
            logger.info("  what is in it is secret")
        else:
            _show_differences(path, content, bool(installed))
        if installed and (installed["mode"], installed["owner"]) != (mode, "root:root"):
            logger.info("  - mode %s, owner %s", installed["mode"], installed["owner"])
            logger.info("  + mode %s, owner root:root", mode)
    if partners:
        yield FunctionCommand(others.as_planned, (path, partners), {})
    replaced = {installed["sha256"] if installed else "", digest(content)}
    yield StringCommand(shell.staged(path, mode, check, sorted(replaced)), _stdin=content)


def _show_differences(path: str, content: str, installed: bool) -> None:
    old = host.get_fact(FileText, path=path) if installed else ""
    for line in differences(old, content):
        colour = COLOURS.get(line[:1])
        logger.info("  %s", format_text(line, colour) if colour else line)


@operation()
def service(
    watched: Mapping[str, str],
    partners: Mapping[str, str],
    links: Mapping[str, Link],
    timeout: int,
    hand_over: Mapping[str, str],
    firewall: bool = True,
    override: bool = False,
) -> Generator[str | FunctionCommand, None, None]:
    """dhcpd runs, now and at boot, from these files; restarting it leaves no pool unserved.

    + watched: by path, the content of the files that it is started from; none to do nothing,
      where it is another server's turn
    + partners: by name of the relationship, the inventory name of the other server
    + links: by name of the relationship, its ends as the other server is to have them
    + timeout: seconds to wait for partners to be in *normal* again after a restart
    + hand_over: by name of the relationship, the command that has both its servers answer every
      client for a few seconds
    + firewall: whether the rules about the failover port are to be loaded; where somebody
      flushed them, they are put back without a restart
    + override: restart even where no partner serves

    It restarts when, and only when, it was not started from exactly these: what it was
    started from is recorded where it starts. A server that serves is not restarted while a
    partner does not: the step fails and says what would have gone dark. Before it stops it
    hands its clients to the partners that share them with it, so that what it has read and not
    answered yet is answered by them.
    """
    if not watched:
        host.noop("it is not this server's turn")
        return
    daemon = host.get_fact(Daemon)
    restart = not (daemon["running"] and others.runs_from(daemon, watched)) or daemon["stale_unit"]
    unprotected = firewall and not daemon["firewall"]
    if daemon["enabled"] and not restart and not unprotected:
        host.noop("dhcpd runs as declared")
        return
    if restart:
        why = "it runs from other files" if daemon["running"] else "it does not run"
        host.log(f"Will {'restart' if daemon['running'] else 'start'} dhcpd: {why}")
        yield FunctionCommand(others.take_turn, (partners, timeout, override), {})
        if shared := others.shared(state, host, partners):
            yield from (hand_over[name] for name in shared)
            yield FunctionCommand(others.handed_over, (shared, partners, override), {})
    # systemd has to read a unit that this run has written, which the fact cannot know yet.
    yield commands.run(
        reload=restart, enable=not daemon["enabled"], restart=restart, firewall=unprotected
    )
    if restart:
        yield FunctionCommand(others.end_turn, (partners, links, timeout), {})


@operation()
def normal(
    watched: Mapping[str, str], partners: Mapping[str, str], timeout: int
) -> Generator[FunctionCommand, None, None]:
    """Both servers of each of this server's relationships are in *normal*, and mean it.

    + watched: by path, the content of the files that this server's daemon is to run from
    + partners: by name of the relationship, the inventory name of the other server
    + timeout: seconds to wait for *normal*; then the step fails, and shows each server's state
      and last log lines

    The step fails in the same way if this server's daemon runs from other files, or has
    ``complaints``: see :class:`.dhcpd.records.Daemon`. A partner that is no part of the run is
    asked for its state too, over a connection of its own.
    """
    if not others.not_normal(state, host, partners) and not others.not_declared(
        state, host, watched
    ):
        host.noop("both servers are in normal")
        return
    yield FunctionCommand(others.proven, (watched, partners, timeout), {})
