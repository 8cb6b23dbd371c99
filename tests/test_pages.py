"""What the pages of the documentation say of the code: names, numbers, paths and messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from dhcp_failover import deploy, facts
from dhcp_failover.engines import dhcpd
from dhcp_failover.engines.dhcpd import paths
from dhcp_failover.engines.engine import Condition, DaemonState, Relation
from dhcp_failover.lab.cli import _parser
from dhcp_failover.reference import places
from dhcp_failover.report.codes import CODES
from dhcp_failover.rollout import ask, packages, proof
from dhcp_failover.rollout.interlock import GO_DARK
from dhcp_failover.site.load import load
from dhcp_failover.site.model import Site
from dhcp_failover.site.relationships import Relationship
from dhcp_failover.site.validate import SiteError
from dhcp_failover.status import BOUND, JSON
from dhcp_failover.system import memory, shell

from docs import PAGES, ROOT

PACKAGE = ROOT / "deploys/dhcp_failover"
SERVERS = ["dhcp-a", "dhcp-b"]
OURS = {
    *paths.FILES,
    *(shell.staging_path(it) for it in paths.FILES),
    *(memory.HOME, memory.UNPROVEN, memory.PARTNERS, memory.FORMER, memory.TURN),
    *(shell.ORIGINAL, paths.LOADED, paths.LEASES),
}
DEBIANS = {
    "/etc/apparmor.d/local/usr.sbin.dhcpd",
    "/etc/apparmor.d/usr.sbin.dhcpd",
    "/etc/dhcp/dhcpd6.conf",
    "/etc/machine-id",
    "/etc/systemd/system/isc-dhcp-server6.service",
    "/var/lib/dhcp",
    "/var/lib/dhcp/dhcpd6.leases",
    "/var/log/dhcp-hook",
    "/run/dhcpd6.pid",
}
"""Paths that are not this project's."""


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text()


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its kind."""
    found = re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, heading
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without their heads."""
    lines = [it.strip().strip("|") for it in text.splitlines() if it.strip().startswith("|")]
    cells = [[cell.strip() for cell in line.split(" | ")] for line in lines]
    heads = {i for i, it in enumerate(cells) if set(it[0].strip()) <= set("- ")}
    return [it for i, it in enumerate(cells) if i not in heads and i + 1 not in heads]


