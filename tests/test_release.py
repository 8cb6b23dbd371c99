"""What must be right before a version is published."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from release import changelog, expected, missing


def test_a_changelog_that_begins_with_the_version_and_its_date_is_ready() -> None:
    """With or without brackets."""
    for heading in ("## 0.2.0 - 2026-11-25", "## [0.2.0] - 2026-11-25"):
        assert (
            changelog(f"# Changelog\n\n{heading}\n\n- New.\n\n## 0.1.0 - 2026-01-01\n", "0.2.0")
            == []
        )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# Changelog\n", "CHANGELOG.md has no heading with a version"),
        ("## Unreleased\n\n- New.\n", "begins with Unreleased: give that the heading ## 0.2.0 -"),
        (
            "## 0.1.0 - 2026-01-01\n",
            "pyproject.toml has version 0.2.0, CHANGELOG.md begins with 0.1.0",
        ),
    ],
)
def test_a_changelog_that_is_not_ready_is_one_sentence(text: str, sentence: str) -> None:
    """It says what to write."""
    (found,) = changelog(text, "0.2.0")
    assert sentence in found


def test_a_file_that_is_not_in_the_wheel_is_named(tmp_path: Path) -> None:
    """Of the package, its templates and its inventories."""
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for name in expected():
            if not name.endswith("site.schema.json"):
                file.writestr(name, "")
    assert missing(wheel) == ["the wheel has no dhcp_failover/inventories/site.schema.json"]
