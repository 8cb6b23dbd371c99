"""YAML whose values know their line, and whose texts stay texts.

YAML reads ``no`` as false, ``00:53`` as a base-60 number and ``010`` as eight. Here every value but
``null`` is its text. A field of a number or a boolean reads it from the text, as it does for an
environment variable.
"""

from __future__ import annotations

from typing import Any

from ..site.origins import Line, List, Mapping, Text
from .trees import Keys, TreeError

TAG = "tag:yaml.org,2002:"
PLAIN = {TAG + it for it in ("str", "int", "float", "bool", "timestamp", "value")}
MOST = 5_000_000
"""Values. A few lines with aliases of aliases can expand to any number of them."""
MISSING = (
    "needs a reader of YAML: pip install 'pyinfra-dhcp-failover[yaml]' (or write the file as JSON)"
)


def read(content: bytes, file: str) -> Any:
    """The value of a YAML text. Raises :class:`TreeError`."""
    try:
        import yaml
    except ImportError:
        raise TreeError(MISSING, Line(file)) from None
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tree = yaml.compose(content, Loader=loader)
        if tree is None:
            return None
        builder = _Builder(file)
        value = builder.value(tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = _words(str(error.problem), content.splitlines()[mark.line :][:1], mark.column)
        raise TreeError(reason, Line(file, mark.line + 1)) from None
    except yaml.YAMLError as error:
        reason = f"not YAML: {' '.join(str(error).split())}"
        raise TreeError(reason, Line(file)) from None
    except RecursionError:
        raise TreeError("nested too deeply", Line(file)) from None
    builder.keys.check()
    return value


def _words(problem: str, line: list[bytes], column: int) -> str:
    if problem.startswith("found character") and line and line[0][column:].startswith(b"\t"):
        return "not YAML: a tab; use blanks"
    if problem == "but found another document":
        return "has a second document, after '---'; only one is expected"
    return f"not YAML: {problem}"


class _Builder:
    """Makes values from the nodes of a text."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys = Keys()
        self._made: dict[int, tuple[Any, int]] = {}
        """By node: its value, and how many values it contains. An alias is the node that it
        names."""

    def value(self, node: Any) -> Any:
        return self._value(node)[0]

    def _line(self, node: Any) -> Line:
        return Line(self.file, node.start_mark.line + 1)

    def _value(self, node: Any) -> tuple[Any, int]:
        if id(node) not in self._made:
            self._made[id(node)] = None, MOST + 1  # until it is known: it may contain itself
            self._made[id(node)] = self._new(node)
        found = self._made[id(node)]
        if found[1] > MOST:
            raise TreeError("its aliases expand to too many values", self._line(node))
        return found

    def _new(self, node: Any) -> tuple[Any, int]:
        if node.id == "scalar":
            return self._scalar(node), 1
        line = self._line(node)
        if node.tag not in (f"{TAG}map", f"{TAG}seq"):
            raise TreeError(f"{node.tag} is not a mapping, a list or a text", line)
        if node.id == "sequence":
            values = [self._value(it) for it in node.value]
            lines = [self._line(it) for it in node.value]
            return List((it for it, _ in values), line, lines), 1 + sum(it for _, it in values)
        found: dict[str, tuple[Any, Line]] = {}
        size = 1
        for key, value in self._merged(node):
            it, count = self._value(value)
            found[Text(key.value, self._line(key))] = it, self._line(key)
            size += count
        items = [(key, it) for key, (it, _) in found.items()]
        return Mapping(items, line, [it for _, it in found.values()]), size

    def _merged(self, node: Any) -> list[tuple[Any, Any]]:
        """The keys and values of a mapping, after those that ``<<`` takes from others."""
        own: list[tuple[Any, Any]] = []
        others: list[tuple[Any, Any]] = []
        for key, value in node.value:
            if key.tag == f"{TAG}merge":
                for it in value.value if value.id == "sequence" else [value]:
                    if it.id != "mapping":
                        raise TreeError("'<<' needs a mapping", self._line(key))
                    self._value(it)  # refuses one that contains itself
                    others[:0] = self._merged(it)
            elif key.id != "scalar":
                raise TreeError("a key that is not a text", self._line(key))
            else:
                own.append((key, value))
        self.keys.see((key.value, self._line(key)) for key, _ in own)
        return [*others, *own]

    def _scalar(self, node: Any) -> Text | None:
        if node.tag == f"{TAG}null":
            return None
        if node.tag not in PLAIN:
            raise TreeError(f"{node.tag} is not a mapping, a list or a text", self._line(node))
        return Text(node.value, self._line(node))
