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

from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from .checks import Mistake, nearest
from .site import Site
from .validate import SiteError, validated, variable_name

SECRETS_DIR = "DHCP_SECRETS_DIR"


class _Layers(BaseSettings):
    """The top level of :class:`Site`, of any type: what is wrong is for the site's model to say."""

    model_config = SettingsConfigDict(env_prefix="dhcp_", env_nested_delimiter="__", extra="ignore")

    failover: dict[str, Any] | Any = None
    subnets: list[Any] | Any = None
    interfaces: dict[str, Any] | Any = None
    normal_timeout: Any = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = NestedSecretsSettingsSource(
            file_secret_settings,
            secrets_dir=os.environ.get(SECRETS_DIR),
            secrets_dir_missing="error",
        )
        return env_settings, secrets


def load(data: Any, servers: Iterable[str] | None = None) -> Site:
    """The site that ``data`` (JSON-like, from an inventory) and the other layers declare.

    ``servers`` are the names of the inventory's DHCP servers, when known: each has
    to be in a relationship, and each relationship's servers among them.

    Raises :class:`SiteError` with all that is wrong, not only the first mistake.
    """
    if not isinstance(data, Mapping):
        raise SiteError([Mistake(("dhcp",), data, "a mapping is needed")])
    try:
        layers = _Layers().model_dump(exclude_unset=True)
    except SettingsError as error:
        mistake = Mistake((SECRETS_DIR,), os.environ.get(SECRETS_DIR), str(error))
        raise SiteError([mistake]) from None
    return validated(_over(layers, data), servers, _unknown_variables())


def _over(layer: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with ``layer`` laid over it, key by key."""
    spelled = {variable_name(key): key for key in data}
    merged = dict(data)
    for key, value in layer.items():
        name = spelled.get(variable_name(key), key)
        below = data.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = _over(value, below)
        merged[name] = value
    return merged


def _unknown_variables() -> list[Mistake]:
    """Nested variables of ours that no field takes: ``DHCP_FAILOVR__LAB__MCLT``."""
    known = list(Site.model_fields)
    return [
        Mistake((variable,), value, f"no such setting; {nearest(field, known)}")
        for variable, value in sorted(os.environ.items())
        if variable.startswith("DHCP_") and "__" in variable
        for field in [variable.removeprefix("DHCP_").partition("__")[0].lower()]
        if field not in known
    ]
