"""The trial of a staged configuration on real machines, beside the daemon that serves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dhcp_failover.engines.dhcpd import paths, trials
from dhcp_failover.system.shell import staging_path
from machines import Pair

STAGED = staging_path(paths.CONF)
UNTOUCHED = (
    f"sha256sum {paths.LEASES}; cat {paths.PID_FILE}; ls -a /etc/dhcp /var/lib/dhcp; ip -o link;"
    " ps -C dhcpd -o pid="
)


@pytest.fixture
def wired(pair: Pair) -> Iterator[Pair]:
    """A pair whose ``dhcp1`` has a second interface, with a name as a VLAN has, in no network."""
    pair.lab.run("dhcp1", "ip link add eth1.20 type veth peer name far")
    pair.lab.run("dhcp1", "ip addr add 203.0.113.1/24 dev eth1.20 && ip link set eth1.20 up")
    yield pair
    pair.lab.run("dhcp1", f"ip link del eth1.20; rm -f {STAGED}")


def tried(pair: Pair, *interfaces: str) -> str:
    """What a trial on ``dhcp1`` prints; it changes nothing there, and the daemon serves on."""
    before = pair.lab.run("dhcp1", UNTOUCHED)
    result = pair.lab.run("dhcp1", f"{trials.trial(interfaces)} && echo tried", check=False)
    assert pair.lab.run("dhcp1", UNTOUCHED) == before
    return result


def test_the_live_configuration_is_tried_beside_the_daemon(wired: Pair) -> None:
    """On the ports that the daemon has."""
    assert tried(wired, "host0") == "tried\n"


def test_an_interface_that_no_declared_network_is_on(wired: Pair) -> None:
    """dhcpd -t accepts it, and dhcpd would be deaf there."""
    assert tried(wired, "host0", "eth1.20").splitlines()[0] == (
        "No subnet declaration for eth1.20 (203.0.113.1)."
    )


def test_the_staged_configuration_is_tried_and_not_the_live_one(wired: Pair) -> None:
    """With its network declared, the second interface can be served."""
    subnet = "subnet 203.0.113.0 netmask 255.255.255.0 {}"
    wired.lab.run("dhcp1", f"{{ cat {paths.CONF}; echo '{subnet}'; }} > {STAGED}")
    assert tried(wired, "host0", "eth1.20") == "tried\n"


def test_two_declared_networks_on_one_interface(wired: Pair) -> None:
    """dhcpd -t accepts it, and dhcpd would end."""
    subnet = "subnet 203.0.113.0 netmask 255.255.255.0 {}"
    wired.lab.run("dhcp1", f"{{ cat {paths.CONF}; echo '{subnet}'; }} > {STAGED}")
    wired.lab.run("dhcp1", "ip addr add 203.0.113.2/24 dev host0")
    try:
        said = tried(wired, "host0")
    finally:
        wired.lab.run("dhcp1", "ip addr del 203.0.113.2/24 dev host0")
    assert said.splitlines()[0] == "Interface host0 matches multiple shared networks"


def test_a_server_that_cannot_try_says_so(wired: Pair) -> None:
    """With an exit status for it."""
    with wired.replaced_program("dhcp1", "/usr/local/bin/unshare", "exit 1"):
        said = wired.lab.run("dhcp1", f"{trials.trial(['host0'])} || echo $?", check=False)
    assert said.splitlines()[-1] == "75"