def quoted(text: str) -> list[str]:
    """What stands in backquotes, outside of blocks."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", prose)


def declared(name: str) -> Iterator[dict[str, Any]]:
    """The data after each Python block of a page; one block goes on from the one before."""
    here: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", page(name), re.M | re.S):
        if "import host" not in block:
            exec(block, here)  # noqa: S102 # a page of this checkout
            yield here["servers"][1]["dhcp"] if "servers" in here else here["dhcp"]


def test_the_readme_is_short() -> None:
    """Under 200 lines: it is the front door."""
    assert len(page("README.md").splitlines()) < 200


@pytest.mark.parametrize("name", ["README.md", "docs/data.md"])
def test_the_examples_of_data_are_right(name: str) -> None:
    """Each of them, with those before it on the page."""
    count = 0
    for data in declared(name):
        load(data, SERVERS, secrets_required=False)
        count += 1
    assert count


def test_the_mistakes_of_the_readme_are_those_of_a_run() -> None:
    """Word by word."""
    (data,) = declared("README.md")
    data["failover"]["office"]["mclt"] = 30
    data["subnets"][0]["pools"][0]["ranges"] = ["192.0.2.2-192.0.2.99"]
    with pytest.raises(SiteError) as caught:
        load(data, SERVERS)
    assert f"```text\n{caught.value}\n```" in page("README.md")


def test_the_defaults_of_the_data_are_those_of_the_model() -> None:
    """As the page about data has them."""
    for name, default, _ in rows(section(page("docs/data.md"), "What has a default")):
        field = name.strip("`")
        model = Relationship if field.startswith("failover.") else Site
        value = model.model_fields[field.rpartition(".")[2]].default
        assert default == f"`{str(value).lower()}`", field


def test_the_steps_are_those_of_the_deploy() -> None:
    """In the picture, in their order."""
    source = Path(deploy.__file__).read_text()
    names = re.findall(r'name=f?"(.+?)"', source)
    names = [it.replace("{engine.PACKAGE}", dhcpd.PACKAGE) for it in names]
    names = [it.replace("{engine.SERVICE}", dhcpd.SERVICE) for it in names]
    names = [it.replace("{declared.path}", "FILE") for it in names]
    picture = page("docs/change.md").split("```")[1]
    places = [picture.index(it) for it in names]
    assert len(places) == 5
    assert places == sorted(places)


def test_the_files_are_those_of_the_engine() -> None:
    """In the order in which they are put in place."""
    table = rows(section(page("docs/change.md"), "3. Prepare"))
    assert tuple(it[0].strip("`") for it in table) == paths.FILES


def test_what_is_kept_is_what_this_project_remembers() -> None:
    """Every path, and no other."""
    table = rows(section(page("docs/change.md"), "What is kept"))
    kept = {memory.UNPROVEN, memory.PARTNERS, memory.FORMER, memory.TURN}
    assert {it[0].strip("`") for it in table} == kept | {shell.ORIGINAL, paths.LOADED}


@pytest.mark.parametrize("it", dict.fromkeys(PAGES), ids=lambda it: it.name)
def test_paths_on_servers_are_right(it: Path) -> None:
    """Those of this project, and a few of Debian."""
    found = re.findall(r"(?<![\w.~:*/])/(?:etc|var|run)/[\w./@-]*[\w]", it.read_text())
    known = OURS | DEBIANS | {"/etc/default/isc-dhcp-server", "/etc/apt/sources.list"}
    assert set(found) <= known


@pytest.mark.parametrize("it", dict.fromkeys(PAGES), ids=lambda it: it.name)
def test_names_in_the_text_exist(it: Path) -> None:
    """Make targets, commands of the lab, facts, data of a run, and files of the checkout."""
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.M))
    commands = {"up", "status", "shell", "crash", "down", "image"}
    assert commands <= set(re.findall(r"\b[a-z]+\b", _parser().format_help()))
    for words in quoted(it.read_text()):
        if found := re.match(r"make (\S+)", words):
            assert found[1] in targets, words
        if found := re.match(r"dhcp-lab ([a-z]+)", words):
            assert found[1] in commands, words
        for fact in re.findall(r"dhcp_failover\.facts\.([A-Z]\w+)", words):
            assert hasattr(facts, fact), words
        for name in re.findall(r"\b(dhcp_go_\w+|dhcp_status_\w+)", words):
            assert name in (GO_DARK, JSON), words
        if re.fullmatch(r"(deploys|docs|inventories|templates|tests)/[\w./-]+", words):
            assert (ROOT / words).exists() or words == "inventories/mine.py", words


def test_every_module_is_in_the_architecture() -> None:
    """Under its room; and nothing that is not there."""
    text = section(page("docs/architecture.md"), "Inside a room")
    parts = re.split(r"^\*\*`(.+?)/`\*\*", text, flags=re.M)[1:]
    for room, words in zip(parts[::2], parts[1::2], strict=True):
        modules = {it.stem for it in (PACKAGE / room).glob("*.py")} - {"__init__"}
        names = set(quoted(words))
        assert modules <= names | {"script", "template", "firewall", "gc_paused", "trouble"}, room
    scripts = {it.name for it in (PACKAGE / "system/scripts").glob("*.sh")}
    assert scripts <= set(quoted(text))


def test_the_protocol_is_that_of_an_engine() -> None:
    """Every name of it that the page has, and the conditions."""
    text = section(page("docs/architecture.md"), "The engine protocol")
    items = "".join(line for line in text.splitlines(keepends=True) if line.startswith("- **"))
    for name in set(quoted(items)) - {"Question"}:
        assert hasattr(dhcpd, name), name
    assert set(get_args(Condition)) <= set(quoted(text))


def test_the_numbers_are_those_of_the_code() -> None:
    """Seconds of waits."""
    bounds = (
        f"{ask.CONNECT} seconds for a connection, {ask.ANSWER} for an answer, {ask.CHANGE} for a"
        f" change ({packages.INSTALL} for the"
    )
    scale = " ".join(page("docs/scale.md").split())
    assert bounds in scale
    assert f"nothing is acknowledged for {ask.DEAD_LINK // 1000} seconds" in scale
    assert f"each server for at most {BOUND} seconds" in scale
    assert f"loses its turn after {shell.TURN_SECONDS} seconds" in " ".join(
        page("docs/change.md").split()
    )


def test_codes_of_health_exist() -> None:
    """Wherever a page has one."""
    for name in ("docs/failures.md", "docs/sandbox.md", "docs/change.md"):
        for words in quoted(page(name)):
            if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", words) and words not in NO_CODES:
                assert words in CODES, words


NO_CODES = {
    "communications-interrupted",
    "isc-dhcp-server",
    "dhcpd-pools",
    "tsig-keygen",
    "dhcp-lease-list",
}


def test_the_changelog_names_fields_that_exist() -> None:
    """Of facts and of the JSON of status."""
    text = section(page("CHANGELOG.md"), "Changed")
    facts_of = text.partition("*Facts*")[2].partition("*Data*")[0]
    lines = {it.split("`")[1]: quoted(it)[1:] for it in re.split(r"^- ", facts_of, flags=re.M)[1:]}
    assert set(lines["Daemon"]) <= set(DaemonState.__annotations__)
    assert set(lines["Failover"]) <= set(Relation.__annotations__)
    status = text.partition("*JSON of status*")[2].partition("*Facts*")[0]
    for name in set(quoted(status)) - {"1", "servers.NAME.configuration", "servers.NAME.states"}:
        name = name.removeprefix("servers.NAME.")
        assert name in page("deploys/dhcp_failover/report/as_json.py"), name


@cache
def messages() -> list[str]:
    """Every text in the code of the package; a value in it is ``…``."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (it.value if isinstance(it, ast.Constant) else "…" for it in node.values)
                found.append("".join(map(str, parts)))
    return found


