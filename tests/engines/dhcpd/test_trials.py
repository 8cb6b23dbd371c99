"""How a server tries a staged configuration, with a dhcpd that only says what the test wants."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import trials
from dhcp_failover.system.script import script, text

PACKAGE = "dhcp_failover.engines.dhcpd"
BANNER = """\
Internet Systems Consortium DHCP Server 4.4.3-P1
Copyright 2004-2022 Internet Systems Consortium.
All rights reserved.
For info, please visit https://www.isc.org/software/dhcp/
"""
BEGINNING = f"""\
{BANNER}Config file: /etc/dhcp/dhcpd.conf
Database file: /var/lib/dhcp/dhcpd.leases
PID file: /var/run/dhcpd.pid
Wrote 0 leases to leases file.
"""
SERVING = """\
Listening on LPF/eth0/02:00:5e:00:53:01/192.0.2.0/24
Sending on   LPF/eth0/02:00:5e:00:53:01/192.0.2.0/24
Sending on   Socket/fallback/fallback-net
failover peer lab: I move from recover to startup
Server starting service.
"""
END = """
If you think you have received this message due to a bug rather
than a configuration issue please read the section on submitting
bugs on either our web page at www.isc.org or in the README file
before submitting a bug.  These pages explain the proper
process and the information we find helpful for debugging.

exiting.
"""


def ignoring(interface: str, addresses: str) -> str:
    """What dhcpd logs of an interface on which it does not serve."""
    return f"""
No subnet declaration for {interface} ({addresses}).
** Ignoring requests on {interface}.  If this is not what
   you want, please write a subnet declaration
   in your dhcpd.conf file for the network segment
   to which interface {interface} is attached. **

"""


def reasons(log: str) -> list[str]:
    """Why a daemon with this log does not serve; empty if it does."""
    command = ["awk", text(PACKAGE, "reasons.awk")]
    result = subprocess.run(command, input=log, capture_output=True, text=True, check=False)
    lines = result.stdout.splitlines()
    assert result.returncode in (0, 1)
    assert bool(lines) == bool(result.returncode)
    return lines


def test_a_daemon_that_serves_everywhere_has_no_reasons() -> None:
    """Its banner and its usual lines are none."""
    assert reasons(BEGINNING + SERVING) == []


def test_an_interface_without_a_declared_network() -> None:
    """Alone, which ends the daemon, or beside others."""
    remedy = (
        "Declare the network that eth1 is in, without pools if nobody is served there; or name"
        " under 'interfaces' where this server serves clients."
    )
    reason = "No subnet declaration for eth1 (10.9.0.1)."
    ignored = ignoring("eth1", "10.9.0.1")
    assert reasons(BEGINNING + ignored + SERVING) == [reason, remedy]
    alone = ignored + "\nNot configured to listen on any interfaces!\n" + END
    assert reasons(BEGINNING + alone) == [
        reason,
        remedy,
        "Not configured to listen on any interfaces!",
    ]


def test_an_interface_without_an_address() -> None:
    """dhcpd asks for a subnet declaration, which would not help."""
    assert reasons(BEGINNING + ignoring("eth2", "no IPv4 addresses") + SERVING) == [
        "eth2 has no IPv4 address. Give it one, or name under 'interfaces' where this server"
        " serves clients."
    ]


def test_two_networks_on_one_wire() -> None:
    """With the way to declare them."""
    log = BEGINNING + "Interface eth0 matches multiple shared networks\n" + END
    assert reasons(log) == [
        "Interface eth0 matches multiple shared networks",
        "Addresses of eth0 are in two declared networks: declare these as subnets of one network"
        " under 'shared_networks'.",
    ]


def test_a_failover_address_that_the_server_does_not_have() -> None:
    """The daemon starts, and its partner never reaches it."""
    assert reasons(BEGINNING + "failover peer lab: address not available\n" + SERVING) == [
        "failover peer lab: address not available",
        "No interface of this server has the address that the relationship declares for it.",
    ]


def test_a_reason_that_is_not_known_is_shown_as_it_is() -> None:
    """Without what dhcpd always writes around it."""
    log = BANNER + "/etc/dhcp/dhcpd.conf line 1: Expecting netmask\nsubnet 1.2.3.4 no\n ^\n" + END
    lines = ["/etc/dhcp/dhcpd.conf line 1: Expecting netmask", "subnet 1.2.3.4 no", " ^"]
    assert reasons(log) == lines


def test_a_line_of_the_secrets_is_not_shown() -> None:
    """dhcpd quotes the line that it does not understand."""
    complaint = '/etc/dhcp/.dhcpd.keys.new line 2: expected ;\n secret "c2VjcmV0"\n  ^\nExiting\n'
    assert reasons(BANNER + complaint + END) == [
        "/etc/dhcp/.dhcpd.keys.new line 2: expected ;",
        "Exiting",
    ]


class Server:
    """A directory that stands for ``/etc/dhcp``, and a dhcpd for it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.etc = home / "etc"
        self.etc.mkdir()
        self.staged = self.etc / ".dhcpd.conf.new"
        self.staged.write_text(f'include "{self.etc}/dhcpd.keys";\nsubnet\n')

    def dhcpd(self, program: str) -> None:
        """Have dhcpd do this; ``$4`` is the file that it is to read."""
        path = self.home / "dhcpd"
        path.write_text(f"#!/bin/sh\n{program}\n")
        path.chmod(0o755)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Check what is staged."""
        program = script(
            PACKAGE,
            "check.sh",
            CONF=str(self.etc / "dhcpd.conf"),
            KEYS=str(self.etc / "dhcpd.keys"),
            STAGED_CONF=str(self.staged),
            STAGED_KEYS=str(self.etc / ".dhcpd.keys.new"),
            REASONS=text(PACKAGE, "reasons.awk"),
        )
        environment = {**os.environ, "PATH": f"{self.home}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", "-c", program], env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server with a staged configuration."""
    return Server(tmp_path)


