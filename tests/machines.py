"""A pair of real machines, and pyinfra run against it as a user does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from dhcp_failover.lab.machines import Lab

ROOT = Path(__file__).parents[1]
PYINFRA = Path(sys.executable).with_name("pyinfra")
INVENTORY, DEPLOY = "inventories/lab.py", "deploys/dhcp.py"
APPLY = ("-y", INVENTORY, DEPLOY)
DONE = "Success"
PYINFRAS_OWN = "(Connected|Ready: .*|Success|No changes|Error.*)$"
VOLATILE = ("var/log", "var/lib/dhcp", "var/lib/systemd", "run/", "tmp", "var/tmp")
"""What changes on a disk of a machine that is left alone, or is looked at elsewhere."""
PASSING = "^(sshd|sshd-session|sshd-auth|systemd|\\(sd-pam\\)|sh|ps|grep|sort|kworker.*)$"
"""Programs that come and go."""
NORMAL = {"dhcp1": "normal", "dhcp2": "normal"}


def lab_name(debian: str, worker: str = os.environ.get("PYTEST_XDIST_WORKER", "")) -> str:
    """The name of the lab of a release, for one worker of several."""
    return f"{os.environ.get('DHCP_LAB', 'test')}{worker}-{debian}"


@dataclass
class Run:
    """What a run of pyinfra did."""

    status: int
    output: str

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The steps that did something, and on which server, in no order."""
        return sorted((step, server) for step, server, result in self._results if result == DONE)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The steps that were taken, and by which server, in their order."""
        return [(step, server) for step, server, _ in self._results]

    @property
    def said(self) -> list[str]:
        """The lines of a server that are not pyinfra's own."""
        lines = (re.match(r"\s*\[(\S+)\] (.+?)\s*$", it) for it in self.output.splitlines())
        return [it[2] for it in lines if it and not re.match(PYINFRAS_OWN, it[2])]

    @property
    def _results(self) -> Iterator[tuple[str, str, str]]:
        step = ""
        for line in self.output.splitlines():
            if started := re.match(r"--> Starting operation: (?:.* \| )?(.+?)\s*$", line):
                step = started[1]
            elif done := re.match(r"\s*\[(\S+)\]\s+(Success|No changes|Error)", line):
                yield step, done[1], done[2]


