"""Real DHCP clients on the lab's network."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from . import image
from .machines import Lab
from .network import BRIDGE


@dataclass(frozen=True)
class Lease:
    """What a client was given; ``seconds`` is the lease time."""

    address: str
    server: str
    routers: str
    seconds: int


@dataclass(frozen=True)
class Client:
    """A network card on the lab's bridge, with Debian's ``dhclient`` behind it."""

    lab: Lab
    interface: str
    home: Path

    def lease(self, timeout: int = 30, settings: str = "") -> Lease | None:
        """The lease that ``dhclient`` gets within ``timeout`` seconds; None if it gets none.

        Asks for the address that this client had before, as a computer does that
        was switched off and on again. ``settings`` are further statements of
        dhclient.conf(5): what it sends, and asks for.
        """
        # The program is that of the machines' image, in processes that end together.
        script = f"""
            mount -t proc proc {self._tree}/proc
            mount --bind {self.home} {self._tree}/mnt
            exec chroot {self._tree} dhclient -4 -1 -v -sf /bin/true \
              -cf /mnt/conf -lf /mnt/leases -pf /mnt/pid {self.interface}
        """
        leases = self.home / "leases"
        before = leases.read_text() if leases.exists() else ""
        conf = f"timeout {timeout}; retry 1; backoff-cutoff 2;\n{settings}\n"
        (self.home / "conf").write_text(conf)
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
        result = subprocess.run(
            self.lab.inside(*command),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout + 30,
        )
        (self.home / "log").write_text(result.stderr)
        return _last_lease(leases.read_text().removeprefix(before)) if leases.exists() else None

    @property
    def _tree(self) -> Path:
        return image.tree(self.lab.debian)


@contextmanager
def client(lab: Lab, number: int = 1) -> Iterator[Client]:
    """Plug in a client, with a hardware address made from ``number`` (1 to 65535)."""
    interface = f"client{number}"
    mac = f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}"
    ip = lab.inside("ip", "link")
    subprocess.run(
        [*ip, "add", interface, "address", mac, "type", "veth", "peer", f"port{number}"],
        check=True,
    )
    try:
        subprocess.run([*ip, "set", f"port{number}", "master", BRIDGE, "up"], check=True)
        subprocess.run([*ip, "set", interface, "up"], check=True)
        with TemporaryDirectory() as home:
            yield Client(lab, interface, Path(home))
    finally:
        subprocess.run([*ip, "del", interface], check=True)


def _last_lease(text: str) -> Lease | None:
    blocks = re.findall(r"^lease {(.*?)^}", text, re.DOTALL | re.MULTILINE)
    if not blocks:
        return None
    options = dict(re.findall(r"^\s*(?:option )?([\w-]+) (.+);$", blocks[-1], re.MULTILINE))
    return Lease(
        address=options["fixed-address"],
        server=options["dhcp-server-identifier"],
        routers=options.get("routers", ""),
        seconds=int(options["dhcp-lease-time"]),
    )
