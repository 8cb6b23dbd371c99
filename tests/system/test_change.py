"""How a change is made, taken back and proven, by ``sh`` on files of the test's own."""

from __future__ import annotations

import subprocess

import pytest
from dhcp_failover.system import shell
from dhcp_failover.system.shell import Holder
from directory import ME, NEW, SOMEBODY, Server, digest, expire


@pytest.fixture
def ready(server: Server) -> Server:
    """A server with a live file, a staged one, and a turn."""
    server.conf.write_text("old\n")
    server.conf.chmod(0o600)
    server.stage()
    server.turn(shell.take_turn)
    return server


def test_staged_files_are_put_in_place_and_the_daemon_is_restarted(ready: Server) -> None:
    """The previous file is kept until the proof."""
    run = ready.activate(digest("old\n"))
    assert run.returncode == 0, run.stdout
    assert ready.conf.read_text() == NEW
    assert not ready.staged.exists()
    assert "restart dhcp.service" in ready.log.read_text()
    kept = ready.unproven / "files" / str(ready.conf)[1:]
    assert kept.read_text() == "old\n"
    assert ready.unproven.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("holder", [SOMEBODY, Holder("cccc", "an old run")])
def test_a_run_whose_turn_it_is_not_changes_nothing(ready: Server, holder: Holder) -> None:
    """The server refuses; it says whose turn it is."""
    run = ready.activate(digest("old\n"), holder=holder)
    assert run.returncode == 1
    assert f"it is the turn of {ME.name}" in run.stdout
    assert ready.conf.read_text() == "old\n"
    assert not ready.log.exists()


def test_a_run_whose_turn_is_over_changes_nothing(ready: Server) -> None:
    """A suspended controller wakes up and does no harm."""
    expire(ready)
    assert ready.activate(digest("old\n")).returncode == 1
    assert ready.conf.read_text() == "old\n"


def test_a_staged_file_of_another_run_is_not_put_in_place(ready: Server) -> None:
    """Its digest is another."""
    ready.staged.write_text("of another run\n")
    run = ready.activate(digest("old\n"))
    assert run.returncode == 1
    assert "another run is at work" in run.stdout
    assert ready.conf.read_text() == "old\n"


def test_a_live_file_that_changed_since_the_look_is_not_replaced(ready: Server) -> None:
    """Somebody edited it in between."""
    run = ready.activate(digest("older\n"))
    assert run.returncode == 1
    assert "has changed since this run looked at it" in run.stdout
    assert ready.conf.read_text() == "old\n"


def test_the_previous_files_come_back_when_the_daemon_does_not_start(ready: Server) -> None:
    """The daemon runs from them again, and its reason is shown."""
    ready.starts(f"grep -q old {ready.conf}")
    run = ready.activate(digest("old\n"))
    assert run.returncode == 1
    assert ready.conf.read_text() == "old\n"
    assert ready.conf.stat().st_mode & 0o777 == 0o600
    assert "the reason" in run.stdout
    assert "the server runs from them again" in run.stdout
    assert not ready.unproven.exists()


def test_a_file_that_was_not_there_goes_again_when_the_daemon_does_not_start(
    server: Server,
) -> None:
    """A daemon that did not run before is not started for it."""
    server.active.write_text("inactive\n")
    server.stage()
    server.turn(shell.take_turn)
    server.starts("exit 1")
    run = server.activate("")
    assert run.returncode == 1
    assert not server.conf.exists()
    assert server.log.read_text().count("restart") == 1


def test_the_last_proven_files_are_kept_through_several_changes(ready: Server) -> None:
    """Not those of a change that was never proven."""
    assert ready.activate(digest("old\n")).returncode == 0
    ready.stage()
    assert ready.activate(digest(NEW)).returncode == 0
    kept = ready.unproven / "files" / str(ready.conf)[1:]
    assert kept.read_text() == "old\n"
    assert ready.run(shell.restore(ME, "dhcp.service")).returncode == 0
    assert ready.conf.read_text() == "old\n"


