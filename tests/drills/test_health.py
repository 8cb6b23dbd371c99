"""Each item of ``docs/health.md`` is broken on real machines: status says it, apply does its part.

One pair for all of them, one after the other. The first server speaks German.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

import pytest
from clients import population
from dhcp_failover.engines.dhcpd.paths import LEASES
from dhcp_failover.lab.client import client
from dhcp_failover.lab.machines import Lab
from dhcp_failover.report.codes import CODES
from machines import APPLY, Pair

STATUS = ("-y", "inventories/lab.py", "deploys/status.py")
CONF, DEFAULTS = "/etc/dhcp/dhcpd.conf", "/etc/default/isc-dhcp-server"
UNIT = "isc-dhcp-server.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
DROP_IN = f"mkdir -p {UNIT_FILE}.d && printf '[Service]\\n%s\\n' {{}} > {UNIT_FILE}.d/x.conf"
NO_DROP_IN = f"rm -rf {UNIT_FILE}.d; systemctl daemon-reload"
RESTART = "systemctl restart isc-dhcp-server"
ALONE = "sed '/^failover/,/^}/d; /failover peer/d; /peer_port/d' " + CONF
"""The configuration as of a server without a partner."""
NOT_BY_HAND = "pkill -9 -f '^(/usr/sbin/)?dhcpd .*x.conf'; rm -f /etc/dhcp/x.conf /run/x.pid"
LISTENER = (
    "socket(S, PF_INET, SOCK_DGRAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);"
    ' setsockopt(S, SOL_SOCKET, 25, "{}") if "{}"; bind(S, sockaddr_in(67, INADDR_ANY)) or die;'
    " sleep 600"
)
"""Something on UDP port 67, of one device or of all."""
SECOND = {
    "network": "203.0.113.0/24",
    "pools": [
        {
            "failover": "lab",
            "routers": ["203.0.113.254"],
            "ranges": ["203.0.113.100-203.0.113.199"],
        }
    ],
}


def by_hand(starter: str = "") -> str:
    """A command that starts another daemon beside the unit's, with files of its own."""
    return (
        f"{ALONE} > /etc/dhcp/x.conf && : > /var/lib/dhcp/x.leases && {starter} dhcpd -4 -q"
        " -cf /etc/dhcp/x.conf -lf /var/lib/dhcp/x.leases -pf /run/x.pid host0"
    )


def listener(device: str) -> str:
    """A command that puts a program on UDP port 67 of a device, or of all."""
    program = quote(LISTENER.format(device, device))
    return f"systemd-run -q --unit=other perl -MSocket -e {program}; sleep 0.3"


def leases(first: int, last: int, state: str) -> str:
    """A command that adds records to a lease file."""
    record = (
        f"lease 198.51.100.%d {{\\n  starts 2 2026/11/24 04:54:32;\\n  ends never;\\n"
        f"  binding state {state};\\n  hardware ethernet 02:00:00:00:00:%02x;\\n}}\\n"
    )
    return (
        f"stat -c %s {LEASES} > /root/size;"
        f' for i in $(seq {first} {last}); do printf "{record}" $i $i >> {LEASES}; done'
    )


NO_LEASES = f"truncate -s $(cat /root/size) {LEASES}"


@dataclass(frozen=True)
class Item:
    """How an item is broken, on one server or on both, and how somebody undoes it."""

    code: str
    broken: str = ""
    undo: str = ""
    words: str = ""
    """In status."""
    applied: str = ""
    """What an apply that fails or warns says, if that is something else than ``words``."""
    fails: bool | None = None
    """Whether an apply fails; as the table says, if it is None."""
    both: bool = False
    server: str = "dhcp1"
    environment: dict[str, str] = field(default_factory=dict)


def directory(path: str) -> str:
    """A command that puts a directory in place of a file."""
    return f"mv {path} /root/kept && mkdir {path}"


