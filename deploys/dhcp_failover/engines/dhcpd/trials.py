"""How a server tries a staged configuration before it goes live."""

from __future__ import annotations

from collections.abc import Sequence

from ...system.script import script, text
from ...system.shell import staging_path
from . import paths

_PACKAGE = "dhcp_failover.engines.dhcpd"
_PLACES = {
    "CONF": paths.CONF,
    "KEYS": paths.KEYS,
    "STAGED_CONF": staging_path(paths.CONF),
    "STAGED_KEYS": staging_path(paths.KEYS),
}


def check() -> str:
    """A command by which dhcpd reads the staged configuration, with the staged secrets if any.

    It fails with dhcpd's complaint on standard error: file, line and column, without the banner.
    """
    return _apart(script(_PACKAGE, "check.sh", **_PLACES, REASONS=_REASONS))


def trial(interfaces: Sequence[str]) -> str:
    """A command that starts the staged configuration beside the running daemon.

    It runs cut off from the network, with the server's interfaces and addresses, and with the
    live file where nothing is staged. Nothing is changed. It fails with the daemon's reasons
    and what to do on standard error; with exit status 75 where a server cannot try it.
    """
    return _apart(
        script(
            _PACKAGE,
            "trial.sh",
            **_PLACES,
            LEASES=paths.LEASES,
            INTERFACES=" ".join(interfaces),
            INSIDE=text(_PACKAGE, "trial_inside.sh"),
            REASONS=_REASONS,
        )
    )


_REASONS = text(_PACKAGE, "reasons.awk")


def _apart(program: str) -> str:
    """As one command, whose traps and exits are no others'."""
    return f"(\n{program})"
