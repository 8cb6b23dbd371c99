"""The model: what is derived from what is declared once."""

from __future__ import annotations

from typing import Any

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
