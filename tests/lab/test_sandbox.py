"""What the page about the sandbox says, on real servers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import pytest
from dhcp_failover.lab.client import client
from machines import ROOT

if TYPE_CHECKING:
    from machines import Pair

DROP_IN, SIX = re.findall(
    r"^```ini\n(.*?)^```$", Path(ROOT / "docs/sandbox.md").read_text(), re.M | re.S
)
"""The blocks of the page."""
HOOK = "/usr/local/bin/dhcp-hook"
SCRIPT = "#!/bin/sh\ntouch /var/log/dhcp-hook/seen\n"
STATUS = ("-y", "inventories/lab.py", "deploys/status.py")


@pytest.mark.everything
def test_a_hook_can_write_where_a_drop_in_allows_it(pair: Pair) -> None:
    """Not without; and status calls a pair with the drop-in healthy."""
    verbatim = json.dumps([f'on commit {{ execute ("{HOOK}"); }}'])
    for name in ("dhcp1", "dhcp2"):
        pair.lab.run(name, f"mkdir -p /var/log/dhcp-hook && printf %s {quote(SCRIPT)} > {HOOK}")
        pair.lab.run(name, f"chmod +x {HOOK}")
    pair.apply(DHCP_VERBATIM=verbatim)
    with client(pair.lab, 1) as one:
        assert one.lease()
    assert seen(pair) == []

    directory = "/etc/systemd/system/isc-dhcp-server.service.d"
    for name in ("dhcp1", "dhcp2"):
        pair.lab.run(name, f"mkdir {directory} && printf %s {quote(DROP_IN)} > {directory}/a.conf")
        pair.lab.run(name, "systemctl daemon-reload && systemctl restart isc-dhcp-server")
        pair.until_normal()
    with client(pair.lab, 2) as one:
        assert one.lease()
    assert seen(pair)
    status = pair.pyinfra(*STATUS, DHCP_VERBATIM=verbatim)
    assert status.status == 0, status.output


def seen(pair: Pair) -> list[str]:
    """The servers on which the hook has left its trace."""
    look = "ls /var/log/dhcp-hook"
    return [name for name in ("dhcp1", "dhcp2") if pair.lab.run(name, look).split()]


@pytest.mark.everything
@pytest.mark.both_releases
def test_a_dhcpv6_server_runs_beside_it(pair: Pair) -> None:
    """From the unit of the page; the pair is healthy, and an apply changes nothing."""
    conf = "subnet6 2001:db8::/64 { range6 2001:db8::100 2001:db8::1ff; }"
    unit = quote(SIX.replace("eth0", "host0"))
    run = pair.lab.run
    run("dhcp1", f"echo {quote(conf)} > /etc/dhcp/dhcpd6.conf")
    run("dhcp1", f"printf %s {unit} > /etc/systemd/system/isc-dhcp-server6.service")
    run("dhcp1", "ip -6 addr add 2001:db8::2/64 dev host0 nodad")
    run("dhcp1", "systemctl daemon-reload && systemctl enable --now isc-dhcp-server6")
    assert run("dhcp1", "systemctl is-active isc-dhcp-server6").strip() == "active"
    assert pair.apply().changes == []
    status = pair.pyinfra(*STATUS)
    assert status.status == 0, status.output
