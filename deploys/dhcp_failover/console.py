"""``dhcp-failover``: the command for everything that changes no server.

Changes are deploys; each look is a subcommand. All subcommands have the same exit statuses.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import __version__
from .validation import NOT_KNOWN, InventoryError, validate

STATUSES = """\
exit status:
  0  good
  1  a warning; changed; not found
  2  critical; refused; invalid
  3  not known: wrong usage, a server that was not reached, an internal error
"""
VALIDATE = """\
Read an inventory as pyinfra does, with its group data and with the environment
and the secrets directory laid over it, and check the "dhcp" data of all its
servers. It prints every mistake, contacts no server and changes nothing. No
secret is needed: keys without a secret are named, but are not mistakes.
"""
EXAMPLES = """\
examples:
  dhcp-failover validate inventories/mine.py
  dhcp-failover validate inventories/mine.py --limit hall --json

"""


class _Parser(argparse.ArgumentParser):
    """Exits with 3 on wrong usage, not with 2: for a monitoring system, 2 is an alarm."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(NOT_KNOWN, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``dhcp-failover`` with ``arguments``, by default those of the command line."""
    parsed = _parser().parse_args(arguments)
    try:
        sys.exit(validate(parsed.inventory, parsed.limit, as_json=parsed.json))
    except InventoryError as error:
        print(f"dhcp-failover: {error}", file=sys.stderr)
        sys.exit(NOT_KNOWN)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="dhcp-failover",
        description="Look at DHCP servers and at the data declared for them.",
        epilog=STATUSES,
        formatter_class=shape,
    )
    parser.add_argument("--version", action="version", version=f"dhcp-failover {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser(
        "validate",
        help="check the data of an inventory, without any server",
        description=VALIDATE,
        epilog=EXAMPLES + STATUSES,
        formatter_class=shape,
    )
    one.add_argument("inventory", metavar="INVENTORY", help="the file of the inventory")
    one.add_argument(
        "--limit",
        action="append",
        metavar="WHICH",
        help="only the sites of these servers: a name, a pattern, or a group of the"
        " inventory; may be repeated",
    )
    one.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    main()
