"""What is to be done on a server: a decision about values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..engines.engine import ConfigFile, EngineLook, InstalledFile
from ..system.shell import staging_path


def expected_state(it: ConfigFile) -> InstalledFile:
    """How a declared file is found where it is as declared."""
    return {"sha256": it.digest, "mode": it.mode, "owner": "root:root"}


def stale(look: EngineLook, files: Sequence[ConfigFile]) -> str:
    """Why a daemon must be restarted to be as declared; empty if it need not be.

    A file whose content is not known here (a secret that was not given) is not compared.
    """
    daemon = look["daemon"]
    if not daemon["running"]:
        return "it does not run"
    process = daemon["process"]
    if process and process["state"] in ("T", "t"):
        return "its process is stopped"
    if process and process["program"].endswith(" (deleted)"):
        return "its program was upgraded"
    loaded = daemon["loaded"]
    if any(loaded.get(it.path) != it.digest for it in files):
        return "it runs from other files"
    return ""


class Plan(NamedTuple):
    """What a server's turn has to do; nothing, if it is false."""

    files: tuple[ConfigFile, ...]
    """The files that are to be replaced."""
    restart: str
    """Why the daemon must be restarted or started; empty if it need not be."""
    reload: bool
    enable: bool
    rules: bool
    leftovers: tuple[str, ...]
    """Staged files that an interrupted run left; they are removed."""

    def __bool__(self) -> bool:
        return any(self)


def planned(look: EngineLook, files: Sequence[ConfigFile], deaf: Sequence[str]) -> Plan:
    """What is to be done on a server that is as ``look`` says, to be as ``files`` declare.

    ``deaf`` are the interfaces that could be served and are not.
    """
    daemon = look["daemon"]
    found = look["files"] if daemon["version"] else {}
    differing = tuple(it for it in files if found.get(it.path) != expected_state(it))
    staged = {staging_path(it.path) for it in differing}
    restart = stale(look, files)
    if not restart and deaf:
        restart = f"it does not hear on {', '.join(deaf)}"
    return Plan(
        differing,
        restart,
        reload=bool(restart)
        or daemon["stale_unit"]
        or any("/systemd/" in it.path for it in differing),
        enable=not daemon["enabled"],
        rules=not daemon["firewall"],
        leftovers=tuple(it for it in look["leftovers"] if it not in staged),
    )
