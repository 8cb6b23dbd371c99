"""This computer, as the lab uses it: commands, mounts, control groups, limits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import LabError

INOTIFY_LIMIT = "fs.inotify.max_user_instances"
INOTIFY_EACH = 8
"""inotify instances of root in one machine: 5 of systemd, 3 of root's own session manager."""


def run(*command: str) -> str:
    """What ``command`` prints; raises :class:`LabError` with what it complains about."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LabError(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


def wait_for(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait until ``condition`` holds; raises :class:`LabError` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"{otherwise} within {seconds:g} seconds")
        time.sleep(0.02)


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


def unmount(directory: Path) -> None:
    """Unmount what is mounted at ``directory`` and below it."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    for mount in sorted((line.split()[1] for line in mounts), reverse=True):
        if Path(mount) == directory or directory in Path(mount).parents:
            subprocess.run(["umount", "--lazy", mount], check=True)


# Control groups: two machines in the same one cannot start services.


def join_cgroup(name: str) -> Callable[[], None]:
    """Make control groups ``name``; the result puts the process that calls it into them."""
    groups = [hierarchy / name for hierarchy in _hierarchies()]
    for group in groups:
        group.mkdir(exist_ok=True)

    def join() -> None:
        for group in groups:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    return join


def remove_cgroup(name: str) -> None:
    """Remove the control groups ``name``, which are empty."""
    for hierarchy in _hierarchies():
        for directory in sorted((hierarchy / name).glob("**/"), reverse=True):
            directory.rmdir()


def _hierarchies() -> list[Path]:
    """The control group trees of this computer: one of version 2, or systemd's own beside it."""
    top = Path("/sys/fs/cgroup")
    if (top / "cgroup.procs").exists():
        return [top]
    return [path for path in (top / "systemd", top / "unified") if path.exists()]


# inotify instances: a machine that gets too few does not boot, and does not say why.


def check_inotify(more: int, proc: Path = Path("/proc")) -> None:
    """Raise :class:`LabError` if ``more`` machines exceed the limit of inotify instances."""
    machines, others = 0, 0
    user, own = (proc / "self").stat().st_uid, (proc / "self/ns/pid").readlink()
    for process in proc.glob("[0-9]*"):
        try:
            machines += (process / "comm").read_text() == "systemd-nspawn\n"
            if process.stat().st_uid == user and (process / "ns/pid").readlink() == own:
                links = [fd.readlink() for fd in (process / "fd").iterdir()]
                others += links.count(Path("anon_inode:inotify"))
        except OSError:  # it has ended, or is not ours
            continue
    limit = int((proc / "sys" / INOTIFY_LIMIT.replace(".", "/")).read_text())
    needed = others + INOTIFY_EACH * (machines + more)
    if needed > limit:
        raise LabError(
            f"{machines + more} machines at once need {needed} inotify instances; this computer"
            f" allows {limit}. Raise the limit: sysctl -w {INOTIFY_LIMIT}={max(512, 2 * needed)}"
        )
