"""The files, the firewall's rules, and a change that is not over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from breaking import CONF, DEFAULTS, RESTART, Item

if TYPE_CHECKING:
    from drills.health.conftest import Drilled


def directory(path: str) -> str:
    """A command that puts a directory in place of a file."""
    return f"mv {path} /root/kept && mkdir {path}"


ITEMS: dict[str, Item] = {
    "a file that was edited": Item("edited", f"echo '# mine' >> {CONF}"),
    "a file that was removed": Item("edited", f"rm {DEFAULTS}"),
    "a file that is a directory": Item(
        "edited",
        directory(CONF),
        f"rmdir {CONF}; mv /root/kept {CONF}",
        fails=True,
        applied=f"{CONF} is a directory",
    ),
    "a file of somebody else": Item("file-mode", f"chown nobody {CONF}"),
    "a file that others may write": Item("file-mode", f"chmod 666 {DEFAULTS}"),
    "a file that is not loaded": Item(
        "not-loaded",
        f"cp -p {CONF} /root/kept && echo '# mine' >> {CONF} && {RESTART} && mv /root/kept {CONF};"
        " sleep 7",
    ),
    "data that were not applied yet": Item(
        "not-yet-applied", environment={"DHCP_FAILOVER__LAB__MAX_UNACKED_UPDATES": "33"}
    ),
    "a change that is not proven": Item("unproven", "mkdir /var/lib/dhcp-failover/unproven"),
    "leftovers": Item("leftovers", "touch /etc/dhcp/.dhcpd.conf.new"),
    "rules that were flushed": Item("firewall", "nft flush ruleset"),
    "a rule before ours": Item("firewall", "nft insert rule inet dhcp_failover input accept"),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_files(drilled: Drilled, item: Item) -> None:
    """They are not what was declared, or not what is in force."""
    drilled.broken(item)


def test_somebody_else_applies_a_change(drilled: Drilled) -> None:
    """A warning that says who, and since when; an apply without changes needs no turn."""
    turn = "/run/dhcp-failover/turn"
    held = f"mkdir -p -m 700 {turn.rpartition('/')[0]}; read -r up _ < /proc/uptime;"
    written = f"printf 'token %s %s\\nsomebody@else\\n' $((${{up%%.*}} + 60)) $(date +%s) > {turn}"
    drilled.run("dhcp1", f"{held} {written}")
    looked = drilled.status()
    drilled.run("dhcp1", f"rm {turn}")
    assert (looked.status, looked.codes) == (0, {"applying"})
    assert "somebody@else applies a change since" in looked.output
    drilled.settle()
