"""What a DHCP server program (an engine) offers, and the values that cross this seam.

A module is an engine: it satisfies :class:`Engine`. Nothing here waits, locks or prints, and
nothing here is one engine's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar

from ..system.survey import InstalledFile

if TYPE_CHECKING:
    from ..site.model import Site
    from ..site.relationships import Peer
    from ..site.values import Declared

Answer = TypeVar("Answer")

Condition = Literal["together", "alone", "starting", "recovering", "down"]
"""What a state of a relationship is worth to clients, in any engine.

``together`` and ``alone`` serve clients. ``starting`` leaves by itself within seconds.
``recovering`` is silent, and catches up with its partner. ``down`` is silent, and stays so.
"""
SERVING: tuple[Condition, ...] = ("together", "alone")


class Question(NamedTuple, Generic[Answer]):
    """A question to a server: a POSIX sh script, and how to read the lines that it prints.

    The script is quiet where the engine is not installed, and changes nothing. ``read`` raises
    :class:`ValueError` for what it cannot read.
    """

    script: str
    read: Callable[[Sequence[str]], Answer]


class Check(NamedTuple):
    """How a server checks a new file before it replaces the old one."""

    program: str
    """What the check needs, as found on the ``PATH``."""
    command: str
    """A shell command that names the staged file; it fails with the reason on standard error."""


class ConfigFile(NamedTuple):
    """A file of a server, as declared: all of it, or it is not there."""

    path: str
    text: str
    mode: str = "644"
    secret: bool = False
    """Whether its content is kept out of what is printed."""
    check: Check | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return _digest(self.text)


@lru_cache(maxsize=64)
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Process(TypedDict):
    """A process of a DHCP server, of this project or not."""

    pid: int
    program: str
    """The path of its executable; `` (deleted)`` behind it where that was replaced."""
    command: str
    """Its command line, one space between arguments."""
    unit: str
    """The systemd unit that it belongs to; empty if it belongs to no unit."""
    state: str
    """As in proc(5): ``R``, ``S``, ``D`` (waits for a disk), ``T`` (stopped), ``Z``."""
    started: int
    """Seconds of the epoch."""
    interfaces: list[str]
    """Where it hears clients' broadcasts."""
    port67: list[str]
    """The addresses (``0.0.0.0``, ``192.0.2.1%eth0``) on which it has UDP port 67."""


class DaemonState(TypedDict):
    """The DHCP daemon of a server: what runs, and what it runs from."""

    running: bool
    """Whether the process that the unit started lives."""
    pid: int | None
    started: str | None
    """UTC, as in ``2026-11-24T04:03:21+00:00``."""
    version: str | None
    """Of the installed program, ``4.4.3-P1``; None without it."""
    enabled: bool
    """Whether it starts at boot, by a native unit and not one made from an init script."""
    masked: bool
    """Whether an administrator has masked the unit."""
    stale_unit: bool
    """Whether systemd has not read the unit file that is on disk."""
    complaints: list[str]
    """Log lines, since it was last in normal again, that a healthy pair does not write."""
    firewall: bool
    """Whether the rules in force are those of the rules file on the server."""
    loaded: dict[str, str]
    """By path: the SHA-256 of the files that the running daemon was started from."""
    process: Process | None
    """The process that the unit started."""
    others: list[Process]
    """Every other DHCP server process, DHCPv6 and other programs on UDP port 67 too."""
    drop_ins: list[str]
    """Drop-in files that change what the unit runs, or from what; not those that give it rights."""
    restarts: int
    """How often systemd restarted it by itself since it was started on purpose."""
    set_up_for: list[str]
    """The interfaces that this project's file on the server has it serve on."""


class Relation(TypedDict):
    """A relationship as one of its servers sees it.

    ``state`` and ``partner_state`` are the engine's own words, for people; ``condition`` is what
    decisions use. ``state`` is ``not running`` when the process is dead, whatever its records
    say. ``partner_state`` is the last that this server heard, and goes stale when the partner
    dies. Times are UTC, as in ``2026-11-24T04:03:21+00:00``.
    """

    state: str
    condition: Condition
    since: str | None
    partner_state: str
    partner_condition: Condition
    partner_since: str | None
    mclt: int | None
    """Seconds; on a secondary, as its primary sent it."""
    waiting: bool
    """Whether it waits for a time that the protocol sets, and nothing is to be done."""


class Endpoints(NamedTuple):
    """The two ends of a relationship, as a running daemon was configured with them."""

    address: str
    port: int
    peer_address: str
    peer_port: int
    role: str = ""
    """``primary`` or ``secondary``; empty where it is not known."""


class Storage(TypedDict):
    """Where a server keeps its leases."""

    writable: bool
    """Whether the daemon can replace its lease file: directory, owner, mode, file system."""
    why: str
    """What is in the way; empty if nothing is."""
    free: int
    """Bytes free on that file system."""
    leases: int
    """Bytes of the lease file."""
    first_time: bool
    """Whether there is no lease file, or one without a record of a lease."""


