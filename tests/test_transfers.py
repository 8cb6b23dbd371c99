"""Where a drill cuts the transfers of an apply."""

from __future__ import annotations

from dhcp_failover.system.packing import packed
from transfers import POINTS, Point, Transfer, places, program


def cut(often: int, *, changes: bool) -> list[tuple[int, Point]]:
    """Where a transfer is cut that was sent so often, between others: how often before, and at."""
    its = [Transfer("dhcp1", "it", before, changes) for before in range(often)]
    other = Transfer("dhcp2", "it", 0, changes=True)
    return [(it.before, at) for it, at in places([*its, other]) if it.server == "dhcp1"]


def test_a_transfer_is_known_by_what_the_server_runs() -> None:
    """Not by the letters in which it is packed."""
    assert program(f"sh -c '{packed('echo 1')}'") == "echo 1"
    assert program("uname -s") == "uname -s"


def test_a_command_is_cut_at_every_point_each_time() -> None:
    """Each time it may change something else."""
    assert cut(2, changes=True) == [(before, at) for before in (0, 1) for at in POINTS]


def test_a_question_is_cut_each_time_and_at_every_point() -> None:
    """It changes nothing: not at every point each time."""
    assert cut(1, changes=False) == [(0, at) for at in POINTS]
    assert cut(2, changes=False) == [(0, "request"), (1, "first"), (1, "middle"), (1, "end")]
    assert cut(5, changes=False) == [*((i, POINTS[i]) for i in range(4)), (4, "request")]
