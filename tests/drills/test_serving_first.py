"""What once took working DHCP down: a first apply, a replaced machine, a refused change."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from clients import unknown
from drilling import CONF, NETWORK, STOP, by_hand, changed, pair_of, pool

if TYPE_CHECKING:
    from drills.conftest import Drill

OTHER = {"dhcp1": "dhcp2", "dhcp2": "dhcp1"}
BLOCK = (
    "nft add table inet wall && nft add chain inet wall input"
    " '{ type filter hook input priority -50; }' && nft add rule inet wall input tcp dport"
)
UNBLOCK = "nft delete table inet wall"


@pytest.mark.parametrize("old", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
def test_single_server_becomes_a_pair(fresh: Drill, old: str) -> None:
    """Debian's package serves alone; both servers are in the run."""
    by_hand(fresh.lab, old)
    with fresh.people():
        started = time.monotonic()
        fresh.apply(pair_of())
        fresh.timed("apply", started)
    assert fresh.apply(pair_of()).changes == []


@pytest.mark.parametrize("old", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
def test_single_server_becomes_a_pair_with_limit(fresh: Drill, old: str) -> None:
    """The serving one first is refused at once; the new one first, then it, is the careful way."""
    new = OTHER[old]
    by_hand(fresh.lab, old)
    pid = fresh.lab.run(old, "pidof dhcpd")
    with fresh.people():
        started = time.monotonic()
        refused = fresh.apply(pair_of(), "--limit", old, status=1).output
        fresh.timed("refused after", started)
        assert f"--limit {new}" in refused
        assert fresh.lab.run(old, "pidof dhcpd") == pid
        said = fresh.apply(pair_of(), "--limit", new).output
        assert f"Next: apply to {old}" in said
        fresh.apply(pair_of(), "--limit", old)
    fresh.apply(pair_of())  # proves the new one as well
    assert fresh.apply(pair_of()).changes == []


def test_port_between_them_blocked(fresh: Drill) -> None:
    """The server that serves alone is not restarted into a wait for a partner it cannot reach."""
    by_hand(fresh.lab, "dhcp1")
    pid = fresh.lab.run("dhcp1", "pidof dhcpd")
    fresh.lab.run("dhcp2", f"apt-get -qq -y install nftables >/dev/null; {BLOCK} 520 drop")
    with fresh.people():
        refused = fresh.apply(pair_of(), status=1).output
        assert "open the port" in refused
        assert fresh.lab.run("dhcp1", "pidof dhcpd") == pid
        fresh.lab.run("dhcp2", UNBLOCK)
        fresh.apply(pair_of())


def test_pair_that_never_connects(fresh: Drill) -> None:
    """The port opens, and nothing passes: the server that serves alone does so again."""
    by_hand(fresh.lab, "dhcp1")
    conf = fresh.lab.run("dhcp1", f"cat {CONF}")
    more = "nft add rule inet wall input tcp sport 520 meta length '>' 80 drop"
    fresh.lab.run(
        "dhcp2",
        "apt-get -qq update && apt-get -qq -y install nftables >/dev/null;"
        f" {BLOCK} 520 meta length '>' 80 drop; {more}",
    )
    data = pair_of(normal_timeout=15)
    with fresh.people(silence=25):
        started = time.monotonic()
        said = fresh.apply(data, status=1).output
        fresh.timed("taken back after", started)
        # Either it was not restarted at all, or it was and runs from its old files again.
        words = ("dhcpd is not restarted", "it serves with them again")
        assert any(it in said for it in words), said
        assert fresh.lab.run("dhcp1", f"cat {CONF}") == conf
        fresh.lab.run("dhcp2", UNBLOCK)
        fresh.apply(data)


def test_new_machine_with_the_old_address(quick: Drill) -> None:
    """Its disk is empty: it has every lease at once, serves after mclt; nothing is to be done."""
    with quick.people():
        quick.lab.forget("dhcp2")
        quick.until_interrupted("dhcp1")
        quick.lab.up()
        started = time.monotonic()
        said = quick.apply(pair_of()).output
        quick.timed("apply", started)
        assert "recover-wait" in said
        assert "nothing is to be done" in said
        quick.pair.until_normal(150)
        quick.timed("normal after", started)
    quick.apply(pair_of())


@pytest.mark.parametrize("survivor", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
def test_new_machine_with_another_address(quick: Drill, survivor: str) -> None:
    """Refused while the old one runs; with DHCP stopped there it comes in, with the leases."""
    dead, names = OTHER[survivor], (survivor, "dhcp3")
    roles = {"dhcp1": ("dhcp1", "dhcp3"), "dhcp2": ("dhcp3", "dhcp2")}[survivor]
    data = pair_of(*roles)
    quick.servers = names
    quick.lab.up(["dhcp3"])
    pid = quick.pair.pid(survivor)
    with quick.people() as seen:
        refused = quick.apply(data, names=names, status=1).output
        assert f"Stop DHCP on {quick.lab.address(dead)} for good" in refused
        assert quick.pair.pid(survivor) == pid
        quick.lab.run(dead, "systemctl disable --now isc-dhcp-server")
        quick.until_interrupted(survivor)
        started = time.monotonic()
        said = quick.apply(data, names=names).output
        quick.timed("apply", started)
        assert "nothing is to be done" in said
    assert not unknown(quick.lab, seen, names)
    # An old machine that serves again is seen.
    quick.lab.run(dead, "systemctl start isc-dhcp-server")
    run = quick.status(data, names=names)
    assert run.status == 1
    assert quick.lab.address(dead) in run.output


def test_frozen_partner(quick: Drill) -> None:
    """A stopped process answers nobody, whatever its record says; an apply mends it first."""
    pid = quick.pair.pid("dhcp1")
    with quick.people():
        quick.lab.run("dhcp2", "pkill -STOP -x dhcpd")
        refused = quick.apply(changed(33), "--limit", "dhcp1", status=1).output
        assert "is in state T" in refused
        quick.lab.run("dhcp1", "ss -K state established '( sport = :520 or dport = :520 )'")
        quick.until_interrupted("dhcp1")
        quick.apply(changed(33), "--limit", "dhcp1", status=1)
        assert quick.pair.pid("dhcp1") == pid
        quick.apply(changed(33))


def in_place_of_nft(drill: Drill, name: str, then: str) -> None:
    """Have the start of the unit, which loads the rules, do ``then`` with the new file.

    A drop-in of the unit would be refused beforehand.
    """
    drill.lab.run(
        name,
        "mv /usr/sbin/nft /usr/sbin/nft.real && cat > /usr/sbin/nft << 'END'\n"
        '#!/bin/sh\n/usr/sbin/nft.real "$@" || exit\n'
        f'case " $* " in " -f /etc/dhcp/failover.nft ")\n{then}\nesac\nEND\n'
        "chmod +x /usr/sbin/nft",
    )


def test_new_configuration_dies_at_start(quick: Drill) -> None:
    """What no trial can foresee: the previous files are back, and the server runs from them."""
    before = quick.pair.files()["dhcp2"], quick.lab.run("dhcp1", f"cat {CONF}")
    for name in ("dhcp1", "dhcp2"):
        in_place_of_nft(quick, name, f'! grep -q "updates 33" {CONF} || exit 1')
    with quick.people():
        said = quick.apply(changed(33), status=1).output
        assert "The previous files are back in place, and the server runs from them again" in said
        quick.pair.until_normal()
        assert (quick.pair.files()["dhcp2"], quick.lab.run("dhcp1", f"cat {CONF}")) == before
        for name in ("dhcp1", "dhcp2"):
            quick.lab.run(name, "mv /usr/sbin/nft.real /usr/sbin/nft")
        quick.apply(changed(33))


def test_change_that_parts_the_servers(quick: Drill) -> None:
    """The first server cannot connect with the new files: they are taken back, the other stays."""
    before = quick.pair.files()["dhcp2"], quick.lab.run("dhcp1", f"cat {CONF}")
    wall = f"{BLOCK} 520 drop; {BLOCK} 999 drop; nft add rule inet wall input tcp sport 520 drop"
    wall = wall.replace("nft ", "/usr/sbin/nft.real ")
    gone = UNBLOCK.replace("nft ", "/usr/sbin/nft.real ")
    in_place_of_nft(
        quick, "dhcp1", f'{gone}\nif grep -q "updates 33" {CONF}; then {wall}; fi\ntrue'
    )
    with quick.people():
        started = time.monotonic()
        said = quick.apply(changed(33, normal_timeout=20), status=1).output
        quick.timed("taken back after", started)
        assert "its previous files are back in place, and it serves with them again" in said
        quick.pair.until_normal()
        assert (quick.pair.files()["dhcp2"], quick.lab.run("dhcp1", f"cat {CONF}")) == before
        quick.lab.run("dhcp1", "mv /usr/sbin/nft.real /usr/sbin/nft")
        quick.apply(changed(33))


def test_roles_swapped(quick: Drill) -> None:
    """Refused beforehand with the steps; these are taken as they stand."""
    swapped = pair_of("dhcp2", "dhcp1")
    # Nobody hears the releases of an outage: few clients, or the range is used up by them.
    with quick.people(silence=15, rate=2, most=30):
        quick.apply(pair_of())
        before = quick.pair.files()
        refused = quick.apply(swapped, status=1).output
        assert quick.pair.files() == before
        assert "stop DHCP on dhcp1, 2 seconds later on dhcp2" in refused.replace(
            "this server", "dhcp1"
        ).replace("the other server", "dhcp2")
        started = time.monotonic()
        quick.lab.run("dhcp1", STOP)
        time.sleep(2)
        quick.lab.run("dhcp2", STOP)
        quick.apply(swapped)
        quick.timed("all steps", started)
    assert quick.apply(swapped).changes == []


@pytest.mark.parametrize("owner", ["dhcp1", "dhcp2"], ids=["primary", "secondary"])
@pytest.mark.parametrize("way", ["into_the_pair", "out_of_it"])
def test_owner_of_a_pool_changes(quick: Drill, owner: str, way: str) -> None:
    """Refused beforehand with the steps; these are taken as they stand, new name and all."""

    def data(who: str, name: str = "lab") -> dict[str, object]:
        ranges = ("198.51.100.20-198.51.100.29", "198.51.100.30-198.51.100.249")
        pools = [pool(name, ranges[0]), pool(who, ranges[1])]
        subnets = [{"network": NETWORK, "pools": pools}]
        return pair_of(name=name, subnets=subnets, relationship={"split": 128})

    whose = (owner, "lab") if way == "into_the_pair" else ("lab", owner)
    quick.apply(data(whose[0]))
    # Nobody hears the releases of an outage: few clients, or the range is used up by them.
    with quick.people(silence=15, rate=2, most=30):
        before = quick.pair.files()
        refused = quick.apply(data(whose[1]), status=1).output
        assert quick.pair.files() == before
        steps = re.search(r"stop DHCP on (dhcp\d), then 2 seconds later on (dhcp\d)", refused)
        assert steps, refused
        renamed = re.search("give the relationship lab a new name in the data", refused)
        name = "renamed" if renamed else "lab"
        started = time.monotonic()
        quick.lab.run(steps[1], STOP)
        time.sleep(2)
        quick.lab.run(steps[2], STOP)
        after = data(name if whose[1] == "lab" else whose[1], name)
        quick.apply(after)
        quick.timed("all steps", started)
    if way == "out_of_it":
        quick.servers = (owner,)  # the other server has nothing of that range any more


def test_relationship_renamed(quick: Drill) -> None:
    """To dhcpd the end of one and the beginning of another: a second or two."""
    with quick.people():
        quick.apply(pair_of(name="renamed"))
