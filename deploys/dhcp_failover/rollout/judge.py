"""What is wrong with a server at the end of a run, judged as ``status`` judges it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..engines.engine import LiveRange
from ..report.codes import CODES
from ..report.health import ServerHealth, SiteHealth, Trouble
from ..report.health import Unreached as Silent
from ..report.pools import pool_trouble, range_trouble, rows
from ..report.trouble import of_server
from .ask import Unreached
from .run import Run

if TYPE_CHECKING:
    from ..site.model import Site

Answer = ServerHealth | Silent | None

PASSING = ("records-disagree", "not-connected", "not-running", "process-hung")
"""Codes of what is true for a moment after a restart, too."""
OTHERWISE = ("applying", "leftovers", "unproven", "partner-replaced")
"""Codes of what the end of a run settles by itself: by turns, and by the proof. What is left over
then is of another run, which is at work: this one has removed what it found."""
SAID_BEFORE = ("clocks-drifting", "storage-low", "old-script-use")
"""Codes that :mod:`.preflight` warns of, before anything is changed."""


def at_end(run: Run, name: str) -> list[Trouble]:
    """What is wrong with a server, by the surveys that this run has of it and its partners."""
    names = (name, *dict.fromkeys(it.peer_server for it in run.site(name).peers[name]))
    return run.once(
        "judged", tuple((it, _when(run, it)) for it in names), lambda: _at_end(run, names)
    )


def _at_end(run: Run, names: Sequence[str]) -> list[Trouble]:
    health = of_site(run, run.site(names[0]), {it: of_one(run, it) for it in names})
    found = [*of_server(health, names[0]), *range_trouble(health)]
    return [it for it in found if it.code not in (*OTHERWISE, *SAID_BEFORE)]


def used_up(run: Run, name: str) -> list[Trouble]:
    """What is wrong with the ranges that a server gives out; it must count its leases for that."""
    counted = run.ask(name, run.engine(name).POOLS, 60)
    one = of_one(run, name)
    if one is None or isinstance(one, Silent) or isinstance(counted, Unreached):
        return []
    health = SiteHealth(run.site(name), run.engine(name), {name: {**one, "pools": counted}}, 0)
    return list(pool_trouble(health, rows(health, name)))


def is_failure(it: Trouble) -> bool:
    """Whether an apply fails for it: it is not of the kind that apply only warns of."""
    return CODES[it.code].apply != "warns"


def failures(run: Run, name: str) -> list[Trouble]:
    """Of what is wrong with a server at the end: what an apply fails for."""
    return [it for it in at_end(run, name) if is_failure(it)]


def of_site(run: Run, site: Site, servers: dict[str, Answer]) -> SiteHealth:
    """The health of a site, or of a part of it, from the answers of its servers.

    Where one server has other ranges than the declared ones, those of the others are known too.
    """
    if any(it["live"] for it in servers.values() if it and not isinstance(it, Silent)):
        servers = {name: _with_ranges(run, name, it) for name, it in servers.items()}
    engine = run.engine(next(iter(servers), ""))
    return SiteHealth(site, engine, servers, time.time())


def of_one(run: Run, name: str) -> Answer:
    """What a server said of itself; None if it does not answer."""
    return run.once("health", (name, _when(run, name)), lambda: _of_one(run, name))


def _when(run: Run, name: str) -> float:
    """When the survey was made that this run has of a server."""
    survey = run.survey(name)
    return 0 if isinstance(survey, Unreached) else survey.when


def _of_one(run: Run, name: str) -> Answer:
    survey = run.survey(name)
    if isinstance(survey, Unreached):
        return Silent(survey.reason) if run.host(name).connected else None
    if survey.system["user"] != 0:
        return Silent("commands run as an ordinary user there: add --sudo")
    engine = run.engine(name)
    return {
        "system": survey.system,
        "look": survey.look,
        "pools": None,
        "holding": None,
        "live": _live_ranges(run, name),
        "declared": {it.path: (it.digest, it.mode) for it in run.files(name)},
        "needed_interfaces": run.served(name),
        "uncompared": engine.uncompared(run.site(name)),
    }


def _live_ranges(run: Run, name: str) -> list[LiveRange]:
    """The ranges of a server's own configuration, where that is not the declared one."""
    if _as_declared(run, name):
        return []
    engine = run.engine(name)
    text = run.text(name, engine.MAIN)
    return [] if isinstance(text, Unreached) else engine.live_ranges(text)


def _with_ranges(run: Run, name: str, one: Answer) -> Answer:
    """The same answer, with the ranges of a configuration that is the declared one."""
    if one is None or isinstance(one, Silent) or one["live"] or not _as_declared(run, name):
        return one
    engine = run.engine(name)
    text = next(it.text for it in run.files(name) if it.path == engine.MAIN)
    return {**one, "live": engine.live_ranges(text)}


def _as_declared(run: Run, name: str) -> bool:
    main = run.engine(name).MAIN
    return all(it.path != main for it in run.differing(name))
