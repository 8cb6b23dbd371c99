"""The commands of the documentation, run as they stand on a pair of the lab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs import BLOCKS, OUTPUTS, ROOT, Block, Output

if TYPE_CHECKING:
    from machines import Pair

NEEDED = ("deploys", "templates", "config.py", "inventories", "tests")


@pytest.mark.parametrize("block", [it for it in BLOCKS if it.kind in ("lab", "own")], ids=str)
def test_the_commands_of_a_block_succeed(pair: Pair, block: Block, tmp_path: Path) -> None:
    """In a directory like the checkout, in which one's own inventory is that of the lab."""
    result = run(pair, block.script, tmp_path)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("output", OUTPUTS, ids=str)
def test_what_a_page_shows_is_printed(pair: Pair, output: Output, tmp_path: Path) -> None:
    """On a pair that nobody has used yet."""
    result = run(pair, output.command, tmp_path)
    assert output.absent(result.stdout) == [], result.stdout


def run(pair: Pair, script: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run commands of a page in ``home``, which becomes like the checkout."""
    for name in NEEDED:
        (home / name).symlink_to(ROOT / name)
    (home / ".venv").symlink_to(Path(sys.prefix))
    (home / "inventories").unlink()
    shutil.copytree(ROOT / "inventories", home / "inventories")
    shutil.copy(ROOT / "inventories/lab.py", home / "inventories/mine.py")
    environment = {
        **pair.surroundings()["env"],
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    return subprocess.run(
        pair.lab.inside("bash", "-euc", script),
        cwd=home,
        env=environment,
        input="y\n" * 20,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
