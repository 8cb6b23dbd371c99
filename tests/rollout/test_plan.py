"""What is to be done on a server, as a table of what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from dhcp_failover.engines.engine import ConfigFile, EngineLook
from dhcp_failover.rollout.plan import expected_state, planned, stale
from looks import look, process

CONF = ConfigFile("/etc/dhcp/dhcpd.conf", "authoritative;\n")
KEYS = ConfigFile("/etc/dhcp/dhcpd.keys", "key x;\n", mode="600", secret=True)
UNIT = ConfigFile("/etc/systemd/system/isc-dhcp-server.service", "[Unit]\n")
FILES = (CONF, KEYS, UNIT)


def declared(**daemon: Any) -> EngineLook:
    """A server that is as declared, but for ``daemon``."""
    found = look(**{"loaded": {it.path: it.digest for it in FILES}, **daemon})
    found["files"] = {it.path: expected_state(it) for it in FILES}
    return found


def test_nothing_is_to_be_done_where_everything_is_as_declared() -> None:
    """Files, owner, mode, process, unit and rules."""
    assert not planned(declared(), FILES, [])


@pytest.mark.parametrize("changed", FILES, ids=lambda it: it.path)
@pytest.mark.parametrize(
    "change", [{"sha256": "0" * 64}, {"mode": "666"}, {"owner": "nobody:root"}]
)
def test_a_file_that_differs_is_replaced(changed: ConfigFile, change: dict[str, str]) -> None:
    """By its content, its mode or its owner; the mode is the declared file's."""
    found = declared()
    found["files"][changed.path] = {**found["files"][changed.path], **change}  # type: ignore[typeddict-item]
    plan = planned(found, FILES, [])
    assert plan.files == (changed,)
    assert plan.restart == ""
    assert plan.reload is ("systemd" in changed.path)


@pytest.mark.parametrize(
    ("daemon", "why"),
    [
        ({"running": False}, "it does not run"),
        ({"loaded": {CONF.path: "0" * 64}}, "it runs from other files"),
        ({"loaded": {}}, "it runs from other files"),
        ({"process": process(state="T")}, "its process is stopped"),
        ({"process": process(program="/usr/sbin/dhcpd (deleted)")}, "its program was upgraded"),
    ],
)
def test_a_daemon_that_is_not_as_declared_is_restarted(daemon: dict[str, Any], why: str) -> None:
    """Whatever made it so."""
    plan = planned(declared(**daemon), FILES, [])
    assert (plan.restart, plan.files) == (why, ())
    assert stale(declared(**daemon), FILES) == why


def test_a_daemon_that_does_not_hear_on_an_interface_is_restarted() -> None:
    """The interface had no address when the daemon started."""
    assert planned(declared(), FILES, ["eth1"]).restart == "it does not hear on eth1"


@pytest.mark.parametrize(
    ("daemon", "field"),
    [
        ({"enabled": False}, "enable"),
        ({"firewall": False}, "rules"),
        ({"stale_unit": True}, "reload"),
    ],
)
def test_what_needs_no_restart_is_done_without_one(daemon: dict[str, Any], field: str) -> None:
    """A unit that is not enabled or not read, rules that are not in force."""
    plan = planned(declared(**daemon), FILES, [])
    assert getattr(plan, field) is True
    assert (plan.restart, plan.files) == ("", ())


def test_what_an_interrupted_run_left_is_removed() -> None:
    """But not what this run has staged itself."""
    found = declared()
    found["leftovers"] = ["/etc/dhcp/.dhcpd.conf.new"]
    assert planned(found, FILES, []).leftovers == ("/etc/dhcp/.dhcpd.conf.new",)
    found["files"][CONF.path]["sha256"] = "0" * 64
    assert planned(found, FILES, []).leftovers == ()


def test_on_a_fresh_server_files_of_the_package_do_not_count() -> None:
    """Everything is to be written, started and enabled."""
    fresh = declared(version=None, running=False, enabled=False, firewall=False, loaded={})
    plan = planned(fresh, FILES, [])
    assert (plan.files, plan.restart, plan.enable, plan.rules) == (
        FILES,
        "it does not run",
        True,
        True,
    )


def test_a_secret_is_expected_as_unreadable_as_it_is_declared() -> None:
    """With the mode of its own, not that of other files; root owns all."""
    expected = {"sha256": KEYS.digest, "mode": "600", "owner": "root:root"}
    assert expected_state(KEYS) == expected
