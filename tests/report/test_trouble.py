"""What is trouble and what is not; each case is a change of a healthy pair."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.engine import Endpoints, Holding, LiveRange
from dhcp_failover.report.codes import CODES
from dhcp_failover.report.health import Trouble, Unreached
from dhcp_failover.report.trouble import healthy, trouble
from dhcp_failover.site.model import Site
from dhcp_failover.system.memory import Former, Known, Turn
from dhcp_failover.system.survey import Address
from report.healthy import CONF, EVERYWHERE, KEYS, LIVE, NOW, PROCESS, USE, health, server, site_of

Change = dict[str, Any]
Case = tuple[str, Any, Any, str]
"""A code, the changes of dhcp1 and of dhcp2, and the sentence; any, if that is empty."""


@pytest.fixture
def site(pair: dict[str, Any]) -> Site:
    """The pair's site."""
    return site_of(pair)


def state(name: str, condition: str, partner: str = "normal", its: str = "together") -> Change:
    """A relationship in a state, and the last that was heard of the partner."""
    said = {"state": name, "condition": condition, "partner_state": partner}
    waiting = name == "recover-wait"
    return {"look.relations.lab": {**said, "partner_condition": its, "waiting": waiting}}


def file(path: str = CONF, **changes: str) -> Change:
    """An installed file that differs."""
    found = {"sha256": "1", "mode": "644", "owner": "root:root"} | changes
    return {"look.files": {path: found}}


def process(**changes: Any) -> Change:
    """Another value of the daemon's process."""
    return {"look.daemon.process": changes}


def other(**changes: Any) -> Change:
    """Another program on the port of DHCP servers."""
    dnsmasq = {"pid": 99, "program": "/usr/sbin/dnsmasq", "command": "", "unit": "libvirt.service"}
    found = {**PROCESS, **dnsmasq, "interfaces": [], "port67": []} | changes
    return {"look.daemon.others": [found]}


def pool(**changes: Any) -> Change:
    """The pool of the pair, counted otherwise."""
    return {"pools": [USE | changes]}


ETH1 = Address("198.51.100.1", 24, "eth1", "eth1")
VIRBR0 = Address("192.168.122.1", 24, "virbr0", "virbr0")
DEAD: dict[str, Any] = {"look.daemon": {"running": False, "process": None, "loaded": {}}}
NEW: dict[str, Any] = {
    "look.daemon": {"running": False, "enabled": False, "process": None, "loaded": {}},
    "look.relations": {},
    "look.files": {CONF: {"sha256": "9", "mode": "644", "owner": "root:root"}},
    "system.memory.partners": [],
}
ALONE = state("communications-interrupted", "alone")
WAIT = state("recover-wait", "recovering")
CONFLICT = state("potential-conflict", "down")
TURN = Turn("t1", "root@controller, process 4711", int(NOW) - 60, 20)
DROP_IN = "/etc/systemd/system/isc-dhcp-server.service.d/x.conf"
UNIT = "isc-dhcp-server.service"

