"""What one run of pyinfra knows, once for all its servers."""

from __future__ import annotations

import atexit
import gc
import getpass
import os
import socket
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import gevent
from gevent.lock import BoundedSemaphore
from pyinfra.api import DeployError
from pyinfra.api.state import State

from ..engines import DEFAULT, ENGINES
from ..engines.engine import ConfigFile, Engine, EngineLook, InstalledFile, Question, Relation
from ..report.hearing import unheard
from ..site.same_data import by_data
from ..system import shell
from ..system.shell import Holder
from ..system.survey import SURVEY, System, system
from . import preflight
from .ask import Once, Servers, Unreached
from .plan import Plan, expected_state, planned

if TYPE_CHECKING:
    from ..site.messages import SiteError
    from ..site.model import Site

Lease = TypeVar("Lease")
Value = TypeVar("Value")

LOOK = 25
"""Seconds for all that is asked of a server by a run that only looks: with pyinfra's start and the
connection, it ends within 30."""
FRESH = 15
"""Seconds for which a survey is taken for the present."""


class Survey(NamedTuple):
    """All that a run has to know of a server, in one answer."""

    system: System
    look: EngineLook
    when: float
    """This computer's monotonic clock."""


class Run(Servers):
    """One run of pyinfra.

    What it knows of a server is a survey, made when somebody first asks and made again where it
    is no longer the present. What it has done, it remembers for its own output alone.
    """

    _runs: ClassVar[WeakKeyDictionary[State, Run]] = WeakKeyDictionary()

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.holder = Holder(os.urandom(8).hex(), _person())
        self._loading = BoundedSemaphore()
        self.survey = Once(self._survey_now)
        self.files = Once(self._files)
        self._texts = Once(self._text)
        self._sites: dict[str, Site] | None = None
        self._looking = False

        self.refusals: dict[str, list[str]] = {}
        """By server that was asked: why it refuses its new files; empty if it accepts them."""
        self._made: dict[tuple[str, object], Any] = {}
        self._making: dict[tuple[str, object], BoundedSemaphore] = {}

        self.replaces: dict[tuple[str, str], str] = {}
        """By server and path: the SHA-256 of the file that a staged one replaces; empty for none.
        Where another run has replaced it meanwhile, this one does not."""
        self.changed: set[str] = set()
        """The servers that this run has changed."""
        self.restarting: set[str] = set()
        """The servers that this run is restarting, or waits for after a restart."""
        self.turns: dict[str, int] = {}
        """By server: how many servers of this run need that its turn is this run's."""
        self.renewing: gevent.Greenlet | None = None
        self.waits: dict[str, float] = {}
        """By server: until when this run waits for it, on the monotonic clock."""

        self.shown: dict[str, str] = {}
        """By difference: the server that it was first shown for."""
        self.said: set[tuple[str, str]] = set()
        """By server: what was printed of its plan."""
        self.finished: set[str] = set()
        """The servers whose last step is over."""

    @classmethod
    def of(cls, state: State) -> Run:
        """The run that ``state`` belongs to."""
        if state not in cls._runs:
            _give_module(state.current_deploy_filename)
            cls._runs[state] = cls(state)
        return cls._runs[state]

    def once(self, what: str, of: object, make: Callable[[], Value]) -> Value:
        """What ``make`` returns, called once in a run for this ``of``."""
        key = (what, of)
        with self._making.setdefault(key, BoundedSemaphore()):
            if key not in self._made:
                self._made[key] = make()
        value: Value = self._made[key]
        return value

    # The data

    def site(self, name: str) -> Site:
        """The site that a server belongs to; raises :class:`DeployError` for invalid data."""
        if self._sites is None:
            with self._loading:
                if self._sites is None:
                    self._sites = self._load_all()
                    # The sites stay to the end: the garbage collector can leave them alone.
                    gc.freeze()
        if name not in self._sites:
            raise DeployError(
                f"{name}: the inventory declares no 'dhcp' data for it; leave it out with --limit"
            )
        return self._sites[name]

    def has(self, name: str) -> bool:
        """Whether a server of the inventory has ``dhcp`` data."""
        return self._sites is not None and name in self._sites

    def engine(self, name: str) -> Engine:
        """The engine of a server."""
        return ENGINES[DEFAULT]

    def servers(self) -> list[str]:
        """The servers of this run that belong to a site: connected, and not failed."""
        sites = self._sites or {}
        names = (it.name for it in self.state.active_hosts)
        return [it for it in names if it in sites and it in sites[it].peers]

    def takes_part(self, name: str) -> bool:
        """Whether a server is part of this run, and has not failed in it."""
        return self.host(name) in self.state.active_hosts

    def left_out(self, name: str) -> bool:
        """Whether --limit leaves a server out of this run."""
        return not self.state.is_host_in_limit(self.host(name))

    def _load_all(self) -> dict[str, Site]:
        """By server: its site. Servers with equal data share one."""
        shared = by_data((it.name, it.data.get("dhcp")) for it in self.state.inventory)
        needed = not (self.dry or self._looking)
        # In a thread, so that the answers of servers can be read meanwhile.
        loading = gevent.get_hub().threadpool.spawn(_loaded, shared, needed)
        atexit.register(loading.wait)  # Ctrl-C: Python cannot end while a thread runs
        found = loading.get()
        if not isinstance(found, list):
            from .lookup import with_addresses

            raise DeployError(str(with_addresses(found)))
        return {
            name: site for site, (_, servers) in zip(found, shared, strict=True) for name in servers
        }

    @property
    def dry(self) -> bool:
        """Whether pyinfra was started to show what it would do, and nothing else."""
        # pyinfra gives a deploy no other way to know.
        return "--dry" in sys.argv or ("--json" in sys.argv and self.state.check_for_changes)

    def look_only(self) -> None:
        """Declare that this run changes nothing: it needs no secret, and ends soon."""
        self._looking = True
        self.patience = LOOK

    def _files(self, name: str) -> tuple[ConfigFile, ...]:
        """The declared files of a server that was surveyed."""
        site = self.site(name)
        return tuple(self.engine(name).files(site, name, self.served(name)))

    def differing(self, name: str) -> list[ConfigFile]:
        """The declared files that are not on the server as declared; all of an unknown server."""
        survey = self.survey(name)
        found: dict[str, InstalledFile] = {}
        if not isinstance(survey, Unreached) and survey.look["daemon"]["version"]:
            found = survey.look["files"]
        return [it for it in self.files(name) if found.get(it.path) != expected_state(it)]

    def installed(self, name: str, path: str) -> InstalledFile | None:
        """A file as it is on a server; None if it is not there, or its package is not."""
        survey = self.present(name)
        if isinstance(survey, Unreached) or not survey.look["daemon"]["version"]:
            return None
        return survey.look["files"].get(path)

    def text(self, name: str, path: str) -> str | Unreached:
        """The whole text of a file on a server; empty if it is not there."""
        return self._texts((name, path))

    def _text(self, key: tuple[str, str]) -> str | Unreached:
        name, path = key
        return self.ask(name, Question(shell.compressed(path), shell.decompressed), 60)

    def is_fresh(self, name: str) -> bool:
        """Whether a server has no DHCP server yet."""
        survey = self.survey(name)
        return isinstance(survey, Unreached) or not survey.look["daemon"]["version"]

    def plan(self, name: str) -> Plan:
        """What is to be done on a server, as its survey says; all of it, of an unknown server."""
        survey = self.survey(name)
        if isinstance(survey, Unreached):
            return Plan(tuple(self.files(name)), "it is not known", True, True, True, ())
        return planned(survey.look, self.files(name), self.unheard(name))

    def lacks(self, name: str) -> list[str]:
        """The packages that a server needs and does not have; all, of an unknown server."""
        wanted = self.engine(name).packages(self.site(name))
        survey = self.survey(name)
        found = [] if isinstance(survey, Unreached) else survey.look["packages"]
        return [it for it in wanted if it not in found]

    def served(self, name: str) -> list[str]:
        """The interfaces that a server is to serve on."""
        survey, site = self.survey(name), self.site(name)
        if isinstance(survey, Unreached):
            return preflight.served(site, name, None)
        system, before = survey.system, survey.look["daemon"]["set_up_for"]
        found = (name, *system["addresses"], *before)
        return self.once("served", found, lambda: preflight.served(site, name, system, before))

    def unheard(self, name: str) -> list[str]:
        """The interfaces that a running daemon is to serve, could serve, and does not hear on."""
        survey = self.survey(name)
        if isinstance(survey, Unreached):
            return []
        return unheard(survey.look["daemon"]["process"], self.served(name), survey.system)

    def relations(self, name: str) -> dict[str, Relation] | None:
        """The relationships of a server as they are now; None if it cannot be asked."""
        answer = self.ask(name, self.engine(name).RELATIONS)
        return None if isinstance(answer, Unreached) else answer

    def unproven(self, name: str) -> bool:
        """Whether the last change of a server is not proven, or its partner was never seen."""
        survey = self.survey(name)
        if isinstance(survey, Unreached):
            return True
        memory = survey.system["memory"]
        known = {(it.relationship, it.address): it.machine for it in memory["partners"]}
        for peer in self.site(name).peers.get(name, ()):
            partner = self.survey(peer.peer_server)
            machine = None if isinstance(partner, Unreached) else partner.system["machine_id"]
            if known.get((peer.name, str(peer.peer_address))) != machine:
                return True
        return memory["unproven"]

    def former(self, name: str) -> list[str]:
        """Lines of :data:`.memory.FORMER`: the partners that a change of a server replaces."""
        survey = self.survey(name)
        if isinstance(survey, Unreached):
            return []
        peers = {it.name: it for it in self.site(name).peers[name]}
        addresses = {str(it.peer_address) for it in peers.values()}
        return [
            f"{relationship} {it.peer_address} {it.peer_port}"
            for relationship, it in survey.look["endpoints"].items()
            if it.peer_address not in addresses
        ]

    def shared_ranges(
        self, one: str, two: str
    ) -> Callable[[Mapping[str, Lease]], dict[str, Lease]]:
        """A filter: what is in the ranges that two servers give out together."""
        site = self.site(one)
        names = {it.name for it in site.peers[one] if it.peer_server == two}
        ranges = sorted(
            (int(a_range.first), int(a_range.last))
            for place in site.placed_subnets
            for pool in place.subnet.pools
            if pool.failover in names
            for a_range in pool.ranges
        )
        starts = [first for first, _ in ranges]

        def inside(leases: Mapping[str, Lease]) -> dict[str, Lease]:
            found = {}
            for address, it in leases.items():
                number = int(IPv4Address(address))
                at = bisect_right(starts, number) - 1
                if at >= 0 and number <= ranges[at][1]:
                    found[address] = it
            return found

        return inside

    # The servers

    def begin(self, name: str) -> None:
        """Ask a server that may belong to a site for its survey, before the data are loaded."""
        if self.host(name).data.get("dhcp") is not None:
            gevent.spawn(self.survey, name)

    def _survey_now(self, name: str) -> Survey | Unreached:
        started = time.time()
        look = self.engine(name).LOOK
        script = f"{SURVEY}\necho '<engine>'\n{look.script}"

        def read(lines: Sequence[str]) -> Survey:
            at = lines.index("<engine>")
            now = (started + time.time()) / 2
            found = system(lines[:at], now)
            return Survey(found, look.read(lines[at + 1 :]), time.monotonic())

        return self.ask(name, Question(script, read))

    def present(self, name: str) -> Survey | Unreached:
        """The survey of a server, made again where it is older than :data:`FRESH` seconds."""
        survey = self.survey(name)
        if isinstance(survey, Survey) and time.monotonic() - survey.when > FRESH:
            return self.again(name)
        return survey

    def again(self, name: str) -> Survey | Unreached:
        """A new survey of a server."""
        self.survey.forget(name)
        return self.survey(name)


def _loaded(shared: Sequence[tuple[object, list[str]]], needed: bool) -> list[Site] | SiteError:
    """The sites, or the mistakes as a value: gevent would print an exception of a thread."""
    # The model takes as long to import as a server takes to answer.
    from ..site.load import load
    from ..site.messages import SiteError

    try:
        return [load(data, servers, secrets_required=needed) for data, servers in shared]
    except SiteError as error:
        return error


def _give_module(deploy_file: str | None) -> None:
    """Have the file that pyinfra was given belong to a module, as every other file does.

    For each operation pyinfra looks at the stack, and Python looks through all modules for that
    of each file in it: for one without a module, every time.
    """
    if deploy_file:
        name = f"{__name__}.deploy_file"
        module = sys.modules.setdefault(name, ModuleType(name))
        module.__file__ = deploy_file


def _person() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    text = f"{user}@{socket.gethostname()}, process {os.getpid()}"
    return "".join(it if it.isprintable() and it.isascii() else "?" for it in text)
