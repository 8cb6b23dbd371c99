"""The walls between the rooms of the package, by what their modules import and name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "deploys/dhcp_failover"
ALLOWED = {
    "site": {"site"},
    "sources": {"sources", "site"},
    "system": {"system", "site"},
    "engines": {"engines", "system", "site"},
    "report": {"report", "system", "site", "engines.engine"},
    "lab": {"lab", "__version__"},
}
"""By room: the parts of the package that it may import. A room that is not here may import all."""
MAY_WAIT = ("rollout/", "lab/", "console.py")
WAITING = {"gevent", "threading", "asyncio", "multiprocessing", "fcntl"}
"""Modules to wait with, or to lock; and ``time.sleep``."""

ENGINE_NAMED = re.compile(r"dhcpd(?!-pools)", re.IGNORECASE)
MAY_NAME_THE_ENGINE = {
    "engines/__init__.py",
}
"""The registry of engines."""


def modules(room: str = "") -> list[str]:
    """The modules of a room, or of the package, by their paths in it."""
    return sorted(str(path.relative_to(PACKAGE)) for path in (PACKAGE / room).rglob("*.py"))


def imports(module: str) -> Iterator[str]:
    """What a module imports, each a dotted name; of the package itself, from its inside on."""
    where = ["dhcp_failover", *Path(module).parent.parts]
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = where[: len(where) - node.level + 1] if node.level else []
            stem = [*base, *(node.module or "").split(".")]
            yield from (".".join(filter(None, [*stem, name.name])) for name in node.names)


def ours(module: str) -> Iterator[str]:
    """The imports from the package, without its name."""
    for name in imports(module):
        if name.startswith("dhcp_failover."):
            yield name.removeprefix("dhcp_failover.")


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    """So that each can be read, tested and changed without what is above it."""
    over_the_wall = {
        (module, name)
        for module in modules(room)
        for name in ours(module)
        if not any(name == it or name.startswith(f"{it}.") for it in ALLOWED[room])
    }
    assert over_the_wall == set()


def test_only_the_rollout_waits_and_locks() -> None:
    """Every wait has its bound in one place."""
    waiting = {
        module
        for module in modules()
        if not module.startswith(MAY_WAIT)
        for name in imports(module)
        if name.split(".")[0] in WAITING or name == "time.sleep"
    }
    waiting |= {
        module
        for module in modules()
        if not module.startswith(MAY_WAIT)
        and re.search(r"\btime\.sleep\(", (PACKAGE / module).read_text())
    }
    assert waiting == set()


def test_only_the_engine_knows_its_name() -> None:
    """A second engine is a second folder: nothing else names the first."""
    naming = {
        module
        for module in modules()
        if not module.startswith("engines/dhcpd/")
        and ENGINE_NAMED.search((PACKAGE / module).read_text())
    }
    assert naming == MAY_NAME_THE_ENGINE


def test_the_walls_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form of import: absolute, relative, of a module and of a name in one."""
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/model.py").write_text(
        "import json\nimport dhcp_failover.rollout.run\nfrom dhcp_failover.report import health\n"
        "from ..lab import image\nfrom .. import facts\nfrom . import values\n"
        "from .values import A\n"
    )
    assert list(ours("site/model.py")) == [
        "rollout.run",
        "report.health",
        "lab.image",
        "facts",
        "site.values",
        "site.values.A",
    ]


def test_servers_are_asked_before_the_model_is_imported() -> None:
    """The model and its library take as long to import as a server takes to answer."""
    check = "import sys, dhcp_failover.deploy; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
