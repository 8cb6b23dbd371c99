"""The server of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from directory import Server


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server with nothing on it."""
    return Server(tmp_path)
