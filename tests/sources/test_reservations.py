"""Reservations from a table: its columns, its rows, and what is wrong in them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dhcp_failover.site.load import load
from dhcp_failover.site.messages import SiteError
from dhcp_failover.sources import reservations_from, rows_from

Data = dict[str, Any]
MAC, IP = "00:00:5e:00:53:01", "192.0.2.20"


def table(directory: Path, text: str, **more: Any) -> Data:
    """The reservations of a table with this text."""
    (directory / "r.csv").write_text(text)
    return reservations_from(directory / "r.csv", **more)


@pytest.mark.parametrize(
    "heads",
    [
        "name,mac,address",
        "Name,MAC,IP",
        "HOSTNAME,MAC Address,IP Address",
        "Host,MAC-Adresse,IP-Adresse",
        "Device Name,Physical Address,IPv4 Address",
        "Gerät,Hardware-Adresse,Adresse",
        "DNS Name,hw_addr,ip_addr",
    ],
)
def test_columns_are_known_by_many_names(tmp_path: Path, heads: str) -> None:
    """Of people, of programs, in English and German."""
    assert table(tmp_path, f"{heads}\ndoor,{MAC},{IP}\n") == {"door": {"mac": MAC, "address": IP}}


def test_fields_are_columns_by_their_own_names(tmp_path: Path) -> None:
    """Those of other parts behind a dot; an empty cell says nothing."""
    found = table(
        tmp_path,
        "Name;Client ID;host_name;boot.filename;options.ntp-servers;options.interface-mtu;"
        "default_lease_time;options.routers\n"
        'door;door-7;gate;door.img;192.0.2.5, 192.0.2.6;1400;600;["192.0.2.1"]\n'
        "lift;lift-7;;;;;;\n",
    )
    assert found == {
        "door": {
            "client_identifier": "door-7",
            "host_name": "gate",
            "boot": {"filename": "door.img"},
            "options": {
                "ntp-servers": ["192.0.2.5", "192.0.2.6"],
                "interface-mtu": "1400",
                "routers": ["192.0.2.1"],
            },
            "default_lease_time": "600",
        },
        "lift": {"client_identifier": "lift-7"},
    }


def test_a_host_name_beside_a_name_is_sent_to_the_client(tmp_path: Path) -> None:
    """Alone, it is the name."""
    found = table(tmp_path, f"Name,Hostname,MAC\nDoor 7,door-7,{MAC}\n")
    assert found == {"Door 7": {"host_name": "door-7", "mac": MAC}}


def test_a_client_without_a_name_is_named_by_its_address(tmp_path: Path) -> None:
    """Or by its hardware address."""
    found = table(tmp_path, f"Name,MAC,IP\n,{MAC},{IP}\n,00:00:5e:00:53:02,\n")
    assert list(found) == [IP, "00:00:5e:00:53:02"]


def test_remarks_and_rows_of_remarks_are_left_out(tmp_path: Path) -> None:
    """They are for people."""
    found = table(tmp_path, f"MAC,IP,Comment,\n# the hall,,,\n{MAC},{IP},by the door,\n")
    assert found == {IP: {"mac": MAC, "address": IP}}


def test_rows_of_one_client_are_one_reservation(tmp_path: Path) -> None:
    """A docking station and a laptop's own card: one address, two hardware addresses."""
    found = table(tmp_path, f"Name,MAC,IP\nlaptop,{MAC},{IP}\nlaptop,00:00:5e:00:53:02,{IP}\n")
    assert found == {"laptop": {"mac": [MAC, "00:00:5e:00:53:02"], "address": IP}}
    in_a_cell = table(tmp_path, f'Name,MAC,IP\nlaptop,"{MAC}; 00:00:5e:00:53:02",{IP}\n')
    assert in_a_cell == found


