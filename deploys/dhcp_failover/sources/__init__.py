"""Readers of data for inventories: tables of reservations, files of JSON or YAML, other tables.

from dhcp_failover.sources import data_from, reservations_from, rows_from
"""

from .data import data_from
from .reservations import reservations_from, rows_from

__all__ = ["data_from", "reservations_from", "rows_from"]
