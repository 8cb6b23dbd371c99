"""From what is declared, in layers, to a site.

The layers, the first that has a value winning (pydantic-settings): environment
variables (``DHCP_FAILOVER__LAB__MCLT=1800``), a secrets directory (named by
``DHCP_SECRETS_DIR``, a file a value: ``dhcp_failover__lab__mclt``), the
inventory's data, the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from .checks import Mistake
from .gc_paused import gc_paused
from .model import Site
from .validate import SiteError, validated, variable_name


@gc_paused()
def load(
    data: Any, servers: Iterable[str] | None = None, *, secrets_required: bool = True
) -> Site:
    """The site that ``data`` (JSON-like, from an inventory) and the other layers declare.

    ``servers`` are the names of the inventory's DHCP servers, when known: each has
    to be in a relationship, and each relationship's servers among them.

    Raises :class:`SiteError` with all that is wrong, not only the first mistake.
    """
    if not isinstance(data, Mapping):
        raise SiteError([Mistake(("dhcp",), data, "a mapping is needed")])
    told = [
        Mistake(
            ("keys", name, "secret"), "", "comes from the environment or a secrets directory only"
        )
        for name, key in _mapping(data.get("keys")).items()
        if "secret" in _mapping(key)
    ]
    if any(name.upper().startswith("DHCP_") for name in os.environ):
        # Imported where it has something to do: that alone takes 50 ms.
        from .layers import above_inventory, unknown_variables

        return validated(_over(above_inventory(), data), servers, told + unknown_variables())
    return validated(dict(data), servers, told)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _over(layer: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with ``layer`` laid over it, key by key."""
    names = {variable_name(key): key for key in data}
    merged = dict(data)
    for key, value in layer.items():
        name = names.get(variable_name(key), key)
        below = data.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = _over(value, below)
        merged[name] = value
    return merged
