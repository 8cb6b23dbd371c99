"""What each field of a site becomes in the words of dhcpd.conf(5), for the reference."""

from __future__ import annotations

from collections.abc import Mapping

from ...site.clients import ClientClass, Reservation
from ...site.conditions import Condition
from ...site.dns import Dns, Key, Omapi, Zone
from ...site.model import ServerSettings, Site
from ...site.networks import Pool, SharedNetwork, Subnet
from ...site.options import OptionDefinition
from ...site.relationships import End, Relationship
from ...site.scopes import Boot, NetworkScope, Scope
from ...site.values import Declared

VOCABULARY: Mapping[type[Declared], Mapping[str, str]] = {
    Site: {
        "failover": "`failover peer`, on its two servers",
        "subnets": "`subnet`",
        "shared_networks": "`shared-network`",
        "classes": "`class`",
        "groups": "`group`",
        "reservations": "`host`",
        "option_definitions": "`option space`, `option` with `code`",
        "interfaces": "`INTERFACESv4` in `/etc/default/isc-dhcp-server`",
        "keys": "`key`, in `/etc/dhcp/dhcpd.keys`",
        "dns": "see Dns",
        "omapi": "see Omapi",
        "servers": "see ServerSettings: written for that server only",
        "ping_check": "`ping-check`",
        "ping_timeout": "`ping-timeout`",
        "log_facility": "`log-facility`",
        "normal_timeout": "none: the deploy waits",
        "firewall": "none: `table inet dhcp_failover` of nftables",
    },
    NetworkScope: {
        "unknown_clients": "`unknown-clients`",
        "bootp": "`bootp`",
        "duplicates": "`duplicates`",
        "declines": "`declines`",
        "one_lease_per_client": "`one-lease-per-client`",
        "min_secs": "`min-secs`",
        "authoritative": "`authoritative`, `not authoritative`",
    },
    Scope: {
        "options": "`option`",
        "routes": "`option rfc3442-classless-static-routes`, `option ms-classless-static-routes`",
        "vendor_option_space": "`vendor-option-space`",
        "default_lease_time": "`default-lease-time`",
        "min_lease_time": "`min-lease-time`",
        "max_lease_time": "`max-lease-time`",
        "boot": "see Boot",
        "dns_updates": "`ddns-updates`",
        "dns_domain": "`ddns-domainname`",
        "use_host_names": "`use-host-decl-names`",
        "booting": "`booting`",
        "verbatim": "as written",
    },
    ServerSettings: {
        "identifier": "`server-identifier`",
    },
    Relationship: {
        "primary": "`primary` on this server",
        "secondary": "`secondary` on this server",
        "port": "`port` of the primary, `peer port` of the secondary",
        "peer_port": "`port` of the secondary, `peer port` of the primary",
        "max_response_delay": "`max-response-delay`",
        "max_unacked_updates": "`max-unacked-updates`",
        "mclt": "`mclt` of the primary",
        "split": "`split` of the primary",
        "hba": "`hba` of the primary",
        "load_balance_max_seconds": "`load balance max seconds`",
        "auto_partner_down": "`auto-partner-down`",
        "max_lease_misbalance": "`max-lease-misbalance`",
        "max_lease_ownership": "`max-lease-ownership`",
        "min_balance": "`min-balance`",
        "max_balance": "`max-balance`",
    },
    End: {
        "server": "none: whose `failover peer` it is",
        "address": "`address`; `peer address` of the partner",
    },
    Pool: {
        "failover": "`failover peer`",
        "server": "none: no other server has the `pool`",
        "ranges": "`range`",
        "routers": "`option routers`",
        "allow": "`allow`, `allow members of`",
        "deny": "`deny`, `deny members of`",
        "dynamic_bootp": "`range dynamic-bootp`",
        "emptying": "`deny all clients`",
    },
    Subnet: {
        "network": "`subnet` with `netmask`",
        "pools": "`pool`",
        "reservations": "`host`",
    },
    SharedNetwork: {
        "subnets": "`subnet`",
    },
    Boot: {
        "next_server": "`next-server`",
        "server_name": "`server-name`",
        "filename": "`filename`",
        "by_architecture": "`filename`, if `option pxe-system-type` is that",
        "ipxe": "`filename`, `if exists user-class`",
    },
    ClientClass: {
        "match": "`match if`",
        "member_by": "`match hardware` or `match option`",
        "members": "`subclass`",
        "spawn_by": "`spawn with option`",
        "lease_limit": "`lease limit`",
    },
    Condition: {
        "option": "`exists`, or `option` with what follows",
        "equals": "`=`",
        "starts_with": "`substring(option`",
        "at": "the offset in `substring(option`",
        "ends_with": "`suffix(option`",
        "matches": "`~=`",
        "hardware": "`substring(hardware`",
        "all_of": "`and`",
        "any_of": "`or`",
        "none_of": "`not`",
        "verbatim": "as written",
    },
    Reservation: {
        "mac": "`hardware ethernet`",
        "client_identifier": "`option dhcp-client-identifier`",
        "circuit_id": "`host-identifier option agent.circuit-id`",
        "remote_id": "`host-identifier option agent.remote-id`",
        "address": "`fixed-address`",
        "host_name": "`option host-name`",
        "group": "`group`",
    },
    OptionDefinition: {
        "code": "`code`",
        "type": "the type after `code`",
        "array": "`array of`",
        "encapsulates": "`encapsulate`",
    },
    Key: {
        "algorithm": "`algorithm`",
        "secret": "`secret`",
    },
    Dns: {
        "update_style": "`ddns-update-style`",
        "ttl": "`ddns-ttl`",
        "update_static_leases": "`update-static-leases`",
        "client_updates": "`client-updates`",
        "update_conflict_detection": "`update-conflict-detection`",
        "zones": "`zone`",
    },
    Zone: {
        "primary": "`primary`",
        "key": "`key`",
    },
    Omapi: {
        "port": "`omapi-port`",
        "key": "`omapi-key`",
        "clients": "none: `table inet dhcp_failover` of nftables",
    },
}
"""By field; words in quotes can be found in the files of a server."""
