"""A site as one of its servers has to serve it.

What is declared for single servers is resolved, and what a scope would hide of those around it is
said again in it. An engine writes what it finds, without a look at other scopes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from .clients import ClientClass, Reservation
from .model import Pool, ServerSettings, SharedNetwork, Site, Subnet
from .scopes import Boot, Scope

AnyScope = TypeVar("AnyScope", bound=Scope)
Around = Sequence[Boot]
"""How to boot in the scopes around, the nearest first."""


def seen_by(site: Site, server: str) -> Site:
    """``site`` for ``server``: the same object, if there is nothing to resolve.

    Servers for which nothing differs share one.
    """
    boots = [scope.boot for _, scope in site.scopes() if scope.boot]
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
    around = [boot] if (boot := top.get("boot", site.boot)) else []
    changes = top | {
        "servers": {name: it for name, it in site.servers.items() if name == server},
        "subnets": tuple(_subnet(it, server, around, around) for it in site.subnets),
        "shared_networks": {
            name: _shared(it, server, around) for name, it in site.shared_networks.items()
        },
        "classes": {name: _class(it, server, around) for name, it in site.classes.items()},
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
        ours, around = _for(own.boot, server), _for(site.boot or Boot(), server)
        boot = {name: getattr(ours, name) or getattr(around, name) for name in Boot.model_fields}
        files = {**ours.by_architecture, **around.by_architecture, **ours.by_architecture}
        said["boot"] = Boot.model_construct(**(boot | {"by_architecture": files}))
    return said


def _shared(it: SharedNetwork, server: str, around: Around) -> SharedNetwork:
    inside = [it.boot, *around] if it.boot else around
    subnets = tuple(_subnet(one, server, inside, around) for one in it.subnets)
    return _changed(it, subnets=subnets, **_settled(it, server, around))


def _subnet(it: Subnet, server: str, around: Around, top: Around) -> Subnet:
    inside = [it.boot, *around] if it.boot else around
    changes = _settled(it, server, around)
    if any(pool.boot for pool in it.pools):
        changes["pools"] = tuple(_pool(pool, server, inside) for pool in it.pools)
    if any(one.boot for one in it.reservations.values()):
        changes["reservations"] = {
            name: _reservation(one, server, inside if one.address else top)
            for name, one in it.reservations.items()
        }
    return _changed(it, **changes)


def _pool(it: Pool, server: str, around: Around) -> Pool:
    return _changed(it, **_settled(it, server, around))


def _reservation(it: Reservation, server: str, around: Around) -> Reservation:
    return _changed(it, **_settled(it, server, around))


def _class(it: ClientClass, server: str, around: Around) -> ClientClass:
    changes = _settled(it, server, around)
    if any(member.boot for member in it.members.values()):
        inside = [it.boot, *around] if it.boot else around
        changes["members"] = {
            value: _changed(member, **_settled(member, server, inside))
            for value, member in it.members.items()
        }
    return _changed(it, **changes)


def _changed(it: AnyScope, **changes: Any) -> AnyScope:
    return it.model_copy(update=changes) if changes else it


def _settled(it: Scope, server: str, around: Around) -> dict[str, Any]:
    """The field ``boot``, if there is one, for this server and with what it would hide."""
    return {"boot": _completed(_for(it.boot, server), around)} if it.boot else {}


def _for(it: Boot, server: str) -> Boot:
    if not isinstance(it.next_server, Mapping):
        return it
    return it.model_copy(update={"next_server": it.next_server.get(server)})


def _completed(it: Boot, around: Around) -> Boot:
    """``it`` with those settings of ``around`` that are more special than what it sets.

    Servers go through the scopes from the furthest to the nearest, and the last file that fits
    counts: a plain file of a near scope would hide the special ones of all others.
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
