"""Data that people have: what is accepted as it is, and what is refused with what to write.

Each file of ``tests/cases`` is a small site. One with ``refused`` has the whole message; the
others are accepted, and ``dhcpd -t`` of both releases has nothing to say about them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError
from dhcpd import Dhcpd

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda it: it.stem)
def test_a_case_is_right(
    case: Path, daemons: dict[str, Dhcpd], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the site and for the daemon."""
    monkeypatch.setenv("DHCP_KEYS__UPDATES__SECRET", "c2VjcmV0LXNlY3JldA==")
    it: dict[str, Any] = json.loads(case.read_text())
    if "updates" not in it["dhcp"].get("keys", {}):
        monkeypatch.delenv("DHCP_KEYS__UPDATES__SECRET")
    if "refused" in it:
        with pytest.raises(SiteError) as refused:
            load(it["dhcp"], it["servers"])
        assert str(refused.value).split("\n    ")[1:] == it["refused"]
        return
    site = load(it["dhcp"], it["servers"])
    for server in site.peers:
        assert {name: it.complaint(site, server) for name, it in daemons.items()} == dict.fromkeys(
            daemons, ""
        )
