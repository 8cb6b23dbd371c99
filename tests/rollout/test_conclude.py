"""What a run says of servers that are not together yet; they are pretended."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

import pytest
from dhcp_failover.engines.engine import Relation
from dhcp_failover.rollout.ask import Unreached
from dhcp_failover.rollout.conclude import _explained, _next
from dhcp_failover.rollout.run import Run
from dhcp_failover.site.load import load
from looks import relation
from pyinfra.api.host import Host
from pyinfra.api.state import State

HUB, ONE, TWO = "dhcp1", "dhcp2", "dhcp3"
NORMAL, ALONE, WAITS, DOWN = (
    relation(it) for it in ("normal", "communications-interrupted", "recover-wait", "paused")
)


class All(Run):
    """A run of all servers."""

    def left_out(self, name: str) -> bool:
        """None."""
        return False


def explained(
    pair: dict[str, Any], hub: dict[str, Relation], one: Any, two: Any = None
) -> list[str]:
    """The sentences, for a hub with the relationships ``lab`` and, if asked for, ``far``."""
    data = deepcopy(pair)
    if "far" in hub:
        data["failover"]["far"] = deepcopy(data["failover"]["lab"])
        pool = {"failover": "far", "ranges": ["198.51.100.10-198.51.100.20"]}
        data["subnets"].append({"network": "198.51.100.0/24", "pools": [pool]})
        data["failover"]["far"]["secondary"] |= {"server": TWO, "address": "192.0.2.3"}
    site = load(data, [HUB, ONE, TWO])
    host = cast(Host, type("Host", (), {"name": HUB}))
    return _explained(All(cast(State, None)), host, site.peers[HUB], {HUB: hub, ONE: one, TWO: two})


def test_a_server_that_waits_while_its_partner_serves_is_no_failure(pair: dict[str, Any]) -> None:
    """Whichever of the two it is."""
    for hub, one in ((WAITS, ALONE), (ALONE, WAITS)):
        assert len(explained(pair, {"lab": hub}, {"lab": one})) == 1


@pytest.mark.parametrize("one", [None, {}, {"lab": DOWN}, {"lab": WAITS}])
def test_a_server_that_waits_while_nobody_serves_is_one(pair: dict[str, Any], one: Any) -> None:
    """A sentence that its partner serves meanwhile would be wrong."""
    assert explained(pair, {"lab": WAITS}, one) == []


def test_one_relationship_that_waits_explains_no_other(pair: dict[str, Any]) -> None:
    """Each of a hub's needs its own reason."""
    far = {"far": NORMAL}
    assert len(explained(pair, {"lab": ALONE, "far": NORMAL}, {"lab": WAITS}, far)) == 1
    assert explained(pair, {"lab": ALONE, "far": DOWN}, {"lab": WAITS}, {"far": NORMAL}) == []
    assert explained(pair, {"lab": ALONE, "far": ALONE}, {"lab": WAITS}, None) == []
    assert explained(pair, {"lab": WAITS, "far": DOWN}, {"lab": WAITS}, far) == []


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ([], "done: nothing; not seen: both servers together. Next: fix what is reported above"),
        ([ONE], "done: nothing; not seen: the connection to dhcp2. Next: bring dhcp2 back"),
        ([HUB], "done: not known; not seen: the connection to dhcp1. Next: bring dhcp1 back"),
    ],
)
def test_what_was_done_on_a_server_that_is_lost_is_not_known(
    pair: dict[str, Any], lost: list[str], said: str
) -> None:
    """Of the others, a survey knows it: here, that a file is not as declared."""

    class Differing(All):
        def differing(self, name: str) -> Any:
            return ["/etc/dhcp/dhcpd.conf"]

    run = Differing(cast(State, None))
    run.lost = {it: Unreached("the connection broke") for it in lost}
    host = cast(Host, type("Host", (), {"name": HUB}))
    sentence = _next(run, host, load(pair, [HUB, ONE]).peers[HUB])
    assert sentence == f"{said}, then apply again"
