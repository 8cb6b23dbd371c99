"""The inventories that come with the project declare sites that hold."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
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


GIVEN = {
    "school": [
        'class "IP phones" {\n    match if ((substring(option vendor-class-identifier, 0, 5) ='
        ' "Phone") or (substring(hardware, 0, 4) = 1:00:00:5e or substring(hardware, 0, 4) ='
        " 1:00:00:0c));",
        "host Laptop-Hausmeister-2 {\n    hardware ethernet 00:00:5e:00:53:06;\n    fixed-address"
        " 10.1.10.22;\n}",
        "# printers\ngroup {\n    default-lease-time 86400;",
    ],
    "provider": [
        'class "lines" {\n    match if (exists agent.remote-id);\n    spawn with option'
        " agent.remote-id;\n    lease limit 4;\n}",
        'host-identifier option agent.remote-id "line-1017";\n    fixed-address 198.51.100.10;',
    ],
    "campus": [
        "match if (substring(option agent.circuit-id, 2, 2) = 00:14);",
        "host-identifier option agent.circuit-id 00:04:00:1e:00:07;",
    ],
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_site_out_of_real_life_is_what_its_page_says(name: str) -> None:
    """Who is in a class, who shares settings, who is known by a port."""
    servers, data = runpy.run_path(str(ROOT / f"inventories/{name}.py"))["servers"]
    text = dhcpd_conf(load(data["dhcp"], secrets_required=False), servers[0][0])
    assert [it for it in GIVEN[name] if it not in text] == []


@pytest.mark.parametrize("name", ["example", "school"])
def test_the_data_is_friendly_to_json(name: str) -> None:
    """``debug-inventory --json`` prints it."""
    pyinfra = Path(sys.executable).with_name("pyinfra")
    command = [str(pyinfra), f"inventories/{name}.py", "debug-inventory", "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(result.stdout)
