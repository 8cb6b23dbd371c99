"""Which differences of a configuration surely say nothing about ranges and relationships."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from dhcp_failover.engines.dhcpd.files import dhcpd_conf
from dhcp_failover.engines.dhcpd.live import live_endpoints, live_ranges
from dhcp_failover.engines.dhcpd.unrelated import VERBATIM, same_ranges
from dhcp_failover.rollout.diff import runs
from dhcp_failover.rollout.sequences import Live, unsafe
from dhcp_failover.site.validate import SiteError, validated
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from properties.sites import sites

UNRELATED = (
    'option domain-name "net.example";\n',
    '  option domain-name "a range; of {words} # in a string";\n    max-lease-time 7200;\n',
    "host one {\n  hardware ethernet 02:00:00:00:00:01;\n  fixed-address 192.0.2.9;\n}\n",
    "host one {\n}\n\nhost two {\n    fixed-address 192.0.2.10;\n}\n",
    "    mclt 1800;\n",
    "    max-response-delay 30;\n",
    "class { match option range; }\n",
    "",
)
RELATED = (
    "range 192.0.2.1 192.0.2.9;\n",
    "  RANGE 192.0.2.1;\n",
    'failover peer "lab";\n',
    "    address 192.0.2.1;\n",
    "    peer address 192.0.2.1;\n",
    "    port 647;\n",
    "    secondary;\n",
    'include "/etc/dhcp/more.conf";\n',
    "pool {\n    range 192.0.2.1;\n}\n",
    "    subnet 192.0.2.0 netmask 255.255.255.0 {\n        pool {\n        }\n    }\n",
    "}\n",
    "host one {\n",
    "}\nhost one {\n  fixed-address 192.0.2.9;\n",
    'option domain-name "net.example\n',
    "option domain-name-servers 192.0.2.1,\n",
    "# a comment\n",
    '"range" 192.0.2.1;\n',
    ", range 192.0.2.1;\n",
    "max-lease-time 7200\n",
)


@pytest.mark.parametrize("lines", UNRELATED)
def test_whole_statements_about_other_things_leave_the_ranges(lines: str) -> None:
    """And whole blocks of them, wherever they are."""
    assert same_ranges("", [lines])


@pytest.mark.parametrize("lines", RELATED)
def test_anything_else_may_change_them(lines: str) -> None:
    """What begins or ends in the middle changes how the rest is read."""
    assert not same_ranges("", [lines])
    assert not same_ranges("", [UNRELATED[0], lines])


def test_a_file_that_the_data_do_not_say_all_of_is_read_whole(pair: dict[str, Any]) -> None:
    """Included files, and what is declared in dhcpd's own language, may have ranges."""
    for text in (f"{VERBATIM}\nrange 192.0.2.1;\n", 'include "/etc/dhcp/dhcpd.keys";\n'):
        assert not same_ranges(text, [])
    site = validated(pair | {"verbatim": ["one-lease-per-client true;"]})
    assert not same_ranges(dhcpd_conf(site, "dhcp1"), [])


WHOLE_LINES = re.compile(
    r'(?:(?:[^"#\n]|"(?:[^"\\\n]|\\[^\n])*")*(?<=[;{}])(?:[ \t]*#[^\n]*)?\n|[ \t]*(?:#[^\n]*)?\n)*',
    re.DOTALL,
)


def edited(text: str, random: Random) -> str:
    """A text in which somebody changed, removed, moved, repeated or added some lines."""
    lines = text.splitlines(keepends=True)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(lines))
        match random.randrange(4):
            case 0:
                del lines[at : at + random.randint(1, 4)]
            case 1:
                lines[at:at] = lines[random.randrange(len(lines)) :][: random.randint(1, 4)]
            case 2:
                lines[at] = re.sub(r"[0-9]", lambda it: random.choice("0123456789"), lines[at])
            case _:
                lines[at:at] = [random.choice([*UNRELATED, *RELATED])]
        lines = lines or ["\n"]
    return "".join(lines)


@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(sites(), st.randoms(use_true_random=False))
def test_not_to_read_a_file_never_changes_the_verdict(data: dict[str, Any], random: Random) -> None:
    """Where it is not read, it has the ranges of the new file, and nothing would be refused."""
    try:
        site = validated(data)
    except SiteError:
        reject()
    server = random.choice(sorted(site.peers))
    new = dhcpd_conf(site, server)
    if VERBATIM not in new:
        assert WHOLE_LINES.fullmatch(new)
    old = edited(new, random)
    differences = runs(old, new)
    assert differences is not None
    if same_ranges(new, differences):
        assert live_ranges(old) == live_ranges(new)
        assert live_endpoints(old) == live_endpoints(new)
        live = Live(True, live_ranges(old), live_endpoints(old), None, False)
        assert unsafe(site, {server: live}, set(site.peers)) == {}
