"""The two daemons that generated sites are shown to."""

from __future__ import annotations

import os

import pytest
from dhcp_failover.lab import LabError
from dhcpd import RELEASES, Dhcpd


@pytest.fixture(scope="session")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dhcpd]:
    """By Debian release: its dhcpd."""
    try:
        return {it: Dhcpd.of(it, tmp_path_factory.mktemp(f"debian-{it}-")) for it in RELEASES}
    except (LabError, PermissionError):
        if os.geteuid() == 0:
            raise
        pytest.skip("the Debian trees are not there, and making them needs root: make test")
