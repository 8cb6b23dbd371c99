"""What is known of a site's health: the answers of its servers, as one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypedDict

from ..engines.engine import EngineLook, Holding, LiveRange, PoolUse, Relation
from ..system.survey import System
from .codes import CODES, Severity

if TYPE_CHECKING:
    from ..site.model import Site


class ServerHealth(TypedDict):
    """What one server said, and what the data says it should be."""

    system: System
    look: EngineLook
    pools: list[PoolUse] | None
    """None where they were not counted."""
    holding: Holding | None
    """None where it was not counted."""
    live: list[LiveRange]
    """The ranges of its installed configuration; empty where they were not read."""
    declared: dict[str, tuple[str, str]]
    """By path: SHA-256 and mode of the files, as the data has them."""
    needed_interfaces: list[str]
    """The interfaces that its networks need."""
    uncompared: list[str]
    """Paths of files whose content cannot be compared, because their secrets are not here."""


class Unreached(NamedTuple):
    """A server that can be connected to, and gave no answer that can be read."""

    reason: str
    """As in ``its answer cannot be read (no end marker)``."""


Servers = Mapping[str, ServerHealth | Unreached | None]
"""By name: the servers that were asked. None: no answer. Not in it: not asked."""


class Daemon(Protocol):
    """What messages need to know of an engine; each engine module satisfies it."""

    DAEMON_NAME: str
    UNIT: str
    CLOCKS_APART: int


class SiteHealth(NamedTuple):
    """A site, and what its servers said at ``now`` (seconds of the epoch)."""

    site: Site
    engine: Daemon
    servers: Servers
    now: float

    def answered(self, server: str) -> ServerHealth | None:
        """What ``server`` said; None if it was not asked, or gave no readable answer."""
        answer = self.servers.get(server)
        return None if isinstance(answer, Unreached) else answer

    def relation(self, server: str, relationship: str) -> Relation | None:
        """How ``server`` sees the relationship; None where its daemon does not say."""
        one = self.answered(server)
        if one is None or not one["look"]["daemon"]["running"]:
            return None
        return one["look"]["relations"].get(relationship)

    def together(self, server: str, relationship: str) -> bool:
        """Whether ``server`` says that both serve clients in the relationship."""
        relation = self.relation(server, relationship)
        return relation is not None and relation["condition"] == "together"


class Trouble(NamedTuple):
    """Something that is not as it should be."""

    code: str
    """A key of :data:`.codes.CODES`."""
    server: str
    relationship: str | None
    """None where it concerns the server as a whole."""
    text: str
    """One sentence, without the server's name."""
    todo: str
    """One sentence: what to do."""

    @property
    def severity(self) -> Severity:
        """Whether it makes the site unhealthy (``failure``) or not (``warning``)."""
        return CODES[self.code].severity

    def __str__(self) -> str:
        return f"{self.server}: {self.text}"


Found = tuple[str, str, str]
"""Code, text and what to do."""


def not_asked(health: SiteHealth) -> list[str]:
    """The servers of the site that were left out, by ``--limit`` for example."""
    return [name for name in health.site.peers if name not in health.servers]


def notes(health: SiteHealth) -> Iterator[str]:
    """What was not looked at, in sentences."""
    if left_out := not_asked(health):
        one_left = len(left_out) == 1
        verb, whom = ("was", "it") if one_left else ("were", "them")
        yield f"{', '.join(left_out)} {verb} not asked: nothing is known of {whom}."
    for name in health.site.peers:
        one = health.answered(name)
        if one and one["uncompared"]:
            paths = ", ".join(one["uncompared"])
            yield f"{name}: {paths} was not compared, because its secrets are not here."


def minute(seconds: float) -> str:
    """A time for people, as in ``2026-11-24 04:54Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%MZ")


def minute_of(since: str | None) -> str:
    """The same of a time as engines give it; ``-`` if there is none."""
    return minute(epoch(since)) if since else "-"


def epoch(since: str) -> float:
    """Seconds of the epoch of a time as engines give it."""
    return datetime.fromisoformat(since).timestamp()
