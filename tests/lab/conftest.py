"""Pairs of real machines: side by side, each worker of pytest-xdist with a lab of its own.

A test that differs between Debian's releases is marked ``both_releases``; the others run on
Debian 13 alone, unless ``--everything`` is given.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dhcp_failover.lab.machines import Lab
from machines import Pair, lab_name

RELEASES = {"13": "debian13", "12": "debian12"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here needs machines; what repeats another test needs ``--everything``."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.lab)
    if not config.getoption("everything"):
        left_out = [item for item in items if item.get_closest_marker("everything")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the releases that a test runs on."""
    if "machines" not in metafunc.fixturenames:
        return
    both = metafunc.definition.get_closest_marker("both_releases")
    releases = list(RELEASES) if both or metafunc.config.getoption("everything") else ["13"]
    metafunc.parametrize("machines", releases, ids=RELEASES.get, indirect=True, scope="session")


@pytest.fixture(scope="session")
def machines(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """The machines of a release, in whatever state the test before left them; at first, none."""
    if os.geteuid() != 0:
        pytest.skip("machines need root: sudo .venv/bin/pytest")
    pair = Pair(Lab(lab_name(request.param), request.param))
    pair.lab.down()
    yield pair
    pair.lab.down()


@pytest.fixture(scope="session")
def converged(machines: Pair, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab of stopped machines, a pair in normal as declared: made once for all workers."""
    saved = Lab(lab_name(machines.lab.debian, worker="saved"), machines.lab.debian)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    done = shared / f"{saved.name}-is-made"
    with (shared / f"{saved.name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            saved.down()
            saved.up()
            Pair(saved).apply()
            Pair(saved).until_normal()
            for name in saved.names():
                saved.stop(name)
            done.touch()
    return saved


@pytest.fixture
def fresh(machines: Pair) -> Pair:
    """Two machines on which nothing was ever installed."""
    machines.renew()
    return machines


@pytest.fixture
def pair(machines: Pair, converged: Lab) -> Pair:
    """Two machines that are a pair in normal, as declared; without a lease or a trace of others."""
    machines.restore(converged)
    return machines
