"""The steps by which a server becomes what is declared, each idempotent.

What a step does follows from what the server is at that moment, never from what
an earlier step of the same run changed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from pyinfra import host, logger, state
from pyinfra.api import FactBase, FunctionCommand, StringCommand, operation
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.facts import get_fact
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.facts.deb import DebPackages
from pyinfra.facts.files import FileContents
from pyinfra.operations.util.files import generate_color_diff

from . import shell
from .dhcpd import commands
from .dhcpd.records import SERVING
from .dhcpd.records import Daemon as DaemonState
from .dhcpd.records import Failover as FailoverState
from .facts import Daemon, DaemonLog, Failover, FileState
from .system import InstalledFile

Result = TypeVar("Result")

OVERRIDE = "dhcp_go_dark"
"""The data that lets a server restart while its partner does not serve."""
POLL = 0.2
"""Seconds between two looks at a lease file: dhcpd tells its state in no other way."""


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
    path: str, content: str, installed: str | None, check: str
) -> Generator[StringCommand, None, None]:
    """A file that is about to be replaced would be accepted; nothing is changed by this.

    + path: where it is
    + content: the whole text
    + installed: the SHA-256 of what is there now; equal to the content's, nothing is tried
    + check: a command that has to accept the candidate, :func:`.shell.candidate`

    A dry run only says that it would be tried.
    """
    if installed == digest(content):
        host.noop(f"{path} is accepted already")
        return
    yield StringCommand(shell.tried(path, check), _stdin=content)


@operation()
def file(
    path: str,
    content: str,
    mode: str = "644",
    check: str | None = None,
    planned: InstalledFile | None = None,
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
    + partners: by server, the SHA-256 that the same file may have there, with the same
      consequence; a server that failed in this run fails the step as well

    **Atomicity:** the candidate is written beside the file and renamed into place, so that
    a reader finds the old file or the new one. A candidate that the check refuses is removed
    and the file stays as it was; the step fails with the check's own words. The file that was
    replaced is kept beside it, as ``.previous``.

    **Diff:** printed under ``--diff``, in a dry run too, before anything is changed.
    """
    installed = planned or host.get_fact(FileState, path=path)
    if installed == {"sha256": digest(content), "mode": mode, "owner": "root:root"}:
        host.noop(f"{path} is as declared")
        return
    if state.config.DIFF:
        old = host.get_fact(FileContents, path=path) if installed else []
        host.log(f"Will {'modify' if installed else 'create'} {path}")
        for line in generate_color_diff([f"{it}\n" for it in old], content.splitlines(True)):
            logger.info("  %s", line)
        if installed and (installed["mode"], installed["owner"]) != (mode, "root:root"):
            logger.info("  - mode %s, owner %s", installed["mode"], installed["owner"])
            logger.info("  + mode %s, owner root:root", mode)
    if partners:
        yield FunctionCommand(_as_planned, (path, partners), {})
    replaced = {installed["sha256"] if installed else "", digest(content)}
    yield StringCommand(shell.staged(path, mode, check, sorted(replaced)), _stdin=content)


def _as_planned(
    state: State, host: Host, path: str, partners: Mapping[str, Collection[str]]
) -> bool:
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


