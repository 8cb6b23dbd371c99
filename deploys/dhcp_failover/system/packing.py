"""How a program comes to ``sh`` on a server, whatever the login shell makes of a command."""

from __future__ import annotations

import gzip
from base64 import b64encode
from functools import lru_cache

TOO_LONG = "Word too long"
"""What csh says of a word of 8192 letters or more; pyinfra makes one word of a command."""


@lru_cache(maxsize=32)  # every server gets the same questions
def packed(program: str) -> str:
    """``program`` as one line that has nothing in it that a login shell might change.

    A shell gets it between single quotes: there fish still changes backslashes, csh takes
    neither an exclamation mark nor an end of line. Standard input stays the program's own.
    """
    letters = b64encode(gzip.compress(program.encode(), mtime=0)).decode()
    return f'exec sh -c "$(echo {letters} | base64 -d | gzip -d)"'


def refused(words: str, user: str | None) -> str:
    """``words`` of a login shell that did not take a program; with what to do, if that is known."""
    if TOO_LONG not in words:
        return words
    return (
        f"the login shell of {user or 'its SSH user'} there is csh, which takes no command of this"
        f" length ({TOO_LONG}): give that user another, for example: chsh -s /bin/bash"
        + f" {user or 'USER'}"
    )
