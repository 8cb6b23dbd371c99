"""The deploy: every server of the inventory becomes what its site declares for it."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import deploy

from . import operations
from .rollout import beginning, ending
from .rollout.interlock import GO_DARK
from .rollout.run import Run
from .rollout.waves import connected


@deploy("DHCP failover")
def dhcp_failover() -> None:
    """Make this server what ``host.data.dhcp`` declares, and see it connected with its partners.

    Raises :class:`DeployError`, before anything is changed, for invalid data and for a server
    that cannot be set up.
    """
    run = Run.of(host.state)
    run.begin(host.name)
    site = run.site(host.name)
    if not site.peers.get(host.name):
        ending.nothing_to_do(run, host)
        return
    engine = run.engine(host.name)
    beginning.look(run, host)
    differing = {it.path for it in run.differing(host.name)}

    operations.packages(name=f"Install {engine.PACKAGE}")
    for declared in host.loop(run.files(host.name)):  # type: ignore[no-untyped-call]
        if declared.path in differing or declared.path in engine.STEPS:
            operations.file(
                name=f"Prepare {declared.path}",
                path=declared.path,
                content=declared.text,
                mode=declared.mode,
                check=declared.check,
                secret=declared.secret,
            )
    if differing:
        operations.accepted(
            name="Check the new configuration",
            servers=sorted(connected(site.pairs)[host.name]),
            fresh=run.is_fresh(host.name),
        )
    waves = beginning.waves(run)
    count = max(waves.values(), default=0) + 1
    for wave in host.loop(range(count)):  # type: ignore[no-untyped-call]
        # Every server runs this step in every wave; pyinfra's lock-step separates the waves.
        mine = wave == waves.get(host.name, 0)
        operations.service(
            name=f"Run {engine.SERVICE}" + f", wave {wave + 1} of {count}" * (count > 1),
            mine=mine,
            go_dark=str(host.data.get(GO_DARK, "")).lower() in ("yes", "true", "1"),
        )
    operations.normal(name="Both servers connected")
    ending.planned(run, host)
