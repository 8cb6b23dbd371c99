"""Making a large site does without the search for garbage, and only that does."""

from __future__ import annotations

import gc

import pytest
from dhcp_failover.site.gc_paused import gc_paused


def test_there_is_no_search_meanwhile_and_it_goes_on_afterwards() -> None:
    """After a failure as well."""

    @gc_paused()
    def made() -> None:
        raise ValueError(gc.isenabled())

    with pytest.raises(ValueError, match="False"):
        made()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    """Only the code that turned it off turns it on."""
    gc.disable()
    try:
        with gc_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