ITEMS: dict[str, Item] = {
    # The daemon and its unit
    "a daemon that does not run": Item("not-running", f"systemctl stop {UNIT}"),
    "a daemon that systemd has restarted": Item(
        "restarted", "pkill -9 -F /run/dhcp-server/dhcpd.pid; sleep 9", f"{RESTART}; sleep 7"
    ),
    "a stopped process": Item(
        "process-stopped", "kill -STOP $(cat /run/dhcp-server/dhcpd.pid)", words="is stopped"
    ),
    "a package that was upgraded": Item(
        "program-replaced",
        "DEBIAN_FRONTEND=noninteractive apt-get -qq -y --reinstall install isc-dhcp-server",
    ),
    "a drop-in with another configuration": Item(
        "unit-changed",
        DROP_IN.format(
            quote(
                "ExecStart=\nExecStart=/usr/sbin/dhcpd -4 -q -cf /etc/dhcp/y.conf"
                " -pf /run/dhcp-server/dhcpd.pid $INTERFACESv4"
            )
        )
        + f"; sed 's/split 128/split 64/' {CONF} > /etc/dhcp/y.conf;"
        f" systemctl daemon-reload; {RESTART}; sleep 7",
        f"{NO_DROP_IN}; {RESTART}; rm -f /etc/dhcp/y.conf; sleep 7",
        words="is changed by",
    ),
    "a drop-in that systemd has not read": Item(
        "unit-changed",
        DROP_IN.format("Environment=INTERFACESv4=lo"),
        NO_DROP_IN,
        words="is changed by",
    ),
    "a process of a drop-in that is gone": Item(
        "not-loaded",
        DROP_IN.format(
            quote(
                "ExecStart=\nExecStart=/usr/sbin/dhcpd -4 -q -cf /etc/dhcp/y.conf"
                " -pf /run/dhcp-server/dhcpd.pid $INTERFACESv4"
            )
        )
        + f"; cp {CONF} /etc/dhcp/y.conf; systemctl daemon-reload; {RESTART}; {NO_DROP_IN};"
        " sleep 7",
        "rm -f /etc/dhcp/y.conf",
    ),
    "a masked unit": Item(
        "unit-masked",
        f"mv {UNIT_FILE} /root/kept && ln -s /dev/null {UNIT_FILE} && systemctl daemon-reload",
        f"mv -f /root/kept {UNIT_FILE} && systemctl daemon-reload",
        applied="is masked",
    ),
    "a disabled unit": Item("unit-not-enabled", "systemctl -q disable isc-dhcp-server"),
    "a unit file that systemd has not read": Item(
        "unit-not-reloaded", f"sleep 1.1; touch {UNIT_FILE}"
    ),
    # The files
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
    # The firewall
    "rules that were flushed": Item("firewall", "nft flush ruleset"),
    "a rule before ours": Item("firewall", "nft insert rule inet dhcp_failover input accept"),
    # Other servers
    "a second daemon of somebody's own unit": Item(
        "other-server",
        by_hand("systemd-run -q --unit=mine --service-type=forking -p PIDFile=/run/x.pid")
        + "; sleep 0.5",
        f"systemctl stop mine; {NOT_BY_HAND}",
        words="of mine.service",
        applied="another DHCP server runs on it",
    ),
    "a daemon that was started by hand": Item(
        "other-server",
        f"systemctl stop {UNIT}; dhcpd -4 -q -cf {CONF} -lf {LEASES} -pf /run/x.pid host0; sleep 7",
        f"pkill -9 -F /run/x.pid; rm /run/x.pid; systemctl start {UNIT}; sleep 7",
        applied="another DHCP server runs on it",
    ),
    "another program on the port": Item(
        "other-server",
        listener(""),
        "systemctl stop other",
        words="/usr/bin/perl of other.service",
        applied="another DHCP server runs on it",
    ),
    # Leases
    "a lease directory of another mode": Item(
        "storage-not-writable",
        "chmod 555 /var/lib/dhcp",
        "chmod 755 /var/lib/dhcp",
        words="mode 555",
        applied="its lease file cannot be written",
    ),
    "a lease directory that is read-only": Item(
        "storage-not-writable",
        "mount --bind /var/lib/dhcp /var/lib/dhcp && mount -o remount,bind,ro /var/lib/dhcp",
        "umount -l /var/lib/dhcp",
        words="read-only",
        applied="its lease file cannot be written",
    ),
    "a full disk": Item(
        "storage-full",
        "cp -a /var/lib/dhcp /root/dhcp && mount -t tmpfs -o size=200k,mode=755 x /var/lib/dhcp"
        " && cp -a /root/dhcp/. /var/lib/dhcp",
        "umount /var/lib/dhcp; rm -r /root/dhcp",
        applied="is full",
    ),
    "little space": Item(
        "storage-low",
        "cp -a /var/lib/dhcp /root/dhcp && mount -t tmpfs -o size=50m,mode=755 x /var/lib/dhcp"
        " && cp -a /root/dhcp/. /var/lib/dhcp",
        "umount /var/lib/dhcp; rm -r /root/dhcp",
        applied="MB are left",
    ),
    "leases that the partner does not know": Item(
        "leases-differ", leases(110, 121, "active"), NO_LEASES, fails=False
    ),
    "a pool that is used up": Item(
        "pool-full", leases(100, 199, "active"), NO_LEASES, both=True, fails=False
    ),
    "a pool that is nearly full": Item(
        "pool-nearly-full", leases(100, 190, "active"), NO_LEASES, both=True, fails=False
    ),
    "a pool that one server has": Item(
        "pool-one-sided", leases(100, 199, "backup"), NO_LEASES, both=True, fails=False
    ),
    # The relationship
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
    # Other machines
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
FINE: dict[str, tuple[str, str]] = {
    "more rights for hooks": (
        DROP_IN.format("ReadWritePaths=/srv") + "; systemctl daemon-reload",
        NO_DROP_IN,
    ),
    "a program called dhcpd": (
        "cp /bin/sleep /root/dhcpd && systemd-run -q --unit=named /root/dhcpd 600",
        "systemctl stop named; rm /root/dhcpd",
    ),
    "a daemon in a network of its own": (
        "systemd-run -q --unit=apart -p PrivateNetwork=yes perl -MSocket -e "
        + quote(LISTENER.format("", "")),
        "systemctl stop apart",
    ),
    "the DHCP server of a bridge for virtual machines": (
        f"ip link add virbr0 type bridge && ip addr add 192.168.122.1/24 dev virbr0 &&"
        f" ip link set virbr0 up && {listener('virbr0')}",
        "systemctl stop other; ip link del virbr0",
    ),
}


@dataclass
class Looked:
    """What a status said."""

    status: int
    output: str
    found: dict[str, Any]
    took: float

    @property
    def codes(self) -> set[str]:
        """Of all that is wrong."""
        return {it["code"] for it in self.found["trouble"]}


@dataclass
class Drilled:
    """A pair, and what a person does with it."""

    pair: Pair
    home: Path
    clean: bool = False
    """Whether nothing was wrong when the drill before ended."""

    def status(self, *arguments: str, **environment: str) -> Looked:
        """Run status, and read what it says to programs."""
        path, started = self.home / "status.json", time.monotonic()
        path.unlink(missing_ok=True)
        command = arguments or STATUS
        run = self.pair.pyinfra(*command, "--data", f"dhcp_status_json={path}", **environment)
        took = time.monotonic() - started
        assert path.exists(), run.output
        found = json.loads(path.read_text())
        failures = any(it["severity"] == "failure" for it in found["trouble"])
        assert run.status == int(failures), run.output
        table = run.output.partition("SERVER ")[2].partition("\n--> ")[0]
        assert all(len(line) <= 80 for line in table.splitlines()), table
        return Looked(run.status, run.output, found, took)

    def run(self, server: str, command: str) -> None:
        """Do something on a machine."""
        self.pair.lab.run(server, command)

    def settle(self, seconds: float = 40) -> Looked:
        """Wait until status finds nothing wrong; it may take a moment after an undo."""
        until = time.monotonic() + seconds
        while (looked := self.status()).found["trouble"]:
            assert time.monotonic() < until, looked.output
            time.sleep(1)
        self.clean = True
        return looked


def germanise(lab: Lab, name: str) -> None:
    """A server that was installed in German, if this computer knows how to make the locale."""
    if not Path("/usr/share/i18n/locales/de_DE").exists():
        return
    packed = ["tar", "-C", "/usr/share", "-c", "i18n/charmaps/UTF-8.gz", "i18n/locales"]
    with subprocess.Popen(packed, stdout=subprocess.PIPE) as tar:
        unpack = [*lab.enter(name), "tar", "-C", "/usr/share", "-x"]
        subprocess.run(unpack, stdin=tar.stdout, check=True)
    lab.run(name, "localedef -i de_DE -f UTF-8 de_DE.UTF-8 && rm -r /usr/share/i18n")
    lab.run(name, "printf 'LANG=de_DE.UTF-8\\nLANGUAGE=de\\n' > /etc/default/locale")
    said = lab.run(name, "LANG=de_DE.UTF-8 ls --help")
    assert "Aufruf" in said or "Verwendung" in said


@pytest.fixture(scope="module")
def begun(machines: Pair, tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    """Two machines on which nothing of ours was ever installed; the first is German."""
    machines.renew()
    germanise(machines.lab, "dhcp1")
    return Drilled(machines, tmp_path_factory.mktemp("health"))


@pytest.fixture
def drilled(begun: Drilled) -> Drilled:
    """A healthy pair, whatever a drill before left."""
    if begun.pair.lab.run("dhcp1", f"test -e {UNIT_FILE} || echo new", check=False):
        begun.pair.apply()
    if not begun.clean and begun.status().found["trouble"]:
        begun.pair.renew()
        germanise(begun.pair.lab, "dhcp1")
        begun.pair.apply()
        begun.settle()
    begun.clean = False
    return begun


def test_before_the_first_apply(begun: Drilled) -> None:
    """One server has nothing; the other the package's own script, and IPv6 in it."""
    pair = begun.pair
    pair.lab.run(
        "dhcp1",
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -y install isc-dhcp-server;"
        " ip -6 addr add fd00::1/64 dev host0 nodad;"
        f' printf \'INTERFACESv4=""\\nINTERFACESv6="host0"\\nOPTIONS="-x"\\n\' > {DEFAULTS};'
        " printf 'subnet6 fd00::/64 { range6 fd00::100 fd00::200; }\\n' > /etc/dhcp/dhcpd6.conf;"
        " : > /var/lib/dhcp/dhcpd6.leases; systemctl restart isc-dhcp-server; true",
        check=False,
    )
    looked = begun.status()
    by_server = {(it["server"], it["code"]) for it in looked.found["trouble"]}
    assert by_server == {
        ("dhcp1", "never-applied"),
        ("dhcp1", "old-script-dhcpv6"),
        ("dhcp1", "old-script-use"),
        ("dhcp2", "not-installed"),
    }, looked.output
    run = pair.pyinfra(*APPLY)
    assert run.status == 1
    assert "its old start script also runs a DHCPv6 server (host0), which would end" in run.output
    assert "Starting operation" not in run.output
    pair.lab.run("dhcp1", f"sed -i 's/^INTERFACESv6=.*/INTERFACESv6=\"\"/' {DEFAULTS}")
    pair.lab.run("dhcp1", "pkill -f '[d]hcpd -6'; ip -6 addr flush dev host0 scope global; true")
    assert "its old start script is set up with -x" in pair.apply().output
    begun.settle()


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_what_is_wrong(drilled: Drilled, item: Item) -> None:
    """Status says it with its code, and apply mends it, fails or warns; then all is well again."""
    servers = ("dhcp1", "dhcp2") if item.both else (item.server,)
    try:
        for server in servers if item.broken else ():
            drilled.run(server, item.broken)
        looked = drilled.status(**item.environment)
        assert item.code in looked.codes, looked.output
        (text, *_) = (it["text"] for it in looked.found["trouble"] if it["code"] == item.code)
        assert item.words in text
        assert text[:60] in " ".join(looked.output.split())
        run = drilled.pair.pyinfra(*APPLY, **item.environment)
        apply = CODES[item.code].apply
        fails = apply == "fails" if item.fails is None else item.fails
        if item.code == "alone":  # mended with what it comes from
            fails = False
        assert run.status == int(fails), run.output
        if item.applied:
            assert re.search(item.applied, run.output), run.output
        elif item.fails is None and apply != "mends" and item.code != "alone":
            assert text[:30] in " ".join(run.output.split()), run.output
        if item.environment and not fails:
            after = drilled.status(**item.environment)
            assert item.code not in after.codes, after.output
    finally:
        for server in servers if item.undo else ():
            drilled.pair.lab.run(server, item.undo, check=False)
    if item.environment or item.code == "partner-replaced":
        drilled.pair.apply()
    drilled.settle()


@pytest.mark.parametrize(("made", "undo"), FINE.values(), ids=FINE)
def test_what_is_well(drilled: Drilled, made: str, undo: str) -> None:
    """Status finds nothing, and apply changes nothing."""
    try:
        drilled.run("dhcp1", made)
        looked = drilled.status()
        assert looked.found["trouble"] == [], looked.output
        assert drilled.pair.apply().changes == []
    finally:
        drilled.pair.lab.run("dhcp1", undo, check=False)
    drilled.settle()


# What takes more than a command to break.


def test_a_process_that_hangs(drilled: Drilled) -> None:
    """It is in state D for longer than a second: here its control group is frozen."""
    freezer = Path("/sys/fs/cgroup/freezer")
    if not (freezer / "tasks").exists():
        pytest.skip("this computer has no freezer of control groups, version 1")
    group = freezer / f"{drilled.pair.lab.name}-hung"
    inside = drilled.pair.lab.run("dhcp1", "cat /run/dhcp-server/dhcpd.pid").strip()
    outside = next(
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/status")
        if re.search(rf"^Name:\tdhcpd\n(.*\n)*NSpid:.*\t{inside}$", read(path), re.MULTILINE)
        and drilled.pair.lab.name in read(path.with_name("cgroup"))
    )
    group.mkdir(exist_ok=True)
    try:
        (group / "tasks").write_text(outside)
        (group / "freezer.state").write_text("FROZEN")
        looked = drilled.status()
        assert "process-hung" in looked.codes
        assert drilled.pair.pyinfra(*APPLY).status == 1
    finally:
        (group / "freezer.state").write_text("THAWED")
        (freezer / "tasks").write_text(outside)
        group.rmdir()
    drilled.settle()


def read(path: Path) -> str:
    """A file of a process that may be gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def test_what_a_daemon_complains_of(drilled: Drilled) -> None:
    """Its partner has other pools: both call themselves normal, and the log says it.

    Nobody has a lease before: a server forgets those that are in none of its pools.
    """
    narrower = f"sed -i 's/range 198.51.100.100/range 198.51.100.199/' {CONF} && {RESTART}"
    drilled.run("dhcp2", narrower)
    drilled.pair.until_normal()
    until = time.monotonic() + 40
    number = 20
    while "complaint" not in (looked := drilled.status()).codes:
        assert time.monotonic() < until, looked.output
        number += 1
        with client(drilled.pair.lab, number) as one:
            one.lease(timeout=5)
    assert drilled.pair.pyinfra(*APPLY).status == 0
    drilled.settle()


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
        run = drilled.pair.pyinfra(*APPLY)
        assert (run.status, words in run.output) == (status, True), run.output
    drilled.settle()


def test_one_machine_is_a_copy_of_the_other(drilled: Drilled) -> None:
    """Both have one machine-id."""
    copied = drilled.pair.lab.run("dhcp1", "cat /etc/machine-id").strip()
    drilled.run("dhcp2", f"cp /etc/machine-id /root/kept; echo {copied} > /etc/machine-id")
    try:
        assert "same-machine" in drilled.status().codes
        run = drilled.pair.pyinfra(*APPLY)
        assert run.status == 1
        assert "the same machine-id as" in run.output
    finally:
        drilled.run("dhcp2", "mv /root/kept /etc/machine-id")
    drilled.settle()


def subnets(*its: dict[str, Any]) -> dict[str, str]:
    """Other networks for the lab's site."""
    return {"DHCP_SUBNETS": json.dumps(list(its))}


def test_a_range_of_one_address_that_a_client_has(drilled: Drilled) -> None:
    """The next client gets none: a warning, and no failure."""
    pool = {"failover": "lab", "ranges": ["198.51.100.100"]}
    data = subnets({"network": "198.51.100.0/24", "pools": [pool]})
    drilled.pair.apply(**data)
    with client(drilled.pair.lab, 3) as one, client(drilled.pair.lab, 4) as two:
        assert one.lease()
        assert two.lease(timeout=4) is None
    looked = drilled.status(**data)
    assert (looked.status, looked.codes) == (0, {"pool-full"})
    assert drilled.pair.apply(**data).changes == []
    drilled.pair.apply()
    drilled.settle()


def test_no_host_name_of_a_client_is_believed(drilled: Drilled) -> None:
    """A client calls itself what it likes, and dhcpd logs it; status and apply stay as they are."""
    names = [
        "IMBALANCED",
        "IMBALANCED pool 7f 1 2",
        "failover peer lab: I move from normal to recover",
        "failover peer lab: I move from normal to potential-conflict",
        r"\nbind update on 198.51.100.100 from lab rejected: unknown IP address",
        "Failover CONNECT to lab rejected: Connection rejected, time mismatch too great.",
        "Lease conflict at 198.51.100.100",
    ]
    for number, name in enumerate(names, 1):
        with client(drilled.pair.lab, number) as someone:
            assert someone.lease(settings=f'send host-name "{name}";')
    looked = drilled.settle()
    assert all(not it["complaints"] for it in looked.found["servers"].values())
    assert drilled.pair.apply().changes == []
    drilled.settle()


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


def test_a_partner_that_is_not_declared(drilled: Drilled) -> None:
    """The data names another address than the running daemon talks to."""
    data = {"DHCP_FAILOVER__LAB__SECONDARY__ADDRESS": "198.51.100.22"}
    assert "undeclared-partner" in drilled.status(**data).codes
    drilled.settle()


# Interfaces.


def test_interfaces(drilled: Drilled) -> None:
    """A second network has an interface of its own on each server, and `interfaces` is not given.

    It is served; then it loses its address, has none when the daemon starts, and is made anew.
    """
    pair, lab = drilled.pair, drilled.pair.lab
    lab.add_network("more", "203.0.113.254/24")
    for number, name in enumerate(("dhcp1", "dhcp2"), 1):
        lab.plug(name, "more", f"203.0.113.{number}/24")
    first = {
        "network": "198.51.100.0/24",
        "pools": [{"failover": "lab", "ranges": ["198.51.100.100-198.51.100.199"]}],
    }
    both = subnets(first, SECOND)
    flush, again = "ip addr flush dev more", "ip addr add 203.0.113.1/24 dev more"
    try:
        pair.apply(**both)
        looked = drilled.status(**both)
        assert looked.found["trouble"] == [], looked.output
        assert looked.found["servers"]["dhcp1"]["interfaces"] == ["host0", "more"]
        with population(lab, bridge="more", rate=2.0) as seen:
            time.sleep(3)
        assert seen.held
        assert not seen.never_answered

        lab.run("dhcp1", flush)
        looked = drilled.status(**both)
        assert looked.codes == {"interface-missing"}, looked.output
        run = pair.pyinfra(*APPLY, **both)
        assert (run.status, "its interface more has no IPv4 address" in run.output) == (1, True)
        lab.run("dhcp1", again)
        assert drilled.status(**both).found["trouble"] == []

        lab.run("dhcp1", f"{flush}; {RESTART}; {again}")
        pair.until_normal()
        looked = drilled.status(**both)
        assert looked.codes == {"interface-unheard"}, looked.output
        assert "does not hear clients on more" in looked.output
        pair.apply(**both)
        assert drilled.status(**both).found["trouble"] == []

        lab.unplug("dhcp1", "more")
        looked = drilled.status(**both)
        assert looked.codes == {"interface-missing"}, looked.output
        lab.plug("dhcp1", "more", "203.0.113.1/24")
        time.sleep(1)
        looked = drilled.status(**both)
        assert looked.codes == {"interface-unheard"}, looked.output
        pair.apply(**both)
        assert drilled.status(**both).found["trouble"] == []

        # The only pools are there, and the failover addresses on a link between the servers.
        alone = subnets({"network": "198.51.100.0/24"}, SECOND)
        pair.apply(**alone)
        looked = drilled.status(**alone)
        assert looked.found["trouble"] == [], looked.output
        assert looked.found["servers"]["dhcp1"]["interfaces"] == ["more"]
        with population(lab, bridge="more", rate=2.0) as seen:
            time.sleep(3)
        assert seen.held
        assert not seen.never_answered
    finally:
        pair.pyinfra(*APPLY)
        for name in ("dhcp1", "dhcp2"):
            lab.unplug(name, "more")
    drilled.settle()


# Servers that do not answer.

BOUND = 32
"""Seconds that status takes at most; two of them are pyinfra's own start."""


def test_an_ordinary_user_without_sudo(drilled: Drilled) -> None:
    """A sentence, whatever was applied to the server before."""
    as_admin = ("--ssh-user", "admin")
    looked = drilled.status(*STATUS, *as_admin)
    assert looked.codes == {"unreadable"}
    sentence = "commands run as an ordinary user there"
    assert f"{sentence}: add --sudo" in " ".join(looked.output.split())
    run = drilled.pair.pyinfra(*APPLY, *as_admin)
    assert run.status == 1
    assert f"{sentence}; root is needed: add --sudo" in run.output
    with_sudo = drilled.status(*STATUS, *as_admin, "--sudo")
    assert with_sudo.found["trouble"] == [], with_sudo.output
    drilled.settle()


def test_a_machine_without_a_cable(drilled: Drilled) -> None:
    """It cannot be reached; the other one is looked at all the same."""
    drilled.pair.lab.disconnect("dhcp2")
    try:
        looked = drilled.status()
    finally:
        drilled.pair.lab.connect("dhcp2")
    assert "unreachable" in looked.codes
    assert looked.took < BOUND
    drilled.settle(90)


def test_a_frozen_machine(drilled: Drilled) -> None:
    """Its kernel takes connections, and nothing answers: status ends all the same."""
    drilled.pair.lab.freeze("dhcp2")
    try:
        looked = drilled.status()
    finally:
        drilled.pair.lab.thaw("dhcp2")
    assert "unreachable" in looked.codes
    assert looked.took < BOUND
    drilled.settle(90)


@pytest.mark.parametrize("program", ["sha256sum", "dhcpd-pools", "gzip"])
def test_a_command_that_hangs(drilled: Drilled, program: str) -> None:
    """As a checksum does on a dead disk: what is known is said, and status ends."""
    if program == "gzip":  # it is asked where the file differs
        drilled.run("dhcp2", f"echo '# mine' >> {CONF}")
    with drilled.pair.replaced_program("dhcp2", f"/usr/local/bin/{program}", "sleep 1000"):
        looked = drilled.status()
    assert looked.took < BOUND
    assert looked.status == int(program != "dhcpd-pools")
    assert program != "sha256sum" or "it did not answer for 15 seconds" in looked.output
    drilled.run("dhcp2", "pkill -f '^sleep 1000' || true")
    drilled.pair.apply()
    drilled.settle()


def test_a_daemon_without_its_relationship_and_leases(drilled: Drilled) -> None:
    """Somebody made it a server of its own: two give out one range. Its way back takes the mclt.

    It may not restart while it serves alone, so it is stopped, as the apply says; then it is
    silent until a time that is printed, an apply warns, and nothing is to be done. This is the
    last drill, because that lasts an hour.
    """
    drilled.run("dhcp2", f"systemctl stop {UNIT}; {ALONE} > /root/alone; cp /root/alone {CONF}")
    drilled.run("dhcp2", f"systemctl start {UNIT}; sleep 1")
    looked = drilled.status()
    assert {"no-relationship", "range-twice", "not-yet-applied"} <= looked.codes, looked.output
    assert drilled.pair.pyinfra(*APPLY, "--limit", "dhcp1").status == 1
    refused = drilled.pair.pyinfra(*APPLY)
    assert refused.status == 1
    assert "if both serve by themselves today, stop DHCP on one of them" in refused.output
    drilled.run("dhcp2", f"systemctl stop {UNIT}")
    assert "nothing is to be done" in drilled.pair.apply().output
    looked = drilled.status()
    assert "recover-wait" in looked.codes, looked.output
    assert "Nothing is to be done: it is silent until" in looked.output
