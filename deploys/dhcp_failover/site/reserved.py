"""The settings that a client with a reserved address gets.

Its address is in no pool, so servers do not apply the settings of a pool to it. Administrators
expect them: so the client gets what all pools of its subnet have in common, as if the subnet
itself had these settings.
"""

from __future__ import annotations

import re
from typing import Any

from .networks import Pool, Subnet
from .scopes import Scope, laid_over
from .verbatim import statements

LEASE_TIMES = ("default_lease_time", "min_lease_time", "max_lease_time")
OF_THE_POOL = re.compile(r"(?:#[^\n]*\n|\s)*(?i:allow|deny|ignore|range|failover)\b")
"""Statements that only a pool can have."""


def settings(scope: Scope) -> dict[str, Any]:
    """What ``scope`` sets, by name: ``options.NAME``, or a field of :class:`Scope`."""
    found = {f"options.{name}": _alike(value) for name, value in scope.options.items()}
    if isinstance(scope, Pool) and scope.routers:
        found["options.routers"] = _alike([str(it) for it in scope.routers])
    for field in Scope.model_fields:
        value = getattr(scope, field)
        if field != "options" and value not in (None, (), {}):
            found[field] = value
    if isinstance(scope, Pool) and "verbatim" in found:
        found["verbatim"] = _of_clients(scope.verbatim)
        if not found["verbatim"]:
            del found["verbatim"]
    return found


def _of_clients(verbatim: tuple[str, ...]) -> tuple[str, ...]:
    """The statements of a pool that other scopes can have too, as they are written."""
    every = [*statements("\n".join(verbatim))]
    kept = [it for it in every if not OF_THE_POOL.match(it)]
    return verbatim if len(kept) == len(every) else tuple(kept)


def common(subnet: Subnet) -> dict[str, Any]:
    """The settings that all pools of ``subnet`` have, with the same value."""
    first, *others = [settings(pool) for pool in subnet.pools] or [{}]
    return {
        name: value
        for name, value in first.items()
        if all(name in other and other[name] == value for other in others)
    }


def differing(subnet: Subnet) -> dict[str, tuple[int, Any]]:
    """The settings in which the pools of ``subnet`` differ: the first pool with each, and its
    value.

    Lease times are left out: every client gets some.
    """
    alike, found = common(subnet), dict[str, tuple[int, Any]]()
    for number, pool in enumerate(subnet.pools):
        for name, value in settings(pool).items():
            if name not in alike and name not in LEASE_TIMES:
                found.setdefault(name, (number, value))
    return found


def as_reserved(subnet: Subnet) -> Subnet:
    """``subnet`` with the settings that all its pools have in common."""
    alike = common(subnet)
    options = {
        name.removeprefix("options."): value
        for name, value in alike.items()
        if name.startswith("options.")
    }
    fields = {name: value for name, value in alike.items() if not name.startswith("options.")}
    if "boot" in fields:
        fields["boot"] = laid_over(fields["boot"], subnet.boot)
    if "verbatim" in fields:
        fields["verbatim"] = (*subnet.verbatim, *fields["verbatim"])
    return subnet.model_copy(update={**fields, "options": {**subnet.options, **options}})


def _alike(value: Any) -> Any:
    """The same value for a list and a tuple."""
    return [_alike(it) for it in value] if isinstance(value, list | tuple) else value
