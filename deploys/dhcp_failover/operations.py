"""The steps by which a server becomes what is declared, each idempotent.

What a step does follows from what the server is at that moment, never from what
an earlier step of the same run changed.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from hashlib import sha256
from typing import TypeVar, cast

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
from .dhcpd import commands, paths
from .dhcpd.records import Failover as FailoverState
from .facts import Daemon, DaemonLog, Failover, FileState

Result = TypeVar("Result")

POLL = 0.2
"""Seconds between two looks at a lease file: dhcpd tells its state in no other way."""


@operation()
def package() -> Generator[str, None, None]:
    """dhcpd's package is installed, and dhcpd is not started by that.

    Nothing is updated or upgraded when it is there. Waits up to two minutes for
    another program that holds dpkg's lock.
    """
    if paths.PACKAGE in host.get_fact(DebPackages):
        host.noop(f"{paths.PACKAGE} is installed")
        return
    yield commands.INSTALL


@operation()
def file(
    path: str, content: str, mode: str = "644", check: str | None = None
) -> Generator[StringCommand, None, None]:
    """A file has exactly this content and mode, and belongs to root.

    + path: where it is; its directory exists
    + content: the whole text, ending in a newline
    + mode: as chmod(1) takes it
    + check: a command that has to accept the candidate, :func:`.shell.candidate`

    **Atomicity:** the candidate is written beside the file and renamed into place, so that
    a reader finds the old file or the new one. A candidate that the check refuses is removed
    and the file stays as it was; the step fails with the check's own words.

    **Diff:** printed under ``--diff``, in a dry run too, before anything is changed.
    """
    installed = host.get_fact(FileState, path=path)
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
    yield StringCommand(shell.staged(path, mode, check), _stdin=content)


def digest(content: str) -> str:
    """The SHA-256 of a file with this content, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


@operation()
def service(watched: Mapping[str, str]) -> Generator[str, None, None]:
    """dhcpd runs, now and at boot, from these files.

    + watched: by path, the content of the files that it is started from

    It restarts when, and only when, it was not started from exactly these: what it was
    started from is recorded where it starts.
    """
    daemon = host.get_fact(Daemon)
    as_declared = daemon["loaded"] == {path: digest(text) for path, text in watched.items()}
    restart = not daemon["running"] or not as_declared or daemon["stale_unit"]
    if daemon["enabled"] and not restart:
        host.noop("dhcpd runs as declared")
        return
    if restart:
        why = "it runs from other files" if daemon["running"] else "it does not run"
        host.log(f"Will {'restart' if daemon['running'] else 'start'} dhcpd: {why}")
    # systemd has to read a unit that this run has written, which the fact cannot know yet.
    yield commands.run(reload=restart, enable=not daemon["enabled"], restart=restart)


@operation()
def normal(partners: Mapping[str, str], timeout: int) -> Generator[FunctionCommand, None, None]:
    """Both servers of each of this server's relationships are in *normal*.

    + partners: by name of the relationship, the inventory name of the other server
    + timeout: seconds to wait for it; then the step fails, and shows each server's state
      and last log lines

    A partner that is no part of the run is asked too, over a connection of its own.
    """
    if not _not_normal(state, host, partners):
        host.noop("both servers are in normal")
        return
    yield FunctionCommand(_wait_for_normal, (partners, timeout), {})


def _wait_for_normal(state: State, host: Host, partners: Mapping[str, str], timeout: int) -> bool:
    deadline = time.monotonic() + timeout
    while amiss := _not_normal(state, host, partners):
        if time.monotonic() > deadline:
            for server, reasons in amiss.items():
                for reason in reasons:
                    host.log_styled(f"{server}: {reason}", fg="red", log_func=logger.error)
                host.log(f"{server}: the last log lines of its DHCP server:", logger.error)
                for line in _ask(state, server, DaemonLog) or ["(none)"]:
                    host.log(f"  {line}", logger.error)
            return False
        time.sleep(POLL)
    return True


def _not_normal(state: State, host: Host, partners: Mapping[str, str]) -> dict[Host, list[str]]:
    """By server: why it is not in normal. Partners in the run look at themselves."""
    relationships = {host: list(partners)}
    for name, partner in partners.items():
        server = state.inventory.get_host(partner)
        if server not in state.active_hosts:
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


def _ask(state: State, server: Host, fact: type[FactBase[Result]]) -> Result | None:
    """A fact of any server of the inventory; None if that cannot be reached."""
    try:
        return cast("Result", get_fact(state, server, fact, apply_failed_hosts=False))
    except ConnectError:
        return None
