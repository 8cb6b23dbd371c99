"""The inventories that come with the project, on real machines."""

from __future__ import annotations

import runpy
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from machines import DEPLOY, ROOT

if TYPE_CHECKING:
    from machines import Pair

SECRETS = {"DHCP_KEYS__UPDATES__SECRET": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="}
"""What the inventory of the campus leaves to the environment."""


RENDERED = [
    pytest.param(it, marks=pytest.mark.everything) for it in ("school", "provider", "netbox")
]
"""Those whose text other tests look at."""


@pytest.mark.parametrize("name", ["example", "campus", "hub", *RENDERED])
def test_an_inventory_becomes_servers_in_normal_and_stays_so(
    fresh: Pair, name: str, tmp_path: Path
) -> None:
    """Every server of every relationship says so; a second apply changes nothing.

    The machines stand in for the inventory's servers: each gets the address of one, and is
    reached at its own. The site is the inventory's, unchanged.
    """
    servers, data = runpy.run_path(str(ROOT / "inventories" / f"{name}.py"))["servers"]
    machines = {server: f"dhcp{i}" for i, (server, _) in enumerate(servers, 1)}
    fresh.lab.up(machines.values())
    give_addresses(fresh, data["dhcp"], machines)
    inventory = tmp_path / f"{name}.py"
    inventory.write_text(f"servers = ({reached(fresh, machines)!r}, {data!r})\n")
    environment = SECRETS if name == "campus" else {}

    for changes in (True, False):
        run = fresh.pyinfra("-y", str(inventory), DEPLOY, **environment)
        assert run.status == 0, run.output
        assert bool(run.changes) is changes

    states = fresh.fact("Failover", inventory=str(inventory), **environment)
    assert {
        (server, relationship): it["state"]
        for server, relationships in states.items()
        for relationship, it in relationships.items()
    } == {
        (it[role]["server"], relationship): "normal"
        for relationship, it in data["dhcp"]["failover"].items()
        for role in ("primary", "secondary")
    }


def reached(pair: Pair, machines: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The inventory's servers, and how the machines in their place are reached."""
    ssh = {
        "ssh_user": "root",
        "ssh_key": str(pair.lab.key),
        "ssh_known_hosts_file": str(pair.lab.known_hosts),
        "ssh_strict_host_key_checking": "yes",
    }
    return [
        (server, {"ssh_hostname": pair.lab.address(machine), **ssh})
        for server, machine in machines.items()
    ]


def give_addresses(pair: Pair, site: dict[str, Any], machines: dict[str, str]) -> None:
    """Give each machine the address of its server, and the ways to the others.

    On an interface of its own: the lab's network can be among those that the site declares.
    """
    ends = [it[role] for it in site["failover"].values() for role in ("primary", "secondary")]
    addresses = {end["server"]: end["address"] for end in ends}
    networks = [IPv4Network(it["network"]) for it in site["subnets"]]
    for server, machine in machines.items():
        (length,) = {
            network.prefixlen
            for network in networks
            if network.supernet_of(IPv4Network(addresses[server]))
        }
        commands = [
            "ip link add site0 link host0 type macvlan mode bridge",
            f"ip addr add {addresses[server]}/{length} dev site0",
            "ip link set site0 up",
        ]
        others = {address for other, address in addresses.items() if other != server}
        commands += [f"ip route replace {address}/32 dev site0" for address in sorted(others)]
        pair.lab.run(machine, " && ".join(commands))
