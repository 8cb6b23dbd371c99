"""How a run prints what it does; text of a server without control characters."""

from __future__ import annotations

from collections.abc import Iterable

from pyinfra import logger
from pyinfra.api.host import Host


def error(host: Host, message: str, lines: Iterable[str] = ()) -> None:
    """Print why something failed, with the words of a program below it."""
    host.log_styled(printable(message), fg="red", log_func=logger.error)
    for line in lines:
        host.log(f"  {printable(line)}", logger.error)


def warning(host: Host, message: str) -> None:
    """Print what may become a failure later."""
    host.log_styled(printable(message), fg="yellow", log_func=logger.warning)


def note(host: Host, message: str) -> None:
    """Print what a run is about to do, or waits for."""
    host.log(printable(message))


def printable(text: str) -> str:
    """``text`` with control characters as ``\\x1b``: a terminal acts on none of them."""
    return "".join(
        it if it.isprintable() or it == "\t" else it.encode("unicode_escape").decode()
        for it in text
    )
