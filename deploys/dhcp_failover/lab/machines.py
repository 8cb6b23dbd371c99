"""The machines of a lab and the network between them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from . import LabError, image

NETWORK = "198.51.100.{}"
"""The lab's addresses, reserved for documentation (RFC 5737): nobody's real network."""
ROUTER, COMPUTER = 254, 253
BRIDGE = "br0"


@dataclass(frozen=True)
class Lab:
    """A lab: machines ``dhcp1`` to ``dhcp99`` on a bridge in a network namespace of its own.

    Nothing of it leaves the computer. Its disks are in memory and go with :meth:`down`.
    What changes something, or looks inside, needs root.
    """

    name: str = "lab"
    debian: str = "13"

    @classmethod
    def from_environment(cls) -> Lab:
        """The lab that ``DHCP_LAB`` and ``DHCP_LAB_DEBIAN`` name."""
        name = os.environ.get("DHCP_LAB", "lab")
        if not re.fullmatch(r"[a-z0-9-]{1,20}", name):
            raise LabError(f"DHCP_LAB is {name!r}; small letters, digits and dashes are allowed")
        return cls(name, os.environ.get("DHCP_LAB_DEBIAN", "13"))

    @property
    def home(self) -> Path:
        """Where the lab's state is: in memory, gone after a reboot."""
        return Path("/run/dhcp-lab") / self.name

    @property
    def key(self) -> Path:
        """The SSH key that opens every machine, as ``root`` and as ``admin``."""
        return self.home / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The machines' host keys."""
        return self.home / "known_hosts"

    @property
    def namespace(self) -> Path:
        """The lab's network namespace."""
        return Path("/run/netns") / f"dhcp-{self.name}"

    def inside(self, *command: str) -> list[str]:
        """``command``, to be run in the lab's network."""
        # Not ``ip netns exec``: that hides /sys/fs/cgroup, which nspawn needs.
        return ["nsenter", f"--net={self.namespace}", *command]

    def check_reachable(self) -> None:
        """Raise :class:`LabError` if the lab's addresses are somebody else's here."""
        ours = self.namespace.stat().st_ino == Path("/proc/self/ns/net").stat().st_ino
        if not ours and f"{self._cable_in}:" not in Path("/proc/net/dev").read_text():
            raise LabError(
                f"the addresses {NETWORK.format(0)}/24 of the lab {self.name!r} are in use here"
                f" already; run this inside its network: nsenter --net={self.namespace} COMMAND"
            )

    # Machines

    def address(self, name: str) -> str:
        """The IPv4 address of the machine ``name``; raises :class:`LabError` for another name."""
        number = re.fullmatch(r"dhcp([1-9][0-9]?)", name)
        if not number:
            raise LabError(f"no machine can be named {name!r}; dhcp1 to dhcp99 can")
        return NETWORK.format(number[1])

    def names(self) -> list[str]:
        """The machines that have a disk, running or not."""
        return sorted(path.name for path in (self.home / "machines").glob("*"))

    def running(self, name: str) -> int | None:
        """The process of a running machine's ``systemd-nspawn``, else None."""
        try:
            pid = int((self.home / "machines" / name / "pid").read_text())
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (OSError, ValueError):
            return None
        # Of a process that has ended, only the parent's question may be left: "Z".
        return pid if re.search(r"\((nsenter|systemd-nspawn)\) [^Z]", stat) else None

    def booting(self, name: str) -> bool:
        """Whether a machine was started a moment ago, and nobody has seen it answer yet."""
        home = self.home / "machines" / name
        just = time.time() - (home / "pid").stat().st_mtime < 30
        return just and not (home / "answered").exists()

    def up(self, names: Iterable[str] = ("dhcp1", "dhcp2"), *, wait: bool = True) -> None:
        """Boot those of ``names`` that do not run, on the disk that they had; wait for sshd."""
        names = list(names)
        for name in names:
            self.address(name)
        self._prepare()
        for name in names:
            if not self.running(name):
                self._boot(name)
        for name in names if wait else ():
            _await(partial(self._answers, name), 30, f"{name} did not come up")
            (self.home / "machines" / name / "answered").touch()

    def down(self) -> None:
        """End all machines and remove every trace of the lab."""
        for name in self.names():
            self.crash(name)
        _unmount(self.home)
        shutil.rmtree(self.home, ignore_errors=True)
        if self.namespace.exists():
            _run("ip", "netns", "del", self.namespace.name)

    def restore(self, saved: Lab) -> None:
        """Begin again with the disks of ``saved``, a lab that is stopped; :meth:`up` boots them.

        This lab's machines are ended and forgotten first. Nothing is copied: the disks of
        ``saved`` lie below the new ones, read-only, so that lab has to stay stopped.
        """
        names = saved.names()
        if not names or any(saved.running(name) for name in names):
            raise LabError(f"the lab {saved.name!r} has no stopped machines to begin with")
        for name in self.names():
            self.crash(name)
            _unmount(self.home / "machines" / name)
            shutil.rmtree(self.home / "machines" / name)
        self._prepare()
        for name in names:
            self._insert_disk(name, saved.home / "machines" / name / "upper")

    def crash(self, name: str) -> None:
        """Take a machine's power away: its partners see no connection closed."""
        if not self.running(name):
            return
        _await(lambda: self._started(name), 10, f"{name} did not start")
        self.disconnect(name)
        os.kill(self._leader(name), signal.SIGKILL)
        self._gone(name)

    def stop(self, name: str) -> None:
        """Shut a machine down properly."""
        if self.running(name):
            os.kill(self._leader(name), signal.SIGRTMIN + 4)  # systemd(1): poweroff.target
            self._gone(name)

    def disconnect(self, name: str) -> None:
        """Pull a machine's cable."""
        self._cable(name, "down")

    def connect(self, name: str) -> None:
        """Put a machine's cable back."""
        self._cable(name, "up")

    def run(self, name: str, command: str, *, check: bool = True) -> str:
        """What ``command`` prints, run by a shell as root inside a machine.

        Raises :class:`LabError` with its output if it fails and ``check`` is true.
        """
        result = subprocess.run(
            [*self.enter(name), "sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check and result.returncode:
            raise LabError(f"{name}: {command!r} failed: {result.stdout}")
        return result.stdout

    def enter(self, name: str) -> list[str]:
        """The beginning of a command line that runs the rest inside a machine, as root."""
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return [
            "nsenter",
            "--all",
            f"--target={self._leader(name)}",
            "env",
            "-i",
            path,
            "HOME=/root",
        ]

    # How it is done

    @property
    def _cable_in(self) -> str:
        return f"lab-{self.name}"[:15]

    @cached_property
    def _tree(self) -> Path:
        return image.tree(self.debian)

    def _prepare(self) -> None:
        """The home, its key and the network, as far as they are not there."""
        tree = self._tree
        release = self.home / "debian"
        if release.exists() and release.read_text() != self.debian:
            raise LabError(
                f"the lab runs Debian {release.read_text()}; for Debian {self.debian}, end it with"
                " dhcp-lab down first"
            )
        if not os.path.ismount(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            _run("mount", "-t", "tmpfs", "-o", "mode=755", "dhcp-lab", str(self.home))
        release.write_text(self.debian)
        if not self.key.exists():
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(self.key))
            host_key = (tree / "etc/ssh/ssh_host_ed25519_key.pub").read_text().rsplit(" ", 1)[0]
            lines = (f"{NETWORK.format(i)} {host_key}\n" for i in range(1, 100))
            self.known_hosts.write_text("".join(lines))
        if user := os.environ.get("SUDO_UID"):
            os.chown(self.key, int(user), -1)  # whoever typed sudo is to use it
        if not self.namespace.exists():
            self._make_network()

    def _make_network(self) -> None:
        netns = self.namespace.name
        _run("ip", "netns", "add", netns)
        _run("ip", "-n", netns, "link", "set", "lo", "up")
        # An address of its own: one that a bridge takes from its ports changes as they come and go,
        # and whoever has it in his ARP cache talks to nobody for minutes.
        mac = "02:00:5e:10:00:01"
        _run("ip", "-n", netns, "link", "add", BRIDGE, "address", mac, "type", "bridge")
        _run("ip", "-n", netns, "addr", "add", f"{NETWORK.format(ROUTER)}/24", "dev", BRIDGE)
        _run("ip", "-n", netns, "link", "set", BRIDGE, "up")
        # The computer's own way in. Of several labs only the first gets one: they have the
        # same addresses, and the others are reached from inside their namespaces.
        with (self.home.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _run("ip", "route", "show", "root", f"{NETWORK.format(0)}/24"):
                outer = self._cable_in
                _run("ip", "link", "add", outer, "type", "veth", "peer", "computer", "netns", netns)
                _run("ip", "-n", netns, "link", "set", "computer", "master", BRIDGE, "up")
                _run("ip", "addr", "add", f"{NETWORK.format(COMPUTER)}/24", "dev", outer)
                _run("ip", "link", "set", outer, "up")

    def _boot(self, name: str) -> None:
        home = self.home / "machines" / name
        root = home / "root"
        if not root.is_mount():
            self._insert_disk(name)
        flags = ["--quiet", f"--machine={self.name}-{name}", f"--hostname={name}"]
        flags += [f"--directory={root}", f"--network-bridge={BRIDGE}", "--boot"]
        join = None
        if not Path("/run/systemd/system").exists():
            flags += ["--register=no", "--keep-unit"]
            join = _cgroup(f"{self.name}-{name}")
        with (home / "console").open("w") as console:
            process = subprocess.Popen(
                self.inside("systemd-nspawn", *flags),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                preexec_fn=join,  # no threads here
            )
        (home / "answered").unlink(missing_ok=True)
        (home / "pid").write_text(str(process.pid))

    def _insert_disk(self, name: str, *below: Path) -> None:
        """A new disk over the shared tree, and over the layers ``below``, the topmost first."""
        home = self.home / "machines" / name
        for part in ("upper", "work", "root"):
            (home / part).mkdir(parents=True, exist_ok=True)
        lower = ":".join(map(str, (*below, self._tree)))
        layers = f"lowerdir={lower},upperdir={home}/upper,workdir={home}/work"
        _run("mount", "-t", "overlay", "-o", layers, "overlay", str(home / "root"))
        self._furnish(name, home / "root")

    def _furnish(self, name: str, root: Path) -> None:
        network = f"[Match]\nName=host0\n[Network]\nAddress={self.address(name)}/24\n"
        (root / "etc/systemd/network/10-host0.network").write_text(network)
        (root / "etc/hostname").write_text(f"{name}\n")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
        public = self.key.with_suffix(".pub").read_text()
        for home, user in ((root / "root", 0), (root / "home/admin", 1000)):
            keys = home / ".ssh/authorized_keys"
            keys.parent.mkdir(mode=0o700, exist_ok=True)
            keys.write_text(public)
            os.chown(keys.parent, user, user)
            os.chown(keys, user, user)

    def _started(self, name: str) -> bool:
        try:
            return bool(self._leader(name))
        except LabError:
            return not self.running(name)

    def _leader(self, name: str) -> int:
        """A machine's PID 1, as seen from here."""
        pid = self.running(name)
        if not pid:
            raise LabError(f"{name} does not run; start it with: dhcp-lab up {name}")
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            if re.search(r"^NSpid:.*\t1$", status, re.MULTILINE):
                return int(child)
        raise LabError(f"{name} is only just starting")

    def _answers(self, name: str) -> bool:
        """Whether a machine has its address and an sshd."""
        if not self.running(name):
            log = (self.home / "machines" / name / "console").read_text()
            raise LabError(f"{name} did not boot: {log[-500:]}")
        try:
            net = Path(f"/proc/{self._leader(name)}/net")
            listening = re.search(r": 00000000:0016 .* 0A ", (net / "tcp").read_text())
            return bool(listening) and self.address(name) in (net / "fib_trie").read_text()
        except (LabError, OSError):
            return False

    def _gone(self, name: str) -> None:
        _await(lambda: not self.running(name), 30, f"{name} did not end")
        (self.home / "machines" / name / "pid").unlink()
        for group in _hierarchies():
            nested = sorted((group / f"dhcp-{self.name}-{name}").glob("**/"), reverse=True)
            for directory in nested:
                directory.rmdir()

    def _cable(self, name: str, to: str) -> None:
        index = self.run(name, "cat /sys/class/net/host0/iflink").strip()
        links = _run("ip", "-n", self.namespace.name, "-o", "link")
        port = re.search(rf"^{index}: ([^@:]+)", links, re.MULTILINE)
        if not port:
            raise LabError(f"{name} has no cable")
        _run("ip", "-n", self.namespace.name, "link", "set", port[1], to)


def as_root(*command: str) -> list[str]:
    """``command``, through sudo where that is needed."""
    if os.geteuid() == 0:
        return list(command)
    if not shutil.which("sudo"):
        raise LabError("the lab needs root: become root, or install sudo")
    kept = [f"{key}={value}" for key, value in os.environ.items() if key.startswith("DHCP_LAB")]
    return ["sudo", *kept, *command]


def dhcp_lab(*arguments: str) -> list[str]:
    """The command line of ``dhcp-lab`` in this very Python, as root."""
    return as_root(sys.executable, "-m", "dhcp_failover.lab.cli", *arguments)


def _run(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LabError(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


def _unmount(directory: Path) -> None:
    """Unmount what is mounted at ``directory`` and below it."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    for mount in sorted((line.split()[1] for line in mounts), reverse=True):
        if Path(mount) == directory or directory in Path(mount).parents:
            subprocess.run(["umount", "--lazy", mount], check=True)


def _hierarchies() -> list[Path]:
    """The control group trees of this computer: one of version 2, or systemd's own beside it."""
    top = Path("/sys/fs/cgroup")
    if (top / "cgroup.procs").exists():
        return [top]
    return [path for path in (top / "systemd", top / "unified") if path.exists()]


def _cgroup(name: str) -> Callable[[], None]:
    """Join control groups of one's own: two machines in one cannot start services."""
    groups = [hierarchy / f"dhcp-{name}" for hierarchy in _hierarchies()]
    for group in groups:
        group.mkdir(exist_ok=True)

    def join() -> None:
        for group in groups:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    return join


def _await(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"{otherwise} within {seconds:g} seconds")
        time.sleep(0.02)
