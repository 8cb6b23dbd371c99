"""The shell commands that dhcpd's facts and operations send to a server.

Each is POSIX ``sh``; the facts' commands exit with 0 on a server that has no
dhcpd, and print lines ``Key=value``.
"""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from ...site.model import Peer
from . import paths

_UNIT = quote(paths.UNIT)

# A process is believed, not a unit: Debian's init script leaves a unit "active" whose daemon
# is dead. The unit's process or, where an init script started it, that one's.
_PROCESS = f"""\
for file in {quote(paths.PID_FILE)} /run/dhcpd.pid; do
  pid= comm=
  ! [ -e "$file" ] || read -r pid < "$file"
  ! [ -e "/proc/${{pid:=none}}/comm" ] || read -r comm < "/proc/$pid/comm"
  [ "$comm" != dhcpd ] || break
done
if [ "$comm" = dhcpd ]; then
  read -r _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ ticks _ < "/proc/$pid/stat"
  while read -r key boot; do [ "$key" != btime ] || break; done < /proc/stat
  started=$((boot + ticks / $(getconf CLK_TCK)))
  echo "Pid=$pid"
  echo "Started=$started"
fi
"""

# Lists of packages that were fetched before the sources were last changed tell nothing of them.
SURVEY = f"""\
{_PROCESS}
dhcpd --version 2>&1 | sed -n 's/^isc-dhcpd-/dhcpd=/p'
for file in {" ".join(map(quote, paths.WATCHED))}; do
  ! [ -e "$file" ] || echo "file=$file $(stat -L -c '%a %U:%G' "$file") $(sha256sum < "$file")"
done
if ! command -v dhcpd && {{
  [ -z "$(apt-get indextargets --no-release-info 'Created-By: Packages')" ] ||
    {{ ls /var/lib/apt/lists/*_Packages* && ! find /etc/apt -newer /var/lib/apt/lists | grep .; }}
}} && ! apt-cache policy {quote(paths.PACKAGE)} | grep 'Candidate: [0-9]'
then echo absent=yes >&3; fi 3>&1 >/dev/null 2>&1
"""
"""What the deploy has to know of dhcpd on a server before anything is done to it."""

# A partner that does not know an address has other pools; while one of two has yet to be told of
# a change that is so for a moment, until both are in normal again. Other rejections, and acks
# with an "xid mismatch", are seen at every first synchronisation and under load, and mend
# themselves. The newest 20,000 lines bound what a busy server has to read.
DAEMON = f"""\
{_PROCESS}
! nft list table inet dhcp_failover >/dev/null 2>&1 || echo Firewall=yes
systemctl show {_UNIT} -p UnitFileState -p NeedDaemonReload 2>/dev/null
dhcpd --version 2>&1 | sed -n 's/^isc-dhcpd-/Version=/p'
if [ "$comm" = dhcpd ]; then
  sed 's/^/Loaded=/' {quote(paths.LOADED)} 2>/dev/null
  journalctl -q -o cat -n 20000 _PID="$pid" --since "@$started" 2>/dev/null | awk '
    /^failover peer .*: I move from .* to normal/ {{
      split($0, word, /^failover peer |: I move/); from = " " word[2] " rejected: "
      for (i in said) if (said[i] !~ / rejected: / || index(said[i], from)) {{
        delete known[said[i]]; delete said[i]
      }}
    }}
    /^bind update .* rejected: unknown IP address/ || /IMBALANCED/ || /time mismatch/ {{
      if (!known[$0]++) said[++count] = $0
    }}
    END {{ for (i = 1; i <= count; i++) if (i in said) print "Complaint=" said[i] }}'
fi
true
"""

# Of each relationship the last record counts (dhcpd.leases(5)). A daemon that has just
# started records the state that it was in before, and says only in its log that it is in
# "startup" (failover.c); it leaves that within 15 seconds.
FAILOVER = f"""\
{_PROCESS}
grep -a -A 4 '^failover peer "' {quote(paths.LEASES)} 2>/dev/null | awk '
  /^failover peer / {{ name = $0; record[name] = "" }}
  name {{ record[name] = record[name] "Record=" $0 "\\n" }}
  /^}}/ {{ name = "" }}
  END {{ for (name in record) printf "%s", record[name] }}'
if [ "$comm" = dhcpd ] && [ $(($(date +%s) - started)) -lt 60 ]; then
  journalctl -q -o cat _PID="$pid" --since "@$started" 2>/dev/null |
    sed -n 's/^failover peer .*: I move from .* to .*/Move=&/p'
fi
true
"""

LOG = f"""\
journalctl -q -o short-iso --no-hostname -n 10 -u {_UNIT} 2>/dev/null | grep . ||
  grep -a dhcpd /var/log/syslog 2>/dev/null | tail -n 10
true
"""
"""The daemon's last lines, from the journal or, where there is none, from syslog."""


