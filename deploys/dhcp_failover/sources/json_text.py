"""JSON whose values know their line: Python's own reader, with a note where each value begins."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable
from json import decoder, scanner
from typing import Any, NoReturn

from ..site.origins import Line, List, Mapping, Text
from .trees import Keys, TreeError

Scan = Callable[[str, int], tuple[Any, int]]


def read(content: bytes, file: str) -> Any:
    """The value of a JSON text. Raises :class:`TreeError`."""
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise TreeError("not a text in UTF-8", Line(file)) from None
    reader = _Reader(text, file)
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg.lower()} at column {error.colno}"
        raise TreeError(reason, Line(file, error.lineno)) from None
    except RecursionError:
        raise TreeError("nested too deeply", Line(file)) from None
    except TreeError:
        raise
    except ValueError:  # Python limits the digits of a number
        raise TreeError("has a number with too many digits", Line(file)) from None
    reader.keys.check()
    return value


class _Reader(json.JSONDecoder):
    def __init__(self, text: str, file: str) -> None:
        super().__init__(parse_constant=self._constant)
        self.file = file
        self.keys = Keys()
        self.breaks = [i for i, it in enumerate(text) if it == "\n"]
        self.parse_object = self._object
        self.parse_array = self._array
        self.parse_string = self._string
        # The scanner in C does not call these methods.
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def line(self, index: int) -> Line:
        return Line(self.file, bisect_right(self.breaks, index - 1) + 1)

    def _object(
        self, start: tuple[str, int], strict: bool, scan: Scan, *hooks: Any
    ) -> tuple[Mapping, int]:
        lines, listening = self._listening(scan)
        pairs, end = decoder.JSONObject(  # type: ignore[attr-defined]
            start, strict, listening, None, lambda it: it, hooks[-1]
        )
        self.keys.see((key, line) for (key, _), line in zip(pairs, lines, strict=True))
        by_key = {key: (value, line) for (key, value), line in zip(pairs, lines, strict=True)}
        items = [(key, value) for key, (value, _) in by_key.items()]
        return Mapping(items, self.line(start[1]), [line for _, line in by_key.values()]), end

    def _array(self, start: tuple[str, int], scan: Scan) -> tuple[List, int]:
        lines, listening = self._listening(scan)
        values, end = decoder.JSONArray(start, listening)  # type: ignore[attr-defined]
        return List(values, self.line(start[1]), lines), end

    def _listening(self, scan: Scan) -> tuple[list[Line], Scan]:
        """A list, and a scanner that adds the line of each value to it."""
        lines: list[Line] = []

        def listening(text: str, index: int) -> tuple[Any, int]:
            lines.append(self.line(index))
            return scan(text, index)

        return lines, listening

    def _string(self, text: str, end: int, strict: bool = True) -> tuple[Text, int]:
        found, after = decoder.scanstring(text, end, strict)  # type: ignore[attr-defined]
        return Text(found, self.line(end)), after

    def _constant(self, name: str) -> NoReturn:
        raise TreeError(f"not JSON: {name}", Line(self.file))
