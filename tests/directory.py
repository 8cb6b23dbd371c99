"""A directory in place of a server, on which the programs that change one are run by ``sh``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from dhcp_failover.system import shell
from dhcp_failover.system.shell import Daemon, Holder, Replacement

ME, SOMEBODY = Holder("aaaa", "me@here, process 1"), Holder("bbbb", "somebody@there, process 2")
NEW = "new content\n"
SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> {log}
case $1 in
  is-active) cat {active} ;;
  restart) {restart} ;;
esac
"""


class Server:
    """A directory in place of a server's root, and a ``systemctl`` that writes down its calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.conf = root / "dhcpd.conf"
        self.log = root / "calls"
        self.active = root / "active"
        self.active.write_text("active\n")
        (root / "bin").mkdir()
        self.starts("exit 0")

    def starts(self, restart: str) -> None:
        """What ``systemctl restart`` does."""
        program = self.root / "bin/systemctl"
        program.write_text(SYSTEMCTL.format(log=self.log, active=self.active, restart=restart))
        program.chmod(0o755)

    def run(self, command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command whose own places are below this root."""
        for place in ("/var/lib/dhcp-failover", "/run/dhcp-failover"):
            command = command.replace(place, f"{self.root}{place}")
        return subprocess.run(
            ["sh", "-c", f"exec 2>&1\n{command}"],
            env={**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}"},
            input=stdin,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    def stage(self, content: str = NEW, declared: str = NEW, mode: str = "640") -> str:
        """Stage the configuration; what that printed."""
        (self.root / "var/lib").mkdir(parents=True, exist_ok=True)
        return self.run(shell.stage(str(self.conf), mode, digest(declared)), content).stdout

    def turn(self, command: Callable[[Holder], str], holder: Holder = ME) -> str:
        """Take, renew or give a turn; what that printed."""
        (self.root / "run").mkdir(exist_ok=True)
        return self.run(command(holder)).stdout.strip()

    def activate(
        self, planned: str, restart: bool = True, holder: Holder = ME
    ) -> subprocess.CompletedProcess[str]:
        """Put the staged configuration in place."""
        files = [Replacement(str(self.conf), digest(NEW), planned)]
        daemon = Daemon("dhcp.service", reload=True, restart=restart, reason="echo the reason")
        return self.run(shell.activate(holder, files, daemon))

    @property
    def staged(self) -> Path:
        """Where the new content waits."""
        return Path(shell.staging_path(str(self.conf)))

    @property
    def unproven(self) -> Path:
        """Where previous files are kept."""
        return self.root / "var/lib/dhcp-failover/unproven"


def digest(content: str) -> str:
    """Its SHA-256."""
    return sha256(content.encode()).hexdigest()


def expire(server: Server) -> None:
    """Let the turn end by itself, as after 30 silent seconds."""
    turn = server.root / "run/dhcp-failover/turn"
    token, _, since = turn.read_text().splitlines()[0].split()
    turn.write_text(f"{token} 1 {since}\n{ME.name}\n")
