"""Names as people write them, and as dhcpd reads them."""

from __future__ import annotations

import pytest
from dhcp_failover.engines.dhcpd.host_words import unique_words, word


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("printer-1", "printer-1"),
        ("printer.example.com", "printer.example.com"),
        ("ap_floor_2", "ap_floor_2"),
        ("3com-switch", "3com-switch"),
        ("Drucker Büro", "Drucker-Buro"),
        ("Straße 5/2", "Strasse-5-2"),
        ("..a..", "a"),
        ("日本", "host"),
    ],
)
def test_a_word_keeps_what_dhcpd_can_read(name: str, written: str) -> None:
    """The rest becomes dashes, or goes."""
    assert word(name) == written


def test_two_hosts_never_have_one_word() -> None:
    """Capitals do not make a difference; who can keep its name keeps it."""
    assert unique_words([("Büro", 1), ("buro", 1), ("a", 2), ("A", 1), ("a-2", 1)]) == [
        ["Buro-2"],
        ["buro"],
        ["a", "a-3"],
        ["A-4"],
        ["a-2"],
    ]
