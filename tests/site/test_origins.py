"""Values that know where they were written."""

from __future__ import annotations

import copy
import json
import pickle

from dhcp_failover.site.origins import Line, List, Mapping, Text, line_of

FIRST, SECOND, THIRD = (Line("site.yaml", it) for it in (1, 2, 3))
DATA = Mapping(
    [("mclt", 30), ("subnets", List([Mapping([], THIRD, [])], SECOND, [THIRD]))],
    FIRST,
    [FIRST, SECOND],
)


def test_a_value_has_the_line_where_it_stands() -> None:
    """What is missing has that of what is around it."""
    assert line_of(("mclt",), DATA) == FIRST
    assert line_of(("subnets",), DATA) == SECOND
    assert line_of(("subnets", 0), DATA) == THIRD
    assert line_of(("subnets", 0, "network"), DATA) == THIRD
    assert line_of(("failover", "lab"), DATA) == FIRST


def test_data_made_by_hand_has_the_line_of_its_texts() -> None:
    """And none, if there is no text of a file in it."""
    made = {"subnets": [{"network": Text("192.0.2.0/24", SECOND), "pools": []}], "bootp": "x"}
    assert line_of(("subnets", 0, "network"), made) == SECOND
    assert line_of(("subnets", 0, "name"), made) == SECOND
    assert line_of(("subnets", 0, "pools"), made) == SECOND
    assert line_of(("bootp",), made) is None
    assert line_of(("subnets", 7, "name"), {**DATA}) == SECOND


def test_values_of_files_are_copied_and_written_as_any_other() -> None:
    """For programs that know nothing of them."""
    text = Text("a", SECOND)
    for it in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):  # noqa: S301 # its own
        assert (it, it.line) == ("a", SECOND)
    again = copy.deepcopy(DATA)
    assert again == DATA
    assert line_of(("subnets", 0), again) == THIRD
    assert json.dumps(DATA) == '{"mclt": 30, "subnets": [{}]}'
