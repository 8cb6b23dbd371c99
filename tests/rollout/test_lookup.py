"""Host names are looked up only for a message about them, and never for long."""

from __future__ import annotations

import socket
from typing import Any

import gevent
import gevent.socket
import pytest
from dhcp_failover.rollout.lookup import addresses, with_addresses
from dhcp_failover.site.validate import SiteError, validated


def answers(name: str, *_: object) -> list[Any]:
    """A name server that knows two names, refuses one and does not answer for another."""
    match name:
        case "one.example":
            known = ["192.0.2.7"]
        case "two.example":
            known = ["192.0.2.8", "192.0.2.9", "192.0.2.8"]
        case "slow.example":
            gevent.sleep(60)
            known = []
        case "broken.example":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        case "strange.example":
            raise UnicodeError("label too long")
        case _:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", (it, 0)) for it in known]


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of our own in place of the computer's."""
    monkeypatch.setattr(gevent.socket, "getaddrinfo", answers)


@pytest.mark.usefixtures("name_server")
def test_all_names_are_looked_up_at_once_within_a_bound() -> None:
    """One that nobody answers for takes nothing from the others."""
    names = [f"{it}.example" for it in ("slow", "one", "two", "none", "broken", "strange")]
    assert addresses(names, seconds=0.2) == {
        "slow.example": None,
        "one.example": ["192.0.2.7"],
        "two.example": ["192.0.2.8", "192.0.2.9"],
        "none.example": [],
        "broken.example": None,
        "strange.example": [],
    }


@pytest.mark.usefixtures("name_server")
def test_a_message_about_a_name_has_its_address(pair: dict[str, Any]) -> None:
    """As what to write."""
    with pytest.raises(SiteError) as refused:
        validated(pair | {"boot": {"next_server": "one.example"}})
    said = str(with_addresses(refused.value))
    assert "boot.next_server = 'one.example'" in said
    assert "one.example has the address 192.0.2.7 now; write this address" in said


def test_nothing_is_looked_up_for_other_mistakes(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is the same object."""
    monkeypatch.delattr(gevent.socket, "getaddrinfo")
    with pytest.raises(SiteError) as refused:
        validated(pair | {"log_facility": "local8"})
    assert with_addresses(refused.value) is refused.value
