"""The look at a server, run by a real shell on processes, rules and files of the test's own."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dhcp_failover.engines.dhcpd import answers, commands, paths
from dhcp_failover.engines.engine import EngineLook
from dhcp_failover.system.script import script, text

HERE = commands.HERE

NFT = """\
#!/bin/sh
# Keeps the rules of the machine in "kernel", and those of an isolated network in "inside".
cd "$(dirname "$0")" || exit 1
rules=${INSIDE:-kernel}
case $1 in
  -f) grep -q broken "$2" && exit 1; cat "$2" > "$rules" ;;
  list) [ -s "$rules" ] && cat "$rules" ;;
esac
"""
STAT = """\
#!/bin/sh
[ "$3" != '%04a %u %g' ] || { [ -d "$4" ] && echo "$DIRECTORY" || echo "$LEASES_MODE"; exit; }
[ "$1" != -f ] || [ -z "$SPACE" ] || { echo "$SPACE"; exit; }
exec /usr/bin/stat "$@"
"""


class Server:
    """A directory that stands for a server, and programs that stand for its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.bin = home, home / "bin"
        self.bin.mkdir()
        self.environment = {"DIRECTORY": "0755 0 0", "LEASES_MODE": "0644 0 0", "SPACE": ""}
        for name in ("journalctl", "ss", "dpkg-query", "apt-get", "apt-cache"):
            self.program(name, "#!/bin/sh\n")
        self.program("id", "#!/bin/sh\necho 0\n")
        self.program("nft", NFT)
        self.program("stat", STAT)
        self.program("unshare", '#!/bin/sh\nshift\nINSIDE=inside exec "$@"\n')
        self.unit(0)
        (home / "lib").mkdir()
        self.conf, self.rules = home / "dhcpd.conf", home / "failover.nft"
        self.leases = home / "lib/dhcpd.leases"
        self.leases.write_text("")

    def program(self, name: str, content: str) -> None:
        """Put a program first on the PATH."""
        (self.bin / name).write_text(content)
        (self.bin / name).chmod(0o755)

    def unit(self, pid: int, *properties: str) -> None:
        """What systemd shows of the unit."""
        lines = "\n".join([f"MainPID={pid}", *properties])
        self.program("systemctl", f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n")

    def look(self) -> EngineLook:
        """Run the look."""
        here = {
            "LOADED": self.home / "loaded",
            "RULES": self.rules,
            "FILES": f"{self.conf} {self.rules}",
            "CHECKED": f"{self.home}/.*.try",
            "MADE": commands.MADE,
            "CONF": self.conf,
            "LEASES": self.leases,
            "DEFAULTS": self.home / "defaults",
            "UNIT_FILE": self.home / "unit",
            "INIT_SCRIPT": self.home / "init",
            "PID_FILE": self.home / "pid",
        }
        program = (
            script(HERE, "process.sh", UNIT=paths.UNIT, PID_FILE=str(here["PID_FILE"]))
            + script(HERE, "relations.sh", LEASES=str(self.leases))
            + script(
                HERE,
                "look.sh",
                TABLE="inet dhcp_failover",
                PACKAGE="p",
                PACKAGES="p",
                SOCKETS_AWK=text(HERE, "sockets.awk"),
                COMPLAINTS_AWK=text(HERE, "complaints.awk"),
                **{key: str(value) for key, value in here.items()},
            )
        )
        environment = {**os.environ, **self.environment, "LC_ALL": "C"}
        environment["PATH"] = f"{self.bin}:{os.environ['PATH']}"
        result = subprocess.run(
            ["sh", "-c", program], env=environment, capture_output=True, text=True, timeout=20
        )
        return answers.look(result.stdout.splitlines())


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server on which nothing runs."""
    return Server(tmp_path)


@pytest.fixture
def daemon(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose program is called dhcpd, which the unit started."""
    program = server.home / "dhcpd"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([str(program), "60"]) as process:
        server.unit(process.pid)
        yield process
        process.send_signal(signal.SIGCONT)
        process.kill()


def test_the_process_of_the_unit(server: Server, daemon: subprocess.Popen[bytes]) -> None:
    """Its state is the kernel's, and its start a moment ago."""
    found = server.look()["daemon"]
    assert (found["running"], found["pid"]) == (True, daemon.pid)
    process = found["process"]
    assert process
    assert process["program"] == f"{server.home}/dhcpd"
    assert process["command"] == f"{server.home}/dhcpd 60"
    assert abs(process["started"] - time.time()) < 5


def test_a_place_with_ends_of_lines_in_its_name_adds_no_line(server: Server) -> None:
    """Any user can call a directory so, and a program in it dhcpd."""
    program = server.home / "q\nFirewall=yes\nx" / "dhcpd"
    program.parent.mkdir()
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([str(program), "60"]) as process:
        server.unit(process.pid)
        found = server.look()
        process.kill()
    assert not found["daemon"]["firewall"]
    assert found["daemon"]["process"]
    assert found["daemon"]["process"]["program"].endswith("q?Firewall=yes?x/dhcpd")


def test_a_process_that_hangs_is_seen(server: Server, daemon: subprocess.Popen[bytes]) -> None:
    """It lives, and answers nobody."""
    daemon.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    process = server.look()["daemon"]["process"]
    assert process
    assert process["state"] == "T"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the number of a system call")
@pytest.mark.parametrize(("seconds", "state"), [("0.4", "S"), ("60", "D")])
def test_a_process_that_waits_for_a_disk_for_a_second_hangs(
    server: Server, seconds: str, state: str
) -> None:
    """A shorter wait is every process's. Here it waits for its child to end (vfork)."""
    program = server.home / "dhcpd"
    shutil.copy("/usr/bin/perl", program)
    wait = f"if (syscall(58) == 0) {{ select(undef, undef, undef, {seconds}); syscall(60, 0) }}"
    with subprocess.Popen([str(program), "-e", f"{wait} sleep 60"], start_new_session=True) as it:
        try:
            server.unit(it.pid)
            time.sleep(0.1)
            process = server.look()["daemon"]["process"]
            assert process
            assert process["state"] == state
        finally:
            os.killpg(it.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        ("ExecStart=/usr/sbin/dhcpd -cf /tmp/other.conf", True),
        (" Environment = INTERFACESv4=eth9", True),
        ("EnvironmentFile=/etc/default/other", True),
        ("RootDirectory=/srv/other", True),
        ("User=dhcpd", True),
        ("Restart=no", True),
        ("PrivateNetwork=yes", True),
        ("LogNamespace=dhcp", True),
        ("BindPaths=/srv/dhcp:/etc/dhcp", True),
        ("PrivateNetwork=no", False),
        ("# ExecStart=/bin/true", False),
        ("ReadWritePaths=/var/log/dhcp-hook", False),
        ("CapabilityBoundingSet=CAP_CHOWN", False),
        ("ProtectHome=read-only", False),
        ("Nice=-5", False),
        ("BindReadOnlyPaths=/home/hooks", False),
    ],
)
def test_a_drop_in_is_listed_where_it_changes_what_runs(
    server: Server, line: str, listed: bool
) -> None:
    """More rights for hooks, as the unit's comment says to give them, change nothing of that."""
    drop_in = server.home / "x.conf"
    drop_in.write_text(f"[Service]\n{line}\n")
    server.unit(0, f"DropInPaths={drop_in} /nowhere/gone.conf")
    assert server.look()["daemon"]["drop_ins"] == ([str(drop_in)] if listed else [])


