"""What a survey finds of a server's system, run by a real shell, and read."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from dhcp_failover.system import memory
from dhcp_failover.system.memory import Former, Known, Turn
from dhcp_failover.system.script import script
from dhcp_failover.system.survey import SURVEY, Address, Listener, System, installed_file, system

HERE = "dhcp_failover.system"


def survey(tmp_path: Path, user: str = "0", **programs: str) -> System:
    """Run the survey on a memory of the test's own, with these programs' outputs."""
    before = tmp_path / "programs"
    before.mkdir(exist_ok=True)
    for name, output in {"id": user, "ip": "", "ss": "", **programs}.items():
        (before / f"{name}.out").write_text(output + "\n" if output else "")
        (before / name).write_text(f"#!/bin/sh\ncat '{before}/{name}.out'\n")
        (before / name).chmod(0o755)
    home = {key: f"{tmp_path}/{key.lower()}" for key in ("UNPROVEN", "PARTNERS", "FORMER", "TURN")}
    command = ["sh", "-c", script(HERE, "survey.sh", **home)]
    environment = {**os.environ, "PATH": f"{before}:{os.environ['PATH']}"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return system(result.stdout.splitlines(), time.time())


ADDRESSES = r"""
1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
2: eth0    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0\       valid_lft forever
2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global secondary eth0:1\       valid_lft forever
3: tun0    inet 10.0.0.1 peer 10.0.0.2/32 scope global tun0\       valid_lft forever
4: eth1    inet 10.1.0.1/16 metric 1024 brd 10.1.255.255 scope global dynamic eth1\  valid_lft 9sec
""".strip()


def test_every_address_of_every_interface(tmp_path: Path) -> None:
    """With its prefix; an alias is a label of its interface."""
    found = survey(tmp_path, ip=ADDRESSES)
    assert found["addresses"] == [
        Address("127.0.0.1", 8, "lo", "lo"),
        Address("192.0.2.1", 24, "eth0", "eth0"),
        Address("192.0.2.7", 24, "eth0", "eth0:1"),
        Address("10.0.0.1", 32, "tun0", "tun0"),
        Address("10.1.0.1", 16, "eth1", "eth1"),
    ]
    assert found["interfaces"]["192.0.2.7"] == "eth0"
    assert found["links"]["lo"] == "unknown"


LISTENERS = """
udp UNCONN 0 0 192.168.122.1%virbr0:67 0.0.0.0:* users:(("dnsmasq",pid=80,fd=3))
tcp LISTEN 0 128 [::]:22 [::]:* users:(("my server",pid=86,fd=4),("sshd",pid=1,fd=75))
tcp LISTEN 0 128 192.0.2.1:520 0.0.0.0:*
""".strip()


def test_a_listener_has_its_address_device_and_process(tmp_path: Path) -> None:
    """Another device's port 67 is no obstacle; a process may be hidden."""
    assert survey(tmp_path, ss=LISTENERS)["listeners"] == [
        Listener("udp", 67, "192.168.122.1%virbr0", "dnsmasq", 80),
        Listener("tcp", 22, "[::]", "my server", 86),
        Listener("tcp", 520, "192.0.2.1", "?", None),
    ]


def test_a_server_without_a_memory(tmp_path: Path) -> None:
    """Nothing is unproven, nobody has a turn."""
    found = survey(tmp_path)
    assert found["memory"] == {
        "unproven": False,
        "replaced": [],
        "partners": [],
        "former": [],
        "turn": None,
    }
    assert found["clock"] is not None
    assert abs(found["clock"]) < 5


def remember(tmp_path: Path, former: str, left: int = 20) -> None:
    """A memory as this project writes it."""
    kept = tmp_path / "unproven/files/etc/dhcp"
    kept.mkdir(parents=True)
    (kept / "dhcpd.conf").touch()
    absent = tmp_path / "unproven/absent/etc/dhcp"
    absent.mkdir(parents=True)
    (absent / "dhcpd.keys").touch()
    (tmp_path / "partners").write_text("office 192.0.2.2 647 0123abc\n")
    (tmp_path / "former").write_text(former)
    up = int(float(Path("/proc/uptime").read_text().split()[0]))
    (tmp_path / "turn").write_text(f"token {up + left} 1795612869\nroot@host, process 1\n")


def test_the_memory_of_a_server(tmp_path: Path) -> None:
    """What is not proven yet, who its partners are, and whose turn it is."""
    remember(tmp_path, "")
    found = survey(tmp_path)["memory"]
    assert found["unproven"] is True
    assert found["replaced"] == ["/etc/dhcp/dhcpd.conf", "/etc/dhcp/dhcpd.keys"]
    assert found["partners"] == [Known("office", "192.0.2.2", 647, "0123abc")]
    turn = found["turn"]
    assert turn
    assert turn._replace(left=0) == Turn("token", "root@host, process 1", 1795612869, 0)
    assert 15 < turn.left <= 20


