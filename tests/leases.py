"""A lease file as a busy pair has it, made on the fly, and what it holds, range by range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from random import Random
from typing import TextIO

STATES = {"active": 70, "free": 10, "backup": 9, "expired": 5, "released": 4, "abandoned": 2}
"""How many of a hundred addresses end in which binding state (dhcpd.leases(5))."""
AGAIN = 6
"""Of a hundred addresses, how many have an earlier record, in any state."""
NEVER_GIVEN = 4
"""At the end of each range: addresses without a record."""

Known = dict[tuple[str, str], Counter[str]]
"""By first and last address of a range: how many addresses ended in which binding state."""


@dataclass(frozen=True)
class Leases:
    """``ranges`` ranges, each with ``held`` addresses that have a lease; the same at every call."""

    ranges: int
    held: int
    states: Mapping[str, int]

    def ends(self, number: int) -> tuple[IPv4Address, IPv4Address]:
        """The first and the last address of a range; each begins in a /24 of its own."""
        size = self.held + NEVER_GIVEN
        first = IPv4Address("10.0.0.1") + number * (-(-(size + 1) // 256) * 256)
        return first, first + (size - 1)

    def write_configuration(self, file: TextIO) -> None:
        """A ``dhcpd.conf`` with the ranges."""
        file.write("subnet 10.0.0.0 netmask 255.0.0.0 {\n")
        for number in range(self.ranges):
            first, last = self.ends(number)
            file.write(f"    pool {{\n        range {first} {last};\n    }}\n")
        file.write("}\n")

    def write(self, file: TextIO) -> Known:
        """The lease file."""
        random = Random(647)  # noqa: S311 # nothing here is a secret
        names, weights = list(self.states), list(self.states.values())
        known: Known = {}
        for number in range(self.ranges):
            first, last = self.ends(number)
            states = random.choices(names, weights, k=self.held)
            for i, state in enumerate(states):
                if random.randrange(100) < AGAIN:
                    file.write(_record(first + i, random.choice(names)))
                file.write(_record(first + i, state))
            known[str(first), str(last)] = Counter(states)
        return known


def _record(address: IPv4Address, state: str) -> str:
    text = f"""\
lease {address} {{
  starts 2 2026/11/24 04:54:32;
  ends 2 2026/11/24 10:54:32;
  tstp 2 2026/11/24 13:54:32;
  tsfp 2 2026/11/24 13:54:32;
  cltt 2 2026/11/24 04:54:32;
  binding state {state};
  next binding state {"expired" if state == "active" else "free"};
"""
    if state in ("active", "expired", "released"):
        end = ":".join(f"{byte:02x}" for byte in address.packed)
        text += f"""\
  hardware ethernet 02:00:{end};
  uid "\\001\\002\\000{end}";
  client-hostname "desktop-{int(address):x}";
"""
    return text + "}\n"
