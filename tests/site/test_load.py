"""The layers: environment, secrets directory, inventory, defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.validate import SiteError


def test_a_default_holds_where_nothing_is_declared(pair: dict[str, Any]) -> None:
    """A site has to declare only what differs."""
    assert load(pair).failover["lab"].port == 520


def test_the_environment_is_above_the_inventory(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value is replaced; its neighbours stay."""
    pair["failover"]["lab"]["split"] = 128
    monkeypatch.setenv("DHCP_FAILOVER__LAB__MCLT", "1800")
    relationship = load(pair).failover["lab"]
    assert (relationship.mclt, relationship.split) == (1800, 128)


def test_the_environment_reaches_names_that_it_cannot_spell(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Upper and lower case do not matter; `_` stands for `-` and `.`."""
    pair["failover"]["Head-Office"] = pair["failover"].pop("lab")
    pair["subnets"][0]["pools"][0]["failover"] = "Head-Office"
    monkeypatch.setenv("DHCP_FAILOVER__HEAD_OFFICE__MCLT", "1800")
    assert load(pair).failover["Head-Office"].mclt == 1800


def test_lists_are_given_as_json(pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is replaced as a whole."""
    monkeypatch.setenv(
        "DHCP_SUBNETS",
        '[{"network": "192.0.2.0/24", "pools": [{"failover": "lab", "ranges": ["192.0.2.7"]}]}]',
    )
    assert str(load(pair).subnets[0].pools[0].ranges[0]) == "192.0.2.7-192.0.2.7"


def test_a_secrets_directory_is_between_inventory_and_environment(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file a value."""
    (tmp_path / "dhcp_failover__lab__mclt").write_text("1200\n")
    (tmp_path / "dhcp_failover__lab__split").write_text("100\n")
    monkeypatch.setenv("DHCP_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DHCP_FAILOVER__LAB__SPLIT", "200")
    relationship = load(pair).failover["lab"]
    assert (relationship.mclt, relationship.split) == (1200, 200)


def test_a_missing_secrets_directory_is_a_mistake(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its values would silently be the defaults."""
    monkeypatch.setenv("DHCP_SECRETS_DIR", "/nowhere")
    with pytest.raises(SiteError, match=r"DHCP_SECRETS_DIR = '/nowhere': .*no such file"):
        load(pair)


def test_a_mistake_from_the_environment_names_the_variable(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks for it in the inventory."""
    monkeypatch.setenv("DHCP_FAILOVER__LAB__MCLT", "30")
    with pytest.raises(SiteError, match=r"from the environment variable DHCP_FAILOVER__LAB__MCLT"):
        load(pair)


def test_a_variable_that_no_field_takes_is_a_mistake(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt variable is not ignored."""
    monkeypatch.setenv("DHCP_FAILOVR__LAB__MCLT", "1800")
    with pytest.raises(SiteError, match=r"DHCP_FAILOVR__LAB__MCLT: .*did you mean 'failover'"):
        load(pair)


def test_a_secret_in_a_misspelt_variable_is_not_shown(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable's name is enough."""
    monkeypatch.setenv("DHCP_KYES__UPDATES__SECRET", "c2VjcmV0")
    with pytest.raises(SiteError, match=r"UPDATES__SECRET: no such setting"):
        load(pair)


def test_data_that_is_not_a_mapping_is_a_mistake() -> None:
    """As after ``--data dhcp=5``."""
    with pytest.raises(SiteError, match="dhcp = 5: expected a mapping"):
        load(5)


def test_every_field_of_the_site_can_be_declared_in_the_environment(
    pair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is a mapping, one that is a number, one that is neither."""
    monkeypatch.setenv("DHCP_FIREWALL", "false")
    monkeypatch.setenv("DHCP_NORMAL_TIMEOUT", "30")
    monkeypatch.setenv("DHCP_INTERFACES", '{"dhcp1": ["eth1"]}')
    site = load(pair)
    assert (site.firewall, site.normal_timeout) == (False, 30)
    assert site.interfaces == {"dhcp1": ("eth1",)}
