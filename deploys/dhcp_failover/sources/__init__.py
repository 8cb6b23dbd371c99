"""Where data come from: tables for reservations, files for the rest. For inventories.

from dhcp_failover.sources import data_from, reservations_from, rows_from
"""

from .data import data_from
from .reservations import reservations_from, rows_from

__all__ = ["data_from", "reservations_from", "rows_from"]
