"""The layers outside the inventory: environment variables and a secrets directory."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .checks import Mistake
from .messages import variable_name
from .model import Site

PREFIX = "DHCP_"
SECRETS_DIR = "DHCP_SECRETS_DIR"
LARGEST_FILE = 2**20
DEEPEST = 30
"""How many names, or lists and mappings, may be in each other; those of a site are 12 at most."""


@dataclass
class Layer:
    """What is set outside the inventory."""

    data: dict[str, Any] = field(default_factory=dict)
    """As in an inventory; keys are in small letters."""
    origins: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By path, each step as in the name of a variable: where that value is set."""
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass(frozen=True)
class _Setting:
    """A value outside the inventory."""

    name: str
    """In capitals, as the name of a variable: ``DHCP_FAILOVER__LAB__MCLT``."""
    text: str
    where: str
    """The variable, or the path of the file."""
    kind: str
    """What ``where`` is, for messages."""


def outside_inventory() -> Layer:
    """The settings of the environment and, below them, those of a secrets directory."""
    layer = Layer()
    environment = [
        _Setting(name.upper(), value, name, "environment variable")
        for name, value in sorted(os.environ.items())
        if name.upper().startswith(PREFIX) and name.upper() != SECRETS_DIR
    ]
    # The environment is added last, and so wins.
    for settings in (list(_files(layer.mistakes)), environment):
        # JSON for a whole mapping first, then what is laid over it.
        for setting in sorted(settings, key=lambda it: it.name.count("__")):
            _add(setting, layer)
    return layer


def _files(mistakes: list[Mistake]) -> Iterator[_Setting]:
    """The settings of the secrets directory. What cannot be read is added to ``mistakes``."""
    directory = os.environ.get(SECRETS_DIR)
    if not directory:
        return
    try:
        paths = sorted(Path(directory).expanduser().iterdir())
    except (OSError, ValueError, RuntimeError) as error:
        reason = f"cannot be read as a directory: {_words(error)}"
        mistakes.append(Mistake((SECRETS_DIR,), directory, reason))
        return
    for path in paths:
        if not path.name.upper().startswith(PREFIX):
            continue
        try:
            yield _Setting(path.name.upper(), _text(path), str(path), "file")
        except (OSError, ValueError) as error:
            reason = f"a file of {SECRETS_DIR} that cannot be read: {_words(error)}"
            mistakes.append(Mistake((str(path),), None, reason))


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


def _add(setting: _Setting, layer: Layer) -> None:
    """Add a setting to the layer, or the mistake in it. Its text may be a secret."""
    steps = setting.name.removeprefix(PREFIX).split("__")
    fields = list(Site.model_fields)
    mistake = ""
    unknown = None
    if steps[0].lower() not in fields:
        if len(steps) == 1:
            return  # DHCP_LAB and other variables of other programs
        mistake, unknown = "no such setting", (steps[0].lower(), fields)
    elif "" in steps or len(steps) > DEEPEST:
        mistake = f"expected names with '__' between them, at most {DEEPEST}"
    else:
        try:
            value = _parsed(setting.text)
        except ValueError as error:
            mistake = str(error)
    if mistake:
        layer.mistakes.append(Mistake((setting.where,), None, mistake, unknown=unknown))
        return
    node = layer.data
    for step in steps[:-1]:
        below = node.get(step.lower())
        node[step.lower()] = node = below if isinstance(below, dict) else {}
    last = steps[-1].lower()
    node[last] = _merged(node.get(last), value)
    origin = f"the {setting.kind} {setting.where}"
    layer.origins.update(dict.fromkeys(_leaves(steps, value), origin))


def _merged(below: Any, value: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(value, dict)):
        return value
    return below | {key: _merged(below.get(key), it) for key, it in value.items()}


def _parsed(text: str) -> Any:
    """JSON for lists, mappings, texts in quotes and null. Any other text is a value as it is."""
    if not text.startswith(("{", "[", '"')):
        return None if text == "null" else text
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not valid JSON: {error.msg.lower()} at character {error.pos + 1}; a value that begins"
            f" with {text[0]} must be JSON"
        ) from None
    except ValueError:  # Python's limit
        raise ValueError("has a number with too many digits") from None
    parts = [value]
    for _ in range(DEEPEST):
        parts = [it for part in parts for it in _inside(part)]
    if parts:
        raise ValueError(TOO_DEEP)
    return value


TOO_DEEP = f"more than {DEEPEST} lists or mappings in each other"


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _leaves(steps: list[str], value: Any) -> Iterator[tuple[str, ...]]:
    """The paths of the values in ``value`` that are no mappings."""
    path = tuple(map(variable_name, steps))
    if not isinstance(value, dict):
        yield path
        return
    for key, it in value.items():
        yield from _leaves([*path, key], it)
