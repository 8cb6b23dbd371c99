"""How mistakes are written: a line each, with place, value and what is allowed. No secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from .checks import Mistake, nearest
from .model import Site
from .networks import Place
from .origins import Wrong, line_of

SHOWN = 100
"""How many mistakes are written. More help nobody, and hide the first ones."""
WIDTH, NAME_WIDTH = 80, 200
"""How many characters of a value, and of a name, are written."""
HIDDEN = "********"

Origins = Mapping[tuple[str, ...], str]
"""By path, each step as in the name of a variable: where a value outside the inventory is set."""


class Sentence(NamedTuple):
    """A mistake as it is written: printable, and without secrets."""

    place: str
    value: str
    """Empty if it is not shown."""
    reason: str
    origin: str
    """Where the value comes from, if not from the inventory itself; else empty."""

    def __str__(self) -> str:
        value = f" = {self.value}" if self.value else ""
        origin = f" (from {self.origin})" if self.origin else ""
        return f"{self.place}{value}: {self.reason}{origin}"


class SiteError(Exception):
    """The declared data is wrong. Its text names the first hundred mistakes, a line each."""

    def __init__(
        self, mistakes: Sequence[Mistake], data: Any = None, origins: Origins | None = None
    ) -> None:
        self.mistakes, self.data, self.origins = list(mistakes), data, origins or {}
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = [f"the declared DHCP data has {count}:"]
        lines += [str(self.sentence(it)) for it in self.mistakes[:SHOWN]]
        if len(mistakes) > SHOWN:
            lines.append(f"… and {len(mistakes) - SHOWN} more")
        super().__init__("\n    ".join(lines))

    def sentence(self, mistake: Mistake) -> Sentence:
        """How one of the mistakes is written."""
        if isinstance(mistake.value, Wrong):
            found = str(mistake.value.line), "", str(mistake.value), ""
        else:
            value = "" if mistake.value is None else shown(mistake.value, mistake.path)
            reason = mistake.reason
            if mistake.unknown:
                reason += nearest(*mistake.unknown)
            origin = _origin(mistake, self.data, self.origins)
            found = place(mistake.path, self.data), value, reason, origin
        return Sentence(*map(printable, found))


def place(path: Place, data: Any = None) -> str:
    """A path as people read it: ``subnets[192.0.2.0/24].pools[0]``.

    A subnet has no name in the data, so its network is written in place of its number, unless the
    network itself is wrong, or occurs twice.
    """
    text = ""
    for i, key in enumerate(path):
        around, data = data, _inside(data, key)
        if isinstance(key, int) and not isinstance(around, dict):
            network = None if path[i + 1 :] == ("network",) else _network(data)
            if network and sum(_network(it) == network for it in around or ()) > 1:
                network = None
            text += f"[{network or key}]"
        else:
            text += f".{_text(key)}" if text else _text(key)
    return text


def _network(subnet: Any) -> str | None:
    """The network of a declared subnet, if it can be read."""
    network = subnet.get("network") if isinstance(subnet, dict) else None
    readable = isinstance(network, str) and re.fullmatch(r"[0-9./]{7,31}", network)
    return str(network) if readable else None


def _inside(data: Any, key: Any) -> Any:
    try:
        return data[key] if isinstance(data, dict | list | tuple) else None
    except (KeyError, IndexError, TypeError):
        return None


def _text(key: object) -> str:
    text = str(key)
    text = text if text.isprintable() else repr(text)
    return text if len(text) <= NAME_WIDTH else f"{text[: NAME_WIDTH - 3]}..."


def printable(text: str) -> str:
    """``text`` with everything that a terminal would act on as an escape sequence of Python."""
    if text.isprintable():
        return text
    return "".join(it if it.isprintable() else repr(it)[1:-1] for it in text)


def _origin(mistake: Mistake, data: Any, origins: Origins) -> str:
    """Where the value comes from, if not from the inventory itself."""
    steps = tuple(variable_name(str(key)) for key in mistake.path)
    for end in range(len(steps), 0, -1):
        if where := origins.get(steps[:end]):
            return where
    here = line_of(mistake.path, data)
    there = line_of(mistake.other, data) if mistake.other else None
    if there:
        return f"{here or 'the inventory'}; the other from {there}"
    return str(here or "")


def variable_name(key: str) -> str:
    """``key`` as it is written in the name of an environment variable."""
    return re.sub(r"[^A-Z0-9]", "_", key.upper())


def shown(value: Any, path: Place) -> str:
    """The beginning of a value, whatever it is. What may be a secret is hidden."""
    algorithm = path[2:] == ("algorithm",) and isinstance(value, str)
    if algorithm and re.fullmatch("[a-z0-9-]{1,20}", value):
        return repr(value)
    text = ""
    try:
        for piece in _pieces(value, path[-1] if path else "", _of_keys(path)):
            text += piece
            if len(text) > WIDTH:
                return f"{text[: WIDTH - 3]}..."
    except Exception:  # whatever a foreign object raises when it is printed
        return f"(a {'number' if isinstance(value, int) else 'value'} that cannot be shown)"
    return text


def _pieces(value: Any, key: object, of_keys: bool) -> Iterator[str]:
    """The text of ``value`` in pieces, so that nobody has to make all of it."""
    if str(key).lower().endswith("secret") or (of_keys and not isinstance(value, dict)):
        yield repr(HIDDEN)
    elif isinstance(value, dict):
        yield "{"
        for i, (name, it) in enumerate(value.items()):
            yield f"{', ' if i else ''}{_start(name)}: "
            yield from _pieces(it, name, of_keys)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for i, it in enumerate(value):
            yield ", " if i else ""
            yield from _pieces(it, "", of_keys)
        yield "]"
    else:
        yield _start(value)


def _start(value: Any) -> str:
    return repr(value[: WIDTH + 1] if isinstance(value, str | bytes) else value)


def _of_keys(path: Place) -> bool:
    """Whether ``path`` is under ``keys``, or under a misspelt ``keys``."""
    top = str(path[0]).lower()[:WIDTH] if path else ""
    return get_close_matches(top, Site.model_fields, n=1) == ["keys"]


def reason(details: ErrorDetails) -> str:
    """What a field allows, in place of pydantic's words."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _REASONS:
        return _REASONS[kind].format(**context)
    return next(
        (text for start, text in _REASONS_BY_START.items() if kind.startswith(start)),
        "not allowed here",
    )


_REASONS = {
    "missing": "required",
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected {le} or less",
    "string_too_long": "expected at most {max_length} characters",
    "string_unicode": "expected a text; this one has bytes that are not UTF-8",
    "literal_error": "expected {expected}",
    "too_short": "expected a list of {min_length} or more",
    "recursion_loop": "contains itself",
}
_REASONS_BY_START = {
    "int_": "expected a whole number",
    "bool_": "expected true or false",
    "string_": "expected a text",
    "dict_": "expected a mapping",
    "mapping_": "expected a mapping",
    "model_": "expected a mapping",
    "tuple_": "expected a list",
    "list_": "expected a list",
}
