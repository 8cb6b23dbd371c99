"""A configuration with all that it includes, read by awk from files of the test's own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dhcp_failover.engines.dhcpd import commands
from dhcp_failover.system.script import text


def whole(path: Path) -> str:
    """A configuration with the files that it includes."""
    command = ["awk", "-v", f"CONF={path}", text(commands.HERE, "whole.awk")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout


def test_what_a_configuration_includes_stands_in_its_place(tmp_path: Path) -> None:
    """On a line of its own or within one, in a block, and in what is included itself."""
    main, one, two = (tmp_path / name for name in ("main", "one file", "two"))
    main.write_text(
        f'option a;\n include "{one}" ;\n subnet x {{ include "{two}"; range b;}} # end\n'
        f'# include "{one}";\n option c "#"; include "{one}";\n'
    )
    one.write_text(f'in one; include\t"{two}"; after\n')
    two.write_text("in two")
    words = " ".join(whole(main).split())
    assert words == (
        f"option a; in one; in two after subnet x {{ in two range b;}} # end"
        f' # include "{one}"; option c "#"; include "{one}";'
    )


def test_a_configuration_that_includes_itself_or_no_file_is_read(tmp_path: Path) -> None:
    """Or something that would hang."""
    main = tmp_path / "main"
    os.mkfifo(tmp_path / "fifo")
    places = ("main", "fifo", "nowhere", "", "it's", "$(touch x)")
    main.write_text("".join(f'include "{tmp_path}/{it}";\n' for it in places) + "the end\n")
    assert "the end\n" in whole(main)
    assert whole(tmp_path / "nowhere") == ""