def test_dhcpd_checks_a_private_copy_that_is_removed(server: Server) -> None:
    """It is beside the live file, where AppArmor lets dhcpd read, and for root alone."""
    server.dhcpd('[ "$3" = -cf ] && [ "$(stat -c %a "$4")" = 600 ] && echo "$4" > "${0%/*}/seen"')
    result = server.check()
    assert (result.returncode, result.stderr) == (0, "")
    seen = Path((server.home / "seen").read_text().strip())
    assert (seen.parent, seen.suffix, seen.name[0]) == (server.etc, ".try", ".")
    assert list(server.etc.iterdir()) == [server.staged]


def test_staged_secrets_are_checked_with_a_staged_configuration(server: Server) -> None:
    """New secrets are not live yet when a configuration that needs them is checked."""
    server.dhcpd('grep include "$4" >> "${0%/*}/seen"')
    assert server.check().returncode == 0
    (server.etc / ".dhcpd.keys.new").write_text("")
    assert server.check().returncode == 0
    assert (server.home / "seen").read_text().splitlines() == [
        f'include "{server.etc}/dhcpd.keys";',
        f'include "{server.etc}/.dhcpd.keys.new";',
    ]


def test_a_complaint_names_the_staged_file(server: Server) -> None:
    """The copy is gone by then."""
    server.dhcpd(f"cat <<EOF >&2\n{BANNER}$4 line 2: Expecting netmask\n{END}\nEOF\nexit 1")
    result = server.check()
    assert result.returncode == 1
    assert result.stderr.splitlines() == [f"{server.staged} line 2: Expecting netmask"]
    assert list(server.etc.iterdir()) == [server.staged]


def test_the_copy_is_removed_when_the_check_is_ended(server: Server) -> None:
    """By a signal, while dhcpd reads."""
    server.dhcpd('kill "$PPID"; sleep 0.2; exit 0')
    assert server.check().returncode == 1
    assert list(server.etc.iterdir()) == [server.staged]


def test_a_command_does_not_end_the_program_around_it() -> None:
    """Its traps and exits are its own."""
    program = f"set -- ; {trials.trial(['no-such-interface'])} || echo went on: $?"
    result = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=False)
    assert result.stdout == "went on: 1\n"
    assert result.stderr == (
        "This server has no interface no-such-interface. Name under 'interfaces' where it serves"
        " clients.\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes namespaces")
def test_a_trial_changes_nothing_where_the_directory_is_a_link(tmp_path: Path) -> None:
    """A copy of the link alone would lead to the live files."""
    real, etc, data = tmp_path / "real", tmp_path / "etc", tmp_path / "data"
    real.mkdir()
    data.mkdir()
    etc.symlink_to(real)
    files = {"dhcpd.conf": "live", ".dhcpd.conf.new": "staged", "dhcpd.keys": "secret"}
    for name, content in files.items():
        (real / name).write_text(content)
    dhcpd = tmp_path / "dhcpd"
    dhcpd.write_text('#!/bin/sh\ncat "$CONF"\necho\necho Server starting service.\n')
    dhcpd.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "CONF": str(etc / "dhcpd.conf"),
        "KEYS": str(etc / "dhcpd.keys"),
        "STAGED_CONF": str(etc / ".dhcpd.conf.new"),
        "STAGED_KEYS": str(etc / ".dhcpd.keys.new"),
        "LEASES": str(data / "dhcpd.leases"),
        "INTERFACES": "",
        "ADDRESSES": "",
    }
    command = ["unshare", "--net", "--mount", "sh", "-c", text(PACKAGE, "trial_inside.sh")]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout == "staged\nServer starting service.\n", result
    assert {it.name: it.read_text() for it in real.iterdir()} == files
