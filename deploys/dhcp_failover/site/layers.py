"""The layers outside the inventory: environment variables and a secrets directory.

pydantic-settings matches the names and nests and decodes the values. Before that, this module
reports what the library ignores or stops at: unknown names, and values that cannot be decoded.
It also reads the files: the library's source for secrets ignores a pipe, a device, and a link that
leads out of the directory, and stops at the first file that is not text.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import create_model

from .checks import Mistake
from .messages import variable_name
from .model import Site

PREFIX = "dhcp_"
SECRETS_DIR = "DHCP_SECRETS_DIR"
LARGEST_FILE = 2**20
DEEPEST = 30
"""How many names, or lists and mappings, may be in each other; those of a site are 12 at most."""


@dataclass
class Layer:
    """What the environment or the secrets directory sets."""

    data: dict[str, Any] = field(default_factory=dict)
    """As in an inventory; keys that come from names are in small letters."""
    origins: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By path, each step as in the name of a variable: where that value is set."""
    mistakes: list[Mistake] = field(default_factory=list)


class _Setting(NamedTuple):
    kind: str
    where: str
    text: str  # may be a secret


def outside_inventory() -> list[Layer]:
    """The secrets directory, then the environment, which is laid over it."""
    environment = {
        name.lower(): _Setting("environment variable", name, text)
        for name, text in sorted(os.environ.items())
        if name.lower().startswith(PREFIX)
    }
    directory = environment.pop(SECRETS_DIR.lower(), None)
    secrets = _secrets_directory(directory.text) if directory and directory.text else Layer()
    return [secrets, _layer(environment)]


def _secrets_directory(directory: str) -> Layer:
    try:
        paths = sorted(Path(directory).expanduser().iterdir())
    except (OSError, ValueError, RuntimeError) as error:
        reason = f"cannot be read as a directory: {_words(error)}"
        return Layer(mistakes=[Mistake((SECRETS_DIR,), directory, reason)])
    settings, mistakes = {}, []
    for path in paths:
        if path.name.lower().startswith(PREFIX):
            try:
                settings[path.name.lower()] = _Setting("file", str(path), _text(path))
            except (OSError, ValueError) as error:
                reason = f"a file of {SECRETS_DIR} that cannot be read: {_words(error)}"
                mistakes.append(Mistake((str(path),), None, reason))
    layer = _layer(settings)
    layer.mistakes[:0] = mistakes
    return layer


def _text(path: Path) -> str:
    # A pipe would wait for a writer, a device might never end.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a regular file")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE} bytes")
    return content.decode().strip()


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or "unknown error").lower()
    return "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)


def _layer(settings: Mapping[str, _Setting]) -> Layer:
    """The layer of ``settings``, by name in small letters, without those that are mistakes."""
    layer, texts, fields = Layer(), {}, list(Site.model_fields)
    # A whole mapping comes before what is laid over it.
    for name, (kind, where, text) in sorted(settings.items(), key=lambda it: it[0].count("__")):
        steps = name.removeprefix(PREFIX).split("__")
        known = steps[0] in fields
        if not known and len(steps) == 1:
            continue  # DHCP_LAB and other variables of other programs
        try:
            if not known:
                raise ValueError("no such setting")
            value = _checked(steps, text, layer)
        except ValueError as error:
            unknown = None if known else (steps[0], fields)
            layer.mistakes.append(Mistake((where,), None, str(error), unknown=unknown))
        else:
            texts[name] = text
            layer.origins |= dict.fromkeys(_leaves(steps, value), f"the {kind} {where}")
    layer.data = _nested(texts) if texts else {}
    return layer


def _checked(steps: list[str], text: str, layer: Layer) -> Any:
    """The value. Raises :class:`ValueError` for what the library cannot nest or decode."""
    if "" in steps or len(steps) > DEEPEST:
        raise ValueError(f"expected names with '__' between them, at most {DEEPEST}")
    path = tuple(map(variable_name, steps))
    for end in range(1, len(path)):
        if origin := layer.origins.get(path[:end]):
            place = ".".join(steps[:end])
            raise ValueError(
                f"needs a mapping, but {origin} sets {place} to another value; remove one of them"
            )
    return _decoded(text)


def _decoded(text: str) -> Any:
    """JSON for lists, mappings, texts in quotes and null. Any other text is a value as it is."""
    if not text.startswith(("{", "[", '"')):
        return None if text == "null" else text
    brackets = re.sub(r'"(?:[^"\\]|\\.)*+"?|[^][{}"]+', "", text, flags=re.DOTALL)
    if max(accumulate(1 if it in "[{" else -1 for it in brackets), default=0) > DEEPEST:
        raise ValueError(f"more than {DEEPEST} lists or mappings in each other")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not valid JSON: {error.msg.lower()} at character {error.pos + 1}; a value that begins"
            f" with {text[0]} must be JSON"
        ) from None
    except ValueError:  # Python's limit
        raise ValueError("has a number with too many digits") from None


def _leaves(steps: list[str], value: Any) -> Iterator[tuple[str, ...]]:
    """The paths of the values in ``value`` that are not mappings."""
    if isinstance(value, dict):
        for key, it in value.items():
            yield from _leaves([*steps, key], it)
    else:
        yield tuple(map(variable_name, steps))


def _nested(texts: Mapping[str, str]) -> dict[str, Any]:
    """``texts`` as in an inventory: ``dhcp_failover__lab__mclt`` becomes ``failover.lab.mclt``."""
    # Imported only where something is set: this takes 50 ms.
    from pydantic_settings import BaseSettings, EnvSettingsSource

    class Source(EnvSettingsSource):
        def decode_complex_value(self, field_name: str, field: Any, value: str) -> Any:
            return _decoded(value)

    # Fields that are mappings are decoded. The site's model checks the types.
    fields: Any = dict.fromkeys(Site.model_fields, (dict, None))
    settings = create_model("Settings", __base__=BaseSettings, **fields)
    source = Source(settings, env_prefix=PREFIX, env_nested_delimiter="__")
    source.env_vars = texts
    # The library omits a field that is null; here null replaces what the inventory sets.
    nothing = {it: None for it in Site.model_fields if texts.get(PREFIX + it) == "null"}
    return nothing | source()
