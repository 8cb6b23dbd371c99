"""Values that know the file and the line in which they were written.

Readers of files build data from these values, and messages name the line. All other code uses them
as texts, mappings and lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self


class Line(NamedTuple):
    """A line of a file, as messages name it."""

    file: str
    number: int = 0
    """From 1; 0 for the whole file."""

    def __str__(self) -> str:
        return f"{self.file}, line {self.number}" if self.number else self.file


class Text(str):
    """A text of a file. A mapping or a list that an inventory builds with it has its line too."""

    __slots__ = ("line",)
    line: Line

    def __new__(cls, text: str, line: Line) -> Self:
        """``text``, which stands in ``line``."""
        self = super().__new__(cls, text)
        self.line = line
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, Line]]:
        return type(self), (str(self), self.line)


class Wrong(Text):
    """In place of a mapping that could not be read: a sentence that says why.

    The model refuses a text in place of a mapping. So the mistakes of a reader are reported
    together with those of the model, whatever an inventory does with the data.
    """

    __slots__ = ()


def wrong_in(value: Any) -> Wrong | None:
    """The :class:`Wrong` in place of ``value``, or of its content, if it could not be read."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), None)
    return value if isinstance(value, Wrong) else None


class Mapping(dict[Any, Any]):
    """A mapping of a file."""

    line: Line
    """Where it begins."""
    lines: dict[Any, Line]
    """By key: where that value begins."""

    def __init__(self, items: Iterable[tuple[Any, Any]], line: Line, lines: Iterable[Line]) -> None:
        """``lines`` are those of the values of ``items``."""
        super().__init__(items)
        self.line = line
        self.lines = dict(zip(self, lines, strict=True))


class List(list[Any]):
    """A list of a file."""

    line: Line
    lines: list[Line]
    """Where each value begins."""

    def __init__(self, values: Iterable[Any], line: Line, lines: Iterable[Line]) -> None:
        """``lines`` are those of ``values``."""
        super().__init__(values)
        self.line = line
        self.lines = list(lines)


def line_of(path: Sequence[str | int], data: Any) -> Line | None:
    """The line of the value at ``path`` in ``data``; of a missing value, the line around it.

    For a value that an inventory builds itself: the line of a text in it, or of the nearest text
    around it. None if no file is known.
    """
    found: Line | None = None
    for key in path:
        found = _own(data) or _first(data) or found
        try:
            inside = data[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(data, Mapping):
            found = data.lines.get(key, found)
        elif isinstance(data, List) and isinstance(key, int) and key < len(data.lines):
            found = data.lines[key]
        data = inside
    return _own(data) or _first(data) or found


def _own(value: Any) -> Line | None:
    return value.line if isinstance(value, Text | Mapping | List) else None


def _first(value: Any) -> Line | None:
    """The line of the first text in a mapping or list that an inventory built."""
    if isinstance(value, Mapping | List):
        return None
    inside = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inside, list | tuple):
        return None
    return next((it.line for it in inside if isinstance(it, Text)), None)
