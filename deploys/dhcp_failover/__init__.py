"""A pair of DHCP servers that back each other up, as pyinfra operations."""

from __future__ import annotations

import logging
from importlib import metadata

__version__: str

# pyinfra says in a sentence what a connection did; paramiko's threads would print tracebacks.
# pyinfra imports this package when it begins, to find its connector.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


def __getattr__(name: str) -> str:
    # Looked up when it is asked for: each start of pyinfra imports this package.
    if name == "__version__":
        return metadata.version("pyinfra-dhcp-failover")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
