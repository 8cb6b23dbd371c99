"""The staged replacement of a file, run by a real shell."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dhcp_failover.system import shell


def stage(path: Path, content: str, check: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command on a file of the test's own."""
    command = shell.staged(str(path), "640", check)
    return subprocess.run(
        ["sh", "-c", command], input=content, capture_output=True, text=True, check=False
    )


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Content and mode, by another inode, so that a reader has the old file or the new."""
    path = tmp_path / "it's a file"
    path.write_text("old\n")
    before = path.stat().st_ino
    assert stage(path, "new\n").returncode == 0
    assert path.read_text() == "new\n"
    assert (path.stat().st_mode & 0o777, path.stat().st_ino != before) == (0o640, True)
    kept = path.with_name(path.name + ".previous")
    assert sorted(tmp_path.iterdir()) == [path, kept]
    assert kept.read_text() == "old\n"


def test_a_file_that_is_not_the_one_planned_against_stays(tmp_path: Path) -> None:
    """Somebody else was there in the meantime."""
    path = tmp_path / "file"
    path.write_text("theirs\n")
    command = shell.staged(str(path), "640", replaced=["0" * 64])
    result = subprocess.run(["sh", "-c", command], input="ours", capture_output=True, text=True)
    assert result.returncode == 1
    assert "is not the file that this run planned against" in result.stderr
    assert path.read_text() == "theirs\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_refused_candidate_is_removed_and_the_file_stays(tmp_path: Path) -> None:
    """The check sees the candidate, and its words reach the user."""
    path = tmp_path / "file"
    path.write_text("old\n")
    check = f"{{ cat {shell.candidate(str(path))} >&2; false; }}"
    refused = stage(path, "new\n", check)
    assert (refused.returncode, refused.stderr) == (1, "new\n")
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_candidate_is_readable_by_its_owner_alone_until_it_is_checked(tmp_path: Path) -> None:
    """It may hold a key."""
    path = tmp_path / "file"
    seen = stage(path, "new\n", f"stat -c %a {shell.candidate(str(path))} >&2 && umask >&2")
    assert seen.stderr == "640\n0077\n"


def test_a_full_disk_leaves_the_file(tmp_path: Path) -> None:
    """/dev/full takes nothing; the file is as it was."""
    path = tmp_path / "file"
    path.write_text("old\n")
    Path(shell.candidate(str(path))).symlink_to("/dev/full")
    failed = stage(path, "new\n")
    assert failed.returncode != 0
    assert path.read_text() == "old\n"


def test_the_state_of_a_file_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    """And no error: dry runs look at fresh servers."""
    command = ["sh", "-c", shell.file_state(str(tmp_path / "none"))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def verdict(path: Path, program: str, check: str) -> list[str]:
    """What is said of the content ``new`` for a file of the test's own."""
    command = ["sh", "-c", shell.verdict(str(path), program, check)]
    return subprocess.run(
        command, input="new\n", capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_a_verdict_is_a_word_and_the_words_of_the_check(tmp_path: Path) -> None:
    """It has seen the candidate; nothing of that is left, and the file stays."""
    path = tmp_path / "file"
    path.write_text("old\n")
    check = f"cat {shell.candidate(str(path))}"
    assert verdict(path, "cat", check)[0] == "accepted"
    refusing = f"{{ {check} >&2; echo '  ^'; false; }}"
    assert verdict(path, "cat", refusing) == ["refused", "new", "  ^"]
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_without_its_program_nothing_is_tried(tmp_path: Path) -> None:
    """Not even the directory has to be there."""
    assert verdict(tmp_path / "none" / "file", "no-such-program", "true") == ["untried"]


def test_a_candidate_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """With the shell's words."""
    said = verdict(tmp_path / "none" / "file", "cat", "true")
    assert said[0] == "refused"
    assert "none" in " ".join(said)
