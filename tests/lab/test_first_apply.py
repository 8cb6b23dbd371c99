"""The first apply, on machines on which nothing was ever installed, and the one after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shared import CONVERGED, FRESH

if TYPE_CHECKING:
    from machines import Pair, Run

pytestmark = pytest.mark.both_releases


@pytest.fixture(scope="module")
def made(machines: Pair) -> tuple[Pair, Run]:
    """Two machines on which nothing was ever installed, and their first apply."""
    machines.renew()
    return machines, machines.apply()


def test_fresh_machines_become_a_pair_in_normal(made: tuple[Pair, Run]) -> None:
    """One apply; both servers say so themselves."""
    pair, run = made
    assert list(dict.fromkeys(step for step, _ in run.steps)) == FRESH
    assert run.said[-1] == "lab: normal on both, as declared"
    states = {server: it["lab"]["state"] for server, it in pair.fact("Failover").items()}
    assert states == {"dhcp1": "normal", "dhcp2": "normal"}


def test_nothing_starts_while_the_package_is_installed(made: tuple[Pair, Run]) -> None:
    """Debian would start dhcpd before it is configured."""
    log = made[0].lab.run("dhcp1", "journalctl -o cat -u isc-dhcp-server")
    assert "Not configured to listen" not in log
    assert log.count("Started isc-dhcp-server.service") == 1


def test_a_second_apply_changes_nothing_and_says_so_in_a_line(made: tuple[Pair, Run]) -> None:
    """No step reports a change; of this project there is only the verdict."""
    run = made[0].apply()
    assert run.changes == []
    assert list(dict.fromkeys(step for step, _ in run.steps)) == CONVERGED
    assert run.said == ["lab: normal on both, as declared"]
