"""Reservations from a table."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..site.origins import Line, Mapping, Text, Wrong
from . import columns, tables
from .columns import NAME
from .tables import Row, TableError
from .where import beside, content

Values = dict[tuple[str, ...], Any]
"""The values of a row, by the steps to each in a reservation."""
SEVERAL = (("mac",), ("address",))
"""The fields in which two rows of one client may differ: one of them."""


def reservations_from(file: str | Path, *, ignore: Collection[str] = ()) -> dict[str, Any]:
    """The reservations of a CSV file, by name: ``reservations`` of a subnet or of the site.

    ``file`` is relative to the file that calls this function. Its first row has the headings;
    columns in ``ignore`` are left out. Rows that cannot be read are reported with all other
    mistakes of the site's data, each with its line.
    """
    path, name = beside(sys._getframe(1), file), str(file)
    try:
        rows = tables.rows(content(path), name, columns.is_known)
        head = next(rows, None)
        if head is None:
            raise ValueError("has no row with headings")
        try:
            steps = columns.columns(head.cells, ignore)
        except ValueError as error:
            raise TableError(str(error), head.line) from None
        return _reservations(rows, steps)
    except TableError as error:
        return {name: Wrong(str(error), error.line)}
    except ValueError as error:
        return {name: Wrong(str(error), Line(name))}


def _reservations(rows: Any, steps: list[tuple[str, ...]]) -> dict[str, Any]:
    clients: dict[str, tuple[Line, Values]] = {}
    wrong: dict[str, Any] = {}
    for row in rows:
        if row.cells[0].startswith("#"):
            continue
        try:
            values = _values(row, steps)
            name = values.pop((NAME,), None) or _name(values)
            if name in clients:
                line, others = clients[name]
                clients[name] = (line, _of_one_client(name, values, line, others))
            else:
                clients[name] = (row.line, values)
        except ValueError as error:
            wrong[str(row.line)] = Wrong(str(error), row.line)
    return {name: _reservation(line, values) for name, (line, values) in clients.items()} | wrong


def _values(row: Row, steps: list[tuple[str, ...]]) -> Values:
    """The values of a row. Raises :class:`ValueError` with all its mistakes."""
    values: Values = {}
    wrong = []
    if any(row.cells[len(steps) :]):
        wrong.append(
            f"has {len(row.cells)} cells where the first row has {len(steps)}; put quotation marks"
            " around cells that contain the separator"
        )
    for place, cell in zip(steps, row.cells, strict=False):
        if place and cell:
            try:
                values[place] = columns.value(place, cell)
            except ValueError as error:
                wrong.append(str(error))
    if wrong:
        raise ValueError("; ".join(wrong))
    return values


def _name(values: Values) -> str:
    """The name of a client without one: its host name, an address or an identifier."""
    for place in (("host_name",), ("address",), ("mac",), ("client_identifier",)):
        if found := values.get(place):
            return str(found[0] if isinstance(found, list) else found)
    raise ValueError("has neither a name nor an address nor a hardware address")


def _of_one_client(name: str, values: Values, line: Line, others: Values) -> Values:
    """The values of two rows with one name, if they can be those of one client."""
    differing = [it for it in values.keys() | others.keys() if values.get(it) != others.get(it)]
    where = f"line {line.number}"
    if not differing:
        raise ValueError(f"is equal to {where}; remove one of the two")
    if len(differing) > 1 or differing[0] not in SEVERAL:
        what = " and ".join(sorted(".".join(it) for it in differing))
        raise ValueError(
            f"the name {name!r} is also in {where}, with another {what}; give each client its"
            " own name"
        )
    (place,) = differing
    both = [others.get(place), values.get(place)]
    if None in both:
        raise ValueError(
            f"the name {name!r} is also in {where}; one of the two rows has no {place[0]}; add"
            " it, or give each client its own name"
        )
    lists = [it if isinstance(it, list) else [it] for it in both]
    return {**others, place: [*lists[0], *lists[1]]}


def _reservation(line: Line, values: Values) -> Mapping:
    found: dict[str, Any] = {}
    for (field, *rest), value in values.items():
        if rest:
            found.setdefault(field, {})[rest[0]] = value
        else:
            found[field] = value
    return Mapping(found.items(), line, [line] * len(found))


def rows_from(file: str | Path) -> list[dict[str, Text]]:
    """The rows of a CSV file, each a mapping from the headings to texts.

    ``file`` is relative to the file that calls this function. Mistakes in data with these texts
    name their line. Raises :class:`ValueError` for a file that is not a table.
    """
    path, name = beside(sys._getframe(1), file), str(file)
    try:
        rows = tables.rows(content(path), name, str.isprintable)
        head = next(rows, None)
        return [dict(zip(head.cells, row.cells, strict=False)) for row in rows] if head else []
    except TableError as error:
        raise ValueError(f"{error.line}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
