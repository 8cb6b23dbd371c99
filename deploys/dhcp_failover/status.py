"""Look at every server of the inventory, and report; nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click
from pyinfra import host
from pyinfra.api import DeployError, deploy

from .report.as_json import as_json
from .report.health import ServerHealth, Servers, SiteHealth, Unreached
from .report.table import table
from .report.trouble import healthy, trouble
from .rollout import ask, judge
from .rollout.run import Run

JSON = "dhcp_status_json"
"""The data that names a file for the machine-readable report; ``-`` is standard output."""
AGAIN, LOOKS = 2.5, 2
"""Seconds until leases that differ are counted again, and how often: it may be passing."""
BOUND = 8
"""Seconds for one count of leases."""


@deploy("DHCP status")
def status() -> None:
    """Print a table of every relationship and pool of the inventory, when all have been asked.

    Raises :class:`DeployError`, which ends pyinfra with status 1, if anything is unhealthy or
    not as declared. With the data ``dhcp_status_json`` the same is written to that file, as
    JSON; if that is standard output it has nothing else on it, and the table goes where
    pyinfra's own lines go, to standard error. No secret of the site is needed.
    """
    run = Run.of(host.state)
    run.look_only()
    run.site(host.name)  # invalid data is reported before anything is asked
    run.finished.add(host.name)
    if any(it.name not in run.finished for it in host.state.activated_hosts):
        return  # the last server reports for all
    asked = [
        it.name for it in host.state.inventory if not run.left_out(it.name) and run.has(it.name)
    ]
    answers = run.all_of(asked, lambda name: _look(run, name))
    reports = _reports(run, answers)
    for _ in range(LOOKS):
        differing = [it for it in asked if it in _differing(reports)]
        if not differing:
            break
        run.pause(AGAIN)
        answers |= run.all_of(differing, partial(_counted_again, run, answers))
        reports = _reports(run, answers)
    found = [it for report in reports for it in trouble(report)]
    path = host.data.get(JSON)
    click.echo("\n\n".join(map(table, reports)), err=path == "-")
    if path is not None:
        _write(str(path), as_json(reports))
    if not healthy(found):
        raise DeployError(_counted(found))


def _reports(run: Run, answers: Servers) -> list[SiteHealth]:
    """The health of each site, by the answers of its servers."""
    sites = {id(site): site for site in map(run.site, answers)}.values()
    return [
        judge.of_site(run, site, {it: answers[it] for it in answers if run.site(it) is site})
        for site in sites
    ]


def _differing(reports: Iterable[SiteHealth]) -> set[str]:
    """The servers whose leases differ from their partner's."""
    names: set[str] = set()
    for report in reports:
        for it in trouble(report):
            if it.code == "leases-differ":
                partners = {peer.peer_server for peer in report.site.peers[it.server]}
                names |= {it.server} | partners
    return names


def _counted_again(run: Run, answers: Servers, name: str) -> ServerHealth | Unreached | None:
    """The answer with the leases of now: an update takes seconds from one server to the other."""
    answer = answers[name]
    if answer is None or isinstance(answer, Unreached):
        return answer
    pools = run.ask(name, run.engine(name).POOLS, BOUND)
    holding = run.ask(name, run.engine(name).HOLDING, BOUND)
    if isinstance(pools, ask.Unreached) or isinstance(holding, ask.Unreached):
        return answer
    return {**answer, "pools": pools, "holding": holding}


def _counted(found: Iterable[object]) -> str:
    count = len(list(found))
    return f"{count} {'finding' if count == 1 else 'findings'}; see the report above"


def _write(path: str, report: object) -> None:
    text = json.dumps(report, indent=2)
    if path == "-":
        click.echo(text)
        return
    try:
        Path(path).write_text(f"{text}\n")
    except OSError as error:
        raise DeployError(f"{JSON}={path}: cannot be written: {error.strerror}") from None


def _look(run: Run, name: str) -> ServerHealth | Unreached | None:
    """What a server says of itself, its leases counted; None if it does not answer."""
    one = judge.of_one(run, name)
    if one is None or isinstance(one, Unreached):
        return one
    engine = run.engine(name)
    pools = run.ask(name, engine.POOLS, BOUND)
    holding = run.ask(name, engine.HOLDING, BOUND)
    return {
        **one,
        "pools": None if isinstance(pools, ask.Unreached) else pools,
        "holding": None if isinstance(holding, ask.Unreached) else holding,
    }
