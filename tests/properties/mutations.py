"""Good data made bad: a part of it deleted, replaced, moved, copied or wrapped."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Path = tuple[Any, ...]


def mutated(data: dict[str, Any], random: Random) -> Any:
    """A copy of ``data`` with one to three changes.

    What is under ``keys`` stays there, so that a secret in a message is one that the message should
    have hidden.
    """
    data = copied(data)
    for _ in range(random.randint(1, 3)):
        secret = "keys" in data and random.random() < 0.25
        places = [it for it in _places(data) if _of_keys(it) == secret]
        if places:
            _change(data, random.choice(places), places, random)
    return data


def _of_keys(path: Path) -> bool:
    """Whether it is under ``keys``, or under a copy of it that was made here."""
    return str(path[0]).lower() in ("keys", "keysx")


def _change(data: Any, path: Path, places: list[Path], random: Random) -> None:
    *parents, last = path
    container = at(data, parents)
    value = container[last]
    match random.choice(["delete", "junk", "junk", "retype", "negate", "nest", "copy", "swap"]):
        case "delete":
            del container[last]
        case "junk":
            container[last] = _junk(random)
        case "retype":
            container[last] = _retyped(value, random)
        case "negate":
            container[last] = -value if isinstance(value, int) else f"-{_text(value)}"
        case "nest":
            container[last] = random.choice([[value], {"x": value}, {last: value}, (value, value)])
        case "copy" if isinstance(container, list):
            container.insert(0, copied(value))
        case "copy":
            container[f"{last}x" if random.random() < 0.5 else f"{last}".upper()] = value
        case "swap":
            *parents, key = random.choice(places)
            other = at(data, parents)
            container[last] = copied(other[key])


def _retyped(value: Any, random: Random) -> Any:
    kinds: list[Callable[[Any], Any]]
    if isinstance(value, str | list | dict):
        kinds = [_text, list, tuple, lambda it: float(len(it)), lambda it: dict(enumerate(it))]
    else:
        kinds = [_text, lambda it: [it], lambda it: {"x": it}, lambda _: 0.0]
    return random.choice(kinds)(value)


def _text(value: Any) -> str:
    try:
        return str(value)
    except (ValueError, RecursionError):  # Python's own limits
        return "x"


def _junk(random: Random) -> Any:
    deep: Any = "deep"
    for _ in range(random.choice([50, 3000])):
        deep = [deep] if random.random() < 0.5 else {"x": deep}
    return random.choice(
        [
            *(None, True, False, 0, -1, 1, 2**31, 2**64, 10**5000, -(10**5000)),
            *(1.0, 0.5, float("nan"), float("inf"), 1j),
            *("", " ", "\0", "a\nb", "é", "\ud800", "٣", "9" * 5000, "x" * 10_000, "1e3", "}", '"'),
            *("127.0.0.1", "255.255.255.255", "0.0.0.0/0", "224.0.0.0/4", "192.0.2.0/24", "::1"),
            *([], {}, (), set(), [[]], {"": {}}, {None: 1}, {1: 2}, {("a",): 1}, [None]),
            *(b"bytes", object(), range(3), datetime.date(2024, 2, 29), str, deep),
        ]
    )


def _places(data: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key)
            if len(path) < 12:
                yield from _places(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield (*path, i)
            if len(path) < 12:
                yield from _places(value, (*path, i))


def copied(value: Any, depth: int = 20) -> Any:
    """A copy of the containers that are changed here; what is deeper is shared."""
    if isinstance(value, dict) and depth:
        return {key: copied(it, depth - 1) for key, it in value.items()}
    return [copied(it, depth - 1) for it in value] if isinstance(value, list) and depth else value


def at(data: Any, path: Any) -> Any:
    """What is in ``data`` at ``path``."""
    for key in path:
        data = data[key]
    return data
