"""The conditions that decide which clients are in a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from .addresses import MAC, MAC_BYTES, hardware_bytes
from .options import OptionName, OptionValue
from .values import Declared, WholeNumber, matching, one_or_more
from .verbatim import unbalanced

MacPrefix = Annotated[
    str,
    Field(
        title="bytes of a hardware address",
        json_schema_extra={"pattern": rf"^\s*({MAC_BYTES}|{MAC})\s*$"},
    ),
    BeforeValidator(hardware_bytes),
]
"""1 to 6 bytes, kept in small letters with colons."""

NOT_POSIX = re.compile(r"\\[dDAZtnrfvaxuUN0]|\(\?|[*+?}]\?|[*+?}]\+")
"""Parts of Python's regular expressions that POSIX does not have, see regex(7)."""
_BRACKETS = re.compile(r"\\.|(\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^]])*\])", re.DOTALL)
"""An escaped character, or (found) a bracket expression."""


def _posix(value: str) -> str:
    """Refuse what regcomp(3) reads differently: the server would never match it."""
    if foreign := NOT_POSIX.search(value):
        raise ValueError(
            f"{foreign[0]!r} is not part of an extended regular expression, see regex(7);"
            " write '[0-9]' for a digit"
        )
    for brackets in filter(None, _BRACKETS.findall(value)):
        if "\\" in brackets:
            raise ValueError(
                f"a backslash within {brackets!r} stands for itself in an extended regular"
                " expression, see regex(7); write '[[:alnum:]_]' for letters, and the other"
                " characters as they are"
            )
    try:
        # Python knows no [[:digit:]], and warns of it; for it, that is a set as any other.
        re.compile(_BRACKETS.sub(lambda it: "[a]" if it[1] else it[0], value))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


Pattern = Annotated[
    str,
    Field(title="regular expression", min_length=1, max_length=500),
    BeforeValidator(lambda value: _posix(value) if isinstance(value, str) else value),
]


def _whole(value: str) -> str:
    """Refuse an expression that goes on behind its end, or is two in truth."""
    if reason := unbalanced(value):
        raise ValueError(reason)
    return value


Expression = Annotated[
    str,
    Field(title="expression"),
    matching(r"[^\n\r\0;{}]{1,1000}", "expected one line without ';' and braces"),
    AfterValidator(_whole),
]

_NOT = "write the conditions that must not hold under 'none_of'"
OTHER_WORDS = {
    "known": "a server sorts clients into classes before it looks for their reservations; allow or"
    " deny 'known clients' in a pool",
    "not": _NOT,
    "not_": _NOT,
    "and": "write 'all_of'",
    "or": "write 'any_of'",
    "mac": "write 'hardware'",
}
"""By a word that people try: what to write."""

SUBJECTS = ("option", "hardware", "all_of", "any_of", "none_of", "verbatim")
TESTS = ("equals", "starts_with", "ends_with", "matches")


class Condition(Declared):
    """A condition that decides whether a client is in a class.

    Declare one of `option`, `hardware`, `all_of`, `any_of`, `none_of`, `verbatim`. A test on an
    option that the client does not send fails.
    """

    option: OptionName | None = None
    """An option that the client or a relay sends. Without a test, any value is enough.
    Example: `vendor-class-identifier`."""
    equals: OptionValue | None = None
    """The option has this value."""
    starts_with: OptionValue | None = None
    """The option's text or bytes begin with this. Example: `Phone`."""
    at: Annotated[WholeNumber, Field(ge=0, le=254)] = 0
    """With `starts_with`: the number of bytes to skip first. Example: `2`."""
    ends_with: OptionValue | None = None
    """The option's text or bytes end with this."""
    matches: Pattern | None = None
    """A POSIX extended regular expression (regex(7)) that matches some part of the option's text.
    Small letters and capitals differ. Example: `^ap-[0-9]+$`."""
    hardware: (
        Annotated[
            tuple[MacPrefix, ...],
            Field(min_length=1),
            BeforeValidator(one_or_more, json_schema_input_type=MacPrefix | tuple[MacPrefix, ...]),
        ]
        | None
    ) = None
    """The hardware address or its first bytes. Of a list, one is enough. Example: `00:00:5e`."""
    all_of: Conditions = ()
    """All of these conditions hold."""
    any_of: Conditions = ()
    """At least one of these conditions holds."""
    none_of: Conditions = ()
    """None of these conditions holds. For "not", write a single condition."""
    verbatim: Expression | None = None
    """A boolean expression in the language of the server software. Only the server software
    checks it. Example: `option user-class = "iPXE"`."""

    @model_validator(mode="before")
    @classmethod
    def _of_other_languages(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for word, here in OTHER_WORDS.items():
                if word in value:
                    raise ValueError(f"there is no {word!r}: {here}")
        return value

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        subjects = [it for it in SUBJECTS if getattr(self, it) not in (None, ())]
        if len(subjects) != 1:
            what = f"; found {' and '.join(subjects)}" if subjects else ""
            raise ValueError(f"expected one of {', '.join(SUBJECTS)}{what}")
        tests = [it for it in TESTS if getattr(self, it) is not None]
        if len(tests) > 1 or (tests and self.option is None):
            raise ValueError(f"expected at most one of {', '.join(TESTS)}, together with option")
        if self.at and self.starts_with is None:
            raise ValueError("expected 'at' only together with starts_with")
        return self

    @property
    def parts(self) -> tuple[tuple[str, Condition], ...]:
        """The conditions inside this one, each with the name of its field."""
        return tuple(
            (name, it) for name in ("all_of", "any_of", "none_of") for it in getattr(self, name)
        )

    def every(self) -> Iterator[Condition]:
        """This condition and all conditions inside it."""
        yield self
        for _, part in self.parts:
            yield from part.every()


Conditions = Annotated[
    tuple[Condition, ...],
    BeforeValidator(one_or_more, json_schema_input_type=Condition | tuple[Condition, ...]),
]
Condition.model_rebuild()
