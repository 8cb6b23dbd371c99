"""A pair of DHCP servers that back each other up, as pyinfra operations."""

from __future__ import annotations

from importlib import metadata

__version__: str


def __getattr__(name: str) -> str:
    # Looked up when it is asked for: each start of pyinfra imports this package.
    if name == "__version__":
        return metadata.version("pyinfra-dhcp-failover")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
