"""From the layers of declared data to a site.

The first layer that has a value wins: environment variables
(``DHCP_FAILOVER__LAB__MCLT=1800``), a secrets directory (named by ``DHCP_SECRETS_DIR``, one
file for each value: ``dhcp_failover__lab__mclt``), the inventory's data, the defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from .checks import Mistake
from .gc_paused import gc_paused
from .layers import outside_inventory
from .messages import SiteError, variable_name
from .model import Site
from .origins import Wrong
from .validate import validated


@gc_paused()
def load(data: Any, servers: Iterable[str] | None = None, *, secrets_required: bool = True) -> Site:
    """The site that ``data`` (JSON-like, from an inventory) and the other layers declare.

    ``servers`` are the names in the inventory, if known: the servers of each relationship must
    be among them. A name without a relationship is no mistake; ``site.peers`` does not have it.
    Without ``secrets_required`` a key may lack its secret; its ``secret`` is then None.

    Raises :class:`SiteError` with every mistake, not only the first.
    """
    if not isinstance(data, dict):
        raise SiteError([Mistake(("dhcp",), data, "expected a mapping")])
    if wrong := [it for it in data.values() if isinstance(it, Wrong)]:
        raise SiteError([Mistake((), it, str(it)) for it in wrong])
    data = copy(data)
    data.pop("$schema", None)
    mistakes = [
        Mistake(
            ("keys", name, "secret"),
            "",
            "not in the inventory; set the environment variable"
            f" DHCP_KEYS__{variable_name(name)}__SECRET, or use a secrets directory",
        )
        for name, key in _mapping(data.get("keys")).items()
        if isinstance(name, str) and "secret" in _mapping(key)
    ]
    origins: dict[tuple[str, ...], str] = {}
    for layer in outside_inventory():
        data = _over(layer.data, data)
        origins |= layer.origins
        mistakes += layer.mistakes
    return validated(data, servers, mistakes, secrets_required=secrets_required, origins=origins)


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _over(layer: Mapping[str, Any], data: dict[Any, Any]) -> dict[Any, Any]:
    """``data`` with ``layer`` laid over it, key by key."""
    names = {variable_name(key): key for key in data if isinstance(key, str)} if layer else {}
    merged = copy(data)
    for key, value in layer.items():
        name = names.setdefault(variable_name(key), key)
        # A layer can have a name twice: as ``ddns-2`` from JSON, as ``ddns_2`` from a variable.
        merged[name] = (
            _over(value, _mapping(merged.get(name))) if isinstance(value, dict) else value
        )
    return merged
