"""What the drills declare, how it reaches their machines, and a server made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dhcp_failover.lab.machines import Lab

SERVERS = ("dhcp1", "dhcp2")
MCLT = 130
"""Seconds: the least that is safe (a shorter one lets a server forget leases of its partner)."""
NETWORK = "198.51.100.0/24"
RANGE = "198.51.100.20-198.51.100.249"
CONF = "/etc/dhcp/dhcpd.conf"
FILES = (
    CONF,
    "/etc/dhcp/dhcpd.keys",
    "/etc/default/isc-dhcp-server",
    "/etc/dhcp/failover.nft",
    "/etc/systemd/system/isc-dhcp-server.service",
    "/etc/tmpfiles.d/dhcp-failover.conf",
)
LEFT = "find /etc -name '.*.new' -o -name '*.previous'"
STOP = "systemctl stop isc-dhcp-server"
PLAIN = f"""authoritative;
default-lease-time 3600;
max-lease-time 3600;
subnet 198.51.100.0 netmask 255.255.255.0 {{ range {RANGE.replace("-", " ")}; }}
"""


def end(name: str, number: str | None = None) -> dict[str, str]:
    """One end of a relationship; its server has the address of its number in the lab."""
    return {"server": name, "address": f"198.51.100.{number or name.removeprefix('dhcp')}"}


def pool(owner: str = "lab", ranges: str = RANGE) -> dict[str, Any]:
    """A pool of a relationship, or of the server that ``owner`` names."""
    kind = "server" if owner.startswith("dhcp") else "failover"
    return {kind: owner, "ranges": [ranges]}


def pair_of(
    primary: str = "dhcp1", secondary: str = "dhcp2", name: str = "lab", **changes: Any
) -> dict[str, Any]:
    """The data of a pair that shares one pool; a lost partner is noticed after 10 seconds.

    ``ping_check`` is off: no offer is held back for a second, so a second's silence is one.
    """
    ends = {"primary": end(primary), "secondary": end(secondary)}
    timers = {"mclt": MCLT, "max_response_delay": 10}
    return {
        "failover": {name: {**ends, **timers, **changes.pop("relationship", {})}},
        "subnets": [{"network": NETWORK, "pools": [pool(name)]}],
        "ping_check": False,
        "normal_timeout": 40,
    } | changes


def changed(number: int, **changes: Any) -> dict[str, Any]:
    """The data of that pair with one number changed: each daemon has to restart for it."""
    return pair_of(relationship={"max_unacked_updates": number}, **changes)


def inventory(lab: Lab, path: Path, data: dict[str, Any], names: tuple[str, ...]) -> Path:
    """Write an inventory that reaches machines by SSH; it boots none, so they can be dead."""
    ssh = {"ssh_user": "root", "ssh_key": str(lab.key), "ssh_strict_host_key_checking": "off"}
    servers = [(name, {"ssh_hostname": lab.address(name), **ssh}) for name in names]
    path.write_text(f"servers = ({servers!r}, {{'dhcp': {data!r}}})\n")
    return path


def by_hand(lab: Lab, name: str, conf: str = PLAIN, defaults: str = "") -> None:
    """Have a machine serve alone, with Debian's package and init script."""
    install = "DEBIAN_FRONTEND=noninteractive apt-get -qq -y install isc-dhcp-server"
    lab.run(name, f"apt-get -qq update && {install} >/dev/null 2>&1; dpkg -s isc-dhcp-server")
    defaults = f'INTERFACESv4="host0"\n{defaults}'
    for path, text in ((CONF, conf), ("/etc/default/isc-dhcp-server", defaults)):
        lab.run(name, f"cat > {path} << 'END'\n{text}\nEND")
    lab.run(name, "systemctl restart isc-dhcp-server && sleep 1 && pidof dhcpd")


def down_between(lab: Lab, name: str, since: str) -> list[tuple[float, float]]:
    """When a server's daemon did not run, after ``since``: from each stop to the next start."""
    log = lab.run(
        name, f"journalctl -q -o short-unix -u isc-dhcp-server --since @{since}"
    ).splitlines()
    found: list[tuple[float, float]] = []
    stopped = None
    for line in log:
        when = line.split()[0]
        if "Stopping isc-dhcp-server" in line or "Main process exited" in line:
            stopped = stopped or float(when)
        elif stopped and "Server starting service" in line:
            found.append((stopped, float(when)))
            stopped = None
    if stopped:
        found.append((stopped, float("inf")))
    return found
