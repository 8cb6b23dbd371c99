"""A population of clients on a lab's network, all through a block of a drill."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from dhcp_failover.lab.machines import Lab
from dhcp_failover.lab.network import BRIDGE
from population import Seen, Settings

PROGRAM = Path(__file__).with_name("population.py")
_numbers = count()


@contextmanager
def population(lab: Lab, bridge: str = BRIDGE, **settings: Any) -> Iterator[Seen]:
    """Clients ask all through the block, as :class:`Settings` says; afterwards, what they saw.

    The block ends when every client that has asked by then has its answer, or lost patience.
    Several populations at a time, and one after the other, are different clients.
    """
    number = next(_numbers)
    card, seen = f"people{number}", Seen()
    chosen = Settings(**{"first": 1 + number * 100_000, **settings})
    _ip(lab, "link", "add", card, "type", "veth", "peer", f"port-{card}")
    try:
        _ip(lab, "link", "set", f"port-{card}", "master", bridge, "up")
        _ip(lab, "link", "set", card, "up")
        command = lab.inside(sys.executable, str(PROGRAM), card, json.dumps(asdict(chosen)))
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout
                assert process.stdout.readline() == "asking\n"
                yield seen
                output = process.communicate(timeout=chosen.patience + 30)[0]
            except BaseException:
                process.kill()
                raise
        vars(seen).update(json.loads(output))
    finally:
        _ip(lab, "link", "del", card)


def promised(seen: Seen, silence: float = 3.0) -> list[str]:
    """A sentence for each thing that no change and no failure may do to clients."""
    said = [
        f"{mac} was never answered when it wanted to {doing}"
        for _, mac, doing in seen.never_answered
    ]
    said += [f"{address} is with {one} and {two}" for _, address, one, two in seen.duplicates]
    said += [f"{mac} had {old} and now has {new}" for _, mac, old, new in seen.changed]
    if seen.longest_silence > silence:
        said.append(f"nobody was answered for {seen.longest_silence:.1f} s")
    return said


def unknown(lab: Lab, seen: Seen, names: tuple[str, ...] = ("dhcp1", "dhcp2")) -> dict[str, Any]:
    """By server: the addresses that clients hold and that its lease file does not know.

    Waits up to half a minute for them: a server writes some seconds later what its partner
    reported.
    """
    deadline = time.monotonic() + 30
    held = {(address, mac) for mac, address in seen.held.items()}
    while True:
        missing = {name: sorted(held - bindings(lab, name)) for name in names}
        missing = {name: those for name, those in missing.items() if those}
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.5)


def bindings(lab: Lab, name: str) -> set[tuple[str, str]]:
    """The addresses in use on a server and by whom: of each address the last record counts."""
    text = lab.run(name, "cat /var/lib/dhcp/dhcpd.leases")
    last = dict(re.findall(r"^lease (\S+) {(.*?)^}", text, re.DOTALL | re.MULTILINE))
    return {
        (address, hardware[1])
        for address, record in last.items()
        if re.search(r"^  binding state active;", record, re.MULTILINE)
        and (hardware := re.search(r"hardware ethernet (\S+);", record))
    }


def _ip(lab: Lab, *arguments: str) -> None:
    subprocess.run(lab.inside("ip", *arguments), check=True)
