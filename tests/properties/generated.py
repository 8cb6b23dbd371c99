"""Sites to begin with, out of those that hypothesis draws."""

from __future__ import annotations

from typing import Any

from dhcp_failover.site.validate import SiteError, validated
from hypothesis import HealthCheck, Phase, given, settings
from properties.sites import sites


def some_sites(count: int, *, machines: bool = False) -> list[dict[str, Any]]:
    """The richest of ``count`` sites that the model accepts; the same ones each time."""
    found = []

    @settings(
        max_examples=4 * count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sites(machines=machines))
    def draw(data: dict[str, Any]) -> None:
        try:
            validated(data)
        except SiteError:
            return
        found.append(data)

    draw()
    return sorted(found, key=lambda data: len(repr(data)))[-count:]
