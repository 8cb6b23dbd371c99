"""The built wheel, installed where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_deploy import server, system

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(directory)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_has_templates_and_type_information(wheel: Path) -> None:
    """And nothing of the tests."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "dhcp_failover/py.typed" in names
    assert {Path(it).name for it in names if it.startswith("dhcp_failover/templates/")} == {
        path.name for path in (ROOT / "templates").iterdir()
    }
    assert not [name for name in names if "test" in name]


def test_the_wheel_applies_from_an_empty_directory(
    wheel: Path, tmp_path: Path, pair: dict[str, Any]
) -> None:
    """With an inventory of its own and no deploy file: the deploy is named as a function."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = venv / "lib" / version / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)  # a pure wheel is installed by unpacking it
    # Its dependencies come from the environment that runs the tests, the package does not.
    ours = [
        str(path)
        for path in Path(sys.prefix, "lib", version, "site-packages").iterdir()
        if not path.name.startswith(("dhcp_failover", "pyinfra_dhcp_failover", "_pyinfra_dhcp"))
        and path.suffix != ".pth"
    ]
    for path in ours:
        target = packages / Path(path).name
        if not target.exists():
            target.symlink_to(path)
    for end in ("primary", "secondary"):
        pair["failover"]["lab"][end]["server"] = "@fake/" + pair["failover"]["lab"][end]["server"]
    servers = [
        server("@fake/dhcp1", {"os-release": system("192.0.2.1")}),
        server("@fake/dhcp2", {"os-release": system("192.0.2.2")}),
    ]
    inventory = tmp_path / "inventory.py"
    inventory.write_text(f"servers = ({servers!r}, {{'dhcp': {pair!r}}})\n")
    result = subprocess.run(
        [
            *(str(venv / "bin/python"), "-m", "pyinfra", str(inventory)),
            *("dhcp_failover.deploy.dhcp_failover", "--dry", "--diff"),
        ],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("[@fake/dhcp1] Will create") == 3
    assert '+ failover peer "lab" {' in result.stderr
