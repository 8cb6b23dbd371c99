"""The built wheel, installed where there is no checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import fake
import pytest
from dhcp_failover.lab.machines import Lab
from machines import lab_name
from release import build, missing

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    directory = tmp_path_factory.mktemp("wheel")
    build(directory, "--wheel")
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    """Templates, scripts, type information, the reference, the schema and the examples."""
    assert missing(wheel) == []
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("py.typed", "inventories/site.schema.json", "inventories/example.py"):
        assert f"dhcp_failover/{name}" in names
    assert not [name for name in names if "test" in name]


def test_the_wheel_describes_itself(wheel: Path) -> None:
    """With the README, whose links all lead somewhere, and addresses of the project."""
    with zipfile.ZipFile(wheel) as file:
        (name,) = (it for it in file.namelist() if it.endswith("/METADATA"))
        text = file.read(name).decode()
    assert "\nProject-URL: " in text
    assert "\n# pyinfra-dhcp-failover\n" in text
    assert re.findall(r"\]\((?!https?://|#)[^)]*\)", text) == []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``pyinfra`` of an environment in which the wheel is installed, away from the checkout.

    What the wheel depends on is that of the environment that runs the tests.
    """
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = str(venv / "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    # A path file inside the directory that this one names is not followed: not the checkout's.
    dependencies, packages = (
        Path(prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}")
        for prefix in (sys.prefix, venv)
    )
    (packages / "site-packages/dependencies.pth").write_text(f"{dependencies}/site-packages\n")
    where = "import dhcp_failover; print(dhcp_failover.__file__)"
    found = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True)
    assert str(venv) in found.stdout
    pyinfra = venv / "bin/pyinfra"
    pyinfra.write_text(f"#!{python}\nfrom pyinfra_cli.main import main\nmain()\n")
    pyinfra.chmod(0o755)
    return pyinfra


def test_the_installed_package_says_its_version(installed: Path) -> None:
    """To Python and on the command line, the same."""
    python = str(installed.with_name("python"))
    version = "import dhcp_failover; print(dhcp_failover.__version__)"
    lab = "from dhcp_failover.lab.cli import main; main(['--version'])"
    said = [
        subprocess.run([python, "-c", it], check=True, capture_output=True, text=True).stdout
        for it in (version, lab)
    ]
    assert said[1] == f"dhcp-lab {said[0]}"


def test_the_installed_command_checks_an_inventory(installed: Path, tmp_path: Path) -> None:
    """With the examples that are in the package."""
    shutil.copy(ROOT / "inventories/example.py", tmp_path)
    result = subprocess.run(
        [str(installed.with_name("dhcp-failover")), "validate", "example.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("example.py: no mistakes\n")


def test_the_wheel_runs_dry_from_an_empty_directory(
    installed: Path, tmp_path: Path, pair: dict[str, Any]
) -> None:
    """With an inventory of its own and no deploy file: the deploy is named as a function."""
    for end in ("primary", "secondary"):
        pair["failover"]["lab"][end]["server"] = "@fake/" + pair["failover"]["lab"][end]["server"]
    servers = [
        fake.host(f"@fake/dhcp{i}", fake.answers(fake.fresh(f"192.0.2.{i}"))) for i in (1, 2)
    ]
    # The tests' own marks for pretended servers are found where the checkout is.
    found = f"import sys as _sys\n_sys.path.insert(0, {str(fake.ROOT)!r})\n"
    inventory = tmp_path / "inventory.py"
    group = {"servers": (servers, {"dhcp": pair})}
    inventory.write_text(found + fake.inventory(group))
    result = subprocess.run(
        [str(installed), str(inventory), "dhcp_failover.deploy.dhcp_failover", "--dry", "--diff"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("] Will create") == 12
    assert '+ failover peer "lab" {' in result.stderr


@pytest.mark.lab
def test_the_wheel_makes_real_machines_a_pair(installed: Path, tmp_path: Path) -> None:
    """From an empty directory, with a copy of the lab's inventory; twice, and then status."""
    if os.geteuid() != 0:
        pytest.skip("machines need root: sudo .venv/bin/pytest")
    inventory = tmp_path / "mine.py"
    shutil.copy(ROOT / "inventories/lab.py", inventory)
    lab = Lab(lab_name("wheel"))
    command = [str(installed), "-y", str(inventory)]
    deploy, status = "dhcp_failover.deploy.dhcp_failover", "dhcp_failover.status.status"
    try:
        lab.up()
        for name, done in ((deploy, "Success"), (deploy, "No changes"), (status, "Ready: status")):
            result = subprocess.run(
                lab.inside(*command, name),
                cwd=tmp_path,
                env={**os.environ, "DHCP_LAB": lab.name, "DHCP_LAB_DEBIAN": lab.debian},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            assert result.returncode == 0, result.stderr
            assert f"[dhcp1] {done}" in result.stderr
            assert done == "Success" or "Success" not in result.stderr.split("--> Results")[0]
    finally:
        lab.down()
