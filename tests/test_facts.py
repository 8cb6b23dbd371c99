"""The facts: what they send, and what they make of an answer."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover import facts
from dhcp_failover.system.marks import marked
from pyinfra.api.exceptions import FactProcessError

Fact = type[facts._Asked[Any]]
ASKED: list[Fact] = [
    facts.Look,
    facts.Daemon,
    facts.Failover,
    facts.Links,
    facts.DaemonLog,
    facts.Pools,
]


def answer(fact: Fact, *lines: str, status: int = 0) -> list[str]:
    """What a server prints for a fact, behind what its login script prints."""
    begin, end = (mark for mark in _marks(fact))
    return ["Welcome!", "Pid=1", begin, *lines, end.replace("$?", str(status))]


def _marks(fact: Fact) -> tuple[str, str]:
    command = marked(fact.question.script)
    begin = command[command.index("<begin ") : command.index("'", command.index("<begin "))]
    return begin, begin.replace("begin", "end").replace(">", " $?>")


@pytest.mark.parametrize("fact", ASKED)
def test_a_server_without_dhcpd_is_no_error(fact: Fact) -> None:
    """The answer is whole, and empty; what a login script prints is not in it."""
    found = fact().process(answer(fact))
    assert not found or found.get("daemon", found).get("running") is False


@pytest.mark.parametrize("fact", ASKED)
@pytest.mark.parametrize("lines", [[], ["Welcome!"], ["Pid=1", "<begin 0>", "<end 0 0>"]])
def test_an_answer_that_is_not_whole_is_an_error(fact: Fact, lines: list[str]) -> None:
    """Of the one kind that ends no other server's run."""
    with pytest.raises(FactProcessError, match="no answer"):
        fact().process(lines)


def test_a_program_that_failed_is_an_error() -> None:
    """Half an answer is none."""
    with pytest.raises(FactProcessError, match="exit status 3"):
        facts.Look().process(answer(facts.Look, "Pid=1", status=3))


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        (facts.Look, "Pid=none"),
        (facts.Look, "Process=1"),
        (facts.Failover, "Root=no"),
        (facts.Pools, "Pool=1"),
    ],
)
def test_what_cannot_be_read_is_an_error(fact: Fact, line: str) -> None:
    """Rather than a wrong answer, or the end of the run."""
    with pytest.raises(FactProcessError, match="cannot be read"):
        fact().process(answer(fact, "Counted=yes", line))


def test_the_state_of_a_system_needs_a_user() -> None:
    """A server that prints something else has not been asked."""
    fact = facts.ServerSystem()
    fact.command()
    with pytest.raises(FactProcessError):
        fact.process(["<begin 0>"])
