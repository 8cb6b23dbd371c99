"""How a run speaks to its servers; these are pretended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import gevent
import pytest
from dhcp_failover.engines.dhcpd import answers
from dhcp_failover.engines.engine import Question
from dhcp_failover.rollout.ask import Once, Servers, Unreached
from dhcp_failover.system import marks, shell
from pyinfra.api.state import State


class Answering(Servers):
    """Servers that print given lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(cast(State, None))
        self.lines = lines

    def _command(
        self, name: str, script: str, seconds: float, stdin: str | None = None
    ) -> list[str] | Unreached:
        begin = marks.marked(script).split("'")[1]
        return [begin, *self.lines, begin.replace("<begin", "<end").replace(">", " 0>")]


@pytest.mark.parametrize(
    ("read", "lines"),
    [
        (shell.decompressed, ["SGVsbG8="]),
        (shell.decompressed, ["H4sIAAAAAAAAAw=="]),
        (shell.decompressed, ["H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQ=="]),
        (answers.look, ["Started=99999999999999999999"]),
        (
            answers.relations,
            [
                'Record=failover peer "a" state {',
                "Record=  my state normal at epoch 1000000000000000000000000000000;",
            ],
        ),
        (answers.look, ["Record=\tmy state normal at epoch 99999999999999;", "Pid="]),
        (answers.holding, ["Clients=many"]),
    ],
)
def test_an_answer_that_cannot_be_read_is_reported(
    read: Callable[[Sequence[str]], Any], lines: list[str]
) -> None:
    """It never raises, whatever a broken disk or program made of it."""
    found = Answering(lines).ask("dhcp1", Question("true", read))
    assert isinstance(found, Unreached)
    assert found.reason.startswith("its answer cannot be read (")


def test_a_name_that_no_host_can_have_is_a_server_without_a_connection() -> None:
    """Python raises a UnicodeError for it."""

    class Host:
        connected = False

        def connect(self, **_: Any) -> None:
            "..".encode("idna")

    class State1:
        failed_hosts = ()

    servers = Servers(cast(State, State1()))
    servers.host = lambda _: Host()  # type: ignore[assignment,method-assign,return-value]
    found = servers.ask("..", Question("true", list))
    assert isinstance(found, Unreached)
    assert found.reason.startswith("no connection to it (")


def test_who_asks_anew_gets_nothing_that_began_before() -> None:
    """Another step may be looking already: what it sees may be the past."""
    now = 1

    def slow(_: str) -> int:
        seen = now
        gevent.sleep(0.02)
        return seen

    look: Once[str, int] = Once(slow)
    first = gevent.spawn(look, "dhcp1")
    gevent.sleep(0.01)
    now = 2
    look.forget("dhcp1")
    assert look("dhcp1") == 2
    assert first.get() == 1
    assert look("dhcp1") == 2


def test_many_ask_anew_and_look_twice_at_most() -> None:
    """Twenty branches look at their hub at the same time."""
    looks = []

    def slow(key: str) -> str:
        looks.append(key)
        gevent.sleep(0.01)
        return key

    look: Once[str, str] = Once(slow)

    def again(_: int) -> str:
        look.forget("hub")
        return look("hub")

    gevent.joinall([gevent.spawn(again, it) for it in range(20)])
    assert len(looks) <= 2
