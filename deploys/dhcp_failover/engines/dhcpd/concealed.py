"""A configuration that somebody may have made by hand, as it can be shown."""

from __future__ import annotations

import re

HIDDEN = "********"
# A secret reaches up to the end of its statement, on whichever line that is. A comment may hold
# one as well. Possessive quantifiers keep the time in proportion to the size of the text.
_SECRET = re.compile(
    r'(\b(?:secret|[a-z-]*password)\b)((?:"(?:[^"\\]|\\.)*+"?+|#[^\n]*+|[^"#;{}]++)*+)',
    re.IGNORECASE | re.DOTALL,
)


def concealed(text: str) -> str:
    """``text`` with whatever stands behind the word ``secret`` or ``password`` hidden.

    Lines stay as they are otherwise: it hides a word too many in a comment rather than a secret
    too few.
    """
    plain = text.casefold()
    if "secret" not in plain and "password" not in plain:
        return text  # saves time with a large text
    return _SECRET.sub(lambda it: it[1] + re.sub(r"\S+", HIDDEN, it[2]), text)
