"""The first step of a run: every server is looked at, and what stands in the way is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyinfra.api import DeployError
from pyinfra.api.host import Host

from . import diff, interlock, preflight, say, sequences
from . import waves as order
from .ask import Unreached
from .run import Run, Survey

if TYPE_CHECKING:
    from ..site.model import Site


def look(run: Run, host: Host) -> None:
    """Survey a server and its partners; raises :class:`DeployError` for what stands in the way."""
    site, engine = run.site(host.name), run.engine(host.name)
    peers = site.peers[host.name]
    names = [host.name, *(it.peer_server for it in peers)]
    surveys = run.all_of(names, run.survey)
    own = surveys[host.name]
    if isinstance(own, Unreached):
        raise DeployError(f"{host.name}: {own.reason}")
    partners = {
        name: (it.system, it.look)
        for name, it in surveys.items()
        if isinstance(it, Survey) and name != host.name and it.system["user"] == 0
    }
    trouble = list(preflight.unsupported(own.system, own.look, engine))
    if not trouble:
        trouble += preflight.unready(own.system, own.look, peers, run.served(host.name), engine)
        trouble += preflight.mismatched(own.system, own.look, partners, engine)
        trouble += unsafe(run, site).get(host.name, [])
    if trouble:
        raise DeployError("\n".join(f"{host.name}: {it}" for it in trouble))
    for it in preflight.warnings(own.system, own.look, partners, peers, engine):
        say.warning(host, it)


def unsafe(run: Run, site: Site) -> dict[str, list[str]]:
    """By server: why its change cannot be made in one go; looked at once for a site."""
    return run.once("unsafe", id(site), lambda: _unsafe(run, site))


def _unsafe(run: Run, site: Site) -> dict[str, list[str]]:
    changing, running = _changing(run, site)
    if all(run.all_of(changing, lambda name: _same_owners(run, name)).values()):
        return {}  # no address changes its owner
    lives = run.all_of(changing, lambda name: _live(run, name))
    known = {name: it for name, it in lives.items() if not isinstance(it, Unreached)}
    unknown = {
        name: [f"its installed configuration cannot be compared with the data: {it.reason}"]
        for name, it in lives.items()
        if isinstance(it, Unreached)
    }
    found = sequences.unsafe(site, known, running)
    if found:
        # Count the leases only now: it takes a server a while, and matters only here.
        known |= run.all_of(found, lambda name: _counted(run, name, known[name]))
        found = sequences.unsafe(site, known, running)
    return found | unknown


def _changing(run: Run, site: Site) -> tuple[list[str], set[str]]:
    """The servers of this run whose configuration changes, and all that may be running."""
    engine = run.engine(next(iter(site.peers)))
    changing = []
    running = set()
    for name in site.peers:
        if not run.takes_part(name):
            running.add(name)
            continue
        survey = run.survey(name)
        if isinstance(survey, Unreached) or survey.look["daemon"]["running"]:
            running.add(name)
        if isinstance(survey, Survey) and survey.look["daemon"]["version"]:
            replaced = (it.path for it in run.differing(name) if it.path in survey.look["files"])
            if engine.MAIN in replaced:
                changing.append(name)
    return changing, running


def _same_owners(run: Run, name: str) -> bool:
    """Whether a server's new file certainly gives out the same addresses as the installed one."""
    engine = run.engine(name)
    old = run.text(name, engine.MAIN)
    new = next(it.text for it in run.files(name) if it.path == engine.MAIN)
    found = None if isinstance(old, Unreached) else diff.runs(old, new)
    return found is not None and engine.same_ranges(new, found)


def _live(run: Run, name: str) -> sequences.Live | Unreached:
    engine, survey = run.engine(name), run.survey(name)
    if isinstance(survey, Unreached):
        return survey
    text = run.ask(name, engine.WHOLE, 60)
    if isinstance(text, Unreached):
        return text
    return sequences.Live(
        running=survey.look["daemon"]["running"],
        ranges=engine.live_ranges(text),
        endpoints=engine.live_endpoints(text),
        pools=None,
        first_time=survey.look["storage"]["first_time"],
    )


def _counted(run: Run, name: str, live: sequences.Live) -> sequences.Live:
    pools = run.ask(name, run.engine(name).POOLS, 60)
    return live if isinstance(pools, Unreached) else live._replace(pools=pools)


def waves(run: Run) -> dict[str, int]:
    """By server of this run that has something to change: its wave, from 0."""
    return run.once("waves", None, lambda: _waves(run))


def _waves(run: Run) -> dict[str, int]:
    names = run.servers()
    surveys = run.all_of(names, run.survey)
    serving = {
        name for name, it in surveys.items() if isinstance(it, Survey) and interlock.serves(it.look)
    }
    numbers: dict[str, int] = {}
    for name in names:
        if name not in numbers:
            numbers |= order.waves(run.site(name).pairs)
    return order.wave_of(numbers, [it for it in names if run.plan(it)], serving)
