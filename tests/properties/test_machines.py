"""Generated sites on real machines: the deploy brings both servers to normal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dhcp_failover.lab.machines import Lab
from machines import DEPLOY, Pair
from properties.generated import some_sites

pytestmark = pytest.mark.properties


@pytest.fixture(scope="module", params=["13", "12"], ids=["debian13", "debian12"])
def machines(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """The two machines of a release."""
    if os.geteuid() != 0:
        pytest.skip("machines need root: sudo .venv/bin/pytest")
    lab = Lab(f"{os.environ.get('DHCP_LAB', 'test')}{request.param}", request.param)
    yield Pair(lab)
    lab.down()


@pytest.mark.parametrize("number", range(5))
def test_a_generated_site_comes_to_normal_on_real_machines(
    machines: Pair, tmp_path: Path, number: int
) -> None:
    """Fresh machines, one apply; a second one changes nothing."""
    first = 0 if machines.lab.debian == "13" else 5
    data = some_sites(10, machines=True)[first + number]
    secrets = {
        f"DHCP_KEYS__{name.upper()}__SECRET": key.pop("secret")
        for name, key in data.get("keys", {}).items()
    }
    inventory = tmp_path / "inventory.py"
    inventory.write_text(f"servers = (['@lab/dhcp1', '@lab/dhcp2'], {{'dhcp': {data!r}}})\n")
    machines.renew()
    run = machines.pyinfra("-y", str(inventory), DEPLOY, **secrets)
    assert run.status == 0, f"{run.output}\n{data}"
    again = machines.pyinfra("-y", str(inventory), DEPLOY, **secrets)
    assert (again.status, again.changes) == (0, []), again.output
