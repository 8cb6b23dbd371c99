"""Secrets: on the servers in one file for root alone, and nowhere else."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from machines import APPLY, NORMAL
from shared import CONVERGED

if TYPE_CHECKING:
    from machines import Pair

SECRET = base64.b64encode(b"known to two programs alone").decode()
OTHER = base64.b64encode(b"and after that, to nobody....").decode()


def declared(secret: str) -> dict[str, str]:
    """The environment of a site with a control channel."""
    return {"DHCP_KEYS__CONTROL__SECRET": secret, "DHCP_OMAPI__KEY": "control"}


def test_a_key_reaches_the_servers_and_is_shown_nowhere(pair: Pair) -> None:
    """Not in what the run prints, with ``--diff`` and all its commands, nor in other files."""
    run = pair.apply("--diff", "-vvv", **declared(SECRET))
    assert "[dhcp1] Will modify /etc/dhcp/dhcpd.keys" in run.output
    assert SECRET not in run.output
    assert pair.states() == NORMAL
    for name in NORMAL:
        found = pair.lab.run(name, f"grep -rlF '{SECRET}' /etc /run /tmp /var 2>/dev/null; true")
        assert found.split() == ["/etc/dhcp/dhcpd.keys"]
        stat = pair.lab.run(name, "stat -c '%a %U' /etc/dhcp/dhcpd.keys")
        assert stat.strip() == "600 root"
        assert SECRET not in pair.lab.run(name, "journalctl -q -o cat; ps axww")
    assert pair.apply(**declared(SECRET)).changes == []


def test_a_new_key_shows_that_it_is_new_and_not_what_it_is(pair: Pair) -> None:
    """A dry run too."""
    pair.apply(**declared(SECRET))
    output = pair.dry(**declared(OTHER)).output
    assert "[dhcp1] Will modify /etc/dhcp/dhcpd.keys" in output
    assert "Will restart dhcpd" in output
    assert SECRET not in output
    assert OTHER not in output


def test_a_dry_run_and_status_need_no_secret(pair: Pair) -> None:
    """A secret that is not there cannot be compared, and that is said; apply needs it."""
    unknown = {"DHCP_KEYS": '{"control": {}}', "DHCP_OMAPI__KEY": "control"}
    pair.apply(**declared(SECRET))
    assert pair.plan(**unknown) == {step: ([], []) for step in CONVERGED}
    status = pair.pyinfra("-y", "inventories/lab.py", "deploys/status.py", **unknown)
    assert status.status == 0, status.output
    assert "lab: normal on both, as declared, secrets not compared" in status.output
    run = pair.pyinfra(*APPLY, **unknown)
    assert run.status == 1
    assert "keys.control.secret" in run.output


def test_the_secret_of_before_is_gone_when_the_new_one_is_proven(pair: Pair) -> None:
    """From the whole disk."""
    pair.apply(**declared(SECRET))
    pair.apply(**declared(OTHER))
    for name in NORMAL:
        found = pair.lab.run(name, f"grep -rlF '{SECRET}' /etc /run /tmp /var 2>/dev/null; true")
        assert found == ""


def test_the_control_channel_takes_commands_from_who_has_the_key(pair: Pair) -> None:
    """omshell, with the secret on its standard input."""
    pair.apply(**declared(SECRET))

    def asked(secret: str) -> str:
        lines = ("server 127.0.0.1", "port 7911", "key-algorithm hmac-sha256")
        more = (
            f"key control {secret}",
            "connect",
            "new failover-state",
            'set name = "lab"',
            "open",
        )
        script = "\\n".join((*lines, *more))
        return pair.lab.run("dhcp1", f"printf '{script}\\n' | timeout 10 omshell", check=False)

    assert "local-state = 00:00:00:02" in asked(SECRET)
    assert "local-state" not in asked(OTHER)


def test_a_secret_from_a_file_is_as_good(pair: Pair, tmp_path: Path) -> None:
    """The secrets directory; a wrong secret is refused without being shown."""
    (tmp_path / "dhcp_keys__control__secret").write_text(SECRET)
    secrets = {"DHCP_SECRETS_DIR": str(tmp_path), "DHCP_OMAPI__KEY": "control"}
    pair.apply(**secrets)
    assert pair.apply(**declared(SECRET)).changes == []
    run = pair.pyinfra(*APPLY, **declared(SECRET[:-2]))
    assert run.status == 1
    assert "keys.control.secret = '********': " in run.output
    assert SECRET[:-2] not in run.output
