"""Sites, drawn so that they hold: every field of the model is used by some of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from itertools import count
from typing import Any

from dhcp_failover.site.options import LAST, Definition
from dhcp_failover.site.scopes import ARCHITECTURES
from dhcp_failover.site.standard_options import NOT_CONFIGURABLE, STANDARD
from hypothesis import strategies as st
from properties.option_values import (
    DIGITS,
    LETTERS,
    PARTS,
    addresses,
    domain_names,
    octets,
    plain_domain_names,
    texts,
    values,
)

Data = dict[str, Any]

NAMES = st.builds(
    "{}{}".format,
    st.sampled_from(LETTERS + DIGITS),
    st.text(LETTERS + DIGITS + "._-", max_size=5),
)
KEYS = NAMES.filter(lambda it: "" not in it.split(".") and not re.search("[.][-_]|-[.]|-$", it))
KEYWORDS = (
    "host",
    "code",
    "range",
    "text",
    "pool",
    "array",
    "server",
    "deny",
    "all",
    "encapsulate",
)
ODD_NAMES = ("space", "unknown-7", "face", "10", "0x1f", "3com", "Cisco_AP", "Küche", "a b", "日本")
OPTION_NAMES = (
    st.sampled_from(KEYWORDS)
    | st.sampled_from(ODD_NAMES)
    | st.builds(
        "{}{}".format, st.sampled_from("gxyzG"), st.text(LETTERS + DIGITS + "-_ é#;", max_size=5)
    ).map(str.rstrip)
)
VERBATIM = (
    "one-lease-per-client true;",
    "min-secs 3;",
    'option domain-name "verbatim.example";',
    "if known { always-broadcast on; }",
    'on expiry { log(info, "a \\"quoted\\" word"); }',
    "# said in passing",
    "on commit { set seen = 1; }",
    'if known {\n  # of two } lines\n  log(info, "a\n b {");\n}',
)
FIRST_LETTERS = ("h", "A-", "a", "ab", "host", "f0", "3com_", "0.", "Büro ", "ß", "a/b", "{", '"')
FREE_NAMES = st.sampled_from(
    ["Cisco Phones", "Bldg 5/Floor 2", "Büro; }", 'a "b" \\c', "3", "日本"]
)
EXPRESSIONS = ("exists user-class", 'option user-class = "iPXE"', "known and not static")
PATTERNS = ("^ap-[0-9]+$", "a|b", '"quoted\\\\"', "[^.]*\\.example")
ALLOWED = ("known clients", "unknown clients", "all clients", "dynamic bootp clients")
ALGORITHMS = [f"hmac-{it}" for it in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")]
POLICIES = st.sampled_from(["allow", "deny", "ignore"])
STANDARD_CODES = {it.code for name, it in STANDARD.items() if "." not in name}
MACHINES = {"dhcp1": "198.51.100.1", "dhcp2": "198.51.100.2"}
"""The machines of a lab."""


@dataclass
class Drawing:
    """A site in the making: what has been drawn, and what has been used up."""

    draw: st.DrawFn
    options: dict[str, Definition] = field(
        default_factory=lambda: {n: d for n, d in STANDARD.items() if n not in NOT_CONFIGURABLE}
    )
    spaces: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    owners: list[Data] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    dns: bool = False

    def chance(self, of: int = 3) -> bool:
        """True once in ``of`` times."""
        return self.draw(st.integers(1, of)) == of

    def some(self, **fields: st.SearchStrategy[Any]) -> Data:
        """Some of ``fields``, each with a value."""
        return {name: self.draw(it) for name, it in fields.items() if self.chance()}

    def scope(self, *without: str) -> Data:
        """What can be declared at every scope."""
        if self.chance():
            return {}
        names = sorted(self.options.keys() - {*without})
        chosen = self.draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        data = self.some(
            default_lease_time=st.integers(3600, 36000),
            min_lease_time=st.integers(130, 3600),
            max_lease_time=st.integers(36000, 2**31 - 1) | st.sampled_from(["infinite", -1]),
            dns_domain=domain_names,
            verbatim=st.lists(st.sampled_from(VERBATIM), max_size=2),
            boot=self.boots(),
            use_host_names=st.booleans(),
        )
        if self.spaces and "vendor-encapsulated-options" not in chosen and self.chance():
            data["vendor_option_space"] = self.draw(st.sampled_from(self.spaces))
        if self.chance():
            data["dns_updates"] = self.dns and self.draw(st.booleans())
        if self.chance(5):
            networks = st.sampled_from(
                ["10.0.0.0/8", "192.0.2.7/32", "172.16.128.0/17", "128.0.0.0/1"]
            )
            data["routes"] = self.draw(st.dictionaries(networks, addresses, max_size=3))
            data["routes"]["0.0.0.0/0"] = self.draw(addresses)
        if chosen:
            data["options"] = {name: self.draw(values(self.options[name])) for name in chosen}
        return data

    def network_scope(self, *without: str) -> Data:
        """What can be declared where networks are."""
        data = self.scope() | self.some(
            unknown_clients=POLICIES,
            bootp=POLICIES,
            booting=POLICIES,
            declines=POLICIES,
            duplicates=st.sampled_from(["allow", "deny"]),
            one_lease_per_client=st.booleans(),
            min_secs=st.integers(0, 255),
            authoritative=st.booleans(),
        )
        if "duplicates" in data:
            data["one_lease_per_client"] = True
        return {name: value for name, value in data.items() if name not in without}

    def server_settings(self) -> Data:
        """What can be declared for one server."""
        data = {name: it for name, it in self.scope().items() if not name.endswith("_lease_time")}
        return data | self.some(identifier=st.just("198.51.100.77"), booting=POLICIES)

    def boots(self) -> st.SearchStrategy[Data]:
        """Booting over the network."""
        names = sorted(ARCHITECTURES)
        servers = [it["server"] for it in self.owners if "server" in it]
        for_each = st.fixed_dictionaries(dict.fromkeys(servers, addresses))
        files = texts.filter(lambda it: len(it.encode()) < 64 and "\0" not in it)
        return st.fixed_dictionaries(
            {},
            optional={
                "next_server": addresses | for_each if servers else addresses,
                "server_name": files,
                "filename": files,
                "ipxe": files,
                "by_architecture": st.dictionaries(
                    st.sampled_from(names) | st.integers(20, 65535), files, max_size=3
                ),
            },
        )

    def named(self, strategy: st.SearchStrategy[str], most: int) -> list[str]:
        """Names that are each other's, without regard to case."""
        return self.draw(st.lists(strategy, max_size=most, unique_by=str.lower))

    def definitions(self) -> Data:
        """Options of the site's own, which are known from now on."""
        found: Data = {}
        codes = st.sampled_from(
            sorted({*range(163, 209), *range(214, 249), *range(250, 255)} - STANDARD_CODES)
        )
        self.spaces = self.named(OPTION_NAMES.filter(lambda it: it != "server"), 2)
        for space in ["", *self.spaces]:
            names = self.named(OPTION_NAMES, 3) or (["mode"] if space else [])
            numbers = st.lists(
                st.integers(0, 254) if space else codes,
                min_size=len(names),
                max_size=len(names),
                unique=True,
            )
            for name, code in zip(names, self.draw(numbers), strict=True):
                full = f"{space}.{name}" if space else name
                if full not in STANDARD:
                    found[full] = {"code": code, **self.draw(_types())}
        found |= self.enterprises()
        for name, it in found.items():
            if "encapsulates" in it:
                continue
            kinds = (it["type"],) if isinstance(it["type"], str) else tuple(it["type"])
            self.options[name] = Definition(
                it["code"], kinds, "all" if it.get("array") else "", in_space="." in name
            )
        self.spaces = [it for it in self.spaces if any(n.startswith(f"{it}.") for n in found)]
        free = sorted({*range(214, 255)} - {it["code"] for it in found.values()} - STANDARD_CODES)
        for i, space in enumerate(self.spaces):
            if self.chance():
                around = self.draw(
                    st.sampled_from(["", "vendor.", *(f"{it}." for it in self.spaces[:i])])
                )
                taken = {it["code"] for name, it in found.items() if name.startswith(around)}
                code = free[i] if not around else min({*range(1, 100)} - taken)
                found[f"{around}holds {i}"] = {"code": code, "encapsulates": space}
        return found

    def enterprises(self) -> Data:
        """Options of enterprises, each with a type."""
        found: Data = {}
        for space in ("vendor", "vendor-class"):
            if self.chance():
                code = self.draw(st.integers(100, 2**32 - 1))
                found[f"{space}.{self.draw(OPTION_NAMES)}"] = {"code": code, **self.draw(_types())}
        return found

    def class_(self) -> Data:
        """A class by conditions or by members."""
        data = self.scope()
        every = STANDARD | self.options
        textual = [n for n, it in every.items() if it.kinds in (("text",), ("bytes",))]
        if self.chance(2):
            simple = st.one_of(
                st.builds(lambda it: {"hardware": it}, octets | st.lists(octets, min_size=1)),
                st.sampled_from(EXPRESSIONS).map(lambda it: {"verbatim": it}),
                st.sampled_from(sorted(every)).flatmap(
                    lambda name: st.fixed_dictionaries(
                        {"option": st.just(name)}, optional={"equals": values(every[name])}
                    )
                ),
                st.builds(
                    lambda name, which, it: {"option": name, which: it},
                    st.sampled_from(textual),
                    st.sampled_from(["starts_with", "ends_with"]),
                    texts | octets,
                ),
                st.builds(
                    lambda name, it, at: {"option": name, "starts_with": it, "at": at},
                    st.sampled_from(textual),
                    octets,
                    st.integers(0, 254),
                ),
                st.builds(
                    lambda name, it: {"option": name, "matches": it},
                    st.sampled_from(textual),
                    st.sampled_from(PATTERNS),
                ),
            )
            conditions = st.recursive(
                simple,
                lambda inside: st.builds(
                    lambda which, them: {which: them},
                    st.sampled_from(["all_of", "any_of", "none_of"]),
                    inside | st.lists(inside, min_size=1, max_size=3),
                ),
                max_leaves=4,
            )
            if self.chance():
                data |= self.some(lease_limit=st.integers(1, 100))
                data["spawn_by"] = self.draw(st.sampled_from(textual))
                if self.chance(2):
                    return data
            return data | {"match": self.draw(st.lists(conditions, min_size=1, max_size=3))}
        by = self.draw(st.just("hardware") | st.sampled_from(textual))
        if by == "hardware":
            members = [self.mac() for _ in range(self.draw(st.integers(0, 3)))]
            if self.chance():
                length = self.draw(st.integers(1, 5))
                members = [f"{i:02x}:" * length for i, _ in enumerate(members)]
                members = [it.rstrip(":") for it in members]
        else:
            encode = every[by].encode
            kind = PARTS[every[by].kinds[0]]
            members = self.draw(st.lists(kind, max_size=3, unique_by=lambda it: encode(it)))
        if self.chance():
            return data | {"member_by": by, "members": members}
        return data | {"member_by": by, "members": {it: self.scope() for it in members}}

    def mac(self) -> str:
        """A hardware address that nobody else has, in any of the ways to write it."""
        separator, group = self.draw(st.sampled_from([(":", 1), ("-", 1), (".", 2), ("", 1)]))
        data = next(self.numbers).to_bytes(6, "big")
        text = data.hex(separator, group) if separator else data.hex()
        return text.upper() if self.chance() else text

    def pool(self, ranges: list[str], routers: list[str], settings: Data | None) -> Data:
        """A pool of ``ranges``, with an owner; with ``settings``, it sets nothing else."""
        owner = self.draw(st.sampled_from(self.owners))
        data = {**owner, "ranges": ranges}
        if "server" in owner and self.chance():
            data["dynamic_bootp"] = True
        if routers and settings is None and self.chance(2):
            data["routers"] = routers
        permits = self.draw(st.permutations([*ALLOWED, *self.classes]))
        cut = self.draw(st.integers(0, 2))
        data["allow"], data["deny"] = (
            permits[:cut],
            permits[cut : cut + self.draw(st.integers(0, 2))],
        )
        if not data["allow"] and self.chance():
            data["emptying"] = True
        if settings is not None:
            return data | settings
        return data | (self.scope("routers") if "routers" in data else self.scope())

    def subnet(self, *without: str) -> Data:
        """A subnet that overlaps no other, with pools and reservations."""
        prefix = self.draw(st.sampled_from([22, 24, 24, 25, 28, 29, 30, 31, 32]))
        network = IPv4Network(
            f"10.{next(self.numbers) % 250}.{self.draw(st.integers(0, 63)) * 4}.0/{prefix}"
        )
        hosts = [str(it) for it in network] if prefix > 30 else [str(it) for it in network.hosts()]
        routers = [hosts.pop()] if prefix <= 30 else []
        wanted = self.draw(st.integers(0, 3 if len(hosts) > 6 else 0))
        reserved, hosts = hosts[:wanted], hosts[wanted:]
        pools: list[Data] = []
        # Pools that differ say nothing about a reserved address.
        alike = self.scope() if reserved else None
        for _ in range(self.draw(st.integers(0, min(3, len(hosts))))):
            ranges = []
            for _ in range(self.draw(st.integers(1, 2))):
                size = self.draw(st.integers(1, max(1, len(hosts) // 4)))
                if taken := hosts[:size]:
                    ranges.append(taken[0] if size == 1 else f"{taken[0]}-{taken[-1]}")
                hosts = hosts[size:]
            if ranges:
                pools.append(self.pool(ranges, routers, alike))
        data = {"network": str(network), "pools": pools, **self.network_scope(*without)}
        names = [*reserved, *([""] if self.chance() else [])]
        data["reservations"] = dict(self.reservation(address) for address in names)
        return data

    def reservation(self, address: str) -> tuple[str, Data]:
        """A reservation and its name; without ``address`` the client gets any."""
        number = next(self.numbers)
        name = f"{self.draw(st.sampled_from(FIRST_LETTERS))}{number}"
        ours = self.some(host_name=domain_names.map(lambda it: f"h{number}.{it.rstrip('.')}"))
        if address:
            ours["address"] = f"{address}/24" if self.chance() else address
        which = self.draw(
            st.sampled_from(["mac", "macs", "client_identifier", "circuit_id", "all"])
        )
        if which in ("mac", "all"):
            ours["mac"] = self.mac()
        if which == "macs":
            ours["mac"] = [self.mac() for _ in range(self.draw(st.integers(1, 3)))]
        if which in ("client_identifier", "all"):
            texts_ = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
            ours["client_identifier"] = f"{number} {self.draw(texts_)}"[:60]
            if self.chance():
                ours["client_identifier"] = number.to_bytes(4, "big").hex(":")
        if which in ("circuit_id", "all"):
            ours["circuit_id"] = f"port {number}"
            if self.chance():
                del ours["circuit_id"]
                ours["remote_id"] = number.to_bytes(4, "big").hex(":")
        if self.groups and self.chance():
            ours["group"] = self.draw(st.sampled_from(self.groups))
        return name, ours | self.scope("host-name")

    def relationships(self, machines: bool) -> Data:
        """A pair, two of them, a hub or a ring, with addresses in one network."""
        if machines:
            ends, addressed = [("dhcp1", "dhcp2")], MACHINES
        else:
            ends = self.draw(
                st.sampled_from(
                    [
                        [("a", "b")],
                        [("a", "b"), ("b", "c")],
                        [("a", "b"), ("c", "d")],
                        [("hub", "x"), ("y", "hub"), ("hub", "z")],
                        [("a", "b"), ("b", "c"), ("c", "a")],
                    ]
                )
            )
            servers = dict.fromkeys(it for pair in ends for it in pair)
            addressed = {it: f"198.51.100.{i + 1}" for i, it in enumerate(servers)}
        names = self.draw(
            st.lists(NAMES, min_size=len(ends), max_size=len(ends), unique_by=str.lower)
        )
        self.owners = [{"failover": it} for it in names] + [{"server": it} for it in addressed]
        return {
            name: {
                "primary": {"server": one, "address": addressed[one]},
                "secondary": {"server": two, "address": addressed[two]},
                **self.tunables(),
            }
            for name, (one, two) in zip(names, ends, strict=True)
        }

    def tunables(self) -> Data:
        """Those of a relationship."""
        data = self.some(
            port=st.integers(500, 600),
            peer_port=st.integers(500, 600),
            max_response_delay=st.integers(3, 3600),
            max_unacked_updates=st.integers(1, 65535),
            mclt=st.integers(130, 3600),
            load_balance_max_seconds=st.integers(1, 65535),
            auto_partner_down=st.integers(3600, 2**31 - 1),
            max_lease_misbalance=st.integers(15, 100),
            max_lease_ownership=st.integers(1, 15),
            min_balance=st.integers(1, 3600),
            max_balance=st.integers(3600, 2**31 - 1),
        )
        which = self.draw(st.sampled_from(["", "split", "hba"]))
        if which == "split":
            data["split"] = self.draw(st.integers(0, 256))
        elif which == "hba":
            data["hba"] = self.draw(st.binary(min_size=32, max_size=32)).hex(":")
        return data

    def updates(self, names: st.SearchStrategy[str]) -> Data:
        """Keys, called one of ``names``, and what is done with them."""
        secrets = st.binary(min_size=8, max_size=64).map(lambda it: base64.b64encode(it).decode())
        keys = {
            name: {"secret": self.draw(secrets)} | self.some(algorithm=st.sampled_from(ALGORITHMS))
            for name in self.named(names, 2)
        }
        data: Data = {"keys": keys} if keys else {}
        if keys and self.chance():
            data["omapi"] = {"key": self.draw(st.sampled_from(sorted(keys)))}
            clients = st.lists(addresses | st.just("10.0.0.0/8"), max_size=2)
            data["omapi"] |= self.some(port=st.integers(7000, 8000), clients=clients)
        if self.chance(2):
            self.dns = True
            data["dns"] = self.some(
                update_style=st.sampled_from(["standard", "interim"]),
                ttl=st.integers(1, 2**31 - 1),
                update_static_leases=st.booleans(),
                client_updates=st.sampled_from(["allow", "deny", "ignore"]),
                update_conflict_detection=st.booleans(),
            )
            domains = plain_domain_names | st.just("2.0.192.in-addr.arpa")
            zones = st.lists(domains, max_size=2, unique_by=lambda it: it.lower().rstrip("."))
            data["dns"]["zones"] = {
                domain: {"primary": self.draw(addresses)}
                | (self.some(key=st.sampled_from(sorted(keys))) if keys else {})
                for domain in self.draw(zones)
            }
        return data


def _types() -> st.SearchStrategy[Data]:
    """The type of an option's own definition."""
    fixed = sorted(PARTS.keys() - {*LAST})
    anything = st.sampled_from(sorted(PARTS))
    return st.one_of(
        anything.map(lambda it: {"type": it}),
        st.sampled_from(fixed).map(lambda it: {"type": it, "array": True}),
        st.builds(
            lambda first, last: {"type": [*first, last]},
            st.lists(st.sampled_from(fixed), min_size=1, max_size=3),
            anything,
        ),
        st.builds(
            lambda kinds: {"type": kinds, "array": True},
            st.lists(st.sampled_from(fixed), min_size=2, max_size=3),
        ),
    )


@st.composite
def sites(draw: st.DrawFn, machines: bool = False) -> Data:
    """The data of a site; with ``machines`` of one that the two machines of a lab can serve."""
    it = Drawing(draw)
    data: Data = {"failover": it.relationships(machines), "option_definitions": it.definitions()}
    # A variable of the environment has no room for any name.
    data |= it.updates(st.sampled_from(["one", "two"]) if machines else KEYS)
    it.classes = it.named(NAMES | FREE_NAMES, 3)
    it.groups = it.named(NAMES | FREE_NAMES, 2)
    data["groups"] = {name: it.scope() for name in it.groups}
    data["classes"] = {name: it.class_() for name in it.classes}
    data |= it.network_scope()
    data |= it.some(
        ping_timeout=st.integers(1, 10),
        log_facility=st.sampled_from(["daemon", *(f"local{i}" for i in range(8))]),
        normal_timeout=st.integers(120, 600),
        firewall=st.booleans(),
    )
    if "ping_timeout" not in data:
        data |= it.some(ping_check=st.booleans())
    data["servers"] = {
        server: it.server_settings()
        for server in dict.fromkeys(o["server"] for o in it.owners if "server" in o)
        if it.chance()
    }
    if it.chance():
        servers = dict.fromkeys(o["server"] for o in it.owners if "server" in o)
        data["interfaces"] = {name: ["host0"] for name in servers if it.chance(2)}
    subnets = [
        {"network": "198.51.100.0/24"},
        *(it.subnet() for _ in range(draw(st.integers(0, 3)))),
    ]
    shared = {
        name: [it.subnet("authoritative") for _ in range(draw(st.integers(1, 2)))]
        for name in it.named(NAMES | FREE_NAMES, 2)
    }
    used = {
        pool.get("failover")
        for wire in (subnets, *shared.values())
        for subnet in wire
        for pool in subnet.get("pools", ())
    }
    first = IPv4Address("198.51.100.100")
    subnets[0]["pools"] = [
        {"failover": name, "ranges": [str(first + i)]}
        for i, name in enumerate(data["failover"])
        if name not in used or it.chance()
    ]
    data["subnets"] = subnets
    data["reservations"] = dict(it.reservation("") for _ in range(draw(st.integers(0, 2))))
    for subnet in subnets:
        if it.chance():
            data["reservations"] |= subnet.pop("reservations", {})
    data["shared_networks"] = {
        name: {"subnets": them, **it.network_scope()} for name, them in shared.items()
    }
    return data
