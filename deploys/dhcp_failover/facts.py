"""Facts about a server, as ``pyinfra INVENTORY fact dhcp_failover.facts.NAME`` prints them.

Each answers quietly on a server that has no DHCP server yet.
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from gzip import decompress
from typing import Any, ClassVar, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from .engines import ENGINES
from .engines.engine import (
    DaemonState,
    Endpoints,
    EngineLook,
    PoolUse,
    Question,
    Relation,
)
from .system import shell
from .system.marks import marked, unmarked
from .system.packing import packed
from .system.survey import SURVEY, InstalledFile, System, installed_file, system

ENGINE = next(iter(ENGINES.values()))
"""Facts are asked without the data of a site, which would name another."""
Answer = TypeVar("Answer")


def _read(script: str, output: Sequence[str], read: Callable[[Sequence[str]], Answer]) -> Answer:
    """Read what a marked script printed; any other exception would end the run of every server."""
    try:
        return read(unmarked(script, output))
    except Exception as error:
        raise FactProcessError(f"the server's answer cannot be read: {error}") from error


class _Asked(FactBase[Answer]):
    """A question to a server's DHCP engine."""

    question: ClassVar[Question[Any]]

    @override
    def command(self) -> str:
        return packed(marked(self.question.script))

    @override
    def process(self, output: list[str]) -> Answer:
        answer: Answer = _read(self.question.script, output, self.question.read)
        return answer


def _look_at(part: Callable[[EngineLook], Answer]) -> Question[Answer]:
    return Question(ENGINE.LOOK.script, lambda lines: part(ENGINE.LOOK.read(lines)))


class Look(_Asked[EngineLook]):
    """All that a run or a status has to know of a server's DHCP engine.

    See :class:`.engines.engine.EngineLook`.
    """

    question = ENGINE.LOOK


class Daemon(_Asked[DaemonState]):
    """Whether the DHCP daemon lives, and what it was started from.

    See :class:`.engines.engine.DaemonState`.
    """

    question = _look_at(lambda look: look["daemon"])


class Failover(_Asked[dict[str, Relation]]):
    """The state of each of the server's relationships, by name.

    From its process, its lease file and, in its first minute, its log. See
    :class:`.engines.engine.Relation`.
    """

    question = ENGINE.RELATIONS


class Links(_Asked[dict[str, Endpoints]]):
    """The ends of each of the server's relationships, by name, as its daemon has them.

    Empty where the configuration file of a daemon was replaced after its start.
    """

    question = _look_at(lambda look: look["endpoints"])


class DaemonLog(_Asked[list[str]]):
    """The last lines that the DHCP daemon and its unit logged, the newest last."""

    question = ENGINE.LOG


class Pools(_Asked[list[PoolUse] | None]):
    """The use of every range, counted on the server, in the order of their addresses.

    None where it cannot be known: without the program that counts, a lease file or a range. See
    :class:`.engines.engine.PoolUse`.
    """

    question = ENGINE.POOLS


class ServerSystem(FactBase["System | None"]):
    """What must be known of a server before anything is done to it: its rights, its addresses.

    See :class:`.system.survey.System`.
    """

    @override
    def command(self) -> str:
        self._asked = time.time()
        return packed(marked(SURVEY))

    @override
    def process(self, output: list[str]) -> System:
        now = (self._asked + time.time()) / 2
        return _read(SURVEY, output, lambda lines: system(lines, now))


class FileState(FactBase["InstalledFile | None"]):
    """What is installed at a path; None if it is no regular file."""

    @override
    def command(self, path: str) -> str:
        self._script = shell.file_state(path)
        return packed(marked(self._script))

    @override
    def process(self, output: list[str]) -> InstalledFile | None:
        return _read(
            self._script, output, lambda lines: installed_file(" ".join(lines)) if lines else None
        )


class FileText(FactBase[str]):
    """The whole text of the file at a path; empty if there is none.

    It comes compressed: a large file shrinks to a tenth, in one line.
    """

    @override
    def command(self, path: str) -> str:
        self._script = shell.compressed(path)
        return packed(marked(self._script))

    @override
    @staticmethod
    def default() -> str:
        return ""

    @override
    def process(self, output: list[str]) -> str:
        return _read(self._script, output, _decompressed)


def _decompressed(lines: Sequence[str]) -> str:
    content = b64decode("".join(lines))
    return decompress(content).decode(errors="replace") if content else ""
