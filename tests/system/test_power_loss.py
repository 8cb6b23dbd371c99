"""A server that loses its power in a change: before, or within, any program that changes a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import pytest
from dhcp_failover.system import shell
from dhcp_failover.system.shell import Daemon, Replacement
from directory import ME, Server, digest

DIES = """\
#!/bin/sh
count=$(($(cat {root}/count) + 1))
echo $count > {root}/count
if [ $count = {at} ]; then
  for last; do before=$one one=$last; done
  case {name} in
    rm) [ ! -d "$last" ] || find "$last" -type f | sort | head -n 1 | xargs /bin/rm -f ;;
    cp) [ ! -f "$before" ] || head -c 1 "$before" > "$last" ;;
  esac
  kill -9 0
fi
[ {name} = sync ] || exec /bin/{name} "$@"
"""
PROGRAMS = ("chmod", "cp", "mkdir", "mv", "rm", "sync")
FIRST, SECOND, THIRD = {"a": "1\n", "b": "1\n"}, {"a": "2\n", "b": "2\n", "c": "2\n"}, "3\n"


class Machine(Server):
    """A server with two files, to which a change adds a third."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        (root / "etc").mkdir()
        for name, text in FIRST.items():
            self.path(name).write_text(text)
        (root / "count").write_text("0")

    def path(self, name: str) -> Path:
        """A file of the configuration."""
        return self.root / "etc" / name

    def files(self) -> dict[str, str]:
        """The configuration, as it is."""
        names = sorted(it.name for it in (self.root / "etc").iterdir())
        return {it: self.path(it).read_text() for it in names if not it.startswith(".")}

    def dies(self, at: int) -> None:
        """Lose power at one of the next programs, counted from 1; at none, for 0.

        One that removes or copies has done a part of it.
        """
        (self.root / "count").write_text("0")
        for name in PROGRAMS:
            text = DIES.format(root=self.root, at=at, name=name)
            (self.root / "bin" / name).write_text(text)
            (self.root / "bin" / name).chmod(0o755)

    def change(self, to: dict[str, str], at: int = 0) -> bool:
        """Stage and activate; whether the power stayed."""
        self.boot()
        (self.root / "var/lib").mkdir(parents=True, exist_ok=True)
        now, replacements = self.files(), []
        for name, text in to.items():
            path = str(self.path(name))
            assert self.run(shell.stage(path, "644", digest(text)), text).returncode == 0
            before = digest(now[name]) if name in now else ""
            replacements.append(Replacement(path, digest(text), before))
        daemon = Daemon("dhcp.service", reload=True, restart=True)
        return self.powered(shell.activate(ME, replacements, daemon), at)

    def prove(self, at: int = 0) -> bool:
        """Note that the present files are proven; whether the power stayed."""
        files = [(str(self.path(name)), digest(text)) for name, text in self.files().items()]
        return self.powered(shell.proven(ME, str(self.path("a")), files, ["lab"]), at)

    def restore(self, at: int = 0) -> bool:
        """Take the last change back; whether the power stayed."""
        self.boot()
        return self.powered(shell.restore(ME, "dhcp.service"), at)

    def powered(self, command: str, at: int) -> bool:
        """Run a command; whether it came to its end."""
        self.dies(at)
        status = self.run(f"exec setsid -w sh -c {quote(command)}").returncode
        self.dies(0)
        return status != 137 and status >= 0

    def boot(self) -> None:
        """Nobody's turn is known any more; this run takes a new one."""
        (self.root / "run").mkdir(exist_ok=True)
        (self.root / "run/dhcp-failover/turn").unlink(missing_ok=True)
        assert self.turn(shell.take_turn) == "taken"


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Machine, int]]:
    """A new machine for each program of a command: the one at which it dies."""

    def all_of() -> Iterator[tuple[Machine, int]]:
        for at in range(1, 60):
            root = tmp_path / str(at)
            root.mkdir()
            yield Machine(root), at

    return all_of()


