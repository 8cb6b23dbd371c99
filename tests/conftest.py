"""Data for all tests: a site of two servers, one of a hub with two branches; and the daemons."""

from __future__ import annotations

import os
from typing import Any

import pytest
from dhcp_failover.lab import LabError
from dhcp_failover.lab.image import SUITES
from dhcp_failover.lab.machines import Lab
from dhcpd import RELEASES, Dhcpd
from machines import lab_name
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = (
    "tests/lab/test_first_apply.py",
    "tests/lab/test_options.py",
    "tests/lab/test_reservations.py",
    "tests/lab/test_scopes.py",
    "tests/lab/test_settings.py",
    "tests/lab/test_spaces.py",
    "tests/test_wheel.py",
)
"""Files whose tests share what takes long to prepare: they stay on one worker, and begin first."""


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Every test goes to the next worker that is free, but for those of such a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        release = "debian12" if "[debian12" in nodeid else ""
        return f"{file}{release}" if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """How the tests are shared out among the workers."""
    return Scheduling(config, log)


WITH_MACHINES = pytest.StashKey[bool]()
"""Whether a test of this session used machines."""


def pytest_configure(config: pytest.Config) -> None:
    """Have the reports known by their session."""
    _sessions.append(config)


_sessions: list[pytest.Config] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember whether a test used machines: the process that outlives the workers sees this."""
    if "lab" in report.keywords:
        for config in _sessions:
            config.stash[WITH_MACHINES] = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the pairs of machines that this session made for all workers.

    Here, because the process that outlives the workers does not read ``tests/lab/conftest.py``.
    """
    config = session.config
    if config.stash.get(WITH_MACHINES, False) and not hasattr(config, "workerinput"):
        for debian in SUITES:
            Lab(lab_name(debian, worker="saved"), debian).down()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a run can be asked for."""
    parser.addoption(
        "--everything", action="store_true", help="every test on machines of both Debian releases"
    )


@pytest.fixture
def pair() -> dict[str, Any]:
    """The data of two servers, without anything that has a default."""
    return {
        "failover": {
            "lab": {
                "primary": {"server": "dhcp1", "address": "192.0.2.1"},
                "secondary": {"server": "dhcp2", "address": "192.0.2.2"},
            }
        },
        "subnets": [
            {
                "network": "192.0.2.0/24",
                "pools": [
                    {
                        "failover": "lab",
                        "routers": ["192.0.2.254"],
                        "ranges": ["192.0.2.100-192.0.2.199"],
                    }
                ],
            }
        ],
    }


@pytest.fixture
def hub() -> dict[str, Any]:
    """The data of a hub that is the secondary of two branches with different values."""
    return {
        "failover": {
            "north": {
                "primary": {"server": "north", "address": "198.51.100.2"},
                "secondary": {"server": "hub", "address": "192.0.2.1"},
                "port": 647,
                "peer_port": 847,
                "mclt": 1800,
                "split": 128,
            },
            "south": {
                "primary": {"server": "south", "address": "203.0.113.2"},
                "secondary": {"server": "hub", "address": "192.0.2.1"},
                "max_response_delay": 30,
                "max_unacked_updates": 20,
                "load_balance_max_seconds": 5,
            },
        },
        "subnets": [
            {"network": "192.0.2.0/24"},
            {
                "network": "198.51.100.0/24",
                "pools": [
                    {
                        "failover": "north",
                        "routers": ["198.51.100.1", "198.51.100.254"],
                        "ranges": ["198.51.100.100-198.51.100.149", "198.51.100.200"],
                        "default_lease_time": 3600,
                        "max_lease_time": 7200,
                    }
                ],
            },
            {
                "network": "203.0.113.0/24",
                "pools": [
                    {
                        "failover": "south",
                        "ranges": ["203.0.113.10-203.0.113.250"],
                        "default_lease_time": 21600,
                        "max_lease_time": 36000,
                    }
                ],
            },
        ],
    }


@pytest.fixture(scope="session")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dhcpd]:
    """By Debian release: its dhcpd."""
    try:
        return {it: Dhcpd.of(it, tmp_path_factory.mktemp(f"debian-{it}-")) for it in RELEASES}
    except (LabError, PermissionError):
        if os.geteuid() == 0:
            raise
        pytest.skip("the Debian trees are not there, and making them needs root: make test")
