"""``make release``: builds the packages, checks them, and says what to publish."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = "dhcp_failover/"
HEADING = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?(?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.M)


def main() -> None:
    """Build into ``dist/``; ends with a sentence for each thing that is wrong."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    build(dist, "--sdist", "--wheel")
    (wheel,) = dist.glob("*.whl")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    wrong = [*missing(wheel), *changelog((ROOT / "CHANGELOG.md").read_text(), version)]
    if wrong:
        sys.exit("\n".join(("This is not ready to be published:", *(f"  {it}" for it in wrong))))
    print(
        f"Version {version} is in dist/. To publish it:",
        f"  git tag v{version}",
        f"  git push origin main v{version}",
        "  twine upload dist/*",
        sep="\n",
    )


def build(directory: Path, *what: str) -> None:
    """Build these kinds of packages into ``directory``, with the tools of this environment."""
    command = [sys.executable, "-m", "build", *what, "--no-isolation", "--outdir", str(directory)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)


def missing(wheel: Path) -> list[str]:
    """A sentence for each file that the package has in the checkout and not in the wheel."""
    there = set(zipfile.ZipFile(wheel).namelist())
    return [f"the wheel has no {name}" for name in expected() if name not in there]


def expected() -> list[str]:
    """The files that belong into the wheel, as they are named there."""
    folders = {
        "deploys/dhcp_failover": PACKAGE,
        "docs": f"{PACKAGE}docs/",
        "templates": f"{PACKAGE}templates/",
        "inventories": f"{PACKAGE}inventories/",
    }
    return sorted(
        f"{there}{path.relative_to(ROOT / here)}"
        for here, there in folders.items()
        for path in (ROOT / here).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def changelog(text: str, version: str) -> list[str]:
    """A sentence for each thing that the changelog lacks for a release of ``version``."""
    newest = next(HEADING.finditer(text), None)
    if not newest:
        return ["CHANGELOG.md has no heading with a version, such as: ## 0.1.0 - 2026-11-25"]
    if not newest["date"]:
        heading = f"## {version} - YEAR-MONTH-DAY"
        return [f"CHANGELOG.md begins with {newest['version']}: give that the heading {heading}"]
    if newest["version"] != version:
        return [
            f"pyproject.toml has version {version}, CHANGELOG.md begins with {newest['version']}:"
            " make them the same"
        ]
    return []


if __name__ == "__main__":
    main()
