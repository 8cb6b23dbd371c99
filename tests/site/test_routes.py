"""Routes: what of them goes over the wire, and what is refused."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from dhcp_failover.site.scopes import route_bytes
from dhcp_failover.site.validate import SiteError, validated

Data = dict[str, Any]
ALL = {"0.0.0.0/0": "192.0.2.254"}
SOME = {"10.0.0.0/8": "192.0.2.253"}


@pytest.mark.parametrize(
    ("network", "wire"),
    [
        ("0.0.0.0/0", "00 c00002fe"),
        ("10.0.0.0/8", "08 0a c00002fe"),
        ("10.128.0.0/9", "09 0a80 c00002fe"),
        ("192.168.16.0/20", "14 c0a810 c00002fe"),
        ("198.51.100.7/32", "20 c6336407 c00002fe"),
    ],
)
def test_of_a_network_only_the_bytes_that_count_are_sent(network: str, wire: str) -> None:
    """RFC 3442."""
    routes = {IPv4Network(network): IPv4Address("192.0.2.254")}
    assert route_bytes(routes) == bytes.fromhex(wire)


def test_routes_are_accepted_at_every_scope(pair: Data) -> None:
    """With one to everywhere where there are routers."""
    subnet = pair["subnets"][0]
    subnet["pools"][0]["routes"] = SOME | ALL
    subnet["routes"] = {"0.0.0.0/0": "192.0.2.254"}
    subnet["reservations"] = {"a": {"mac": "00:00:5e:00:53:01", "routes": ALL}}
    pair["classes"] = {"c": {"match": [{"hardware": "00:00:5e"}], "routes": ALL}}
    assert validated(pair | {"routes": ALL})


def test_routes_without_one_to_everywhere_are_accepted_where_nobody_has_routers(
    pair: Data,
) -> None:
    """Then nothing is ignored."""
    del pair["subnets"][0]["pools"][0]["routers"]
    assert validated(pair | {"routes": SOME})


IGNORED = (
    "has no default route, and clients that understand routes ignore all other routes and"
    ' routers (192.0.2.254); add "0.0.0.0/0": "192.0.2.254"'
)


@pytest.mark.parametrize("where", ["site", "subnet", "pool", "class", "reservation"])
def test_routes_that_would_take_the_routers_away_are_refused(pair: Data, where: str) -> None:
    """Each where it is written, once."""
    subnet = pair["subnets"][0]
    scope: Data = {"routes": SOME}
    path = {
        "site": "routes",
        "subnet": "subnets[192.0.2.0/24].routes",
        "pool": "subnets[192.0.2.0/24].pools[0].routes",
        "class": "classes.c.routes",
        "reservation": "subnets[192.0.2.0/24].reservations.a.routes",
    }[where]
    match where:
        case "site":
            pair |= scope
        case "subnet":
            subnet |= scope
        case "pool":
            subnet["pools"][0] |= scope
        case "class":
            pair["classes"] = {"c": {"match": [{"hardware": "00:00:5e"}], **scope}}
        case "reservation":
            subnet["options"] = {"routers": ["192.0.2.254"]}
            subnet["reservations"] = {"a": {"mac": "00:00:5e:00:53:01", **scope}}
    with pytest.raises(SiteError) as refused:
        validated(pair)
    assert f"{path} = {{'10.0.0.0/8': '192.0.2.253'}}: {IGNORED}" in str(refused.value)
    assert len(refused.value.mistakes) == 1, refused.value


@pytest.mark.parametrize("where", ["subnet", "class"])
def test_routes_that_would_take_the_route_to_everywhere_away_are_refused(
    pair: Data, where: str
) -> None:
    """As a nearer scope takes the place of a wider one's routes, and adds nothing to them."""
    del pair["subnets"][0]["pools"][0]["routers"]
    pair["routes"] = ALL
    if where == "subnet":
        pair["subnets"][0]["routes"] = SOME
    else:
        pair["classes"] = {"c": {"match": {"hardware": "00:00:5e"}, "routes": SOME}}
    with pytest.raises(SiteError, match="has no default route") as refused:
        validated(pair)
    assert len(refused.value.mistakes) == 1, refused.value


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"routes": ALL, "option_definitions": {"r": {"code": 249, "type": "bytes"}}},
            "option_definitions.r.code = 249: routes are sent in this option; move its routes"
            " to routes, and remove it",
        ),
        (
            {"routes": ALL | {"10.0.0.0/8": "192.0.2.1", "10.0.0.0/255.0.0.0": "192.0.2.2"}},
            "'10.0.0.0/8' and '10.0.0.0/255.0.0.0' are the same network; keep one of them",
        ),
        ({"routes": ALL | {"10.0.0.1/8": "192.0.2.1"}}, "the network is '10.0.0.0/8'"),
        ({"routes": {"0.0.0.0/0": "gw.example.com"}}, "expected an IPv4 address"),
        (
            {"routes": ALL | {f"10.0.{i}.0/24": "192.0.2.1" for i in range(200)}},
            "take 1605 bytes; the largest packet to a client has room for 1390",
        ),
    ],
)
def test_routes_that_cannot_be_are_refused(pair: Data, data: Data, said: str) -> None:
    """With what is expected."""
    with pytest.raises(SiteError) as refused:
        validated(pair | data)
    assert said in str(refused.value)
    assert len(refused.value.mistakes) == 1, refused.value


def test_own_definitions_of_routes_go_on_working_alone(pair: Data) -> None:
    """As sites have them that wrote the bytes themselves."""
    own = {"r": {"code": 121, "type": "uint8", "array": True}}
    assert validated(pair | {"option_definitions": own, "options": {"r": [0, 192, 0, 2, 254]}})
