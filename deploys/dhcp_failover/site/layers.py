"""What is declared outside of the inventory: environment variables and a secrets directory."""

from __future__ import annotations

import os
from typing import Any

from pydantic import create_model
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from .checks import Mistake, nearest
from .model import Site
from .validate import SiteError

SECRETS_DIR = "DHCP_SECRETS_DIR"


def above_inventory() -> dict[str, Any]:
    """What these layers declare, as nested mappings with keys in small letters.

    Raises :class:`SiteError` for a secrets directory that cannot be read.
    """
    try:
        return _Layers().model_dump(exclude_unset=True)
    except SettingsError as error:
        mistake = Mistake((SECRETS_DIR,), os.environ.get(SECRETS_DIR), str(error))
        raise SiteError([mistake]) from None


def unknown_variables() -> list[Mistake]:
    """Nested variables of ours that no field takes: ``DHCP_FAILOVR__LAB__MCLT``."""
    known = list(Site.model_fields)
    return [
        Mistake((variable,), value, f"no such setting; {nearest(field, known)}")
        for variable, value in sorted(os.environ.items())
        if variable.startswith("DHCP_") and "__" in variable
        for field in [variable.removeprefix("DHCP_").partition("__")[0].lower()]
        if field not in known
    ]


class _Sources(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="dhcp_", env_nested_delimiter="__", extra="ignore")

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


_ANYTHING: Any = (dict[str, Any] | list[Any] | Any, None)
_Layers = create_model("_Layers", __base__=_Sources, **dict.fromkeys(Site.model_fields, _ANYTHING))
"""The top level of :class:`Site`, of any type: what is wrong is for the site's model to say."""
