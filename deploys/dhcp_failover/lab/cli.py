"""``dhcp-lab``: look after the machines of the lab."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .. import __version__
from . import LabError, image
from .computer import dhcp_lab
from .machines import Lab

EPILOG = """\
environment:
  DHCP_LAB_DEBIAN  the machines' Debian, 12 or 13 (default 13)
  DHCP_LAB         the lab's name, where there are several (default lab)
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``dhcp-lab`` with ``arguments``, by default those of the command line."""
    parsed = _parser().parse_args(arguments)
    try:
        if os.geteuid() != 0:
            command = dhcp_lab(*(sys.argv[1:] if arguments is None else arguments))
            os.execvp(command[0], command)  # noqa: S606 # the list above, no shell
        _do(Lab.from_environment(), parsed)
    except LabError as error:
        sys.exit(f"dhcp-lab: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dhcp-lab",
        description="Look after the lab: real Debian machines on this computer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dhcp-lab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="boot machines that do not run (by default dhcp1, dhcp2)")
    up.add_argument("names", nargs="*", metavar="NAME")
    up.add_argument("--no-wait", action="store_true", help="do not wait until they answer")
    commands.add_parser("status", help="list the machines and whether they run")
    shell = commands.add_parser("shell", help="a root shell in a machine, or one command")
    shell.add_argument("name", metavar="NAME")
    shell.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    crash = commands.add_parser("crash", help="take a machine's power away")
    crash.add_argument("name", metavar="NAME")
    commands.add_parser("down", help="end all machines and remove every trace of the lab")
    commands.add_parser("image", help="make the machines' Debian image, if it is not there")
    return parser


def _do(lab: Lab, parsed: argparse.Namespace) -> None:
    match parsed.command:
        case "up":
            lab.up(parsed.names or ("dhcp1", "dhcp2"), wait=not parsed.no_wait)
        case "status":
            print(*_status(lab), sep="\n")
        case "shell":
            command = [*lab.enter(parsed.name), *(parsed.words or ["bash", "-l"])]
            os.execvp(command[0], command)  # noqa: S606 # the list above, no shell
        case "crash":
            lab.enter(parsed.name)  # one that does not run is an error here
            lab.crash(parsed.name)
        case "down":
            lab.down()
        case "image":
            print(f"The image of Debian {lab.debian} is {image.tree(lab.debian)}")


def _status(lab: Lab) -> list[str]:
    names = lab.names()
    if not names:
        return [f"the lab {lab.name!r} is down; start it with: dhcp-lab up"]
    debian = (lab.home / "debian").read_text()
    return [
        f"{name}  {lab.address(name):10}  Debian {debian}  "
        + ("running" if lab.running(name) else "stopped")
        for name in names
    ]


if __name__ == "__main__":
    main()