SERVER: list[Case] = [
    ("unreachable", None, {}, "it cannot be reached"),
    ("unreadable", Unreached("no end marker"), {}, "it cannot be looked at: no end marker"),
    (
        "applying",
        {"system.memory.turn": TURN, "system.memory.unproven": True},
        {},
        "root@controller, process 4711 applies a change since 2026-11-24 11:59Z",
    ),
    ("not-installed", {**DEAD, "look.daemon.version": None}, {}, "dhcpd is not installed"),
    ("not-running", DEAD, {}, "dhcpd does not run"),
    ("process-stopped", process(state="T"), {}, "dhcpd (process 4711) is stopped"),
    ("process-hung", process(state="D"), {}, "dhcpd (process 4711) hangs: it waits for a disk"),
    (
        "program-replaced",
        process(program="/usr/sbin/dhcpd (deleted)"),
        {},
        "dhcpd still runs the old program, its package was upgraded",
    ),
    ("unit-changed", {"look.daemon.drop_ins": [DROP_IN]}, {}, f"{UNIT} is changed by {DROP_IN}"),
    ("unit-masked", {"look.daemon.masked": True}, {}, f"{UNIT} is masked"),
    ("unit-not-enabled", {"look.daemon.enabled": False}, {}, f"{UNIT} does not start at boot"),
    (
        "unit-not-reloaded",
        {"look.daemon.stale_unit": True},
        {},
        f"systemd has not read the unit file of {UNIT} again",
    ),
    ("restarted", {"look.daemon.restarts": 1}, {}, "systemd has restarted dhcpd by itself once"),
    ("restarted", {"look.daemon.restarts": 3}, {}, "systemd has restarted dhcpd by itself 3 times"),
    (
        "complaint",
        {"look.daemon.complaints": ["IMBALANCED pool"]},
        {},
        "it logged 'IMBALANCED pool'",
    ),
    (
        "old-script-dhcpv6",
        {"look.legacy": ["v6 eth0"]},
        {},
        "the old start script runs DHCPv6 too: eth0",
    ),
    (
        "old-script-use",
        {"look.legacy": ["options -d"]},
        {},
        "the old start script is set up with -d, which apply does not keep",
    ),
    ("never-applied", NEW, {}, f"never applied: {CONF}"),
    ("never-applied", {"look.files": {}, "look.daemon.loaded": {}}, {}, ""),
    (
        "never-applied",
        {"look.files": {}, "look.daemon.loaded": {}, "system.memory.partners": []},
        {},
        f"never applied: {CONF}, {KEYS}",
    ),
    (
        "not-yet-applied",
        {**file(sha256="9"), "look.daemon.loaded": {CONF: "9"}},
        {},
        f"not yet applied: {CONF}",
    ),
    ("not-yet-applied", {**file(sha256="9"), **DEAD}, {}, f"not yet applied: {CONF}"),
    ("edited", file(sha256="9"), {}, f"edited on the server: {CONF}"),
    ("edited", {"look.files": {}}, {}, f"edited on the server: {CONF}, {KEYS}"),
    (
        "edited",
        {**file(sha256="9"), "look.daemon.loaded": {CONF: "8"}},
        {},
        f"edited on the server: {CONF}",
    ),
    (
        "not-loaded",
        {"look.daemon.loaded": {CONF: "8"}},
        {},
        f"not loaded by the running daemon: {CONF}",
    ),
    (
        "not-loaded",
        {"look.daemon.loaded": {"/etc/dhcp/more": "8"}},
        {},
        "not loaded by the running daemon: /etc/dhcp/more",
    ),
    ("file-mode", file(mode="666"), {}, f"wrong owner or mode: {CONF}"),
    ("file-mode", file(owner="www:root"), {}, f"wrong owner or mode: {CONF}"),
    (
        "firewall",
        {"look.daemon.firewall": False},
        {},
        "the firewall rules in force are not those of its rules file",
    ),
    ("unproven", {"system.memory.unproven": True}, {}, "its last change is not proven"),
    (
        "leftovers",
        {"look.leftovers": ["/etc/dhcp/.dhcpd.conf.new"]},
        {},
        "an interrupted apply left /etc/dhcp/.dhcpd.conf.new",
    ),
    (
        "interface-missing",
        {"needed_interfaces": ["eth0", "eth1"]},
        {},
        "eth1, which the networks need, is missing or has no IPv4 address",
    ),
    (
        "interface-unheard",
        {"needed_interfaces": ["eth0", "eth1"], "system.addresses": [ETH1]},
        {},
        "dhcpd does not hear clients on eth1",
    ),
    (
        "other-server",
        other(port67=[EVERYWHERE]),
        {},
        "/usr/sbin/dnsmasq of libvirt.service (process 99) answers DHCP too, on 0.0.0.0",
    ),
    (
        "other-server",
        other(program="/usr/sbin/dhcpd", unit="", interfaces=["eth0"], port67=[EVERYWHERE]),
        {},
        "/usr/sbin/dhcpd (process 99) answers DHCP too, on eth0",
    ),
    ("other-server", other(port67=["0.0.0.0%eth0"]), {}, ""),
    ("other-server", other(port67=["192.0.2.1"]), {}, ""),
    ("other-server", other(port67=["192.0.2.255"]), {}, ""),
    ("other-server", other(port67=["[::]"]), {}, ""),
    (
        "storage-not-writable",
        {"look.storage": {"writable": False, "why": "/var/lib/dhcp belongs to www"}},
        {},
        "leases cannot be written: /var/lib/dhcp belongs to www",
    ),
    (
        "storage-full",
        {"look.storage": {"writable": False, "why": "no space", "free": 12_000}},
        {},
        "the file system of the leases is full (0.0 MB free)",
    ),
    (
        "storage-low",
        {"look.storage": {"free": 99_000_000}},
        {},
        "the file system of the leases has little space (99.0 MB free)",
    ),
]
PAIR: list[Case] = [
    ("no-relationship", {"look.relations": {}}, {}, "dhcpd runs without lab"),
    ("alone", ALONE, DEAD, "lab is in communications-interrupted since 2026-11-24 04:54Z"),
    ("starting", state("startup", "starting"), ALONE, "lab is in startup since 2026-11-24 04:54Z"),
    (
        "recover-wait",
        WAIT,
        state("partner-down", "alone"),
        "lab is in recover-wait since 2026-11-24 04:54Z",
    ),
    ("recovering", state("recover", "recovering"), ALONE, ""),
    ("down", CONFLICT, CONFLICT, "lab is in potential-conflict since 2026-11-24 04:54Z"),
    (
        "records-disagree",
        {},
        ALONE,
        "it says that lab is in normal, dhcp2 says communications-interrupted",
    ),
    (
        "records-disagree",
        state("normal", "together", "recover", "recovering"),
        {},
        "its record of dhcp2 in lab is recover, dhcp2 says normal",
    ),
    (
        "not-connected",
        {"look.links": {"lab": False}},
        {},
        "lab says that all is well, but has no connection to dhcp2",
    ),
    (
        "leases-differ",
        {"holding": Holding(12, "d2")},
        {"holding": Holding(0, "d3")},
        "it knows 12 leases of lab, dhcp2 knows 0",
    ),
    (
        "leases-differ",
        {"holding": None, **pool(active=40)},
        {"holding": None},
        "it knows 40 leases of lab, dhcp2 knows 25",
    ),
    ("clocks-apart", {"system.clock": 75.2}, {}, "its clock is 75 s ahead of that of dhcp2"),
    (
        "clocks-apart",
        {"system.clock": -60.0},
        {"system.clock": 0.0},
        "its clock is 60 s behind that of dhcp2",
    ),
    ("clocks-apart", {}, {"system.clock": 75.2}, "its clock is 75 s ahead of that of dhcp1"),
    (
        "clocks-drifting",
        {"system.clock": 30.0},
        {"system.clock": 0.0},
        "its clock is 30 s ahead of that of dhcp2",
    ),
    (
        "versions-differ",
        {"look.daemon.version": "4.4.1"},
        {},
        "it has dhcpd 4.4.1, dhcp2 has 4.4.3-P1",
    ),
    (
        "same-machine",
        {"system.machine_id": "machine of dhcp2"},
        {},
        "it has the same machine-id as dhcp2: one is a copy of the other",
    ),
    (
        "partner-replaced",
        {"system.memory.partners": [Known("lab", "192.0.2.2", 520, "another")]},
        {},
        "dhcp2 is another machine than at the last proof of lab",
    ),
    (
        "undeclared-partner",
        {"look.endpoints": {"lab": Endpoints("192.0.2.1", 520, "192.0.2.9", 520)}},
        {},
        "in lab its partner is 192.0.2.9; declared is 192.0.2.2 (dhcp2)",
    ),
    (
        "undeclared-partner",
        {"look.endpoints": {"old": Endpoints("192.0.2.1", 520, "192.0.2.9", 520)}},
        {},
        "it has a relationship old with 192.0.2.9 that is not declared",
    ),
    (
        "former-partner",
        {"system.memory.former": [Former("lab", "192.0.2.9", 520, True)]},
        {},
        "the former partner 192.0.2.9 of lab still answers on port 520: two servers may give out"
        " one range",
    ),
    (
        "range-twice",
        {"live": [LiveRange("192.0.2.150", "192.0.2.160", "")]},
        {},
        "192.0.2.150-192.0.2.160 is given out by dhcp1 too, in no common relationship",
    ),
    ("range-twice", {"live": [LiveRange("192.0.2.1", "192.0.2.100", "old")]}, {}, ""),
    (
        "pool-full",
        pool(active=98, free=0, backup=0, percent=98.0),
        {},
        "the range 192.0.2.100-199 has no free address: 98 of 100 addresses are in use",
    ),
    (
        "pool-nearly-full",
        pool(active=90, free=4, backup=4, percent=90.0),
        {},
        "the range 192.0.2.100-199 is nearly full: 90 of 100 addresses are in use",
    ),
    (
        "pool-one-sided",
        pool(free=73, backup=0),
        {},
        "in the range 192.0.2.100-199 the secondary has no free address, its partner 73",
    ),
    (
        "pool-one-sided",
        pool(free=0, backup=73),
        {},
        "in the range 192.0.2.100-199 the primary has no free address, its partner 73",
    ),
]
BROKEN = SERVER + PAIR


