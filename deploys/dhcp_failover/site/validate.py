"""From declared data to a site, or to every mistake in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .checks import Mistake, mistakes, nearest
from .model import Place, Site
from .values import NO_IPV6


class SiteError(Exception):
    """The declared data cannot stand; its text names every mistake, one a line."""

    def __init__(self, found: list[Mistake]) -> None:
        self.mistakes = found
        count = "a mistake" if len(found) == 1 else f"{len(found)} mistakes"
        super().__init__(
            "\n    ".join([f"the declared DHCP data has {count}:", *map(_line, found)])
        )


def validated(
    data: dict[str, Any], servers: Iterable[str] | None = None, found: Iterable[Mistake] = ()
) -> Site:
    """The site that ``data`` declares.

    Raises :class:`SiteError` with ``found`` and all that is wrong. So that one
    mistake does not hide another, what pydantic refuses is taken out, and what
    remains is checked as a site of its own.
    """
    found = list(found)
    taken_out: dict[Place, Any] = {}
    try:
        site: Site | None = Site.model_validate(data)
    except ValidationError as error:
        told: dict[Place, Mistake] = {}
        for details in _root_errors(error.errors(include_url=False)):
            # A value that can be one of several types is refused once for each: told once.
            mistake = _mistake(details, data)
            told.setdefault(mistake.path, mistake)
        found += told.values()
        site = _without_bad_parts(_plain(data), error, taken_out)
    if site is not None:
        incomplete = {path[0] for path, value in taken_out.items() if isinstance(value, dict)}
        found += [
            Mistake(_original(it.path, taken_out), it.value, it.reason)
            for it in mistakes(site, servers)
            if it.needs not in incomplete
        ]
    if found or site is None:
        raise SiteError(found)
    return site


def _root_errors(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """``errors`` without those of lists that are too short because of what was wrong in them."""
    inside = {it["loc"][:-1] for it in errors}
    inside |= {it["loc"][:-2] for it in errors}
    return [it for it in errors if it["type"] != "too_short" or it["loc"] not in inside]


def _without_bad_parts(
    data: Any, error: ValidationError, taken_out: dict[Place, Any]
) -> Site | None:
    """The site without the parts that ``error`` names, if there is one; changes ``data``."""
    while True:
        places = {_existing(data, details["loc"]) for details in error.errors(include_url=False)}
        if () in places:
            return None
        originals = {place: _original(place, taken_out) for place in places}
        # Backwards, so that the indices of those still to come stay right.
        for place in sorted(places, key=_position, reverse=True):
            *parents, last = place
            container = _at(data, parents)
            taken_out[originals[place]] = container.pop(last)
        try:
            return Site.model_validate(data)
        except ValidationError as again:
            error = again


def _plain(data: Any, depth: int = 50) -> Any:
    """A copy of ``data`` in which every container can be changed, as deep as a site can be."""
    if isinstance(data, dict) and depth:
        return {key: _plain(value, depth - 1) for key, value in data.items()}
    if isinstance(data, list | tuple) and depth:
        return [_plain(it, depth - 1) for it in data]
    return data


def _position(path: Place) -> list[tuple[int, str]]:
    return [(key, "") if isinstance(key, int) else (0, key) for key in path]


def _at(data: Any, path: Iterable[str | int]) -> Any:
    for key in path:
        data = data[key]
    return data


def _existing(data: Any, path: Place) -> Place:
    """``path`` as far as ``data`` goes: what is missing is a fault of what it is missing in."""
    for i, key in enumerate(path):
        if not isinstance(data, dict | list | tuple):
            return path[:i]
        try:
            data = _at(data, (key,))
        except (KeyError, IndexError, TypeError):
            return path[:i]
    return path


def _original(path: Place, taken_out: Iterable[Place]) -> Place:
    """Where ``path`` was before elements were taken out of the lists that it passes through."""
    original: Place = ()
    for key in path:
        if isinstance(key, int):
            gone = sorted(p[-1] for p in taken_out if p[:-1] == original and isinstance(p[-1], int))
            for index in gone:
                key += index <= key
        original = (*original, key)
    return original


def _mistake(details: ErrorDetails, data: Any) -> Mistake:
    path, reason = details["loc"], details["msg"].removeprefix("Value error, ")
    value = details["input"]
    missing = details["type"] == "missing" and path[:-1] == _existing(data, path[:-1])
    if not missing:
        path = _existing(data, path)  # without pydantic's own words for types and keys
        value = value if "[key]" in details["loc"] else _at(data, path)
    if details["type"] == "extra_forbidden":
        six = NO_IPV6 if re.search("(^|_|[a-z])v?6$", str(path[-1])) else ""
        reason = f"{six}unknown key; {nearest(str(path[-1]), _known_keys(path[:-1]))}"
    elif missing:
        return Mistake(path, None, "needed, but not given")
    return Mistake(path, value, reason)


def _known_keys(path: Place) -> list[str]:
    """The keys of the model that stands at ``path``."""
    kind: Any = Site
    for key in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(key)].annotation
        else:
            kind = next(arg for arg in reversed(get_args(kind)) if arg is not Ellipsis)
        kind = _bare(kind)
    return list(kind.model_fields)


def _bare(kind: Any) -> Any:
    """A type without ``None`` and annotations around it."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def _line(it: Mistake) -> str:
    path = ".".join(key if (key := str(step)).isprintable() else repr(key) for step in it.path)
    value = "" if it.value is None else f" = {_shown(it.value, it.path)}"
    variable = "DHCP_" + "__".join(variable_name(str(key)) for key in it.path)
    layer = f" (from the environment variable {variable})" if variable in os.environ else ""
    return f"{path}{value}: {it.reason}{layer}"


def variable_name(key: str) -> str:
    """``key`` as it is written in the name of an environment variable."""
    return re.sub(r"[^A-Z0-9]", "_", key.upper())


def _without_secrets(value: Any, path: Place) -> Any:
    """``value`` without what may be a secret: all that is declared of keys but for their names."""
    if path[2:] == ("algorithm",) and re.fullmatch("[a-z0-9-]{1,20}", str(value)):
        return value
    secret = path and str(path[-1]).lower().endswith("secret")  # a variable's name too
    if secret or (_of_keys(path) and not isinstance(value, dict)):
        return "********"
    if isinstance(value, dict):
        return {key: _without_secrets(it, (*path, key)) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(it, (*path, i)) for i, it in enumerate(value)]
    return value


def _of_keys(path: Place) -> bool:
    """Whether ``path`` is under ``keys``, or under what was to be ``keys``."""
    top = str(path[0]).lower() if path else ""
    return get_close_matches(top, Site.model_fields, n=1) == ["keys"]


def _shown(value: Any, path: Place) -> str:
    try:
        text = repr(_without_secrets(value, path))
    except (ValueError, RecursionError):  # Python's own limits for numbers and for nesting
        return f"(a value of type {type(value).__name__})"
    return text if len(text) <= 80 else f"{text[:77]}..."
