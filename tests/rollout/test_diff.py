"""What ``--diff`` prints."""

from __future__ import annotations

import pytest
from dhcp_failover.rollout.diff import differences, runs

LARGE = [f"line {i} of many" for i in range(1, 200_001)]


def text(lines: list[str]) -> str:
    """A file of these lines."""
    return "".join(f"{line}\n" for line in lines)


def test_a_change_of_one_line_prints_that_change_only() -> None:
    """With its place, and two lines before and after it, however large the file."""
    changed = [*LARGE]
    changed[99_999] = "another"
    assert list(differences(text(LARGE), text(changed))) == [
        "@@ -99998,5 +99998,5 @@",
        "  line 99998 of many",
        "  line 99999 of many",
        "- line 100000 of many",
        "+ another",
        "  line 100001 of many",
        "  line 100002 of many",
    ]


def test_a_new_file_is_all_new() -> None:
    """From its first line."""
    assert list(differences("", "one\n\ntwo\n")) == ["@@ -0,0 +1,3 @@", "+ one", "+", "+ two"]


def test_equal_texts_have_no_differences() -> None:
    """Not a line."""
    assert list(differences("one\n", "one\n")) == []


def test_what_is_no_text_is_told_as_text() -> None:
    """Whatever somebody left in the file."""
    assert list(differences("\0\n", "one\n")) == ["@@ -1 +1 @@", "- \0", "+ one"]


def test_an_empty_line_beside_a_difference_is_an_empty_line() -> None:
    """Not a space behind which nothing comes."""
    assert list(differences("\none\n", "\ntwo\n")) == ["@@ -1,2 +1,2 @@", "", "- one", "+ two"]


def test_a_computer_without_diff_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run goes on: what it does does not depend on what it shows."""
    monkeypatch.setenv("PATH", "")
    assert list(differences("one\n", "two\n")) == [
        "there are differences; to see them, install diff on this computer"
    ]


def test_each_run_of_lines_that_only_one_text_has_is_whole() -> None:
    """Old and new apart, and what is far apart too."""
    old = text(["a", "b", *"cdefghi", "j", "k"])
    new = text(["a", "B", "+b", *"cdefghi", "k"])
    assert runs(old, new) == ["b\n", "B\n+b\n", "j\n"]
    assert runs(old, old) == []
    assert runs("one\r\u2028two\n", "one\n") == ["one\r\u2028two\n", "one\n"]


def test_without_diff_no_runs_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is not the same as none."""
    monkeypatch.setenv("PATH", "")
    assert runs("one\n", "three\n") is None
