"""Other people's things, secrets, and a pair that an older version configured."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from drilling import by_hand, pair_of
from machines import PYINFRA, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from drills.conftest import Drill

OLD = "5f132c7"
"""The last commit before the files were staged, proven and kept apart."""
SECRETS = [base64.b64encode(f"secret number {it} of the drills".encode()).decode() for it in "123"]


def with_key(**changes: Any) -> dict[str, Any]:
    """A site with a control channel that one client may use."""
    omapi = {"key": "control", "clients": ["198.51.100.2"]}
    return pair_of(keys={"control": {}}, omapi=omapi, **changes)


def known(secret: str) -> dict[str, str]:
    """The environment that has the secret of that channel."""
    return {"DHCP_KEYS__CONTROL__SECRET": secret}


def holding(drill: Drill, secret: str) -> list[str]:
    """Where on the servers a secret is."""
    found = []
    for name in ("dhcp1", "dhcp2"):
        command = f"grep -rlF '{secret}' /etc /var/lib /run 2>/dev/null; true"
        found += [f"{name}:{it}" for it in drill.lab.run(name, command).split()]
    return found


def test_dhcpv6_of_the_old_script(fresh: Drill) -> None:
    """The apply refuses: nothing of it ends; with its own unit the way is free."""
    by_hand(fresh.lab, "dhcp1")
    setup = (
        "ip addr add 2001:db8::1/64 dev host0 nodad && "
        "printf 'subnet6 2001:db8::/64 { range6 2001:db8::100 2001:db8::1ff; }\\n'"
        " > /etc/dhcp/dhcpd6.conf && echo 'INTERFACESv6=\"host0\"' >> /etc/default/isc-dhcp-server"
        " && systemctl restart isc-dhcp-server && sleep 1 && pgrep -f '[d]hcpd -6'"
    )
    pid6 = fresh.lab.run("dhcp1", setup)
    mode = "stat -c '%a %U:%G' /var/lib/dhcp/dhcpd.leases"
    before = fresh.lab.run("dhcp1", mode)
    with fresh.people():
        refused = fresh.apply(pair_of(), status=1).output
        assert "DHCPv6" in refused
        assert fresh.lab.run("dhcp1", "pgrep -f '[d]hcpd -6'") == pid6
        own = (
            "sed -i '/INTERFACESv6/d' /etc/default/isc-dhcp-server && kill $(cat /run/dhcpd6.pid)"
            " && systemd-run -q --unit=dhcp6 dhcpd -6 -f -cf /etc/dhcp/dhcpd6.conf host0"
        )
        fresh.lab.run("dhcp1", own)
        fresh.apply(pair_of())
        assert fresh.lab.run("dhcp1", "systemctl is-active dhcp6").strip() == "active"
    assert before.startswith("644")
    for name in ("dhcp1", "dhcp2"):
        assert fresh.lab.run(name, mode).startswith("644"), name


def test_secrets_after_their_time(quick: Drill) -> None:
    """A rotated secret, and a removed one, are nowhere on the servers once the new is proven."""
    with quick.people():
        quick.apply(with_key(), environment=known(SECRETS[0]))
        assert holding(quick, SECRETS[0])
        quick.apply(with_key(), environment=known(SECRETS[1]))
        assert not holding(quick, SECRETS[0])
        assert holding(quick, SECRETS[1])
        quick.apply(pair_of())
        assert not holding(quick, SECRETS[1])


@pytest.mark.parametrize("firewall", [True, False], ids=["firewall", "no_firewall"])
def test_omapi_from_a_stranger(quick: Drill, firewall: bool) -> None:  # a table
    """Only the declared clients reach it, also where the site does without a firewall."""

    def reaches(*inside: str) -> bool:
        script = "exec 3<>/dev/tcp/198.51.100.1/7911"
        command = ["timeout", "3", "bash", "-c", script]
        ended = subprocess.run([*inside, *command], capture_output=True, check=False)
        return ended.returncode == 0

    with quick.people():
        quick.apply(with_key(firewall=firewall), environment=known(SECRETS[2]))
        assert not reaches(*quick.lab.inside())
        assert reaches(*quick.lab.enter("dhcp2"))
        assert reaches(*quick.lab.enter("dhcp1"))


def test_taken_over_from_an_old_version(fresh: Drill, tmp_path: Path) -> None:
    """What commit 5f132c7 configured becomes as declared today; what it left is gone."""
    found = subprocess.run(
        ["git", "cat-file", "-e", OLD], cwd=ROOT, check=False, capture_output=True
    )
    if found.returncode:
        pytest.skip(f"the history of this checkout has no commit {OLD}")
    checkout = tmp_path / "old"
    archive = subprocess.run(
        ["git", "archive", OLD], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout
    checkout.mkdir()
    subprocess.run(["tar", "-x", "-C", str(checkout)], input=archive, check=True)

    def old(secret: str) -> None:
        path = fresh.command(pair_of(keys={"control": {}}, omapi={"key": "control"}))[1]
        surroundings = fresh.pair.surroundings(**known(secret)) | {"cwd": checkout}
        surroundings["env"] |= {"PYTHONPATH": str(checkout / "deploys")}
        command = fresh.lab.inside(sys.executable, str(PYINFRA), "-y", path, "deploys/dhcp.py")
        run = subprocess.run(command, **surroundings, timeout=200, check=False)
        assert run.returncode == 0, run.stdout

    old(SECRETS[0])
    old(SECRETS[1])
    assert any(it.endswith(".previous") for it in holding(fresh, SECRETS[0]))
    with fresh.people():
        fresh.apply(with_key(), environment=known(SECRETS[1]))
    assert not holding(fresh, SECRETS[0])
    # What Debian or an administrator wrote stays where that version kept it.
    left = "find /etc -name '*.previous' -exec grep -l '^# Made by pyinfra' {} +"
    assert fresh.lab.run("dhcp1", left, check=False) == ""
    assert fresh.apply(with_key(), environment=known(SECRETS[1])).changes == []
    assert fresh.status(with_key()).status == 0
