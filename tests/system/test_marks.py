"""What a server prints, between marks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dhcp_failover.system.marks import answer, marked, unmarked


def run(script: str, before: str = "", after: str = "") -> list[str]:
    """The lines that a server with such login and logout scripts prints."""
    command = f"{before}\n{marked(script)}\n{after}"
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_only_what_is_between_the_marks_is_read() -> None:
    """A login script may print what it likes, with or without an end of line."""
    script = "echo Pid=1; echo Started=2"
    for before in ("echo Pid=7", "printf 'Pid=7'", "echo '<begin 0000>'"):
        assert unmarked(script, run(script, before, "echo Pid=9")) == ["Pid=1", "Started=2"]


def test_an_answer_that_is_cut_is_no_answer() -> None:
    """At every line, the end mark's own included."""
    script = "echo one; echo two"
    lines = run(script)
    for length in range(len(lines)):
        with pytest.raises(ValueError, match=r"no answer|incomplete"):
            unmarked(script, lines[:length])


def test_the_answer_to_another_question_is_no_answer() -> None:
    """Each script has marks of its own."""
    with pytest.raises(ValueError, match="no answer"):
        unmarked("echo one", run("echo two"))


def test_the_exit_status_of_the_script_is_in_the_end_mark() -> None:
    """The command itself succeeds, so that its output is read."""
    assert answer("echo words; exit 3", run("echo words; exit 3")) == (3, ["words"])
    with pytest.raises(ValueError, match="exit status 3"):
        unmarked("exit 3", run("exit 3"))


def test_output_without_an_end_of_line_is_read() -> None:
    """The mark stands on the same line."""
    assert unmarked("printf word", run("printf word")) == ["word"]


def test_output_is_printable_ascii_in_the_c_locale() -> None:
    """Whatever language the server speaks, and whatever a client has put into a log."""
    script = r"printf 'a\033[31m\377\303\244b\n'; echo $LC_ALL"
    assert unmarked(script, run(script, "LC_ALL=de_DE.UTF-8; export LC_ALL")) == ["a?[31m???b", "C"]


def test_nobody_knows_the_marks_of_a_run() -> None:
    """A client's host name, or a local program's, could imitate them if they never changed."""
    program = "from dhcp_failover.system.marks import marked; print(marked('true'))"
    command = [sys.executable, "-c", program]
    one, two = (subprocess.run(command, capture_output=True, check=True).stdout for _ in "12")
    assert b"<begin " in one
    assert one != two
