"""The network of a lab: bridges in a network namespace, and the machines' cables."""

from __future__ import annotations

import fcntl
import re
from dataclasses import dataclass
from pathlib import Path

from . import LabError
from .computer import run, wait_for

NETWORK = "198.51.100.{}"
"""The lab's addresses, reserved for documentation (RFC 5737): nobody's real network."""
ROUTER, COMPUTER = 254, 253
BRIDGE = "br0"


@dataclass(frozen=True)
class Network:
    """The network namespace of the lab ``lab``: nothing in it leaves the computer."""

    lab: str

    @property
    def name(self) -> str:
        """What ip-netns(8) calls it."""
        return f"dhcp-{self.lab}"

    @property
    def path(self) -> Path:
        """Its file; there while the lab is."""
        return Path("/run/netns") / self.name

    def inside(self, *command: str) -> list[str]:
        """``command``, to be run in this network."""
        # Not ``ip netns exec``: that hides /sys/fs/cgroup, which nspawn needs.
        return ["nsenter", f"--net={self.path}", *command]

    def check_reachable(self) -> None:
        """Raise :class:`LabError` if this lab's addresses are somebody else's here."""
        ours = self.path.stat().st_ino == Path("/proc/self/ns/net").stat().st_ino
        if not ours and f"{self._way_in}:" not in Path("/proc/net/dev").read_text():
            raise LabError(
                f"the addresses {NETWORK.format(0)}/24 of the lab {self.lab!r} are in use here"
                f" already; run this inside its network: nsenter --net={self.path} COMMAND"
            )

    def make(self) -> None:
        """Make the namespace and its bridge, if they are not there."""
        if self.path.exists():
            return
        run("ip", "netns", "add", self.name)
        self._ip("link", "set", "lo", "up")
        self.add_bridge(BRIDGE, f"{NETWORK.format(ROUTER)}/24")
        # The computer's own way in. Of several labs only the first gets one: they have the
        # same addresses, and the others are reached from inside their namespaces.
        with Path("/run/dhcp-lab/lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not run("ip", "route", "show", "root", f"{NETWORK.format(0)}/24"):
                outer, inner = self._way_in, "computer"
                run("ip", "link", "add", outer, "type", "veth", "peer", inner, "netns", self.name)
                self._ip("link", "set", inner, "master", BRIDGE, "up")
                run("ip", "addr", "add", f"{NETWORK.format(COMPUTER)}/24", "dev", outer)
                run("ip", "link", "set", outer, "up")

    def remove(self) -> None:
        """Remove the namespace, and all that is in it."""
        if self.path.exists():
            run("ip", "netns", "del", self.name)

    def add_bridge(self, name: str, address: str = "") -> None:
        """Add a bridge, with ``address`` (as in 192.0.2.254/24) on it."""
        # A hardware address of its own: one that a bridge takes from its ports changes as they
        # come and go, and hosts with the old one in their ARP cache lose contact.
        number = len(self._ip("-o", "link", "show", "type", "bridge").splitlines()) + 1
        self._ip("link", "add", name, "address", f"02:00:5e:10:00:{number:02x}", "type", "bridge")
        if address:
            self._ip("addr", "add", address, "dev", name)
        self._ip("link", "set", name, "up")

    def add_cable(self, port: str, bridge: str, interface: str, pid: int) -> None:
        """A cable from ``port`` at ``bridge`` to ``interface`` in the network of ``pid``."""
        self._ip("link", "add", port, "type", "veth", "peer", interface, "netns", str(pid))
        self.attach(port, bridge)

    def remove_cable(self, port: str) -> None:
        """Remove a cable, and the interface at its other end."""
        self._ip("link", "del", port)

    def await_cable(self, port: str) -> None:
        """Wait for a cable that nspawn makes."""
        wait_for(lambda: f" {port}@" in self._ip("-o", "link"), 10, f"{port} was not made")

    def port_of(self, index: str) -> str:
        """The port of an interface whose ``iflink`` is ``index``."""
        port = re.search(rf"^{index}: ([^@:]+)", self._ip("-o", "link"), re.MULTILINE)
        if not port:
            raise LabError("it has no cable")
        return port[1]

    def set_port(self, port: str, to: str) -> None:
        """Put a port ``up`` or ``down``: the other end loses its carrier."""
        self._ip("link", "set", port, to)

    def attach(self, port: str, bridge: str) -> None:
        """Connect a port to a bridge."""
        self._ip("link", "set", port, "master", bridge, "up")

    def detach(self, port: str) -> None:
        """Disconnect a port from its bridge; the other end keeps its carrier."""
        self._ip("link", "set", port, "nomaster")

    @property
    def _way_in(self) -> str:
        return f"lab-{self.lab}"[:15]

    def _ip(self, *arguments: str) -> str:
        return run("ip", "-n", self.name, *arguments)
