"""The inventories that come with the project declare sites that hold."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from dhcp_failover.site.load import load

ROOT = Path(__file__).parent.parent
INVENTORIES = sorted((ROOT / "inventories").glob("*.py"))


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_an_inventory_declares_a_site_that_holds(
    inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its relationships are between its own servers; its key is in no inventory."""
    if inventory.stem == "campus":
        monkeypatch.setenv("DHCP_KEYS__UPDATES__SECRET", "c2VjcmV0LXNlY3JldC1zZWNyZXQ=")
    servers, data = runpy.run_path(str(inventory))["servers"]
    names = [it if isinstance(it, str) else it[0] for it in servers]
    assert load(data["dhcp"], [name.removeprefix("@lab/") for name in names])


def test_the_data_is_friendly_to_json() -> None:
    """``debug-inventory --json`` prints it."""
    pyinfra = Path(sys.executable).with_name("pyinfra")
    command = [str(pyinfra), "inventories/example.py", "debug-inventory", "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(result.stdout)
