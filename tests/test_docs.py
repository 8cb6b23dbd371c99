"""The documentation: its commands and links are those that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import BLOCKS, PAGES, ROOT, Block, Output, blocks

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_make_targets_of_a_block_exist(block: Block) -> None:
    """Also of blocks that no test runs."""
    assert set(block.targets) <= TARGETS


@pytest.mark.parametrize("block", [it for it in BLOCKS if it.kind == "shown"], ids=str)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    """In a comment above it."""
    assert block.why


@pytest.mark.parametrize("page", dict.fromkeys(PAGES), ids=lambda it: it.name)
def test_links_lead_somewhere(page: Path) -> None:
    """To files of the checkout, and to headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    wrong = []
    for link in re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", text):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (heading and heading not in headings(target)):
            wrong.append(link)
    assert wrong == []


def headings(page: Path) -> set[str]:
    """The anchors that a page's headings get."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", it.lower()).replace(" ", "-") for it in lines}


def test_blocks_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what stands in them."""
    monkeypatch.setattr("docs.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\nmake lab  # a minute\npyinfra -y inventories/lab.py deploys/dhcp.py\n```\n"
        "```sh\npyinfra inventories/mine.py deploys/dhcp.py --dry\n```\n"
        "```sh\nmake test\ngit push\n```\n"
        "<!-- not run: it needs a spare disk -->\n```sh\ndd of=/dev/sdz\n```\n"
        "```text\nno commands\n```\n"
    )
    found = blocks(page)
    assert [it.kind for it in found] == ["lab", "own", "checked", "shown"]
    assert found[0].targets == ["lab"]
    assert found[0].script == "pyinfra -y inventories/lab.py deploys/dhcp.py"
    assert (found[3].line, found[3].why) == (14, "it needs a spare disk")


def test_lines_that_were_not_printed_are_found() -> None:
    """Whatever the numbers and the server in front."""
    output = Output("page.md", "some", "[dhcp1] at 13:48\n\nsecond\n")
    assert output.absent("    [dhcp2] at 9:1\n\x1b[31msecond\x1b[0m\n") == []
    assert output.absent("second\n[dhcp1] at 1:1\n") == ["second"]
