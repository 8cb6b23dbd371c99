"""The Debian tree that all machines of a lab share, read-only."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from . import LabError

CACHE = Path("/var/cache/dhcp-lab")
SUITES = {"12": "bookworm", "13": "trixie"}
TOOLS = {"mmdebstrap": "mmdebstrap", "systemd-nspawn": "systemd-container", "ip": "iproute2"}
"""By program: the Debian package that has it."""

INSTALLED = (
    "systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,iproute2,procps,sudo,"
    "isc-dhcp-client,kea-admin"
)
"""The last two are clients: ``dhclient``, and ``perfdhcp`` for a thousand at once."""
OFFERED = "isc-dhcp-server nftables dhcpd-pools faketime tcsh csh"
"""What a machine can install, from a directory on it: it reaches no mirror."""

# Run by mmdebstrap; $1 is the tree.
RECIPE = rf"""set -eu
mkdir -p "$1/srv/packages/partial"
APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq --yes --download-only \
  -o APT::Install-Recommends=true -o Dir::Cache::archives="$1/srv/packages" install {OFFERED}
cat > "$1/tmp/finish" <<'FINISH'
set -eu
cd /srv/packages
rm -rf partial lock
for deb in *.deb; do
  dpkg-deb -f "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
    "$deb" "$(stat -c %s "$deb")" "$(sha256sum < "$deb" | cut -d' ' -f1)"
done > Packages
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /etc/resolv.conf
echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list
echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/lab
systemctl enable -q systemd-networkd
systemctl mask -q systemd-networkd-wait-online.service console-getty.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer cron.service
useradd -m -s /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
echo 'UseDNS no' > /etc/ssh/sshd_config.d/lab.conf
: > /etc/machine-id
FINISH
chroot "$1" sh /tmp/finish
rm "$1/tmp/finish"
"""


def tree(debian: str) -> Path:
    """The tree of Debian ``debian`` (``12`` or ``13``), made if it is not there: 30 seconds.

    Says on standard error that it makes one. Needs root. Raises :class:`LabError` for another
    release and for missing tools.
    """
    if debian not in SUITES:
        raise LabError(f"DHCP_LAB_DEBIAN is {debian!r}; it can be {' or '.join(SUITES)}")
    recipe = hashlib.sha256(f"{INSTALLED}{RECIPE}".encode()).hexdigest()[:12]
    home = CACHE / f"debian-{debian}-{recipe}"
    if home.exists():
        return home
    missing = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool))
    if missing:
        raise LabError(f"missing here: {', '.join(missing)} (apt-get install {' '.join(missing)})")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            say = partial(print, file=sys.stderr, flush=True)
            say(f"Making the image of Debian {debian} in {CACHE}: half a minute, only once ...")
            started = time.monotonic()
            _make(SUITES[debian], home)
            say(f"The image is made: {time.monotonic() - started:.0f} seconds.")
    return home


def _make(suite: str, home: Path) -> None:
    new = home.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    result = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--mode=root", "--variant=important"),
            *(f"--include={INSTALLED}", f"--customize-hook={RECIPE}", suite, str(new)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        shutil.rmtree(new, ignore_errors=True)
        raise LabError(f"the image of {suite} could not be made:\n{result.stdout[-2000:]}")
    new.rename(home)