@pytest.mark.parametrize(("code", "one", "two", "text"), BROKEN)
def test_what_is_wrong_has_a_code_and_a_sentence(
    site: Site, code: str, one: Any, two: Any, text: str
) -> None:
    """It says what to do; a site with warnings alone is healthy."""
    found = trouble(health(site, dhcp1=one, dhcp2=two))
    its = [it for it in found if it.code == code]
    assert its, [it.code for it in found]
    assert not text or text in [it.text for it in its]
    assert all(it.todo.endswith(".") and it.text[-1] != "." for it in found)
    assert healthy(found) == all(CODES[it.code].severity == "warning" for it in found)


def test_every_code_has_a_case() -> None:
    """No code is only written down."""
    assert {code for code, *_ in BROKEN} == set(CODES)


SECRET = {**file(KEYS, sha256="7", mode="600"), "look.daemon.loaded": {KEYS: "7"}}
VIRTUAL = {**other(port67=["192.168.122.1"]), "system.addresses": [VIRBR0]}
FINE: dict[str, tuple[Change, Change]] = {
    "all is well": ({}, {}),
    "a file whose secret is not here": ({"uncompared": [KEYS], **SECRET}, {}),
    "a turn that is over": ({"system.memory.turn": TURN._replace(left=0)}, {}),
    "a dnsmasq on loopback": (other(port67=["127.0.0.53"]), {}),
    "a dnsmasq on another device": (other(port67=["0.0.0.0%virbr0"]), {}),
    "a dnsmasq on an address of another interface": (VIRTUAL, {}),
    "a dhcpd of another bridge": (other(interfaces=["lxdbr0"], port67=[EVERYWHERE]), {}),
    "a DHCPv6 daemon": (other(program="/usr/sbin/dhcpd"), {}),
    "an interface that nothing needs": ({"system.addresses": [ETH1]}, {}),
    "a connection that was not looked at": ({"look.links": {}}, {}),
    "copies that lag": ({"holding": Holding(100, "d2")}, {"holding": Holding(91, "d3")}),
    "copies that lag by two": ({"holding": Holding(2, "d2")}, {"holding": Holding(0, "d3")}),
    "leases that were not counted": ({"holding": None}, {"holding": None, "pools": None}),
    "clocks 29 seconds apart": ({"system.clock": 29.0}, {"system.clock": 0.0}),
    "a clock that is not known": ({"system.clock": None}, {"system.clock": 90.0}),
    "both clocks wrong by the same": ({"system.clock": 90.0}, {"system.clock": 90.0}),
    "a former partner that is gone": (
        {"system.memory.former": [Former("lab", "192.0.2.9", 520, False)]},
        {},
    ),
    "a former partner that is back": (
        {"system.memory.former": [Former("lab", "192.0.2.2", 520, True)]},
        {},
    ),
    "a partner whose machine is not known": ({}, {"system.machine_id": ""}),
    "ranges beside each other": ({"live": [LiveRange("192.0.2.1", "192.0.2.99", "old")]}, {}),
    "endpoints that are not known": ({"look.endpoints": {}}, {}),
    "two machines whose ids are not known": (
        {"system.machine_id": ""},
        {"system.machine_id": ""},
    ),
    "a range of a server that is silent in its relationship": (
        {
            "live": [LIVE._replace(relationship="old")],
            "look.relations.old": {
                "state": "recover",
                "condition": "recovering",
                "partner_state": "unknown-state",
                "partner_condition": "down",
            },
        },
        {},
    ),
    "a range that one server has twice": (
        {"live": [LIVE, LIVE._replace(relationship="")]},
        {"live": []},
    ),
    "space enough": ({"look.storage": {"free": 100_000_000}}, {}),
    "a pool at 80 %": (pool(active=27, free=9, backup=9, percent=80.0), {}),
    "a pool of three": (pool(size=3, free=2, backup=0), {}),
    "one last address": (pool(free=1, backup=0), {}),
    "pools that were not counted": ({"pools": None}, {"pools": None}),
}


