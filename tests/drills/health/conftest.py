"""Each item of ``docs/health.md`` is broken on real machines: status says it, apply does its part.

One pair for the drills of a file, one after the other. The first server speaks German.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from breaking import UNIT_FILE, Item
from dhcp_failover.lab.machines import Lab
from dhcp_failover.report.codes import CODES
from machines import APPLY, Pair, Run
from results import HEALTH, write_row

STATUS = ("-y", "inventories/lab.py", "deploys/status.py")


@dataclass
class Looked:
    """What a status said."""

    status: int
    output: str
    found: dict[str, Any]
    took: float

    @property
    def codes(self) -> set[str]:
        """Of all that is wrong."""
        return {it["code"] for it in self.found["trouble"]}


@dataclass
class Drilled:
    """A pair, what a person does with it, and what was seen."""

    pair: Pair
    home: Path
    clean: bool = False
    """Whether nothing was wrong when the drill before ended."""
    looks: list[Looked] = field(default_factory=list)
    applies: list[tuple[int, float]] = field(default_factory=list)
    """Their exit status, and how long they took."""

    def status(self, *arguments: str, **environment: str) -> Looked:
        """Run status with more arguments, and read what it says to programs."""
        path, started = self.home / "status.json", time.monotonic()
        path.unlink(missing_ok=True)
        run = self.pair.pyinfra(
            *STATUS, *arguments, "--data", f"dhcp_status_json={path}", **environment
        )
        took = time.monotonic() - started
        assert path.exists(), run.output
        found = json.loads(path.read_text())
        failures = any(it["severity"] == "failure" for it in found["trouble"])
        assert run.status == int(failures), run.output
        table = run.output.partition("SERVER ")[2].partition("\n--> ")[0]
        assert all(len(line) <= 80 for line in table.splitlines()), table
        looked = Looked(run.status, run.output, found, took)
        self.looks.append(looked)
        return looked

    def apply(self, *arguments: str, **environment: str) -> Run:
        """Apply the deploy; it has to succeed."""
        return self._apply(0, *arguments, **environment)

    def refused(self, *arguments: str, **environment: str) -> Run:
        """Apply the deploy; it has to fail."""
        return self._apply(1, *arguments, **environment)

    def _apply(self, status: int, *arguments: str, **environment: str) -> Run:
        started = time.monotonic()
        run = self.pair.pyinfra(*APPLY, *arguments, **environment)
        self.applies.append((run.status, time.monotonic() - started))
        assert run.status == status, run.output
        return run

    def run(self, server: str, command: str) -> None:
        """Do something on a machine."""
        self.pair.lab.run(server, command)

    def settle(self, seconds: float = 40) -> Looked:
        """Wait until status finds nothing wrong; it may take a moment after an undo."""
        until = time.monotonic() + seconds
        while (looked := self.status()).found["trouble"]:
            assert time.monotonic() < until, looked.output
            time.sleep(1)
        self.clean = True
        return looked

    def broken(self, item: Item) -> None:
        """Status says it with its code, apply mends it, fails or warns; then all is well again."""
        try:
            for server in item.servers if item.broken else ():
                self.run(server, item.broken)
            looked = self.status(**item.environment)
            assert item.code in looked.codes, looked.output
            (text, *_) = (it["text"] for it in looked.found["trouble"] if it["code"] == item.code)
            assert item.words in text
            assert text[:60] in " ".join(looked.output.split())
            apply = CODES[item.code].apply
            fails = apply == "fails" if item.fails is None else item.fails
            if item.code == "alone":  # mended with what it comes from
                fails = False
            run = (self.refused if fails else self.apply)(**item.environment)
            if item.applied:
                assert re.search(item.applied, run.output), run.output
            elif item.fails is None and apply != "mends" and item.code != "alone":
                assert text[:30] in " ".join(run.output.split()), run.output
            if item.environment and not fails:
                after = self.status(**item.environment)
                assert item.code not in after.codes, after.output
        finally:
            for server in item.servers if item.undo else ():
                self.pair.lab.run(server, item.undo, check=False)
        if item.environment or item.code == "partner-replaced":
            self.apply()
        self.settle()

    def fine(self, made: str, undo: str) -> None:
        """Status finds nothing, and apply changes nothing."""
        try:
            self.run("dhcp1", made)
            looked = self.status()
            assert looked.found["trouble"] == [], looked.output
            assert self.apply().changes == []
        finally:
            self.pair.lab.run("dhcp1", undo, check=False)
        self.settle()

    def write_row(self, name: str) -> None:
        """What was seen since the last row."""
        codes = sorted({code for it in self.looks for code in it.codes})
        write_row(
            HEALTH,
            name,
            ", ".join(codes),
            f"{max(it.took for it in self.looks):.1f}",
            f"{max((took for _, took in self.applies), default=0):.1f}",
            ", ".join(str(status) for status, _ in self.applies),
        )


def germanise(lab: Lab, name: str) -> None:
    """A server that was installed in German, if this computer knows how to make the locale."""
    if not Path("/usr/share/i18n/locales/de_DE").exists():
        return
    packed = ["tar", "-C", "/usr/share", "-c", "i18n/charmaps/UTF-8.gz", "i18n/locales"]
    with subprocess.Popen(packed, stdout=subprocess.PIPE) as tar:
        unpack = [*lab.enter(name), "tar", "-C", "/usr/share", "-x"]
        subprocess.run(unpack, stdin=tar.stdout, check=True)
    lab.run(name, "localedef -i de_DE -f UTF-8 de_DE.UTF-8 && rm -r /usr/share/i18n")
    lab.run(name, "printf 'LANG=de_DE.UTF-8\\nLANGUAGE=de\\n' > /etc/default/locale")
    said = lab.run(name, "LANG=de_DE.UTF-8 ls --help")
    assert "Aufruf" in said or "Verwendung" in said


@pytest.fixture(scope="module")
def begun(machines: Pair, tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    """Two machines on which nothing of ours was ever installed; the first is German."""
    machines.renew()
    germanise(machines.lab, "dhcp1")
    return Drilled(machines, tmp_path_factory.mktemp("health"))


@pytest.fixture
def bare(begun: Drilled, request: pytest.FixtureRequest) -> Iterator[Drilled]:
    """The machines as they are; the drill's row is written at its end."""
    begun.looks.clear()
    begun.applies.clear()
    yield begun
    if not getattr(request.node, "failed", False):
        begun.write_row(request.node.name.removeprefix("test_"))


@pytest.fixture
def drilled(bare: Drilled) -> Drilled:
    """A healthy pair, whatever a drill before left."""
    if bare.pair.lab.run("dhcp1", f"test -e {UNIT_FILE} || echo new", check=False):
        bare.pair.apply()
    if not bare.clean and bare.status().found["trouble"]:
        bare.pair.renew()
        germanise(bare.pair.lab, "dhcp1")
        bare.pair.apply()
        bare.settle()
    bare.clean = False
    bare.looks.clear()
    bare.applies.clear()
    return bare
