"""Turns, as a run takes and keeps them; the servers are pretended."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import gevent
import pytest
from dhcp_failover.rollout import turns
from dhcp_failover.rollout.ask import Outcome
from dhcp_failover.rollout.run import Run
from pyinfra.api.host import Host
from pyinfra.api.state import State


class Host1:
    """The server whose turn is taken."""

    name = "dhcp1"


class Pretended(Run):
    """A run whose servers say what a test wants."""

    def __init__(self, says: Callable[[str, str], Outcome]) -> None:
        super().__init__(cast(State, SimpleNamespace(current_deploy_filename=None)))
        self.says = says
        self.waits["dhcp1"] = time.monotonic() + 1

    def tell(self, name: str, script: str, seconds: float = 0, stdin: str | None = None) -> Outcome:
        """Pretend."""
        return self.says(name, script)


@pytest.mark.parametrize("lines", [[], [""], ["held"], ["held x"], ["held 5 never me"], ["taken"]])
@pytest.mark.parametrize("ok", [True, False])
def test_whatever_a_server_answers_a_turn_is_taken_or_refused(
    ok: bool, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words; a file that somebody damaged is no error of the run."""
    monkeypatch.setattr(turns.say, "note", lambda *_: None)
    run, host = Pretended(lambda *_: Outcome(ok, lines)), cast(Host, Host1())
    run._sites = cast(Any, {"dhcp1": type("Site", (), {"normal_timeout": 1})})
    run.waits["dhcp1"] = 0
    if ok and lines == ["taken"]:
        assert turns._take(run, host, "dhcp1")
    else:
        with pytest.raises(turns.NoTurnError, match=r"\w"):
            turns._take(run, host, "dhcp1")
    run.turns.clear()


def test_a_server_that_hangs_does_not_end_the_turns_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All turns of a run are renewed at the same time."""
    monkeypatch.setattr(turns, "RENEW", 0.01)
    renewed: list[str] = []

    def says(name: str, _: str) -> Outcome:
        if name == "dhcp1":
            gevent.sleep(60)
        renewed.append(name)
        return Outcome(True, ["taken"])

    run = Pretended(says)
    run.turns = {"dhcp1": 1, "dhcp2": 1}
    renewing = gevent.spawn(turns._renew, run)
    gevent.sleep(0.1)
    renewing.kill()
    assert renewed == ["dhcp2"]