@pytest.mark.parametrize(("one", "two"), FINE.values(), ids=FINE)
def test_what_is_well_is_no_trouble(site: Site, one: Change, two: Change) -> None:
    """The neighbours of the cases above."""
    assert trouble(health(site, dhcp1=one, dhcp2=two)) == []


def test_a_server_before_its_first_apply_is_one_trouble(site: Site) -> None:
    """Not one for each thing that the first apply makes."""
    found = [it for it in trouble(health(site, dhcp1=NEW)) if it.server == "dhcp1"]
    assert [it.code for it in found] == ["never-applied"]
    foreign = {**NEW, "look.daemon": {"enabled": False, "loaded": {}, "firewall": False}}
    found = [it for it in trouble(health(site, dhcp1=foreign)) if it.server == "dhcp1"]
    assert [it.code for it in found] == ["never-applied"]
    absent = {**DEAD, "look.daemon.version": None, "look.absent": True}
    found = [it for it in trouble(health(site, dhcp1=absent)) if it.server == "dhcp1"]
    assert [it.code for it in found] == ["not-installed"]
    assert "package sources" in found[0].todo


def test_a_server_that_was_not_asked_is_no_trouble(site: Site) -> None:
    """It was left out on purpose."""
    assert trouble(health(site, dhcp2=...)) == []
    (alone,) = trouble(health(site, dhcp1=ALONE, dhcp2=...))
    assert alone.todo == "Run status for dhcp2 as well: it was not asked."


