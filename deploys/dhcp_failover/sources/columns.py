"""The meaning of the headings in a table of reservations."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from ..site.checks import nearest
from ..site.clients import IDENTIFIERS, Reservation
from ..site.origins import Text
from ..site.standard_options import STANDARD

NAME = "name"
"""The column with the name of a reservation, which is not one of its fields."""
SPELLINGS = {
    NAME: "name device devicename computer computername client clientname gerät geraet gerätename"
    " rechner rechnername bezeichnung",
    "mac": "mac macaddress macaddr hardware hardwareaddress hardwareaddr hwaddress hwaddr ethernet"
    " ethernetaddress physicaladdress macadresse hardwareadresse physikalischeadresse",
    "address": "address ip ipaddress ipaddr ipv4 ipv4address ip4address fixedaddress adresse"
    " ipadresse ipv4adresse",
    "group": "gruppe",
    "client_identifier": "clientid clientidentifier dhcpclientid dhcpclientidentifier",
}
"""By field: headings of its column, only letters and digits."""
HOST_NAME = "hostname host dnsname fqdn"
"""Headings of the name; if another column has the names, of ``host_name``."""
REMARKS = (
    "comment comments description remark remarks note notes kommentar beschreibung bemerkung"
    " bemerkungen notiz notizen location room owner standort ort raum besitzer nr no number nummer"
    " lfdnr"
)
"""Headings of columns that are left out: remarks for people."""
FIELDS = {head: field for field, heads in SPELLINGS.items() for head in heads.split()}
FIELDS |= {it.replace("_", ""): it for it in Reservation.model_fields if it != "host_name"}
HOST_NAMES, LEFT_OUT = set(HOST_NAME.split()), {*REMARKS.split(), ""}


def is_known(head: str) -> bool:
    """Whether ``head`` is a known heading."""
    plain = _plain(head)
    return plain in FIELDS or plain in HOST_NAMES or (plain in LEFT_OUT and plain != "")


def columns(heads: Sequence[str], ignore: Collection[str]) -> list[tuple[str, ...]]:
    """By column: the steps to its value in a reservation; none for a column that is left out.

    Raises :class:`ValueError` with every heading that is not known, or occurs twice.
    """
    ignore = (ignore,) if isinstance(ignore, str) else ignore
    found = [_steps(it, ignore) for it in heads]
    if (NAME,) not in found:
        found = [(NAME,) if it == ("host",) else it for it in found]
    found = [("host_name",) if it == ("host",) else it for it in found]
    unknown = [head for head, it in zip(heads, found, strict=True) if it is None]
    wrong = []
    if unknown:
        wrong.append(_unknown(list(map(str, unknown))))
    places: dict[tuple[str, ...], str] = {}
    for head, steps in zip(heads, found, strict=True):
        if steps and (other := places.setdefault(steps, head)) is not head:
            wrong.append(
                f"has two columns for {'.'.join(steps)}: {other!r} and {head!r}; to leave the"
                f" second out, write ignore={[str(head)]!r}"
            )
    if not wrong and not {(it,) for it in IDENTIFIERS} & places.keys():
        wrong.append(
            "has no column with hardware addresses or client identifiers; name one 'MAC' or"
            f" 'Client ID'; found {', '.join(map(repr, heads))}"
        )
    if wrong:
        raise ValueError("; ".join(wrong))
    return [it or () for it in found]


def _unknown(heads: list[str]) -> str:
    near = nearest(heads[0], [*Reservation.model_fields, "boot.filename", "boot.next_server"])
    one = len(heads) == 1
    return (
        f"unknown {'column' if one else 'columns'}:"
        f" {', '.join(map(repr, heads))}{near if near.startswith('; did') else ''};"
        f" to leave {'it' if one else 'them'} out, write ignore={heads!r}"
    )


def _steps(head: str, ignore: Collection[str]) -> tuple[str, ...] | None:
    if head in ignore:
        return ()
    first, dot, rest = head.partition(".")
    if first in Reservation.model_fields:
        return (first, rest) if dot else (first,)
    plain = _plain(head)
    if plain in HOST_NAMES:
        return ("host",)
    if plain in LEFT_OUT:
        return ()
    field = FIELDS.get(plain)
    return (field,) if field else None


def _plain(head: str) -> str:
    return re.sub(r"[\W_]", "", head.lower())


def value(steps: tuple[str, ...], cell: Text) -> Any:
    """The value of a cell, for the field at ``steps``.

    As in an environment variable, lists and mappings are JSON; any other text is the value itself.
    A list of addresses or names may be written without brackets.
    Raises :class:`ValueError`.
    """
    line = cell.line
    if cell.startswith(("[", "{")):
        try:
            return json.loads(cell)
        except ValueError:
            raise ValueError(
                f"{'.'.join(steps)} = {cell!r} is not valid JSON, which a cell that begins with"
                f" {cell[0]} must be"
            ) from None
    if re.fullmatch(r"\d([.,]\d+)?[Ee][+-]\d+", cell) and steps[0] not in ("options", NAME):
        raise ValueError(
            f"{'.'.join(steps)} = {cell!r} looks like a text that a spreadsheet turned into a"
            " number; format the column as text, and type the value again"
        )
    if steps in (("mac",), ("address",)) and re.search("[,;\n]", cell):
        return [Text(it, line) for it in re.split(r"\s*[,;\n]\s*", cell) if it]
    if steps[0] == "options" and (option := STANDARD.get(steps[-1])):
        several = option.repeated == "all" and len(option.kinds) == 1
        if several or option.kinds == ("domain-list",):
            return [Text(it, line) for it in re.split(r"[\s,;]+", cell) if it]
    return cell
