"""What the programs about dhcpd find on a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import fake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Programs of a server on which the test is root."""
    programs = tmp_path / "programs"
    programs.mkdir()
    fake(programs, "id", "0\n")
    return programs
