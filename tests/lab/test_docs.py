"""The commands of the documentation, run as they stand on a pair of the lab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs import BLOCKS, ROOT, Block

if TYPE_CHECKING:
    from machines import Pair

NEEDED = ("deploys", "templates", "config.py", "inventories", "tests")


@pytest.mark.parametrize("block", [it for it in BLOCKS if it.kind in ("lab", "own")], ids=str)
def test_the_commands_of_a_block_succeed(pair: Pair, block: Block, tmp_path: Path) -> None:
    """In a directory like the checkout, in which one's own inventory is that of the lab."""
    for name in NEEDED:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "inventories").unlink()
    shutil.copytree(ROOT / "inventories", tmp_path / "inventories")
    shutil.copy(ROOT / "inventories/lab.py", tmp_path / "inventories/mine.py")
    environment = {
        **pair.surroundings()["env"],
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    result = subprocess.run(
        pair.lab.inside("bash", "-euc", block.script),
        cwd=tmp_path,
        env=environment,
        input="y\n" * 20,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout
