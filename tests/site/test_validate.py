"""Mistakes in the declared data: each found, with its path, its value and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dhcp_failover.site.messages import place
from dhcp_failover.site.validate import SiteError, validated

Data = dict[str, Any]
Change = Callable[[Data], object]

SERVERS = ["dhcp1", "dhcp2"]


def lab(data: Data) -> Data:
    """The relationship of ``data``."""
    relationship: Data = data["failover"]["lab"]
    return relationship


def pool(data: Data) -> Data:
    """The pool of ``data``."""
    first: Data = data["subnets"][0]["pools"][0]
    return first


def nested(depth: int) -> list[Any]:
    """Lists in lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


MISTAKES: dict[str, tuple[Change, str]] = {
    "an unknown key": (
        lambda d: lab(d).update(mcltt=3600),
        "failover.lab.mcltt = 3600: unknown key; did you mean 'mclt'?",
    ),
    "an unknown key in a pool": (
        lambda d: pool(d).update(range=["192.0.2.7"]),
        "subnets[192.0.2.0/24].pools[0].range = ['192.0.2.7']: unknown key; did you mean 'ranges'?",
    ),
    "an unknown key at the top": (
        lambda d: d.update(subnet=[]),
        "subnet = []: unknown key; did you mean 'subnets'?",
    ),
    "a wrong type": (
        lambda d: lab(d).update(mclt="an hour"),
        "failover.lab.mclt = 'an hour': expected a whole number",
    ),
    "a truth value for a number": (
        lambda d: lab(d).update(split=True),
        "failover.lab.split = True: expected a whole number",
    ),
    "a number for an address": (
        lambda d: lab(d)["primary"].update(address=3221225985),
        "failover.lab.primary.address = 3221225985: expected an IPv4 address, such as '192.0.2.1'",
    ),
    "port 0": (
        lambda d: lab(d).update(port=0),
        "failover.lab.port = 0: expected 1 or more",
    ),
    "port 70000": (
        lambda d: lab(d).update(peer_port=70000),
        "failover.lab.peer_port = 70000: expected 65535 or less",
    ),
    "equal addresses": (
        lambda d: lab(d)["secondary"].update(address="192.0.2.1"),
        "failover.lab.secondary.address = '192.0.2.1': primary and secondary must have"
        " different addresses",
    ),
    "one server as both": (
        lambda d: lab(d)["secondary"].update(server="dhcp1"),
        "failover.lab.secondary.server = 'dhcp1': primary and secondary must be two servers",
    ),
    "split 257": (
        lambda d: lab(d).update(split=257),
        "failover.lab.split = 257: expected 256 or less",
    ),
    "split -1": (
        lambda d: lab(d).update(split=-1),
        "failover.lab.split = -1: expected 0 or more",
    ),
    "mclt 59": (
        lambda d: lab(d).update(mclt=59),
        "failover.lab.mclt = 59: expected 130 or more (better 180): with less, a"
        " server that was away can give an address to a second client",
    ),
    "load balancing off": (
        lambda d: lab(d).update(load_balance_max_seconds=0),
        "failover.lab.load_balance_max_seconds = 0: expected 1 or more",
    ),
    "a partner treated as down before it is unreachable": (
        lambda d: lab(d).update(auto_partner_down=59),
        "failover.lab.auto_partner_down = 59: below max_response_delay, 60",
    ),
    "more ownership than misbalance": (
        lambda d: lab(d).update(max_lease_ownership=16),
        "failover.lab.max_lease_ownership = 16: above max_lease_misbalance, 15",
    ),
    "less misbalance than ownership": (
        lambda d: lab(d).update(max_lease_misbalance=9),
        "failover.lab.max_lease_ownership = 10: above max_lease_misbalance, 9",
    ),
    "a shortest time above the longest": (
        lambda d: lab(d).update(min_balance=900, max_balance=600),
        "failover.lab.min_balance = 900: above max_balance, 600",
    ),
    "a network with host bits": (
        lambda d: d["subnets"][0].update(network="192.0.2.1/24"),
        "subnets[0].network = '192.0.2.1/24': has host bits set; the network is '192.0.2.0/24'",
    ),
    "a range outside its network": (
        lambda d: pool(d).update(ranges=["198.51.100.1-198.51.100.9"]),
        "subnets[192.0.2.0/24].pools[0].ranges[0] = '198.51.100.1-198.51.100.9':"
        " outside its network, 192.0.2.0/24",
    ),
    "a reversed range": (
        lambda d: pool(d).update(ranges=["192.0.2.9-192.0.2.5"]),
        "subnets[192.0.2.0/24].pools[0].ranges[0] = '192.0.2.9-192.0.2.5': reversed:"
        " write '192.0.2.5-192.0.2.9'",
    ),
    "a range without a dash": (
        lambda d: pool(d).update(ranges=["192.0.2.9 192.0.2.5"]),
        "subnets[192.0.2.0/24].pools[0].ranges[0] = '192.0.2.9 192.0.2.5': expected a"
        " range of IPv4 addresses, such as '192.0.2.10-192.0.2.99'",
    ),
    "overlapping ranges": (
        lambda d: pool(d).update(ranges=["192.0.2.10-192.0.2.50", "192.0.2.50-192.0.2.60"]),
        "subnets[192.0.2.0/24].pools[0].ranges[1] = '192.0.2.50-192.0.2.60': overlaps"
        " the range 192.0.2.10-192.0.2.50",
    ),
    "overlapping subnets": (
        lambda d: d["subnets"].append({"network": "192.0.2.128/25"}),
        "subnets[1].network = '192.0.2.128/25': overlaps the subnet 192.0.2.0/24",
    ),
    "a range with the broadcast address": (
        lambda d: pool(d).update(ranges=["192.0.2.200-192.0.2.255"], routers=[]),
        "subnets[192.0.2.0/24].pools[0].ranges[0] = '192.0.2.200-192.0.2.255':"
        " contains the broadcast address, 192.0.2.255",
    ),
    "a router outside the network": (
        lambda d: pool(d).update(routers=["198.51.100.1"]),
        "subnets[192.0.2.0/24].pools[0].routers[0] = '198.51.100.1': outside its"
        " network, 192.0.2.0/24",
    ),
    "a router inside a range": (
        lambda d: pool(d).update(routers=["192.0.2.150"]),
        "subnets[192.0.2.0/24].pools[0].routers[0] = '192.0.2.150': inside the range"
        " 192.0.2.100-192.0.2.199; a client would get the router's address",
    ),
    "a server's own address inside a range": (
        lambda d: pool(d).update(ranges=["192.0.2.2-192.0.2.99"]),
        "subnets[192.0.2.0/24].pools[0].ranges[0] = '192.0.2.2-192.0.2.99': contains"
        " 192.0.2.2, the address of the server dhcp2",
    ),
    "a default above the max lease time": (
        lambda d: pool(d).update(default_lease_time=36001, max_lease_time=36000),
        "subnets[192.0.2.0/24].pools[0].default_lease_time = 36001: above max_lease_time, 36000",
    ),
    "a pool of an unknown relationship": (
        lambda d: d["subnets"].append(
            {
                "network": "198.51.100.0/24",
                "pools": [{"failover": "labb", "ranges": ["198.51.100.7"]}],
            }
        ),
        "subnets[198.51.100.0/24].pools[0].failover = 'labb': unknown relationship;"
        " did you mean 'lab'?",
    ),
    "a pool without a range": (
        lambda d: pool(d).update(ranges=[]),
        "subnets[192.0.2.0/24].pools[0].ranges = []: expected a list of 1 or more",
    ),
    "a relationship without a pool": (
        lambda d: d["failover"].update(spare=lab(d)),
        "failover.spare: no pool uses this relationship; write \"failover\": 'spare' in a pool",
    ),
    "a relationship without a secondary": (
        lambda d: lab(d).pop("secondary"),
        "failover.lab.secondary: required",
    ),
    "a server outside the inventory": (
        lambda d: lab(d)["primary"].update(server="dchp1"),
        "failover.lab.primary.server = 'dchp1': not in the inventory; did you mean 'dhcp1'?",
    ),
    "an address outside the subnets": (
        lambda d: lab(d)["primary"].update(address="198.51.100.1"),
        "failover.lab.primary.address = '198.51.100.1': in none of the declared"
        " subnets; declare its network (it needs no pools), or list under 'interfaces'"
        " where dhcp1 serves",
    ),
    "interfaces of an unknown server": (
        lambda d: d.update(interfaces={"dhcp11": ["eth0"]}),
        "interfaces.dhcp11 = 'dhcp11': no relationship has this server; did you mean 'dhcp1'?",
    ),
    "a name that dhcpd cannot read": (
        lambda d: d["failover"].update({'a"b': d["failover"].pop("lab")}),
        "failover.a\"b = 'a\"b': expected up to 63 letters, digits, '.', '_' and '-',"
        " the first a letter or a digit",
    ),
    "an interface that the shell would read": (
        lambda d: d.update(interfaces={"dhcp1": ["eth0; reboot"]}),
        "interfaces.dhcp1[0] = 'eth0; reboot': expected the name of an interface, such"
        " as 'eth0.20': up to 15 letters, digits, '.', '_' and '-'; for an address with a label"
        " ('eth0:1') write its interface ('eth0')",
    ),
    "a server's name with a space": (
        lambda d: lab(d)["primary"].update(server="dhcp 1"),
        "failover.lab.primary.server = 'dhcp 1': expected a name of the inventory,"
        " without spaces and quotes",
    ),
    "a server at a loopback address": (
        lambda d: lab(d)["primary"].update(address="127.0.0.1"),
        "failover.lab.primary.address = '127.0.0.1': a partner cannot reach a server"
        " at such an address",
    ),
    "a subnet of everything": (
        lambda d: d.update(subnets=[{**d["subnets"][0], "network": "0.0.0.0/0"}]),
        "subnets[0].network = '0.0.0.0/0': not a network for clients: loopback,"
        " multicast or unspecified",
    ),
    "a file name that BOOTP has no room for": (
        lambda d: d.update(boot={"filename": "é" * 64}),
        f"boot.filename = '{'é' * 64}': takes 128 bytes; there is room for 127;"
        " for a longer name, use the option bootfile-name: clients that ask for it get it",
    ),
    "a server name that BOOTP has no room for": (
        lambda d: d.update(boot={"server_name": "é" * 32}),
        f"boot.server_name = '{'é' * 32}': takes 64 bytes; there is room for 63",
    ),
    "a zone that begins with an underscore": (
        lambda d: d.update(dns={"zones": {"_msdcs.example": {"primary": "192.0.2.53"}}}),
        "dns.zones._msdcs.example = '_msdcs.example': expected a domain name, such as"
        " 'example.org'; no part of it may begin with '_' or '-'",
    ),
    "a key with an empty part": (
        lambda d: d.update(keys={"a..b": {"secret": "AAAAAAAAAAA="}}),
        "keys.a..b = '********': expected a name like that of a domain: up to 63"
        " letters, digits, '.', '_' and '-'; no part of it may begin with '_' or '-'",
    ),
    "a key without a name": (
        lambda d: d.update(keys={None: {"x": 1}}),
        "keys: expected a text",
    ),
    "a zone with an empty part": (
        lambda d: d.update(dns={"zones": {"a..example": {"primary": "192.0.2.53"}}}),
        "dns.zones.a..example = 'a..example': expected a domain name, such as"
        " 'example.org'; no part of it may begin with '_' or '-'",
    ),
    "an option's domain that begins with an underscore": (
        lambda d: d.update(options={"v4-lost": "_lost.example"}),
        "options.v4-lost = '_lost.example': v4-lost: expected a domain name, such as"
        " 'example.org'; no part of it may begin with '_' or '-'",
    ),
    "an unknown type of an option": (
        lambda d: d.update(option_definitions={"mode": {"code": 200, "type": "word"}}),
        "option_definitions.mode.type = 'word': expected 'address', 'address6',"
        " 'boolean', 'int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'text',"
        " 'bytes', 'domain-name' or 'domain-list'",
    ),
    "members that are not texts": (
        lambda d: d.update(classes={"phones": {"member_by": "hardware", "members": [{}]}}),
        "classes.phones.members = [{}]: expected a list of texts, or a mapping with"
        " texts as its keys",
    ),
    "a member twice": (
        lambda d: d.update(classes={"a": {"member_by": "hardware", "members": ["00", "00"]}}),
        "classes.a.members = ['00', '00']: '00' is listed twice; remove one of them",
    ),
    "one value for a list": (
        lambda d: pool(d).update(routers="192.0.2.254"),
        "subnets[192.0.2.0/24].pools[0].routers = '192.0.2.254': expected a list; write"
        ' ["192.0.2.254"]',
    ),
    "a word of another language in a condition": (
        lambda d: d.update(classes={"a": {"match": {"not": {"option": "user-class"}}}}),
        "classes.a.match = {'not': {'option': 'user-class'}}: there is no 'not': write the"
        " conditions that must not hold under 'none_of'",
    ),
    "clients with a reservation as a class": (
        lambda d: d.update(classes={"a": {"match": {"any_of": [{"known": True}]}}}),
        "classes.a.match.any_of[0] = {'known': True}: there is no 'known': a server sorts clients"
        " into classes before it looks for their reservations; allow or deny 'known clients' in a"
        " pool",
    ),
    "an option by its number": (
        lambda d: d.update(options={"option-66": "a"}),
        "options.option-66 = 'option-66': an option is declared by its name; write"
        " 'tftp-server-name'",
    ),
    "routes as an option": (
        lambda d: d.update(options={"classless-static-routes": "a"}),
        "options.classless-static-routes = 'classless-static-routes': write these routes under"
        " 'routes', in the same scope",
    ),
    "a key that would break the line": (
        lambda d: d["failover"].update({"a\nb": d["failover"].pop("lab")}),
        "failover.'a\\nb' = 'a\\nb': expected up to 63 letters, digits, '.', '_' and"
        " '-', the first a letter or a digit",
    ),
    "a number that Python does not print": (
        lambda d: lab(d).update(port=10**5000),
        "failover.lab.port = (a number that cannot be shown): expected 65535 or less",
    ),
    "a list without end": (
        lambda d: lab(d).update(mclt=nested(3000)),
        "failover.lab.mclt ="
        " [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...:"
        " expected a whole number",
    ),
    "a list that is something else": (
        lambda d: d.update(subnets=range(1)),
        "subnets = range(0, 1): expected a list",
    ),
    "nothing at all": (lambda d: d.clear(), "failover: required"),
    "a list for a mapping": (
        lambda d: d.update(failover=[]),
        "failover = []: expected a mapping",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_named_with_its_path_its_value_and_what_is_allowed(
    pair: Data, what: str
) -> None:
    """One change to a good site, one line."""
    change, line = MISTAKES[what]
    change(pair)
    with pytest.raises(SiteError) as refused:
        validated(pair, SERVERS)
    assert line in str(refused.value).split("\n    ")


def test_a_machine_that_no_relationship_names_is_no_mistake(pair: Data) -> None:
    """An inventory can have other machines; such a one has no peers."""
    site = validated(pair, [*SERVERS, "web1"])
    assert site.peers.get("web1", ()) == ()
    assert site.networks_for("web1").subnets == []


def test_all_mistakes_are_in_one_message(pair: Data) -> None:
    """What a field shows and what only the whole shows; one does not hide another."""
    lab(pair).update(mclt=30, split=999, prot=520)
    pair["subnets"].insert(0, {"network": "10.0.0.1/8"})
    pool_of_two = pair["subnets"][1]["pools"][0]
    pool_of_two.update(
        routers=["192.0.2.150"], ranges=["192.0.2.9-192.0.2.3", *pool_of_two["ranges"]]
    )
    with pytest.raises(SiteError) as refused:
        validated(pair, SERVERS)
    assert [place(it.path) for it in refused.value.mistakes] == [
        "failover.lab.mclt",
        "failover.lab.split",
        "failover.lab.prot",
        "subnets[0].network",
        "subnets[1].pools[0].ranges[0]",
        "subnets[1].pools[0].routers[0]",
    ]


def test_what_was_refused_brings_no_mistakes_of_its_own(pair: Data) -> None:
    """A relationship whose address is no address is not also unknown to its pools."""
    lab(pair)["primary"]["address"] = "192.0.2.256"
    with pytest.raises(SiteError) as refused:
        validated(pair, SERVERS)
    assert len(refused.value.mistakes) == 1


def test_a_tuple_is_a_list(pair: Data) -> None:
    """An inventory is Python: mistakes inside of tuples are mistakes like others."""
    pair["subnets"] = tuple({**it, "pools": tuple(it["pools"])} for it in pair["subnets"])
    assert validated(pair, SERVERS)
    pool(pair).update(ranges=("192.0.2.9-192.0.2.5", "192.0.2.254"))
    with pytest.raises(SiteError) as refused:
        validated(pair, SERVERS)
    assert [it.path[-2:] for it in refused.value.mistakes] == [("ranges", 0), ("routers", 0)]


def test_a_good_site_is_returned(hub: Data) -> None:
    """Nothing is found where nothing is wrong."""
    assert list(validated(hub, ["hub", "north", "south"]).failover) == ["north", "south"]


def test_an_option_that_dhcpd_does_not_send_is_refused(pair: Data) -> None:
    """With what to declare in its place."""
    pair["options"] = {"nwip.autoretries": 3}
    with pytest.raises(SiteError, match=r"nwip\.autoretries = 3: .* your own option with code 63"):
        validated(pair, SERVERS)


@pytest.mark.parametrize(
    "keys",
    [
        "c2VjcmV0",
        ["c2VjcmV0"],
        [{"secret": "c2VjcmV0"}],
        {"updates": "c2VjcmV0"},
        {"updates": {"secret": "c2VjcmV0"}},
        {"updates": {"secrets": ["c2VjcmV0"]}},
        {"updates": {"secret": {"x": ("c2VjcmV0",)}}},
    ],
    ids=repr,
)
@pytest.mark.parametrize("where", ["keys", "kyes"])
def test_a_secret_is_never_in_a_message(pair: Data, keys: object, where: str) -> None:
    """Wherever it was put under ``keys``, or under what was to be ``keys``."""
    with pytest.raises(SiteError) as refused:
        validated({**pair, where: keys})
    assert "c2VjcmV0" not in str(refused.value)
