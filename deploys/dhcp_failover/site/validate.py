"""From declared data to a site, or to every mistake in it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .addresses import NO_IPV6
from .checks import Mistake, mistakes
from .messages import Origins, SiteError, reason
from .model import Site
from .networks import Place
from .origins import wrong_in

__all__ = ["SiteError", "validated"]


def validated(
    data: dict[str, Any],
    servers: Iterable[str] | None = None,
    found: Iterable[Mistake] = (),
    *,
    secrets_required: bool = False,
    origins: Origins | None = None,
) -> Site:
    """The site that ``data`` declares.

    Raises :class:`SiteError` with ``found`` and every mistake in ``data``. So that one
    mistake does not hide another, the parts that the model refuses are left out, and the
    rest is checked as a site.
    """
    found = list(found)
    rest = _Rest(data)
    try:
        site: Site | None = Site.model_validate(data)
    except ValidationError as error:
        site = _without_bad_parts(error, rest, found)
    if site is not None:
        # What was refused is reported once, and so is what only follows from it.
        paths = {it.path for it in found}
        found += [
            it
            for it in (
                replace(
                    it,
                    path=rest.original(it.path)[0],
                    other=it.other and rest.original(it.other)[0],
                )
                for it in mistakes(site, servers, secrets_required=secrets_required)
            )
            if it.path not in paths and rest.incomplete.isdisjoint(it.needs)
        ]
    if found or site is None:
        raise SiteError(found, data, origins)
    return site


ALONE = (str, int, float, dict, IPv4Address)
"""Types that can replace a list with one entry."""
LONGEST_ADVICE = 60
OF_CLIENTS = ("subnets", "shared_networks", "reservations")
"""Top-level keys that contain reservations."""


class _Rest:
    """The declared data without the parts that were refused."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.incomplete: set[str | int] = set()
        """Top-level keys from which a part was left out that others refer to."""
        self._tree: dict[str | int, Any] = {}
        """The places of what was left out: a mapping for each step, None at the end."""
        self._shifts: dict[Place, list[int]] = {}

    def leave_out(self, places: Iterable[Place]) -> None:
        """Leave out the parts at ``places``."""
        for place in places:
            tree: Any = self._tree
            for key in place[:-1]:
                tree = tree.setdefault(key, {})
                if tree is None:
                    break  # a part around it is left out already
            else:
                tree[place[-1]] = None
            value = _at(self.data, place)
            leaf = not isinstance(value, dict | list | tuple) and len(place) > 2
            if place[0] in OF_CLIENTS and place[-2:-1] == ("reservations",):
                continue  # nothing else refers to a client
            if not leaf or place[-1] in ("failover", "server", "pools", "subnets"):
                self.incomplete.add(place[0])
        self._shifts = {}

    def remaining(self) -> Any:
        """The data without these parts; it shares with the original what is whole."""
        return _pruned(self.data, self._tree)

    def changed(self, place: Place) -> bool:
        """Whether something was left out of the part at ``place``."""
        tree: Any = self._tree
        for key in place:
            tree = tree.get(key)
            if tree is None:
                return False
        return bool(tree)

    def original(self, path: Place) -> tuple[Place, int]:
        """The path in the original data of ``path`` in the rest; how many of its steps exist.

        Elements of a list move up when one before them is left out.
        """
        place: Place = ()
        data, tree = self.data, self._tree
        for step, key in enumerate(path):
            if isinstance(data, list | tuple) and isinstance(key, int):
                if tree:
                    key += bisect_right(self._shifts_at(place, tree), key)
                exists = key < len(data)
            elif key == 0 and isinstance(data, ALONE) and not _has(data, 0):
                continue  # one value stands for a list of one
            else:
                left_out = key in tree and tree[key] is None
                exists = isinstance(data, dict) and key in data and not left_out
            if not exists:
                return (*place, *path[step:]), len(place)
            data, tree = data[key], tree.get(key) or {}
            place = (*place, key)
        return place, len(place)

    def _shifts_at(self, place: Place, tree: dict[str | int, Any]) -> list[int]:
        if place not in self._shifts:
            gone = sorted(key for key, it in tree.items() if it is None and isinstance(key, int))
            self._shifts[place] = [key - i for i, key in enumerate(gone)]
        return self._shifts[place]


