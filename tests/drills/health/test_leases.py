"""Leases, pools, and where they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from breaking import Item, subnets
from dhcp_failover.engines.dhcpd.paths import LEASES
from dhcp_failover.lab.client import client

if TYPE_CHECKING:
    from drills.health.conftest import Drilled


def leases(first: int, last: int, state: str) -> str:
    """A command that adds records to a lease file."""
    record = (
        f"lease 198.51.100.%d {{\\n  starts 2 2026/11/24 04:54:32;\\n  ends never;\\n"
        f"  binding state {state};\\n  hardware ethernet 02:00:00:00:00:%02x;\\n}}\\n"
    )
    return (
        f"stat -c %s {LEASES} > /root/size;"
        f' for i in $(seq {first} {last}); do printf "{record}" $i $i >> {LEASES}; done'
    )


NO_LEASES = f"truncate -s $(cat /root/size) {LEASES}"


ITEMS: dict[str, Item] = {
    "a lease directory of another mode": Item(
        "storage-not-writable",
        "chmod 555 /var/lib/dhcp",
        "chmod 755 /var/lib/dhcp",
        words="mode 555",
        applied="its lease file cannot be written",
    ),
    "a lease directory that is read-only": Item(
        "storage-not-writable",
        "mount --bind /var/lib/dhcp /var/lib/dhcp && mount -o remount,bind,ro /var/lib/dhcp",
        "umount -l /var/lib/dhcp",
        words="read-only",
        applied="its lease file cannot be written",
    ),
    "a full disk": Item(
        "storage-full",
        "cp -a /var/lib/dhcp /root/dhcp && mount -t tmpfs -o size=200k,mode=755 x /var/lib/dhcp"
        " && cp -a /root/dhcp/. /var/lib/dhcp",
        "umount /var/lib/dhcp; rm -r /root/dhcp",
        applied="is full",
    ),
    "little space": Item(
        "storage-low",
        "cp -a /var/lib/dhcp /root/dhcp && mount -t tmpfs -o size=50m,mode=755 x /var/lib/dhcp"
        " && cp -a /root/dhcp/. /var/lib/dhcp",
        "umount /var/lib/dhcp; rm -r /root/dhcp",
        applied="MB are left",
    ),
    "leases that the partner does not know": Item(
        "leases-differ", leases(110, 121, "active"), NO_LEASES, fails=False
    ),
    "a pool that is used up": Item(
        "pool-full", leases(100, 199, "active"), NO_LEASES, both=True, fails=False
    ),
    "a pool that is nearly full": Item(
        "pool-nearly-full", leases(100, 190, "active"), NO_LEASES, both=True, fails=False
    ),
    "a pool that one server has": Item(
        "pool-one-sided", leases(100, 199, "backup"), NO_LEASES, both=True, fails=False
    ),
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_leases(drilled: Drilled, item: Item) -> None:
    """They cannot be written, differ, or are all given out."""
    drilled.broken(item)


def test_a_range_of_one_address_that_a_client_has(drilled: Drilled) -> None:
    """The next client gets none: a warning, and no failure. Nobody had that address before."""
    pool = {"failover": "lab", "ranges": ["198.51.100.99"]}
    data = subnets({"network": "198.51.100.0/24", "pools": [pool]})
    drilled.apply(**data)
    with client(drilled.pair.lab, 3) as one, client(drilled.pair.lab, 4) as two:
        assert one.lease()
        assert two.lease(timeout=4) is None
    looked = drilled.status(**data)
    assert (looked.status, looked.codes) == (0, {"pool-full"})
    assert drilled.apply(**data).changes == []
    drilled.apply()
    drilled.settle()


def test_no_host_name_of_a_client_is_believed(drilled: Drilled) -> None:
    """A client calls itself what it likes, and dhcpd logs it; status and apply stay as they are."""
    names = [
        "IMBALANCED",
        "IMBALANCED pool 7f 1 2",
        "failover peer lab: I move from normal to recover",
        "failover peer lab: I move from normal to potential-conflict",
        r"\nbind update on 198.51.100.100 from lab rejected: unknown IP address",
        "Failover CONNECT to lab rejected: Connection rejected, time mismatch too great.",
        "Lease conflict at 198.51.100.100",
    ]
    for number, name in enumerate(names, 1):
        with client(drilled.pair.lab, number) as someone:
            assert someone.lease(settings=f'send host-name "{name}";')
    looked = drilled.settle()
    assert all(not it["complaints"] for it in looked.found["servers"].values())
    assert drilled.apply().changes == []
    drilled.settle()
