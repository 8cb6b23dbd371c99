"""The shell commands that are no DHCP server's own. Each is POSIX ``sh``."""

from __future__ import annotations

from collections.abc import Collection
from posixpath import split
from shlex import quote

SYSTEM = """\
. /etc/os-release 2>/dev/null
echo "id=${ID:-unknown}"; echo "version=${VERSION_ID:-}"; echo "name=${PRETTY_NAME:-unknown}"
echo "user=$(id -u)"
[ ! -d /run/systemd/system ] || echo systemd=yes
! command -v apt-get >/dev/null || echo apt=yes
ip -4 -o addr show 2>/dev/null | while read -r _ interface _ address _; do
  echo "address=${address%/*} $interface"
done
for link in /sys/class/net/*; do
  ! [ -e "$link/operstate" ] || echo "link=${link##*/} $(cat "$link/operstate")"
done
ss -Hltunp 2>/dev/null | awk '{ print "listen=" $1, $5, $7 }'
echo "clock=$(date +%s.%N)"
"""
"""What :class:`.facts.ServerSystem` reads of the system."""


def file_state(path: str) -> str:
    """Print mode, owner and SHA-256 of the file at ``path``, or nothing."""
    file = quote(path)
    return f"! test -e {file} || {{ stat -L -c '%a %U:%G' {file} && sha256sum < {file}; }}"


def compressed(path: str) -> str:
    """Print the file at ``path`` by gzip(1) and base64(1), or nothing."""
    file = quote(path)
    return f"! test -e {file} || gzip -c < {file} | base64 -w 0"


def staged(path: str, mode: str, check: str | None = None, replaced: Collection[str] = ()) -> str:
    """Replace the file at ``path`` by standard input, at once or not at all.

    ``check`` is a command that names the candidate as :func:`candidate` does.
    ``replaced`` are the SHA-256 that the file may have now, empty for no file: another
    one is left alone, and that is a failure; by default any is replaced. The file that
    was there stays beside it, as ``.previous``. The directory is locked for as long as
    this runs, by a lock that dies with it.
    """
    new, file = quote(candidate(path)), quote(path)
    steps = [
        *_candidate_written(path, mode, check),
        *([_still(path, replaced)] if replaced else []),
        f"sync {new}",
        f"{{ ! [ -e {file} ] || ln -f {file} {quote(path + '.previous')}; }}",
        f"mv -T {new} {file}",
    ]
    return " && ".join(steps)


def verdict(path: str, program: str, check: str) -> str:
    """Print what ``check``, which needs ``program``, says of standard input as the file ``path``.

    A first line ``accepted``, ``refused`` or, without the program, ``untried``; after that
    the check's own words. The candidate lies beside ``path`` for as long as this runs.
    """
    steps = " && ".join(_candidate_written(path, "600", check))
    return (
        f"command -v {quote(program)} >/dev/null || {{ echo untried; exit; }}\n"
        f'said=$({{ {steps}; }} 2>&1) && echo accepted || {{ echo refused; echo "$said"; }}'
    )


def _candidate_written(path: str, mode: str, check: str | None) -> list[str]:
    new = quote(candidate(path))
    return [
        f"exec 9< {quote(split(path)[0])}",
        "flock 9",
        "umask 077",
        f"trap {quote(f'rm -f {new}')} EXIT",
        f"cat > {new}",
        f"chmod {quote(mode)} {new}",
        *([check] if check else []),
    ]


def _still(path: str, digests: Collection[str]) -> str:
    said = f"{path} is not the file that this run planned against: something else changed it"
    found = f"$({{ sha256sum < {quote(path)}; }} 2>/dev/null | cut -c 1-64)"
    known = " | ".join(map(quote, digests))
    return f"case {found} in {known}) ;; *) echo {quote(said)} >&2; false ;; esac"


def candidate(path: str) -> str:
    """Where the new content of ``path`` waits: beside it, where a rename is atomic."""
    directory, name = split(path)
    return f"{directory}/.{name}.new"
