"""The two servers of a relationship, and whether they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from breaking import ALONE, CONF, UNIT, Item

if TYPE_CHECKING:
    from drills.health.conftest import Drilled

ITEMS: dict[str, Item] = {
    "a server that serves alone": Item("alone", f"systemctl stop {UNIT}", server="dhcp2"),
    "records that disagree": Item(
        "records-disagree",
        "nft 'table inet cut { chain in { type filter hook input priority 0; tcp dport 520 drop;"
        " tcp sport 520 drop; }; chain out { type filter hook output priority 0; tcp dport 520"
        " drop; tcp sport 520 drop; }; }'; ss -K sport = :520 dport = :520 > /dev/null;"
        " ss -K dport = :520 > /dev/null; ss -K sport = :520 > /dev/null; sleep 1",
        "nft delete table inet cut; sleep 7",
        applied="communications-interrupted",
        environment={"DHCP_NORMAL_TIMEOUT": "10"},
    ),
    "servers that are not connected": Item(
        "not-connected",
        r"""printf '#!/bin/sh\n/usr/bin/ss "$@" | grep -v ESTAB\n' > /usr/local/bin/ss;"""
        " chmod +x /usr/local/bin/ss",
        "rm /usr/local/bin/ss",
        words="has no connection",
    ),
    "two versions": Item(
        "versions-differ",
        r"""printf '#!/bin/sh\ncase "$*" in --version) echo isc-dhcpd-4.3.5 >&2;;"""
        r""" *) exec /usr/sbin/dhcpd "$@";; esac\n' > /usr/local/sbin/dhcpd;"""
        " chmod +x /usr/local/sbin/dhcpd",
        "rm /usr/local/sbin/dhcpd",
        applied="both need the same version",
    ),
    "a partner that was replaced": Item(
        "partner-replaced",
        "cp /etc/machine-id /root/kept; echo 0123456789abcdef0123456789abcdef > /etc/machine-id",
        "mv /root/kept /etc/machine-id",
        server="dhcp2",
    ),
    "a partner of before that still answers": Item(
        "former-partner",
        "systemd-run -q --unit=former perl -MIO::Socket::INET -e '$$s = IO::Socket::INET->new("
        'Listen => 5, LocalAddr => "127.0.0.9", LocalPort => 521); $$s->accept while 1\';'
        " echo lab 127.0.0.9 521 > /var/lib/dhcp-failover/former; sleep 0.3",
        "systemctl stop former; rm /var/lib/dhcp-failover/former",
        words="still answers on port 521",
    ),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_relationship(drilled: Drilled, item: Item) -> None:
    """They do not agree, or are not those that they were."""
    drilled.broken(item)


@pytest.mark.parametrize(
    ("seconds", "code", "status", "words"),
    [
        (120, "clocks-apart", 1, "are 120 seconds apart"),
        (40, "clocks-drifting", 0, "are 40 seconds apart"),
    ],
)
def test_clocks(drilled: Drilled, seconds: int, code: str, status: int, words: str) -> None:
    """A machine's clock is the computer's; here its date is another."""
    drilled.run("dhcp2", "apt-get -qq update; apt-get -qq -y install faketime")
    date = f'exec faketime -f +{seconds}s /bin/date "$@"'
    with drilled.pair.replaced_program("dhcp2", "/usr/local/bin/date", date):
        assert drilled.status().codes == {code}
        run = (drilled.refused if status else drilled.apply)()
        assert words in run.output, run.output
    drilled.settle()


def test_one_machine_is_a_copy_of_the_other(drilled: Drilled) -> None:
    """Both have one machine-id."""
    copied = drilled.pair.lab.run("dhcp1", "cat /etc/machine-id").strip()
    drilled.run("dhcp2", f"cp /etc/machine-id /root/kept; echo {copied} > /etc/machine-id")
    try:
        assert "same-machine" in drilled.status().codes
        run = drilled.refused()
        assert "the same machine-id as" in run.output
    finally:
        drilled.run("dhcp2", "mv /root/kept /etc/machine-id")
    drilled.settle()


def test_a_partner_that_is_not_declared(drilled: Drilled) -> None:
    """The data names another address than the running daemon talks to."""
    data = {"DHCP_FAILOVER__LAB__SECONDARY__ADDRESS": "198.51.100.22"}
    assert "undeclared-partner" in drilled.status(**data).codes
    drilled.settle()


def test_a_daemon_without_its_relationship_and_leases(drilled: Drilled) -> None:
    """Somebody made it a server of its own: two give out one range. Its way back takes the mclt.

    It may not restart while it serves alone, so it is stopped, as the apply says; then it is
    silent until a time that is printed, an apply warns, and nothing is to be done. That lasts an
    hour: the next drill has new machines.
    """
    drilled.run("dhcp2", f"systemctl stop {UNIT}; {ALONE} > /root/alone; cp /root/alone {CONF}")
    drilled.run("dhcp2", f"systemctl start {UNIT}; sleep 1")
    looked = drilled.status()
    assert {"no-relationship", "range-twice", "not-yet-applied"} <= looked.codes, looked.output
    drilled.refused("--limit", "dhcp1")
    refused = drilled.refused()
    assert "if both serve by themselves today, stop DHCP on one of them" in refused.output
    drilled.run("dhcp2", f"systemctl stop {UNIT}")
    assert "nothing is to be done" in drilled.apply().output
    looked = drilled.status()
    assert "recover-wait" in looked.codes, looked.output
    assert "Nothing is to be done: it is silent until" in looked.output
