"""Host names in place of addresses: which of them a site has, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .addresses import EXAMPLE_ADDRESS
from .checks import Mistake
from .messages import SiteError
from .values import HOST_NAME

MOST = 32
"""The most names that are looked up for one message."""
_NAME = re.compile(rf"(?=.*[A-Za-z]){HOST_NAME}\.?")

Found = Mapping[str, Sequence[str] | None]
"""By name: its addresses now; None without an answer in time."""


def in_place_of_addresses(error: SiteError) -> list[str]:
    """The host names that ``error`` refuses because an address is expected."""
    names = dict.fromkeys(name for it in error.mistakes for name in _names(it))
    return list(names)[:MOST]


def explained(error: SiteError, found: Found) -> SiteError:
    """``error`` with the addresses of its host names, to be written instead."""
    mistakes = [
        replace(it, reason="; ".join([it.reason, *_sentences(_names(it), found)]))
        for it in error.mistakes
    ]
    return SiteError(mistakes, error.data, error.origins)


def _names(mistake: Mistake) -> Iterator[str]:
    if EXAMPLE_ADDRESS in mistake.reason:
        yield from (it for it in _texts(mistake.value) if _NAME.fullmatch(it))


def _texts(value: Any, deep: int = 2) -> Iterator[str]:
    """The texts in a value; lists are as deep as those of an option with records."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and deep:  # an address for each server
        yield from _texts([*value.values()], deep)
    elif isinstance(value, list | tuple) and deep:
        for it in value[:MOST]:
            yield from _texts(it, deep - 1)


def _sentences(names: Iterable[str], found: Found) -> Iterator[str]:
    for name in names:
        if name not in found:
            continue
        addresses = found[name]
        if addresses is None:
            yield f"the address of {name} could not be looked up in time"
        elif not addresses:
            yield f"{name} has no address now"
        elif len(addresses) == 1:
            yield f"{name} has the address {addresses[0]} now; write this address"
        else:
            several = " and ".join(addresses)
            yield f"{name} has the addresses {several} now; write those that you need"