def test_the_interfaces_of_the_last_apply_are_those_of_its_own_file(server: Server) -> None:
    """Somebody else's file says nothing about this project."""
    defaults = server.home / "defaults"
    defaults.write_text('INTERFACESv4="eth0 eth1"\n')
    assert server.look()["daemon"]["set_up_for"] == []
    defaults.write_text(f'{commands.MADE} from data\nINTERFACESv4="eth0 eth1"\n')
    assert server.look()["daemon"]["set_up_for"] == ["eth0", "eth1"]


def test_a_program_that_was_replaced_is_seen(
    server: Server, daemon: subprocess.Popen[bytes]
) -> None:
    """The old one goes on until the next restart."""
    (server.home / "dhcpd").unlink()
    process = server.look()["daemon"]["process"]
    assert process
    assert process["program"] == f"{server.home}/dhcpd (deleted)"


def test_another_program_under_the_number_of_the_daemon_is_not_the_daemon(server: Server) -> None:
    """systemd's number may be of a process that is long gone."""
    server.unit(os.getpid())
    assert server.look()["daemon"]["running"] is False


def test_a_second_dhcp_server_is_listed(server: Server, daemon: subprocess.Popen[bytes]) -> None:
    """By the name of its program, or by its port, whatever its name."""
    ports = f'udp UNCONN 0 0 0.0.0.0:67 0.0.0.0:* users:(("x",pid={os.getpid()},fd=3))'
    server.program("ss", f"#!/bin/sh\necho '{ports}'\n")
    server.unit(0)
    found = server.look()["daemon"]
    assert found["running"] is False
    assert {process["pid"] for process in found["others"]} >= {daemon.pid, os.getpid()}


