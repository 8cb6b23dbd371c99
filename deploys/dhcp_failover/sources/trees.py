"""The common parts of the readers of JSON and YAML."""

from __future__ import annotations

from collections.abc import Iterable

from ..site.origins import Line


class TreeError(ValueError):
    """A text that cannot be read: the sentence, and the line."""

    def __init__(self, reason: str, line: Line) -> None:
        super().__init__(reason)
        self.line = line


class Keys:
    """Remembers keys that occur twice in one mapping: one of the two values would be lost."""

    def __init__(self) -> None:
        self._twice: list[tuple[str, Line, Line]] = []

    def see(self, keys: Iterable[tuple[str, Line]]) -> None:
        """The keys of one mapping, with their lines."""
        seen: dict[str, Line] = {}
        for key, line in keys:
            earlier = seen.setdefault(key, line)
            if earlier is not line:
                self._twice.append((key, line, earlier))

    def check(self) -> None:
        """Raise :class:`TreeError` if a key occurs twice."""
        if self._twice:
            twice = sorted(set(self._twice), key=lambda it: it[1])
            sentences = [
                f"{f'in line {line.number} ' if i else ''}the key {str(key)!r} is also in line"
                f" {earlier.number}"
                for i, (key, line, earlier) in enumerate(twice)
            ]
            raise TreeError(f"{'; '.join(sentences)}; remove one", twice[0][1])
