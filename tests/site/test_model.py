"""The model: what is derived from what is declared once."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.site.addresses import Range
from dhcp_failover.site.model import Site


def test_roles_addresses_and_ports_are_mirrored(hub: dict[str, Any]) -> None:
    """Each end of a relationship sees its own port as its partner's peer port."""
    site = Site.model_validate(hub)
    (north,) = site.peers["north"]
    at_hub = site.peers["hub"][0]
    assert (north.role, at_hub.role) == ("primary", "secondary")
    assert (north.port, north.peer_port) == (at_hub.peer_port, at_hub.port) == (647, 847)
    assert (north.address, north.peer_address) == (at_hub.peer_address, at_hub.address)
    assert (north.peer_server, at_hub.peer_server) == ("hub", "north")


def test_a_server_may_have_several_relationships(hub: dict[str, Any]) -> None:
    """A hub has one peer a branch, in the order declared."""
    assert [peer.name for peer in Site.model_validate(hub).peers["hub"]] == ["north", "south"]


def test_a_server_gets_its_own_pools_and_every_subnet_without_pools(hub: dict[str, Any]) -> None:
    """A branch knows nothing of the other branch; the hub knows both."""
    site = Site.model_validate(hub)
    assert [str(it.network) for it in site.networks_for("north").subnets] == [
        "192.0.2.0/24",
        "198.51.100.0/24",
    ]
    assert len(site.networks_for("hub").subnets) == 3


def test_both_servers_of_a_relationship_get_the_same_pools(pair: dict[str, Any]) -> None:
    """Pool sets that differ are what dhcpd accepts and then rejects updates for."""
    site = Site.model_validate(pair)
    assert site.networks_for("dhcp1") == site.networks_for("dhcp2")
    assert site.networks_for("dhcp1").subnets == list(site.subnets)


def test_a_range_is_written_first_dash_last_or_as_one_address(hub: dict[str, Any]) -> None:
    """Spaces around the dash do not matter."""
    hub["subnets"][1]["pools"][0]["ranges"] = ["198.51.100.9", "198.51.100.20 - 198.51.100.30"]
    ranges = Site.model_validate(hub).subnets[1].pools[0].ranges
    assert [str(it) for it in ranges] == [
        "198.51.100.9-198.51.100.9",
        "198.51.100.20-198.51.100.30",
    ]


def test_a_site_survives_json(hub: dict[str, Any]) -> None:
    """What a site dumps is data that declares the same site."""
    site = Site.model_validate(hub)
    assert Site.model_validate_json(site.model_dump_json()) == site


def test_a_server_knows_its_own_network_although_its_pools_are_of_others(
    hub: dict[str, Any],
) -> None:
    """A DHCP server does not start without the subnet of its own interface."""
    hub["subnets"][0]["pools"] = [{"failover": "north", "ranges": ["192.0.2.100"]}]
    hub["failover"]["south"]["primary"]["address"] = "192.0.2.3"
    own, branch = Site.model_validate(hub).networks_for("south").subnets
    assert (str(own.network), own.pools) == ("192.0.2.0/24", ())
    assert str(branch.network) == "203.0.113.0/24"


def test_a_server_on_a_shared_network_knows_all_of_it(hub: dict[str, Any]) -> None:
    """The other subnets are on its wire, too."""
    wire = [hub["subnets"].pop(0), {"network": "10.0.0.0/24"}]
    wire[1]["pools"] = [{"failover": "north", "ranges": ["10.0.0.1"]}]
    hub["shared_networks"] = {"wire": {"subnets": wire}}
    hub["failover"]["south"]["primary"]["address"] = "192.0.2.3"
    networks = Site.model_validate(hub).networks_for("south").shared_networks["wire"]
    assert [str(it.network) for it in networks] == ["192.0.2.0/24", "10.0.0.0/24"]


@pytest.mark.parametrize(
    "written",
    [
        "00:00:5e:00:53:0a",
        "00:00:5E:00:53:0A",
        "00-00-5e-00-53-0a",
        "0000.5e00.530a",
        "00005e00530A",
        "0:0:5e:0:53:a",
        "00 00 5e 00 53 0a",
        "00005e-00530a",
        " 0000-5e00-530a ",
    ],
)
def test_a_hardware_address_is_read_in_all_the_usual_ways(
    pair: dict[str, Any], written: str
) -> None:
    """And kept in one."""
    pair["subnets"][0]["reservations"] = {"door": {"mac": written}}
    site = Site.model_validate(pair)
    assert site.subnets[0].reservations["door"].mac == ("00:00:5e:00:53:0a",)


def test_a_client_of_the_control_channel_is_an_address_or_a_network(pair: dict[str, Any]) -> None:
    """An address is a network of one. By default only the server itself may connect."""
    pair["omapi"] = {"key": "control"}
    omapi = Site.model_validate(pair).omapi
    assert omapi is not None
    assert omapi.clients == ()
    pair["omapi"]["clients"] = ["192.0.2.7", "198.51.100.0/24"]
    omapi = Site.model_validate(pair).omapi
    assert omapi is not None
    assert [str(it) for it in omapi.clients] == ["192.0.2.7/32", "198.51.100.0/24"]


def test_a_range_can_be_made_of_its_ends() -> None:
    """By programs; data has it as one text."""
    ends = {"first": "192.0.2.1", "last": "192.0.2.9"}
    assert str(Range.model_validate(ends)) == "192.0.2.1-192.0.2.9"


def test_pairs_are_the_servers_of_every_relationship(hub: dict[str, Any]) -> None:
    """The primary first."""
    assert Site.model_validate(hub).pairs == [("north", "hub"), ("south", "hub")]