def test_a_dhcp_server_in_a_network_of_its_own_is_not_listed(
    server: Server, daemon: subprocess.Popen[bytes]
) -> None:
    """A container's daemon is no concern of this server."""
    server.program(
        "readlink",
        f'#!/bin/sh\n[ "$1" != /proc/{daemon.pid}/ns/net ] || {{ echo other; exit; }}\n'
        'exec /usr/bin/readlink "$@"\n',
    )
    server.unit(0)
    assert daemon.pid not in {process["pid"] for process in server.look()["daemon"]["others"]}


RULES = "table inet dhcp_failover {\n\tchain input {\n\t\ttcp dport 647 drop\n\t}\n}\n"


@pytest.mark.parametrize(
    ("kernel", "equal"),
    [
        (RULES, True),
        (RULES.replace("\t\ttcp", "\t\taccept\n\t\ttcp"), False),
        (RULES.replace("\t\ttcp dport 647 drop\n", ""), False),
        ("", False),
    ],
    ids=["as declared", "a rule before them", "flushed", "no table"],
)
def test_the_rules_in_force_are_compared(server: Server, kernel: str, equal: bool) -> None:
    """With those that the file loads into a network of its own."""
    server.rules.write_text(RULES)
    (server.bin / "kernel").write_text(kernel)
    assert server.look()["daemon"]["firewall"] is equal


def test_a_file_without_rules_wants_none(server: Server) -> None:
    """A table that is left over is one too many."""
    server.rules.write_text("")
    assert server.look()["daemon"]["firewall"] is True
    (server.bin / "kernel").write_text(RULES)
    assert server.look()["daemon"]["firewall"] is False


def test_rules_that_cannot_be_loaded_are_not_in_force(server: Server) -> None:
    """Whatever the kernel has."""
    server.rules.write_text("broken")
    (server.bin / "kernel").write_text(RULES)
    assert server.look()["daemon"]["firewall"] is False


def test_where_no_network_can_be_made_rules_that_are_there_count(server: Server) -> None:
    """Some containers forbid it."""
    server.program("unshare", "#!/bin/sh\nexit 1\n")
    server.rules.write_text(RULES)
    assert server.look()["daemon"]["firewall"] is False
    (server.bin / "kernel").write_text(RULES)
    assert server.look()["daemon"]["firewall"] is True


def test_a_fifo_or_a_device_in_place_of_a_file_is_not_opened(server: Server) -> None:
    """It would be waited for without end."""
    os.mkfifo(server.conf)
    server.rules.symlink_to("/dev/zero")
    files = server.look()["files"]
    assert [files[str(path)]["sha256"] for path in (server.conf, server.rules)] == ["", ""]


def test_a_directory_and_a_dangling_link_are_there_without_content(server: Server) -> None:
    """Both must be replaced."""
    server.conf.mkdir()
    server.rules.symlink_to("/nowhere")
    files = server.look()["files"]
    assert [files[str(path)]["sha256"] for path in (server.conf, server.rules)] == ["", ""]


