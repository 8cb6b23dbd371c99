"""The shell commands that change a server, whatever DHCP server it runs.

Each is POSIX ``sh`` and assembled here, from programs in ``scripts/``. One that changes what a
daemon runs from carries its turn: the server refuses it when that turn is over.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from gzip import decompress
from posixpath import split
from shlex import quote
from typing import NamedTuple

from .memory import FORMER, HOME, PARTNERS, TURN, UNPROVEN
from .script import script

HERE = "dhcp_failover.system"
TURN_SECONDS = 30
"""How long a turn lasts unless its holder renews it."""
ORIGINAL = f"{HOME}/original"
"""Where a configuration that this project did not write stays, once, for root alone."""
NOT_OURS = "is not the file that this run wrote"
"""What :func:`activate` prints of a staged file that another run has written over."""
MADE = "# Made by pyinfra"
"""How a file of this project begins."""


class Holder(NamedTuple):
    """A run of pyinfra that takes turns."""

    token: str
    name: str
    """For people: ``root@controller, process 4711``."""


class Replacement(NamedTuple):
    """A staged file that is to be put in place."""

    path: str
    digest: str
    """SHA-256 of the staged content."""
    planned: str
    """SHA-256 that the live file had when the run looked; empty for no file."""


class Daemon(NamedTuple):
    """What a change does with the daemon's unit."""

    unit: str
    reload: bool = False
    enable: bool = False
    restart: bool = False
    rules: str = ""
    """A command that loads firewall rules, where no restart does so."""
    reason: str = "true"
    """A script that prints why the daemon did not start."""


def staging_path(path: str) -> str:
    """Where the new content of ``path`` waits: beside it, where a rename is atomic."""
    directory, name = split(path)
    return f"{directory}/.{name}.new"


def file_state(path: str) -> str:
    """Print mode, owner and SHA-256 of the regular file at ``path``, or nothing."""
    file = quote(path)
    return f"! test -f {file} || {{ stat -L -c '%a %U:%G' {file} && sha256sum < {file}; }}"


def compressed(path: str) -> str:
    """Print the regular file at ``path`` by gzip(1) and base64(1), or nothing."""
    file = quote(path)
    return f"! test -f {file} || gzip -c < {file} | base64 -w 0"


def decompressed(lines: Sequence[str]) -> str:
    """Read what :func:`compressed` prints."""
    return decompress(b64decode("".join(lines))).decode(errors="replace") if lines else ""


def stage(path: str, mode: str, digest: str) -> str:
    """Write standard input beside ``path``, whole or not at all; ``path`` is not touched."""
    return script(HERE, "stage.sh", FILE=path, NEW=staging_path(path), MODE=mode, DIGEST=digest)


def discard(staged: Iterable[tuple[str, str]]) -> str:
    """Remove staged files (live path, SHA-256), but not those of another run."""
    lines = "".join(f"{digest} {staging_path(path)}\n" for path, digest in staged)
    return script(HERE, "discard.sh", FILES=lines)


def remove(holder: Holder, paths: Iterable[str]) -> str:
    """Remove files that an interrupted run left, in this run's turn."""
    return in_turn(holder, "rm -f -- " + " ".join(quote(it) for it in paths))


def in_turn(holder: Holder, command: str) -> str:
    """A command that the server refuses when the turn is over."""
    return _in_turn(holder, f"turn_required\n{command}")


def take_turn(holder: Holder) -> str:
    """Print ``taken``, or ``held SECONDS-LEFT SINCE HOLDER``."""
    return _in_turn(holder, "turn_take")


def renew_turn(holder: Holder) -> str:
    """Print ``taken``, or ``lost: WHY``."""
    return _in_turn(holder, "turn_renew")


def give_turn(holder: Holder) -> str:
    """End the turn, if it is this holder's."""
    return _in_turn(holder, "turn_give")


def activate(
    holder: Holder, files: Sequence[Replacement], daemon: Daemon, former: Sequence[str] = ()
) -> str:
    """Put staged files in place and bring the daemon to them, all or nothing.

    Fails, and leaves or puts back the previous files, if the turn is over, if a file is not the
    one that the run planned with, or if the daemon does not start; the reason is printed.
    ``former`` are lines of :data:`.memory.FORMER` for partners that this change replaces.
    """
    lines = "".join(f"{it.digest} {it.planned or '-'} {it.path}\n" for it in files)
    settings = {
        "FILES": lines,
        "UNIT": daemon.unit,
        "RELOAD": _flag(daemon.reload),
        "ENABLE": _flag(daemon.enable),
        "RESTART": _flag(daemon.restart),
        "RULES": daemon.rules,
        "REASON": daemon.reason,
        "NOT_OURS": NOT_OURS,
        "FORMER": "".join(f"{it}\n" for it in former),
        "KEEPS": FORMER,
    }
    previous = script(HERE, "previous.sh", UNPROVEN=UNPROVEN)
    return _in_turn(holder, f"{previous}\n{script(HERE, 'activate.sh', **settings)}")


def restore(holder: Holder, unit: str) -> str:
    """Put the files of before the last unproven change back, and restart the daemon."""
    previous = script(HERE, "previous.sh", UNPROVEN=UNPROVEN)
    return _in_turn(holder, f"{previous}\n{script(HERE, 'restore.sh', UNIT=unit)}")


def proven(
    holder: Holder, main: str, files: Iterable[tuple[str, str]], partners: Iterable[str]
) -> str:
    """Forget the previous files, and remember the partners (lines of :data:`.memory.PARTNERS`).

    ``files`` are path and SHA-256 of what was proven: with anything else there now, nothing is
    forgotten, and the command fails.
    """
    settings = {
        "ORIGINAL": ORIGINAL,
        "MAIN": main,
        "MADE": MADE,
        "FILES": "".join(f"{digest}  {path}\n" for path, digest in files),
        "PARTNERS": PARTNERS,
        "PARTNERS_TEXT": "".join(f"{it}\n" for it in partners),
    }
    previous = script(HERE, "previous.sh", UNPROVEN=UNPROVEN)
    return _in_turn(holder, f"{previous}\n{script(HERE, 'proven.sh', **settings)}")


def reachable(address: str, port: int, local: str) -> str:
    """Exit with 0 if this server gets a TCP connection to ``port`` of ``address`` in 3 seconds.

    The connection comes from ``local``, the address that the other server's firewall knows.
    """
    return script(HERE, "reach.sh", ADDRESS=address, PORT=str(port), LOCAL=local)


def _in_turn(holder: Holder, program: str) -> str:
    settings = {
        "TURN": TURN,
        "TOKEN": holder.token,
        "HOLDER": holder.name,
        "SECONDS_LEFT": str(TURN_SECONDS),
    }
    return f"{script(HERE, 'turn.sh', **settings)}\n{program}\n"


def _flag(it: bool) -> str:
    return "yes" if it else ""
