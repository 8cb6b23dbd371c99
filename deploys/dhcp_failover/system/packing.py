"""Send a program to ``sh`` on a server through any login shell."""

from __future__ import annotations

import gzip
from base64 import b64encode
from functools import lru_cache

TOO_LONG = "Word too long"
"""The error of csh for a word of 8192 characters or more; pyinfra sends a command as one word."""


@lru_cache(maxsize=32)  # every server gets the same questions
def packed(program: str) -> str:
    """``program`` as one line without characters that a login shell might change.

    pyinfra puts it between single quotes. There fish still changes backslashes, and csh accepts
    neither an exclamation mark nor a line end. The program can read standard input.
    """
    letters = b64encode(gzip.compress(program.encode(), mtime=0)).decode()
    return f'exec sh -c "$(echo {letters} | base64 -d | gzip -d)"'


def refused(words: str, user: str | None) -> str:
    """The error ``words`` of a login shell that refused a program, with advice if it is known."""
    if TOO_LONG not in words:
        return words
    return (
        f"the login shell of {user or 'its SSH user'} there is csh, which refuses commands of this"
        f" length ({TOO_LONG}): give this user another shell, for example: chsh -s /bin/bash"
        + f" {user or 'USER'}"
    )
