"""``make mutants``: puts one fault at a time into the code; each must make a fast test fail.

With words, only the mutants that have one of them in their description or file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from mutants.table import MUTANTS, ROOT, Mutant

PARTS = ("deploys", "tests", "templates", "inventories", "config.py", "pyproject.toml", "README.md")
"""What the tests need of the checkout."""
SECONDS = 300
"""A mutant that makes the tests run for longer is seen, too."""


def main(words: list[str]) -> None:
    """Try the mutants, and print a table; ends with 1 if one survives, with 2 if one cannot be."""
    chosen = [
        it for it in MUTANTS if not words or any(word in f"{it.what} {it.file}" for word in words)
    ]
    if absent := [sentence for it in chosen if (sentence := absence(it))]:
        print(*absent, sep="\n", file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory() as directory:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(os.cpu_count() or 1):
            trees.put(copy(Path(directory) / str(number)))
        tests = sorted({test for it in chosen for test in it.tests})
        tree = trees.get()
        if failed := failure(tree, tests):
            print(f"The tests fail without a mutant: {failed}", file=sys.stderr)
            sys.exit(2)
        trees.put(tree)

        def tried(it: Mutant) -> str | None:
            tree = trees.get()
            try:
                return tried_in(tree, it)
            finally:
                trees.put(tree)

        survivors = 0
        with ThreadPoolExecutor(trees.qsize()) as pool:
            for it, failed in zip(chosen, pool.map(tried, chosen), strict=True):
                survivors += not failed
                print(
                    f"{'killed' if failed else 'SURVIVES':9} {it.what:60} {failed or it.file}",
                    flush=True,
                )
    print(f"{len(chosen) - survivors} of {len(chosen)} mutants were killed")
    sys.exit(bool(survivors))


def absence(it: Mutant) -> str | None:
    """Why a mutant cannot be made."""
    path = ROOT / it.file
    times = path.read_text().count(it.old) if path.exists() else 0
    if times == 1:
        return None
    return f"{it.what}: {it.file} has this text {times} times, not once: {it.old!r}"


def copy(tree: Path) -> Path:
    """The parts of the checkout that the tests need, copied."""
    tree.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, tree / part, symlinks=True, ignore=ignored)
        else:
            shutil.copy(source, tree / part)
    return tree


def tried_in(tree: Path, it: Mutant) -> str | None:
    """The test that fails with a mutant; None if none does."""
    path = tree / it.file
    text = path.read_text()
    path.write_text(text.replace(it.old, it.new))
    try:
        return failure(tree, it.tests)
    finally:
        path.write_text(text)


def failure(tree: Path, tests: list[str] | tuple[str, ...]) -> str | None:
    """The first test that fails, or what else went wrong; None if all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(tree / "deploys"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        result = subprocess.run(
            [*command, "-m", "not lab and not drill and not properties", *tests],
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"more than {SECONDS} seconds"
    if result.returncode == 0:
        return None
    if result.returncode != 1:  # no test has run: that proves nothing
        raise RuntimeError(f"pytest ended with {result.returncode}:\n{result.stdout[-2000:]}")
    lines = [it for it in result.stdout.splitlines() if it.startswith(("FAILED", "ERROR"))]
    return lines[0].removeprefix("FAILED ").split(" - ")[0]


if __name__ == "__main__":
    main(sys.argv[1:])