def digest(content: str) -> str:
    """The SHA-256 of a file with this content, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


@operation()
def service(
    watched: Mapping[str, str],
    partners: Mapping[str, str],
    timeout: int,
    firewall: bool = True,
    override: bool = False,
) -> Generator[str | FunctionCommand, None, None]:
    """dhcpd runs, now and at boot, from these files; restarting it leaves no pool unserved.

    + watched: by path, the content of the files that it is started from; none to do nothing,
      where it is another server's turn
    + partners: by name of the relationship, the inventory name of the other server
    + timeout: seconds to wait for partners to be in *normal* again after a restart
    + firewall: whether the rules about the failover port are to be loaded; where somebody
      flushed them, they are put back without a restart
    + override: restart even where no partner serves

    It restarts when, and only when, it was not started from exactly these: what it was
    started from is recorded where it starts. A server that serves is not restarted while a
    partner does not: the step fails and says what would have gone dark.
    """
    if not watched:
        host.noop("it is not this server's turn")
        return
    daemon = host.get_fact(Daemon)
    restart = not (daemon["running"] and _runs_from(daemon, watched)) or daemon["stale_unit"]
    unprotected = firewall and not daemon["firewall"]
    if daemon["enabled"] and not restart and not unprotected:
        host.noop("dhcpd runs as declared")
        return
    if restart:
        why = "it runs from other files" if daemon["running"] else "it does not run"
        host.log(f"Will {'restart' if daemon['running'] else 'start'} dhcpd: {why}")
        yield FunctionCommand(_take_turn, (partners, timeout, override), {})
    # systemd has to read a unit that this run has written, which the fact cannot know yet.
    yield commands.run(
        reload=restart, enable=not daemon["enabled"], restart=restart, firewall=unprotected
    )
    if restart:
        yield FunctionCommand(_end_turn, (partners, timeout), {})


_restarting: WeakKeyDictionary[State, set[Host]] = WeakKeyDictionary()
"""By run: the servers that are restarting. A lock for runs that keep no order (--no-wait)."""


def _take_turn(
    state: State, host: Host, partners: Mapping[str, str], timeout: int, override: bool
) -> bool:
    others = {state.inventory.get_host(it) for it in partners.values()}
    restarting = _restarting.setdefault(state, set())
    deadline = time.monotonic() + timeout
    while restarting & others & state.active_hosts and time.monotonic() < deadline:
        time.sleep(POLL)
    restarting.add(host)
    dark = [] if override else _would_go_dark(state, host, partners)
    if dark:
        restarting.discard(host)
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


def _end_turn(state: State, host: Host, partners: Mapping[str, str], timeout: int) -> bool:
    """Wait for normal with the partners that run; one that does not has yet to be started."""
    running = {}
    for name, partner in partners.items():
        daemon = _ask(state, state.inventory.get_host(partner), Daemon)
        if daemon and daemon["running"]:
            running[name] = partner
    try:
        return _wait_for_normal(state, host, running, timeout, everyone=True)
    finally:
        _restarting[state].discard(host)


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
    if not _not_normal(state, host, partners) and not _not_declared(state, host, watched):
        host.noop("both servers are in normal")
        return
    yield FunctionCommand(_proven, (watched, partners, timeout), {})


def _proven(
    state: State,
    host: Host,
    watched: Mapping[str, str],
    partners: Mapping[str, str],
    timeout: int,
) -> bool:
    if not _wait_for_normal(state, host, partners, timeout):
        return False
    reasons = _not_declared(state, host, watched)
    if reasons:
        _report(state, host, {host: reasons})
    return not reasons


def _not_declared(state: State, host: Host, watched: Mapping[str, str]) -> list[str]:
    daemon = _ask(state, host, Daemon)
    if daemon is None:
        return ["cannot be reached"]
    reasons = [f"has logged: {it}" for it in daemon["complaints"]]
    if not _runs_from(daemon, watched):
        reasons.append("its daemon runs from other files than those declared")
    return reasons


def _runs_from(daemon: DaemonState, watched: Mapping[str, str]) -> bool:
    return daemon["loaded"] == {path: digest(text) for path, text in watched.items()}


def _wait_for_normal(
    state: State, host: Host, partners: Mapping[str, str], timeout: int, everyone: bool = False
) -> bool:
    deadline = time.monotonic() + timeout
    while amiss := _not_normal(state, host, partners, everyone):
        if time.monotonic() > deadline:
            _report(state, host, amiss)
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


def _not_normal(
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
    state: State, server: Host, fact: type[FactBase[Result]], **arguments: str
) -> Result | None:
    """A fact of any server of the inventory; None if that cannot be reached."""
    try:
        return cast(
            "Result", get_fact(state, server, fact, kwargs=arguments, apply_failed_hosts=False)
        )
    except ConnectError:
        return None
