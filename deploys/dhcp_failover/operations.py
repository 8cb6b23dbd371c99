"""The steps by which a server becomes what is declared, each idempotent.

What a step does follows from what the server is at that moment, never from what
an earlier step of the same run changed.
"""

from __future__ import annotations

from collections.abc import Collection, Generator

from pyinfra import host, logger, state
from pyinfra.api import FunctionCommand, operation
from pyinfra.api.output import format_text

from .engines.engine import Check, ConfigFile, InstalledFile
from .rollout import acceptance, change, conclude, ending, say
from .rollout.ask import Unreached
from .rollout.diff import differences
from .rollout.packages import installed
from .rollout.plan import expected_state, planned
from .rollout.run import Run

COLOURS = {"-": "red", "+": "green"}


@operation()
def packages() -> Generator[FunctionCommand, None, None]:
    """Install the Debian packages that a server needs, without starting the DHCP server.

    Nothing that is installed is updated or upgraded. Waits up to two minutes for another
    program that holds dpkg's lock.
    """
    absent = Run.of(state).lacks(host.name)
    if not absent:
        host.noop("all packages are installed")
        return
    _once(f"Will install {', '.join(absent)}")
    yield FunctionCommand(installed, (), {})


@operation()
def file(
    path: str,
    content: str,
    mode: str = "644",
    check: Check | None = None,
    secret: bool = False,
) -> Generator[FunctionCommand, None, None]:
    """Prepare a file: its whole new content lies beside it, and replaces it in the server's turn.

    + path: where it is; its directory exists
    + content: the whole text, ending in a newline
    + mode: as chmod(1) takes it; the file belongs to root
    + check: a command that has to accept the new content; without one it is accepted
    + secret: whether its content is kept out of what is printed

    **Atomicity:** the content is compared with its SHA-256 on the server before anything else
    happens with it. The live file is the old one or the new one at every moment;
    :func:`service` replaces it. A file that the check refuses is removed.

    **Diff:** printed under ``--diff``, in a dry run too, before anything is changed.
    """
    run = Run.of(state)
    declared = ConfigFile(path, content, mode, secret, check)
    found = run.installed(host.name, path)
    if found == expected_state(declared):
        host.noop(f"{path} is as declared")
        return
    if state.config.DIFF and (host.name, path) not in run.said:
        run.said.add((host.name, path))
        _show(run, declared, found)
    yield FunctionCommand(acceptance.prepared, (declared,), {})


def _show(run: Run, declared: ConfigFile, found: InstalledFile | None) -> None:
    lines = [f"Will {'modify' if found else 'create'} {declared.path}"]
    if declared.secret:
        lines.append("  (content not shown: secret)")
    elif found is None or found["sha256"] != declared.digest:
        old = run.text(host.name, declared.path) if found else ""
        if isinstance(old, Unreached):
            lines.append(f"  (not compared: {old.reason})")
        else:
            hide = run.engine(host.name).concealed  # a file made by hand may hold secrets
            lines += [_coloured(it) for it in differences(hide(old), hide(declared.text))]
    if found and (found["mode"], found["owner"]) != (declared.mode, "root:root"):
        lines.append(f"  - mode {found['mode']}, owner {found['owner']}")
        lines.append(f"  + mode {declared.mode}, owner root:root")
    # The same lines stand further down on a primary: its part of a relationship is longer.
    key = "\n".join("@@" if it.lstrip().startswith("@@") else it for it in lines)
    first = run.shown.setdefault(key, host.name)
    if first != host.name:
        host.log(f"{lines[0]}: the same difference as on {first}")
        return
    host.log(lines[0])
    for line in lines[1:]:
        logger.info(line)


def _coloured(line: str) -> str:
    text, colour = say.printable(line), COLOURS.get(line[:1])
    return f"  {format_text(text, colour) if colour else text}"


def _once(message: str) -> None:
    """Print what a step will do, once: pyinfra may come to it when it plans and when it acts."""
    run = Run.of(state)
    if (host.name, message) not in run.said:
        run.said.add((host.name, message))
        say.note(host, message)


@operation()
def accepted(
    servers: Collection[str], fresh: bool = False
) -> Generator[FunctionCommand, None, None]:
    """Check every new file on its server before any file is replaced on any of ``servers``.

    + servers: names of this server and of those that change with it or not at all
    + fresh: whether this server had no daemon before the run; it goes on where another server,
      whose files were accepted, failed after that: that one may be waiting for it

    Nothing is changed by this. Each new file is tried once a run by its program, and the daemon
    is started with them beside the running one, cut off from the network. A refusal, or a
    server that failed in this run, fails the step, which shows the reason and says what stays
    as it is. A dry run only says that the files would be checked.
    """
    if not Run.of(state).differing(host.name):
        host.noop("no file differs")
        return
    yield FunctionCommand(acceptance.accepted, (servers, fresh), {})


@operation()
def service(mine: bool = True, go_dark: bool = False) -> Generator[FunctionCommand, None, None]:
    """Put the new files in place and have the daemon run from them, now and at boot.

    + mine: whether it is this server's wave; otherwise nothing happens
    + go_dark: restart even where no partner serves

    It happens in the server's turn, which is taken on the server and on its partners: no other
    run of pyinfra changes them meanwhile. Files and restart are one program on the server,
    which ends by itself whatever becomes of the connection; if the daemon does not start, it
    puts the previous files back.

    The daemon is restarted when, and only when, it was not started from exactly these files or
    does not work. One that serves is not restarted while a partner does not: the step fails
    and says which pools nobody would have served. Before it stops it hands its clients to the
    partners that share them with it, so requests that it has read but not answered are answered
    by its partner.
    """
    if not mine:
        host.noop("it is not this server's wave")
        return
    run = Run.of(state)
    survey = run.present(host.name)
    if not isinstance(survey, Unreached):
        plan = planned(survey.look, run.files(host.name), run.unheard(host.name))
        if not plan:
            host.noop("the daemon runs as declared")
            return
        if plan.restart:
            running = survey.look["daemon"]["running"]
            name = run.engine(host.name).DAEMON_NAME
            _once(f"Will {'restart' if running else 'start'} {name}: {plan.restart}")
    yield FunctionCommand(change.change, (go_dark,), {})


@operation()
def normal() -> Generator[FunctionCommand, None, None]:
    """See both servers of each relationship connected, as declared, with the same leases.

    Waits for that, within ``normal_timeout`` seconds for all of this server's waiting in a run.
    Then the step fails and shows each server's state and last log lines. It also fails if this
    server's daemon runs from other files or has ``complaints`` (see :class:`.facts.Daemon`), and,
    for a server that was changed, if the two do not know the same leases. A partner that is not
    part of the run is asked too.

    A server that waits for a time that its protocol sets is no failure: the step says until when.
    """
    run = Run.of(state)
    if conclude.settled_already(run, host.name):
        host.noop("both servers are connected")
        if state.is_executing:
            ending.warnings(run, host)
            ending.verdicts(run, host)
        return
    yield FunctionCommand(conclude.concluded, (), {})
