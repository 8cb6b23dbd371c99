"""What is wrong with a server at the end of a run, judged as ``status`` judges it."""

from __future__ import annotations

import time

from ..engines.engine import LiveRange
from ..report.codes import CODES
from ..report.health import ServerHealth, SiteHealth, Trouble
from ..report.health import Unreached as Silent
from ..report.pools import range_trouble
from ..report.trouble import of_server
from ..site.model import Site
from .ask import Unreached
from .run import Run

Answer = ServerHealth | Silent | None

PASSING = ("records-disagree", "not-connected", "not-running", "process-hung")
"""Codes of what is true for a moment after a restart, too."""
OTHERWISE = ("applying", "unproven", "partner-replaced")
"""Codes of what the end of a run settles by itself: by turns, and by the proof."""
SAID_BEFORE = ("clocks-drifting", "storage-low", "old-script-use")
"""Codes that :mod:`.preflight` warns of, before anything is changed."""


def at_end(run: Run, name: str) -> list[Trouble]:
    """What is wrong with a server, by the surveys that this run has of it and its partners."""
    partners = [it.peer_server for it in run.site(name).peers[name]]
    names = dict.fromkeys([name, *partners])
    health = of_site(run, run.site(name), {it: of_one(run, it) for it in names})
    found = [*of_server(health, name), *range_trouble(health)]
    return [it for it in found if it.code not in (*OTHERWISE, *SAID_BEFORE)]


def is_failure(it: Trouble) -> bool:
    """Whether an apply fails for it: it is not of the kind that apply only warns of."""
    return CODES[it.code].apply != "warns"


def of_site(run: Run, site: Site, servers: dict[str, Answer]) -> SiteHealth:
    """The health of a site, or of a part of it, from the answers of its servers.

    Where one server has other ranges than the declared ones, those of the others are known too.
    """
    given = {name: it for name, it in servers.items() if it is not None}
    if any(it["live"] for it in given.values() if not isinstance(it, Silent)):
        for name, it in given.items():
            if not isinstance(it, Silent) and not it["live"]:
                it["live"] = _declared_ranges(run, name)
    engine = run.engine(next(iter(servers), ""))
    return SiteHealth(site, engine, servers, time.time())


def of_one(run: Run, name: str) -> Answer:
    """What a server said of itself; None if it does not answer."""
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


def _declared_ranges(run: Run, name: str) -> list[LiveRange]:
    """The ranges of a server whose configuration is the declared one."""
    if not _as_declared(run, name):
        return []
    engine = run.engine(name)
    return engine.live_ranges(next(it.text for it in run.files(name) if it.path == engine.MAIN))


def _as_declared(run: Run, name: str) -> bool:
    main = run.engine(name).MAIN
    return all(it.path != main for it in run.differing(name))
