"""How a run speaks to its servers: every question and every command has a bound.

Nothing here raises for what a server or a connection does: an answer that cannot be had is
:class:`Unreached`, with the reason.
"""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import gevent
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool
from pyinfra.api import StringCommand
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS, pop_global_arguments
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.connectors.ssh import SSHConnector

from ..engines.engine import Question
from ..system.marks import answer, marked, unmarked
from ..system.packing import packed, refused

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

ANSWER, CONNECT, CHANGE = 15, 12, 150
"""Seconds for the answer to a question, for a connection, and for a command that changes
something (a daemon with a large configuration starts slowly; packages take longer)."""
DEAD_LINK = 10_000
"""Milliseconds that sent data may stay unacknowledged before a connection counts as dead."""


class Unreached(NamedTuple):
    """Why a server did not answer, or could not be understood."""

    reason: str


class Outcome(NamedTuple):
    """What a command that changes something did."""

    ok: bool
    lines: list[str]


class Once(Generic[Key, Value]):
    """A value for each key, made once, however many greenlets ask at the same time."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        self._make = make
        self._made: dict[Key, Value] = {}
        self._locks: dict[Key, BoundedSemaphore] = {}
        self._forgotten: dict[Key, int] = {}

    def __call__(self, key: Key) -> Value:
        with self._locks.setdefault(key, BoundedSemaphore()):
            if key in self._made:
                return self._made[key]
            before = self._forgotten.get(key, 0)
            value = self._make(key)
            if self._forgotten.get(key, 0) == before:
                self._made[key] = value
            return value

    def forget(self, key: Key) -> None:
        """Make the value for ``key`` anew when it is asked for again.

        One that is being made now began in the past: nobody gets it who asks from now on.
        """
        self._forgotten[key] = self._forgotten.get(key, 0) + 1
        self._made.pop(key, None)


class Servers:
    """The servers of an inventory, those outside of ``--limit`` too."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.lost: dict[str, Unreached] = {}
        """Servers that stopped answering: they are not asked again."""
        self.patience = math.inf
        """Seconds for all that a run asks of one server, from its first question on."""
        self._until: dict[str, float] = {}
        self._connecting = Once(self._connect)
        self._arguments = Once(self._arguments_of)

    def host(self, name: str) -> Host:
        """The server as pyinfra has it."""
        return self.state.inventory.get_host(name)

    def pause(self, seconds: float) -> None:
        """Let the servers go on for so long."""
        gevent.sleep(seconds)

    def all_of(self, names: Iterable[str], ask: Callable[[str], Value]) -> dict[str, Value]:
        """The answers of several servers, asked at the same time."""
        names = list(dict.fromkeys(names))
        if len(names) == 1:
            return {names[0]: ask(names[0])}
        return dict(zip(names, Pool(len(names) or 1).map(ask, names), strict=True))

    def ask(
        self, name: str, question: Question[Value], seconds: float = ANSWER
    ) -> Value | Unreached:
        """The answer of any server of the inventory to a question that changes nothing."""
        lines = self._command(name, question.script, seconds)
        if isinstance(lines, Unreached):
            return lines
        try:
            return question.read(unmarked(question.script, lines))
        except Exception as error:  # whatever a broken answer makes of a reader
            return Unreached(f"its answer cannot be read ({error or type(error).__name__})")

    def tell(
        self, name: str, script: str, seconds: float = CHANGE, stdin: str | None = None
    ) -> Outcome:
        """Run a command that changes something; what it printed, on both of its outputs."""
        program = f"exec 2>&1\n{script}"
        lines = self._command(name, program, seconds, stdin)
        if isinstance(lines, Unreached):
            return Outcome(False, [f"{name}: {lines.reason}"])
        try:
            status, printed = answer(program, lines)
        except ValueError as error:
            return Outcome(False, [f"{name}: the connection broke during a command ({error})"])
        return Outcome(status == 0, printed)

    def _command(
        self, name: str, script: str, seconds: float, stdin: str | None = None
    ) -> list[str] | Unreached:
        if name in self.lost:
            return self.lost[name]
        if failure := self._connecting(name):
            return self.lost.setdefault(name, failure)
        until = self._until.setdefault(name, time.monotonic() + self.patience)
        seconds = min(seconds, until - time.monotonic())
        if seconds <= 0:
            return Unreached("there was no time left to ask it")
        host = self.host(name)
        arguments = dict(self._arguments(name))
        if stdin is not None:
            arguments["_stdin"] = [stdin]  # in one piece: pyinfra would send line by line
        try:
            with gevent.Timeout(seconds, TimeoutError):
                command = StringCommand(packed(marked(script)))
                ok, output = host.run_shell_command(command, **arguments)
        except TimeoutError:
            return self._lose(host, f"it did not answer for {seconds:g} seconds")
        except Exception as error:  # paramiko: EOFError, SSHException, OSError, and others
            return self._lose(host, "the connection broke" + f" ({error})" * bool(str(error)))
        if not ok:
            words = " ".join(output.stderr_lines[-3:]) or "the connection broke"
            words = refused(words, host.data.get("ssh_user"))
            if _is_broken(host):
                return self._lose(host, words)
            return Unreached(words)
        return output.stdout_lines

    def _lose(self, host: Host, reason: str) -> Unreached:
        """Give a server up: what still waits for it ends, and nobody asks it again."""
        client = getattr(host.connector, "client", None)
        if client is not None:
            gevent.spawn(client.close)
        return self.lost.setdefault(host.name, Unreached(reason))

    def _connect(self, name: str) -> Unreached | None:
        host = self.host(name)
        if host in self.state.failed_hosts and not host.connected:
            return Unreached("no connection to it when this run began")
        try:
            if not host.connected:
                with gevent.Timeout(CONNECT, TimeoutError):
                    host.connect(show_errors=False, raise_exceptions=True)
        except TimeoutError:
            return Unreached(f"no connection to it within {CONNECT} seconds")
        except Exception as error:  # a name that cannot be one of a host: UnicodeError
            return Unreached(f"no connection to it ({error or type(error).__name__})")
        _guard(host)
        return None

    def _arguments_of(self, name: str) -> dict[str, Any]:
        """How pyinfra runs commands on a server: as which user, with which shell."""
        found = pop_global_arguments(self.state, self.host(name), {})[0]
        return {key: value for key, value in found.items() if key in CONNECTOR_ARGUMENT_KEYS}


def _guard(host: Host) -> None:
    """Notice a dead link, and send small packets at once.

    Without Nagle's algorithm off, a delayed acknowledgement costs each command 40 ms.
    """
    transport = _transport(host)
    if transport is None:
        return
    transport.set_keepalive(3)
    if isinstance(transport.sock, socket.socket):
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_LINK)


def _transport(host: Host) -> Any:
    if isinstance(host.connector, SSHConnector) and host.connector.client:
        return host.connector.client.get_transport()
    return None


def _is_broken(host: Host) -> bool:
    transport = _transport(host)
    return transport is not None and not transport.is_active()