MISTAKES = [
    ("Name,IP\ndoor,192.0.2.20\n", "r.csv, line 1: has no column with hardware addresses"),
    ("", "r.csv: has no row with headings"),
    (
        "\nName,MAC,Colour\n",
        "r.csv, line 2: unknown column: 'Colour'; to leave it out, write ignore=['Colour']",
    ),
    (
        "Name,MAC,filename,boot_file,goup\n",
        "unknown columns: 'filename', 'boot_file', 'goup'",
    ),
    ("Name,MAC,adress\n", "'adress'; did you mean 'address'?"),
    ("MAC,Name,MAC Address\n", "has two columns for mac: 'MAC' and 'MAC Address'"),
    (f"Name,MAC\ndoor,{MAC},x\n", "r.csv, line 2: has 3 cells where the first row has 2"),
    ("Name,MAC\ndoor,5.00E+10\n", "line 2: mac = '5.00E+10' looks like a text that a"),
    (f'Name,MAC,options.routers\na,{MAC},"[1"\n', "line 2: options.routers = '[1' is not valid"),
    (
        f"Name,MAC,IP\na,{MAC},{IP}\na,00:00:5e:00:53:02,192.0.2.21\n",
        "r.csv, line 3: the name 'a' is also in line 2, with another address and mac",
    ),
    (f"Name,MAC\na,{MAC}\na,{MAC}\n", "r.csv, line 3: is equal to line 2; remove one"),
    (
        f"Name,MAC,IP\na,{MAC},\na,{MAC},{IP}\n",
        "also in line 2; one of the two rows has no address",
    ),
    ("Name,MAC\nx,00:zz\n", "reservations.x.mac = '00:zz': expected a hardware address, such as"),
    ("Name,MAC\nx,00:zz\n", "'00:00:5e:00:53:01' (from r.csv, line 2)"),
    (f"Name,MAC,IP\nx,{MAC},198.51.100.1\n", "outside its network, 192.0.2.0/24 (from r.csv, l"),
    (
        f"Name,MAC,IP\nx,{MAC},{IP}\ny,{MAC},192.0.2.21\n",
        "already the hardware address of the reservation 'x' of 192.0.2.0/24 on this wire; a server"
        " would use only one of them; keep one (from r.csv, line 3; the other from r.csv, line 2)",
    ),
    ("Name,MAC,IP\nx,,192.0.2.20\n", "'192.0.2.20'}: expected"),
    ("Name,MAC,Client ID,options.x\na,,,1\n", "(from r.csv, line 2)"),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_in_a_table_names_file_and_line(
    pair: Data, text: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the reader finds it or the model, and always as one of the site's mistakes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text(text)
    monkeypatch.setitem(globals(), "__file__", "test.py")
    pair["subnets"][0]["reservations"] = reservations_from("r.csv", ignore=["Nothing"])
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert expected in str(refused.value)


def test_each_mistake_of_a_table_is_reported_with_the_others(pair: Data, tmp_path: Path) -> None:
    """Those of rows, of values, and of the rest of the site."""
    text = f"Name,MAC\na,00:zz\nb,5E+10\nb,6E+10\nc,{MAC}\n"
    pair["subnets"][0]["reservations"] = {
        **table(tmp_path, text),
        "d": {"mac": "x"},
    }
    pair["failover"]["lab"]["mclt"] = 30
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert len(refused.value.mistakes) == 5


def test_a_file_that_is_not_there_is_a_mistake(pair: Data) -> None:
    """With the path where it was looked for."""
    pair["subnets"][0]["reservations"] = reservations_from("none.csv")
    beside = Path(__file__).with_name("none.csv")
    with pytest.raises(SiteError) as refused:
        load(pair)
    assert f" none.csv: cannot be read: no such file or directory ({beside})" in str(refused.value)


def test_columns_to_ignore_are_left_out(tmp_path: Path) -> None:
    """By their heads, as they stand there."""
    found = table(tmp_path, f"MAC,Colour,Floor\n{MAC},red,1\n", ignore=["Colour", "Floor"])
    assert found == {MAC: {"mac": MAC}}
    assert table(tmp_path, f"MAC,Name of it\n{MAC},1\n", ignore="Name of it") == found
    assert list(table(tmp_path, f"MAC,Name\n{MAC},a\n", ignore="Name of it")) == ["a"]


def test_rows_are_mappings_whose_texts_know_their_line(pair: Data, tmp_path: Path) -> None:
    """Data that is made of them by hand names it in mistakes."""
    (tmp_path / "prefixes.csv").write_text("Prefix,Status\n192.0.2.0/24,Active\n198.51.100.0,x\n")
    rows = rows_from(tmp_path / "prefixes.csv")
    assert rows[0] == {"Prefix": "192.0.2.0/24", "Status": "Active"}
    pair["subnets"] += [{"network": it["Prefix"]} for it in rows[1:]]
    with pytest.raises(SiteError, match=r"has no prefix length.*\(from .*prefixes\.csv, line 3\)"):
        load(pair)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'a,b\n"c', "line 2: a cell begins with a quotation mark"),
        (b"PK\3\4", "x.csv: in the format of a spread"),
    ],
)
def test_rows_of_what_is_no_table_are_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    """There is nothing to make data of."""
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ValueError, match=reason):
        rows_from(tmp_path / "x.csv")


def test_a_table_beside_an_inventory_is_found_from_anywhere(tmp_path: Path) -> None:
    """And beside group data; pyinfra prints it as JSON."""
    for place, name in ((tmp_path, "mine"), (tmp_path / "group_data", "servers")):
        place.mkdir(exist_ok=True)
        (place / "r.csv").write_text(f"MAC\n{MAC}\n")
        code = "from dhcp_failover.sources import reservations_from\n"
        value = "reservations_from('r.csv')"
        code += f"servers = (['@local'], {{'a': {value}}})" if name == "mine" else f"b = {value}"
        (place / f"{name}.py").write_text(code)
    (tmp_path.parent / "inventory").symlink_to(tmp_path)
    pyinfra = str(Path(sys.executable).with_name("pyinfra"))
    command = [pyinfra, "inventory/mine.py", "debug-inventory", "--json"]
    result = subprocess.run(
        command, cwd=tmp_path.parent, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    text = json.dumps(json.loads(result.stdout))
    assert text.count(json.dumps({MAC: {"mac": MAC}})) >= 2