def test_a_silent_partner_is_not_another_machine(site: Site) -> None:
    """Silence says nothing about the machine."""
    assert [it.code for it in trouble(health(site, dhcp2=None))] == ["unreachable"]


def test_a_change_in_progress_hides_what_it_leaves_for_a_moment(site: Site) -> None:
    """Unproven and staged files belong to it."""
    change = {
        "system.memory.turn": TURN,
        "system.memory.unproven": True,
        "look.leftovers": ["/etc/dhcp/.x.new"],
    }
    assert [it.code for it in trouble(health(site, dhcp1=change))] == ["applying"]


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-24T04:54:32+00:00", " until 2026-11-24 05:54Z"), (None, "")],
)
def test_recover_wait_says_until_when(site: Site, since: str | None, until: str) -> None:
    """From its beginning, for the maximum client lead time."""
    own = {"look.relations.lab": {**WAIT["look.relations.lab"], "since": since}}
    partner = state("partner-down", "alone", "recover-wait", "recovering")
    found = trouble(health(site, dhcp1=own, dhcp2=partner))
    (wait,) = [it for it in found if it.code == "recover-wait"]
    silent = f"Nothing is to be done: it is silent{until}, and dhcp2 answers everybody."
    assert wait.todo == silent


@pytest.mark.parametrize("own", ["alone", "starting", "recovering", "down"])
@pytest.mark.parametrize("partner", ["together", "alone", "starting", "recovering", "down", None])
def test_every_pair_of_states_says_what_to_do(site: Site, own: str, partner: str | None) -> None:
    """Also where the partner does not say its state."""
    two: Any = state("x", partner) if partner else DEAD
    found = trouble(health(site, dhcp1=state("y", own), dhcp2=two))
    (its,) = [it for it in found if it.code == own and it.server == "dhcp1"]
    assert its.relationship == "lab"
    assert its.todo.endswith(".")
    assert "{" not in its.todo


def test_failures_come_first(site: Site) -> None:
    """Then warnings; each in the order of the servers."""
    found = trouble(
        health(
            site,
            dhcp1={"look.daemon.restarts": 2, "look.daemon.enabled": False},
            dhcp2={"look.daemon.masked": True, "system.memory.unproven": True},
        )
    )
    assert [(it.server, it.code) for it in found] == [
        ("dhcp1", "unit-not-enabled"),
        ("dhcp2", "unit-masked"),
        ("dhcp1", "restarted"),
        ("dhcp2", "unproven"),
    ]