@pytest.mark.parametrize("heading", ["The pools would go dark", "The run cannot begin"])
def test_messages_of_the_page_about_failures_are_said(heading: str) -> None:
    """Each piece between two values stands in the code."""
    table = rows(section(page("docs/failures.md"), heading))
    assert table
    for cells in table:
        for message in quoted(cells[0]):
            for piece in filter(None, (it.strip(" :") for it in message.split("…"))):
                text = piece.replace("isc-dhcp-server.service", "…").replace("isc-dhcp-server", "…")
                assert any(piece in it or text in it for it in messages()), piece


def test_the_symptoms_are_what_people_see() -> None:
    """Words of this project, states of the engine, or a line of pyinfra."""
    table = rows(page("docs/failures.md").partition("## ")[0])
    others = {"recover-wait", "communications-interrupted", "No hosts remaining!"}
    for cells in table[1:]:
        for words in set(quoted(cells[0])) - others:
            assert any(words in it for it in messages()), words


def test_the_sentence_of_a_wait_is_that_of_a_run(pair: dict[str, Any]) -> None:
    """As the page about failures shows it."""
    pair["failover"]["office"] = pair["failover"].pop("lab")
    pair["subnets"][0]["pools"][0]["failover"] = "office"
    (peer,) = load(pair).peers["dhcp1"]
    relation: Relation = {
        "state": "recover-wait",
        "condition": "recovering",
        "since": "2026-11-25T14:04:10+00:00",
        "partner_state": "partner-down",
        "partner_condition": "alone",
        "partner_since": None,
        "mclt": 3600,
        "waiting": True,
    }
    assert f"office: dhcp-b {proof.waiting(peer, relation)}\n" in page("docs/failures.md")


def test_what_can_be_said_of_a_dhcpd_conf_is_in_fields_that_exist() -> None:
    """What stands in backquotes in the last column, but for a few words."""
    fields = {name for model in places() for name in model.model_fields}
    others, seen = {"SPACE.NAME", "infinite"}, set[str]()
    for table in re.split(r"^## ", page("docs/coverage.md"), flags=re.M)[2:]:
        for _, _, here in rows(table):
            names = set(re.findall(r"(?<!\[)`([^`]+)`", here))
            assert names <= fields | others, names - fields
            seen |= names
    assert len(seen) > 40
