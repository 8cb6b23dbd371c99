"""The programs about dhcpd, run by a real shell on files and programs of the test's own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import answers, commands
from dhcp_failover.engines.engine import Holder, Holding
from dhcp_failover.system.script import script, text
from programs import fake

HERE = commands.HERE


def run(program: str, *, path: Path | None = None, **settings: str) -> list[str]:
    """Run a program with sh, with fake programs first on its PATH; return what it prints."""
    before = f"{path}:" if path else ""
    environment = {**os.environ, "PATH": before + os.environ["PATH"], "LC_ALL": "C"}
    command = ["sh", "-c", script(HERE, program, **settings)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


# Sockets.

SOCKETS = """\
p_raw UNCONN 0      0      [35020]:host0 * users:(("systemd-network",pid=50,fd=18))
p_raw UNCONN 0      0            *:host0 * users:(("dhcpd",pid=557,fd=6))
p_raw UNCONN 0      0            *:eth0.5 * users:(("dhcpd",pid=557,fd=7),("dhcpd",pid=558,fd=7))
udp   UNCONN 0      0      0.0.0.0:67 0.0.0.0:* users:(("dhcpd",pid=557,fd=8))
udp   UNCONN 0      0      192.168.122.1%virbr0:67 0.0.0.0:* users:(("dnsmasq",pid=80,fd=3))
udp   UNCONN 0      0      0.0.0.0:6767 0.0.0.0:* users:(("other",pid=81,fd=3))
tcp   ESTAB  0      0      10.0.0.1:35491 10.0.0.2:520 users:(("dhcpd",pid=557,fd=9))
tcp   ESTAB  0      0      10.0.0.1:22 10.0.0.9:5201 users:(("sshd",pid=5,fd=9))
tcp   LISTEN 0      5      10.0.0.1:520 0.0.0.0:* users:(("dhcpd",pid=557,fd=5))
"""


def test_sockets_are_told_apart_by_process_device_and_protocol() -> None:
    """A name alone proves nothing, and LLDP is not DHCP."""
    command = ["awk", "-v", "main=557", text(HERE, "sockets.awk")]
    result = subprocess.run(command, input=SOCKETS, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == [
        "Hears=557 host0",
        "Hears=557 eth0.5",
        "Hears=558 eth0.5",
        "Port67=557 0.0.0.0",
        "Port67=80 192.168.122.1%virbr0",
        "Connection=10.0.0.1:35491 10.0.0.2:520",
    ]


# Leases.


def lease(address: str, mac: str, ends: str, state: str = "active") -> str:
    """A record of a lease file."""
    hardware = f"  hardware ethernet {mac};\n" if mac else ""
    return (
        f"lease {address} {{\n  starts 2 2026/11/24 04:54:32;\n  ends {ends};\n"
        f"  tstp 2 2026/11/24 13:54:32;\n  binding state {state};\n"
        f'  next binding state expired;\n{hardware}  client-hostname "lease 10.0.0.1 {{";\n}}\n'
    )


FUTURE, PAST = "4 2099/11/24 04:54:32", "4 2020/11/24 04:54:32"


def holders(root: Path, leases: str) -> dict[str, Holder]:
    """Who holds an address by this lease file."""
    file = root / "leases"
    file.write_text(leases)
    lines = run(
        "holders.sh",
        path=root,
        LEASES=str(file),
        AS="holders",
        HOLDERS_AWK=text(HERE, "holders.awk"),
    )
    return answers.holders(lines)


@pytest.mark.parametrize("ends", [FUTURE, "never", "epoch 4000000000; # Thu Oct  2 07:06:40 2096"])
def test_an_active_lease_that_is_not_over_has_a_holder(root: Path, ends: str) -> None:
    """In every form of a time (dhcpd.leases(5))."""
    assert holders(root, lease("10.0.0.1", "02:00:00:00:00:01", ends)) == {
        "10.0.0.1": Holder("02:00:00:00:00:01", current=True)
    }


@pytest.mark.parametrize("ends", [PAST, "epoch 1700000000; # past"])
def test_a_lease_that_is_over_is_listed_as_such_and_not_counted(root: Path, ends: str) -> None:
    """Its record stays active until dhcpd ends it."""
    leases = lease("10.0.0.1", "02:00:00:00:00:01", ends)
    assert holders(root, leases) == {"10.0.0.1": Holder("02:00:00:00:00:01", current=False)}
    found = holding(root, leases)
    assert found
    assert found.clients == 0


@pytest.mark.parametrize("state", ["free", "backup", "expired", "released", "abandoned", "reset"])
def test_the_last_record_of_an_address_counts(root: Path, state: str) -> None:
    """In either direction."""
    active = lease("10.0.0.1", "02:00:00:00:00:01", FUTURE)
    other = lease("10.0.0.1", "02:00:00:00:00:02", FUTURE, state)
    assert holders(root, active + other) == {}
    assert holders(root, other + active)["10.0.0.1"].hardware.endswith(":01")
    again = lease("10.0.0.1", "02:00:00:00:00:03", FUTURE)
    assert holders(root, active + again)["10.0.0.1"].hardware.endswith(":03")


def holding(root: Path, leases: str) -> Holding | None:
    """The clients of a lease file, counted."""
    file = root / "leases"
    file.write_text(leases)
    awk = text(HERE, "holders.awk")
    return answers.holding(
        run("holders.sh", path=root, LEASES=str(file), AS="holding", HOLDERS_AWK=awk)
    )


def test_servers_that_know_the_same_clients_have_the_same_digest(root: Path) -> None:
    """Whatever the order and the ends of their records."""
    one = lease("10.0.0.1", "02:00:00:00:00:01", FUTURE)
    two = lease("10.0.0.2", "02:00:00:00:00:02", "never")
    same = holding(root, one + two)
    assert same
    assert same.clients == 2
    assert same == holding(root, two + one.replace("2099", "2098"))
    assert same != holding(root, one + two.replace(":02;", ":03;"))


def test_a_lease_file_without_a_lease_holds_nobody(root: Path) -> None:
    """And no lease file is another answer."""
    empty = holding(root, "# nothing\n")
    assert empty
    assert empty.clients == 0
    lines = run("holders.sh", path=root, LEASES="/none", AS="holding", HOLDERS_AWK="")
    assert answers.holding(lines) is None


# Pools.


def test_abandoned_addresses_are_counted_beside_dhcpd_pools(root: Path) -> None:
    """Across the edge of a /24; the last record of an address counts."""
    fake(root, "dhcpd-pools", '"all","10.8.0.250","10.8.1.5","12","2","x","y"\n')
    leases = lease("10.8.0.249", "", PAST, "abandoned") + lease("10.8.1.5", "", PAST, "abandoned")
    leases += lease("10.8.0.251", "", PAST, "abandoned") + lease("10.8.0.251", "", PAST, "free")
    leases += lease("10.8.0.255", "", PAST, "free") + lease("10.8.0.255", "", PAST, "abandoned")
    file = root / "leases"
    file.write_text(leases)
    awk = text(HERE, "pools.awk")
    lines = run("pools.sh", path=root, LEASES=str(file), CONF=str(file), POOLS_AWK=awk)
    (pool,) = answers.pools(lines) or []
    assert (pool["size"], pool["active"], pool["abandoned"], pool["free"]) == (12, 2, 2, 8)


def test_pools_are_not_counted_without_the_program_or_a_lease_file(root: Path) -> None:
    """Then their use is unknown, which is not zero."""
    fake(root, "dhcpd-pools", "")
    assert run("pools.sh", path=root, LEASES="/none", CONF="/etc/passwd", POOLS_AWK="") == []


# Relationships.


def relations(root: Path, leases: str, log: str = "") -> list[str]:
    """Run the program behind a process that has just started."""
    fake(root, "journalctl", log)
    file = root / "leases"
    file.write_text(leases)
    before = 'pid=557 started=$(date +%s)\necho "Pid=$pid"\n'
    program = before + script(HERE, "relations.sh", LEASES=str(file))
    environment = {**os.environ, "PATH": f"{root}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["sh", "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout.splitlines()


def record(name: str, state: str) -> str:
    """A failover record of a lease file."""
    at = "at 2 2026/11/24 04:54:32;"
    return (
        f'failover peer "{name}" state {{\n  my state {state} {at}\n'
        f"  partner state normal {at}\n  mclt 3600;\n}}\n"
    )


def test_the_last_record_of_a_relationship_counts(root: Path) -> None:
    """Each relationship has its own."""
    leases = record("a", "recover") + record("b", "normal") + record("a", "partner-down")
    found = answers.relations(relations(root, leases))
    states = {name: relation["state"] for name, relation in found.items()}
    assert states == {"a": "partner-down", "b": "normal"}


def test_the_log_of_the_first_minute_is_above_the_record(root: Path) -> None:
    """And a host name in it is not."""
    log = (
        "1795611896.705251 dhcpd[557]: failover peer lab: I move from normal to startup\n"
        "1795611896.705252 dhcpd[557]: DHCPACK on 10.0.0.1 to 02:00:00:00:00:01"
        " (failover peer lab: I move from startup to normal) via host0\n"
        "                              failover peer lab: I move from startup to normal\n"
    )
    found = answers.relations(relations(root, record("lab", "normal"), log))
    assert found["lab"]["state"] == "startup"
