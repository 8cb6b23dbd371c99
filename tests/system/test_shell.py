"""The programs that stage files and take turns, run by ``sh`` on files of the test's own."""

from __future__ import annotations

import os
import time

import pytest
from dhcp_failover.system import shell
from directory import ME, NEW, SOMEBODY, Server, digest, expire

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