def test_a_turn_that_is_over_is_nobodys(tmp_path: Path) -> None:
    """Its holder was silent for too long."""
    remember(tmp_path, "", left=-1)
    assert survey(tmp_path)["memory"]["turn"] is None


def test_a_former_partner_that_still_answers_is_found(tmp_path: Path) -> None:
    """One that does not is waited for by 2 seconds at most, however many there are."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        accepting = threading.Thread(target=server.accept, daemon=True)
        accepting.start()
        silent = "".join(f"old 127.0.0.1 {number}\n" for number in range(1, 9))
        remember(tmp_path, f"{silent}office 127.0.0.1 {port}\n")
        found = survey(tmp_path)["memory"]["former"]
    assert found[-1] == Former("office", "127.0.0.1", port, True)
    assert [former.answers for former in found[:-1]] == [False] * 8


def test_a_former_partner_that_says_nothing_costs_two_seconds(tmp_path: Path) -> None:
    """All of them together: they are asked at once."""
    remember(tmp_path, "old 192.0.2.7 647\nolder 192.0.2.8 647\n")
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/bash").write_text("#!/bin/sh\nexec sleep 20\n")
    (tmp_path / "programs/bash").chmod(0o755)
    began = time.monotonic()
    survey(tmp_path)
    assert 1.5 < time.monotonic() - began < 10


def test_without_root_the_memory_is_not_read(tmp_path: Path) -> None:
    """The survey says which user it is; that is enough for "add --sudo"."""
    remember(tmp_path, "")
    found = survey(tmp_path, user="1000")
    assert found["user"] == 1000
    assert found["memory"]["unproven"] is False


def test_a_survey_works_where_tools_are_missing(tmp_path: Path) -> None:
    """A shell and a few of coreutils are enough."""
    for name in ("sh", "id", "date", "sed", "cat"):
        real = subprocess.run(["which", name], capture_output=True, text=True, check=True)
        (tmp_path / name).symlink_to(real.stdout.strip())
    result = subprocess.run(
        [str(tmp_path / "sh"), "-c", SURVEY],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = system(result.stdout.splitlines(), time.time())
    assert (found["addresses"], found["listeners"], found["apt"]) == ([], [], False)


def test_an_answer_that_is_no_survey_is_an_error() -> None:
    """Rather than a server without anything."""
    with pytest.raises(ValueError, match="which user"):
        system(["Welcome!"], 0)


def test_the_memory_is_where_this_project_keeps_it() -> None:
    """The survey reads the paths of system/memory.py."""
    for path in (memory.UNPROVEN, memory.PARTNERS, memory.FORMER, memory.TURN):
        assert path in SURVEY


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("partners", "lab 192.0.2.2 520 \nlab 192.0.2.2\n\n\0\nlab 192.0.2.2 port abc\n"),
        ("former", "lab 192.0.2.9\n\nlab 192.0.2.9 port\nhalf"),
        *(
            ("turn", f"{text}\nme@here\n")
            for text in (
                *("aaaa", "aaaa soon 5", "aaaa 08 5", "aaaa 99 then", "aaaa  ", "\0 \0 \0"),
                *("aaaa 99999999999999999999 5", "aaaa -1 5", "aaaa 5 5 5", "$(id) `id` 5"),
            )
        ),
    ],
)
def test_a_memory_that_somebody_has_damaged_is_no_memory(
    tmp_path: Path, name: str, text: str
) -> None:
    """Neither a power loss nor an editor makes a server unreadable for ever."""
    (tmp_path / name).write_text(text)
    found = survey(tmp_path)["memory"]
    assert found["turn"] is None
    assert found["former"] == []
    assert found["partners"] == ([Known("lab", "192.0.2.2", 520, "")] if name == "partners" else [])


def test_a_program_that_names_itself_like_a_line_is_a_program(tmp_path: Path) -> None:
    """Any user of a server can start one; the survey is read all the same."""
    names = ("a\nuser=1000", 'b"),\n', "\nudp 0 0 0 :67 ", "\ntcp L 0 0 :520")
    lines = [f'tcp LISTEN 0 5 0.0.0.0:80 * users:(("{it}",pid=80,fd=3))' for it in names]
    found = survey(tmp_path, ss="\n".join(lines))
    assert found["user"] == 0
    assert [(it.protocol, it.port) for it in found["listeners"]] == [("tcp", 80)] * len(names)


def test_a_group_can_have_a_space_in_its_name() -> None:
    """As a directory service has it."""
    text = f"640 root:domain users {'0' * 64}  -"
    assert installed_file(text)["owner"] == "root:domain users"
