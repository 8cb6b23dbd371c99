"""Look at every server of the inventory, and report; nothing is changed."""

from __future__ import annotations

JSON = "dhcp_status_json"
"""The data that names a file for the machine-readable report; ``-`` is standard output."""
BOUND = 25
"""Seconds in which a server has to answer everything that is asked of it."""
