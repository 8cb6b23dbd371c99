"""Every code of :func:`.trouble.trouble`: how bad it is, and what apply does with it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["failure", "warning"]
Apply = Literal["mends", "fails", "warns"]
"""``mends``: an apply puts it right, and fails where it cannot. ``fails``: an apply does not
touch it, and ends with 1. ``warns``: an apply prints it, and its exit status is not changed."""


class Code(NamedTuple):
    """What a code is worth."""

    severity: Severity
    """A site with a failure is not healthy; one with warnings alone is."""
    apply: Apply


CODES: dict[str, Code] = {
    # The server
    "unreachable": Code("failure", "fails"),
    "unreadable": Code("failure", "fails"),
    "applying": Code("warning", "fails"),
    # The daemon and its unit
    "not-installed": Code("failure", "mends"),
    "not-running": Code("failure", "mends"),
    "process-stopped": Code("failure", "mends"),
    "process-hung": Code("failure", "fails"),
    "program-replaced": Code("failure", "mends"),
    "unit-changed": Code("failure", "fails"),
    "unit-masked": Code("failure", "fails"),
    "unit-not-enabled": Code("failure", "mends"),
    "unit-not-reloaded": Code("failure", "mends"),
    "restarted": Code("warning", "warns"),
    "complaint": Code("failure", "fails"),
    "old-script-dhcpv6": Code("warning", "fails"),
    "old-script-use": Code("warning", "warns"),
    # The files
    "never-applied": Code("failure", "mends"),
    "not-yet-applied": Code("failure", "mends"),
    "edited": Code("failure", "mends"),
    "not-loaded": Code("failure", "mends"),
    "file-mode": Code("failure", "mends"),
    "firewall": Code("failure", "mends"),
    "unproven": Code("warning", "mends"),
    "leftovers": Code("warning", "mends"),
    # The interfaces
    "interface-missing": Code("failure", "fails"),
    "interface-unheard": Code("failure", "mends"),
    "other-server": Code("failure", "fails"),
    # The relationship
    "no-relationship": Code("failure", "mends"),
    "alone": Code("failure", "fails"),
    "starting": Code("failure", "fails"),
    "recover-wait": Code("failure", "warns"),
    "recovering": Code("failure", "fails"),
    "down": Code("failure", "fails"),
    "records-disagree": Code("failure", "fails"),
    "not-connected": Code("failure", "fails"),
    "leases-differ": Code("failure", "fails"),
    "clocks-apart": Code("failure", "fails"),
    "clocks-drifting": Code("warning", "warns"),
    "versions-differ": Code("failure", "fails"),
    # Other machines
    "same-machine": Code("failure", "fails"),
    "partner-replaced": Code("failure", "mends"),
    "undeclared-partner": Code("failure", "mends"),
    "former-partner": Code("failure", "fails"),
    "range-twice": Code("failure", "fails"),
    # Leases and addresses
    "storage-not-writable": Code("failure", "fails"),
    "storage-full": Code("failure", "fails"),
    "storage-low": Code("warning", "warns"),
    "pool-full": Code("warning", "warns"),
    "pool-nearly-full": Code("warning", "warns"),
    "pool-one-sided": Code("warning", "warns"),
}
