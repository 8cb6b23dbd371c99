"""The real dhcpd of a Debian release, asked about a configuration without a machine."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from dhcp_failover.engines.dhcpd import paths
from dhcp_failover.engines.dhcpd.files import dhcpd_conf, keys
from dhcp_failover.lab import image
from dhcp_failover.site.model import Site

RELEASES = ("12", "13")
_SAID_ALWAYS = (
    "Internet Systems Consortium DHCP Server ",
    "Copyright ",
    "All rights reserved.",
    "For info, please visit ",
    "Config file: ",
    "Database file: ",
    "PID file: ",
)


@dataclass(frozen=True)
class Dhcpd:
    """``dhcpd`` out of a release's package, run with that release's own loader and libraries."""

    command: tuple[str, ...]
    home: Path
    """A directory of its own, for the files that it reads."""

    @classmethod
    def of(cls, release: str, home: Path) -> Dhcpd:
        """The daemon of Debian ``release``, unpacked under ``home``.

        Makes the release's tree if it is not there, as :func:`image.tree` does, and raises
        as that does.
        """
        tree = image.tree(release)
        (package,) = (tree / "srv/packages").glob("isc-dhcp-server_*.deb")
        subprocess.run(["dpkg", "-x", str(package), str(home)], check=True)
        (loader,) = tree.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*")
        command = (str(loader), "--library-path", str(loader.parent), f"{home}/usr/sbin/dhcpd")
        return cls(command, home)

    def complaint(self, site: Site, server: str) -> str:
        """What it has to say, warnings too, of what ``server`` is given of ``site``; "" if nothing.

        As ``dhcpd -4 -t`` says it: nothing is listened to, no lease file is read.
        """
        conf, secrets = self.home / "dhcpd.conf", self.home / "dhcpd.keys"
        conf.write_text(dhcpd_conf(site, server).replace(paths.KEYS, str(secrets)))
        secrets.write_text(keys(site))
        command = [*self.command, "-4", "-t", "-cf", str(conf)]
        result = subprocess.run(command, stderr=subprocess.PIPE, check=False)
        lines = result.stderr.decode(errors="replace").splitlines()
        said = "\n".join(line for line in lines if not line.startswith(_SAID_ALWAYS))
        return said or (f"it ended with {result.returncode}" if result.returncode else "")