def _pruned(data: Any, tree: dict[str | int, Any]) -> Any:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    kept = (
        (key, _pruned(value, tree[key]) if key in tree else value)
        for key, value in items
        if tree.get(key, {}) is not None
    )
    return dict(kept) if isinstance(data, dict) else [value for _, value in kept]


def _has(data: Any, key: object) -> bool:
    return isinstance(data, dict) and key in data


def _at(data: Any, path: Iterable[str | int]) -> Any:
    for key in path:
        data = data[key]
    return data


def _without_bad_parts(error: ValidationError, rest: _Rest, found: list[Mistake]) -> Site | None:
    """The site without the parts that ``error`` names, if there is one.

    Adds to ``found`` what is wrong with them. A part that is refused because something was
    left out of it is left out as well, and not reported.
    """
    while True:
        new: dict[Place, tuple[ErrorDetails, Mistake]] = {}
        places: set[Place] = set()
        for details in _root_errors(error.errors(include_url=False)):
            path, existing = rest.original(details["loc"])
            places.add(place := path[:existing])
            if not rest.changed(place):
                mistake = _mistake(details, path, existing, rest.data)
                # A value that can be of several types is refused once for each type.
                if mistake.path not in new or details["type"] == "value_error":
                    new[mistake.path] = (details, mistake)
        found += [mistake for _, mistake in new.values()]
        if () in places:
            return None
        rest.leave_out(places)
        try:
            return Site.model_validate(rest.remaining())
        except ValidationError as again:
            error = again


def _root_errors(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """``errors`` without those of lists that are too short because an element is wrong."""
    inside = {it["loc"][:-1] for it in errors}
    inside |= {it["loc"][:-2] for it in errors}
    return [it for it in errors if it["type"] != "too_short" or it["loc"] not in inside]


def _mistake(details: ErrorDetails, path: Place, existing: int, data: Any) -> Mistake:
    place = path[:existing]  # without pydantic's own words for types and keys
    if details["type"] == "missing" and existing == len(path) - 1:
        return Mistake(path, None, "required")
    value = _at(data, place)
    if wrong := wrong_in(value):
        return Mistake(place, wrong, str(wrong))
    if "[key]" in details["loc"]:
        value = details["input"]
    if details["type"] == "extra_forbidden":
        six = NO_IPV6 if re.search("(^|_|[a-z])v?6$", str(place[-1])) else ""
        return Mistake(
            place, value, f"{six}unknown key", unknown=(str(place[-1]), _known_keys(place[:-1]))
        )
    if existing < len(path) and isinstance(path[existing], int):
        return Mistake(place, value, "expected a list")  # a set, a range: not what JSON has
    if details["type"] == "tuple_type" and (written := _in_a_list(value)):
        return Mistake(place, value, f"expected a list; write {written}")
    return Mistake(place, value, reason(details))


def _in_a_list(value: Any) -> str:
    """A short text as a list of one, as an inventory and a variable have it."""
    if not isinstance(value, str) or not value.isprintable():
        return ""
    text = json.dumps([value], ensure_ascii=False)
    return text if len(text) <= LONGEST_ADVICE else ""


def _known_keys(path: Place) -> list[str]:
    """The keys of the model that stands at ``path``."""
    kind: Any = Site
    for key in path:
        if get_origin(kind) is tuple and not isinstance(key, int):
            kind = _bare(get_args(kind)[0])  # one value stands for a list of one
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(key)].annotation
        else:
            kind = next(arg for arg in reversed(get_args(kind)) if arg is not Ellipsis)
        kind = _bare(kind)
    return list((get_args(kind)[0] if get_origin(kind) is tuple else kind).model_fields)


def _bare(kind: Any) -> Any:
    """A type without ``None`` and annotations around it."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    return kind
