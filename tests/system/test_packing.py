"""How a program comes to ``sh``, whatever the login shell is."""

from __future__ import annotations

import re
import shutil
import subprocess
from shlex import quote

import pytest
from dhcp_failover.engines.dhcpd import commands
from dhcp_failover.system.marks import marked, unmarked
from dhcp_failover.system.packing import packed, refused
from dhcp_failover.system.survey import SURVEY

SHELLS = ("sh", "bash", "dash", "tcsh", "fish", "mksh", "zsh", "rc")
DIFFICULT = r"""printf '%s\n' '\\' '!!' 'it'"'"'s' "$(cat)"
# and more lines
"""


@pytest.mark.parametrize("program", [SURVEY, commands.LOOK.script, DIFFICULT])
def test_a_login_shell_has_nothing_to_change(program: str) -> None:
    """No end of line, quote, backslash or exclamation mark: pyinfra's own quotes are around it."""
    assert re.fullmatch(r'[A-Za-z0-9+/= "$(|)-]+', packed(program))


@pytest.mark.parametrize("shell", SHELLS)
def test_a_program_comes_whole_through_a_login_shell(shell: str) -> None:
    """With its standard input."""
    if not shutil.which(shell):
        pytest.skip(f"this computer has no {shell}")
    command = f"sh -c {quote(packed(marked(DIFFICULT)))}"
    result = subprocess.run(
        [shell, "-c", command], input="input", capture_output=True, text=True, check=True
    )
    assert unmarked(DIFFICULT, result.stdout.splitlines()) == [r"\\", "!!", "it's", "input"]


def test_csh_is_named_when_it_takes_no_command_of_this_length() -> None:
    """With the user, and what to do; other words stay as they are."""
    assert refused("sudo: a password is required", "admin") == "sudo: a password is required"
    assert refused("Word too long.", "admin") == (
        "the login shell of admin there is csh, which refuses commands of this length (Word too"
        " long): give this user another shell, for example: chsh -s /bin/bash admin"
    )
    assert "chsh -s /bin/bash USER" in refused("Word too long.", None)
