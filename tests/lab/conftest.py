"""A pair of real machines for each Debian release."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dhcp_failover.lab.machines import Lab
from machines import Pair


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs machines."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session", params=["13", "12"], ids=["debian13", "debian12"])
def machines(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """The machines of a release, in whatever state the test before left them."""
    if os.geteuid() != 0:
        pytest.skip("machines need root: sudo .venv/bin/pytest")
    lab = Lab(f"{os.environ.get('DHCP_LAB', 'test')}{request.param}", request.param)
    lab.down()
    lab.up()
    yield Pair(lab)
    lab.down()


@pytest.fixture
def fresh(machines: Pair) -> Pair:
    """Two machines on which nothing was ever installed."""
    machines.renew()
    return machines


@pytest.fixture
def pair(machines: Pair) -> Pair:
    """Two machines that are a pair in normal, as declared."""
    machines.lab.up()
    machines.apply()
    return machines
