"""The page about sources: its files make sites, and its messages are those of a run."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError
from dhcp_failover.sources import columns

PAGE = (Path(__file__).parents[2] / "docs/sources.md").read_text()
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with the files of the page."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", [it for it in FILES if it.endswith(".py")])
def test_an_inventory_of_the_page_declares_a_site(here: Path, name: str) -> None:
    """With the table or the file beside it."""
    names, data = runpy.run_path(str(here / name))["servers"]
    assert load(data["dhcp"], [it for it, _ in names]).subnets[0].reservations


def test_the_mistakes_of_the_page_are_those_of_a_run(here: Path) -> None:
    """Word by word."""
    (here / "reservations.csv").write_text(
        "Name;MAC;IP\nprinter-1;00-00-5E-00-53-01;192.0.2.20\nscanner;00-00-5E-00-53;192.0.2.21\n"
        "plotter;5.00E+53;192.0.2.22\ndoor;00-00-5E-00-53-04;198.51.100.9\n"
    )
    _, data = runpy.run_path(str(here / "mine.py"))["servers"]
    with pytest.raises(SiteError) as refused:
        load(data["dhcp"])
    assert f"```text\n{refused.value}\n```" in PAGE


def test_the_columns_of_the_page_are_known() -> None:
    """Each to the field in front of it; and no others."""
    table = re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.M)[2:]
    fields = {"the name": ("name",), "left out": ()}
    for what, heads in table:
        steps = fields.get(what, (what.strip("`"),))
        for head in re.findall(r"`(.+?)`", heads.partition(";")[0]):
            if what.startswith("any other"):
                assert columns.columns(["MAC", head], [])[1] == tuple(head.split("."))
            elif steps in (("mac",), ("client_identifier",)):
                assert columns.columns([head], []) == [steps]
            else:
                assert columns.columns(["MAC", head], [])[1] == steps, head
