"""The blocks of commands in the documentation, and what is done with each by the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("[A-Z]*.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>.*?) -->\s*\n)?^```sh\n(?P<text>.*?)^```$", re.M | re.S
)
OUTPUT = re.compile(
    r"<!-- output of: (?P<command>.*?) -->\s*\n```text\n(?P<text>.*?)^```$", re.M | re.S
)
ONLY_CHECKED = re.compile(r"(make|git|twine)\b")

Kind = Literal["lab", "own", "checked", "shown"]
"""Run on the lab as it stands; run with the lab's inventory under the name of one's own
(``inventories/mine.py``); only its make targets are looked for; not run, for a reason that a
comment above it gives: ``<!-- not run: REASON -->``."""


@dataclass(frozen=True)
class Block:
    """A block of commands."""

    page: str
    line: int
    text: str
    why: str | None = None

    @property
    def commands(self) -> list[str]:
        """Its lines, without comments; a command that goes on in the next line is one."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [it for line in lines if (it := re.sub(r"(^|\s)#.*", "", line).strip())]

    @property
    def kind(self) -> Kind:
        """What the tests do with it."""
        if self.why is not None:
            return "shown"
        if all(ONLY_CHECKED.match(it) for it in self.commands):
            return "checked"
        return "own" if "inventories/mine.py" in self.text else "lab"

    @property
    def targets(self) -> list[str]:
        """The make targets that it names."""
        words = [it.split() for it in self.commands if it.startswith("make ")]
        return [word for line in words for word in line[1:] if "=" not in word]

    @property
    def script(self) -> str:
        """What is run of it: all but make, which the lab's own test stands for."""
        return "\n".join(it for it in self.commands if not ONLY_CHECKED.match(it))

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The blocks of a page."""
    text = page.read_text()
    return [
        Block(
            str(page.relative_to(ROOT)),
            text[: found.start("text")].count("\n") + 1,
            found["text"],
            found["why"],
        )
        for found in BLOCK.finditer(text)
    ]


BLOCKS = [block for page in dict.fromkeys(PAGES) for block in blocks(page)]


@dataclass(frozen=True)
class Output:
    """Lines that a page shows as those of a command: ``<!-- output of: COMMAND -->`` above them."""

    page: str
    command: str
    text: str

    def absent(self, printed: str) -> list[str]:
        """Its lines that were not printed, in their order; numbers may be others."""
        lines = iter([_without_numbers(it) for it in printed.splitlines()])
        return [it for it in self.text.splitlines() if it and _without_numbers(it) not in lines]

    def __str__(self) -> str:
        return f"{self.page}:{self.command}"


def _without_numbers(line: str) -> str:
    # Which of two servers comes first is a matter of chance; colours are a terminal's.
    line = re.sub(r"\x1b\[[0-9;]*m", "", line)
    return re.sub(r"\d+", "0", re.sub(r"^ *\[dhcp\d\] ", "", line)).strip()


OUTPUTS = [
    Output(str(page.relative_to(ROOT)), found["command"], found["text"])
    for page in dict.fromkeys(PAGES)
    for found in OUTPUT.finditer(page.read_text())
]
