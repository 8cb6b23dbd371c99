"""The order of the steps, what stops them, what is printed; on pretended servers (``@fake``)."""

from __future__ import annotations

import re
import subprocess
from base64 import b64encode
from copy import deepcopy
from gzip import compress
from pathlib import Path
from typing import Any

import fake
import pytest
from fake import PYINFRA, ROOT
from shared import CHANGED, CONVERGED, FRESH

DEPLOY = "deploys/dhcp.py"
FOREIGN = "Zm9yZWlnbi1zZWNyZXQ="


@pytest.fixture
def data(pair: dict[str, Any]) -> dict[str, Any]:
    """The pair, of pretended servers."""
    for end in pair["failover"]["lab"].values():
        end["server"] = f"@fake/{end['server']}"
    pair["normal_timeout"] = 2
    return pair


def steps(output: str) -> list[str]:
    """The steps of a run."""
    return re.findall(r"Starting operation: DHCP failover \| (.+?) *\n", output)


def apply(
    tmp_path: Path,
    data: dict[str, Any] | None,
    servers: list[Any],
    *arguments: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Apply the deploy to an inventory of these servers."""
    group = (servers, {"dhcp": data} if data else {})
    arguments = arguments or ("-y",)
    return fake.run_pyinfra(tmp_path, {"servers": group}, DEPLOY, *arguments, **environment)


def converged(data: dict[str, Any]) -> list[Any]:
    """Two servers that are as declared."""
    site = fake.loaded(data)
    return [fake.host(name, fake.converged(site, name)) for name in site.peers]


def fresh(one: dict[Any, Any] | None = None, **changes: str) -> list[Any]:
    """Two servers on which nothing is installed; the first answers ``one`` as well."""
    first = {**(one or {}), **fake.answers(fake.fresh("192.0.2.1", **changes))}
    second = fake.answers(fake.fresh("192.0.2.2"))
    return [fake.host("@fake/dhcp1", first), fake.host("@fake/dhcp2", second)]


def test_a_converged_pair_has_the_steps_of_a_person_and_changes_nothing(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """One wave; what this project prints is the verdict."""
    result = apply(tmp_path, data, converged(data))
    assert result.returncode == 0, result.stderr
    assert steps(result.stderr) == CONVERGED
    assert "Success" not in result.stderr.split("--> Results")[0]
    assert "lab: normal on both, as declared" in result.stderr


def test_a_dry_run_of_a_converged_pair_says_that_nothing_would_change(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """In words."""
    result = apply(tmp_path, data, converged(data), "--dry", "--diff")
    assert result.returncode == 0, result.stderr
    assert "Nothing would change on @fake/dhcp1 and @fake/dhcp2." in result.stderr


def test_a_dry_run_with_yes_says_that_nothing_was_compared(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """pyinfra skips the detection of changes."""
    result = apply(tmp_path, data, converged(data), "--dry", "-y")
    assert "-y makes pyinfra skip the detection of changes: leave it out" in result.stderr


def test_fresh_servers_get_everything_in_one_wave(tmp_path: Path, data: dict[str, Any]) -> None:
    """Each step on both servers before the next."""
    result = apply(tmp_path, data, fresh())
    assert steps(result.stderr)[:2] == FRESH[:2]
    result = apply(tmp_path, data, fresh(), "--dry")
    assert result.returncode == 0
    assert "Will install isc-dhcp-server, dhcpd-pools, nftables" in result.stderr
    assert "Will start dhcpd: it does not run" in result.stderr


def changed(data: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """A pair that runs, and data with another mclt; after their restarts they are as declared."""
    new = deepcopy(data)
    new["failover"]["lab"]["mclt"] = 1800
    before, after = fake.loaded(data), fake.loaded(new)
    servers = []
    for name in before.peers:
        answers = fake.answers(fake.running(before, name), fake.records(before, name))
        servers.append(fake.host(name, answers, fake.converged(after, name)))
    return new, servers


def test_a_change_goes_to_one_server_after_the_other(tmp_path: Path, data: dict[str, Any]) -> None:
    """Each in its wave, when its partner serves; then both are as declared."""
    new, servers = changed(data)
    # The mclt stands in the primary's file alone.
    new["failover"]["lab"]["max_unacked_updates"] = 33
    after = fake.loaded(new)
    for name, answers in servers:
        answers["fake_after"] = fake.converged(after, name)
    result = apply(tmp_path, new, servers)
    assert steps(result.stderr) == CHANGED, result.stderr


def test_a_server_that_another_run_has_changed_meanwhile_ends_a_change(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Its partner keeps its files: the other run brings both servers to one configuration."""
    new, servers = changed(data)
    new["failover"]["lab"]["max_unacked_updates"] = 33
    others = deepcopy(new)
    others["failover"]["lab"]["max_unacked_updates"] = 44
    after = fake.loaded(others)
    for name, answers in servers:
        answers["fake_after"] = fake.converged(after, name)
    result = apply(tmp_path, new, servers)
    assert result.returncode == 1
    words = "[@fake/dhcp2] its files stay as they are: another run, or a person, has changed"
    words += " @fake/dhcp1 after this run did"
    assert words in result.stderr, result.stderr
    assert result.stderr.count("after this run did") == 1


def test_a_step_that_fails_on_one_server_changes_no_file_of_its_partner(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Here the package cannot be installed."""
    failing = {fake.INSTALL: ["status=100", "E: no package has this name"]}
    output = apply(tmp_path, data, fresh(failing)).stderr
    assert "E: no package has this name" in output
    assert "Starting operation: DHCP failover | Run" not in output.split("No hosts remaining")[0]


def test_mistakes_in_the_data_are_found_before_anything_is_done(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """All of them, in one message, with exit status 1."""
    data["failover"]["lab"]["split"] = 300
    result = apply(tmp_path, data, fresh(), DHCP_FAILOVER__LAB__MCLT="30")
    assert result.returncode == 1
    assert "the declared DHCP data has 2 mistakes" in result.stderr
    assert "failover.lab.split = 300" in result.stderr
    assert "DHCP_FAILOVER__LAB__MCLT" in result.stderr
    assert "Starting operation" not in result.stderr


def test_a_server_without_data_is_one_sentence(tmp_path: Path) -> None:
    """An inventory may hold other machines."""
    result = apply(tmp_path, None, fresh())
    assert result.returncode == 1
    assert "the inventory declares no 'dhcp' data for it; leave it out" in result.stderr


def test_a_server_that_no_relationship_names_is_left_alone(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """A group may give its data to other machines too."""
    servers = [*converged(data), fake.host("@fake/web1", {})]
    result = apply(tmp_path, data, servers)
    assert result.returncode == 0, result.stderr
    assert "no relationship names this server: nothing to do for it" in result.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"user": "1000"}, "commands run as an ordinary user there; root is needed: add --sudo"),
        ({"id": "fedora", "name": "Fedora 44", "apt": ""}, "Fedora 44 is not supported; Debian 12"),
        ({"address": "192.0.2.9/24 eth0 eth0"}, "192.0.2.1, declared as its address in the"),
    ],
)
def test_a_server_that_cannot_be_set_up_stops_the_run(
    tmp_path: Path, data: dict[str, Any], changes: dict[str, str], sentence: str
) -> None:
    """With its name, and before anything is changed on any server."""
    result = apply(tmp_path, data, fresh(None, **changes))
    assert result.returncode == 1
    assert f"@fake/dhcp1: {sentence}" in result.stderr
    assert "Starting operation" not in result.stderr


@pytest.mark.parametrize("lines", [["Pid=1"], ["user=0"], ["<begin 0>", "x"]])
def test_an_answer_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, data: dict[str, Any], lines: list[str]
) -> None:
    """Not a traceback, and not something that was never seen."""
    servers = converged(data)
    servers[0][1]["fake_responses"][fake.SURVEY] = lines
    result = apply(tmp_path, data, servers)
    assert result.returncode == 1
    assert "@fake/dhcp1: its answer cannot be read" in result.stderr


CLOSED = {"ssh_hostname": "127.0.0.1", "ssh_port": 1, "ssh_user": "root"}


def test_an_unreachable_server_is_one_sentence(tmp_path: Path, pair: dict[str, Any]) -> None:
    """A port of this computer on which nothing listens."""
    result = apply(tmp_path, pair, [("dhcp1", CLOSED)])
    assert result.returncode == 1
    assert "[dhcp1] Could not connect" in result.stderr


def test_where_a_partner_cannot_be_reached_a_fresh_server_is_not_started(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Nobody knows what that one gives out; the run says what to do."""
    data["failover"]["lab"]["secondary"]["server"] = "dhcp2"
    result = apply(tmp_path, data, [fresh()[0], ("dhcp2", CLOSED)])
    assert result.returncode == 1
    assert result.stderr.count("Could not connect") == 1


def test_up_to_500_servers_are_taken_at_a_time(tmp_path: Path) -> None:
    """By the settings that pyinfra finds where it is started."""
    deploy = tmp_path / "deploy.py"
    deploy.write_text(
        "from pyinfra import state\n"
        "from pyinfra.api.state import MAX_PARALLEL\n"
        "assert state.config.PARALLEL == state.pool.size == min(500, MAX_PARALLEL)\n"
    )
    command = [str(PYINFRA), "-y", "@fake/one", str(deploy)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_a_difference_shows_no_secret_of_a_file_that_somebody_made_by_hand(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """With all output that pyinfra can make."""
    new, servers = changed(data)
    by_hand = f'key office {{ algorithm hmac-md5;\n  secret "{FOREIGN}"; }}\n# a note\n'
    packed = b64encode(compress(by_hand.encode()))
    for _, answers in servers:
        answers["fake_responses"] = {"gzip -c": [packed.decode()], **answers["fake_responses"]}
    result = apply(tmp_path, new, servers, "--dry", "--diff", "-vvv", "--debug-all")
    assert "- # a note" in result.stderr, result.stderr
    assert "- key office { algorithm hmac-md5;" in result.stderr
    assert FOREIGN not in result.stderr + result.stdout


def test_a_live_configuration_that_cannot_be_read_is_not_replaced(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Nobody knows then who gives out its ranges today."""
    new, servers = changed(data)
    for _, answers in servers:
        answers["fake_responses"] = {"gzip -c": ["SGVsbG8="], **answers["fake_responses"]}
    result = apply(tmp_path, new, servers)
    assert result.returncode == 1
    words = "@fake/dhcp1: its installed configuration cannot be compared with the data: its answer"
    assert words in result.stderr
    assert "Prepare" not in result.stderr


@pytest.mark.parametrize("active", [5, 0])
def test_a_range_changes_its_owner_only_where_nobody_holds_an_address(
    tmp_path: Path, data: dict[str, Any], active: int
) -> None:
    """Leases are counted where that matters, and nowhere else."""
    new, servers = changed(data)
    other = (
        'failover peer "other" { primary; address 192.0.2.1; peer address 192.0.2.9; }\n'
        "subnet 192.0.2.0 netmask 255.255.255.0 {\n"
        '  pool { failover peer "other"; range 192.0.2.100 192.0.2.199; }\n}\n'
    )
    counted = ["Counted=yes", f"Pool=192.0.2.100 192.0.2.199 {active} 0 0"]
    for _, answers in servers:
        answers["fake_responses"] = {
            "gzip -c": [b64encode(compress(other.encode())).decode()],
            "Counted=yes": counted,
            **answers["fake_responses"],
        }
    result = apply(tmp_path, new, servers, "--dry")
    refused = "192.0.2.100-192.0.2.199 belongs to the relationship other today" in result.stderr
    assert refused == bool(active), result.stderr
    assert result.returncode == int(refused)


def test_where_ranges_stay_the_installed_file_is_not_read_with_what_it_includes(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """The lines that differ say enough."""
    new, servers = changed(data)
    site = fake.loaded(data)
    for name, answers in servers:
        files = fake.ENGINES["dhcpd"].files(site, name, ["eth0"])
        text = next(it.text for it in files if it.path == "/etc/dhcp/dhcpd.conf")
        answers["fake_responses"] = {
            "emit(CONF)": ["unreadable"],
            "gzip -c": [b64encode(compress(text.encode())).decode()],
            **answers["fake_responses"],
        }
    result = apply(tmp_path, new, servers, "--dry", "--diff")
    assert result.returncode == 0, result.stderr
    assert "+     mclt 1800;" in result.stderr
