"""Data from JSON and YAML: texts stay texts, and every mistake has its line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError
from dhcp_failover.site.origins import line_of
from dhcp_failover.sources import data_from
from hypothesis import given
from hypothesis import strategies as st

Data = dict[str, Any]
SITE = """\
failover:
  lab:
    primary: {server: dhcp1, address: 192.0.2.1}
    secondary: {server: dhcp2, address: 192.0.2.2}
    mclt: 1800
ping_check: no   # a remark
options:
  tftp-server-name: no
  ntp-servers: [192.0.2.5]
  interface-mtu: 1400
  ip-forwarding: true
subnets:
  - network: 192.0.2.0/24
    pools: &pools
      - failover: lab
        ranges:
          - 192.0.2.100-192.0.2.199
    reservations:
      a: {mac: 00:53:01:22:33:44, address: 192.0.2.20}
      b: {mac: 005301223345}
      c:
        mac: "00:53:01:22:33:46"
        host_name: 12e3
        max_lease_time: ~
"""


def write(directory: Path, name: str, text: str) -> Any:
    """The data of a file with this text."""
    (directory / name).write_text(text)
    return data_from(directory / name)


def test_a_site_of_yaml_is_the_site_that_a_reader_sees(tmp_path: Path) -> None:
    """What YAML takes for truth values, minutes and powers of ten is what stands there."""
    site = load(write(tmp_path, "site.yaml", SITE))
    assert (site.failover["lab"].mclt, site.ping_check) == (1800, False)
    assert site.options == {
        "tftp-server-name": "no",
        "ntp-servers": ["192.0.2.5"],
        "interface-mtu": "1400",
        "ip-forwarding": "true",
    }
    reservations = json.loads(site.subnets[0].model_dump_json())["reservations"]
    assert "00:53:01:22:33:44" in json.dumps(reservations["a"])
    assert "00:53:01:22:33:45" in json.dumps(reservations["b"])
    assert reservations["c"]["host_name"] == "12e3"


def test_yaml_and_json_of_a_site_are_the_same_site(tmp_path: Path) -> None:
    """And so is the file's data after Python's own reader."""
    data = write(tmp_path, "site.yaml", SITE)
    again = write(tmp_path, "site.json", json.dumps(data, indent=2))
    assert again == data
    assert load(again) == load(data) == load(json.loads(json.dumps(data)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("failover", "lab", "mclt"), 5),
        (("failover", "lab", "split"), 3),
        (("failover", "lab", "primary", "address"), 3),
        (("options", "ntp-servers", 0), 9),
        (("subnets", 0, "network"), 13),
        (("subnets", 0, "pools", 0, "ranges", 0), 17),
        (("subnets", 0, "reservations", "c", "host_name"), 23),
    ],
)
def test_each_value_of_yaml_has_its_line(
    tmp_path: Path, path: tuple[str | int, ...], line: int
) -> None:
    """Of what is missing, that where its mapping begins."""
    found = line_of(path, write(tmp_path, "site.yaml", SITE))
    assert found
    assert found.number == line


def test_each_value_of_json_has_its_line(tmp_path: Path) -> None:
    """Numbers and truth values too."""
    text = '\n{\n "a": [1,\n  true, {}],\n "b":\n {"c": "x", "d": 5}, "e":\n\n  false}\n'
    data = write(tmp_path, "site.json", text)
    assert data == json.loads(text)
    found = [
        str(line_of(it, data)).rpartition(" ")[2]
        for it in (("a",), ("a", 0), ("a", 1), ("a", 2, "x"), ("b", "d"), ("e",), ("f",))
    ]
    assert found == ["3", "3", "4", "4", "6", "8", "2"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda it: st.lists(it) | st.dictionaries(st.text(), it),
    max_leaves=20,
)


@given(VALUES.filter(lambda it: isinstance(it, dict | list)), st.sampled_from([None, 1]))
def test_json_is_read_as_python_reads_it(
    tmp_path_factory: pytest.TempPathFactory, value: Any, indent: int | None
) -> None:
    """Every escape, every nesting."""
    directory = tmp_path_factory.getbasetemp()
    assert write(directory, "any.json", json.dumps(value, indent=indent)) == value


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" \n"))
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda it: st.lists(it) | st.dictionaries(TEXTS, it),
    max_leaves=20,
)


@given(TREES.filter(lambda it: isinstance(it, dict | list)))
def test_yaml_is_read_as_texts(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    """Whatever they look like; only nothing is nothing."""
    directory = tmp_path_factory.getbasetemp()
    text = yaml.safe_dump(value, allow_unicode=True)

    def texts(it: Any) -> Any:
        if isinstance(it, dict):
            return {key: texts(inside) for key, inside in it.items()}
        if isinstance(it, list):
            return [texts(inside) for inside in it]
        return None if it is None else str(it).lower() if isinstance(it, bool) else str(it)

    assert write(directory, "any.yaml", text) == texts(value)


def test_a_mapping_of_yaml_takes_others_in(tmp_path: Path) -> None:
    """Aliases and ``<<``; its own keys win."""
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {x: 9, z: 4}]}\nd: *a\n"
    assert write(tmp_path, "x.yml", text) == {
        "a": {"x": "1", "y": "2"},
        "b": {"x": "1", "y": "3"},
        "c": {"x": "1", "y": "2", "z": "4"},
        "d": {"x": "1", "y": "2"},
    }


LAUGHS = "\n".join(
    ["a0: &a0 [x]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10))]
)
MISTAKES = [
    ("x.yaml", "a: 1\nb:\n\tc: 1\n", "x.yaml, line 3: not YAML: a tab; use blanks"),
    ("x.yaml", "a: 1\nb: c: d\n", "x.yaml, line 2: not YAML: mapping values are not allowed"),
    ("x.yaml", "a: 1\nb: 2\na: 3\n", "x.yaml, line 3: the key 'a' is also in line 1; remove one"),
    ("x.yaml", "a: 1\n---\nb: 1\n", "x.yaml, line 2: has a second document, after '---'"),
    ("x.yaml", "a: !!binary aaaa\n", "x.yaml, line 1: tag:yaml.org,2002:binary is not a mapping"),
    ("x.yaml", "a: !x {}\n", "x.yaml, line 1: !x is not a mapping, a list or a text"),
    ("x.yaml", "? [a]\n: b\n", "x.yaml, line 1: a key that is not a text"),
    ("x.yaml", "a: &a [*a]\n", "x.yaml, line 1: its aliases expand to too many values"),
    ("x.yaml", "a: &a {<<: *a}\n", "x.yaml, line 1: its aliases expand to too many"),
    ("x.yaml", "a: {<<: 5}\n", "x.yaml, line 1: '<<' needs a mapping"),
    ("x.yaml", LAUGHS, "its aliases expand to too many values"),
    ("x.yaml", "a: \x01\n", "x.yaml: not YAML: "),
    ("x.yaml", "[" * 100_000, "x.yaml"),
    ("x.yaml", "", "x.yaml: expected a mapping or a list"),
    ("x.yaml", "subnets", "x.yaml: expected a mapping or a list"),
    ("x.json", '{"a": 1,\n "b": 2,}', "x.json, line 2: not JSON: "),
    ("x.json", '{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "x.json, line 3: the key 'c' is also in l"),
    ("x.json", "{'a': 1}", "x.json, line 1: not JSON: expecting property name"),
    ("x.json", '{"a": NaN}', "x.json: not JSON: NaN"),
    ("x.json", "[" * 100_000, "x.json: nested too deeply"),
    ("x.json", f'{{"a": {"9" * 5000}}}', "x.json: has a number with too many digits"),
    ("x.toml", "a = 1", "x.toml: expected a name that ends with .json, .yaml, .yml"),
]


@pytest.mark.parametrize(("name", "text", "expected"), MISTAKES)
def test_a_file_that_cannot_be_read_is_a_mistake_of_the_site(
    tmp_path: Path, pair: Data, name: str, text: str, expected: str
) -> None:
    """As the whole data, as a part of it, and where an inventory goes on with it."""
    data = write(tmp_path, name, text)
    for use in (data, {**pair, "subnets": data}, {**pair, "classes": data}):
        with pytest.raises(SiteError) as refused:
            load(use)
        assert len(refused.value.mistakes) == 1
        assert expected in str(refused.value)
    with pytest.raises(SiteError) as refused:
        data["subnets"]
    assert expected in str(refused.value)


def test_a_mistake_of_the_model_names_the_line(tmp_path: Path) -> None:
    """After the environment has been laid over, too."""
    text = SITE.replace("mclt: 1800", "mclt: 30").replace("192.0.2.1}", "192.0.2.150}")
    with pytest.raises(SiteError) as refused:
        load(write(tmp_path, "site.yaml", text))
    found = [it.rpartition("(from ")[2] for it in str(refused.value).splitlines()[1:]]
    assert [it.rpartition("/")[2] for it in found] == [
        "site.yaml, line 5)",
        "site.yaml, line 17)",
    ]


def test_the_environment_is_laid_over_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake names the variable there, and the line elsewhere in the same mapping."""
    monkeypatch.setenv("DHCP_FAILOVER__LAB__MCLT", "30")
    text = SITE.replace("mclt: 1800", "port: 0")
    with pytest.raises(SiteError) as refused:
        load(write(tmp_path, "site.yaml", text))
    said = str(refused.value)
    assert "failover.lab.port = '0': expected 1 or more" in said
    assert "site.yaml, line 5)" in said
    assert "(from the environment variable DHCP_FAILOVER__LAB__MCLT)" in said


def test_without_a_reader_of_yaml_it_is_said_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON is read all the same."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SiteError, match=r"pip install 'pyinfra-dhcp-failover\[yaml\]'"):
        load(write(tmp_path, "site.yaml", SITE))
    assert write(tmp_path, "site.json", '{"$schema": "x"}') == {"$schema": "x"}
