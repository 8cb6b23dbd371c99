"""Servers that do not answer, or not everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from breaking import CONF

if TYPE_CHECKING:
    from drills.health.conftest import Drilled

INSTALL = "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -y install"
BOUND = 32
"""Seconds that status takes at most; two of them are pyinfra's own start."""


def test_an_ordinary_user_without_sudo(drilled: Drilled) -> None:
    """A sentence, whatever was applied to the server before."""
    as_admin = ("--ssh-user", "admin")
    looked = drilled.status(*as_admin)
    assert looked.codes == {"unreadable"}
    sentence = "commands run as an ordinary user there"
    assert f"{sentence}: add --sudo" in " ".join(looked.output.split())
    run = drilled.refused(*as_admin)
    assert f"{sentence}; root is needed: add --sudo" in run.output
    with_sudo = drilled.status(*as_admin, "--sudo")
    assert with_sudo.found["trouble"] == [], with_sudo.output
    drilled.settle()


def test_a_login_shell_of_another_kind(drilled: Drilled) -> None:
    """What is sent comes through it: status and apply see nothing unusual."""
    drilled.run("dhcp2", f"{INSTALL} tcsh && chsh -s /bin/tcsh admin")
    drilled.run("dhcp2", f"echo '# mine' >> {CONF}")
    through = ("--ssh-user", "admin", "--sudo")
    try:
        assert drilled.status(*through).codes == {"edited"}
        drilled.apply(*through)
        assert drilled.status(*through).codes == set()
    finally:
        drilled.run("dhcp2", "chsh -s /bin/bash admin")
    drilled.settle()


def test_a_login_shell_that_takes_no_long_command(drilled: Drilled) -> None:
    """It is named, with the user and what to do."""
    drilled.run("dhcp2", f"{INSTALL} csh && chsh -s /bin/bsd-csh admin")
    as_admin = ("--ssh-user", "admin", "--sudo")
    sentence = "the login shell of admin there is csh, which refuses commands of this length"
    try:
        looked = drilled.status(*as_admin)
        assert sentence in " ".join(looked.output.split())
        assert sentence in drilled.refused(*as_admin).output
    finally:
        drilled.run("dhcp2", "chsh -s /bin/bash admin")
    drilled.settle()


def test_a_machine_without_a_cable(drilled: Drilled) -> None:
    """It cannot be reached; the other one is looked at all the same."""
    drilled.pair.lab.disconnect("dhcp2")
    try:
        looked = drilled.status()
    finally:
        drilled.pair.lab.connect("dhcp2")
    assert "unreachable" in looked.codes
    assert looked.took < BOUND
    drilled.settle(90)


def test_a_frozen_machine(drilled: Drilled) -> None:
    """Its kernel takes connections, and nothing answers: status ends all the same."""
    drilled.pair.lab.freeze("dhcp2")
    try:
        looked = drilled.status()
    finally:
        drilled.pair.lab.thaw("dhcp2")
    assert "unreachable" in looked.codes
    assert looked.took < BOUND
    drilled.settle(90)


@pytest.mark.parametrize("program", ["sha256sum", "dhcpd-pools", "gzip"])
def test_a_command_that_hangs(drilled: Drilled, program: str) -> None:
    """As a checksum does on a dead disk: what is known is said, and status ends."""
    if program == "gzip":  # it is asked where the file differs
        drilled.run("dhcp2", f"echo '# mine' >> {CONF}")
    with drilled.pair.replaced_program("dhcp2", f"/usr/local/bin/{program}", "sleep 1000"):
        looked = drilled.status()
    assert looked.took < BOUND
    assert looked.status == int(program != "dhcpd-pools")
    assert program != "sha256sum" or "it did not answer for 15 seconds" in looked.output
    drilled.run("dhcp2", "pkill -f '^sleep 1000' || true")
    drilled.apply()
    drilled.settle()
