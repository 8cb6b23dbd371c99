"""The layers outside the inventory: whatever is in them, no traceback and no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError

Data = dict[str, Any]
SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="  # noqa: S105 # made up


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secrets directory."""
    monkeypatch.setenv("DHCP_SECRETS_DIR", str(tmp_path))
    return tmp_path


def refusal(data: Data) -> str:
    """The message about ``data`` and the layers above it."""
    with pytest.raises(SiteError) as refused:
        load(data, ["dhcp1", "dhcp2"])
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 5000 + "]" * 5000, "more than 30 lists or mappings in each other"),
        ("[" * 500 + "]" * 500, "more than 30 lists or mappings in each other"),
        ('{"a":' * 100_000, "more than 30 lists or mappings in each other"),
        ('[{"network": }]', "not valid JSON: expecting value at character 14"),
        ("[" + "9" * 5000 + "]", "has a number with too many digits"),
        ('"' + '\\"' * 50_000, "not valid JSON: unterminated string"),
    ],
    ids=["deep lists", "less deep lists", "deep mappings", "not JSON", "a long number", "no end"],
)
def test_json_that_cannot_be_read_is_a_mistake(
    pair: Data, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    """With the name of the variable, and not its value."""
    monkeypatch.setenv("DHCP_SUBNETS", text)
    assert f"    DHCP_SUBNETS: {reason}" in refusal(pair)


def test_a_variable_with_too_many_names_is_a_mistake(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is one with an empty name in it."""
    monkeypatch.setenv("DHCP_FAILOVER" + "__X" * 5000, "1")
    monkeypatch.setenv("DHCP_FAILOVER____X", "1")
    assert refusal(pair).count("expected names with '__' between them, at most 30") == 2


def test_a_variable_that_is_no_utf_8_is_a_mistake(pair: Data) -> None:
    """In its value or in its name; the message can be printed."""
    program = (
        "import json, sys\n"
        "from dhcp_failover.site.load import load\n"
        "from dhcp_failover.site.messages import SiteError\n"
        "try: load(json.loads(sys.argv[1]))\n"
        "except SiteError as error: print(error)\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", program, json.dumps(pair)],
        env={**os.environb, b"DHCP_LOG_FACILITY": b"local\xff", b"DHCP_X\xff__Y": b"1"},
        capture_output=True,
        check=True,
    )
    assert b"log_facility = 'local\\udcff': expected" in result.stdout
    assert b"'DHCP_X\\udcff__Y': no such setting" in result.stdout


def test_a_file_that_is_no_text_is_a_mistake(pair: Data, secrets: Path) -> None:
    """Its name is in the message, its content is not."""
    (secrets / "dhcp_keys__a__secret").write_bytes(b"\xff\xfe")
    assert (
        f"{secrets}/dhcp_keys__a__secret: a file of DHCP_SECRETS_DIR that cannot be read: not"
        in (refusal(pair))
    )


def test_what_is_not_a_file_is_a_mistake(pair: Data, secrets: Path) -> None:
    """Nobody waits for a pipe, and nobody reads a device to its end."""
    (secrets / "dhcp_firewall").mkdir()
    os.mkfifo(secrets / "dhcp_ping_check")
    (secrets / "dhcp_dns").symlink_to("/dev/zero")
    (secrets / "dhcp_omapi").symlink_to("nowhere")
    (secrets / "dhcp_boot").symlink_to("/proc/self/mem")  # reading it fails, for root too
    message = refusal(pair)
    for name in ("dhcp_firewall", "dhcp_ping_check", "dhcp_dns", "dhcp_omapi", "dhcp_boot"):
        assert f"{secrets / name}: a file of DHCP_SECRETS_DIR that cannot be read" in message


def test_a_huge_file_is_a_mistake(pair: Data, secrets: Path) -> None:
    """It is not read to its end."""
    with (secrets / "dhcp_subnets").open("wb") as file:
        file.truncate(2**40)
    assert "dhcp_subnets: a file of DHCP_SECRETS_DIR that cannot be read: larger than" in (
        refusal(pair)
    )


def test_a_secrets_directory_that_is_a_file_is_a_mistake(
    pair: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And one of an unknown user."""
    (tmp_path / "file").touch()
    for directory in (str(tmp_path / "file"), "~no-such-user-here/x"):
        monkeypatch.setenv("DHCP_SECRETS_DIR", directory)
        assert f"DHCP_SECRETS_DIR = '{directory}'"[:60] in refusal(pair)


def test_an_empty_name_is_not_a_secrets_directory(
    pair: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The current directory is not read in its place."""
    (tmp_path / "dhcp_firewall").write_text("false")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DHCP_SECRETS_DIR", "")
    assert load(pair).firewall is True


def test_other_files_of_the_directory_are_not_read(pair: Data, secrets: Path) -> None:
    """It can be shared with other programs."""
    (secrets / "README").write_bytes(b"\xff")
    (secrets / "dhcp_note").write_text("of another program")
    assert load(pair)


def test_a_file_can_be_a_link_to_another_directory(
    pair: Data, secrets: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Programs that manage secrets keep them elsewhere, and link them."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "1"
    elsewhere.write_text("false")
    (secrets / "dhcp_firewall").symlink_to(elsewhere)
    assert load(pair).firewall is False


def test_a_misspelt_file_is_a_mistake(pair: Data, secrets: Path) -> None:
    """As a misspelt variable is."""
    (secrets / "dhcp_kyes__updates__secret").write_text(SECRET)
    message = refusal(pair)
    assert f"{secrets}/dhcp_kyes__updates__secret: no such setting; did you mean 'keys'?" in message
    assert SECRET not in message


def test_a_mistake_from_a_file_names_the_file(pair: Data, secrets: Path) -> None:
    """Nobody looks for it in the inventory."""
    (secrets / "dhcp_failover__lab__mclt").write_text("30\n")
    assert f"(from the file {secrets}/dhcp_failover__lab__mclt)" in refusal(pair)


def test_a_mistake_within_json_names_the_variable(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the mapping that the variable does not set is not blamed on it."""
    monkeypatch.setenv("DHCP_FAILOVER", '{"lab": {"mclt": 30}}')
    pair["failover"]["lab"]["port"] = 0
    message = refusal(pair)
    mclt, port = (
        next(it for it in message.splitlines() if f"lab.{name}" in it) for name in ("mclt", "port")
    )
    assert mclt.endswith("(from the environment variable DHCP_FAILOVER)")
    assert "from" not in port


def test_a_text_is_a_value_as_it_is(pair: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits, too, are a text where a text is expected; null is nothing."""
    monkeypatch.setenv("DHCP_BOOT__FILENAME", "12345")
    monkeypatch.setenv("DHCP_BOOT__SERVER_NAME", '"null"')
    monkeypatch.setenv("DHCP_LOG_FACILITY", "null")
    site = load(pair)
    assert site.boot is not None
    assert (site.boot.filename, site.boot.server_name) == ("12345", "null")
    assert site.log_facility is None


def test_null_takes_away_what_the_inventory_sets(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the top and below it."""
    pair |= {"log_facility": "local7", "boot": {"filename": "a", "server_name": "b"}}
    monkeypatch.setenv("DHCP_LOG_FACILITY", "null")
    monkeypatch.setenv("DHCP_BOOT__SERVER_NAME", "null")
    site = load(pair)
    assert site.log_facility is None
    assert site.boot is not None
    assert (site.boot.filename, site.boot.server_name) == ("a", None)


def test_brackets_in_a_text_do_not_count_as_lists(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor after an escaped quote."""
    filename = '"' + "[" * 50
    monkeypatch.setenv("DHCP_BOOT", json.dumps({"filename": filename}))
    boot = load(pair).boot
    assert boot is not None
    assert boot.filename == filename


def test_names_are_matched_without_regard_to_case(
    pair: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of variables and of files; messages have them as they are written."""
    monkeypatch.setenv("dhcp_Secrets_Dir", str(tmp_path))
    monkeypatch.setenv("Dhcp_Failover__Lab__Split", "64")
    (tmp_path / "DHCP_FAILOVER__LAB__MCLT").write_text("1800")
    relationship = load(pair).failover["lab"]
    assert (relationship.mclt, relationship.split) == (1800, 64)
    monkeypatch.setenv("Dhcp_Failover__Lab__Split", "x")
    assert "(from the environment variable Dhcp_Failover__Lab__Split)" in refusal(pair)


def test_a_variable_below_one_that_is_not_a_mapping_is_a_mistake(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would have no effect. A layer above can do it."""
    monkeypatch.setenv("DHCP_BOOT", "null")
    monkeypatch.setenv("DHCP_BOOT__FILENAME", "pxelinux.0")
    assert (
        "    DHCP_BOOT__FILENAME: needs a mapping, but the environment variable DHCP_BOOT sets boot"
        " to another value; remove one of them"
    ) in refusal(pair)


def test_a_variable_is_above_a_file_that_sets_the_whole(
    pair: Data, monkeypatch: pytest.MonkeyPatch, secrets: Path
) -> None:
    """They are different layers."""
    (secrets / "dhcp_boot").write_text("null")
    monkeypatch.setenv("DHCP_BOOT__FILENAME", "pxelinux.0")
    boot = load(pair).boot
    assert boot is not None
    assert boot.filename == "pxelinux.0"


def test_a_name_can_be_written_in_two_ways(
    pair: Data, monkeypatch: pytest.MonkeyPatch, secrets: Path
) -> None:
    """JSON and files can write dashes and dots, variables cannot; it is one key."""
    monkeypatch.setenv("DHCP_KEYS", '{"ddns-2.example": {"algorithm": "hmac-sha512"}}')
    monkeypatch.setenv("DHCP_KEYS__DDNS_2_EXAMPLE__SECRET", SECRET)
    (secrets / "dhcp_keys__ddns-2.example__secret").write_text("another secret")
    (key,) = load(pair).keys.items()
    assert (key[0], key[1].algorithm) == ("ddns-2.example", "hmac-sha512")
    assert key[1].secret is not None
    assert key[1].secret.get_secret_value() == SECRET


@pytest.mark.parametrize(("variable", "loaded"), [("DHCP_LAB", False), ("DHCP_FIREWALL", True)])
def test_the_settings_library_is_loaded_only_where_something_is_set(
    pair: Data, variable: str, loaded: bool
) -> None:
    """It takes 50 ms of every run. ``DHCP_LAB`` is not a setting."""
    program = (
        "import json, sys\n"
        "from dhcp_failover.site.load import load\n"
        "load(json.loads(sys.argv[1]))\n"
        "print('pydantic_settings' in sys.modules)\n"
    )
    environment = {name: it for name, it in os.environ.items() if not name.startswith("DHCP_")}
    result = subprocess.run(
        [sys.executable, "-c", program, json.dumps(pair)],
        env=environment | {variable: "true"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert result.stdout == f"{loaded}\n"


def test_a_variable_is_laid_over_json(pair: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longer name wins, and keeps its neighbours."""
    monkeypatch.setenv("DHCP_FAILOVER__LAB", '{"mclt": 1800, "split": 128}')
    monkeypatch.setenv("DHCP_FAILOVER__LAB__SPLIT", "64")
    relationship = load(pair).failover["lab"]
    assert (relationship.mclt, relationship.split) == (1800, 64)


def test_json_of_a_file_and_of_a_variable_are_merged(
    pair: Data, monkeypatch: pytest.MonkeyPatch, secrets: Path
) -> None:
    """The variable wins, key by key."""
    (secrets / "dhcp_failover").write_text('{"lab": {"mclt": 1200, "split": 100}}')
    monkeypatch.setenv("DHCP_FAILOVER", '{"lab": {"split": 200}}')
    relationship = load(pair).failover["lab"]
    assert (relationship.mclt, relationship.split) == (1200, 200)


def test_keys_that_are_no_text_do_not_hinder_the_environment(
    pair: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are mistakes like others."""
    monkeypatch.setenv("DHCP_FAILOVER__LAB__MCLT", "1800")
    pair["failover"][5] = {}
    assert "failover.5" in refusal(pair)


def test_a_missing_secret_is_reported_with_where_to_put_it(pair: Data) -> None:
    """The variable and the file."""
    pair["keys"] = {"ddns-2.example": {}}
    assert (
        "    keys.ddns-2.example.secret: required; set the environment variable"
        " DHCP_KEYS__DDNS_2_EXAMPLE__SECRET, or write the secret to the file"
        " dhcp_keys__ddns_2_example__secret of a secrets directory (DHCP_SECRETS_DIR)"
    ) in refusal(pair)


def test_the_variable_and_the_file_of_the_message_are_read(
    pair: Data, monkeypatch: pytest.MonkeyPatch, secrets: Path
) -> None:
    """Both reach the key, whatever is in its name."""
    pair["keys"] = {"ddns-2.example": {}, "control": {}}
    monkeypatch.setenv("DHCP_KEYS__DDNS_2_EXAMPLE__SECRET", SECRET)
    (secrets / "dhcp_keys__control__secret").write_text(f"{SECRET}\n")
    keys = load(pair).keys
    assert {str(it.secret and it.secret.get_secret_value()) for it in keys.values()} == {SECRET}


def test_secrets_can_be_left_out(pair: Data) -> None:
    """For status and dry runs. A wrong one stays a mistake."""
    pair["keys"] = {"updates": {}}
    assert load(pair, secrets_required=False).keys["updates"].secret is None
    pair["keys"] = {"updates": {"algorithm": "rot13"}}
    with pytest.raises(SiteError, match="algorithm"):
        load(pair, secrets_required=False)


def test_the_schema_of_the_data_can_be_named_in_it(pair: Data) -> None:
    """For editors; the deploy does not read it."""
    assert load(pair | {"$schema": "site.schema.json"})
