"""Values that fit an option, drawn by its definition."""

from __future__ import annotations

import re
from typing import Any

from dhcp_failover.site.options import Definition
from hypothesis import strategies as st

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

addresses = st.ip_addresses(v=4).map(str)
texts = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10),
    st.sampled_from(
        ['"', "\\", '\\"', "a\nb", "}", "# not a comment", "%s%n", "é", "\x7f", "x" * 60]
    ),
)
labels = st.one_of(
    st.builds(
        "{}{}".format,
        st.text(LETTERS + DIGITS + "_", min_size=1, max_size=3),
        st.sampled_from(["", "-x", "--1", "_"]),
    ),
    st.sampled_from(
        ["10", "0", "host", "option", "if", "xn--bcher-kva", "_tcp", "1a", "ab", "0x1f"]
    ),
    st.just("l" * 63),
)
domain_names = st.builds(
    "{}{}".format,
    st.lists(labels, min_size=1, max_size=3).map(".".join),
    st.sampled_from(["", "."]),
)
plain_domain_names = domain_names.filter(lambda it: not re.search(r"(^|\.)_", it))
octets = st.binary(min_size=1, max_size=6).map(lambda it: it.hex(":"))

PARTS: dict[str, st.SearchStrategy[Any]] = {
    "address": addresses,
    "address6": st.one_of(
        st.ip_addresses(v=6).map(str),
        st.sampled_from(["::", "::1", "::ffff:192.0.2.1", "2001:DB8::1", "::192.0.2.1"]),
    ),
    "boolean": st.booleans() | st.sampled_from(["true", "false"]),
    "text": texts,
    "bytes": texts | octets,
    "domain-name": plain_domain_names,
    "domain-list": st.lists(domain_names.filter(lambda it: len(it) < 60), min_size=1, max_size=3),
} | {
    f"{sign}int{width}": st.integers(low, high) | st.sampled_from([low, high, str(high)])
    for width in (8, 16, 32)
    for sign, low, high in (
        ("", -(2 ** (width - 1)), 2 ** (width - 1) - 1),
        ("u", 0, 2**width - 1),
    )
}


def values(definition: Definition) -> st.SearchStrategy[Any]:
    """Values as they are written in an inventory."""
    parts = [PARTS[kind] for kind in definition.kinds]
    if definition.repeated == "last":
        more = st.lists(parts[-1], max_size=3)
        return st.tuples(*parts, more).map(lambda it: [*it[:-1], *it[-1]])
    record = parts[0] if len(parts) == 1 else st.tuples(*parts).map(list)
    return st.lists(record, min_size=1, max_size=4) if definition.repeated else record