class EngineLook(TypedDict):
    """All that a survey finds out about an engine, in one answer."""

    daemon: DaemonState
    relations: dict[str, Relation]
    endpoints: dict[str, Endpoints]
    """By relationship, as the *running* daemon has them; empty where its file was replaced."""
    links: dict[str, bool]
    """By relationship: whether its connection to the partner is established."""
    files: dict[str, InstalledFile]
    """By path: the files that this project writes, where they are there."""
    leftovers: list[str]
    """Staged files that an interrupted run left, by path."""
    packages: list[str]
    """Of the packages that the engine can need: those that are installed."""
    absent: bool
    """Whether the package sources are known not to have the engine."""
    storage: Storage
    legacy: list[str]
    """What the old start script was configured to do that this project would end: a line each."""


class PoolUse(TypedDict):
    """A range and its addresses, each counted once, by the last record in a server's lease file.

    A server records what its partner sent within seconds, so the two may differ for as long.
    ``size`` is the sum of ``active``, ``free``, ``backup`` and ``abandoned``. From a million
    on, ``active`` and ``backup`` have six digits.
    """

    first: str
    last: str
    size: int
    active: int
    """Leased to a client."""
    free: int
    """For the primary to give out: without a lease, or with one that is over."""
    backup: int
    """Free, for the secondary to give out."""
    abandoned: int
    """Found in use by somebody without a lease; given out again when nothing else is left."""
    percent: float
    """Of the addresses, how many are active."""


class Holding(NamedTuple):
    """The clients that a server knows to hold an address."""

    clients: int
    digest: str
    """SHA-256 of the sorted lines ``address hardware``; equal on servers that know the same."""


class Holder(NamedTuple):
    """The client that a server knows to hold an address."""

    hardware: str
    current: bool
    """Whether the lease, as this server knows it, is not over."""


class LiveRange(NamedTuple):
    """A range of the configuration that is installed on a server, and who gives it out."""

    first: str
    last: str
    relationship: str
    """Empty where the server gives it out alone."""


class Words(NamedTuple):
    """An engine's words for the reference of the data."""

    column: str
    """The heading of the column with these words."""
    kinds: Mapping[str, str]
    """By type of an option: its word in the configuration."""
    fields: Mapping[type[Declared], Mapping[str, str]]
    """By part of the site: the engine's word for each field."""


class Engine(Protocol):
    """A DHCP server program. A module satisfies this; ``engines.ENGINES`` lists them."""

    NAME: str
    """As in the data, and in :data:`.ENGINES`."""
    TITLE: str
    """Its full name, for people."""
    DAEMON_NAME: str
    """What messages call its daemon."""
    UNIT: str
    SERVICE: str
    """The unit's name for people: ``isc-dhcp-server``."""
    PACKAGE: str
    """The Debian package of the daemon."""
    MAIN: str
    """The path of the main configuration file."""
    STEPS: Sequence[str]
    """The paths of the files that are a step of every run; others only where they differ."""
    LOAD_RULES: str
    """A command that loads the firewall rules of the server's rules file."""
    CLOCKS_APART: int
    """Seconds between two clocks from which partners refuse each other."""
    RELEASES: Mapping[str, str]
    """By supported version of Debian: its name."""

    # From the site, pure.
    def packages(self, site: Site) -> list[str]:
        """The Debian packages that a server of this site needs."""
        ...

    def files(self, site: Site, server: str, interfaces: Sequence[str]) -> list[ConfigFile]:
        """The files of ``server``, in the order in which they are put in place."""
        ...

    def uncompared(self, site: Site) -> list[str]:
        """The paths of files that cannot be rendered, because secrets were not given."""
        ...

    def concealed(self, text: str) -> str:
        """An installed file as it can be shown: whatever may be a secret in it is hidden."""
        ...

    def live_ranges(self, text: str) -> list[LiveRange]:
        """The ranges of an installed main configuration file; empty if it cannot be read."""
        ...

    def live_endpoints(self, text: str) -> dict[str, Endpoints]:
        """The relationships of an installed main configuration file."""
        ...

    def same_ranges(self, new: str, differences: Iterable[str]) -> bool:
        """Whether an installed main file certainly has the ranges and relationships of ``new``.

        ``differences`` are the runs of lines that only one of the two texts has.
        """
        ...

    def words(self) -> Words:
        """The engine's words for the fields of the data."""
        ...

    # Questions to a server.
    LOOK: Question[EngineLook]
    RELATIONS: Question[dict[str, Relation]]
    """The short question of a wait: relationships alone."""
    WHOLE: Question[str]
    """The installed main configuration file with all that it includes; empty without one."""
    POOLS: Question[list[PoolUse] | None]
    LOG: Question[list[str]]
    """The daemon's last log lines; after a failed start its reason, not its banner."""
    HOLDING: Question[Holding | None]
    HOLDERS: Question[dict[str, Holder]]
    """By address that is in use."""

    # Shell commands.
    def install(self, packages: Sequence[str]) -> str:
        """Install packages without starting the daemon."""
        ...

    def trial(self, interfaces: Sequence[str]) -> str:
        """Start the staged configuration beside the running daemon, cut off from the network.

        Fails with the daemon's reason on standard error; exit status 75 where a server cannot
        try it. Nothing is changed.
        """
        ...

    def hand_over(self, peer: Peer) -> str | None:
        """Have both servers of a relationship answer every client; None: restart without."""
        ...