def test_a_file_has_mode_owner_and_digest(server: Server) -> None:
    """A file that is not there is not listed."""
    server.conf.write_text("# nothing\n")
    server.conf.chmod(0o640)
    files = server.look()["files"]
    assert list(files) == [str(server.conf)]
    assert files[str(server.conf)]["mode"] == "640"
    assert len(files[str(server.conf)]["sha256"]) == 64


def test_what_an_interrupted_run_left_is_listed(server: Server) -> None:
    """Staged files, a trial, and what an older version kept of its own files."""
    for name in (".dhcpd.conf.new", ".dhcpd.conf.try"):
        (server.home / name).touch()
    (server.home / "failover.nft.previous").write_text("# Made by pyinfra: what is changed\n")
    (server.home / "dhcpd.conf.previous").write_text("# By hand, and perhaps the only copy.\n")
    (server.home / ".failover.nft.new").symlink_to("/nowhere")
    assert sorted(Path(path).name for path in server.look()["leftovers"]) == [
        ".dhcpd.conf.new",
        ".dhcpd.conf.try",
        ".failover.nft.new",
        "failover.nft.previous",
    ]


def test_a_lease_file_that_can_be_written(server: Server) -> None:
    """One without a record of a lease is a first time."""
    storage = server.look()["storage"]
    assert (storage["writable"], storage["why"], storage["first_time"]) == (True, "", True)
    assert storage["free"] > 0
    server.leases.write_text("lease 10.0.0.1 {\n}\n")
    storage = server.look()["storage"]
    assert (storage["first_time"], storage["leases"]) == (False, 19)


@pytest.mark.parametrize(
    ("directory", "leases", "writable"),
    [
        ("0755 0 0", "0640 0 0", True),
        ("0555 0 0", "0640 0 0", False),
        ("0755 13 0", "0640 0 0", False),
        ("0775 13 0", "0640 0 0", True),
        ("1777 13 13", "0640 0 0", True),
        ("0775 13 13", "0640 0 0", False),
        ("0755 0 0", "0440 0 0", False),
        ("0755 0 0", "0640 13 0", False),
        ("0755 0 0", "0660 13 0", True),
        ("0755 0 0", "0640 13 13", False),
    ],
)
def test_root_without_its_privileges_has_to_be_able_to_write(
    server: Server, directory: str, leases: str, writable: bool
) -> None:
    """The unit takes from dhcpd the right to pass over modes and owners."""
    server.environment |= {"DIRECTORY": directory, "LEASES_MODE": leases}
    storage = server.look()["storage"]
    assert (storage["writable"], bool(storage["why"])) == (writable, not writable)


@pytest.mark.parametrize(
    ("blocks", "inodes", "of", "writable"),
    [
        (10, 5, 100, True),
        (0, 5, 100, False),
        (4, 5, 100, False),
        (10, 0, 100, False),
        (10, 0, 0, True),
    ],
)
def test_a_lease_file_is_written_anew_at_each_start(
    server: Server, blocks: int, inodes: int, of: int, writable: bool
) -> None:
    """So there must be room for a second one; btrfs counts no inodes at all."""
    server.leases.write_text("x" * 20_000)
    server.environment["SPACE"] = f"{blocks} 4096 {inodes} {of}"
    storage = server.look()["storage"]
    assert (storage["writable"], storage["free"]) == (writable, blocks * 4096)


def test_a_lease_file_that_is_something_else(server: Server) -> None:
    """It is not opened."""
    server.leases.unlink()
    os.mkfifo(server.leases)
    assert "not a regular file" in server.look()["storage"]["why"]


def test_what_the_old_start_script_did_is_seen_where_it_is_in_use(server: Server) -> None:
    """Not where this project's unit has replaced it, nor where it is not there."""
    (server.home / "defaults").write_text(
        '#INTERFACESv6="no"\nINTERFACESv4=\'eth0\'\nINTERFACESv6="eth0 eth1" # why\nOPTIONS=-d\n'
    )
    assert server.look()["legacy"] == []
    (server.home / "init").touch()
    assert server.look()["legacy"] == ["v6 eth0 eth1", "options -d"]
    server.unit(0, f"FragmentPath={server.home}/unit")
    assert server.look()["legacy"] == []
