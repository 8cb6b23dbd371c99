"""Servers that are only pretended (``@fake``): for the order of steps and for scale.

What they answer is a table from a part of a command to the lines that it prints; marks are put
around them, as a server does. ``fake_after`` is such a table for what changes with the first
restart of the daemon.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable, Mapping
from gzip import decompress
from pathlib import Path
from typing import Any

from dhcp_failover.engines import ENGINES
from dhcp_failover.engines.engine import ConfigFile
from dhcp_failover.site.load import load
from dhcp_failover.site.model import Site
from pyinfra.connectors.fake import FakeConnector
from pyinfra.connectors.util import CommandOutput, OutputLine

ROOT = Path(__file__).parents[1]
PYINFRA = Path(sys.executable).with_name("pyinfra")
MARK = re.compile("<begin ([0-9a-f]{16})>")
SURVEY, RELATIONS, INSTALL = "os-release", "/^failover peer / { name", "DPkg::Lock"
TAKE, RESTART = "\nturn_take\n", "systemctl restart"


def install() -> None:
    """Have pretended servers put marks around their answers. Called by inventories."""
    plain = FakeConnector._lookup_response

    def lookup(self: Any, command: str) -> tuple[bool, CommandOutput]:
        after = self.host.data.get("fake_after")
        if after and getattr(self, "restarted", False):
            self.data = {**dict(self.data), "fake_responses": after}
        command = unpacked(command)
        ok, output = plain(self, command)
        if RESTART in command:
            self.restarted = True
        mark = MARK.search(command)
        if not mark or not ok:
            return ok, output
        lines = output.stdout_lines
        status = "0"
        if lines and lines[0].startswith("status="):
            status, lines = lines[0].removeprefix("status="), lines[1:]
        whole = [f"<begin {mark[1]}>", *lines, f"<end {mark[1]} {status}>"]
        return True, CommandOutput([OutputLine("stdout", line) for line in whole])

    FakeConnector._lookup_response = lookup  # type: ignore[assignment,method-assign]


def unpacked(command: str) -> str:
    """The program in a command, as the server has it."""
    letters = re.search(r"echo (\S+) \| base64 -d", command)
    return decompress(b64decode(letters[1])).decode() if letters else command


def system(own: str, **changes: str) -> list[str]:
    """What a supported server says of its system; ``own`` as in ``192.0.2.1``."""
    address = own if "/" in own else f"{own}/24"
    said = {"id": "debian", "version": "13", "name": "Debian GNU/Linux 13 (trixie)", "user": "0"}
    said |= {"systemd": "yes", "apt": "yes", "machine": own.replace(".", "")}
    said |= {"address": f"{address} eth0 eth0"} | changes
    return [*(f"{key}={value}" for key, value in said.items() if value), "link=eth0 up"]


def fresh(own: str, **changes: str) -> list[str]:
    """What a survey finds on a server without a DHCP server."""
    return [*system(own, **changes), "<engine>", "Free=9000000000", "Size=0", "FirstTime=yes"]


def records(site: Site, server: str, state: str = "normal") -> list[str]:
    """The records of a server's relationships."""
    lines = ["Pid=100", "Started=1"]
    for peer in site.peers[server]:
        lines += [
            f'Record=failover peer "{peer.name}" state {{',
            f"Record=  my state {state} at 2 2026/11/24 04:54:32;",
            f"Record=  partner state {state} at 2 2026/11/24 04:54:32;",
            "Record=}",
        ]
    return lines


def running(
    site: Site, server: str, *, files: Iterable[ConfigFile] | None = None, state: str = "normal"
) -> list[str]:
    """What a survey finds on a server that runs from ``files``, by default as declared."""
    engine = ENGINES["dhcpd"]
    found = list(engine.files(site, server, ["eth0"]) if files is None else files)
    own = site.peers[server][0].address
    conf = next(it.text for it in found if it.path == engine.MAIN)
    lines = [*system(str(own)), "<engine>", *records(site, server, state)]
    lines += ["UnitFileState=enabled", "LoadState=loaded", "NeedDaemonReload=no", "NRestarts=0"]
    lines += ["Version=4.4.3-P1", "Firewall=yes", "Free=9000000000", "Size=1000"]
    lines += ["Process=100 S 1 isc-dhcp-server.service /usr/sbin/dhcpd"]
    lines += ["Command=100 dhcpd -4", "Hears=100 eth0", "Port67=100 0.0.0.0"]
    lines += [f"FragmentPath=/etc/systemd/system/{engine.UNIT}"]
    lines += [f"Package={it}" for it in engine.packages(site)]
    for it in found:
        lines += [f"Loaded={it.digest}  {it.path}", f"Sum={it.digest}  {it.path}"]
        lines += [f"File={it.path} {it.mode} root:root"]
    for block in re.findall(r"^failover peer .*?^}", conf, re.DOTALL | re.MULTILINE):
        lines += [f"Peer={line}" for line in block.splitlines()]
    for peer in site.peers[server]:
        ends = f"{peer.address}:{peer.port} {peer.peer_address}:{peer.peer_port}"
        lines += [f"Connection={ends}"]
    return lines


def memory(site: Site, server: str) -> list[str]:
    """What a survey finds of the last proof: the partners as they are."""
    return [
        f"partner={peer.name} {peer.peer_address} {peer.peer_port}"
        f" {str(peer.peer_address).replace('.', '')}"
        for peer in site.peers[server]
    ]


def answers(survey: list[str], relations: Iterable[str] = ()) -> dict[Any, Any]:
    """The table of a server's answers."""
    return {SURVEY: survey, TAKE: ["taken"], RELATIONS: list(relations)}


def converged(site: Site, server: str) -> dict[Any, Any]:
    """The answers of a server of a pair that is as declared."""
    lines = running(site, server)
    at = lines.index("<engine>")
    survey = [*lines[:at], *memory(site, server), *lines[at:]]
    return answers(survey, records(site, server))


def host(
    name: str,
    responses: Mapping[Any, Any],
    after: Mapping[Any, Any] | None = None,
    delay: float = 0,
) -> tuple[str, dict[str, Any]]:
    """A pretended server of an inventory."""
    data: dict[str, Any] = {"fake_delay": delay, "fake_delay_jitter": 0}
    data["fake_responses"] = dict(responses)
    if after:
        data["fake_after"] = dict(after)
    return name, data


def inventory(groups: Mapping[str, tuple[list[Any], dict[str, Any]]]) -> str:
    """The text of an inventory of pretended servers."""
    text = "from tests.fake import install as _install\n_install()\n"
    return text + "".join(f"{name} = {group!r}\n" for name, group in groups.items())


def run_pyinfra(
    directory: Path,
    groups: Mapping[str, tuple[list[Any], dict[str, Any]]],
    deploy: str,
    *arguments: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run pyinfra as a user does, against pretended servers."""
    path = directory / "servers.py"
    path.write_text(inventory(groups))
    result = subprocess.run(
        [str(PYINFRA), str(path), deploy, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


def loaded(data: dict[str, Any]) -> Site:
    """The site of an inventory's data."""
    return load(data, secrets_required=False)
