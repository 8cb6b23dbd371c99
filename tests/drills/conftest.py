"""A drill: something happens to a pair, and clients ask for addresses all through it.

Each ends with "nobody lost", and writes its row of ``RESULTS.md``.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from clients import population, promised, unknown
from dhcp_failover.lab import image
from dhcp_failover.lab.client import client
from dhcp_failover.lab.machines import Lab
from dhcp_failover.lab.network import BRIDGE, NETWORK, ROUTER
from drilling import SERVERS, inventory, pair_of
from machines import DEPLOY, NORMAL, Pair, Run
from population import Seen
from results import DRILLS, write_row


@dataclass(frozen=True)
class Answer:
    """What one client got: nothing, if ``address`` is empty; times in seconds."""

    asked: float
    took: float
    address: str
    valid: int


def _bases() -> Iterator[str]:
    """Where each load begins to count its clients' hardware addresses: they are all new."""
    return (f"00:0c:{number:02x}:00:00:00" for number in count())


@dataclass
class Drill:
    """A pair, its clients, and what was seen."""

    pair: Pair
    answers: list[Answer] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    directory: Path = Path("/tmp")  # noqa: S108 # the fixture names another
    servers: tuple[str, ...] = SERVERS
    """Those that have to know every lease in the end."""
    crowds: list[tuple[Seen, float]] = field(default_factory=list)
    """What each crowd of clients saw, and for how long nobody may have been answered."""
    _hardware: Iterator[str] = field(default_factory=_bases)

    @property
    def lab(self) -> Lab:
        """The machines."""
        return self.pair.lab

    @contextmanager
    def people(self, silence: float = 3.0, **settings: Any) -> Iterator[Seen]:
        """Many clients all through the block, which ask again after a second, renew and release."""
        with population(self.lab, **({"rate": 4, "most": 60} | settings)) as seen:
            time.sleep(3)  # some hold an address when it begins
            yield seen
            time.sleep(2)
        self.crowds.append((seen, silence))

    def command(
        self, data: dict[str, Any], *arguments: str, names: tuple[str, ...] = SERVERS
    ) -> tuple[str, ...]:
        """The arguments of pyinfra that apply ``data`` to machines."""
        path = self.directory / f"site{len(list(self.directory.iterdir()))}.py"
        return ("-y", str(inventory(self.lab, path, data, names)), DEPLOY, *arguments)

    def apply(
        self,
        data: dict[str, Any],
        *arguments: str,
        names: tuple[str, ...] = SERVERS,
        status: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """Apply ``data``; it has to end with ``status``."""
        run = self.pair.pyinfra(*self.command(data, *arguments, names=names), **environment or {})
        assert run.status == status, run.output
        return run

    def start(self, data: dict[str, Any], *arguments: str) -> subprocess.Popen[str]:
        """Begin to apply ``data``."""
        command = self.pair.command(*self.command(data, *arguments))
        return subprocess.Popen(command, **self.pair.surroundings())

    def status(
        self, data: dict[str, Any], *arguments: str, names: tuple[str, ...] = SERVERS
    ) -> Run:
        """Ask for the health of the machines; it has to answer within 30 seconds."""
        path = inventory(self.lab, self.directory / "status.py", data, names)
        started = time.monotonic()
        run = self.pair.pyinfra("-y", str(path), "deploys/status.py", *arguments)
        took = time.monotonic() - started
        assert took < 30, (took, run.output)
        return run

    @contextmanager
    def clients(self, after: int = 3, every: int = 1) -> Iterator[None]:
        """Each ``every`` seconds a new client asks, all through the block and ``after`` times more.

        No more than there are addresses: the lab has 100.
        """
        over = threading.Event()
        trouble: list[Exception] = []

        def ask() -> None:
            left = after
            try:
                while left:
                    next_time = time.monotonic() + every
                    left -= over.is_set()
                    self._ask()
                    time.sleep(max(0, next_time - time.monotonic()))
            except Exception as error:  # a thread's own is seen by nobody
                trouble.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        assert not trouble, trouble

    def _ask(self) -> None:
        with client(self.pair.lab, 1 + len(self.answers)) as one:
            asked = time.monotonic()
            lease = one.lease(60)
            took = time.monotonic() - asked
        address, valid = (lease.address, lease.seconds) if lease else ("", 0)
        self.answers.append(Answer(asked, took, address, valid))

    def timed(self, what: str, started: float) -> None:
        """Note how long something took."""
        self.seen.append(f"{what} {time.monotonic() - started:.1f} s")

    def until_interrupted(self, name: str, seconds: float = 90) -> None:
        """Wait until a server says that it has lost contact.

        Looks inside the machine: naming the inventory would boot its partner.
        """
        recorded = "grep '^  my state' /var/lib/dhcp/dhcpd.leases | tail -n 1"
        deadline = time.monotonic() + seconds
        while "communications-interrupted" not in (said := self.pair.lab.run(name, recorded)):
            assert time.monotonic() < deadline, said
            time.sleep(0.2)

    @contextmanager
    def load(self, rate: int, seconds: int) -> Iterator[subprocess.Popen[str]]:
        """``rate`` new clients a second, each asking once, through a relay that is 198.18.0.1."""
        lab, card = self.pair.lab, "load"
        for arguments in (
            f"link add {card} type veth peer port-{card}",
            f"link set port-{card} master {BRIDGE} up",
            f"link set {card} up",
            f"addr add 198.18.0.1/32 dev {card}",
        ):
            subprocess.run(lab.inside("ip", *arguments.split()), check=True)
        # What ping_check looks for is behind the relay: on the link, hundreds of addresses a second
        # that nobody has would fill this computer's one table of neighbours, and packets be lost.
        behind = f"ip route replace 198.18.0.0/15 via {NETWORK.format(ROUTER)}"
        for name in NORMAL:
            lab.run(name, f"ip route replace 198.18.0.1 dev host0 && {behind}")
        program = ["unshare", "--mount", "chroot", str(image.tree(lab.debian)), "perfdhcp"]
        flags = (
            f"-4 -l {card} -r {rate} -p {seconds} -R 1000000 -b mac={next(self._hardware)}"
            " -d 5 -W 3000000"
        )
        try:
            with subprocess.Popen(
                lab.inside(*program, *flags.split()),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process:
                yield process
        finally:
            subprocess.run(lab.inside("ip", "link", "del", card), check=True)

    def nobody_lost(self, name: str) -> None:
        """Write the row, then hold it against what was promised."""
        got = [answer for answer in self.answers if answer.address]
        twice = overlapping(got)
        for seen, _ in self.crowds:
            twice += [f"{address}: {one}, {two}" for _, address, one, two in seen.duplicates]
        broken = [it for seen, silence in self.crowds for it in promised(seen, silence)]
        missing = [unknown(self.lab, seen, self.servers) for seen, _ in self.crowds[-1:]]
        differing = self._differing()
        clients = len(self.answers) + sum(it.clients for it, _ in self.crowds)
        lost = len(self.answers) - len(got) + sum(len(it.never_answered) for it, _ in self.crowds)
        took = [it.took for it in self.answers] + [it.longest_silence for it, _ in self.crowds]
        write_row(
            DRILLS,
            name,
            str(clients),
            str(clients - lost),
            f"{max(took, default=0):.1f}",
            str(len(twice)),
            "no" if differing or any(missing) else "yes",
            "; ".join(self.seen),
        )
        assert not broken
        assert not lost
        assert not twice
        assert not any(missing), missing
        assert not differing, differing

    def _differing(self) -> set[tuple[str, str]]:
        """The bindings in which the servers' lease files still differ after half a minute."""
        deadline = time.monotonic() + 30
        while True:
            one, *others = (self._bindings(name) for name in self.servers)
            found = set().union(*(one ^ it for it in others))
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.5)

    def _bindings(self, name: str) -> set[tuple[str, str]]:
        """The addresses in use and by whom: of each address the last record counts."""
        text = self.pair.lab.run(name, "cat /var/lib/dhcp/dhcpd.leases")
        last = dict(re.findall(r"^lease (\S+) {(.*?)^}", text, re.DOTALL | re.MULTILINE))
        return {
            (address, hardware[1])
            for address, record in last.items()
            if re.search(r"^  binding state active;", record, re.MULTILINE)
            and (hardware := re.search(r"hardware ethernet (\S+);", record))
        }


def overlapping(answers: list[Answer]) -> list[str]:
    """The addresses that a client got while the lease of another was valid.

    A client has its answer when it stops asking; the lease of the earlier one began when it
    asked, or later.
    """
    by_address = defaultdict(list)
    for answer in answers:
        by_address[answer.address].append(answer)
    return [
        f"{address}: {earlier}, {later}"
        for address, those in by_address.items()
        for earlier, later in pairwise(those)
        if later.asked + later.took < earlier.asked + earlier.valid
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is run only when it is asked for."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.drill)


@pytest.fixture(scope="session")
def machines() -> Iterator[Pair]:
    """The drills' own lab."""
    if os.geteuid() != 0:
        pytest.skip("machines need root: make drills")
    pair = Pair(Lab(os.environ.get("DHCP_LAB", "drill"), os.environ.get("DHCP_LAB_DEBIAN", "13")))
    yield pair
    pair.lab.down()


@pytest.fixture(scope="session")
def kept(machines: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of stopped machines: a pair in normal, with the data of :func:`.drilling.pair_of`."""
    machines.lab.down()
    lab = Lab(f"{machines.lab.name}-kept", machines.lab.debian)
    lab.down()
    lab.up()
    Drill(Pair(lab), directory=tmp_path_factory.mktemp("kept")).apply(pair_of())
    for name in lab.names():
        lab.stop(name)
    yield lab
    lab.down()


@pytest.fixture
def empty(machines: Pair, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drill]:
    """A drill whose machines are those of the one before; its row is written at its end."""
    drill = Drill(machines, directory=tmp_path)
    yield drill
    if not getattr(request.node, "failed", False):
        drill.nobody_lost(request.node.name.removeprefix("test_"))


@pytest.fixture
def fresh(empty: Drill) -> Drill:
    """Two machines on which nothing was ever installed."""
    empty.pair.renew()
    return empty


@pytest.fixture
def drill(fresh: Drill) -> Drill:
    """A pair in normal, as the lab's inventory declares it."""
    fresh.pair.apply()
    return fresh


@pytest.fixture
def quick(kept: Lab, empty: Drill) -> Drill:
    """A pair in normal, with the data of :func:`.drilling.pair_of`; nobody has a lease yet."""
    empty.pair.restore(kept)
    return empty


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let the fixture know that the drill itself failed: there is no row to write then."""
    report = yield
    if call.when == "call" and call.excinfo:
        item.failed = True  # type: ignore[attr-defined]
    return report
