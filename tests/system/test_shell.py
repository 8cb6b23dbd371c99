"""The programs that change a server, run by ``sh`` on files of the test's own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
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


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server with nothing on it."""
    return Server(tmp_path)


def digest(content: str) -> str:
    """Its SHA-256."""
    return sha256(content.encode()).hexdigest()


# Staging


def test_a_file_is_staged_beside_the_live_one_with_its_mode(server: Server) -> None:
    """The live file is not touched."""
    server.conf.write_text("old\n")
    assert server.stage() == ""
    assert server.conf.read_text() == "old\n"
    assert server.staged.read_text() == NEW
    assert server.staged.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("length", [0, 1, len(NEW) // 2, len(NEW) - 1])
def test_content_that_does_not_arrive_whole_is_never_staged(server: Server, length: int) -> None:
    """A cut connection ends standard input as the end of the file does."""
    server.conf.write_text("old\n")
    assert "did not arrive whole" in server.stage(NEW[:length])
    assert server.conf.read_text() == "old\n"
    assert not server.staged.exists()


@pytest.mark.parametrize("kind", ["link", "dangling link", "fifo", "hard link"])
def test_what_lies_at_the_staged_name_is_removed_and_never_followed(
    server: Server, kind: str
) -> None:
    """Another file keeps its content and its mode; a fifo does not hang."""
    other = server.root / "other"
    other.write_text("of somebody else\n")
    other.chmod(0o600)
    match kind:
        case "link":
            server.staged.symlink_to(other)
        case "dangling link":
            server.staged.symlink_to(server.root / "nowhere")
        case "fifo":
            os.mkfifo(server.staged)
        case _:
            server.staged.hardlink_to(other)
    assert server.stage() == ""
    assert server.staged.read_text() == NEW
    assert other.read_text() == "of somebody else\n"
    assert other.stat().st_mode & 0o777 == 0o600
    assert not (server.root / "nowhere").exists()


def test_a_directory_at_the_staged_name_is_left_alone(server: Server) -> None:
    """Nobody knows whose it is; the reason is shown."""
    server.staged.mkdir()
    assert "directory" in server.stage()
    assert server.staged.is_dir()


# Turns


def test_a_turn_is_taken_by_one_run_at_a_time(server: Server) -> None:
    """The other one reads who has it, and since when."""
    assert server.turn(shell.take_turn) == "taken"
    words = server.turn(shell.take_turn, SOMEBODY).split(maxsplit=3)
    assert (words[0], words[3]) == ("held", ME.name)
    assert 0 < int(words[1]) <= shell.TURN_SECONDS
    assert abs(int(words[2]) - time.time()) < 5
    assert server.turn(shell.give_turn) == "given"
    assert server.turn(shell.take_turn, SOMEBODY) == "taken"


def test_a_turn_can_be_taken_again_by_its_own_run(server: Server) -> None:
    """Two servers of a run can share a partner."""
    assert server.turn(shell.take_turn) == server.turn(shell.take_turn) == "taken"


def test_only_its_own_run_gives_a_turn_back(server: Server) -> None:
    """A run that wakes up late ends nobody else's."""
    server.turn(shell.take_turn, SOMEBODY)
    server.turn(shell.give_turn)
    assert server.turn(shell.take_turn).startswith("held")


def expire(server: Server) -> None:
    """Let the turn end by itself, as after 30 silent seconds."""
    turn = server.root / "run/dhcp-failover/turn"
    token, _, since = turn.read_text().splitlines()[0].split()
    turn.write_text(f"{token} 1 {since}\n{ME.name}\n")


def test_a_turn_ends_by_itself_when_its_run_is_silent(server: Server) -> None:
    """And that run does not get it back without asking anew."""
    server.turn(shell.take_turn)
    expire(server)
    assert server.turn(shell.renew_turn).startswith("lost: this run was silent for too long")
    assert server.turn(shell.take_turn, SOMEBODY) == "taken"
    assert server.turn(shell.renew_turn) == f"lost: it is the turn of {SOMEBODY.name}"


@pytest.mark.parametrize(
    "text", ["", "aaaa", "aaaa 08 5", "aaaa x 5", "aaaa 99999999999999999999 5", "aaaa 9 x", "\0"]
)
def test_a_damaged_turn_is_no_turn(server: Server, text: str) -> None:
    """What a power loss or an editor leaves stops nobody."""
    server.turn(shell.take_turn)
    (server.root / "run/dhcp-failover/turn").write_text(f"{text}\nme\n" if text else "")
    assert server.turn(shell.renew_turn).startswith("lost")
    assert server.turn(shell.take_turn, SOMEBODY) == "taken"


def test_a_command_in_a_turn_is_refused_when_that_is_over(server: Server) -> None:
    """Whatever it would do."""
    server.turn(shell.take_turn)
    touched = server.root / "touched"
    assert server.run(shell.in_turn(ME, f"touch {touched}")).returncode == 0
    assert touched.exists()
    touched.unlink()
    expire(server)
    assert server.run(shell.in_turn(ME, f"touch {touched}")).returncode == 1
    assert server.run(shell.remove(ME, [str(server.conf)])).returncode == 1
    assert not touched.exists()


def test_a_run_discards_what_it_has_staged_itself(server: Server) -> None:
    """Not the staged file of another run."""
    server.stage()
    server.run(shell.discard([(str(server.conf), digest("of another run"))]))
    assert server.staged.exists()
    server.run(shell.discard([(str(server.conf), digest(NEW))]))
    assert not server.staged.exists()


# Activation


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


# Files


def test_a_file_is_described_by_mode_owner_and_digest(server: Server) -> None:
    """Nothing is printed for what is not a regular file."""
    server.conf.write_text("text\n")
    server.conf.chmod(0o640)
    words = server.run(shell.file_state(str(server.conf))).stdout.split()
    assert (words[0], words[2]) == ("640", digest("text\n"))
    for path in (server.root, server.root / "nowhere"):
        assert server.run(shell.file_state(str(path))).stdout == ""


def test_a_text_comes_back_as_it_is(server: Server) -> None:
    """Compressed on the way."""
    server.conf.write_text("text\n" * 1000)
    lines = server.run(shell.compressed(str(server.conf))).stdout.splitlines()
    assert shell.decompressed(lines) == "text\n" * 1000
    assert shell.decompressed([]) == ""
