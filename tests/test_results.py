"""The tables that the drills write."""

from __future__ import annotations

from results import DRILLS, HEALTH, RESULTS, with_row


def test_a_row_takes_the_place_of_the_one_before() -> None:
    """So that a drill that is run again has one row, in the table where it belongs."""
    seen = ("codes", "1.0", "2.0", "0")
    once = with_row(with_row("", HEALTH, "b[some item]", *seen), DRILLS, "c", *"123456")
    again = with_row(with_row(once, HEALTH, "a", *seen), HEALTH, "b[some item]", *seen)
    assert [it for it in again.splitlines() if it.startswith("| `")] == [
        "| `c` | 1 | 2 | 3 | 4 | 5 | 6 |",
        "| `a` | codes | 1.0 | 2.0 | 0 |",
        "| `b[some item]` | codes | 1.0 | 2.0 | 0 |",
    ]


def test_the_file_is_what_the_drills_write() -> None:
    """Nobody has written into it by hand."""
    text = RESULTS.read_text()
    row = next(it for it in text.splitlines() if it.startswith("| `"))
    name, *cells = (it.strip() for it in row.strip("|").split("|"))
    assert with_row(text, DRILLS, name.strip("`"), *cells) == text
