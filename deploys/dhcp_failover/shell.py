"""The shell commands that are no DHCP server's own. Each is POSIX ``sh``."""

from __future__ import annotations

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
"""
"""What :class:`.facts.ServerSystem` reads."""


def file_state(path: str) -> str:
    """Print mode, owner and SHA-256 of the file at ``path``, or nothing."""
    file = quote(path)
    return f"! test -e {file} || {{ stat -L -c '%a %U:%G' {file} && sha256sum < {file}; }}"


def staged(path: str, mode: str, check: str | None = None) -> str:
    """Replace the file at ``path`` by standard input, at once or not at all.

    ``check`` is a command that names the candidate as :func:`candidate` does. The
    directory is locked for as long as this runs, by a lock that dies with it.
    """
    new = quote(candidate(path))
    steps = [
        f"exec 9< {quote(split(path)[0])}",
        "flock 9",
        "umask 077",
        f"trap {quote(f'rm -f {new}')} EXIT",
        f"cat > {new}",
        f"chmod {quote(mode)} {new}",
        *([check] if check else []),
        f"sync {new}",
        f"mv -T {new} {quote(path)}",
    ]
    return " && ".join(steps)


def candidate(path: str) -> str:
    """Where the new content of ``path`` waits: beside it, where a rename is atomic."""
    directory, name = split(path)
    return f"{directory}/.{name}.new"
