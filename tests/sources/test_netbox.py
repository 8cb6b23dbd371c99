"""The inventory that is fed by NetBox's exports."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError

INVENTORIES = Path(__file__).parents[2] / "inventories"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A copy of the inventory, with the tables beside it."""
    shutil.copy(INVENTORIES / "netbox.py", tmp_path)
    shutil.copytree(INVENTORIES / "netbox", tmp_path / "netbox")
    return tmp_path


def data(here: Path) -> Any:
    """The data of the inventory."""
    return runpy.run_path(str(here / "netbox.py"))["servers"][1]["dhcp"]


def test_exports_become_subnets_ranges_and_reservations(here: Path) -> None:
    """Without what is no network for clients, no range of DHCP and no address of DHCP."""
    site = load(data(here))
    assert [
        (str(it.network), [str(range_) for pool in it.pools for range_ in pool.ranges])
        for it in site.subnets
    ] == [
        ("192.0.2.0/24", []),
        ("198.51.100.0/24", ["198.51.100.100-198.51.100.239"]),
        ("203.0.113.0/24", ["203.0.113.50-203.0.113.99", "203.0.113.150-203.0.113.199"]),
    ]
    assert {name: str(it.address[0]) for name, it in site.reservations.items()} == {
        "printer-1.office.example 198.51.100.20/24": "198.51.100.20",
        "scanner.office.example 198.51.100.21/24": "198.51.100.21",
        "conference.office.example 203.0.113.20/24": "203.0.113.20",
    }
    assert site.reservations["scanner.office.example 198.51.100.21/24"].mac == (
        "00:00:5e:00:53:02",
    )


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        ("prefixes", ",203.0.113.0/24,203", ",203.0.113.1/24,203", "prefixes.csv, line 4)"),
        ("ip_addresses", "100.20/24,,DHCP", "100.120/24,,DHCP", "ip_addresses.csv, line 4)"),
        ("interfaces", "5E:00:53:03,00", "5E:00:53,00", "interfaces.csv, line 6)"),
        ("interfaces", "203.0.113.20", "203.0.113.21", "ip_addresses.csv, line 6)"),
        ("ip_ranges", "100.239", "101.239", "(from netbox/prefixes.csv, line 3)"),
    ],
)
def test_a_mistake_in_an_export_names_its_line(
    here: Path, table: str, old: str, new: str, expected: str
) -> None:
    """Of what is made by hand from several tables, the line of the nearest text."""
    file = here / f"netbox/{table}.csv"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    with pytest.raises(SiteError) as refused:
        load(data(here))
    assert expected in str(refused.value)
