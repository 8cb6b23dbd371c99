"""``dhcp-failover validate``: check the data of an inventory without any server."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import textwrap
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from .lab import connector
from .rollout.lookup import with_addresses
from .site.load import load
from .site.messages import SiteError
from .site.model import Site
from .site.same_data import by_data

GOOD, INVALID, NOT_KNOWN = 0, 2, 3
FORM = 1
"""The version of the form of the JSON."""
WIDTH = 80


class InventoryError(Exception):
    """There is nothing to check: the file does not exist, or has none of the named servers."""


class InvalidInventoryError(Exception):
    """The code of the inventory fails."""


@dataclass(frozen=True)
class Checked:
    """The data of some servers of an inventory: a site, or its mistakes."""

    servers: list[str]
    site: Site | None
    error: SiteError | None


def validate(inventory: str, limit: Iterable[str] | None, *, as_json: bool) -> int:
    """Print what is wrong with the data of an inventory. Returns the exit status."""
    try:
        data = read(inventory, limit or ())
    except InvalidInventoryError as error:
        if as_json:
            print(json.dumps({"version": FORM, "valid": False, "error": str(error)}, indent=2))
        else:
            first, *rest = str(error).splitlines()
            print(_wrapped(first, bad=True), *map(_wrapped, rest), sep="\n")
        return INVALID
    checked = [_checked(*it) for it in by_data(data.items())]
    without = [name for name, it in data.items() if it is None]
    if as_json:
        print(json.dumps(_as_json(checked, without), indent=2))
    else:
        print(*_as_text(inventory, checked, without), sep="\n")
    return INVALID if any(it.error for it in checked) else GOOD


def read(inventory: str, limit: Iterable[str] = ()) -> dict[str, Any]:
    """By server of an inventory: its ``dhcp`` data, or None if it has none.

    The file is read as pyinfra reads it, with its group data. With a ``limit``, only the
    servers of the sites to which a named server belongs. Raises :class:`InventoryError`,
    :class:`InvalidInventoryError`.
    """
    if not Path(inventory).is_file():
        raise InventoryError(f"{inventory}: no such file; name the file of an inventory")
    # Imported here: it is slow, and patches modules of Python.
    from pyinfra.api import Config, State
    from pyinfra.api.exceptions import NoGroupError, PyinfraError
    from pyinfra.context import ctx_config, ctx_state
    from pyinfra_cli.exceptions import UnexpectedExternalError
    from pyinfra_cli.inventory import make_inventory

    connector.boots = False
    logging.getLogger("pyinfra").setLevel(logging.CRITICAL)
    sys.path.append(".")  # as pyinfra does
    try:
        with (
            contextlib.redirect_stdout(sys.stderr),
            ctx_state.use(State()),
            ctx_config.use(Config()),  # type: ignore[no-untyped-call]
        ):
            found = make_inventory(inventory, cwd=str(Path.cwd()))
    except SystemExit:
        raise InvalidInventoryError(f"{inventory}: ends Python before it is read") from None
    except (PyinfraError, SiteError) as error:
        raise InvalidInventoryError(f"{inventory}: {error}") from None
    except UnexpectedExternalError as error:
        if isinstance(error.exception, SiteError):
            raise InvalidInventoryError(f"{inventory}: {error.exception}") from None
        raise InvalidInventoryError(_where(error.exception, error.filename)) from None
    except Exception as error:
        raise InvalidInventoryError(_where(error, inventory)) from None
    data = {it.name: it.data.get("dhcp") for it in found}
    if not any(it is not None for it in data.values()):
        raise InventoryError(f"{inventory}: no server of this inventory has 'dhcp' data")
    named = set()
    for pattern in limit:
        try:
            names = {it.name for it in found.get_group(pattern)}
        except NoGroupError:
            names = {it for it in data if fnmatch(it, pattern)}
        if not names:
            raise InventoryError(f"--limit {pattern} matches no server of {inventory}")
        named |= names
    if not named:
        return data
    sites = [set(them) for _, them in by_data(data.items()) if named & set(them)]
    return {name: it for name, it in data.items() if name in named.union(*sites)}


def _where(error: BaseException, file: str) -> str:
    """An error of an inventory's code, with the line of ``file`` that caused it."""
    lines = [it.lineno for it in traceback.extract_tb(error.__traceback__) if it.filename == file]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    kind = type(error).__name__
    return f"{file}{f', line {line}' if line else ''}: {kind}{f': {text}' if text else ''}"


def _checked(data: Any, servers: list[str]) -> Checked:
    try:
        return Checked(servers, load(data, servers, secrets_required=False), None)
    except SiteError as error:
        return Checked(servers, None, with_addresses(error))


def _unset(site: Site | None) -> list[str]:
    """The keys whose secret is not set here."""
    return [name for name, key in site.keys.items() if key.secret is None] if site else []


def _as_text(inventory: str, checked: list[Checked], without: list[str]) -> list[str]:
    lines = [] if any(it.error for it in checked) else [f"{inventory}: no mistakes"]
    for it in checked:
        servers = ", ".join(it.servers)
        if it.error:
            first, *rest = str(it.error).splitlines()
            lines += [_wrapped(f"{servers}: {first}", bad=True), *map(_wrapped, rest)]
        elif it.site:
            lines.append(_wrapped(f"{servers}: {_counted(it.site)}"))
        if unset := _unset(it.site):
            lines.append(_wrapped(f"    secret not set, so not checked: {', '.join(unset)}"))
    if without:
        lines.append(_wrapped(f"without 'dhcp' data: {', '.join(without)}"))
    return lines


def _counted(site: Site) -> str:
    subnets = [it.subnet for it in site.placed_subnets]
    counts = {
        "relationship": len(site.failover),
        "subnet": len(subnets),
        "pool": sum(len(it.pools) for it in subnets),
        "reservation": sum(1 for _ in site.placed_reservations()),
    }
    words = [f"{it} {what}{'' if it == 1 else 's'}" for what, it in counts.items() if it]
    return ", ".join(words) or "no relationship"


def _wrapped(line: str, *, bad: bool = False) -> str:
    """A line wrapped at 80 columns, with the next lines indented."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    text = "\n".join(
        textwrap.wrap(
            line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )
    coloured = bad and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[31m{text}\033[0m" if coloured else text


def _as_json(checked: list[Checked], without: list[str]) -> dict[str, Any]:
    return {
        "version": FORM,
        "valid": not any(it.error for it in checked),
        "sites": [
            {
                "servers": it.servers,
                "valid": it.error is None,
                "mistakes": _sentences(it.error) if it.error else [],
                "secrets_not_set": _unset(it.site),
            }
            for it in checked
        ],
        "without_data": without,
    }


def _sentences(error: SiteError) -> list[dict[str, str | None]]:
    found = map(error.sentence, error.mistakes)
    return [
        {
            "place": it.place,
            "value": it.value or None,
            "reason": it.reason,
            "from": it.origin or None,
            "text": str(it),
        }
        for it in found
    ]
