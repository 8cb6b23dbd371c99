"""What scopes say, as real clients see it: one server's own values, policies, leases, booting."""

from __future__ import annotations

import time
from ipaddress import IPv4Address

import pytest
from dhcp_failover.lab.client import Client, client
from dhcp_failover.lab.machines import Lab
from machines import Pair
from sites import applied, lab_site
from wire import acknowledged

HOST_NAME, MERIT_DUMP, ROOT_PATH, LEASE_TIME, TFTP_SERVER = 12, 14, 17, 51, 66
NUMBERS = {"known": 1, "banned": 2, "forever": 3, "single": 4, "elsewhere": 5, "stranger": 6}
"""By what it is: the number of a client."""
ALL = [{"hardware": "02:00:5e"}]
A_YEAR = 365 * 86400


def mac(which: str) -> str:
    """The hardware address of a client."""
    return f"02:00:5e:00:00:{NUMBERS[which]:02x}"


SITE = lab_site(
    boot={
        "next_server": {"dhcp1": "192.0.2.61", "dhcp2": "192.0.2.62"},
        "ipxe": "http://boot.example/menu.ipxe",
        "by_architecture": {"efi-x64": "x64.efi"},
    },
    use_host_names=True,
    servers={"dhcp1": {"options": {"root-path": "of dhcp1"}}},
    classes={
        "forever": {"member_by": "hardware", "members": [mac("forever")]},
        "single": {"member_by": "hardware", "members": [mac("single")]},
        "first": {"match": ALL, "options": {"tftp-server-name": "the first"}},
        "second": {"match": ALL, "options": {"tftp-server-name": "the second"}},
        "unwanted": {
            "match": [{"option": "vendor-class-identifier", "equals": "Unwanted"}],
            "booting": "ignore",
        },
    },
    subnets=[
        {
            "network": "198.51.100.0/24",
            "authoritative": False,
            "unknown_clients": "deny",
            "boot": {"filename": "plain.0"},
            "verbatim": ['if known {\n    option merit-dump "two\n  lines {";\n}'],
            "pools": [
                {
                    "failover": "lab",
                    "ranges": ["198.51.100.100-198.51.100.119"],
                    "deny": ["forever", "single"],
                },
                {
                    "failover": "lab",
                    "ranges": ["198.51.100.120-198.51.100.129"],
                    "emptying": True,
                },
                {
                    "failover": "lab",
                    "ranges": ["198.51.100.130-198.51.100.139"],
                    "allow": ["forever"],
                    "default_lease_time": "infinite",
                    "verbatim": ["dhcp-cache-threshold 0;"],
                },
                {
                    "server": "dhcp2",
                    "ranges": ["198.51.100.140-198.51.100.149"],
                    "allow": ["single"],
                },
            ],
            "reservations": {
                "known-7": {"mac": mac("known")},
                "banned": {"mac": mac("banned"), "booting": "deny"},
                "forever": {"mac": mac("forever")},
                "single": {"mac": mac("single")},
            },
        },
        {
            "network": "203.0.113.0/24",
            "reservations": {"elsewhere": {"mac": mac("elsewhere"), "address": "203.0.113.9"}},
        },
    ],
)
REQUEST = "request root-path, host-name, merit-dump, tftp-server-name;"


