"""The standard options of DHCP by their names in dhcp-options(5): codes (IANA's) and types."""

from __future__ import annotations

from typing import cast

from .options import Definition, Kind

# One option a line: code, name, types joined by "+". "*": an array; "...": only the last type is
# repeated. "~": its names are compressed on the wire.
_TABLE = """\
1 subnet-mask address
2 time-offset int32
3 routers address*
4 time-servers address*
5 ien116-name-servers address*
6 domain-name-servers address*
7 log-servers address*
8 cookie-servers address*
9 lpr-servers address*
10 impress-servers address*
11 resource-location-servers address*
12 host-name text
13 boot-size uint16
14 merit-dump text
15 domain-name text
16 swap-server address
17 root-path text
18 extensions-path text
19 ip-forwarding boolean
20 non-local-source-routing boolean
21 policy-filter address+address*
22 max-dgram-reassembly uint16
23 default-ip-ttl uint8
24 path-mtu-aging-timeout uint32
25 path-mtu-plateau-table uint16*
26 interface-mtu uint16
27 all-subnets-local boolean
28 broadcast-address address
29 perform-mask-discovery boolean
30 mask-supplier boolean
31 router-discovery boolean
32 router-solicitation-address address
33 static-routes address+address*
34 trailer-encapsulation boolean
35 arp-cache-timeout uint32
36 ieee802-3-encapsulation boolean
37 default-tcp-ttl uint8
38 tcp-keepalive-interval uint32
39 tcp-keepalive-garbage boolean
40 nis-domain text
41 nis-servers address*
42 ntp-servers address*
43 vendor-encapsulated-options bytes
44 netbios-name-servers address*
45 netbios-dd-server address*
46 netbios-node-type uint8
47 netbios-scope text
48 font-servers address*
49 x-display-manager address*
50 dhcp-requested-address address
51 dhcp-lease-time uint32
52 dhcp-option-overload uint8
53 dhcp-message-type uint8
54 dhcp-server-identifier address
55 dhcp-parameter-request-list uint8*
56 dhcp-message text
57 dhcp-max-message-size uint16
58 dhcp-renewal-time uint32
59 dhcp-rebinding-time uint32
60 vendor-class-identifier bytes
61 dhcp-client-identifier bytes
62 nwip-domain text
64 nisplus-domain text
65 nisplus-servers address*
66 tftp-server-name text
67 bootfile-name text
68 mobile-ip-home-agent address*
69 smtp-server address*
70 pop-server address*
71 nntp-server address*
72 www-server address*
73 finger-server address*
74 irc-server address*
75 streettalk-server address*
76 streettalk-directory-assistance-server address*
77 user-class text
78 slp-directory-agent boolean+address...
79 slp-service-scope boolean+text
85 nds-servers address*
86 nds-tree-name text
87 nds-context text
88 bcms-controller-names domain-list
89 bcms-controller-address address*
91 client-last-transaction-time uint32
92 associated-ip address*
93 pxe-system-type uint16*
94 pxe-interface-id uint8+uint8+uint8
97 pxe-client-id uint8+bytes
98 uap-servers text
99 geoconf-civic bytes
100 pcode text
101 tcode text
108 v6-only-preferred uint32
112 netinfo-server-address address*
113 netinfo-server-tag text
114 default-url text
116 auto-config uint8
117 name-service-search uint16*
118 subnet-selection address
119 domain-search domain-list~
136 pana-agent address*
137 v4-lost domain-name
138 capwap-ac-v4 address*
141 sip-ua-cs-domains domain-list~
142 ipv4-address-andsf address*
146 rdnss-selection uint8+address+address+domain-list
150 tftp-server-address address*
159 v4-portparams uint8+uint8+uint16
160 v4-captive-portal text
209 loader-configfile text
210 loader-pathprefix text
211 loader-reboottime uint32
212 option-6rd uint8+uint8+address6+address...
213 v4-access-domain domain-name
"""
_LACKED = """\
83 isns bytes
120 sip-servers uint8+address...
123 geoconf bytes
143 v4-sztp-redirect bytes
144 geoloc bytes
147 dots-ri domain-name
148 dots-address address*
158 v4-pcp-server bytes
161 mud-url text
162 v4-dnr bytes
"""
_NWIP = """\
5 nwip.nsq-broadcast boolean
6 nwip.preferred-dss address*
7 nwip.nearest-nwip-server address*
8 nwip.autoretries uint8
9 nwip.autoretry-secs uint8
10 nwip.nwip-1-1 boolean
11 nwip.primary-dss address
"""
_AGENT = """\
1 agent.circuit-id bytes
2 agent.remote-id bytes
5 agent.link-selection address
6 agent.subscriber-id bytes
"""

NOT_CONFIGURABLE = {
    "dhcp-lease-time": "declare default_lease_time and max_lease_time instead",
    "dhcp-server-identifier": "each server sends its own address",
    "subnet-mask": "it follows from the subnet's network",
} | dict.fromkeys(
    (
        "dhcp-requested-address",
        "dhcp-option-overload",
        "dhcp-message-type",
        "dhcp-message",
        "dhcp-max-message-size",
        "dhcp-client-identifier",
        "client-last-transaction-time",
        "associated-ip",
        "pxe-system-type",
        "pxe-interface-id",
        "pxe-client-id",
        "subnet-selection",
        "user-class",
        "agent.circuit-id",
        "agent.remote-id",
        "agent.link-selection",
        "agent.subscriber-id",
    ),
    "clients, relays or the protocol itself set it",
)
NOT_CONFIGURABLE |= dict.fromkeys(
    (line.split()[1] for line in _NWIP.splitlines()),
    # options.c (nwip_option_space_encapsulate) forgets the length.
    "servers send option 63 without them; define your own option with code 63, of bytes",
)
"""By name: why a site cannot declare it. Classes can match on it all the same."""


def _definitions(table: str) -> dict[str, Definition]:
    found = {}
    for line in table.splitlines():
        code, name, types = line.split()
        repeated = "all" if types.endswith("*") else "last" if types.endswith("...") else ""
        kinds = tuple(cast("Kind", it) for it in types.rstrip("*.~").split("+"))
        found[name] = Definition(
            int(code),
            kinds,
            repeated,  # type: ignore[arg-type] # as above
            compressed=types.endswith("~"),
            in_space="." in name,
        )
    return found


LACKED = _definitions(_LACKED)
"""By name: those that servers do not know by themselves. A site that defines one of these names or
codes itself has its own definition."""
STANDARD = _definitions(_TABLE + _LACKED + _NWIP + _AGENT)
"""By name."""
