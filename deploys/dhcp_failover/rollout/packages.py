"""Debian packages on a server."""

from __future__ import annotations

from pyinfra.api.host import Host
from pyinfra.api.state import State

from . import say
from .run import Run

INSTALL = 900
"""Seconds that an installation may take, the wait for dpkg's lock among them."""


def installed(state: State, host: Host) -> bool:
    """Whether a server has all packages that it needs now."""
    run = Run.of(state)
    absent = run.lacks(host.name)
    if not absent:
        return True
    outcome = run.tell(host.name, run.engine(host.name).install(absent), seconds=INSTALL)
    run.survey.forget(host.name)
    if not outcome.ok:
        say.error(host, f"{', '.join(absent)} cannot be installed:", outcome.lines[-15:])
    return outcome.ok
