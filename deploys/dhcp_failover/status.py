"""Look at every server of the inventory, and report; nothing is changed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
import gevent
from pyinfra import host
from pyinfra.api import DeployError, deploy
from pyinfra.api.host import Host

from .report import health
from .report.health import ServerHealth, Unreached
from .report.table import table
from .rollout import ask
from .rollout.run import Run, Survey

JSON = "dhcp_status_json"
"""The data that names a file for the machine-readable report; ``-`` is standard output."""
BOUND = 25
"""Seconds in which a server has to answer everything that is asked of it."""
