"""The limits of this computer that a lab has to keep, on a ``/proc`` of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from dhcp_failover.lab import LabError
from dhcp_failover.lab.computer import check_inotify


def process(proc: Path, pid: str, program: str, instances: int = 0, namespace: str = "1") -> None:
    """A process with so many inotify instances, in a namespace of processes."""
    directory = proc / pid
    (directory / "fd").mkdir(parents=True)
    (directory / "ns").mkdir()
    (directory / "ns/pid").symlink_to(f"pid:[{namespace}]")
    (directory / "comm").write_text(f"{program}\n")
    for number in range(instances):
        (directory / "fd" / str(number)).symlink_to("anon_inode:inotify")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A computer that allows 64 instances and has 10 in use; a lab of two machines runs."""
    limit = tmp_path / "sys/fs/inotify/max_user_instances"
    limit.parent.mkdir(parents=True)
    limit.write_text("64\n")
    process(tmp_path, "self", "python")
    process(tmp_path, "300", "desktop", 10)
    for pid, leader in (("400", "401"), ("500", "501")):
        process(tmp_path, pid, "systemd-nspawn")
        process(tmp_path, leader, "systemd", 5, namespace=leader)
    return tmp_path


def test_machines_that_fit_are_booted(proc: Path) -> None:
    """Two run, four more: 10 and six times 8 make 58."""
    check_inotify(4, proc)


def test_a_limit_that_is_too_low_is_one_sentence_with_its_remedy(proc: Path) -> None:
    """Before a machine fails to boot without a word."""
    (proc / "sys/fs/inotify/max_user_instances").write_text("40\n")
    with pytest.raises(
        LabError, match=r"6 machines at once need .* allows 40\. Raise the limit"
    ) as it:
        check_inotify(4, proc)
    assert "sysctl -w fs.inotify.max_user_instances=512" in str(it.value)