@dataclass
class Pair:
    """Two machines, ``dhcp1`` and ``dhcp2``, and the commands that a user types."""

    lab: Lab
    _restored: dict[str, list[str]] | None = None

    def pyinfra(self, *arguments: str, **environment: str) -> Run:
        """Run pyinfra in the checkout, in the lab's network."""
        result = subprocess.run(
            self.command(*arguments), **self.surroundings(**environment), timeout=300, check=False
        )
        assert "Traceback" not in result.stdout, result.stdout
        return Run(result.returncode, result.stdout)

    def killed_apply(self, step: str, **environment: str) -> None:
        """Apply the deploy, and kill it when it begins a step."""
        command = self.command(*APPLY)
        with subprocess.Popen(command, **self.surroundings(**environment)) as process:
            assert process.stdout
            while step not in (line := process.stdout.readline()):
                assert line, f"never came to {step}"
            process.kill()

    def command(self, *arguments: str) -> list[str]:
        """The command line of pyinfra in the lab."""
        return self.lab.inside(str(PYINFRA), *arguments)

    def surroundings(self, **environment: str) -> dict[str, Any]:
        """What such a process is started with."""
        ours = {"DHCP_LAB": self.lab.name, "DHCP_LAB_DEBIAN": self.lab.debian}
        return {
            "cwd": ROOT,
            "env": {**os.environ, **ours, **environment},
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
        }

    def apply(self, *arguments: str, **environment: str) -> Run:
        """Apply the deploy; it has to succeed."""
        run = self.pyinfra(*APPLY, *arguments, **environment)
        assert run.status == 0, run.output
        return run

    def dry(self, *arguments: str, **environment: str) -> Run:
        """Run dry, with diffs; it has to succeed."""
        run = self.pyinfra(INVENTORY, DEPLOY, "--dry", "--diff", *arguments, **environment)
        assert run.status == 0, run.output
        return run

    def plan(self, **environment: str) -> dict[str, tuple[list[str], list[str]]]:
        """By operation: the servers that a dry run says would change, and those that might."""
        output = self.pyinfra(INVENTORY, DEPLOY, "--dry", "--json", **environment).output
        plan = json.JSONDecoder().raw_decode(output, output.index('{"plan"'))[0]["plan"]
        return {
            it["name"].split(" | ")[1]: (
                sorted(it["hosts_with_change"]),
                sorted(it["hosts_with_conditional_change"]),
            )
            for it in plan
        }

    def fact(
        self, name: str, *arguments: str, inventory: str = INVENTORY, **environment: str
    ) -> dict[str, Any]:
        """A fact of every server."""
        command = (inventory, *arguments, "fact", f"dhcp_failover.facts.{name}")
        output = self.pyinfra(*command, **environment).output
        found = re.search(rf"Fact data for: dhcp_failover\.facts\.{name}\n(.*?\n}})", output, re.S)
        assert found, output
        facts: dict[str, Any] = json.loads(found[1])
        return facts

    def states(self) -> dict[str, str]:
        """By server: its own state, looked at on the machine; "not running" without a daemon."""
        return {name: self._state(name)[0] for name in NORMAL}

    def pid(self, name: str) -> int:
        """The daemon's process, by what systemd started; 0 if there is none."""
        return int(self.lab.run(name, "systemctl show -P MainPID isc-dhcp-server"))

    def until_normal(self, seconds: float = 30) -> None:
        """Wait until both servers say that they are in normal."""
        deadline = time.monotonic() + seconds
        while (states := self.states()) != NORMAL:
            assert time.monotonic() < deadline, states
            time.sleep(0.1)

    def files(self) -> dict[str, str]:
        """What must not change where nothing is changed: files, the process and its start."""
        command = (
            "cat /etc/default/isc-dhcp-server /etc/dhcp/dhcpd.conf /run/dhcp-server/dhcpd.pid;"
            r" find /etc/dhcp /etc/systemd/system -type f -printf '%p %m %T@\n' | sort"
        )
        return {
            name: self.lab.run(name, f"{{ {command}; }} 2>/dev/null", check=False)
            for name in ("dhcp1", "dhcp2")
        }

    @contextmanager
    def replaced_program(self, name: str, path: str, script: str) -> Iterator[None]:
        """For a while a machine finds this shell script, at ``path``, before its own program."""
        text = quote(f"#!/bin/sh\n{script}\n")
        self.lab.run(name, f"printf %s {text} > {path} && chmod +x {path}")
        try:
            yield
        finally:
            self.lab.run(name, f"rm {path}")

    def renew(self) -> None:
        """Two fresh machines."""
        self.lab.down()
        self.lab.up()

    def restore(self, saved: Lab) -> None:
        """A pair in normal, as ``saved`` has it: nothing is done where this one still is that.

        The secondary boots first: the primary knocks when it starts, and next after 5 seconds.
        """
        if self.lab.names() == saved.names() and self.trace() == self._restored:
            return
        self.lab.restore(saved)
        for name in reversed(saved.names()):
            self.lab.up([name])
        deadline = time.monotonic() + 60
        while not all(self._in_normal(name) for name in saved.names()):
            assert time.monotonic() < deadline, "the saved pair did not come to normal"
            time.sleep(0.05)
        self._restored = self.trace()

    def _in_normal(self, name: str) -> bool:
        return self._state(name) == ("normal", "normal")

    def _state(self, name: str) -> tuple[str, str]:
        """A server's own state and its partner's, in the last record of the lease file."""
        script = (
            "pidof dhcpd >/dev/null && awk '/^  (my|partner) state/ { state[$1] = $3 }"
            ' END { print state["my"], state["partner"] }\' /var/lib/dhcp/dhcpd.leases'
        )
        found = self.lab.run(name, script, check=False).split()
        return (found[0], found[1]) if len(found) == 2 else ("not running", "")

    def trace(self) -> dict[str, list[str]]:
        """What a test can leave behind on the machines; empty for one that does not run."""
        return {name: self._trace(name) for name in self.lab.names() if self.lab.running(name)}

    def _trace(self, name: str) -> list[str]:
        """Files of the disk, interfaces, rules, processes, units; leases, and both states."""
        upper = self.lab.home / "machines" / name / "upper"
        files = sorted(
            f"{path} {stat.st_mode:o} {stat.st_uid} {stat.st_size} {stat.st_mtime_ns}"
            for path in upper.rglob("*")
            if not str(path.relative_to(upper)).startswith(VOLATILE)
            for stat in [path.lstat()]
        )
        script = (
            "ip -4 -o addr; ip -o link | sed 's/ state [A-Z]* / /'; ip route; nft -s list ruleset;"
            " systemctl show -p MainPID,NRestarts,ActiveEnterTimestampMonotonic isc-dhcp-server;"
            " systemctl --failed --plain --no-legend; grep -vc /run/user /proc/mounts;"
            " find /run/systemd/system /var/lib/dhcp /tmp /root -printf '%p %m %u\n' 2>/dev/null;"
            f" ps -e -o comm= | grep -Ev '{PASSING}' | sort;"
            r" grep -cE '^  (hardware|binding state abandoned)' /var/lib/dhcp/dhcpd.leases"
        )
        return [*files, self.lab.run(name, script, check=False), str(self._in_normal(name))]
