"""``@lab/dhcp1`` in an inventory: a machine of the lab, booted when it is first used."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

from pyinfra.api.exceptions import InventoryError
from pyinfra.connectors.base import BaseConnector
from typing_extensions import override

from . import LabError
from .computer import dhcp_lab
from .machines import Lab

boots = True
"""Whether a machine that is named is booted. False where only the inventory is looked at."""


class LabConnector(BaseConnector):
    """Hands machines of the lab to pyinfra's own SSH connector, by their plain names.

    ``@lab/dhcp1`` is the host ``dhcp1``; ``@lab`` is ``dhcp1`` and ``dhcp2``.
    """

    handles_execution = False

    @override
    @staticmethod
    def make_names_data(name: str | None = None) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
        for machine in [name] if name else ["dhcp1", "dhcp2"]:
            try:
                yield machine, _data(machine) if boots else {}, ["@lab"]
            except LabError as error:
                raise InventoryError(str(error)) from None


def _data(machine: str) -> dict[str, Any]:
    lab = Lab.from_environment()
    address = lab.address(machine)
    if not lab.running(machine):
        _start(machine)
    lab.network.check_reachable()
    return {
        "ssh_hostname": address,
        "ssh_user": "root",
        "ssh_key": str(lab.key),
        "ssh_known_hosts_file": str(lab.known_hosts),
        "ssh_strict_host_key_checking": "yes",
        "ssh_connect_retries": 300 if lab.booting(machine) else 0,
        "ssh_connect_retry_min_delay": 0.05,
        "ssh_connect_retry_max_delay": 0.15,
    }


def _start(machine: str) -> None:
    # Without waiting, so that machines boot side by side; SSH's retries wait for them.
    if subprocess.run(dhcp_lab("up", "--no-wait", machine), check=False).returncode:
        raise LabError(f"{machine} could not be started")