def test_a_change_leaves_each_file_old_or_new_and_can_be_taken_back_or_made_again(
    machines: Iterator[tuple[Machine, int]],
) -> None:
    """All the previous files come back together."""
    for machine, at in machines:
        if machine.change(SECOND, at):
            break
        for name, text in machine.files().items():
            assert text in (FIRST.get(name), SECOND[name]), at
        if at % 2:
            machine.restore()
            assert machine.files() == FIRST, at
        assert machine.change(SECOND)
        assert machine.files() == SECOND, at
        machine.restore()
        assert machine.files() == FIRST, at
    assert at > 8


def test_a_change_that_is_taken_back_is_taken_back_as_a_whole_at_last(
    machines: Iterator[tuple[Machine, int]],
) -> None:
    """Each file is of one of the two states meanwhile, and whole."""
    for machine, at in machines:
        assert machine.change(SECOND)
        if machine.restore(at):
            break
        for name, text in machine.files().items():
            assert text in (FIRST.get(name), SECOND[name]), at
        machine.restore()
        assert machine.files() == FIRST, at
    assert at > 4


def test_a_proof_that_is_cut_short_never_mixes_the_files_of_two_states(
    machines: Iterator[tuple[Machine, int]],
) -> None:
    """The next change, taken back, leads to one of the two; the original is kept whole."""
    for machine, at in machines:
        assert machine.change(SECOND)
        whole = machine.prove(at)
        third = dict.fromkeys(SECOND, THIRD)
        assert machine.change(third)
        machine.restore()
        assert machine.files() in (FIRST, SECOND), at
        machine.change(third)
        assert machine.prove()
        home = machine.root / "var/lib/dhcp-failover"
        originals = [it for it in home.iterdir() if it.name != "partners"]
        assert all(it.name.startswith("original") and it.suffix != ".part" for it in originals), at
        for it in originals:
            assert (it / str(machine.path("a"))[1:]).read_text() in ("1\n", "2\n", THIRD), at
            assert not (it / "files").exists(), at
        if whole:
            break
    assert at > 3


def test_kept_files_are_on_the_disk_before_the_live_ones_are_replaced(tmp_path: Path) -> None:
    """A file system may write the rename first, and nothing of the copy."""
    machine = Machine(tmp_path)
    seen = tmp_path / "seen"
    sync = tmp_path / "bin/sync"
    machine.boot()
    (tmp_path / "var/lib").mkdir(parents=True, exist_ok=True)
    path = str(machine.path("a"))
    assert machine.run(shell.stage(path, "644", digest("2\n")), "2\n").returncode == 0
    sync.write_text(f"#!/bin/sh\ncat {path} >> {seen}; ls {machine.unproven} >> {seen}\n")
    sync.chmod(0o755)
    daemon = Daemon("dhcp.service")
    machine.run(shell.activate(ME, [Replacement(path, digest("2\n"), digest("1\n"))], daemon))
    assert seen.read_text().startswith("1\nactivated\nfiles\n")


@pytest.mark.parametrize("locked", ["a", "b", "c"])
def test_a_file_that_cannot_be_replaced_leaves_no_mixture(tmp_path: Path, locked: str) -> None:
    """It is immutable, or mounted: what was replaced before it comes back."""
    machine = Machine(tmp_path)
    mv = tmp_path / "bin/mv"
    mv.write_text(f'#!/bin/sh\ncase "$*" in */.{locked}.new*) exit 1 ;; esac\nexec /bin/mv "$@"\n')
    mv.chmod(0o755)
    machine.boot()
    (tmp_path / "var/lib").mkdir(parents=True, exist_ok=True)
    replacements = []
    for name, text in SECOND.items():
        path = str(machine.path(name))
        machine.run(shell.stage(path, "644", digest(text)), text)
        before = digest(FIRST[name]) if name in FIRST else ""
        replacements.append(Replacement(path, digest(text), before))
    run = machine.run(shell.activate(ME, replacements, Daemon("dhcp.service", restart=True)))
    assert run.returncode == 1
    assert machine.files() == FIRST
    assert "The previous files are back in place" in run.stdout
    assert "restart" not in machine.log.read_text()
