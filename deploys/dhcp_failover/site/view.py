"""The site as one of its servers has to serve it.

Settings of single servers are resolved. If a scope would hide settings of the scopes around it,
it gets a copy of them. So an engine writes each scope without looking at others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .clients import ClientClass, Reservation
from .model import ServerSettings, Site
from .networks import SharedNetwork, Subnet
from .reserved import as_reserved
from .scopes import Boot, Scope, laid_over

AnyScope = TypeVar("AnyScope", bound=Scope)
Around = Sequence[Boot]
"""How to boot in the scopes around, the nearest first."""


def seen_by(site: Site, server: str) -> Site:
    """``site`` for ``server``; ``site`` itself if there is nothing to resolve.

    Servers without a difference share one object.
    """
    boots = [scope.boot for _, scope in site.placed_scopes if scope.boot]
    if not site.servers and not boots:
        return site
    differs = site.servers or any(isinstance(it.next_server, Mapping) for it in boots)
    key = server if differs else ""
    if key not in site.views:
        site.views[key] = _made(site, server)
    return site.views[key]


def _made(site: Site, server: str) -> Site:
    top = _settled(site, server, ())
    if own := site.servers.get(server):
        top |= _nearer(own, site, server)
    view = _View(site, server, [boot] if (boot := top.get("boot", site.boot)) else [])
    changes = top | {
        "servers": {name: it for name, it in site.servers.items() if name == server},
        "subnets": tuple(view.subnet(it, view.top) for it in site.subnets),
        "shared_networks": {name: view.shared(it) for name, it in site.shared_networks.items()},
        "classes": {name: view.class_(it) for name, it in site.classes.items()},
        "groups": {name: view.scope(it, view.top) for name, it in site.groups.items()},
        "reservations": {name: view.reservation(it) for name, it in site.reservations.items()},
    }
    fields = {name: getattr(site, name) for name in Site.model_fields}
    return Site.model_construct(_fields_set=site.model_fields_set, **(fields | changes))


def _nearer(own: ServerSettings, site: Site, server: str) -> dict[str, Any]:
    """The fields of ``site`` that a server's own settings change."""
    said = {name: getattr(own, name) for name in Scope.model_fields if name in own.model_fields_set}
    for name in {"options", "routes"} & said.keys():
        said[name] = {**getattr(site, name), **said[name]}
    if own.verbatim:
        said["verbatim"] = (*site.verbatim, *own.verbatim)
    if own.boot:
        around = _for(site.boot, server) if site.boot else None
        said["boot"] = laid_over(_for(own.boot, server), around)
    return said


@dataclass(frozen=True)
class _View:
    site: Site
    server: str
    top: Around
    """``boot`` of the site, if it has one."""

    def scope(self, it: AnyScope, around: Around, **changes: Any) -> AnyScope:
        """``it`` with ``changes``, and with a complete ``boot``."""
        changes |= _settled(it, self.server, around)
        return it.model_copy(update=changes) if changes else it

    def shared(self, it: SharedNetwork) -> SharedNetwork:
        inside = _inside(it, self.top)
        return self.scope(
            it, self.top, subnets=tuple(self.subnet(one, inside) for one in it.subnets)
        )

    def subnet(self, it: Subnet, around: Around) -> Subnet:
        changes: dict[str, Any] = {}
        if any(pool.boot for pool in it.pools):
            inside = _inside(it, around)
            changes["pools"] = tuple(self.scope(pool, inside) for pool in it.pools)
        if any(one.boot for one in it.reservations.values()):
            changes["reservations"] = {
                name: self.reservation(one) for name, one in it.reservations.items()
            }
        return self.scope(it, around, **changes)

    def reservation(self, it: Reservation) -> Reservation:
        """A client with addresses in a single subnet boots like this subnet. Others may be in any
        network, and boot like the site."""
        if not it.boot:
            return it
        around = self.top
        homes = {id(home): home for one in it.address if (home := self.site.subnet_of(one))}
        if len(homes) == 1:
            (home,) = homes.values()
            if home.shared:
                around = _inside(self.site.shared_networks[home.shared], around)
            around = _inside(as_reserved(home.subnet), around)
        if it.group in self.site.groups:
            around = _inside(self.site.groups[it.group], around)
        return self.scope(it, around)

    def class_(self, it: ClientClass) -> ClientClass:
        if not any(member.boot for member in it.members.values()):
            return self.scope(it, self.top)
        inside = _inside(it, self.top)
        members = {value: self.scope(member, inside) for value, member in it.members.items()}
        return self.scope(it, self.top, members=members)


def _inside(it: Scope, around: Around) -> Around:
    return [it.boot, *around] if it.boot else around


def _settled(it: Scope, server: str, around: Around) -> dict[str, Any]:
    """The field ``boot``, if there is one, for this server and complete."""
    return {"boot": _completed(_for(it.boot, server), around)} if it.boot else {}


def _for(it: Boot, server: str) -> Boot:
    if not isinstance(it.next_server, Mapping):
        return it
    return it.model_copy(update={"next_server": it.next_server.get(server)})


def _completed(it: Boot, around: Around) -> Boot:
    """``it`` with the settings of ``around`` that are more specific than its own.

    Servers read the scopes from the farthest to the nearest, and the last file that fits wins. A
    plain ``filename`` of a near scope would hide the files for single architectures of the others.
    """
    changes: dict[str, Any] = {}
    if (it.filename or it.by_architecture) and not it.ipxe:
        ipxe = next((one.ipxe for one in around if one.ipxe), None)
        if ipxe:
            changes["ipxe"] = ipxe
    if it.filename:
        files = dict(it.by_architecture)
        for one in around:
            files = {**files, **{k: v for k, v in one.by_architecture.items() if k not in files}}
        if len(files) > len(it.by_architecture):
            changes["by_architecture"] = files
    return it.model_copy(update=changes) if changes else it
