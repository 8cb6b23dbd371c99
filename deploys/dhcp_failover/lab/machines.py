"""The machines of a lab: booted, stopped, cut off, frozen and looked into."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from . import LabError, image
from .computer import check_inotify, join_cgroup, remove_cgroup, run, unmount, wait_for
from .network import BRIDGE, NETWORK, Network

STOPPED = re.compile(r"\) [TZXt] ")
"""The state of a process that does nothing more, in its ``stat`` (proc(5))."""


@dataclass(frozen=True)
class Lab:
    """A lab: machines ``dhcp1`` to ``dhcp99`` on bridges in a network namespace of its own.

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
    def network(self) -> Network:
        """The lab's network namespace."""
        return Network(self.name)

    def inside(self, *command: str) -> list[str]:
        """``command``, to be run in the lab's network."""
        return self.network.inside(*command)

    # Machines

    def address(self, name: str) -> str:
        """The IPv4 address of the machine ``name``; raises :class:`LabError` for another name."""
        number = re.fullmatch(r"dhcp([1-9][0-9]?)", name)
        if not number:
            raise LabError(f"no machine can be named {name!r}; dhcp1 to dhcp99 can")
        return NETWORK.format(number[1])

    def disk(self, name: str) -> Path:
        """What a machine has written, over the tree that all share."""
        return self._machine(name) / "upper"

    def names(self) -> list[str]:
        """The machines that have a disk, running or not."""
        return sorted(path.name for path in (self.home / "machines").glob("*"))

    def running(self, name: str) -> int | None:
        """The process of a running machine's ``systemd-nspawn``, else None."""
        try:
            pid = int((self._machine(name) / "pid").read_text())
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (OSError, ValueError):
            return None
        # Of a process that has ended, only the parent's question may be left: "Z".
        return pid if re.search(r"\((nsenter|systemd-nspawn)\) [^Z]", stat) else None

    def booting(self, name: str) -> bool:
        """Whether a machine was started a moment ago, and has not been seen to answer yet."""
        home = self._machine(name)
        just = time.time() - (home / "pid").stat().st_mtime < 30
        return just and not (home / "answered").exists()

    def up(self, names: Iterable[str] = ("dhcp1", "dhcp2"), *, wait: bool = True) -> None:
        """Boot those of ``names`` that do not run, on the disk that they had; wait for sshd."""
        names = list(names)
        for name in names:
            self.address(name)
        self._prepare()
        down = [name for name in names if not self.running(name)]
        check_inotify(len(down))
        for name in down:
            self._boot(name)
        for name in names if wait else ():
            wait_for(partial(self._answers, name), 30, f"{name} did not come up")
            (self._machine(name) / "answered").touch()

    def down(self) -> None:
        """End all machines and remove every trace of the lab."""
        for name in self.names():
            self.crash(name)
        unmount(self.home)
        shutil.rmtree(self.home, ignore_errors=True)
        self.network.remove()

    def restore(self, saved: Lab) -> None:
        """Begin again with the disks of ``saved``, a lab that is stopped; :meth:`up` boots them.

        This lab's machines are ended and forgotten first. Nothing is copied: the disks of
        ``saved`` lie below the new ones, read-only, so that lab has to stay stopped.
        """
        names = saved.names()
        if not names or any(saved.running(name) for name in names):
            raise LabError(f"the lab {saved.name!r} has no stopped machines to begin with")
        for name in self.names():
            self.forget(name)
        self._prepare()
        for name in names:
            self._insert_disk(name, saved.disk(name))

    def forget(self, name: str) -> None:
        """End a machine and remove its disk: :meth:`up` makes a new one with its name."""
        self.crash(name)
        unmount(self._machine(name))
        shutil.rmtree(self._machine(name), ignore_errors=True)

    def crash(self, name: str) -> None:
        """Take a machine's power away: its partners see no connection closed."""
        if not self.running(name):
            return
        wait_for(lambda: self._started(name), 10, f"{name} did not start")
        self.disconnect(name)
        os.kill(self._leader(name), signal.SIGKILL)
        self._gone(name)

    def stop(self, name: str) -> None:
        """Shut a machine down properly."""
        if self.running(name):
            os.kill(self._leader(name), signal.SIGRTMIN + 4)  # systemd(1): poweroff.target
            self._gone(name)

    def freeze(self, name: str) -> None:
        """Stop every process of a machine: its kernel takes connections, and nothing answers."""
        namespace = Path(f"/proc/{self._leader(name)}/ns/pid").readlink()
        while moving := [pid for pid in _processes(namespace) if not _stopped(pid)]:
            for pid in moving:
                _kill(pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let the processes of a frozen machine go on."""
        for pid in _processes(Path(f"/proc/{self._leader(name)}/ns/pid").readlink()):
            _kill(pid, signal.SIGCONT)

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
        target = f"--target={self._leader(name)}"
        return ["nsenter", "--all", target, "env", "-i", path, "HOME=/root"]

    # Cables

    def disconnect(self, name: str) -> None:
        """Pull a machine's cable: it sees that its interface has no carrier."""
        self.network.set_port(self._port(name), "down")

    def connect(self, name: str) -> None:
        """Put a machine's cable back, after :meth:`disconnect` or :meth:`cut`."""
        self.network.attach(self._port(name), BRIDGE)

    def cut(self, name: str) -> None:
        """Lose every packet from and to a machine: no carrier is lost, no connection closed."""
        self.network.detach(self._port(name))

    def reset(self, name: str, port: int = 22) -> None:
        """Close all TCP connections to a machine's ``port``, as a firewall that restarts does."""
        self.run(name, f"ss -K state established sport = :{port}")

    def add_network(self, name: str, address: str = "") -> None:
        """Add a network; ``address`` (as in 192.0.2.254/24) is that of this computer in it."""
        if not re.fullmatch(r"[a-z][a-z0-9]{0,7}", name):
            raise LabError(f"no network can be named {name!r}: use up to 8 small letters or digits")
        self._prepare()
        self.network.add_bridge(name, address)

    def plug(self, name: str, network: str, address: str = "") -> None:
        """Give a machine that runs an interface in a network, named as that is.

        ``address`` (as in 192.0.2.1/24) is the interface's. It is there after a reboot, too.
        """
        lines = [f"[Match]\nName={network}\n[Network]\nLinkLocalAddressing=no"]
        lines += [f"Address={address}"] if address else []
        self._unit(name, network).write_text("\n".join([*lines, ""]))
        self._plugged(name).mkdir(exist_ok=True)
        (self._plugged(name) / network).touch()
        self.run(name, "networkctl reload")
        self.network.add_cable(f"{network}-{name}", network, network, self._leader(name))

    def unplug(self, name: str, network: str) -> None:
        """Take the interface in a network away from a machine that runs."""
        self._unit(name, network).unlink()
        (self._plugged(name) / network).unlink()
        self.network.remove_cable(f"{network}-{name}")

    # How it is done

    def _machine(self, name: str) -> Path:
        return self.home / "machines" / name

    def _plugged(self, name: str) -> Path:
        return self._machine(name) / "plugged"

    def _unit(self, name: str, network: str) -> Path:
        return self._machine(name) / f"root/etc/systemd/network/20-{network}.network"

    @cached_property
    def _tree(self) -> Path:
        return image.tree(self.debian)

    def _prepare(self) -> None:
        """The home, its key and the network, if they are not there."""
        tree = self._tree
        release = self.home / "debian"
        if release.exists() and release.read_text() != self.debian:
            raise LabError(
                f"the lab runs Debian {release.read_text()}; for Debian {self.debian}, end it with"
                " dhcp-lab down first"
            )
        if not os.path.ismount(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            run("mount", "-t", "tmpfs", "-o", "mode=755", "dhcp-lab", str(self.home))
        release.write_text(self.debian)
        if not self.key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(self.key))
            host_key = (tree / "etc/ssh/ssh_host_ed25519_key.pub").read_text().rsplit(" ", 1)[0]
            lines = (f"{NETWORK.format(i)} {host_key}\n" for i in range(1, 100))
            self.known_hosts.write_text("".join(lines))
        if user := os.environ.get("SUDO_UID"):
            os.chown(self.key, int(user), -1)  # the user who typed sudo needs it
        self.network.make()

    def _boot(self, name: str) -> None:
        home = self._machine(name)
        if not (home / "root").is_mount():
            self._insert_disk(name)
        networks = [path.name for path in self._plugged(name).glob("*")]
        flags = ["--quiet", f"--machine={self.name}-{name}", f"--hostname={name}"]
        flags += [f"--directory={home / 'root'}", f"--network-bridge={BRIDGE}", "--boot"]
        flags += [f"--network-veth-extra={network}-{name}:{network}" for network in networks]
        join = None
        if not Path("/run/systemd/system").exists():
            flags += ["--register=no", "--keep-unit"]
            join = join_cgroup(self._cgroup(name))
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
        for network in networks:
            self.network.await_cable(f"{network}-{name}")
            self.network.attach(f"{network}-{name}", network)

    def _insert_disk(self, name: str, *below: Path) -> None:
        """A new disk over the shared tree, and over the layers ``below``, the topmost first."""
        home = self._machine(name)
        for part in ("upper", "work", "root"):
            (home / part).mkdir(parents=True, exist_ok=True)
        lower = ":".join(map(str, (*below, self._tree)))
        layers = f"lowerdir={lower},upperdir={home}/upper,workdir={home}/work"
        run("mount", "-t", "overlay", "-o", layers, "overlay", str(home / "root"))
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
            log = (self._machine(name) / "console").read_text()
            raise LabError(f"{name} did not boot: {log[-500:]}")
        try:
            net = Path(f"/proc/{self._leader(name)}/net")
            listening = re.search(r": 00000000:0016 .* 0A ", (net / "tcp").read_text())
            return bool(listening) and self.address(name) in (net / "fib_trie").read_text()
        except (LabError, OSError):
            return False

    def _gone(self, name: str) -> None:
        wait_for(lambda: not self.running(name), 30, f"{name} did not end")
        (self._machine(name) / "pid").unlink()
        remove_cgroup(self._cgroup(name))

    def _cgroup(self, name: str) -> str:
        return f"dhcp-{self.name}-{name}"

    def _port(self, name: str) -> str:
        return self.network.port_of(self.run(name, "cat /sys/class/net/host0/iflink").strip())


def _processes(namespace: Path) -> list[int]:
    """The processes of a namespace of processes."""
    found = []
    for link in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            if link.readlink() == namespace:
                found.append(int(link.parts[2]))
        except OSError:  # it has ended
            continue
    return found


def _stopped(pid: int) -> bool:
    try:
        return bool(STOPPED.search(Path(f"/proc/{pid}/stat").read_text()))
    except OSError:
        return True


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