@pytest.fixture(scope="module")
def served(machines: Pair, converged: Lab, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A pair that serves the site above."""
    machines.restore(converged)
    applied(machines, SITE, tmp_path_factory.mktemp("sites"))
    return machines


def with_lease_of(one: Client, address: str) -> str:
    """The log of a client that asks for ``address``, which it believes to have."""
    (one.home / "leases").write_text(
        f'lease {{ interface "{one.interface}"; fixed-address {address};'
        " option dhcp-lease-time 3600; option dhcp-message-type 5;"
        " option dhcp-server-identifier 198.51.100.1; renew 5 2037/01/01 00:00:00;"
        " rebind 5 2037/01/01 00:00:00; expire 5 2037/01/01 00:00:00; }\n"
    )
    assert one.lease(20, "reboot 2;")
    return (one.home / "log").read_text()


def test_a_client_of_the_first_server_gets_what_is_its_own(served: Pair) -> None:
    """The address to boot from, an option; and what all get."""
    with client(served.lab, NUMBERS["known"]) as one:
        reply = acknowledged(one, REQUEST)
    assert reply
    assert str(reply.next_server) == "192.0.2.61"
    assert reply.options[ROOT_PATH] == b"of dhcp1"
    assert reply.options[HOST_NAME] == b"known-7"
    assert reply.options[MERIT_DUMP] == b"two\n  lines {"


def test_a_client_of_the_other_server_gets_nothing_of_it(served: Pair) -> None:
    """Its own address to boot from, and the leases of a daemon to which nobody said any."""
    with client(served.lab, NUMBERS["single"]) as one:
        reply = acknowledged(one, REQUEST)
    assert reply
    assert str(reply.next_server) == "192.0.2.62"
    assert ROOT_PATH not in reply.options
    assert int.from_bytes(reply.options[LEASE_TIME], "big") == 43200


def test_of_two_classes_the_one_declared_first_wins(served: Pair) -> None:
    """Where both set the same."""
    with client(served.lab, NUMBERS["known"]) as one:
        reply = acknowledged(one, REQUEST)
    assert reply
    assert reply.options[TFTP_SERVER] == b"the first"


@pytest.mark.parametrize(
    ("sent", "filename"),
    [
        ("", "plain.0"),
        ("send pxe-system-type 7;", "x64.efi"),
        ('send pxe-system-type 7; send user-class "iPXE";', "http://boot.example/menu.ipxe"),
    ],
)
def test_a_plain_file_of_a_subnet_does_not_hide_what_the_site_says(
    served: Pair, sent: str, filename: str
) -> None:
    """For iPXE and for an architecture."""
    with client(served.lab, NUMBERS["known"]) as one:
        reply = acknowledged(one, sent)
    assert reply
    assert reply.filename == filename


def test_a_lease_without_an_end(served: Pair) -> None:
    """In a pool with failover: at first for the mclt; until 2038, when the partner knows of it."""
    with client(served.lab, NUMBERS["forever"]) as one:
        leases = [one.lease()]
        while (last := leases[-1]) and last.seconds == 3600 and len(leases) < 10:
            time.sleep(0.5)
            leases.append(one.lease())
    assert leases[0]
    assert last
    assert (last.address, leases[0].seconds) == (leases[0].address, 3600)
    assert last.seconds > A_YEAR


@pytest.mark.parametrize(
    ("which", "sent"),
    [
        ("banned", ""),
        ("stranger", ""),
        ("elsewhere", ""),
        ("known", 'send vendor-class-identifier "Unwanted";'),
    ],
)
def test_nobody_answers_whom_a_policy_excludes(served: Pair, which: str, sent: str) -> None:
    """A reservation, a stranger, one with a reservation for another network, a class."""
    with client(served.lab, NUMBERS[which]) as one:
        assert one.lease(1, sent) is None, (one.home / "log").read_text()


def test_a_client_of_an_emptying_pool_moves(served: Pair) -> None:
    """It is refused its address, and gets one of another pool at once."""
    with client(served.lab, NUMBERS["known"]) as one:
        log = with_lease_of(one, "198.51.100.125")
    assert "DHCPNAK" in log
    assert IPv4Address(log.split("bound to ")[1].split()[0]) < IPv4Address("198.51.100.120")


def test_an_address_of_another_network_meets_silence_without_authority(served: Pair) -> None:
    """The client gives up after a time of its own, and asks for any."""
    with client(served.lab, NUMBERS["known"]) as one:
        log = with_lease_of(one, "10.9.9.9")
    assert "DHCPNAK" not in log


@pytest.mark.everything
def test_an_address_of_another_network_is_refused_with_authority(
    pair: Pair, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As it is by default, and in a shared network that says so while the site does not."""
    directory = tmp_path_factory.mktemp("sites")
    applied(pair, lab_site(), directory)
    with client(pair.lab, NUMBERS["known"]) as one:
        assert "DHCPNAK" in with_lease_of(one, "10.9.9.9")
    (subnet,) = lab_site()["subnets"]
    wire = {"authoritative": True, "subnets": [subnet]}
    site = lab_site(authoritative=False, subnets=[], shared_networks={"wire": wire})
    applied(pair, site, directory)
    with client(pair.lab, NUMBERS["known"]) as one:
        assert "DHCPNAK" in with_lease_of(one, "10.9.9.9")