def test_an_edit_made_after_a_change_stays_when_that_is_taken_back(ready: Server) -> None:
    """The previous file serves again, the edit is beside it, and the server says so."""
    assert ready.activate(digest("old\n")).returncode == 0
    ready.conf.write_text("edited\n")
    run = ready.run(shell.restore(ME, "dhcp.service"))
    assert run.returncode == 0
    assert ready.conf.read_text() == "old\n"
    (aside,) = ready.root.glob("dhcpd.conf.edited-*")
    assert aside.read_text() == "edited\n"
    assert aside.stat().st_mode & 0o777 == 0o640
    assert run.stdout == f"{ready.conf} was edited after this change; the edit is in {aside}\n"


def test_an_edit_of_a_file_that_was_not_there_before_stays_too(server: Server) -> None:
    """The file itself goes."""
    server.stage()
    server.turn(shell.take_turn)
    assert server.activate("").returncode == 0
    server.conf.write_text("edited\n")
    assert "was edited after this change" in server.run(shell.restore(ME, "dhcp.service")).stdout
    assert not server.conf.exists()
    assert [it.read_text() for it in server.root.glob("dhcpd.conf.edited-*")] == ["edited\n"]


def test_nothing_is_kept_of_what_a_change_itself_has_written(ready: Server) -> None:
    """Nor of a later change that was not proven either."""
    assert ready.activate(digest("old\n")).returncode == 0
    ready.stage()
    assert ready.activate(digest(NEW)).returncode == 0
    assert ready.run(shell.restore(ME, "dhcp.service")).stdout == ""
    assert not list(ready.root.glob("*.edited-*"))


def test_a_change_goes_on_though_nobody_listens_any_more(ready: Server) -> None:
    """The connection breaks: the program ends its work all the same."""
    ready.starts(f"kill -HUP $PPID; kill -PIPE $PPID; kill -TERM $PPID; grep -q old {ready.conf}")
    ready.activate(digest("old\n"))
    assert ready.conf.read_text() == "old\n"


# The proof


def proven(server: Server) -> None:
    """The last change is proven."""
    run = prove(server, digest(server.conf.read_text()))
    assert run.returncode == 0, run.stdout


def prove(server: Server, found: str) -> subprocess.CompletedProcess[str]:
    """Note the proof of a configuration with this digest."""
    partners = ["lab 192.0.2.2 520 0123456789abcdef"]
    command = shell.proven(ME, str(server.conf), [(str(server.conf), found)], partners)
    return server.run(command)


def test_previous_files_go_after_the_proof(ready: Server) -> None:
    """Secrets among them; who the partners are is noted."""
    ready.conf.write_text(f"{shell.MADE}\nsecret\n")
    ready.activate(digest(ready.conf.read_text()))
    proven(ready)
    assert not ready.unproven.exists()
    home = ready.root / "var/lib/dhcp-failover"
    assert [it.name for it in home.iterdir()] == ["partners"]
    assert (home / "partners").read_text() == "lab 192.0.2.2 520 0123456789abcdef\n"


def test_nothing_is_proven_of_files_that_changed_since(ready: Server) -> None:
    """A suspended run wakes up after another one has changed the server."""
    ready.activate(digest("old\n"))
    run = prove(ready, digest("old\n"))
    assert run.returncode == 1
    assert "have changed since they were proven" in run.stdout
    assert ready.unproven.exists()


def test_a_configuration_made_by_hand_stays_for_root_alone(ready: Server) -> None:
    """Nothing that a person wrote is lost: a later one stays beside the first."""
    ready.activate(digest("old\n"))
    proven(ready)
    kept = ready.root / "var/lib/dhcp-failover/original" / str(ready.conf)[1:]
    assert kept.read_text() == "old\n"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parents[1].stat().st_mode & 0o077 == 0
    ready.conf.write_text("by hand again\n")
    ready.stage()
    assert ready.activate(digest("by hand again\n")).returncode == 0
    proven(ready)
    assert kept.read_text() == "old\n"
    home = ready.root / "var/lib/dhcp-failover"
    (later,) = home.glob("original.*")
    assert (later / str(ready.conf)[1:]).read_text() == "by hand again\n"