# dhcpd-pools counts an abandoned address as free, and its JSON is another one in each release;
# its CSV is not: first, last, size, active and, in columns that are there only where a lease is
# in that state, backup. So awk marks abandoned addresses meanwhile, a string for each /24 that
# has some, and adds up the marks of each range that dhcpd-pools then tells. The last record of
# an address counts (dhcpd.leases(5)). grep spares awk most lines, which halves its time.
POOLS = f"""\
! command -v dhcpd-pools >/dev/null || [ ! -e {quote(paths.LEASES)} ] || {{
  export LC_ALL=C
  dhcpd-pools -c {quote(paths.CONF)} -l {quote(paths.LEASES)} -f c -L 01 2>/dev/null | {{
    grep -a -E '^lease|^  b' {quote(paths.LEASES)}
    cat
  }} | awk '
    function upper(address) {{
      split(address, part, ".")
      return part[1] * 65536 + part[2] * 256 + part[3]
    }}
    /^lease / {{ net = upper($2); place = part[4] + 1; next }}
    /^  binding state / {{
      mark = $3 == "abandoned;" ? "x" : " "
      if (!(net in marks)) {{
        if (mark == " ") next
        marks[net] = sprintf("%256s", "")
      }}
      if (substr(marks[net], place, 1) != mark)
        marks[net] = substr(marks[net], 1, place - 1) mark substr(marks[net], place + 1)
    }}
    /^"/ {{
      columns = split($0, column, /","/)
      start = upper(column[2]); from = part[4] + 1
      end = upper(column[3]); to = part[4] + 1
      abandoned = 0
      for (net = start; net <= end; net++) if (net in marks) {{
        first = net == start ? from : 1; last = net == end ? to : 256
        piece = substr(marks[net], first, last - first + 1); abandoned += gsub("x", "", piece)
      }}
      backup = columns > 10 ? column[10] : 0
      print "Pool=" column[2], column[3], column[5], backup, abandoned
    }}'
}}
true
"""
"""The use of every range: the counts of dhcpd-pools, and beside them the abandoned addresses."""


LINKS = f"""\
! grep -s -F {quote(paths.CONF)} {quote(paths.LOADED)} | sha256sum -c --status 2>/dev/null ||
  sed -n '/^failover peer /,/^}}/p' {quote(paths.CONF)}
"""
"""The blocks of the failover peers that the daemon runs with; none if its file is another now."""


def firewall_check(candidate: str) -> str:
    """nft's own verdict on a file of rules; nothing is loaded."""
    return f"nft -c -f {quote(candidate)}"


def check(candidate: str) -> str:
    """dhcpd's own verdict on a configuration file: exit status 0, or its complaint on stderr.

    The complaint, with file, line and column, without the banner around it (``-q`` would
    take it away as well).
    """
    file = quote(candidate)
    return (
        f"{{ said=$(dhcpd -4 -t -cf {file} 2>&1) ||"
        " { echo \"$said\" | sed '1,/^For info/d; /^If you think/,$d' >&2; false; }; }"
    )


def run(*, reload: bool, enable: bool, restart: bool, firewall: bool) -> str:
    """Bring the service to what is on disk, as far as it is not; its last lines if that fails."""
    steps = []
    if reload:
        steps.append("systemctl daemon-reload")
    if enable:
        steps.append(f"systemctl enable --quiet {_UNIT}")
    if firewall and not restart:  # a start loads it itself
        steps.append(f"nft -f {quote(paths.FIREWALL)}")
    if restart:
        steps.append(
            f"{{ systemctl reset-failed {_UNIT} 2>/dev/null; systemctl restart {_UNIT}; }}"
        )
    return f"{' && '.join(steps)} || {{\n{LOG}exit 1\n}} >&2"


def hand_over(peer: Peer) -> str:
    """Break the connection of a relationship: both its servers answer every client from then on.

    Both are in *communications-interrupted* at once, and connect again 5 seconds later
    (failover.c). Nothing happens where the kernel cannot do it (INET_DIAG_DESTROY).
    """
    partner, own, theirs = peer.peer_address, peer.port, peer.peer_port
    # Either of them may have opened it.
    ports = f"( sport = :{own} or dport = :{theirs} )"
    return f"ss -H -K -t -n state established dst {partner} {quote(ports)} >/dev/null 2>&1 || true"


def install(packages: Iterable[str]) -> str:
    """Install Debian packages, and have dhcpd not started by that.

    Waits up to two minutes for another program that holds dpkg's lock.
    """
    # Debian starts what it installs, on a configuration that is none. A package that finds its
    # unit masked does not; a mask under /run is gone at the next boot, whatever becomes of this.
    return f"""\
export DEBIAN_FRONTEND=noninteractive
trap 'systemctl unmask --runtime --quiet {_UNIT}' EXIT
systemctl mask --runtime --quiet {_UNIT} &&
apt-get -q update &&
apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef \\
  -o Dpkg::Options::=--force-confold install {" ".join(map(quote, packages))}
"""
