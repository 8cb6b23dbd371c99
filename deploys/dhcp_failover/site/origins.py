"""Values that know where they were written: the file, and the line.

Readers of files make data of these values; messages name the place. To everybody else they are
texts, mappings and lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self


class Line(NamedTuple):
    """A line of a file, as messages name it."""

    file: str
    number: int = 0
    """From 1; 0 for the file as a whole."""

    def __str__(self) -> str:
        return f"{self.file}, line {self.number}" if self.number else self.file


class Text(str):
    """A text of a file. What is made of it by hand, a mapping or a list, has its line too."""

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

    The model takes no text where a mapping belongs, so what a reader finds is reported together
    with what the model finds, whatever an inventory did with the data in between.
    """

    __slots__ = ()


def wrong_in(value: Any) -> Wrong | None:
    """What says that ``value``, or what was to be in it, could not be read."""
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
    """The line of the value at ``path`` in ``data``; of what is missing, that of what is around it.

    Of a value that an inventory made by hand, that of a text in it, beside it, or beside what it is
    in. None if no file is known.
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
    """The line of the first text in a mapping or list that was made by hand."""
    if isinstance(value, Mapping | List):
        return None
    inside = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inside, list | tuple):
        return None
    return next((it.line for it in inside if isinstance(it, Text)), None)