def test_many_complaints_are_counted(site: Site) -> None:
    """Three are shown."""
    lines = [f"line {i}" for i in range(9)]
    found = trouble(health(site, dhcp1={"look.daemon.complaints": lines}))
    assert len(found) == 4
    assert found[-1].text == "it logged 6 more lines that a healthy pair does not log"


def test_a_hub_is_compared_by_the_ranges_of_each_branch(hub: dict[str, Any]) -> None:
    """Its clients as a whole are those of both branches."""
    site = site_of(hub)
    servers: dict[str, Any] = {name: {"live": []} for name in site.peers}
    servers["hub"]["holding"] = Holding(200, "d2")
    assert trouble(health(site, **servers)) == []
    fewer = [{**use, "active": 1} for use in server(site, "north")["pools"] or []]
    servers["north"]["pools"] = fewer
    found = trouble(health(site, **servers))
    assert [(it.code, it.relationship) for it in found] == [("leases-differ", "north")]


def test_the_lease_file_of_a_dead_server_is_not_believed(site: Site) -> None:
    """It is old: what the other server counted is looked at."""
    full = pool(active=100, free=0, backup=0, percent=100.0)
    assert "pool-full" in [it.code for it in trouble(health(site, dhcp1=full))]
    assert "pool-full" not in [it.code for it in trouble(health(site, dhcp1={**full, **DEAD}))]


def codes(found: list[Trouble], server: str = "dhcp1") -> list[str]:
    """The codes of a server's trouble."""
    return [it.code for it in found if it.server == server]


def test_a_missing_interface_is_not_deaf_as_well(site: Site) -> None:
    """One thing is said once."""
    found = trouble(health(site, dhcp1={"needed_interfaces": ["eth0", "eth1"]}))
    assert codes(found) == ["interface-missing"]


def test_a_dead_daemon_has_no_rules_and_no_partners(site: Site) -> None:
    """It loads the rules when it starts, and what it was configured with is history."""
    old = {"old": Endpoints("192.0.2.1", 520, "192.0.2.9", 520)}
    change = {**DEAD, "look.endpoints": old}
    change["look.daemon"] = {**DEAD["look.daemon"], "firewall": False}
    assert codes(trouble(health(site, dhcp1=change))) == ["not-running"]


def test_the_wait_is_as_long_as_the_server_says(site: Site) -> None:
    """A secondary knows the time that its primary sent."""
    own = {"look.relations.lab": {**WAIT["look.relations.lab"], "mclt": 60}}
    found = trouble(health(site, dhcp1=own, dhcp2=state("partner-down", "alone")))
    (wait,) = [it for it in found if it.code == "recover-wait"]
    assert "until 2026-11-24 04:55Z" in wait.todo


def test_a_missing_connection_is_said_where_both_say_that_all_is_well(site: Site) -> None:
    """Where one says otherwise, that explains it."""
    found = trouble(health(site, dhcp1={"look.links": {"lab": False}}, dhcp2=ALONE))
    assert codes(found) == ["records-disagree"]


def test_counts_are_compared_where_both_are_together(site: Site) -> None:
    """A server that catches up has fewer leases; and one side of a pool may be empty."""
    few = {"holding": Holding(0, "d0"), **pool(free=73, backup=0)}
    found = trouble(health(site, dhcp1={**few, **WAIT}, dhcp2={**ALONE, **pool(free=73, backup=0)}))
    assert not {"leases-differ", "pool-one-sided"} & {it.code for it in found}
    one_sided = pool(free=73, backup=0)
    found = trouble(health(site, dhcp1=one_sided, dhcp2={**ALONE, **one_sided}))
    assert "pool-one-sided" not in [it.code for it in found]


def test_the_clients_of_a_pool_without_partner_are_not_missed(pair: dict[str, Any]) -> None:
    """The partner does not know them."""
    alone = {"server": "dhcp1", "ranges": ["192.0.2.50-192.0.2.60"]}
    pair["subnets"][0]["pools"].append(alone)
    found = trouble(health(site_of(pair), dhcp1={"holding": Holding(36, "d2")}))
    assert found == []


def test_the_count_of_a_living_server_wins(site: Site) -> None:
    """Even if it serves alone."""
    full = pool(active=100, free=0, backup=0, percent=100.0)
    found = trouble(health(site, dhcp1=DEAD, dhcp2={**ALONE, **full}))
    assert "pool-full" in codes(found, "dhcp2")
