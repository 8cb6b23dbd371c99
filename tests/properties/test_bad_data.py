"""Bad data is refused by place, whatever it is; what is accepted can be rendered."""

from __future__ import annotations

import base64
import re
from functools import cache
from random import Random
from typing import Any

import pytest
from dhcp_failover.engines import ENGINES
from dhcp_failover.site.model import Site
from dhcp_failover.site.validate import SiteError, validated
from properties.generated import some_sites
from properties.mutations import at, mutated

FOREIGN = re.compile(
    "[Ii]nput should|[Vv]alid|tuple|dict|NoneType|Value error|instance|_type|_parsing|pydantic"
)
"""Words of pydantic and Python, which no reason has."""
SECRET = base64.b64encode(b"to be recognised").decode()


@cache
def good() -> list[dict[str, Any]]:
    """Sites whose every key is the same."""
    found = some_sites(12)
    for data in found:
        for key in data.setdefault("keys", {"spare": {"secret": SECRET}}).values():
            key["secret"] = SECRET
        validated(data)
    return found


def refused_or_rendered(number: int) -> bool:
    """Whether the mutation ``number`` is accepted; what has to hold of either holds."""
    random = Random(number)  # noqa: S311 # nothing here is a secret
    data = mutated(random.choice(good()), random)
    site, error = _loaded(data)
    if error:
        message = str(error)
        assert SECRET not in message
        assert len(message.splitlines()) == 1 + min(len(error.mistakes), 101)
        assert message.encode()
        assert all(line.isprintable() for line in message.splitlines())
        for mistake in error.mistakes:
            assert mistake.path
            assert not FOREIGN.search(mistake.reason), mistake.reason
            at(data, mistake.path[:-1])  # is there, or this raises
    if site is None:
        return False
    for server in site.peers:
        assert all(it.text for it in ENGINES["dhcpd"].files(site, server, ["eth0"]))
    return True


def _loaded(data: Any) -> tuple[Site | None, SiteError | None]:
    try:
        return validated(data), None
    except SiteError as error:
        return None, error


@pytest.mark.parametrize("block", range(5))
def test_bad_data_is_refused_by_place_or_good_after_all(block: int) -> None:
    """Five hundred mutations, the same each time."""
    accepted = [refused_or_rendered(number) for number in range(block * 100, block * 100 + 100)]
    assert not all(accepted)


@pytest.mark.properties
@pytest.mark.parametrize("block", range(20))
def test_much_bad_data_is_refused_by_place_or_good_after_all(block: int) -> None:
    """Twenty thousand mutations."""
    accepted = [refused_or_rendered(number) for number in range(block * 1000, block * 1000 + 1000)]
    print(f"{sum(accepted)} of {len(accepted)} accepted")
    assert not all(accepted)
